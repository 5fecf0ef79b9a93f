"""Every document graded alone, 0 to 10: n calls, all in one round. Order of the input can't matter."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from playground.forms.grade import Grade
from playground.strategies.base import Asking, by_score, nothing_asked, option
from playground.types import Ask, Rounds, Task


@dataclass(frozen=True, kw_only=True)
class Pointwise(Asking):
    name: ClassVar[str] = "pointwise"
    about: ClassVar[str] = "The model grades each document alone from 0 to 10: n calls at once, a reason each."

    chars: int = option(
        1_500, "Characters a document", "How much of each document the model is shown.", low=50, high=50_000
    )
    reasons: bool = option(True, "Reasons", "A one-sentence reason and a quote with every grade; costs output tokens.")

    def rank(self, task: Task) -> Rounds:
        if not task.documents:
            return nothing_asked(task)
        form = Grade(
            reasons=self.reasons, chars=self.chars, domain=self.domain, temperature=self.temperature, effort=self.effort
        )
        judgments = yield [Ask(form=form, shown=(document,), model=self.model) for document in task.documents]
        told = {document.id: judgment for document, judgment in zip(task.documents, judgments, strict=True)}
        return by_score(task.documents, told, stage=str(self.model))

    def guaranteed(self, n: int, k: int) -> int:
        return min(n, k)
