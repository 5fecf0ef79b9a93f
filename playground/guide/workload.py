"""What a lane takes at a volume: calls, tokens and dollars a month, and how long a query waits.

The lane's questions are those of the plan: its strategy is played against canned judges, on documents of neutral text.
The waiting is simulated: a constant number of queries is in flight, each question takes as long as one drawn from those
that this installation measured (with replacement, seeded), and a provider answers so many at once, first come first
served.
"""

from __future__ import annotations

import heapq
import random
from collections import Counter, deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import count

from playground import catalog
from playground.domains import DEFAULT, domains
from playground.errors import InputError
from playground.lanes import Lane
from playground.limits import LIMITS
from playground.plan import Course, Judging, course, courses, ranged
from playground.testing import play
from playground.timing import percentile
from playground.types import Ask, Document, ModelRef, Task

DAYS = 30
"""Of a month."""
SEED = 0
QUERIES = 400
"""Queries that are simulated, fewer where they ask much."""
MOST_AT_ONCE = 32
_QUESTIONS = 100_000

QUERY = "Which of these texts says best how the thing that is asked about is done?"
_SENTENCE = "This text stands for one of the documents, and says nothing that would matter to any question. "
_BYTES_A_TOKEN = 4  # as the plan counts

_BOUNDS = {
    "queries_a_day": ("Queries a day", 1, 1_000_000_000),
    "documents": ("Documents a query", 2, LIMITS.documents),
    "tokens_a_document": ("Tokens a document", 1, LIMITS.document_chars // _BYTES_A_TOKEN),
    "at_once": ("Queries at once", 1, MOST_AT_ONCE),
}
"""A workload's numbers by field: their names to people, the least and the most."""

Latencies = Callable[[ModelRef, str], Sequence[float]]
"""Seconds of a model's recent answers to a form's kind of question; empty where none was measured."""

_GROWING = ("score", "order")
"""Kinds of question that hold as many documents as there are, up to the lane's window or the model's batch: the time
such a call takes grows with them, and how many a measured one held isn't kept."""

_Kind = tuple[ModelRef, str]
_Rounds = Sequence[Mapping[_Kind, int]]


@dataclass(frozen=True, kw_only=True)
class Batches:
    """A provider's API for questions that may wait. ``share`` is the part of the list price it charges."""

    share: Decimal
    hours: int
    source: str
    as_of: str


BATCHES = {
    "openai": Batches(
        share=Decimal("0.5"), hours=24, source="https://developers.openai.com/api/docs/pricing", as_of="2026-10-14"
    ),
    "anthropic": Batches(
        share=Decimal("0.5"),
        hours=24,
        source="https://platform.claude.com/docs/en/build-with-claude/batch-processing",
        as_of="2026-10-14",
    ),
}
"""The dates are those of the price list that is bundled (genai-prices), which read these pages."""


@dataclass(frozen=True, kw_only=True)
class Workload:
    """``at_once`` queries are being reranked at any time, each with so many documents. A lane that shows a model less
    of a document than it has (``chars``) is priced for what it shows.

    Raises:
        InputError: a number out of range.
    """

    queries_a_day: int
    documents: int
    tokens_a_document: int
    at_once: int = 1

    def __post_init__(self) -> None:
        for name, (title, low, high) in _BOUNDS.items():
            value = getattr(self, name)
            if not low <= value <= high:
                raise InputError(f"{title} can't be {value:,}.", hint=f"Choose a number from {low:,} to {high:,}.")

    @property
    def task(self) -> Task:
        """One query of it, in neutral text."""
        size = self.tokens_a_document * _BYTES_A_TOKEN
        content = (_SENTENCE * (size // len(_SENTENCE) + 1))[:size]
        documents = tuple(Document(id=f"d{at}", content=content) for at in range(1, self.documents + 1))
        return Task(query=QUERY, documents=documents, domain=domains()[DEFAULT])


@dataclass(frozen=True, kw_only=True)
class Latency:
    """How long a query waits, in seconds: the median and the 95th percentile of ``simulated`` queries (nearest rank).
    ``measured`` calls stand behind it, the fewest of any model and kind of question; below 20 the 95th percentile is
    hardly more than the slowest call seen. ``queries_a_day`` is what so many at once come to, around the clock;
    None where no time passes."""

    p50: float
    p95: float
    queries_a_day: int | None
    measured: int
    simulated: int


@dataclass(frozen=True, kw_only=True)
class Month:
    """Thirty days at list price, from the least to the most that is usual. ``dollars`` None = unpriced;
    ``batch_dollars`` None = unpriced or not for a batch API, ``batch`` says why, or what it takes. Retries cost extra;
    prompts that a provider has cached, and replies kept here, cost less."""

    calls: tuple[int, int]
    tokens: tuple[int, int]
    dollars: tuple[Decimal, Decimal] | None
    batch_dollars: tuple[Decimal, Decimal] | None
    batch: str


@dataclass(frozen=True, kw_only=True)
class Forecast:
    """One lane at a workload. ``latency`` None = never measured here, ``unmeasured`` says what of it. ``rounds`` are
    one query's. ``shown`` is how many characters of a document its shortest-sighted question shows, None = all.
    ``together`` is how many documents its largest call holds of those kinds that hold as many as there are; None = it
    makes no such call. ``reasons``: whether it writes reasons with its verdicts."""

    month: Month
    latency: Latency | None
    unmeasured: tuple[_Kind, ...]
    rounds: tuple[int, int]
    shown: int | None
    together: int | None
    reasons: bool


def never_measured(ref: ModelRef, kind: str) -> Sequence[float]:
    """Latencies where no file keeps any."""
    return ()


def forecast(workload: Workload, lane: Lane, latencies: Latencies) -> Forecast:
    """What this lane takes.

    Raises:
        LaneError: it asks more than ``LIMITS.questions``.
    """
    task = workload.task
    played: list[Sequence[Sequence[Ask]]] = []

    def one(judge: Judging) -> Course:
        played.append(play(lane.strategy.rank(task), judge)[1])
        return course(played[-1], lambda ask: ask.form.word(task, ask.shown), None)

    price = ranged(courses(task, one))
    times = workload.queries_a_day * DAYS
    dollars = None if price.cost_usd is None else (price.cost_usd[0] * times, price.cost_usd[1] * times)
    rounds = [[Counter((ask.model, ask.form.kind) for ask in asks) for asks in each] for each in played]
    kinds = list(dict.fromkeys(kind for each in rounds for asks in each for kind in asks))
    seconds = {kind: tuple(latencies(*kind)) for kind in kinds}
    unmeasured = tuple(kind for kind in kinds if not seconds[kind])
    asks = [ask for each in played[0] for ask in each]
    asked = [ask.form for ask in asks]
    chars = [form.chars for form in asked if hasattr(form, "chars")]
    batch, share = _batched(rounds)
    return Forecast(
        month=Month(
            calls=(price.calls[0] * times, price.calls[1] * times),
            tokens=(price.tokens[0] * times, price.tokens[1] * times),
            dollars=dollars,
            batch_dollars=None if dollars is None or share is None else (dollars[0] * share, dollars[1] * share),
            batch=batch,
        ),
        latency=None if unmeasured or not kinds else _latency(rounds, seconds, workload.at_once),
        unmeasured=unmeasured,
        rounds=price.rounds,
        shown=min((each for each in chars if each < len(task.documents[0].content)), default=None),
        together=max((len(ask.shown) for ask in asks if ask.form.kind in _GROWING), default=None),
        reasons=any(getattr(form, "reasons", False) for form in asked),
    )


def _batched(played: Sequence[_Rounds]) -> tuple[str, Decimal | None]:
    """What a batch API means to this lane, and the share of the list price that it costs; None = not for one."""
    asked = [[ref for ref, _ in asks if not _embedded(ref)] for rounds in played for asks in rounds]
    refs = {ref.provider for each in asked for ref in each}
    if not refs:
        return "Nothing is bought: its models run on this machine.", None
    for name in sorted(refs):
        if name not in BATCHES:
            title = catalog.PROVIDERS[name].title if name in catalog.PROVIDERS else name
            return f"No batch price of {title} is known here.", None
    rounds = max(sum(any(not _embedded(ref) for ref, _ in asks) for asks in each) for each in played)
    hours = max(BATCHES[name].hours for name in refs)
    if rounds > 1:
        return (
            f"Not for a batch API: each of its {rounds} rounds of questions depends on the answers before it, and a "
            f"batch may take {hours} hours, so a query may take {rounds} times as long.",
            None,
        )
    return f"All its questions are known at once, so a batch API takes them; answers come within {hours} hours.", max(
        BATCHES[name].share for name in refs
    )


def _embedded(ref: ModelRef) -> bool:
    row = catalog.PROVIDERS.get(ref.provider)
    return row is not None and row.embedded


def _latency(played: Sequence[_Rounds], seconds: Mapping[_Kind, Sequence[float]], at_once: int) -> Latency:
    calls = max(sum(sum(asks.values()) for asks in rounds) for rounds in played)
    wanted = min(QUERIES, max(at_once, _QUESTIONS // calls))
    finished = _finished(played, seconds, at_once, wanted + at_once)
    steady = finished[at_once:]  # the first ones found nobody before them
    waits = sorted(wait for _, wait in steady)
    elapsed = steady[-1][0] - finished[at_once - 1][0]
    return Latency(
        p50=percentile(waits, 50),
        p95=percentile(waits, 95),
        queries_a_day=int(wanted / elapsed * 86_400) if elapsed else None,
        measured=min(map(len, seconds.values())),
        simulated=wanted,
    )


@dataclass
class _Query:
    """One in flight: since when, what it has still to ask, how many questions are open."""

    start: float
    left: deque[Mapping[_Kind, int]]
    open: int = 0


def _finished(
    played: Sequence[_Rounds], seconds: Mapping[_Kind, Sequence[float]], at_once: int, wanted: int
) -> list[tuple[float, float]]:
    """When each of so many queries was done and how long it had waited, in the order of being done. Whoever is done
    makes room for the next. The courses that were played take turns."""
    dice, order = random.Random(SEED), count()
    free = {ref.provider: _at_once(ref.provider) for ref, _ in seconds}
    waiting: dict[str, deque[tuple[_Query, _Kind]]] = {provider: deque() for provider in free}
    answers: list[tuple[float, int, _Query, str]] = []
    done: list[tuple[float, float]] = []

    def start(now: float, provider: str) -> None:
        while free[provider] and waiting[provider]:
            query, kind = waiting[provider].popleft()
            free[provider] -= 1
            heapq.heappush(answers, (now + dice.choice(seconds[kind]), next(order), query, provider))

    def ask(now: float, query: _Query) -> None:
        asks = query.left.popleft()
        query.open = sum(asks.values())
        for kind, times in asks.items():
            waiting[kind[0].provider].extend([(query, kind)] * times)
        for provider in {ref.provider: None for ref, _ in asks}:
            start(now, provider)

    begun = count()

    def begin(now: float) -> None:
        ask(now, _Query(start=now, left=deque(played[next(begun) % len(played)])))

    for _ in range(at_once):
        begin(0.0)
    while len(done) < wanted:
        now, _, query, provider = heapq.heappop(answers)
        free[provider] += 1
        query.open -= 1
        if not query.open and query.left:
            ask(now, query)
        elif not query.open:
            done.append((now, round(now - query.start, 6)))  # microseconds: what is added up exactly reads exactly
            begin(now)
        start(now, provider)
    return done


def _at_once(provider: str) -> int:
    row = catalog.PROVIDERS.get(provider)
    return min(LIMITS.at_once, row.at_once if row is not None else LIMITS.at_once)
