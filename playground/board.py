"""The state of a run: ``board = fold(events)``. Everything shown, printed or saved about a run is read from it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import reduce
from typing import Literal

from playground.events import Answered, Event, Failure, LaneFailed, LaneFinished, LaneStarted, Phase, Plan, RunFinished
from playground.types import Judgment, Ranking, Repair, Usage

State = Literal["waiting", "running", "complete", "repaired", "partial", "failed"]
UNSETTLED: tuple[State, ...] = ("partial", "failed")
"""The states of a lane that lacks answers."""


@dataclass(frozen=True, kw_only=True)
class Spent:
    """Questions settled and what they took. ``calls`` were made now, ``cached`` ones taken from an earlier run or
    another lane; ``usage`` and ``cost_usd`` (None = at least one call had no known price) are what this run spent.

    ``measured`` and ``replayed`` are the seconds of the two kinds of calls, each summed over all of them.
    """

    questions: int = 0
    failed: int = 0
    calls: int = 0
    cached: int = 0
    usage: Usage = field(default_factory=Usage)
    cost_usd: Decimal | None = Decimal(0)
    measured: float = 0.0
    replayed: float = 0.0

    @property
    def nothing_new(self) -> bool:
        """Whether every reply was at hand: wall-clock time then measures nothing."""
        return self.cached > 0 and not self.calls

    def plus(self, answered: Answered) -> Spent:
        cost, usage = self.cost_usd, self.usage
        made = [call for call in answered.calls if not call.reply.cached]
        reused = [call for call in answered.calls if call.reply.cached]
        for call in made:
            cost = None if cost is None or call.cost_usd is None else cost + call.cost_usd
            usage = usage + (call.reply.usage or Usage())
        return Spent(
            questions=self.questions + 1,
            failed=self.failed + (not answered.judgment.answered),
            calls=self.calls + len(made),
            cached=self.cached + len(reused),
            usage=usage,
            cost_usd=cost,
            measured=self.measured + sum(call.reply.seconds for call in made),
            replayed=self.replayed + sum(call.reply.seconds for call in reused),
        )


@dataclass(frozen=True, kw_only=True)
class LaneBoard:
    """One lane. ``spent`` is the ranking's, ``explaining`` the explanations' after it; ``seconds`` is wall-clock from
    the lane's start to its ranking."""

    name: str
    strategy: str
    model: str
    words: str
    started: float | None = None
    seconds: float | None = None
    plan: Plan | None = None
    rounds: int = 0
    spent: Spent = Spent()
    explaining: Spent = Spent()
    repairs: tuple[Repair, ...] = ()
    ranking: Ranking | None = None
    error: Failure | None = None

    @property
    def planned(self) -> int:
        """Questions that the lane is expected to settle, at the most; never fewer than it has."""
        return max(self.plan.calls[1] if self.plan else 0, self.spent.questions)

    @property
    def state(self) -> State:
        """``partial`` as soon as a question failed or a document has no judgment: nothing degraded looks whole."""
        if self.error is not None:
            return "failed"
        if self.ranking is None:
            return "waiting" if self.started is None else "running"
        if self.spent.failed or any("failed" in item.provenance for item in self.ranking.items):
            return "partial"
        return "repaired" if self.repairs else "complete"


@dataclass(frozen=True, kw_only=True)
class Board:
    lanes: tuple[LaneBoard, ...]
    finished: float | None = None
    halted: str = ""
    warnings: tuple[str, ...] = ()

    @property
    def incomplete(self) -> bool:
        """Whether answers are missing: the run was cut short, or a lane lacks some."""
        return bool(self.halted) or any(lane.state in UNSETTLED for lane in self.lanes)

    def apply(self, event: Event) -> Board:
        """The board after one more event."""
        match event:
            case RunFinished():
                return replace(self, finished=event.at, halted=event.halted, warnings=event.warnings)
            case LaneStarted():
                return self._with(event.lane, started=event.at, plan=event.plan)
            case LaneFinished():
                return self._with(event.lane, ranking=event.ranking, seconds=event.at - self._began(event.lane))
            case LaneFailed():
                return self._with(event.lane, error=event.error, seconds=event.at - self._began(event.lane))
            case Answered(phase="explain"):
                return self._explained(event)
            case Answered():
                lane = self.lanes[event.lane]
                return self._with(
                    event.lane,
                    spent=lane.spent.plus(event),
                    rounds=max(lane.rounds, event.round),
                    repairs=_merged(lane.repairs, event.judgment.repairs),
                )

    def _began(self, lane: int) -> float:
        return self.lanes[lane].started or 0.0

    def _explained(self, event: Answered) -> Board:
        lane = self.lanes[event.lane]
        ranking = None if lane.ranking is None else with_reasons(lane.ranking, event.judgment)
        return self._with(event.lane, explaining=lane.explaining.plus(event), ranking=ranking)

    def _with(self, lane: int, **changes: object) -> Board:
        changed = replace(self.lanes[lane], **changes)  # type: ignore[arg-type]
        return replace(self, lanes=(*self.lanes[:lane], changed, *self.lanes[lane + 1 :]))


def with_reasons(ranking: Ranking, judgment: Judgment) -> Ranking:
    """The same ranks with a reason or quote more."""
    return replace(
        ranking,
        items=tuple(
            replace(
                item,
                reason=judgment.reasons.get(item.id, item.reason),
                quote=judgment.quotes.get(item.id, item.quote),
            )
            for item in ranking.items
        ),
    )


def fold(lanes: Sequence[LaneBoard], events: Iterable[Event]) -> Board:
    """The board of these lanes after these events."""
    return reduce(Board.apply, events, Board(lanes=tuple(lanes)))


def _merged(before: tuple[Repair, ...], more: tuple[Repair, ...]) -> tuple[Repair, ...]:
    counts = {repair.kind: repair.count for repair in before}
    for repair in more:
        counts[repair.kind] = counts.get(repair.kind, 0) + repair.count
    return tuple(Repair(kind=kind, count=count) for kind, count in counts.items())


def phase_of(board: Board) -> Phase | None:
    """What the run is busy with; None once it is over."""
    if board.finished is not None:
        return None
    settled = all(lane.ranking is not None or lane.error is not None for lane in board.lanes)
    return "explain" if settled else "rank"
