"""How rankings differ. Pure functions over ids."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Sequence
from itertools import combinations
from statistics import fmean

from playground.types import DocId


def moves(ids: Sequence[DocId], baseline: Sequence[DocId]) -> dict[DocId, int]:
    """Places each document rose (positive) or fell (negative) against the baseline."""
    before = {id: rank for rank, id in enumerate(baseline)}
    return {id: before[id] - rank for rank, id in enumerate(ids) if id in before}


def largest_move(ids: Sequence[DocId], baseline: Sequence[DocId]) -> tuple[DocId, int] | None:
    """The document that rose most, ties to the better-ranked one; None where none rose."""
    rises = moves(ids, baseline)
    if not rises:
        return None
    best = max(rises, key=rises.__getitem__)  # the first of equals
    return (best, rises[best]) if rises[best] > 0 else None


def kendall_tau(ids: Sequence[DocId], other: Sequence[DocId]) -> float | None:
    """Kendall's tau over the documents that both rank: 1 = same order, -1 = reversed; None below two documents."""
    seen = _places(ids, other)
    pairs = len(seen) * (len(seen) - 1) // 2
    return 1 - 2 * _swapped(seen) / pairs if pairs else None


def reversals(ids: Sequence[DocId], baseline: Sequence[DocId], k: int) -> int:
    """Pairs of the baseline's first ``k`` documents that stand the other way round; those missing don't count."""
    return _swapped(_places(ids, baseline[:k]))


def rbo(ids: Sequence[DocId], other: Sequence[DocId], p: float = 0.9) -> float | None:
    """Rank-biased overlap, extrapolated (RBO_EXT; Webber, Moffat and Zobel 2010, eq. 32): 1 = same order; None where
    either is empty.

    ``p``, above 0 and below 1, is the chance of a reader going on by one place: .9 puts 86% of the weight on the first
    ten. Only rankings without a common document come to 0; orders of the same few documents stay well above.
    """
    short, long = sorted((ids, other), key=len)
    if not short:
        return None
    met: set[DocId] = set()
    overlap = shared = 0  # documents in both down to this depth, and down to the end of the shorter
    agreed = total = 0.0
    for depth in range(1, len(long) + 1):
        for id in (long[depth - 1], *short[depth - 1 : depth]):
            overlap += id in met
            met.add(id)
        if depth <= len(short):
            shared = overlap
        # Below its end the shorter ranking is taken to go on with the agreement it had there.
        agreed = (overlap + shared * max(0, depth - len(short)) / len(short)) / depth
        total += (1 - p) * p ** (depth - 1) * agreed
    return total + p ** len(long) * agreed


def agreement(rankings: Sequence[Sequence[DocId]]) -> float | None:
    """Mean ``rbo`` over all pairs of rankings; None below two that rank anything."""
    found = [value for one, other in combinations(rankings, 2) if (value := rbo(one, other)) is not None]
    return fmean(found) if found else None


def _places(ids: Sequence[DocId], other: Sequence[DocId]) -> list[int]:
    """The places in ``other`` of the documents that both have, in the order of ``ids``."""
    place = {id: rank for rank, id in enumerate(other)}
    return [place[id] for id in ids if id in place]


def _swapped(places: Sequence[int]) -> int:
    """How many pairs don't rise."""
    swapped = 0
    behind: list[int] = []  # the places of all that follow, sorted
    for place in reversed(places):
        swapped += bisect_left(behind, place)
        insort(behind, place)
    return swapped
