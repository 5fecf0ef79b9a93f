"""Promises about telling a difference from chance."""

from __future__ import annotations

import random
from itertools import permutations, product
from statistics import NormalDist, fmean, stdev

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import permutation_test

from playground.significance import Interval, Tally, bootstrap, bootstraps, holm, randomisation, win_tie_loss

some = st.lists(st.integers(-20, 20), min_size=2, max_size=8)


def noise(seed: int, queries: int, mean: float = 0.0) -> list[float]:
    """Differences of two lanes whose true difference is ``mean``, with a standard deviation of 1."""
    dice = random.Random(seed)
    return [dice.gauss(mean, 1) for _ in range(queries)]


def test_the_interval_of_two_values_worked_out_by_hand() -> None:
    """Resampled, 0 and 1 have a mean of 0 in a quarter of all samples, 1/2 in half of them and 1 in a quarter."""
    assert bootstrap([0, 1], seed=1) == Interval(mean=0.5, low=0, high=1)
    assert bootstrap([0, 1], seed=1, level=0.6) == Interval(mean=0.5, low=0, high=1)
    assert bootstrap([0, 1], seed=1, level=0.4) == Interval(mean=0.5, low=0.5, high=0.5)


def test_the_interval_of_many_values_is_the_normal_one() -> None:
    """A mean of 400 is distributed normally: the two agree within a twentieth of their width."""
    values = noise(3, 400)
    found = bootstrap(values, seed=1)
    assert found is not None and found.mean == pytest.approx(fmean(values))
    half = NormalDist().inv_cdf(0.975) * stdev(values) / 400**0.5
    assert [found.low, found.high] == pytest.approx([found.mean - half, found.mean + half], abs=half / 10)


def test_the_interval_holds_the_true_mean_about_as_often_as_it_says() -> None:
    """Of 200 sets of 40 queries, 95% would be 190; a bootstrap of 40 falls a little short."""
    found = [bootstrap(noise(seed, 40, mean=0.3), seed=seed, samples=1000) for seed in range(200)]
    assert 180 <= sum(each is not None and each.low <= 0.3 <= each.high for each in found) <= 198


@settings(max_examples=30)
@given(st.lists(st.floats(-1, 1), min_size=1, max_size=30), st.integers(0, 99))
def test_an_interval_stays_within_the_values_and_moves_with_them(values: list[float], seed: int) -> None:
    """Half more for every value is half more for mean and bounds; a higher level is never narrower."""
    found = bootstrap(values, seed=seed, samples=200)
    more = bootstrap([value + 0.5 for value in values], seed=seed, samples=200)
    wide = bootstrap(values, seed=seed, samples=200, level=0.99)
    assert found is not None and more is not None and wide is not None
    assert min(values) - 1e-12 <= found.low <= found.high <= max(values) + 1e-12
    assert [more.mean, more.low, more.high] == pytest.approx([found.mean + 0.5, found.low + 0.5, found.high + 0.5])
    assert wide.low <= found.low and found.high <= wide.high


def test_columns_together_have_the_intervals_they_have_alone() -> None:
    """Of several lengths and none; they only share the time that samples take."""
    columns = [noise(1, 40), noise(2, 40), noise(3, 7), [], [0.5]]
    alone = [bootstrap(column, seed=6) for column in columns]
    for one, other in zip(bootstraps(columns, seed=6), alone, strict=True):
        assert (one is None) == (other is None)
        if one is not None and other is not None:
            assert [one.mean, one.low, one.high] == pytest.approx([other.mean, other.low, other.high])


def test_nothing_is_made_of_too_few_queries() -> None:
    """No query, no interval; one, that value and no p."""
    assert bootstrap([], seed=1) is None and randomisation([], seed=1) is None
    assert bootstrap([0.7], seed=1) == Interval(mean=0.7, low=0.7, high=0.7)
    assert randomisation([0.7], seed=1) is None


def test_a_seed_says_the_same_again_and_another_one_something_else() -> None:
    """Interval and p, beyond what is exact."""
    values = noise(8, 50, mean=0.2)
    assert bootstrap(values, seed=4) == bootstrap(values, seed=4) != bootstrap(values, seed=5)
    assert randomisation(values, seed=4) == randomisation(values, seed=4) != randomisation(values, seed=5)


def test_p_worked_out_by_hand() -> None:
    """The eight ways to sign 0.1, 0.2 and 0.3 come to 0.6, 0.4, 0.2 and 0, each twice or with either sign."""
    assert randomisation([0.1, 0.2, 0.3], seed=1) == 2 / 8
    assert randomisation([-0.1, 0.2, 0.3], seed=1) == 4 / 8  # 0.6 and 0.4, either way
    assert randomisation([0.1, 0.2, -0.3], seed=1) == 1  # nothing is less than 0
    assert randomisation([0.5] * 5, seed=1) == 2 / 32


@given(some, st.integers(0, 99))
def test_a_small_p_is_exact(differences: list[int], seed: int) -> None:
    """Every way of signing them is counted; the seed and the order of the queries don't matter."""
    sums = [abs(sum(map(int.__mul__, differences, signs))) for signs in product((1, -1), repeat=len(differences))]
    p = randomisation(differences, seed=seed)
    assert p == pytest.approx(sum(each >= abs(sum(differences)) for each in sums) / len(sums))
    assert p == randomisation([each / 10 for each in sorted(differences)], seed=seed + 1)
    assert p == randomisation([-each for each in differences], seed=seed)


