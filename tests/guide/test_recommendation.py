"""Which lane fits: every rule at its bound, the cheapest of those that fit, and what to relax where none does."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import pytest

from playground.errors import InputError
from playground.guide.recommendation import Recommendation, recommend
from playground.guide.rules import Candidate, Needs, Quality, Verdict, monthly
from playground.guide.workload import Latencies, Workload, never_measured
from playground.lanes import parse
from playground.models import Access
from playground.types import ModelRef

FREE = "embedding"
SEARCH = "cohere:rerank-v3.5"  # $0.002 a query of ten documents: $6 a month at 100 a day
LLM = "listwise model=openai:gpt-6-luna"
UNPRICED = "listwise model=ollama:qwen3:0.6b"

SECONDS = {"embedding": 0.1, SEARCH: 0.15, "openai:gpt-6-luna": 0.9, "ollama:qwen3:0.6b": 0.5}


def measured(ref: ModelRef, kind: str) -> Sequence[float]:
    return (SECONDS[str(ref)],) if str(ref) in SECONDS else ()


def found(
    *lanes: str | tuple[str, float],
    queries_a_day: int = 100,
    latencies: Latencies = measured,
    loss: float = 0.02,
    access: Access | None = None,
    unranked: float | None = None,
    **needs: Any,
) -> Recommendation:
    """For ten documents of 125 tokens; a lane with a number has that mean nDCG, the input ``unranked``."""
    candidates = [
        Candidate(lane=parse(each))
        if isinstance(each, str)
        else Candidate(lane=parse(each[0]), quality=quality(each[1]))
        for each in lanes
    ]
    workload = Workload(queries_a_day=queries_a_day, documents=10, tokens_a_document=125)
    before = None if unranked is None else quality(unranked)
    return recommend(workload, Needs(**needs), candidates, latencies, access or Access(), loss=loss, unranked=before)


def quality(mean: float) -> Quality:
    return Quality(mean=mean, interval=(mean - 0.05, mean + 0.05))


def of(result: Recommendation, words: str) -> Verdict:
    (verdict,) = [each for each in result.verdicts if each.lane.words == words]
    return verdict


def holds(result: Recommendation, words: str, rule: str) -> bool | None:
    (finding,) = [finding for finding in of(result, words).findings if finding.rule == rule]
    return finding.holds


def chosen(result: Recommendation) -> str | None:
    return None if result.lane is None else result.lane.words


def test_the_cheapest_that_fits_is_recommended() -> None:
    """Whatever the order given; without figures it says that quality wasn't measured, and how to measure it."""
    for lanes in ((FREE, SEARCH, LLM), (LLM, SEARCH, FREE)):
        result = found(*lanes)
        assert chosen(result) == FREE
        assert [verdict.lane.words for verdict in result.verdicts] == [FREE, LLM, SEARCH]
        assert not result.quality_measured and "playground evaluate" in result.why


def test_the_recommendation_changes_with_the_volume() -> None:
    """$10 a month buys Cohere's 100 queries a day ($6), not 200 ($12); from there on it is the free lane."""
    lanes = ((FREE, 0.60), (SEARCH, 0.80))
    assert chosen(found(*lanes, dollars_a_month=Decimal(10))) == SEARCH
    more = found(*lanes, queries_a_day=200, dollars_a_month=Decimal(10))
    assert chosen(more) == FREE
    assert "$12.00" in " ".join(finding.text for finding in of(more, SEARCH).findings)


def test_the_budget_itself_is_still_within() -> None:
    assert holds(found(SEARCH, dollars_a_month=Decimal("6")), SEARCH, "budget") is True
    assert holds(found(SEARCH, dollars_a_month=Decimal("5.99")), SEARCH, "budget") is False


def test_an_unpriced_lane_is_never_free() -> None:
    """Under a budget nobody knows whether it fits; without one it is never called cheaper than a priced one."""
    capped = found(UNPRICED, dollars_a_month=Decimal("1000"))
    assert of(capped, UNPRICED).fits is None and chosen(capped) is None
    assert "price isn't known" in capped.relax[0]
    free = found(UNPRICED, SEARCH)
    assert chosen(free) == SEARCH and UNPRICED.split("=")[1] in free.why
    alone = found(UNPRICED)
    assert chosen(alone) == UNPRICED and "$" not in alone.why


def test_latency_is_that_of_ninety_five_in_a_hundred() -> None:
    """Cohere was measured to take 150 ms: a bound of 150 holds, one of 149 doesn't."""
    assert holds(found(SEARCH, latency_ms=150), SEARCH, "latency") is True
    assert holds(found(SEARCH, latency_ms=149), SEARCH, "latency") is False


def test_what_was_never_measured_is_unknown() -> None:
    """It may fit, and isn't recommended; without a bound it doesn't matter."""
    bound = found(SEARCH, latencies=never_measured, latency_ms=500)
    assert holds(bound, SEARCH, "latency") is None
    assert chosen(bound) is None and "never measured" in bound.relax[0]
    assert chosen(found(SEARCH, latencies=never_measured)) == SEARCH


