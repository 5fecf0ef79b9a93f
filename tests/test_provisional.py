"""Ranks while a lane is still at work: made of what has been answered, and of nothing else."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import ClassVar

import pytest

from playground.events import Answered
from playground.lanes import lane, parse
from playground.live import LiveRun
from playground.models import Access
from playground.provisional import provisional
from playground.strategies.base import Common
from playground.testing import NoisyOracle, Oracle, check_ranking, sample_task
from playground.types import Ask, DocId, Judgment, ModelRef, Ranking, Rounds, Task, unanswered

COUNT = 12
TASK = sample_task(COUNT, seed=3)
GRADES = {f"d{at}": float(COUNT - at) for at in range(COUNT)}
MODEL = ModelRef("local")
LANES = (
    "bm25",
    "pointwise model=local",
    "listwise model=local window=4 stride=2",
    "listwise model=local shuffles=3",
    "pairwise model=local sort=heap",
    "pairwise model=local sort=allpair",
    "setwise model=local",
    "tournament model=local group=4 keep=2",
    "cascade first=bm25 then=(pairwise model=local) keep=5",
    "fusion lanes=bm25,(pointwise model=local)",
)


def ended(words: str, judge: Oracle) -> tuple[list[Answered], Ranking]:
    """What a whole run was answered, and its ranking."""
    live = LiveRun(TASK, [parse(words)], Access(), given={MODEL: judge, ModelRef("bm25"): judge})
    (row,) = live.join(20).lanes
    assert row.ranking is not None
    return [event for event in live.events if isinstance(event, Answered)], row.ranking


@pytest.mark.parametrize("words", LANES)
def test_after_the_last_answer_the_provisional_ranking_is_the_ranking(words: str) -> None:
    """For every kind of strategy, also where the judge errs and equal questions are answered differently."""
    for judge in (Oracle(GRADES), NoisyOracle(GRADES, error=0.3, seed=1)):
        answered, ranking = ended(words, judge)
        assert provisional(TASK, parse(words).strategy, answered) == ranking


@pytest.mark.parametrize("words", LANES)
def test_at_any_moment_it_ranks_every_document_and_invents_nothing(words: str) -> None:
    """After each answer it is a permutation; a document that is in no answer yet is failed and says why."""
    answered, _ = ended(words, Oracle(GRADES))
    for many in range(1, len(answered) + 1):
        ranking = provisional(TASK, parse(words).strategy, answered[:many])
        assert ranking is not None
        check_ranking(ranking, TASK)
        told = {id for event in answered[:many] for id in event.ask.shown}
        for item in ranking.items:
            if item.id not in told:
                assert (item.provenance, item.why, item.score) == (("failed",), "not yet", None)


def test_half_the_answers_put_half_the_documents_in_order() -> None:
    """Judged documents stand in the order of a perfect judge, before all that are not judged yet."""
    answered, _ = ended("pointwise model=local", Oracle(GRADES))
    ranking = provisional(TASK, parse("pointwise model=local").strategy, answered[6:])
    assert ranking is not None
    judged = [event.ask.shown[0] for event in answered[6:]]
    assert list(ranking.ids[:6]) == sorted(judged, key=lambda each: -GRADES[each])
    assert [item.why for item in ranking.items] == [""] * 6 + ["not yet"] * 6


def test_reasons_are_no_judgments() -> None:
    """Nothing answered, or nothing but reasons, is no ranking."""
    strategy = parse("pointwise model=local").strategy
    answered, _ = ended("pointwise model=local", Oracle(GRADES))
    assert provisional(TASK, strategy, []) is None
    assert provisional(TASK, strategy, [replace(event, phase="explain") for event in answered]) is None


@dataclass(frozen=True, kw_only=True)
class Faulty(Common):
    """Asks, ``rounds`` times over, about every document; then fails."""

    name: ClassVar[str] = "faulty"
    about: ClassVar[str] = "Fails."
    rounds: int = 1

    def rank(self, task: Task) -> Rounds:
        (ask,) = next(parse("bm25").strategy.rank(task))
        for _ in range(self.rounds):
            yield [replace(ask, shown=(document,)) for document in task.documents]
        raise KeyError("oops")

    def guaranteed(self, n: int, k: int) -> int:
        return 0

    def models(self) -> tuple[ModelRef, ...]:
        return (ModelRef("bm25"),)


@pytest.mark.parametrize("rounds", [1, 1_000_000])
def test_a_strategy_that_fails_or_never_ends_has_no_provisional_ranking(rounds: int) -> None:
    """Looking raises nothing, and gives up after a few thousand questions."""
    answered, _ = ended("bm25", Oracle(GRADES))
    assert provisional(TASK, Faulty(rounds=rounds), answered) is None


@dataclass(frozen=True, kw_only=True)
class Twice(Common):
    """Asks the same two times in one round; its details are the answers."""

    name: ClassVar[str] = "twice"
    about: ClassVar[str] = "Asks twice."

    def rank(self, task: Task) -> Rounds:
        (ask,) = next(parse("bm25").strategy.rank(task))
        judgments = yield [ask, ask]
        return Ranking(items=(), details={"answers": list(judgments)})

    def guaranteed(self, n: int, k: int) -> int:
        return 0

    def models(self) -> tuple[ModelRef, ...]:
        return (ModelRef("bm25"),)


def test_an_answer_counts_once() -> None:
    """Of two equal questions in one round each has its own answer, or none yet."""
    (event,), _ = ended("bm25", Oracle(GRADES))
    other = replace(event, judgment=Judgment(verdict="tie"))
    for answered, last in (([event, other], other.judgment), ([event], unanswered("not yet"))):
        ranking = provisional(TASK, Twice(), answered)
        assert ranking is not None and ranking.details["answers"] == [event.judgment, last]


@dataclass(frozen=True)
class Half(Oracle):
    """Answers about these documents only; whoever asks about others waits until the run is stopped."""

    about: Sequence[DocId] = ()

    async def answer(self, task: Task, ask: Ask) -> Judgment:
        if ask.shown[0].id not in self.about:
            await asyncio.Event().wait()
        return self.judge(ask)


def test_a_live_run_tells_how_its_lanes_stand() -> None:
    """One ranking a lane while it is at work; none where nothing is answered yet, or where it has ended."""
    half = [document.id for document in TASK.documents[::2]]
    lanes = [parse(words) for words in ("bm25", "pointwise model=local", "listwise model=openai:silent")]
    given = {ModelRef("bm25"): Oracle(GRADES), MODEL: Half(GRADES, half), ModelRef("openai", "silent"): Half(GRADES)}
    live = LiveRun(TASK, [*lanes, lane(Faulty())], Access(), given=given)
    for _ in range(500):
        rows = live.board.lanes
        if rows[1].spent.questions == len(half) and rows[0].ranking is not None and rows[3].error is not None:
            break
        live.join(0.01)
    done, ranked, silent, failed = live.provisional()
    assert (done, silent, failed) == (None, None, None)
    assert ranked is not None
    check_ranking(ranked, TASK)
    assert list(ranked.ids[: len(half)]) == sorted(half, key=lambda each: -GRADES[each])
    live.stop()
    live.join(10)
    assert live.provisional() == (None, None, None, None)
