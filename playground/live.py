"""A run in a thread of its own: it outlives a page's rerun, can be watched and stopped from any thread, and never calls
back into who started it."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Mapping, Sequence
from contextlib import suppress

from playground.board import Board, LaneBoard, fold
from playground.budget import Budget
from playground.cache import Cache
from playground.events import Answered, Event, Failure, LaneFailed, RunFinished
from playground.lanes import Lane
from playground.limits import LIMITS, Limits
from playground.models import Access, Models
from playground.provisional import provisional
from playground.reuse import Replies
from playground.runner import Halt, run
from playground.types import Judge, Model, ModelRef, Ranking, Task

_log = logging.getLogger(__name__)


def blank(lanes: Sequence[Lane]) -> tuple[LaneBoard, ...]:
    """The lanes' boards before anything has happened."""
    return tuple(
        LaneBoard(name=lane.name, strategy=lane.strategy.name, model=lane.models, words=lane.words) for lane in lanes
    )


class LiveRun:
    """Started on construction. ``board`` and ``events`` may be read at any time; ``explain`` is how many of each lane's
    first documents are to have a reason.

    Replies of earlier runs are used again and new ones kept where ``access`` says; ``fresh`` = none are used. The
    ``repeat``-th repeat of a run, from 1, asks its questions once more, and reuses only what that repeat was answered.
    ``before`` are the events of a run that this one completes: what that was answered is not asked again, whether
    replies are kept or not. ``budget`` bounds what is spent, together with the other runs that share it. ``given`` are
    judges or models by reference, used in place of the providers' (oracles, test doubles).
    """

    def __init__(
        self,
        task: Task,
        lanes: Sequence[Lane],
        access: Access,
        *,
        explain: int = 0,
        limits: Limits = LIMITS,
        budget: Budget | None = None,
        fresh: bool = False,
        repeat: int = 0,
        given: Mapping[ModelRef, Judge | Model] | None = None,
        before: Sequence[Event] = (),
    ) -> None:
        self.task = task
        self.lanes = tuple(lanes)
        self._start = blank(lanes)
        self.board: Board = fold(self._start, ())
        self.events: list[Event] = []
        self.explain = explain
        self._limits, self._budget = limits, budget
        self._fresh, self._repeat, self._given = fresh, repeat, given or {}
        self._before = tuple(before)
        self._loop: asyncio.AbstractEventLoop | None = None
        self._halt: Halt | None = None
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._run(access)), name="rerank-run", daemon=True)
        self._thread.start()

    def provisional(self) -> tuple[Ranking | None, ...]:
        """How each lane would rank with what has been answered so far; None before that, and where it has ended."""
        heard = [event for event in tuple(self.events) if isinstance(event, Answered)]
        return tuple(
            None
            if row.ranking is not None or row.error is not None
            else provisional(self.task, lane.strategy, [event for event in heard if event.lane == at])
            for at, (lane, row) in enumerate(zip(self.lanes, self.board.lanes, strict=True))
        )

    @property
    def running(self) -> bool:
        return self._thread.is_alive()

    def stop(self) -> None:
        """Nothing more is sent, open sockets close; returns at once. What was answered is kept."""
        self._stopped.set()
        loop, halt = self._loop, self._halt
        if loop is not None and halt is not None and not loop.is_closed():
            # The loop may close between the check and the call: the run is over then.
            with suppress(RuntimeError):
                loop.call_soon_threadsafe(halt, "stopped")

    def join(self, timeout: float | None = None) -> Board:
        """Waits for the end (at most ``timeout`` seconds) and returns the board as it is then."""
        self._thread.join(timeout)
        return self.board

    async def _run(self, access: Access) -> None:
        try:
            await self._drive(access)
        except Exception as error:  # a mistake of ours: nobody is to wait for what no longer comes
            _log.exception("the run")
            self._give_up(error)

    async def _drive(self, access: Access) -> None:
        models = Models(access)
        cache = None if access.replies is None else Cache(access.replies)
        self._halt, self._loop = Halt(), asyncio.get_running_loop()
        if self._stopped.is_set():
            self._halt("stopped")

        def judges(ref: ModelRef) -> Judge | Model:
            return self._given[ref] if ref in self._given else models(ref)

        try:
            await run(
                self.task,
                self.lanes,
                judges,
                self._note,
                self._halt,
                replies=Replies(
                    access, cache, fresh=self._fresh, repeat=self._repeat, given=self._given, before=self._before
                ),
                explain=self.explain,
                limits=self._limits,
                budget=self._budget,
            )
        finally:
            await models.close()
            if cache is not None:
                cache.close()

    def _give_up(self, error: Exception) -> None:
        """Ends the run, and as failed every lane that has not ended."""
        at = self.events[-1].at if self.events else 0.0
        failure = Failure(
            kind=type(error).__name__, message="Something went wrong outside this lane.", hint="The log says what."
        )
        for lane, row in enumerate(self.board.lanes):
            if row.ranking is None and row.error is None:
                self._note(LaneFailed(lane=lane, at=at, error=failure))
        if self.board.finished is None:
            self._note(RunFinished(at=at))

    def _note(self, event: Event) -> None:
        self.events.append(event)
        self.board = self.board.apply(event)
