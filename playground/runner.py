"""Drives several lanes side by side: their strategies ask, round by round, and every question comes back judged.

From the moment of a stop or the run's deadline every question is answered ``unanswered(why)``, so each strategy still
ends with a valid partial ranking. What concerns a whole lane (a refused key, no server) ends that lane alone.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from playground.asking import Asking
from playground.budget import Budget
from playground.errors import PlaygroundError, ProviderError
from playground.events import (
    Answered,
    Call,
    Event,
    Failure,
    LaneFailed,
    LaneFinished,
    LaneStarted,
    Phase,
    RunFinished,
)
from playground.lanes import Lane
from playground.limits import LIMITS, Limits
from playground.plan import plan
from playground.question import questions, recorded
from playground.reuse import Replies
from playground.strategies.explaining import explain as explanations
from playground.types import (
    Ask,
    Judge,
    Judgment,
    Model,
    ModelRef,
    Ranking,
    Rounds,
    Task,
    unanswered,
)

_log = logging.getLogger(__name__)

Judges = Callable[[ModelRef], "Judge | Model"]


class Halt:
    """Why everything still open is to be answered ``unanswered``; nothing while it is unset. Set once, from the run's
    own event loop."""

    def __init__(self) -> None:
        self._set = asyncio.Event()
        self.why = ""

    def __call__(self, why: str) -> None:
        if not self._set.is_set():
            self.why = why
            self._set.set()

    def __bool__(self) -> bool:
        return self._set.is_set()

    async def wait(self) -> None:
        await self._set.wait()


@dataclass(frozen=True, kw_only=True)
class _Run:
    """What the lanes of a run have in common. ``now`` is seconds since it began."""

    task: Task
    judges: Judges
    emit: Callable[[Event], None]
    halt: Halt
    asking: Asking
    replies: Replies
    now: Callable[[], float]


async def run(
    task: Task,
    lanes: Sequence[Lane],
    judges: Judges,
    emit: Callable[[Event], None],
    halt: Halt,
    *,
    replies: Replies,
    explain: int = 0,
    limits: Limits = LIMITS,
    budget: Budget | None = None,
) -> None:
    """Runs the lanes side by side to their ends, then explains those of each lane's first ``explain`` documents that
    have no reason yet. ``replies`` is what needn't be asked; ``budget`` bounds what is spent, None = nothing does."""
    began = time.monotonic()

    def now() -> float:
        return time.monotonic() - began

    deadline = asyncio.get_running_loop().call_later(
        limits.run_seconds, halt, f"out of time ({limits.run_seconds:g} s)"
    )
    own = None if budget is None else Budget(budget.cap, within=budget)
    shared = _Run(
        task=task,
        judges=judges,
        emit=emit,
        halt=halt,
        asking=Asking(limits, lambda: limits.run_seconds - now(), own),
        replies=replies,
        now=now,
    )
    working = [_Lane(index, lane, shared) for index, lane in enumerate(lanes)]
    try:
        rankings = await asyncio.gather(*(lane.rank() for lane in working))
        for lane, ranking in zip(working, rankings, strict=True):
            if ranking is not None and explain and not halt:
                await lane.explain(ranking, explain)
    finally:
        deadline.cancel()
        halted = halt.why or (own.used_up if own is not None else "")
        emit(RunFinished(at=now(), halted=halted, warnings=replies.warnings))


class _Lane:
    """One lane at work."""

    def __init__(self, index: int, lane: Lane, run: _Run) -> None:
        self.lane = lane
        self._index, self._run = index, run

    async def rank(self) -> Ranking | None:
        """The ranking; None where the lane failed as a whole."""
        try:
            expected = plan(self._run.task, self.lane.strategy, self._run.replies.latency)
            self._run.emit(LaneStarted(lane=self._index, at=self._run.now(), plan=expected))
            ranking = await self._drive(self.lane.strategy.rank(self._run.task), "rank")
        except PlaygroundError as error:
            failure = Failure(kind=type(error).__name__, message=error.message, hint=error.hint)
        except Exception as error:  # a mistake of ours or a plug-in's must not take the other lanes along
            _log.exception("lane %s", self._index)
            failure = Failure(
                kind=type(error).__name__, message="Something went wrong inside this lane.", hint="The log says what."
            )
        else:
            self._run.emit(LaneFinished(lane=self._index, at=self._run.now(), ranking=ranking))
            return ranking
        self._run.emit(LaneFailed(lane=self._index, at=self._run.now(), error=failure))
        return None

    async def explain(self, ranking: Ranking, top: int) -> None:
        """Reasons for what is already ranked. What can't be explained stays without a reason."""
        try:
            await self._drive(explanations(self._run.task, self.lane.strategy, ranking, top), "explain")
        except PlaygroundError as error:
            _log.info("no explanations in lane %s: %s", self._index, error)
        except Exception:  # a mistake here must not take the other lanes' reasons along
            _log.exception("explaining lane %s", self._index)

    async def _drive(self, rounds: Rounds, phase: Phase) -> Ranking:
        judgments: Sequence[Judgment] | None = None
        number = 0
        while True:
            try:
                asks = next(rounds) if judgments is None else rounds.send(judgments)
            except StopIteration as end:
                ranking: Ranking = end.value
                return ranking
            number += 1
            judgments = await _together([self._settled(ask, phase, number) for ask in asks])

    async def _settled(self, ask: Ask, phase: Phase, number: int) -> Judgment:
        """The ask's judgment, also when it is "unanswered"; told to the board."""
        calls: list[Call] = []  # kept also where the question is cut short: they were paid for
        judgment = await self._until_halt(self._answered(ask, calls))
        self._run.emit(
            Answered(
                lane=self._index,
                at=self._run.now(),
                phase=phase,
                round=number,
                ask=recorded(ask),
                judgment=judgment,
                calls=tuple(calls),
            )
        )
        return judgment

    async def _until_halt(self, work: Coroutine[Any, Any, Judgment]) -> Judgment:
        if self._run.halt:
            work.close()
            return unanswered(self._run.halt.why)
        answering = asyncio.ensure_future(work)
        halting = asyncio.ensure_future(self._run.halt.wait())
        try:
            await asyncio.wait((answering, halting), return_when=asyncio.FIRST_COMPLETED)
            if answering.done():
                return answering.result()
            return unanswered(self._run.halt.why)
        finally:
            halting.cancel()
            answering.cancel()  # closes its socket

    async def _answered(self, ask: Ask, calls: list[Call]) -> Judgment:
        judge = self._run.judges(ask.model)
        try:
            if not isinstance(judge, Model):
                return await judge.answer(self._run.task, ask)
            return await self._asked(judge, ask, calls)
        except ProviderError as error:
            return unanswered(str(error))

    async def _asked(self, model: Model, ask: Ask, calls: list[Call]) -> Judgment:
        asking = questions(self._run.task, ask)
        put = partial(self._run.asking.ask, model, ask.model)
        try:
            question = next(asking)
            while True:
                try:
                    reply = await self._run.replies.reply(question, put, calls)
                except ProviderError as error:
                    question = asking.throw(error)
                else:
                    question = asking.send(reply)
        except StopIteration as end:
            judgment: Judgment = end.value
            return judgment


async def _together(questions: Sequence[Coroutine[Any, Any, Judgment]]) -> list[Judgment]:
    """All of them at once; the first error cancels the others and is raised."""
    tasks = [asyncio.ensure_future(question) for question in questions]
    try:
        return await asyncio.gather(*tasks)
    finally:
        for task in tasks:
            task.cancel()