def test_a_lane_must_manage_the_day() -> None:
    """A tenth of a second a query on one core is 864,000 a day."""
    assert chosen(found(FREE, queries_a_day=860_000)) == FREE
    assert holds(found(FREE, queries_a_day=870_000), FREE, "capacity") is False


def test_text_that_must_not_leave_stays() -> None:
    """A hosted model gets none; a server on this machine may."""
    away = found(FREE, LLM, text_may_leave=False)
    assert holds(away, LLM, "local") is False and holds(away, FREE, "local") is True
    here = Access(base_urls={"openai": "http://127.0.0.1:1/v1"})
    assert holds(found(LLM, text_may_leave=False, access=here), LLM, "local") is True


def test_explanations_come_from_lanes_that_give_reasons() -> None:
    """With the verdict, not afterwards; a cascade does if its LLM does."""
    cascade = f"cascade first=embedding then=({LLM})"
    result = found(FREE, LLM, f"{LLM} reasons=false", cascade, explanations=True)
    assert {verdict.lane.words for verdict in result.verdicts if verdict.fits} == {LLM, cascade}


@pytest.mark.parametrize(
    ("needs", "queries_a_day", "fits"),
    [
        ({}, 1_000, True),
        ({}, 1_001, False),
        ({"simple": True}, 10, False),
        ({"specialised": True}, 1_001, True),
        ({"multi_hop": True}, 1_001, True),
        ({"high_value": True}, 1_001, True),
        ({"explanations": True}, 1_001, True),
        ({"simple": True, "specialised": True}, 10, True),
    ],
)
def test_what_speaks_against_an_llm_counts_unless_something_speaks_for_it(
    needs: dict[str, Any], queries_a_day: int, fits: bool
) -> None:
    """More than 1,000 requests a day, simple queries: from the bound on, and never for a lane that asks no LLM."""
    result = found(LLM, FREE, queries_a_day=queries_a_day, **needs)
    assert holds(result, LLM, "worth") is fits and of(result, LLM).fits is fits
    assert all(finding.rule != "worth" for finding in of(result, FREE).findings)


def test_less_than_200_ms_speaks_against_an_llm_unless_it_was_measured_to_keep_them() -> None:
    """What was measured is better than a rule of thumb."""
    assert holds(found(LLM, latencies=never_measured, latency_ms=200), LLM, "worth") is True
    assert holds(found(LLM, latencies=never_measured, latency_ms=199), LLM, "worth") is False
    assert of(found(LLM, latencies=lambda ref, kind: (0.15,), latency_ms=199), LLM).fits is True


def test_the_embedded_llm_is_not_recommended_for_being_free() -> None:
    """Its verdicts are no better than chance, unless somebody measured otherwise."""
    toy = "pointwise model=local"
    assert holds(found(toy, latencies=never_measured), toy, "chance") is False
    assert of(found((toy, 0.4), latencies=never_measured), toy).fits is True


def test_the_cheapest_within_the_loss_of_the_best() -> None:
    """Of .80, .79 and .70: within .01 the second, within .1 the last, which is free. Both figures and both intervals
    are told."""
    lanes = ((SEARCH, 0.80), (LLM, 0.79), (FREE, 0.70))
    assert chosen(found(*lanes, loss=0)) == SEARCH
    near = found(*lanes, loss=0.01)
    assert chosen(near) == LLM
    assert "0.790 (0.740 to 0.840)" in near.why and "0.800 (0.750 to 0.850)" in near.why and "0.010 less" in near.why
    assert chosen(found(*lanes, loss=0.1)) == FREE


def test_where_no_lane_beats_the_order_that_comes_in_it_says_not_to_rerank() -> None:
    """With both figures; as good is no better, and a lane that nobody measured isn't taken in its place."""
    result = found((FREE, 0.44), (SEARCH, 0.55), LLM, unranked=0.55)
    assert result.lane is None and result.why.startswith("Don't rerank")
    assert "0.550 (0.500 to 0.600)" in result.why and f"{SEARCH}, 0.550" in result.why
    assert [of(result, words).fits for words in (FREE, SEARCH, LLM)] == [False, False, True]
    assert result.relax == ("What wasn't measured may be worth it: listwise openai:gpt-6-luna.",)
    assert "0.440, is not above" in next(each.text for each in of(result, FREE).findings if each.rule == "input")


def test_a_cheaper_lane_within_the_loss_must_still_beat_the_order_that_comes_in() -> None:
    """Of .56 and .54 the second is free and within .02, and worse than the .55 that cost nothing at all."""
    lanes = ((SEARCH, 0.56), (FREE, 0.54))
    assert chosen(found(*lanes)) == FREE
    result = found(*lanes, unranked=0.55)
    assert chosen(result) == SEARCH and "comes in has 0.550" in result.why


