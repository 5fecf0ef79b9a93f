"""Groups keep their best few, level by level; points are added up over independent tournaments (TourRank, Chen et al.
2024, arXiv 2406.11678)."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import ClassVar

from playground.errors import InputError
from playground.forms.order import Order
from playground.strategies.base import Asking, nothing_asked, option, placed
from playground.strategies.rounds import Steps, together
from playground.types import Ask, DocId, Document, Judgment, Rounds, Task


@dataclass(frozen=True, kw_only=True)
class Tournament(Asking):
    name: ClassVar[str] = "tournament"
    about: ClassVar[str] = (
        "Groups of documents keep their best few, level by level; several tournaments' points add up."
    )

    group: int = option(
        20, "Group", "Documents a group holds at the most; of two, three where one is over.", low=2, high=100
    )
    keep: int = option(10, "Keep", "How many a full group keeps; smaller groups keep the same share.", low=1, high=99)
    rounds: int = option(2, "Rounds", "Independent tournaments, all at once; their points are added.", low=1, high=20)
    seed: int = option(0, "Seed", "Shuffles the documents inside their groups.", low=0, high=1_000_000)
    chars: int = option(
        600, "Characters a document", "How much of each document the model is shown.", low=50, high=50_000
    )

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.keep >= self.group:
            raise InputError(
                f"keep={self.keep} is not smaller than group={self.group}.",
                hint="A group must send somebody home: choose a smaller keep, for example half the group.",
            )

    def rank(self, task: Task) -> Rounds:
        documents = task.documents
        if len(documents) < 2:
            return nothing_asked(task)
        heard: dict[DocId, list[Judgment]] = {document.id: [] for document in documents}
        points = dict.fromkeys(heard, 0)
        for won in (yield from together(*(self._game(documents, game, heard) for game in range(self.rounds)))):
            points = {id: points[id] + won[id] for id in points}
        ordered = sorted(documents, key=lambda document: -points[document.id])
        ranking = placed(ordered, heard, stage=str(self.model), scores={id: float(won) for id, won in points.items()})
        shape = [list(stage) for stage in stages(len(documents), self.group, self.keep)]
        return replace(ranking, details={"stages": shape})

    def form(self) -> Order:
        return self.worded(Order, reasons=False)

    def guaranteed(self, n: int, k: int) -> int:
        return 0

    def _game(
        self, documents: Sequence[Document], game: int, heard: dict[DocId, list[Judgment]]
    ) -> Steps[dict[DocId, int]]:
        """Points of one tournament: a document gets one for each stage that it survives."""
        form = self.form()
        dice = random.Random(f"{self.seed}/{game}")
        points = dict.fromkeys(heard, 0)
        left = list(documents)
        for groups, kept in stages(len(documents), self.group, self.keep):
            # Dealt like cards in their present order, so that no group gets all the good ones; shuffled, so that no
            # place in a question favours the same document every time.
            hands = [left[at::groups] for at in range(groups)]
            for hand in hands:
                dice.shuffle(hand)
            judgments = yield [Ask(form=form, shown=tuple(hand), model=self.model, trial=game) for hand in hands]
            through: set[DocId] = set()
            for at, (hand, judgment) in enumerate(zip(hands, judgments, strict=True)):
                wanted = kept // groups + (at < kept % groups)
                named = judgment.order
                here = {document.id for document in hand}
                ids = [document.id for document in left if document.id in here]
                for id in ids:
                    heard[id].append(judgment)
                for id in named[:wanted]:
                    points[id] += 1
                # Places that the answer leaves open go to the first comers, who get no point for them.
                through |= set([*named, *(id for id in ids if id not in named)][:wanted])
            left = [document for document in left if document.id in through]
        return points


def stages(n: int, group: int, keep: int) -> list[tuple[int, int]]:
    """Each stage of one tournament as (groups, documents kept of all), down to two documents, or to one from two.

    The published shape for 100 documents in groups of 20 that keep 10: 5 + 5 + 1 + 1 + 1 questions, 100 → 50 → 20 →
    10 → 5 → 2.
    """
    found: list[tuple[int, int]] = []
    most, left = -(-n // group), n
    while left > 2 or (left == 2 and not found):
        groups = 1 if left <= group else min(most, left // 2)
        kept = left * keep // group
        if group < kept <= group * 3 // 2:
            kept = group  # so that the next stage is one question
        kept = min(max(kept, groups), left - 1)
        found.append((groups, kept))
        left = kept
    return found
