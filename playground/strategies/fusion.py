"""Several strategies' rankings as one: reciprocal rank fusion (Cormack, Clarke and Büttcher 2009)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from playground.errors import InputError
from playground.strategies.base import Common, Strategy, neighbours, nothing_asked, option, unique
from playground.strategies.rounds import together
from playground.types import DocId, Earlier, ModelRef, Provenance, Ranked, Ranking, Rounds, Task


@dataclass(frozen=True, kw_only=True)
class Fusion(Common):
    name: ClassVar[str] = "fusion"
    about: ClassVar[str] = "Runs several strategies side by side and adds up 1 / (k + rank) of their rankings."

    lanes: tuple[Strategy, ...]
    k: int = option(60, "k", "The larger, the less the very first ranks count. 60 is the paper's.", low=1, high=1_000)

    def __post_init__(self) -> None:
        super().__post_init__()
        if len(self.lanes) < 2:
            raise InputError("fusion needs two lanes or more.", hint="Write for example lanes=bm25,embedding.")

    def rank(self, task: Task) -> Rounds:
        if len(task.documents) < 2:
            return nothing_asked(task)
        rankings = yield from together(*(lane.rank(task) for lane in self.lanes))
        votes = [_places(ranking) for ranking in rankings]
        words = [{item.id: item for item in ranking.items} for ranking in rankings]
        score = {
            document.id: sum(1 / (self.k + place[document.id]) for place in votes if document.id in place)
            for document in task.documents
        }
        ids = sorted(score, key=lambda each: -score[each])
        ties = neighbours(ids, lambda one, other: score[one] == score[other] > 0)
        items = []
        for rank, id in enumerate(ids, 1):
            said = [(lane, word[id]) for lane, word in zip(self.lanes, words, strict=True)]
            items.append(_fused(id, rank, score[id], id in ties, said))
        return Ranking(items=tuple(items), details={"lanes": [dict(ranking.details) for ranking in rankings]})

    def guaranteed(self, n: int, k: int) -> int:
        return min(lane.guaranteed(n, k) for lane in self.lanes)

    def models(self) -> tuple[ModelRef, ...]:
        return unique(ref for lane in self.lanes for ref in lane.models())

    def advice(self, n: int) -> str:
        return next((found for lane in self.lanes if (found := lane.advice(n))), "")


def _places(ranking: Ranking) -> dict[DocId, int]:
    """Each document's rank, without the failed ones: an input order is no vote. Documents that nothing told apart
    share the rank of their first."""
    places: dict[DocId, int] = {}
    before: Ranked | None = None
    for item in ranking.items:
        if "failed" in item.provenance:
            continue
        places[item.id] = places[before.id] if before is not None and _alike(before, item) else item.rank
        before = item
    return places


def _alike(one: Ranked, other: Ranked) -> bool:
    """Tied with one another, or both left unsorted below a top k."""
    if (one.score, one.stage) != (other.score, other.stage):
        return False
    marks = {"tied"} if one.score is not None else {"tied", "cut"}
    return bool(marks & set(one.provenance) & set(other.provenance))


def _fused(id: DocId, rank: int, score: float, tied: bool, said: Sequence[tuple[Strategy, Ranked]]) -> Ranked:
    """One document with every lane's word; reason and quote are the first lane's that has a reason."""
    spoken = [(lane, item) for lane, item in said if "failed" not in item.provenance]
    how: tuple[Provenance, ...] = ("judged", "tied") if tied else ("judged",)
    seen = [item.seen for _, item in spoken if item.seen is not None]
    reasoned = next((item for _, item in spoken if item.reason), None)
    return Ranked(
        id=id,
        rank=rank,
        score=score if spoken else None,
        reason=reasoned.reason if reasoned else None,
        quote=reasoned.quote if reasoned else None,
        provenance=how if spoken else ("failed",),
        stage="fusion",
        earlier=tuple(_earlier(lane, item) for lane, item in spoken),
        why="" if spoken else next((item.why for _, item in said if item.why), ""),
        seen=min(seen, default=None),
    )


def _earlier(lane: Strategy, item: Ranked) -> Earlier:
    stage = item.stage if lane.name == "score" else f"{lane.name} {item.stage}"
    return Earlier(stage=stage, rank=item.rank, score=item.score)
