"""Sorts whose comparisons are questions. Each asks ``duels`` about pairs of indices (prior order) and returns all
indices with the top in order; what was not sorted stays as it came.

After PRP (Qin et al. 2023, arXiv 2306.17563) but for ``parallel``, a quicksort whose levels are rounds.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Protocol

from playground.strategies.knockout import knockout
from playground.strategies.rounds import Steps


class Duels(Protocol):
    """Answers about pairs. Where a pair is tied or was never answered, the one that came first stands above."""

    def meet(self, pairs: Iterable[tuple[int, int]]) -> Steps[None]:
        """Has these pairs compared, all in one round; a pair is asked about once."""
        ...

    def above(self, one: int, other: int) -> bool:
        """Whether ``one`` stands above ``other``; both have met."""
        ...


def sliding(n: int, passes: int, duels: Duels) -> Steps[list[int]]:
    """``passes`` walks from the bottom to the top, each carrying the best to where it belongs: at most passes·(n-1)
    comparisons, one after another."""
    order = list(range(n))
    for _ in range(passes):
        if not (yield from _carried_up(order, 0, duels)):
            break
    return order


def bubble(n: int, k: int, duels: Duels) -> Steps[list[int]]:
    """Walks that stop below what is in place already: at most k(2n-k-1)/2 comparisons, one after another."""
    order = list(range(n))
    for done in range(min(k, n - 1)):
        if not (yield from _carried_up(order, done, duels)):
            break
    return order


def _carried_up(order: list[int], done: int, duels: Duels) -> Steps[bool]:
    """One walk; whether anything moved."""
    moved = False
    for at in range(len(order) - 1, done, -1):
        yield from duels.meet([(order[at - 1], order[at])])
        if duels.above(order[at], order[at - 1]):
            order[at - 1], order[at] = order[at], order[at - 1]
            moved = True
    return moved


def heap(n: int, k: int, children: int, best: Callable[[Sequence[int]], Steps[int]]) -> Steps[list[int]]:
    """A heap of ``children`` children a node, built from its last parent, (n-2)//c, down; ``k`` extractions, no sift
    after the last. ``best`` says who of a node and its children, in this order, is to be the node. One question after
    another."""
    tree = list(range(n))
    for root in range((n - 2) // children, -1, -1):
        yield from _sift(tree, root, children, best)
    top: list[int] = []
    while tree and len(top) < k:
        top.append(tree[0])
        last = tree.pop()
        if tree:
            tree[0] = last
            if len(top) < k:
                yield from _sift(tree, 0, children, best)
    return top + sorted(tree)


def _sift(tree: list[int], root: int, children: int, best: Callable[[Sequence[int]], Steps[int]]) -> Steps[None]:
    while (first := children * root + 1) < len(tree):
        family = [root, *range(first, min(first + children, len(tree)))]
        chosen = yield from best([tree[at] for at in family])
        at = tree.index(chosen)
        if at == root:
            return
        tree[root], tree[at] = tree[at], tree[root]
        root = at


def best_by_duels(duels: Duels) -> Callable[[Sequence[int]], Steps[int]]:
    """The best of a node and its children: the winner among the children against the node."""

    def best(family: Sequence[int]) -> Steps[int]:
        node, winner, *others = family
        for challenger in (*others, node):
            yield from duels.meet([(winner, challenger)])
            winner = winner if duels.above(winner, challenger) else challenger
        return winner

    return best


def parallel(n: int, k: int, duels: Duels) -> Steps[list[int]]:
    """A quicksort of the top k: every document of every open part meets its part's middle one in the same round."""
    parts = [list(range(n))]
    while True:
        starts = [sum(map(len, parts[:at])) for at in range(len(parts))]
        open_ = [start < k and len(part) > 1 for start, part in zip(starts, parts, strict=True)]
        if not any(open_):
            return [each for part in parts for each in part]
        pivots = [part[len(part) // 2] for part in parts]
        rows = list(zip(parts, pivots, open_, strict=True))
        yield from duels.meet((each, pivot) for part, pivot, split in rows if split for each in part if each != pivot)
        parts = [piece for part, pivot, split in rows for piece in (_parted(part, pivot, duels) if split else [part])]


def _parted(part: list[int], pivot: int, duels: Duels) -> list[list[int]]:
    above = [each for each in part if each != pivot and duels.above(each, pivot)]
    below = [each for each in part if each != pivot and not duels.above(each, pivot)]
    return [piece for piece in (above, [pivot], below) if piece]


def tournament(n: int, k: int, duels: Duels) -> Steps[list[int]]:
    """Knockout with transitivity: the fewest comparisons for a small ``k``, some of them at once."""

    def run(pairs: list[list[int]]) -> Steps[list[list[int]]]:
        yield from duels.meet((one, other) for one, other in pairs)
        return [[one, other] if duels.above(one, other) else [other, one] for one, other in pairs]

    return (yield from knockout(n, k, 2, run))
