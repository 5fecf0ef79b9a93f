"""A run made once more to see whether it can be believed: on reordered input, or as it was."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from playground.board import Board, LaneBoard, fold
from playground.events import Event
from playground.types import DocId, Task

Kind = Literal["reversed", "shuffled", "repeat"]


@dataclass(frozen=True, kw_only=True)
class Check:
    """The same lanes over the same documents, once more. ``number`` counts the checks of a kind, from 1: it seeds a
    shuffle, and tells a repeat's questions from those of the run itself. ``order`` is the input order it was given."""

    kind: Kind
    number: int
    order: tuple[DocId, ...]
    events: tuple[Event, ...]

    def board(self, lanes: Sequence[LaneBoard]) -> Board:
        """What it came to, folded from the events onto the lanes' blank boards."""
        return fold(lanes, self.events)


def given(task: Task, kind: Kind, number: int) -> Task:
    """The task as a check of this kind is given it."""
    documents = list(task.documents)
    if kind == "reversed":
        documents.reverse()
    elif kind == "shuffled":
        random.Random(number).shuffle(documents)
    return replace(task, documents=tuple(documents))
