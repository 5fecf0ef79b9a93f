"""What there is to look at: a run as far as it has come."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from playground.belief import Belief, beliefs
from playground.board import Board
from playground.cutoff import Cutoff, cutoff, out_of_ten
from playground.events import Answered
from playground.metrics import ideal
from playground.runs import Record
from playground.text import straight
from playground.timing import Timing, timings
from playground.types import DocId, Document, Ranking
from playground.view import evidence

INPUT = 0
"""The column of the input order; the lanes follow it, and the ideal order comes last where there are human grades."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Outcome:
    """``provisional`` holds a ranking so far for each lane that is still at work, None for the others. An outcome
    equals itself alone, so that what is worked out of it can be kept beside it."""

    record: Record
    board: Board
    provisional: tuple[Ranking | None, ...] = ()

    @property
    def qrels(self) -> Mapping[DocId, int]:
        return self.record.qrels

    @cached_property
    def documents(self) -> dict[DocId, Document]:
        return {document.id: document for document in self.record.task.documents}

    @cached_property
    def titles(self) -> dict[DocId, str]:
        return {id: title(document) for id, document in self.documents.items()}

    @property
    def given(self) -> tuple[DocId, ...]:
        """The input order."""
        return tuple(self.documents)

    @property
    def graded(self) -> bool:
        """Whether the human grades call anything relevant: else there is no ideal order, and nothing to measure by."""
        return any(grade > 0 for grade in self.qrels.values())

    @cached_property
    def orders(self) -> tuple[tuple[DocId, ...] | None, ...]:
        """The order of every column, None where a lane came to none that says anything."""
        lanes = [row.ranking.ids if row.ranking and row.ranking.judged else None for row in self.board.lanes]
        return (self.given, *lanes, *([ideal(self.given, self.qrels)] if self.graded else []))

    @cached_property
    def beliefs(self) -> tuple[Belief, ...]:
        """One a lane."""
        checks = list(zip(self.record.checks, self.checked, strict=True))
        return beliefs(self.board, self.record.events, checks)

    @cached_property
    def checked(self) -> tuple[Board, ...]:
        """What each check came to."""
        return tuple(check.board(self.record.blank) for check in self.record.checks)

    @cached_property
    def answers(self) -> tuple[tuple[Answered, ...], ...]:
        """What was settled for each lane, its reasons too."""
        found: list[list[Answered]] = [[] for _ in self.board.lanes]
        for event in self.record.events:
            if isinstance(event, Answered):
                found[event.lane].append(event)
        return tuple(map(tuple, found))

    @cached_property
    def written(self) -> evidence.Written:
        """Which reasons came after the ranking."""
        return evidence.written(self.record.events)

    @cached_property
    def timings(self) -> tuple[Timing, ...]:
        """One a lane."""
        return timings(self.board, self.record.events)

    def cutoff(self, lane: int) -> Cutoff | None:
        """Where a lane's own numbers say to cut, if they do."""
        ranking = self.board.lanes[lane].ranking
        if ranking is None or not ranking.judged:
            return None
        return cutoff(ranking, graded=out_of_ten(ranking, lane, self.record.events))

    @property
    def lane_orders(self) -> list[tuple[DocId, ...]]:
        """Those that the lanes came to."""
        return [order for order in self.orders[1 : 1 + len(self.board.lanes)] if order]

    def baseline(self, column: int) -> int:
        """The column itself where it can be compared against, else the input order."""
        return column if 0 <= column < len(self.orders) and self.orders[column] else INPUT

    def name(self, column: int) -> str:
        """What stands above a column."""
        lanes: Sequence[str] = [straight(row.name) for row in self.board.lanes]
        return ["Input", *lanes, "Ideal"][column]


def title(document: Document) -> str:
    """What a card calls the document: its title, or how it begins."""
    return straight(document.title or " ".join(document.content.split())[:80]) or document.id
