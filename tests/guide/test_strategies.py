"""The strategies explained: every one of them, with counts that are true."""

from __future__ import annotations

import pytest

from playground.guide.strategies import ERRORS, LANES, WORDS, Explained, explained, noisy
from playground.strategies import strategies


def named(n: int, k: int = 10) -> dict[str, Explained]:
    return {each.name: each for each in explained(n, k)}


def test_every_strategy_is_explained() -> None:
    """In words and numbers, and none that there isn't."""
    found = named(20)
    assert list(found) == list(strategies()) and set(WORDS) <= set(found)
    for each in found.values():
        assert each.words is not None and each.words.how and each.words.calls and each.words.when
        assert each.plan is not None and each.guaranteed is not None


@pytest.mark.parametrize(
    ("name", "calls", "rounds"), [("pointwise", 100, 1), ("listwise", 9, 9), ("score", 1, 1), ("tournament", 26, 5)]
)
def test_the_counts_are_the_papers(name: str, calls: int, rounds: int) -> None:
    """For 100 documents: a grade each, nine windows of twenty by ten, two tournaments of 13 groups."""
    plan = named(100)[name].plan
    assert plan is not None
    assert plan.calls == (calls, calls) and plan.rounds == (rounds, rounds)


def test_what_is_sure_of_the_top() -> None:
    """One pass of windows of twenty by ten makes ten of a hundred exact, a sort the wanted top, grading all."""
    found = named(100, 30)
    assert {name: found[name].guaranteed for name in ("listwise", "pairwise", "pointwise", "tournament")} == {
        "listwise": 10,
        "pairwise": 10,
        "pointwise": 30,
        "tournament": 0,
    }


@pytest.mark.parametrize("words", LANES)
def test_judges_that_never_err_leave_the_perfect_order(words: str) -> None:
    """Of the top 10, but for the tournament, which is sure of nothing; the parameters are told."""
    found = noisy(words, seeds=3, errors=(0.0,))
    assert (found.documents, found.seeds, found.errors) == (20, 3, (0.0,))
    if words == "tournament":
        assert found.ndcg[0] > 0.9
    else:
        assert found.ndcg[0] == pytest.approx(1.0)


@pytest.mark.parametrize("words", ["pointwise", "listwise", "pairwise sort=parallel top_k=10"])
def test_more_errors_leave_less_and_the_same_each_time(words: str) -> None:
    found = noisy(words)
    assert found.errors == ERRORS
    assert 1 > found.ndcg[0] > found.ndcg[1] > found.ndcg[2] > 0.5
    assert noisy(words) == found


def test_calls_and_rounds_are_those_of_a_judge_that_never_errs() -> None:
    """Twenty grades at once; 380 ordered pairs at once."""
    assert (noisy("pointwise", seeds=2).calls, noisy("pointwise", seeds=2).rounds) == (20, 1)
    pairs = noisy("pairwise sort=allpair", seeds=1, errors=())
    assert (pairs.calls, pairs.rounds, pairs.ndcg) == (380, 1, ())
