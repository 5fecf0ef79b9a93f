"""The price before the run: the same generator, played against canned judges, its questions worded and counted."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import count

from playground import catalog, pricing
from playground.errors import too_many_questions
from playground.events import Plan
from playground.limits import LIMITS
from playground.strategies import Strategy
from playground.strategies.explaining import explain
from playground.testing import Oracle, play
from playground.types import Ask, Chat, Completion, Judgment, ModelRef, Payload, Ranked, Ranking, Rounds, Task, Usage

_BYTES_A_TOKEN = 4  # of English text, near enough for a "~"
_SAMPLE = 50  # questions of a kind that are worded; the others are like them
_SHUFFLES = 3
_ENOUGH = 5_000  # questions after which no further order of the input is played: that takes too long to wait for

Latency = Callable[[ModelRef, str], "float | None"]
"""Median seconds of a model's answers to a form's kind of question; None where none was measured."""

Worded = Callable[[Ask], Payload]
"""What is to be asked of a model for an ask."""

Judging = Callable[[Ask], Judgment]

_Questions = Sequence[Sequence[Ask]]


@dataclass(frozen=True, kw_only=True)
class Course:
    """One way that the run may take. ``played`` are the rounds that led there, ``rounds`` those of them in which
    something is to be asked. ``cost_usd`` and ``seconds`` None = not known."""

    calls: int
    rounds: int
    played: int
    tokens: int
    cost_usd: Decimal | None
    seconds: float | None


def plan(task: Task, strategy: Strategy, latency: Latency | None = None) -> Plan:
    """Calls, rounds on the critical path, tokens, list price and seconds of this strategy on this task, each from the
    least to the most that was met. No model is asked.

    Played on the input as it is and shuffled; where that makes a difference, on more orders of it. So the range is what
    is usual, not a bound: a judge that contradicts itself may take a strategy beyond it.

    Raises:
        LaneError: the strategy asks more than ``LIMITS.questions``.
    """

    def one(judge: Judging) -> Course:
        return course(play(strategy.rank(task), judge)[1], worded(task), latency)

    return ranged(courses(task, one))


def plan_reasons(task: Task, strategy: Strategy, top: int, latency: Latency | None = None) -> Plan:
    """The same for the reasons that are written after the ranking."""
    ranking = Ranking(items=tuple(Ranked(id=document.id, rank=rank) for rank, document in enumerate(task.documents, 1)))
    rounds: Rounds = explain(task, strategy, ranking, top)
    return ranged([course(play(rounds, Oracle({}).judge)[1], worded(task), latency)])


def courses(task: Task, one: Callable[[Judging], Course]) -> list[Course]:
    """What ``one`` makes of the canned judges, each of which answers a sensible number of questions: of one of them
    where no question waits for an answer, of two where the order of the input makes no difference or they asked much,
    else of all."""
    made: list[Course] = []
    for order in _orders(len(task.documents)):
        grades = {task.documents[place].id: grade for grade, place in enumerate(reversed(order), 1)}
        made.append(one(_bounded(Oracle(grades))))
        if made[0].played <= 1:
            break
        if len(made) == 2 and len({(each.calls, each.rounds) for each in made}) == 1:
            break
        if len(made) > 1 and sum(each.calls for each in made) >= _ENOUGH:
            break
    return made


def worded(task: Task) -> Worded:
    """Every ask as its form puts it, nothing being known."""
    return lambda ask: ask.form.word(task, ask.shown)


def _orders(n: int) -> Iterator[list[int]]:
    """Input order first, since most input is roughly in order; then shuffled and reversed."""
    yield list(range(n))
    for seed in range(_SHUFFLES):
        order = list(range(n))
        random.Random(seed).shuffle(order)
        yield order
    yield list(range(n))[::-1]


def _bounded(oracle: Oracle) -> Judging:
    """The oracle, as long as it is asked a sensible number of questions."""
    asked = count(1)

    def judge(ask: Ask) -> Judgment:
        number = next(asked)
        if number > LIMITS.questions:
            raise too_many_questions(number)
        return oracle.judge(ask)

    return judge


def course(rounds: _Questions, word: Worded, latency: Latency | None) -> Course:
    """What these rounds of questions take."""
    kinds: dict[tuple[ModelRef, str], list[Ask]] = {}
    for ask in (ask for asks in rounds for ask in asks):
        kinds.setdefault((ask.model, ask.form.kind), []).append(ask)
    tokens, cost = 0.0, Decimal(0)
    priced = True
    for (ref, _), asks in kinds.items():
        sample = asks[:: -(-len(asks) // _SAMPLE)]
        usages = [_expected(word(ask)) for ask in sample]
        prices = [pricing.cost(ref, usage) for usage in usages]
        known = [price for price in prices if price is not None]
        priced = priced and len(known) == len(prices)
        tokens += sum(usage.total for usage in usages) * len(asks) / len(sample)
        cost += sum(known, Decimal(0)) * len(asks) / len(sample)
    return Course(
        calls=sum(map(len, rounds)),
        rounds=len(rounds),
        played=len(rounds),
        tokens=round(tokens),
        cost_usd=cost if priced else None,
        seconds=_seconds(rounds, kinds, latency),
    )


def _seconds(rounds: _Questions, kinds: dict[tuple[ModelRef, str], list[Ask]], latency: Latency | None) -> float | None:
    """Along the critical path: a round takes as long as its slowest provider, which answers so many at once."""
    each = {(ref, kind): latency(ref, kind) for ref, kind in kinds} if latency is not None else {}
    total = 0.0
    for asks in rounds:
        slowest = 0.0
        for (ref, kind), times in Counter((ask.model, ask.form.kind) for ask in asks).items():
            seconds = each.get((ref, kind))
            if seconds is None:
                return None
            row = catalog.PROVIDERS.get(ref.provider)
            at_once = min(LIMITS.at_once, row.at_once if row is not None else LIMITS.at_once)
            slowest = max(slowest, -(-times // at_once) * seconds)
        total += slowest
    return total


def ranged(met: Sequence[Course]) -> Plan:
    """From the least to the most among them."""
    costs = [each.cost_usd for each in met if each.cost_usd is not None]
    seconds = [each.seconds for each in met if each.seconds is not None]
    return Plan(
        calls=_span([each.calls for each in met]),
        rounds=_span([each.rounds for each in met]),
        tokens=_span([each.tokens for each in met]),
        cost_usd=(min(costs), max(costs)) if len(costs) == len(met) else None,
        seconds=(min(seconds), max(seconds)) if len(seconds) == len(met) else None,
    )


def _span(counts: Sequence[int]) -> tuple[int, int]:
    return min(counts), max(counts)


def _expected(payload: Payload) -> Usage:
    match payload:
        case Chat():
            return Usage(
                input=sum(map(_tokens, (message.content for message in payload.messages))), output=payload.expected
            )
        case Completion():
            return Usage(input=_tokens(payload.prompt), output=payload.max_tokens)
        case _:
            query, texts = _tokens(payload.query), [_tokens(text) for text in payload.texts]
            return Usage(input=len(texts) * query + sum(texts), searches=pricing.searches(query, texts))


def _tokens(text: str) -> int:
    return -(-len(text.encode()) // _BYTES_A_TOKEN)