def test_rounding_does_not_change_an_exact_p() -> None:
    """The same numbers sum to the same in any order, as far as p is concerned."""
    assert len({randomisation(each, seed=1) for each in permutations([0.1, 0.2, 0.3, -0.3, 0.7, 0.6])}) == 1


@pytest.mark.parametrize("queries", [12, 13, 16, 60])
def test_p_equals_scipys(queries: int) -> None:
    """Exactly up to twelve queries, to sampling's error beyond; queries without a difference change nothing."""
    for seed in range(3):
        differences = noise(seed, queries, mean=0.4)
        theirs = permutation_test(
            (np.array(differences),),
            lambda row, axis: row.mean(axis=axis),
            permutation_type="samples",
            vectorized=True,
            n_resamples=2**16,
            rng=np.random.default_rng(1),
        ).pvalue
        p = randomisation(differences, seed=seed)
        assert p == pytest.approx(theirs, abs=1e-12 if queries <= 12 else 0.015)
        if queries <= 12:
            assert randomisation([*differences, *[0.0] * 500], seed=seed) == p


def test_a_p_is_never_zero_nor_above_one() -> None:
    """However clear the difference: what was found is one of the ways the signs could fall. Without any it is 1."""
    assert randomisation([1.0] * 100, seed=1) == 1 / 10_001
    assert randomisation([1.0] * 100, seed=1, rounds=99) == 1 / 100
    assert randomisation([0.0] * 100, seed=1) == 1
    assert randomisation([1.0, -1.0] * 50, seed=1, rounds=99) == 1


def test_a_planted_difference_is_found() -> None:
    """Half a standard deviation over 60 queries: p below .05 and an interval above 0 in nine of ten sets."""
    sets = [noise(seed, 60, mean=0.5) for seed in range(100)]
    assert sum((randomisation(each, seed=1, rounds=1000) or 1) <= 0.05 for each in sets) >= 90
    intervals = [bootstrap(each, seed=1, samples=1000) for each in sets]
    assert sum(each is not None and each.low > 0 for each in intervals) >= 90


def test_where_there_is_no_difference_one_is_found_as_often_as_the_level_says() -> None:
    """Of 200 sets of 30 queries about ten at .05: from 3 to 20 in all but a few of a thousand such counts."""
    ps = [randomisation(noise(1000 + seed, 30), seed=seed, rounds=1000) for seed in range(200)]
    assert 3 <= sum(p is not None and p <= 0.05 for p in ps) <= 20
    assert 0.4 < fmean(p or 0 for p in ps) < 0.6


def test_holm_worked_out_by_hand() -> None:
    """The smallest times the number of tests, the next times one less, and so on; never falling and at most 1."""
    # .005 * 4 = .02; .01 * 3 = .03; .03 * 2 = .06; .04 * 1 = .04, raised to .06
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx((0.03, 0.06, 0.06, 0.02))
    assert holm([0.6, 0.9]) == (1, 1)
    assert holm([0.04]) == (0.04,) and holm([]) == ()


@given(st.lists(st.floats(0, 1), max_size=8), st.randoms())
def test_holm_raises_and_keeps_the_order(ps: list[float], dice: random.Random) -> None:
    """No p falls or leaves 0 to 1, none overtakes another, at most Bonferroni's, and each stays with its test."""
    found = holm(ps)
    assert all(p <= raised <= min(1, p * len(ps)) + 1e-12 for p, raised in zip(ps, found, strict=True))
    places = range(len(ps))
    assert all(found[one] <= found[other] for one in places for other in places if ps[one] <= ps[other])
    order = dice.sample(places, len(ps))
    assert holm([ps[at] for at in order]) == tuple(found[at] for at in order)


def test_many_lanes_without_a_difference_rarely_have_one_found() -> None:
    """Five lanes, 200 times over: some p is below .05 in far more than a twentieth of them, until corrected."""
    families = [
        [randomisation(noise(5 * family + lane, 12), seed=1) or 1 for lane in range(5)] for family in range(200)
    ]
    assert sum(min(ps) <= 0.05 for ps in families) > 30
    assert sum(min(holm(ps)) <= 0.05 for ps in families) <= 20


@given(st.lists(st.floats(-1, 1)))
def test_every_query_is_won_tied_or_lost(differences: list[float]) -> None:
    """And the other way round where the lanes are."""
    found = win_tie_loss(differences)
    assert found.wins + found.ties + found.losses == len(differences)
    turned = win_tie_loss([-each for each in differences])
    assert (turned.wins, turned.ties, turned.losses) == (found.losses, found.ties, found.wins)


def test_what_rounding_leaves_is_a_tie() -> None:
    """As is what the caller thinks too small to tell."""
    assert win_tie_loss([0.3 - (0.1 + 0.2), 0, 0.01, -0.2]) == Tally(wins=1, ties=2, losses=1)
    assert win_tie_loss([0.3 - (0.1 + 0.2), 0, 0.01, -0.2], tie=0.05) == Tally(wins=0, ties=3, losses=1)
