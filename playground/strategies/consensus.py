"""One order out of several of the same documents, each perhaps incomplete: the one that contradicts them least.

Exact up to ``EXACT`` documents; above, Borda's order made locally optimal (Dwork et al. 2001): no two neighbours stand
against a majority. The use for permutation self-consistency is Tang et al. 2023 (arXiv 2310.07712).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache

from playground.types import DocId

EXACT = 8

Places = Mapping[DocId, int]
"""Where one order puts each document, best least; documents in the same place are not told apart, missing ones are not
spoken of."""


def kemeny(ids: Sequence[DocId], votes: Sequence[Places]) -> list[DocId]:
    """The ids in the order with the fewest contradicted pairs (least Kendall distance), ties as given."""
    if len(ids) <= EXACT:
        return _exact(ids, votes)
    found: list[DocId] = []
    for id in sorted(ids, key=lambda each: _mean(each, votes, len(ids))):
        at = len(found)
        while at > 0 and _margin(id, found[at - 1], votes) > 0:
            at -= 1
        found.insert(at, id)
    return found


def _exact(ids: Sequence[DocId], votes: Sequence[Places]) -> list[DocId]:
    """By dynamic programming over what is still to be placed."""
    margins = {(one, other): _margin(one, other, votes) for one in ids for other in ids if one != other}

    @cache
    def best(left: frozenset[DocId]) -> tuple[int, tuple[DocId, ...]]:
        if not left:
            return 0, ()
        options = []
        for first in ids:
            if first in left:
                cost, rest = best(left - {first})
                against = sum(max(0, margins[other, first]) for other in left if other != first)
                options.append((cost + against, (first, *rest)))
        return min(options, key=lambda option: option[0])  # the first of equals is the one nearest to the given order

    return list(best(frozenset(ids))[1])


def _margin(one: DocId, other: DocId, votes: Sequence[Places]) -> int:
    """By how many votes ``one`` stands before ``other``; negative where it stands behind."""
    told = [(place[one], place[other]) for place in votes if one in place and other in place]
    return sum((first < second) - (first > second) for first, second in told)


def _mean(id: DocId, votes: Sequence[Places], n: int) -> float:
    """The mean place; the middle for a document that nobody speaks of."""
    places = [place[id] for place in votes if id in place]
    return sum(places) / len(places) if places else n / 2
