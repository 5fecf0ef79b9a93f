"""The best of several documents at a time, sorted by the outcomes (Setwise, Zhuang et al. 2023, arXiv 2310.09497)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from typing import ClassVar, Literal

from playground.forms.order import Order
from playground.forms.pick import Pick
from playground.strategies.base import Asking, nothing_asked, option, placed
from playground.strategies.knockout import knockout
from playground.strategies.rounds import Steps
from playground.strategies.sorting import heap
from playground.types import Ask, DocId, Document, Judgment, ModelRef, Rounds, Task


@dataclass(frozen=True, kw_only=True)
class Setwise(Asking):
    name: ClassVar[str] = "setwise"
    about: ClassVar[str] = "The model picks the best of a few documents; a heap or rounds of heats find the top."

    variant: Literal["heap", "rounds"] = option(
        "heap",
        "Variant",
        "heap: one pick after another. rounds: heats that return their whole order, those of one level at once.",
        choices=("heap", "rounds"),
    )
    children: int = option(3, "Children", "Documents in a question, less one: 3 shows four.", low=2, high=100)
    chars: int = option(
        600, "Characters a document", "How much of each document the model is shown.", low=50, high=50_000
    )

    def rank(self, task: Task) -> Rounds:
        documents = task.documents
        n = len(documents)
        if n < 2:
            return nothing_asked(task)
        k = min(n, self.top_k or n)
        heats = Heats(documents, self.form(), self.model)
        if self.variant == "heap":
            order = yield from heap(n, k, self.children, heats.best)
        else:
            order = yield from knockout(n, k, self.children + 1, heats.run)
        ranking = placed(
            [documents[each] for each in order], heats.heard, stage=str(self.model), sure=k, tied=heats.tied
        )
        return replace(ranking, details={"picks": heats.tally})

    def form(self) -> Pick | Order:
        return self.worded(Pick) if self.variant == "heap" else self.worded(Order, reasons=False)

    def guaranteed(self, n: int, k: int) -> int:
        return min(n, k, self.top_k or n)

    def advice(self, n: int) -> str:
        if n > 2 and self.children >= n - 1:
            return f"One question holds all {n} documents: listwise with window=all orders them in one call."
        return ""


class Heats:
    """All heats of one lane: documents by index, shown in prior order, so that a draw leaves the first comer ahead.

    ``tally`` counts for each document the questions it won (named first) and lost.
    """

    def __init__(self, documents: Sequence[Document], form: Pick | Order, model: ModelRef) -> None:
        self.heard: dict[DocId, list[Judgment]] = {document.id: [] for document in documents}
        self.tally = {document.id: {"wins": 0, "losses": 0} for document in documents}
        self._documents, self._form, self._model = documents, form, model
        self._drawn: set[frozenset[DocId]] = set()

    def run(self, heats: Sequence[Sequence[int]]) -> Steps[list[list[int]]]:
        """The order of each heat, best first: those that the answer names, then the others as they came. A heat that
        got no answer stays as it was given."""
        rows = [sorted(heat) for heat in heats]
        shown = [tuple(self._documents[at] for at in row) for row in rows]
        judgments = yield [Ask(form=self._form, shown=each, model=self._model) for each in shown]
        for each, judgment in zip(shown, judgments, strict=True):
            self._note([document.id for document in each], judgment)
        return [
            self._ordered(row, judgment) if judgment.answered else list(heat)
            for heat, row, judgment in zip(heats, rows, judgments, strict=True)
        ]

    def best(self, family: Sequence[int]) -> Steps[int]:
        """The best of a node and its children; the node itself where the answer can't be read."""
        ((first, *_),) = yield from self.run([family])
        return first

    def tied(self, one: DocId, other: DocId) -> bool:
        """Whether a question about both told neither from the other."""
        return frozenset((one, other)) in self._drawn

    def _ordered(self, row: Sequence[int], judgment: Judgment) -> list[int]:
        place = {id: at for at, id in enumerate(judgment.order)}
        return sorted(row, key=lambda each: place.get(self._documents[each].id, len(place)))

    def _note(self, ids: list[DocId], judgment: Judgment) -> None:
        for id in ids:
            self.heard[id].append(judgment)
            if judgment.order:
                self.tally[id]["wins" if id == judgment.order[0] else "losses"] += 1
        if judgment.verdict in ("none_relevant", "tie"):
            self._drawn |= {frozenset(pair) for pair in combinations(ids, 2)}
        elif judgment.order:
            self._drawn -= {frozenset((judgment.order[0], id)) for id in ids}
