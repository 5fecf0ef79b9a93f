"""Every document graded alone, 0 to 10: n calls, all in one round. Order of the input can't matter."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import ClassVar, Literal

from playground.forms.grade import BEST, TOP_LABEL, Grade, Label
from playground.strategies.base import Asking, by_score, nothing_asked, option
from playground.strategies.rounds import Steps
from playground.types import Ask, DocId, Document, Judgment, Rounds, Task


@dataclass(frozen=True, kw_only=True)
class Pointwise(Asking):
    name: ClassVar[str] = "pointwise"
    about: ClassVar[str] = "The model grades each document alone from 0 to 10: n calls at once, a reason each."

    scale: Literal["text", "logprobs"] = option(
        "text",
        "Read from",
        "text: the grade written. logprobs: the expected grade over the chances of 0-4, one token a call, no reasons; "
        "where the model doesn't tell them, the text.",
        choices=("text", "logprobs"),
    )
    chars: int = option(
        1_500, "Characters a document", "How much of each document the model is shown.", low=50, high=50_000
    )
    reasons: bool = option(True, "Reasons", "A one-sentence reason and a quote with every grade; costs output tokens.")

    def rank(self, task: Task) -> Rounds:
        documents = task.documents
        if not documents:
            return nothing_asked(task)
        told: dict[DocId, Judgment] = {}
        if self.scale == "logprobs":
            told = yield from self._asked(documents, self.form())
        masses = {id: judgment.mass for id, judgment in told.items() if judgment.mass is not None}
        unsaid = [document for document in documents if document.id not in told or _unsaid(told[document.id])]
        if unsaid:
            told |= yield from self._asked(unsaid, self._in_words())
        told = {id: _out_of_ten(judgment) for id, judgment in told.items()}
        ranking = by_score(documents, told, stage=str(self.model))
        return replace(ranking, details={"label_mass": masses}) if masses else ranking

    def form(self) -> Grade | Label:
        return self.worded(Label) if self.scale == "logprobs" else self._in_words()

    def guaranteed(self, n: int, k: int) -> int:
        return min(n, k)

    def _in_words(self) -> Grade:
        return self.worded(Grade, reasons=self.reasons and self.scale == "text")

    def _asked(self, documents: Sequence[Document], form: Grade | Label) -> Steps[dict[DocId, Judgment]]:
        judgments = yield [Ask(form=form, shown=(document,), model=self.model) for document in documents]
        return {document.id: judgment for document, judgment in zip(documents, judgments, strict=True)}


def _unsaid(judgment: Judgment) -> bool:
    """Whether the log-probabilities said too little."""
    return judgment.mass is not None and not judgment.grades


def _out_of_ten(judgment: Judgment) -> Judgment:
    """An expected label on the scale of the written grades, so that both can stand in one ranking."""
    if judgment.mass is None:
        return judgment
    return replace(judgment, grades={id: grade * BEST / TOP_LABEL for id, grade in judgment.grades.items()})