def test_what_would_beat_the_order_that_comes_in_is_named_with_what_keeps_it_out() -> None:
    """Not reranking is advised until there is money for it; a lane that is worse is offered by no means."""
    result = found((FREE, 0.44), (SEARCH, 0.80), unranked=0.55, dollars_a_month=Decimal("5"))
    assert result.why.startswith("Don't rerank") and len(result.relax) == 1
    assert result.relax[0].startswith(f"With a larger budget, {SEARCH} would fit")


def test_lanes_are_listed_so_that_their_commas_dont_part_them() -> None:
    """Those left out, those as cheap, those whose price isn't known."""
    named = [f"{words} name='{words.split('=')[-1].split(':')[0]}, named'" for words in (LLM, UNPRICED)]
    out = found((FREE, 0.7), *named)
    assert "measured: openai, named; ollama, named." in out.why
    free = found(*(f"{words} name='{words}, named'" for words in ("bm25", FREE, "likelihood")))
    assert "As cheap: bm25, named; likelihood, named." in free.why


def test_quality_of_lanes_that_dont_fit_is_told_in_one_breath() -> None:
    """Not that it was measured and that it wasn't."""
    result = found((SEARCH, 0.9), FREE, text_may_leave=False)
    assert chosen(result) == FREE
    assert "Quality was measured only of lanes that don't fit: this is the cheapest" in result.why
    assert "wasn't measured" not in result.why


def test_a_figure_from_measured_calls_says_over_how_many_documents_it_must_hold() -> None:
    """One call over ten documents may take longer than those that were measured; one a document doesn't grow."""
    scored, listed, graded = FREE, LLM, "pointwise model=openai:gpt-6-luna"
    result = found(scored, listed, graded, latency_ms=2_000)
    said = {words: " ".join(each.text for each in of(result, words).findings) for words in (scored, listed, graded)}
    assert "within the 2000 ms allowed, if a call over 10 documents takes no longer" in said[scored]
    assert "a call over 10 documents" in said[listed] and "a call over" not in said[graded]


def test_the_best_is_the_best_of_those_that_fit() -> None:
    """A lane that is too dear sets no standard; one whose quality nobody measured is left out and named."""
    result = found((SEARCH, 0.95), (FREE, 0.70), LLM, dollars_a_month=Decimal(5), loss=0.01)
    assert chosen(result) == FREE and "Left out" in result.why and "gpt-6-luna" in result.why


def test_the_better_of_two_that_cost_the_same() -> None:
    assert chosen(found((FREE, 0.70), ("bm25", 0.69), loss=0.1)) == FREE
    assert chosen(found(("bm25", 0.70), (FREE, 0.69), loss=0.1)) == "bm25"


def test_where_none_fits_the_rule_that_keeps_each_out_is_named() -> None:
    """With what would have to give, in numbers."""
    result = found(SEARCH, LLM, FREE, dollars_a_month=Decimal("0.50"), explanations=True)
    assert result.lane is None and all(verdict.fits is False for verdict in result.verdicts)
    relaxed = {line.split(",")[0]: line for line in result.relax}
    assert "$" in relaxed["With a larger budget"] and "gpt-6-luna" in relaxed["With a larger budget"]
    assert "embedding" in relaxed["Without explanations"]
    assert not any(line.startswith("With") and SEARCH in line for line in result.relax)  # two rules keep it out
    both = found(SEARCH, dollars_a_month=Decimal("0.50"), explanations=True)
    assert both.relax[0].startswith("More than one rule") and "$6.00" in both.relax[0] and "no reasons" in both.relax[0]


def test_a_lane_that_asks_too_much_is_out_alone() -> None:
    pairs = "pairwise model=openai:gpt-6-luna sort=allpair"
    workload = Workload(queries_a_day=10, documents=200, tokens_a_document=20)
    candidates = [Candidate(lane=parse(pairs)), Candidate(lane=parse(FREE))]
    result = recommend(workload, Needs(), candidates, measured, Access())
    assert chosen(result) == FREE
    assert of(result, pairs).forecast is None and of(result, pairs).excluded_by == ("questions",)


@pytest.mark.parametrize(
    "wrong",
    [
        {"latency_ms": 0},
        {"latency_ms": float("nan")},
        {"dollars_a_month": Decimal(-1)},
        {"simple": True, "multi_hop": True},
        {"loss": 2},
    ],
)
def test_impossible_needs_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(InputError) as error:
        found(FREE, **wrong)
    assert error.value.hint


def test_nothing_to_choose_from_is_refused() -> None:
    with pytest.raises(InputError, match="no lane"):
        found()


def test_a_months_dollars_are_rounded_up() -> None:
    """So that what is over a budget never reads as the budget."""
    assert monthly(Decimal("10.001")) == "$10.01"
    assert monthly(Decimal("0.0123")) == "$0.0123"
    assert monthly(Decimal(0)) == "$0"
