"""Promises about groups that keep their best few: who is asked about, how points come about, what a failure does."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from playground.errors import InputError
from playground.strategies.tournament import Tournament, stages
from playground.testing import NoisyOracle, Oracle, check_ranking, play, sample_task
from playground.types import Ask, Judgment, ModelRef, Ranking, unanswered

CHAT = ModelRef("test", "chat")


def perfect(n: int) -> Oracle:
    return Oracle({f"d{at}": n - at for at in range(n)})


def ranked(n: int, answer: Callable[[Ask], Judgment], **options: Any) -> tuple[Ranking, tuple[tuple[Ask, ...], ...]]:
    ranking, rounds = play(Tournament(model=CHAT, **options).rank(sample_task(n)), answer)
    check_ranking(ranking, sample_task(n))
    return ranking, rounds


def test_the_published_shape_at_a_hundred() -> None:
    """5 + 5 + 1 + 1 + 1 questions a round, 100 → 50 → 20 → 10 → 5 → 2."""
    assert stages(100, 20, 10) == [(5, 50), (5, 20), (1, 10), (1, 5), (1, 2)]
    ranking, rounds = ranked(100, perfect(100).judge, rounds=1)
    assert [len(asks) for asks in rounds] == [5, 5, 1, 1, 1]
    assert [len(asks[0].shown) for asks in rounds] == [20, 10, 20, 10, 5]
    assert ranking.details["stages"] == [[5, 50], [5, 20], [1, 10], [1, 5], [1, 2]]


@pytest.mark.parametrize(
    ("group", "keep"), [(20, 10), (2, 1), (3, 1), (3, 2), (5, 4), (7, 3), (20, 1), (20, 19), (100, 99)]
)
def test_any_number_of_documents_comes_to_an_end(group: int, keep: int) -> None:
    """From 2 to 200: each stage sends somebody home, every group has two at least and no more than it may have (a third
    joins a group of two rather than go unasked), and the last stage leaves two or one."""
    for n in range(2, 201):
        left = n
        found = stages(n, group, keep)
        for groups, kept in found:
            assert 1 <= groups <= kept < left, (n, group, keep)
            assert 2 <= left // groups <= -(-left // groups) <= max(group, 3), (n, group, keep)
            left = kept
        assert left <= 2


@pytest.mark.parametrize(("group", "keep"), [(20, 10), (2, 1), (3, 2), (5, 2), (7, 6)])
@pytest.mark.parametrize("n", [2, 3, 5, 7, 11, 21, 40, 41, 99, 200])
def test_everybody_is_asked_about_and_gets_a_place(n: int, group: int, keep: int) -> None:
    """In each tournament's first stage, in exactly one group."""
    ranking, rounds = ranked(n, perfect(n).judge, group=group, keep=keep, rounds=2)
    for game in (0, 1):
        first = [ask.shown for ask in rounds[0] if ask.trial == game]
        shown = [document.id for each in first for document in each]
        assert sorted(shown) == sorted(f"d{at}" for at in range(n))
    assert not any("failed" in item.provenance for item in ranking.items)


def test_points_are_the_stages_that_a_document_survived() -> None:
    """Worked by hand: 8 in groups of 4 that keep 2 are two groups, 8 → 4 → 2. The best two survive both stages, in
    each of three tournaments."""
    assert stages(8, 4, 2) == [(2, 4), (1, 2)]
    ranking, rounds = ranked(8, perfect(8).judge, group=4, keep=2, rounds=3)
    score = {item.id: item.score for item in ranking.items}
    assert len(rounds) == 2 and [len(asks) for asks in rounds] == [6, 3]
    # Dealt like cards: evens in one group, odds in the other; d0-d3 survive the first stage, d0 and d1 the second.
    assert score == {"d0": 6.0, "d1": 6.0, "d2": 3.0, "d3": 3.0, "d4": 0.0, "d5": 0.0, "d6": 0.0, "d7": 0.0}
    assert list(ranking.ids) == [f"d{at}" for at in range(8)]


def test_a_failed_group_gives_no_points() -> None:
    """Somebody goes on, or nothing would be left to ask, but unpaid: no point is made from input order."""

    def answer(ask: Ask) -> Judgment:
        return unanswered("lost") if "d1" in {each.id for each in ask.shown} else perfect(8).judge(ask)

    ranking, rounds = ranked(8, answer, group=4, keep=2, rounds=1)
    score = {item.id: item.score for item in ranking.items}
    assert [len(asks) for asks in rounds] == [2, 1]
    # The odds' group failed: d1 and d3 went on as first comers, met d0 and d2, and that question failed too.
    assert {document.id for document in rounds[1][0].shown} == {"d0", "d1", "d2", "d3"}
    assert score == {"d0": 1.0, "d2": 1.0, "d4": 0.0, "d6": 0.0, "d1": None, "d3": None, "d5": None, "d7": None}
    failed = [item.id for item in ranking.items if "failed" in item.provenance]
    assert failed == ["d1", "d3", "d5", "d7"]
    assert all(item.why == "lost" for item in ranking.items[4:])


@pytest.mark.parametrize("verdict", ["none_relevant", "tie"])
def test_a_group_that_is_told_apart_by_nothing_gives_no_points(verdict: Any) -> None:
    """ "None of these is relevant" is an answer: judged, tied at no points, in input order."""
    ranking, _ = ranked(8, lambda ask: Judgment(verdict=verdict), group=4, keep=2)
    assert list(ranking.ids) == [f"d{at}" for at in range(8)]
    assert all((item.score, item.provenance) == (0.0, ("judged", "tied")) for item in ranking.items)


def test_named_ones_alone_get_points() -> None:
    """An order that names one of a group gives one point, though two go on."""
    ranking, _ = ranked(8, lambda ask: Judgment(verdict="ranked", order=(ask.shown[0].id,)), group=4, keep=2, rounds=1)
    assert sum(item.score or 0 for item in ranking.items) == 3  # two groups, then one


def test_independent_tournaments_share_their_rounds_and_differ_in_their_shuffles() -> None:
    """As many rounds as one has, each with all their questions; each shows the documents in another order, and the
    seed says which."""
    one, many = ranked(40, perfect(40).judge, rounds=1)[1], ranked(40, perfect(40).judge, rounds=5)[1]
    assert [len(asks) for asks in many] == [5 * len(asks) for asks in one]
    orders = [[document.id for document in ask.shown] for ask in many[0]]
    assert len({tuple(order) for order in orders}) == len(orders)
    assert {ask.trial for ask in many[0]} == set(range(5))
    again = ranked(40, perfect(40).judge, rounds=5)[1]
    assert again == many
    assert ranked(40, perfect(40).judge, rounds=5, seed=1)[1] != many


def test_more_tournaments_make_up_for_a_noisy_judge() -> None:
    """Points of ten tournaments bring more of the true top ten to the top than one tournament's."""
    grades = {f"d{at}": float(50 - at) for at in range(50)}
    hits = {1: 0, 10: 0}
    for rounds in hits:
        for seed in range(10):
            judge = NoisyOracle(grades, error=0.4, seed=seed)
            top = ranked(50, judge.judge, rounds=rounds, seed=seed)[0].ids[:10]
            hits[rounds] += sum(int(id[1:]) < 10 for id in top)
    assert hits[10] > hits[1]


def test_a_group_that_sends_nobody_home_is_refused() -> None:
    """keep must be smaller than group, and the hint says so."""
    with pytest.raises(InputError, match="keep=4 is not smaller than group=4") as caught:
        Tournament(model=CHAT, group=4, keep=4)
    assert "smaller keep" in caught.value.hint
