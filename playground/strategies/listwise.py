"""The model orders many documents at once. A window slides from the back to the front, so that good ones rise.

Sliding windows after RankGPT (Sun et al. 2023, arXiv 2304.09542).
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import ClassVar

from playground.errors import InputError
from playground.forms.order import Order
from playground.strategies.base import Asking, nothing_asked, option, ranked
from playground.strategies.consensus import kemeny
from playground.strategies.rounds import Steps, together
from playground.types import Ask, DocId, Document, Judgment, Provenance, Ranked, Ranking, Rounds, Task


@dataclass(frozen=True, kw_only=True)
class Listwise(Asking):
    name: ClassVar[str] = "listwise"
    about: ClassVar[str] = "The model puts a window of documents in order, from the back to the front."

    chars: int | None = option(  # type: ignore[assignment]
        None,
        "Characters a document",
        "How much of each document the model is shown: 500 with reasons, 600 without.",
        low=50,
        high=50_000,
    )
    window: int | None = option(
        20, "Window", "Documents ordered in one call. Empty: all in one call (batch order).", low=2, high=1_000
    )
    stride: int = option(10, "Stride", "How far the window moves each time; smaller than the window.", low=1, high=999)
    passes: int = option(
        1, "Passes", "How often the window slides through. K passes bring more of the top into order.", low=1, high=10
    )
    reasons: bool = option(
        True, "Reasons", "A one-sentence reason and a quote for every document; costs output tokens."
    )
    shuffles: int = option(
        1,
        "Shuffles",
        "From 2 on: that many shuffled inputs, all at once, and the order that contradicts their answers least; shows "
        "how far each document's rank swings.",
        low=1,
        high=20,
    )
    seed: int = option(0, "Seed", "Which shuffles.", low=0, high=1_000_000)

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.window is not None and self.stride >= self.window:
            raise InputError(
                f"stride={self.stride} is not smaller than window={self.window}.",
                hint="Windows must overlap: choose a smaller stride, for example half the window.",
            )

    def rank(self, task: Task) -> Rounds:
        if len(task.documents) < 2:
            return nothing_asked(task)
        if self.shuffles == 1:
            return (yield from self._once(task.documents, 0))
        shuffles = (self._once(self._shuffled(task, trial), trial) for trial in range(self.shuffles))
        rankings = yield from together(*shuffles)
        return _agreed([document.id for document in task.documents], rankings)

    def guaranteed(self, n: int, k: int) -> int:
        window = self.window or n
        if n <= window:
            return min(n, k)
        # A pass carries the best w - s of all that came before through every window; each further pass as many again.
        return min(n, k, self.passes * (window - self.stride))

    def form(self) -> Order:
        return self.worded(Order, reasons=self.reasons, chars=self.chars or (500 if self.reasons else 600))

    def _shuffled(self, task: Task, trial: int) -> tuple[Document, ...]:
        documents = list(task.documents)
        random.Random(f"{self.seed}/{trial}").shuffle(documents)
        return tuple(documents)

    def _once(self, documents: tuple[Document, ...], trial: int) -> Steps[Ranking]:
        """All passes over one input order."""
        form = self.form()
        order = list(documents)
        told: dict[DocId, Judgment] = {}
        for _ in range(self.passes):
            for start, end in windows(len(order), self.window or len(order), self.stride):
                shown = tuple(order[start:end])
                (judgment,) = yield [Ask(form=form, shown=shown, model=self.model, trial=trial)]
                order[start:end] = rearranged(shown, judgment)
                for document in shown:
                    told[document.id] = _latest(told.get(document.id), judgment, document.id)
        stage = str(self.model)
        return Ranking(
            items=tuple(_item(document.id, rank, told[document.id], stage) for rank, document in enumerate(order, 1))
        )


def windows(n: int, window: int, stride: int) -> list[tuple[int, int]]:
    """The windows of one pass, ``[start, end)`` from the back: 1, or 1 + ceil((n - window) / stride) for n > window."""
    found = []
    end = n
    while True:
        start = max(0, end - window)
        found.append((start, end))
        if start == 0:
            return found
        end = max(end - stride, window)


def rearranged(shown: tuple[Document, ...], judgment: Judgment) -> list[Document]:
    """The named documents in their new order, then the unnamed ones in their old."""
    place = {id: at for at, id in enumerate(judgment.order)}
    return sorted(shown, key=lambda document: place.get(document.id, len(place)))


def _latest(before: Judgment | None, judgment: Judgment, id: DocId) -> Judgment:
    """What is known of a document after one more window: none that failed or leaves it out unsays an earlier one."""
    if before is None:
        return judgment
    left_out = id in before.order and id not in judgment.order
    return before if left_out or (before.answered and not judgment.answered) else judgment


def _item(id: DocId, rank: int, judgment: Judgment, stage: str) -> Ranked:
    how: tuple[Provenance, ...] = ("judged",)
    if judgment.verdict in ("none_relevant", "tie"):
        how = ("tied",)
    elif judgment.verdict != "ranked":
        how = ("failed",)
    elif id not in judgment.order:
        how = ("repaired",)
    return ranked(id, rank, judgment, how=how, stage=stage)


def _agreed(ids: Sequence[DocId], rankings: Sequence[Ranking]) -> Ranking:
    """What several orders come to. ``details["intervals"]`` has each document's best and worst rank among them,
    ``["answered"]`` how many there are; a document's grade is the mean of those it got, its reason the first."""
    said = [{item.id: item for item in ranking.items} for ranking in rankings]
    votes = [_places(ranking) for ranking in rankings]
    spoken_of = [id for id in ids if any(id in vote for vote in votes)]
    order = kemeny(spoken_of, votes) + [id for id in ids if id not in spoken_of]
    items, intervals = [], {}
    for rank, id in enumerate(order, 1):
        words = [words[id] for words in said]
        judged = [item for item in words if "judged" in item.provenance]
        first = next((item for item in judged if item.reason), (judged or words)[0])
        grades = [item.grade for item in judged if item.grade is not None]
        items.append(replace(first, rank=rank, grade=sum(grades) / len(grades) if grades else None))
        if judged:
            ranks = [item.rank for item in judged]
            intervals[id] = [min(ranks), max(ranks)]
    counted = sum(ranking.judged for ranking in rankings)
    return Ranking(items=tuple(items), details={"intervals": intervals, "answered": counted})


def _places(ranking: Ranking) -> dict[DocId, int]:
    """Named documents by rank; those a reply left out share the last place; of the others nothing is known."""
    last = len(ranking.items) + 1
    return {
        item.id: item.rank if "judged" in item.provenance else last
        for item in ranking.items
        if {"judged", "repaired"} & set(item.provenance)
    }
