"""The top k of n by heats, using all that follows from what is known: who lost to the best of a heat lost to whoever
beat that one too.

Only documents that nobody unplaced is known to beat can be next, so only those are asked about. "25 horses, the best
three, heats of five" takes seven heats. With heats of two it is the tournament with transitivity of arXiv 2602.05448,
which needs fewer comparisons than a heap.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import combinations

from playground.strategies.rounds import Steps

Run = Callable[[list[list[int]]], Steps[list[list[int]]]]
"""Runs the heats of one round, each a list of indices in prior order, and gives each heat's order, best first."""


class Known:
    """Who stands above whom among ``n``, closed under transitivity. Sets are the bits of an integer."""

    def __init__(self, n: int) -> None:
        self.above = [0] * n
        self.below = [0] * n

    def add(self, winner: int, loser: int) -> None:
        """One more result. What contradicts earlier ones is dropped: a judge may go round in circles."""
        if (self.above[winner] | self.below[winner]) >> loser & 1:
            return
        over, under = self.above[winner] | 1 << winner, self.below[loser] | 1 << loser
        for each in _members(over):
            self.below[each] |= under
        for each in _members(under):
            self.above[each] |= over


def knockout(n: int, k: int, size: int, run: Run) -> Steps[list[int]]:
    """The top ``k`` of ``n`` by heats of up to ``size``: all indices, the top in order and the others as they came."""
    known = Known(n)
    placed: list[int] = []
    left = (1 << n) - 1
    while len(placed) < min(k, n):
        front = [each for each in _members(left) if not known.above[each] & left]
        if len(front) == 1:
            placed.append(front[0])
            left ^= 1 << front[0]
            continue
        heats = [front[at : at + size] for at in range(0, len(front), size)]
        if len(heats) == 1:
            heats = [sorted(front + _next(known, left, front, k - len(placed))[: size - len(front)])]
        for order in (yield from run([heat for heat in heats if len(heat) > 1])):
            for winner, loser in combinations(order, 2):  # not neighbours only: some pairs may contradict what is known
                known.add(winner, loser)
    return placed + list(_members(left))


def _next(known: Known, left: int, front: list[int], wanted: int) -> list[int]:
    """Who else may still come among the next ``wanted``, the most likely first."""
    better = {each: (known.above[each] & left).bit_count() for each in _members(left) if each not in front}
    return sorted((each for each in better if better[each] < wanted), key=better.__getitem__)


def _members(bits: int) -> list[int]:
    found = []
    while bits:
        lowest = bits & -bits
        found.append(lowest.bit_length() - 1)
        bits ^= lowest
    return found
