"""A cheap strategy picks, a dear one ranks what was picked: the hybrid of most production systems."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import ClassVar

from playground.strategies.base import Common, Strategy, option, unique
from playground.types import Earlier, ModelRef, Ranked, Ranking, Rounds, Task


@dataclass(frozen=True, kw_only=True)
class Cascade(Common):
    name: ClassVar[str] = "cascade"
    about: ClassVar[str] = "One strategy keeps the best few, another ranks those; the rest stays in the first's order."

    first: Strategy
    then: Strategy
    keep: int | None = option(
        None,
        "Keep",
        "How many the first stage passes on. Empty: 10, or 15 when there are more than 15 documents.",
        low=1,
        high=1_000,
    )

    def rank(self, task: Task) -> Rounds:
        first = yield from self.first.rank(task)
        keep = self._keep(len(task.documents))
        by_id = {document.id: document for document in task.documents}
        kept = tuple(by_id[item.id] for item in first.items[:keep])
        second = yield from self.then.rank(replace(task, documents=kept))
        before = {item.id: item for item in first.items}
        decided = [_decided(item, before[item.id]) for item in second.items]
        cut = [
            replace(item, stage=f"1. {item.stage}", provenance=tuple(dict.fromkeys((*item.provenance, "cut"))))
            for item in first.items[keep:]
        ]
        items = tuple(replace(item, rank=rank) for rank, item in enumerate((*decided, *cut), 1))
        return Ranking(items=items, details=second.details or first.details)

    def guaranteed(self, n: int, k: int) -> int:
        keep = self._keep(n)
        # The kept ones are the true top only as far as the first stage vouches for them.
        return min(self.first.guaranteed(n, keep), self.then.guaranteed(keep, min(k, keep)))

    def advice(self, n: int) -> str:
        return self.first.advice(n) or self.then.advice(self._keep(n))

    def models(self) -> tuple[ModelRef, ...]:
        return unique((*self.first.models(), *self.then.models()))

    def _keep(self, n: int) -> int:
        return min(n, self.keep or (15 if n > 15 else 10))


def _decided(item: Ranked, before: Ranked) -> Ranked:
    """The second stage's word and, beside it, the first's. Where one of them asked nothing, the other decided alone."""
    if not item.stage:
        return replace(before, stage=before.stage and f"1. {before.stage}")
    earlier = (Earlier(stage=f"1. {before.stage}", rank=before.rank, score=before.score),) if before.stage else ()
    return replace(item, stage=f"2. {item.stage}", earlier=(*earlier, *item.earlier))
