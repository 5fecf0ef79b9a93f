"""A workload's month and waiting, against cases worked out by hand."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal
from pathlib import Path

import genai_prices
import pytest

from playground.cache import Cache
from playground.catalog import PROVIDERS
from playground.errors import InputError, LaneError
from playground.guide.workload import BATCHES, Forecast, Latencies, Workload, forecast, never_measured
from playground.lanes import parse
from playground.plan import plan
from playground.types import ModelRef

LUNA = "openai:gpt-6-luna"


def workload(queries_a_day: int = 100, documents: int = 10, tokens: int = 125, at_once: int = 1) -> Workload:
    return Workload(queries_a_day=queries_a_day, documents=documents, tokens_a_document=tokens, at_once=at_once)


def taking(*seconds: float) -> Latencies:
    """Every model was measured to take these."""

    def found(ref: ModelRef, kind: str) -> Sequence[float]:
        return seconds

    return found


def seen(words: str, latencies: Latencies = never_measured, **sizes: int) -> Forecast:
    return forecast(workload(**sizes), parse(words), latencies)


def test_a_month_is_thirty_days_of_queries() -> None:
    """100 queries a day, one search of $0.002 each: 3,000 calls and $6. Ten grades a query: 30,000 calls, and 3,000
    times the plan's price of one query."""
    month = seen("cohere:rerank-v3.5").month
    assert month.calls == (3_000, 3_000)
    assert month.dollars == (Decimal("6"), Decimal("6"))
    graded = seen(f"pointwise model={LUNA}").month
    price = plan(workload().task, parse(f"pointwise model={LUNA}").strategy).cost_usd
    assert graded.calls == (30_000, 30_000)
    assert price is not None and graded.dollars == (3_000 * price[0], 3_000 * price[1])
    twice = seen("cohere:rerank-v3.5", queries_a_day=200).month
    assert twice.dollars == (Decimal("12"), Decimal("12"))


def test_a_sort_costs_from_the_least_to_the_most() -> None:
    """Where the calls depend on the documents' order the month is a range."""
    month = seen(f"pairwise model={LUNA} top_k=3", documents=20).month
    assert month.dollars is not None
    assert month.calls[0] < month.calls[1] and month.dollars[0] < month.dollars[1]


@pytest.mark.parametrize("words", ["pointwise model=ollama:qwen3:0.6b", "jina:jina-reranker-v3"])
def test_an_unknown_price_is_none(words: str) -> None:
    """Never $0: neither the month nor its batch."""
    month = seen(words).month
    assert month.dollars is None and month.batch_dollars is None


def test_what_runs_here_costs_nothing() -> None:
    month = seen("embedding").month
    assert month.dollars == (0, 0) and month.batch_dollars is None


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (f"listwise model={LUNA} window=4 stride=2", "4 rounds"),
        ("cohere:rerank-v3.5", "Cohere"),
        ("openai-decisions:gpt-6-luna", "OpenAI decisions"),
        ("bm25", "Nothing is bought"),
        (f"cascade first=(pointwise model={LUNA}) then=(pointwise model={LUNA})", "2 rounds"),
    ],
)
def test_what_is_not_for_a_batch_says_why(words: str, reason: str) -> None:
    """A batch answers within a day: what must be asked in rounds, or of who has no such price, has none."""
    month = seen(words).month
    assert month.batch_dollars is None and reason in month.batch


@pytest.mark.parametrize(
    "words",
    [
        f"pointwise model={LUNA}",
        "listwise model=anthropic:claude-haiku-5-5",
        f"cascade first=embedding then=(listwise model={LUNA})",
    ],
)
def test_one_round_of_paid_questions_is_half_price_in_a_batch(words: str) -> None:
    """Also where a model of this machine picks first: nobody has to be waited for before the batch is sent."""
    month = seen(words).month
    assert month.dollars is not None and month.dollars[0] > 0
    assert month.batch_dollars == (month.dollars[0] / 2, month.dollars[1] / 2)


@pytest.mark.parametrize("provider", list(BATCHES))
def test_the_batch_share_is_the_price_lists(provider: str) -> None:
    """What the bundled price list has of the catalog's models in a batch is this share of their usual price."""
    usage = genai_prices.Usage(input_tokens=1_000, output_tokens=1_000)
    for name in PROVIDERS[provider].models:
        usual = genai_prices.calc_price(usage, model_ref=name, provider_id=provider).total_price
        less = genai_prices.calc_price(
            usage, model_ref=name, provider_id=provider, price_context={"processing": "batch"}
        ).total_price
        assert less == usual * BATCHES[provider].share, name


