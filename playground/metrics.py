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
    ideal = _dcg(sorted(qrels.values(), reverse=True)[:k])
    return _dcg([qrels.get(id, 0) for id in ids[:k]]) / ideal if ideal else 0.0


def reciprocal_rank(ids: Sequence[DocId], qrels: Mapping[DocId, int]) -> float:
    """1 / rank of the first relevant document; 0 without one."""
    return next((1 / rank for rank, id in enumerate(ids, 1) if qrels.get(id, 0) > 0), 0.0)


def precision(ids: Sequence[DocId], qrels: Mapping[DocId, int], k: int) -> float:
    """Share of relevant documents among the first ``k`` places; empty places count against it."""
    return sum(qrels.get(id, 0) > 0 for id in ids[:k]) / k


def measured(ids: Sequence[DocId], qrels: Mapping[DocId, int]) -> dict[str, float]:
    """The measures that the comparison shows, by name."""
    return {
        "nDCG@10": ndcg(ids, qrels, 10),
        "nDCG@3": ndcg(ids, qrels, 3),
        "RR": reciprocal_rank(ids, qrels),
        "P@1": precision(ids, qrels, 1),
    }


def _dcg(grades: Sequence[int]) -> float:
    return sum(max(grade, 0) / math.log2(place + 1) for place, grade in enumerate(grades, 1))
