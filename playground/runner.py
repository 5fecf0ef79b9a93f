"""Has the questions of several lanes answered. The only place that knows asyncio, deadlines and retries.

From the moment of a stop or the run's deadline every question is answered ``unanswered(why)``, so each strategy still
ends with a valid partial ranking. What concerns a whole lane (a refused key, no server) ends that lane alone.
"""

from __future__ import annotations

import asyncio
import logging
import random
import time
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import replace
from typing import Any

from playground import catalog, pricing
from playground.errors import Overloaded, PlaygroundError, ProviderError
from playground.events import (
    Answered,
    Asked,
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
from playground.strategies.explaining import computed
from playground.types import (
    Ask,
    Judge,
    Judgment,
    Model,
    ModelRef,
    Payload,
    Ranking,
    Repair,
    Reply,
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


async def run(
    task: Task,
    lanes: Sequence[Lane],
    judges: Judges,
    emit: Callable[[Event], None],
    halt: Halt,
    *,
    explain: int = 0,
    limits: Limits = LIMITS,
) -> None:
    """Runs the lanes side by side to their ends, then explains the first ``explain`` documents of each lane that only
    scores."""
    began = time.monotonic()

    def now() -> float:
        return time.monotonic() - began

    deadline = asyncio.get_running_loop().call_later(
        limits.run_seconds, halt, f"out of time ({limits.run_seconds:g} s)"
    )
    desks: dict[str, asyncio.Semaphore] = {}
    working = [_Lane(index, lane, task, judges, emit, halt, limits, now, desks) for index, lane in enumerate(lanes)]
    try:
        rankings = await asyncio.gather(*(lane.rank() for lane in working))
        for lane, ranking in zip(working, rankings, strict=True):
            if ranking is not None and explain and not halt and _only_scores(lane.lane):
                await lane.explain(ranking, explain)
    finally:
        deadline.cancel()
        emit(RunFinished(at=now(), halted=halt.why))


def _only_scores(lane: Lane) -> bool:
    rows = [catalog.PROVIDERS.get(ref.provider) for ref in lane.strategy.models()]
    return all(row is not None and row.kind == "scores" for row in rows)


class _Lane:
    """One lane at work."""

    def __init__(
        self,
        index: int,
        lane: Lane,
        task: Task,
        judges: Judges,
        emit: Callable[[Event], None],
        halt: Halt,
        limits: Limits,
        now: Callable[[], float],
        desks: dict[str, asyncio.Semaphore],
    ) -> None:
        self.lane = lane
        self._index, self._task, self._judges, self._emit = index, task, judges, emit
        self._halt, self._limits, self._now, self._desks = halt, limits, now, desks

    async def rank(self) -> Ranking | None:
        """The ranking; None where the lane failed as a whole."""
        try:
            self._emit(LaneStarted(lane=self._index, at=self._now(), plan=plan(self._task, self.lane.strategy)))
            ranking = await self._drive(self.lane.strategy.rank(self._task), "rank")
        except PlaygroundError as error:
            failure = Failure(kind=type(error).__name__, message=error.message, hint=error.hint)
        except Exception as error:  # a mistake of ours or a plug-in's must not take the other lanes along
            _log.exception("lane %s", self._index)
            failure = Failure(
                kind=type(error).__name__, message="Something went wrong inside this lane.", hint="The log says what."
            )
        else:
            self._emit(LaneFinished(lane=self._index, at=self._now(), ranking=ranking))
            return ranking
        self._emit(LaneFailed(lane=self._index, at=self._now(), error=failure))
        return None

    async def explain(self, ranking: Ranking, top: int) -> None:
        """Reasons for what is already ranked. What can't be explained stays without a reason."""
        try:
            await self._drive(computed(self._task, ranking, top), "explain")
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
        asked = Asked(
            form=ask.form.kind,
            shown=tuple(document.id for document in ask.shown),
            model=str(ask.model),
            trial=ask.trial,
        )
        self._emit(
            Answered(
                lane=self._index,
                at=self._now(),
                phase=phase,
                round=number,
                ask=asked,
                judgment=judgment,
                calls=tuple(calls),
            )
        )
        return judgment

    async def _until_halt(self, work: Coroutine[Any, Any, Judgment]) -> Judgment:
        if self._halt:
            work.close()
            return unanswered(self._halt.why)
        answering = asyncio.ensure_future(work)
        halting = asyncio.ensure_future(self._halt.wait())
        try:
            await asyncio.wait((answering, halting), return_when=asyncio.FIRST_COMPLETED)
            if answering.done():
                return answering.result()
            return unanswered(self._halt.why)
        finally:
            halting.cancel()
            answering.cancel()  # closes its socket

    async def _answered(self, ask: Ask, calls: list[Call]) -> Judgment:
        judge = self._judges(ask.model)
        try:
            if not isinstance(judge, Model):
                return await judge.answer(self._task, ask)
            async with self._desk(ask.model, judge):
                return await self._asked(judge, ask, calls)
        except ProviderError as error:
            return unanswered(str(error))

    async def _asked(self, model: Model, ask: Ask, calls: list[Call]) -> Judgment:
        payload = ask.form.word(self._task, ask.shown)
        reply = await self._replied(model, ask.model, payload, calls)
        judgment = ask.form.read(reply, ask.shown)
        correction = ask.form.again(payload, reply, judgment)
        if correction is None:
            return judgment
        try:
            second = ask.form.read(await self._replied(model, ask.model, correction, calls), ask.shown)
        except ProviderError:
            return judgment
        # A second answer that can't be read doesn't unsay a first that could, in part.
        better = judgment if second.verdict == "unreadable" and judgment.verdict != "unreadable" else second
        return replace(better, repairs=(*better.repairs, Repair(kind="retried")))

    async def _replied(self, model: Model, ref: ModelRef, payload: Payload, calls: list[Call]) -> Reply:
        """A reply within the deadline and the allowed attempts; its call is added to ``calls``."""
        row = catalog.PROVIDERS.get(ref.provider)
        # What runs inside this process is bounded by the run's deadline alone: it can't hang on a network.
        seconds = None if row is None or row.embedded else self._limits.call_seconds
        attempt = 1
        while True:
            try:
                try:
                    async with asyncio.timeout(seconds):
                        reply = await model.answer(payload)
                except TimeoutError:  # not asked again: it had its time, and is perhaps being paid for
                    within = "in time" if seconds is None else f"within {seconds:g} s"
                    raise ProviderError(f"No answer {within}.") from None
            except ProviderError as error:
                if not error.retryable or attempt == self._limits.attempts:
                    raise
                await asyncio.sleep(_pause(attempt, error.retry_after, self._limits.run_seconds - self._now()))
                attempt += 1
                continue
            calls.append(Call(payload=payload, reply=reply, cost_usd=pricing.cost(ref, reply.usage), attempts=attempt))
            return reply

    def _desk(self, ref: ModelRef, model: Model) -> asyncio.Semaphore:
        """Where questions to one provider queue, across all lanes of the run."""
        return self._desks.setdefault(ref.provider, asyncio.Semaphore(max(1, min(model.limit, self._limits.at_once))))


def _pause(attempt: int, retry_after: float | None, left: float) -> float:
    """Full jitter, or what the server asks for; a wait beyond the run's end is pointless.

    Raises:
        Overloaded: the server asks for more time than is left.
    """
    if retry_after is not None and retry_after > left:
        raise Overloaded(f"The provider asks to wait {retry_after:g} s, longer than this run may take.")
    return retry_after if retry_after is not None else random.uniform(0, min(8.0, 0.5 * 2**attempt))


async def _together(questions: Sequence[Coroutine[Any, Any, Judgment]]) -> list[Judgment]:
    """All of them at once; the first error cancels the others and is raised."""
    tasks = [asyncio.ensure_future(question) for question in questions]
    try:
        return await asyncio.gather(*tasks)
    finally:
        for task in tasks:
            task.cancel()
