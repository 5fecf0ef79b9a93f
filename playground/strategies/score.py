"""One scoring model, one number a document: BM25, embedding, query likelihood, cross-encoder."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from playground import catalog
from playground.forms.relevance import Relevance
from playground.strategies.base import Common, by_score, nothing_asked
from playground.types import Ask, Judgment, ModelRef, Ranking, Rounds, Task


@dataclass(frozen=True, kw_only=True)
class Score(Common):
    name: ClassVar[str] = "score"
    about: ClassVar[str] = "A scoring model gives every document a number; one round, no reasons."

    model: ModelRef

    def rank(self, task: Task) -> Rounds:
        if len(task.documents) < 2:
            return nothing_asked(task)
        row = catalog.PROVIDERS.get(self.model.provider)
        size = (row.batch if row else None) or len(task.documents)
        form = Relevance()
        asks = [
            Ask(form=form, shown=task.documents[start : start + size], model=self.model)
            for start in range(0, len(task.documents), size)
        ]
        judgments = yield asks
        told: dict[str, Judgment] = {
            document.id: judgment for ask, judgment in zip(asks, judgments, strict=True) for document in ask.shown
        }
        ranking: Ranking = by_score(task.documents, told, stage=str(self.model))
        return ranking

    def guaranteed(self, n: int, k: int) -> int:
        return min(n, k)

    def models(self) -> tuple[ModelRef, ...]:
        return (self.model,)
