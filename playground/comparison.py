"""How rankings differ. Pure functions over ids."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Sequence

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
    place = {id: rank for rank, id in enumerate(other)}
    seen = [place[id] for id in ids if id in place]
    pairs = len(seen) * (len(seen) - 1) // 2
    if not pairs:
        return None
    swapped = 0
    behind: list[int] = []  # the ranks of all that follow, sorted
    for rank in reversed(seen):
        swapped += bisect_left(behind, rank)
        insort(behind, rank)
    return 1 - 2 * swapped / pairs
