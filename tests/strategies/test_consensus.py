"""Promises about one order out of several: the one that contradicts them least, whatever they leave out."""

from __future__ import annotations

import random
from collections.abc import Sequence
from itertools import combinations, pairwise, permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from playground.strategies.consensus import EXACT, kemeny

Votes = list[dict[str, int]]


def margin(one: str, other: str, votes: Votes) -> int:
    """By how many votes ``one`` is before ``other``, said independently of the module."""
    both = [vote for vote in votes if one in vote and other in vote]
    return sum(vote[one] < vote[other] for vote in both) - sum(vote[one] > vote[other] for vote in both)


def contradicted(order: Sequence[str], votes: Votes) -> int:
    """The Kendall distance to all votes together: pairs of a vote that the order turns round."""
    return sum(
        vote[first] > vote[second]
        for vote in votes
        for first, second in combinations(order, 2)
        if first in vote and second in vote
    )


def votes_of(n: int, m: int, dice: random.Random, share: float = 1.0, tie: float = 0.0) -> Votes:
    """``m`` random orders of d0..d(n-1), each holding a document with probability ``share``; some of them tied."""
    found = []
    for _ in range(m):
        ids = [f"d{at}" for at in range(n) if dice.random() < share]
        dice.shuffle(ids)
        places = {}
        for at, id in enumerate(ids):
            places[id] = places[ids[at - 1]] if at and dice.random() < tie else at + 1
        found.append(places)
    return found


@settings(max_examples=150, deadline=None)
@given(
    st.integers(0, 6),
    st.integers(0, 6),
    st.integers(0, 10**6),
    st.sampled_from([1.0, 0.6]),
    st.sampled_from([0.0, 0.4]),
)
def test_up_to_six_documents_no_order_is_contradicted_less(n: int, m: int, seed: int, share: float, tie: float) -> None:
    """Against trying all orders: complete votes, votes that leave documents out, votes with ties."""
    votes = votes_of(n, m, random.Random(seed), share, tie)
    ids = [f"d{at}" for at in range(n)]
    found = kemeny(ids, votes)
    assert sorted(found) == ids
    assert contradicted(found, votes) == min(contradicted(order, votes) for order in permutations(ids))


def test_of_equally_good_orders_the_given_one_is_kept() -> None:
    """No vote, or one that is taken back by another, moves nobody."""
    ids = ["c", "a", "b"]
    assert kemeny(ids, []) == ids
    assert kemeny(ids, [{"a": 1, "b": 2, "c": 3}, {"a": 3, "b": 2, "c": 1}]) == ids
    assert kemeny(ids, [{"a": 1, "b": 1, "c": 1}]) == ids
    many = [f"d{at}" for at in range(EXACT + 4)]
    assert kemeny(many, []) == many


def test_one_order_is_given_back() -> None:
    """A single complete vote is the answer itself, for few and for many."""
    for n in (2, EXACT, EXACT + 1, 40):
        (vote,) = votes_of(n, 1, random.Random(n))
        assert kemeny([f"d{at}" for at in range(n)], [vote]) == sorted(vote, key=vote.__getitem__)


@pytest.mark.parametrize("n", [3, 5, 8, 9, 15])
def test_whoever_beats_everybody_comes_first(n: int) -> None:
    """The Condorcet winner, where there is one, is placed first; the loser to everybody last."""
    winners = 0
    for seed in range(60):
        votes = votes_of(n, 5, random.Random(seed))
        ids = [f"d{at}" for at in range(n)]
        found = kemeny(ids, votes)
        for id in ids:
            margins = [margin(id, other, votes) for other in ids if other != id]
            if all(each > 0 for each in margins):
                winners += 1
                assert found[0] == id
            if all(each < 0 for each in margins):
                assert found[-1] == id
    assert winners > 5


@pytest.mark.parametrize("n", [9, 12, 20])
def test_above_eight_no_two_neighbours_stand_against_a_majority(n: int) -> None:
    """The extended Condorcet criterion for neighbours, also for votes that leave documents out; and where one group
    beats every member of another, it stands wholly above it."""
    for seed in range(40):
        dice = random.Random(seed)
        votes = votes_of(n, 5, dice, share=1.0 if seed % 2 else 0.8)
        ids = [f"d{at}" for at in range(n)]
        found = kemeny(ids, votes)
        assert sorted(found) == sorted(ids)
        assert all(margin(lower, upper, votes) <= 0 for upper, lower in pairwise(found))
        # Two groups: each vote has all of the first before all of the second, each group in an order of its own.
        half = n // 2
        good, bad = ids[:half], ids[half:]
        votes = []
        for _ in range(5):
            order = [*dice.sample(good, half), *dice.sample(bad, n - half)]
            votes.append({id: at for at, id in enumerate(order, 1)})
        shuffled = dice.sample(ids, n)
        assert set(kemeny(shuffled, votes)[:half]) == set(good)


def test_documents_that_a_vote_leaves_out_are_not_voted_down_by_it() -> None:
    """Of d2 the second vote says nothing: the only one that does, decides."""
    votes = [{"d2": 1, "d0": 2, "d1": 3}, {"d0": 1, "d1": 2}, {"d0": 1, "d1": 2}]
    assert kemeny(["d0", "d1", "d2"], votes) == ["d2", "d0", "d1"]
