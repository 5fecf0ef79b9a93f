"""How good a ranking is, against human grades. Names and meanings are ir-measures'; ranks count, scores don't.

A document without a grade counts 0, and so does one below 0 (TREC's junk pages). ``nDCG`` takes the ideal from all
graded documents; its gain is the grade (Järvelin and Kekäläinen 2002, as trec_eval), with ``dcg='exp-log2'``
2^grade - 1 (Burges et al. 2005, as gdeval). The others call a document relevant from grade 1 on.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import accumulate, repeat

from playground.errors import InputError
from playground.types import DocId


@dataclass(frozen=True, kw_only=True)
class Measure:
    """What ``measure`` reads a name as: calling it measures one ranking. ``kind`` stands in front of the name; only the
    first ``k`` places count, None = all; ``exponential`` is nDCG's gain."""

    kind: str
    k: int | None = None
    exponential: bool = False

    @property
    def name(self) -> str:
        """As ir-measures writes it."""
        gain = "(dcg='exp-log2')" if self.exponential else ""
        return f"{self.kind}{gain}" if self.k is None else f"{self.kind}{gain}@{self.k}"

    def __call__(self, ids: Sequence[DocId], qrels: Mapping[DocId, int]) -> float:
        """Between 0 and 1."""
        if self.kind == "nDCG":
            return ndcg(ids, qrels, self.k, exponential=self.exponential)
        return _KINDS[self.kind](ids, qrels, self.k)


def measure(name: str) -> Measure:
    """The measure of this name; ir-measures' other names, such as MRR and MAP, are understood as well.

    Raises:
        InputError: there is none.
    """
    found = _NAME.fullmatch(name.strip())
    if found:
        kind = _OTHER_NAMES.get(found["kind"], found["kind"])
        k = int(found["k"]) if found["k"] else None
        if kind in _KINDS and (k or kind not in _NEED_K) and (not found["dcg"] or kind == "nDCG"):
            return Measure(kind=kind, k=k, exponential=found["dcg"] == "exp-log2")
    raise InputError(
        f"There is no measure {name!r}.",
        hint="Known, with any number of places after the @: nDCG@10, nDCG(dcg='exp-log2')@10, RR, RR@10, P@1, AP, "
        "AP@10, R@10, Judged@10.",
    )


def ndcg(ids: Sequence[DocId], qrels: Mapping[DocId, int], k: int | None = None, *, exponential: bool = False) -> float:
    """Discounted gain of the first ``k`` over the best possible; 0 where nothing is relevant."""
    best = _best(qrels, k, exponential)
    return _dcg([qrels.get(id, 0) for id in ids[:k]], exponential) / best if best else 0.0


def reciprocal_rank(ids: Sequence[DocId], qrels: Mapping[DocId, int], k: int | None = None) -> float:
    """1 / rank of the first relevant document; 0 without one among the first ``k``."""
    return next((1 / rank for rank, id in enumerate(ids[:k], 1) if qrels.get(id, 0) > 0), 0.0)


def precision(ids: Sequence[DocId], qrels: Mapping[DocId, int], k: int) -> float:
    """Share of relevant documents among the first ``k`` places; empty places count against it."""
    return sum(qrels.get(id, 0) > 0 for id in ids[:k]) / k


def recall(ids: Sequence[DocId], qrels: Mapping[DocId, int], k: int) -> float:
    """Share of all relevant documents that stand among the first ``k``; 0 where nothing is relevant."""
    relevant = _relevant(qrels)
    return sum(qrels.get(id, 0) > 0 for id in ids[:k]) / relevant if relevant else 0.0


def average_precision(ids: Sequence[DocId], qrels: Mapping[DocId, int], k: int | None = None) -> float:
    """The precision at the rank of each relevant document, over all of them; one that doesn't stand among the first
    ``k`` adds 0. 0 where nothing is relevant."""
    relevant = _relevant(qrels)
    ranks = [rank for rank, id in enumerate(ids[:k], 1) if qrels.get(id, 0) > 0]
    return sum(count / rank for count, rank in enumerate(ranks, 1)) / relevant if relevant else 0.0


def judged_share(ids: Sequence[DocId], qrels: Mapping[DocId, int], k: int | None = None) -> float:
    """Share of the first ``k`` documents, or of all where there are fewer, that have a grade, also one below 0."""
    first = ids[:k]
    return sum(id in qrels for id in first) / len(first) if first else 0.0


def bounds(ids: Sequence[DocId], qrels: Mapping[DocId, int], name: str, *, highest: int) -> tuple[float, float]:
    """The least and the greatest value of the measure ``name`` that grades for this ranking's unjudged documents could
    lead to: every assignment of 0 to ``highest`` is thought of, and the ideal changes with it. Both are attained.

    That need not be by all of them worthless or all of the highest grade: a better document low in the ranking raises
    the ideal. Documents outside the ranking stay as they are. ``Judged`` has nothing to guess. 1 <= ``highest``.

    Raises:
        InputError: there is no measure of this name.
    """
    of = measure(name)
    if of.kind == "Judged":
        return of(ids, qrels), of(ids, qrels)
    if of.kind == "nDCG":
        return _extreme(ids, qrels, of, highest, -1), _extreme(ids, qrels, of, highest, 1)
    blanks = [id for id in ids if id not in qrels]
    if of.kind in ("RR", "P"):  # they rise with every relevant document
        parts = [blanks[:0], blanks]
    else:
        # Of as many relevant ones as you like, the first make the best of these measures and the last the worst.
        parts = [part for count in range(len(blanks) + 1) for part in (blanks[:count], blanks[len(blanks) - count :])]
    values = [of(ids, {**qrels, **dict.fromkeys(part, highest)}) for part in parts]
    return min(values), max(values)


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


