"""The run on the page: under way, ended, or opened from a file; with what was run once more to check it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

from playground.board import Board, LaneBoard
from playground.checks import Check, Kind
from playground.errors import InputError
from playground.lanes import Lane
from playground.live import LiveRun
from playground.runs import Record, built, completed, record
from playground.types import DocId, Task
from playground.view.outcome import Outcome


@dataclass(frozen=True, kw_only=True)
class Checking:
    """A check that was started on this page."""

    kind: Kind
    number: int
    live: LiveRun

    @property
    def done(self) -> Check:
        """The check as it is recorded."""
        order = tuple(document.id for document in self.live.task.documents)
        return Check(kind=self.kind, number=self.number, order=order, events=tuple(self.live.events))


@dataclass(kw_only=True)
class Shown:
    """``run`` is one of this session, or the record of another; ``label`` then says where it comes from. ``note`` is
    the set's; ``waiting`` are checks still to be made, one after another; ``saved`` is the id under which all this is
    kept, "" where it isn't; ``book`` the saved run to which grades are given together: also once a check or grades
    were added to it here; ``completes`` is the record of the run that this one completes, if it completes one."""

    run: LiveRun | Record
    qrels: Mapping[DocId, int]
    note: str = ""
    label: str = ""
    checking: list[Checking] = field(default_factory=list)
    waiting: list[Kind] = field(default_factory=list)
    stopping: bool = False
    saved: str = ""
    book: str = ""
    completes: Record | None = None
    _kept: tuple[tuple[int, ...], Outcome] | None = None

    @property
    def live(self) -> LiveRun | None:
        """The run, where it is one of this session."""
        return self.run if isinstance(self.run, LiveRun) else None

    @property
    def task(self) -> Task:
        return self.run.task

    @cached_property
    def lanes(self) -> list[Lane] | None:
        """None where a record holds a lane that this installation can't build."""
        if isinstance(self.run, LiveRun):
            return list(self.run.lanes)
        try:
            return built(self.run.lanes)
        except InputError:
            return None

    @property
    def at_work(self) -> LiveRun | None:
        """What is being run: the run itself, or a check of it."""
        return next((live for live in self._lives if live.running), None)

    @property
    def running(self) -> bool:
        return self.at_work is not None or bool(self.waiting)

    def stop(self) -> None:
        """Ends what is at work and drops what waits; returns at once."""
        self.waiting.clear()
        self.stopping = True
        if (live := self.at_work) is not None:
            live.stop()

    @property
    def board(self) -> Board:
        """The run's own, whatever check is under way."""
        return self.run.board if isinstance(self.run, LiveRun) else self.outcome.board

    @property
    def rows(self) -> dict[Lane, LaneBoard]:
        """What the lanes' cards show: of a check while it is at work, else of the run."""
        board = self.at_work.board if self.at_work is not None else self.board
        return dict(zip(self.lanes or (), board.lanes, strict=False))

    @property
    def outcome(self) -> Outcome:
        """As far as it has come; worked out anew only when something has happened since."""
        state = tuple(len(live.events) * 2 + live.running for live in self._lives)
        if self._kept is None or self._kept[0] != state:
            self._kept = (state, self._looked())
        return self._kept[1]

    def check(self, kind: Kind, number: int, live: LiveRun) -> None:
        """Takes up a check that has begun."""
        self.checking.append(Checking(kind=kind, number=number, live=live))
        self.stopping, self.saved = False, ""

    def count(self, kind: Kind) -> int:
        """How many checks of a kind have begun."""
        ended = [check.kind for check in self.outcome.record.checks]
        return [*ended, *(check.kind for check in self.checking if check.live.running)].count(kind)

    @property
    def _lives(self) -> list[LiveRun]:
        return [*([self.run] if isinstance(self.run, LiveRun) else []), *(check.live for check in self.checking)]

    def _looked(self) -> Outcome:
        ended = [check.done for check in self.checking if not check.live.running]
        if isinstance(self.run, Record):
            made = replace(self.run, checks=(*self.run.checks, *ended)) if ended else self.run
            return Outcome(record=made, board=made.board)
        # The board first: what happens in between is seen the next time.
        board, provisional = self.run.board, self.run.provisional() if self.run.running else ()
        made = record(self.run.task, self.run.lanes, self.run.events, qrels=self.qrels)
        if self.completes is not None:
            made = completed(made, self.completes)
        made = replace(made, checks=(*made.checks, *ended))
        return Outcome(record=made, board=board, provisional=provisional)