# words, sizes, seconds a question, what every query waits once the first are through
WAITS = [
    # 16 questions at once: one wave, two waves.
    (f"pointwise model={LUNA}", {"documents": 16}, 2.0, 2.0),
    (f"pointwise model={LUNA}", {"documents": 17}, 2.0, 4.0),
    # Three queries share the sixteen places.
    (f"pointwise model={LUNA}", {"documents": 16, "at_once": 3}, 2.0, 6.0),
    # Sixteen queries of one question don't get into each other's way.
    (f"listwise model={LUNA}", {"documents": 10, "at_once": 16}, 2.0, 2.0),
    # Nine windows, one after another.
    (f"listwise model={LUNA}", {"documents": 100}, 3.0, 27.0),
    # This machine does one thing at a time.
    ("bm25", {"at_once": 4}, 0.5, 2.0),
    # Batches of four on one core.
    ("likelihood", {"documents": 12}, 1.0, 3.0),
    # Two stages, one after the other; two lanes, side by side.
    ("cascade first=bm25 then=embedding", {}, 0.5, 1.0),
    ("fusion lanes=bm25,embedding", {}, 0.5, 0.5),
]


@pytest.mark.parametrize(("words", "sizes", "each", "wait"), WAITS)
def test_waiting_is_rounds_times_waves(words: str, sizes: dict[str, int], each: float, wait: float) -> None:
    """With questions that all take the same, the median and the 95th percentile are what one works out by hand."""
    latency = seen(words, taking(each), **sizes).latency
    assert latency is not None
    assert (latency.p50, latency.p95) == (pytest.approx(wait), pytest.approx(wait))


def test_the_spread_of_the_measured_calls_is_the_spread_of_the_waiting() -> None:
    """One call in ten takes 9 s: half of all queries don't meet it, the slowest twentieth does. Sixteen such calls at
    once wait for their slowest, which is nearly always a slow one."""
    mixed = taking(*[1.0] * 9, 9.0)
    alone = seen(f"listwise model={LUNA}", mixed).latency
    many = seen(f"pointwise model={LUNA}", mixed, documents=16).latency
    assert alone is not None and (alone.p50, alone.p95, alone.measured) == (1.0, 9.0, 10)
    assert many is not None and (many.p50, many.p95) == (9.0, 9.0)
    assert seen(f"listwise model={LUNA}", mixed).latency == alone  # the same dice each time


def test_a_day_holds_what_its_seconds_hold() -> None:
    """Half a second each on one core is 172,800 a day, however many wait."""
    for at_once in (1, 4):
        latency = seen("bm25", taking(0.5), at_once=at_once).latency
        assert latency is not None and latency.queries_a_day == pytest.approx(172_800, rel=0.01)


def test_what_was_never_measured_is_unknown(tmp_path: Path) -> None:
    """A lane with one model that nobody ever timed has no latency, and says which; the file of an installation is read
    by model and kind of question."""
    cache = Cache(tmp_path / "replies.sqlite")
    cache.measured(ModelRef("bm25"), "score", 0.5)
    assert cache.latencies(ModelRef("bm25"), "score") == (0.5,)
    assert cache.latencies(ModelRef("bm25"), "order") == ()
    known = seen("bm25", cache.latencies)
    assert known.latency is not None and known.latency.p50 == 0.5 and known.unmeasured == ()
    half = seen(f"cascade first=bm25 then=(pointwise model={LUNA})", cache.latencies)
    assert half.latency is None
    assert half.unmeasured == ((ModelRef("openai", "gpt-6-luna"), "grade"),)


def test_the_last_calls_come_in_their_order(tmp_path: Path) -> None:
    """Fifty at the most, the oldest first; a file that can't be read gives none."""
    cache = Cache(tmp_path / "replies.sqlite")
    for number in range(60):
        cache.measured(ModelRef("bm25"), "score", float(number))
    assert cache.latencies(ModelRef("bm25"), "score") == tuple(map(float, range(10, 60)))
    assert cache.latency(ModelRef("bm25"), "score") == 34.5
    cache.close()
    assert cache.latencies(ModelRef("bm25"), "score") == ()


def test_a_lane_that_reads_less_than_there_is_says_so() -> None:
    """Of 1,000 tokens a lane that shows 500 characters is priced for 500."""
    long, short = seen(f"listwise model={LUNA}", tokens=1_000), seen(f"listwise model={LUNA}", tokens=125)
    assert long.shown == 500 and short.shown is None
    # But for the mark that something was left out.
    assert short.month.tokens[0] < long.month.tokens[0] < short.month.tokens[0] * 1.01
    assert seen("embedding", tokens=1_000).shown is None


@pytest.mark.parametrize(
    "make",
    [
        lambda: workload(queries_a_day=0),
        lambda: workload(documents=1),
        lambda: workload(documents=1_001),
        lambda: workload(tokens=0),
        lambda: workload(at_once=0),
        lambda: workload(at_once=33),
    ],
)
def test_a_workload_that_nobody_has_is_refused(make: Callable[[], Workload]) -> None:
    """Its number is named as people name it."""
    with pytest.raises(
        InputError, match=r"^(Queries a day|Documents a query|Tokens a document|Queries at once) can't be"
    ):
        make()


def test_too_many_questions_are_no_forecast() -> None:
    with pytest.raises(LaneError, match="questions or more"):
        seen(f"pairwise model={LUNA} sort=allpair", documents=200)