_KINDS: Mapping[str, Callable[..., float]] = {
    "nDCG": ndcg,
    "RR": reciprocal_rank,
    "P": precision,
    "AP": average_precision,
    "R": recall,
    "Judged": judged_share,
}
_NEED_K = ("P", "R")
"""Those that mean nothing without a number of places."""
_OTHER_NAMES = {"NDCG": "nDCG", "MRR": "RR", "Precision": "P", "MAP": "AP", "Recall": "R"}
_NAME = re.compile(r"""(?P<kind>[A-Za-z]+)(?:\(dcg=(['"])(?P<dcg>log2|exp-log2)\2\))?(?:@(?P<k>[1-9][0-9]{0,5}))?""")


def _extreme(ids: Sequence[DocId], qrels: Mapping[DocId, int], of: Measure, highest: int, sign: int) -> float:
    """The greatest nDCG (``sign`` 1) or the least (-1) over all grades of the unjudged documents.

    A ratio gain / ideal is greatest where gain - ratio * ideal is, at that very ratio (Dinkelbach 1967): from the value
    at hand a better one is found, until there is none.
    """
    # The best grades go to the best places for the greatest value, and to the worst for the least.
    ranks = [rank for rank, id in enumerate(ids, 1) if id not in qrels][::sign]
    value = of(ids, qrels)
    while True:
        grades = _grades(ranks, qrels, of, highest, value, sign)
        found = of(ids, {**qrels, **{ids[rank - 1]: grade for rank, grade in zip(ranks, grades, strict=True)}})
        if sign * found <= sign * value:
            return value
        value = found


def _grades(
    ranks: Sequence[int], qrels: Mapping[DocId, int], of: Measure, highest: int, ratio: float, sign: int
) -> list[int]:
    """Falling grades for the documents at these ranks, for which ``sign`` * (gain - ``ratio`` * ideal) is greatest.

    Grade by grade from the highest down, ``best[count]`` is the greatest value with ``count`` documents graded so far,
    and ``before[count]`` how many of them had a higher grade: the ideal's next rank is known from the count.
    """
    discounts, down_to = _discounts(max([len(qrels) + len(ranks), *ranks]), of.k)
    known = Counter(qrels.values())
    above = sum(count for grade, count in known.items() if grade > highest)
    best = [0.0, *(-math.inf for _ in ranks)]
    befores = []
    for grade in range(highest, 0, -1):
        gain = sign * _gain(grade, of.exponential)
        before = list(range(len(best)))
        for count, rank in enumerate(ranks):
            value = best[count] + gain * (discounts[rank] - ratio * discounts[above + count + 1])
            if value > best[count + 1]:
                best[count + 1], before[count + 1] = value, before[count]
        befores.append(before)
        if theirs := known[grade]:
            for count in range(len(best)):
                at = above + count
                best[count] -= gain * ratio * (down_to[at + theirs] - down_to[at])
        above += theirs
    count = best.index(max(best))
    grades = [0] * len(ranks)
    for grade, before in enumerate(reversed(befores), 1):
        grades[before[count] : count] = [grade] * (count - before[count])
        count = before[count]
    return grades


def _discounts(depth: int, k: int | None) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Each rank's from 0 to ``depth`` at least, 0 beyond ``k``; and their sums down to it."""
    # Twice as long whenever one is too short: those that are kept are together no longer than twice the longest.
    discounts, down_to = _table(1 << depth.bit_length())
    if k is None or k >= depth:
        return discounts, down_to
    return (*discounts[: k + 1], *repeat(0.0, depth - k)), (*down_to[: k + 1], *repeat(down_to[k], depth - k))


@cache
def _table(depth: int) -> tuple[tuple[float, ...], tuple[float, ...]]:
    discounts = (0.0, *(_discount(rank) for rank in range(1, depth + 1)))
    return discounts, tuple(accumulate(discounts))


def _relevant(qrels: Mapping[DocId, int]) -> int:
    return sum(grade > 0 for grade in qrels.values())


def _best(qrels: Mapping[DocId, int], k: int | None, exponential: bool = False) -> float:
    """The discounted gain of the best possible first ``k``."""
    return _dcg(sorted(qrels.values(), reverse=True)[:k], exponential)


def _dcg(grades: Sequence[int], exponential: bool = False) -> float:
    discounts, _ = _discounts(len(grades), None)
    return sum(_gain(grade, exponential) * discounts[rank] for rank, grade in enumerate(grades, 1) if grade > 0)


def _gain(grade: int, exponential: bool = False) -> int:
    return 2 ** max(grade, 0) - 1 if exponential else max(grade, 0)


def _discount(rank: int) -> float:
    return 1 / math.log2(rank + 1)
