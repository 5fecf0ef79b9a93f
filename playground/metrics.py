"""How good a ranking is, against human grades. Names and meanings are ir-measures'; ranks count, scores don't.

A document without a grade counts 0, and so does one below 0 (TREC's junk pages). ``nDCG@k`` has linear gain and takes
the ideal from all graded documents (Järvelin and Kekäläinen 2002, as trec_eval); ``RR`` and ``P@k`` call a document
relevant from grade 1 on.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from playground.types import DocId


def ndcg(ids: Sequence[DocId], qrels: Mapping[DocId, int], k: int) -> float:
    """Discounted gain of the first ``k`` over the best possible; 0 where nothing is relevant."""
    best = _best(qrels, k)
    return _dcg([qrels.get(id, 0) for id in ids[:k]]) / best if best else 0.0


def reciprocal_rank(ids: Sequence[DocId], qrels: Mapping[DocId, int]) -> float:
    """1 / rank of the first relevant document; 0 without one."""
    return next((1 / rank for rank, id in enumerate(ids, 1) if qrels.get(id, 0) > 0), 0.0)


def precision(ids: Sequence[DocId], qrels: Mapping[DocId, int], k: int) -> float:
    """Share of relevant documents among the first ``k`` places; empty places count against it."""
    return sum(qrels.get(id, 0) > 0 for id in ids[:k]) / k


def shares(ids: Sequence[DocId], baseline: Sequence[DocId], qrels: Mapping[DocId, int], k: int) -> dict[DocId, float]:
    """Each document's part of nDCG@k(ids) - nDCG@k(baseline); they sum to it. {} where nothing is relevant."""
    best = _best(qrels, k)
    if not best:
        return {}
    # A place beyond k counts nothing.
    now, before = ({id: _discount(rank) for rank, id in enumerate(each[:k], 1)} for each in (ids, baseline))
    gains = {id: _gain(qrels.get(id, 0)) for id in (*ids, *baseline)}
    return {id: gain * (now.get(id, 0) - before.get(id, 0)) / best if gain else 0.0 for id, gain in gains.items()}


def ideal(ids: Sequence[DocId], qrels: Mapping[DocId, int]) -> tuple[DocId, ...]:
    """The documents by grade, best first, equal grades in the given order; one without a grade counts 0."""
    return tuple(sorted(ids, key=lambda each: -qrels.get(each, 0)))


def measured(ids: Sequence[DocId], qrels: Mapping[DocId, int]) -> dict[str, float]:
    """The measures that the comparison shows, by name."""
    return {
        "nDCG@10": ndcg(ids, qrels, 10),
        "nDCG@3": ndcg(ids, qrels, 3),
        "RR": reciprocal_rank(ids, qrels),
        "P@1": precision(ids, qrels, 1),
    }


def _best(qrels: Mapping[DocId, int], k: int) -> float:
    """The discounted gain of the best possible first ``k``."""
    return _dcg(sorted(qrels.values(), reverse=True)[:k])


def _dcg(grades: Sequence[int]) -> float:
    return sum(_gain(grade) * _discount(rank) for rank, grade in enumerate(grades, 1))


def _gain(grade: int) -> int:
    return max(grade, 0)


def _discount(rank: int) -> float:
    return 1 / math.log2(rank + 1)
