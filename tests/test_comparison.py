"""Promises about comparing rankings."""

from __future__ import annotations

import random
from collections.abc import Sequence
from itertools import combinations, permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import kendalltau

from playground.comparison import agreement, kendall_tau, largest_move, moves, rbo, reversals

some = st.lists(st.sampled_from("abcdefgh"), unique=True)


def test_kendalls_tau_equals_scipys() -> None:
    """200 random pairs of rankings that share some documents, and all 24 orders of four."""
    dice = random.Random(12)
    pairs = [(list("abcd"), list(other)) for other in permutations("abcd")]
    pool = [f"d{at}" for at in range(20)]
    pairs += [(dice.sample(pool, dice.randint(2, 20)), dice.sample(pool, dice.randint(2, 20))) for _ in range(200)]
    compared = 0
    for one, other in pairs:
        common = [id for id in one if id in other]
        tau = kendall_tau(one, other)
        if len(common) < 2:
            assert tau is None
            continue
        theirs = kendalltau(range(len(common)), [other.index(id) for id in common]).statistic
        assert tau == pytest.approx(theirs)
        assert tau == kendall_tau(other, one)
        compared += 1
    assert compared > 150


def test_tau_says_same_and_reversed() -> None:
    """1 for the same order, -1 for the reversed one, nothing for fewer than two common documents."""
    assert kendall_tau("abc", "abc") == 1
    assert kendall_tau("abc", "cba") == -1
    assert kendall_tau("a", "a") is None
    assert kendall_tau("ab", "cd") is None
    assert kendall_tau("", "") is None


def test_moves_count_places_risen() -> None:
    """Positive = risen, negative = fallen; documents the baseline doesn't know have no move."""
    assert moves(["c", "a", "x", "b"], ["a", "b", "c"]) == {"c": 2, "a": -1, "b": -2}
    assert moves([], ["a"]) == {}


def test_the_largest_move_is_the_best_rise() -> None:
    """Ties go to the better-ranked document; where nothing rose there is none."""
    assert largest_move(["c", "a", "b"], ["a", "b", "c"]) == ("c", 2)
    assert largest_move(["b", "a", "d", "c"], ["a", "b", "c", "d"]) == ("b", 1)
    assert largest_move(["a", "b"], ["a", "b"]) is None
    assert largest_move([], ["a"]) is None
    assert largest_move(["x"], ["a"]) is None


@given(st.permutations("abcdef"), st.permutations("abcdef"))
def test_moves_cancel_out(one: list[str], other: list[str]) -> None:
    """Every place that one document rises another falls, and the way back is the way there reversed."""
    there, back = moves(one, other), moves(other, one)
    assert sum(there.values()) == 0
    assert back == {id: -move for id, move in there.items()}


def eq_32(one: Sequence[str], other: Sequence[str], p: float) -> float:
    """RBO_EXT as it stands in the paper: S the shorter ranking, L the longer, X their overlap at each depth."""
    shorter, longer = sorted((one, other), key=len)
    s, end = len(shorter), len(longer)
    x = [len(set(shorter[:d]) & set(longer[:d])) for d in range(end + 1)]
    seen = sum(x[d] / d * p**d for d in range(1, end + 1))
    unseen = sum(x[s] * (d - s) / (s * d) * p**d for d in range(s + 1, end + 1))
    return (1 - p) / p * (seen + unseen) + ((x[end] - x[s]) / end + x[s] / s) * p**end


def test_rank_biased_overlap_worked_out_by_hand() -> None:
    """Of three documents with two in common, of which the first two changed places; and of uneven lengths."""
    # Overlaps 0, 2, 2, so agreements 0, 1, 2/3: 0.1 * (0 + 0.9 * 1 + 0.81 * 2/3) + 0.729 * 2/3 = 0.144 + 0.486
    assert rbo("abc", "bad") == pytest.approx(0.63)
    # Overlaps 0, 1; nothing agrees at depth 1, so nothing is added below it: 0.1 * 0.9 * 1/2 + 0.81 * 1/2
    assert rbo("a", "ba") == pytest.approx(0.45)
    # With p = 1/2, 0 and 1: 1/2 * 1/2 * 1 + 1/4 * 1
    assert rbo("ab", "ba", p=0.5) == pytest.approx(0.5)


@given(some, some, st.sampled_from((0.5, 0.9, 0.98)))
def test_rank_biased_overlap_is_the_papers(one: list[str], other: list[str], p: float) -> None:
    """Equation 32 for any two rankings, symmetric, from 0 to 1, unknown where one of them is empty."""
    found = rbo(one, other, p)
    if not one or not other:
        assert found is None
        return
    assert found == pytest.approx(eq_32(one, other, p))
    assert found == rbo(other, one, p)
    assert -1e-12 <= found <= 1 + 1e-12
    assert rbo(one, one, p) == pytest.approx(1)
    assert rbo(one, [id.upper() for id in other], p) == 0


def test_a_change_at_the_top_costs_more_overlap_than_one_below() -> None:
    """Swaps of neighbours, from the first two to the last two, leave more and more of it."""
    ids = "abcdefgh"
    found = [rbo(ids, ids[:at] + ids[at + 1] + ids[at] + ids[at + 2 :]) for at in range(7)]
    assert None not in found
    assert found == sorted(found, key=lambda value: value or 0)
    assert len(set(found)) == 7


@given(some, some, st.integers(0, 10))
def test_reversals_are_the_pairs_of_the_top_that_turned_round(one: list[str], other: list[str], k: int) -> None:
    """Counted pair by pair; documents that are missing don't count."""
    turned = [
        (first, second)
        for first, second in combinations(other[:k], 2)
        if first in one and second in one and one.index(second) < one.index(first)
    ]
    assert reversals(one, other, k) == len(turned)


def test_reversals_look_at_the_baselines_top() -> None:
    """What stands further down in the baseline doesn't count, wherever it has gone."""
    assert reversals("dcba", "abcd", 3) == 3
    assert reversals("dabc", "abcd", 3) == 0
    assert reversals("bacd", "abcd", 1) == 0


def test_agreement_is_the_mean_over_all_pairs() -> None:
    """1 where all are alike; nothing to say of one ranking, or of empty ones."""
    # abc with bad 0.63 (above), twice, and abc with itself.
    assert agreement(["abc", "abc", "bad"]) == pytest.approx((1 + 0.63 + 0.63) / 3)
    assert agreement(["abc", "abc"]) == pytest.approx(1)
    assert agreement(["abc"]) is None
    assert agreement([]) is None
    assert agreement(["abc", ""]) is None
