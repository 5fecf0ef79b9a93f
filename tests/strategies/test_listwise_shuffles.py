"""Promises about one question asked of several shuffled inputs: what is asked, agreed upon, and told of the swing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from playground.strategies.listwise import Listwise
from playground.testing import NoisyOracle, Oracle, check_ranking, play, sample_task
from playground.types import Ask, Judgment, ModelRef, Ranking, Repair, unanswered

CHAT = ModelRef("test", "chat")


def ranked(
    n: int, answer: Callable[[Ask], Judgment], shuffled: int | None = None, **options: Any
) -> tuple[Ranking, tuple[tuple[Ask, ...], ...]]:
    ranking, rounds = play(Listwise(model=CHAT, window=None, **options).rank(sample_task(n, shuffled)), answer)
    check_ranking(ranking, sample_task(n))
    return ranking, rounds


def by_trial(*orders: str, **more: Any) -> Callable[[Ask], Judgment]:
    """The order that each shuffle answers, digits standing for documents; "" = it failed."""

    def answer(ask: Ask) -> Judgment:
        ids = tuple(f"d{digit}" for digit in orders[ask.trial])
        if not ids:
            return unanswered("lost")
        grades = {id: float(9 - at) for at, id in enumerate(ids)}
        reasons = {id: f"{ask.trial} on {id}" for id in ids} if ask.trial else {}
        return Judgment(verdict="ranked", order=ids, grades=grades, reasons=reasons, **more)

    return answer


def test_m_shuffles_are_one_round_of_m_different_questions() -> None:
    """All documents in each, in seeded orders, told apart by their trial; the same for the same seed."""
    _, rounds = ranked(10, Oracle({}).judge, shuffles=6)
    (asks,) = rounds
    orders = [tuple(document.id for document in ask.shown) for ask in asks]
    assert [ask.trial for ask in asks] == list(range(6))
    assert len(set(orders)) == 6 and all(sorted(order) == [f"d{at}" for at in range(10)] for order in orders)
    assert ranked(10, Oracle({}).judge, shuffles=6)[1] == rounds
    assert ranked(10, Oracle({}).judge, shuffles=6, seed=1)[1] != rounds


def test_windows_of_all_shuffles_share_their_rounds() -> None:
    """n=10, w=4, s=2 takes four calls, one after another: three shuffles take four rounds of three."""
    _, rounds = play(
        Listwise(model=CHAT, window=4, stride=2, shuffles=3).rank(sample_task(10)), Oracle({"d1": 1}).judge
    )
    assert [len(asks) for asks in rounds] == [3, 3, 3, 3]


def test_the_agreed_order_contradicts_the_answers_least_and_tells_the_swing() -> None:
    """Worked by hand: two of three say 0 1 2, one says 2 0 1. The interval is each document's best and worst rank."""
    ranking, _ = ranked(3, by_trial("012", "201", "012"), shuffles=3)
    assert ranking.ids == ("d0", "d1", "d2")
    assert ranking.details["intervals"] == {"d0": [1, 2], "d1": [2, 3], "d2": [1, 3]}


def test_grades_are_the_mean_and_reasons_the_first() -> None:
    """Over the shuffles that gave one."""
    ranking, _ = ranked(3, by_trial("012", "201", "012"), shuffles=3)
    assert {item.id: item.grade for item in ranking.items} == {
        "d0": pytest.approx((9 + 8 + 9) / 3),
        "d1": pytest.approx((8 + 7 + 8) / 3),
        "d2": pytest.approx((7 + 9 + 7) / 3),
    }
    assert [item.reason for item in ranking.items] == ["1 on d0", "1 on d1", "1 on d2"]


def test_a_failed_shuffle_does_not_count() -> None:
    """Neither its input order nor its absence changes the order, the grades or the intervals of the others."""
    kept, _ = ranked(3, by_trial("210", "210"), shuffles=2)
    with_failed, _ = ranked(3, by_trial("210", "", "210", ""), shuffles=4)
    assert with_failed.ids == kept.ids == ("d2", "d1", "d0")
    assert (
        with_failed.details
        == kept.details
        == {
            "intervals": {"d2": [1, 1], "d1": [2, 2], "d0": [3, 3]},
            "answered": 2,
        }
    )
    assert [item.grade for item in with_failed.items] == [item.grade for item in kept.items]
    assert [item.provenance for item in with_failed.items] == [("judged",)] * 3


def test_of_what_a_failed_window_held_a_shuffle_says_nothing() -> None:
    """n=6, w=4, s=2: where the second shuffle's second window fails, the two documents that only it showed are not
    voted to the bottom. The first shuffle, which has d0 first, alone places them."""
    given = replace(sample_task(6), documents=sample_task(6).documents[::-1])
    oracle = Oracle({f"d{at}": 6 - at for at in range(6)})
    tried = 0
    for seed in range(20):
        lane = Listwise(model=CHAT, window=4, stride=2, shuffles=2, seed=seed)
        seen = {document.id for document in next(lane.rank(given))[1].shown}

        def answer(ask: Ask, seen: set[str] = seen) -> Judgment:
            late = not {document.id for document in ask.shown} <= seen
            return unanswered("lost") if ask.trial and late else oracle.judge(ask)

        ranking, _ = play(lane.rank(given), answer)
        if "d0" not in seen:
            tried += 1
            assert ranking.ids[0] == "d0", seed
    assert tried > 2


def test_where_all_shuffles_failed_the_input_order_stays_and_nothing_is_said_to_swing() -> None:
    """Not the order of the last shuffle, nor an interval of input places."""
    ranking, _ = ranked(6, lambda ask: unanswered("lost"), shuffles=4)
    assert list(ranking.ids) == [f"d{at}" for at in range(6)]
    assert ranking.details["intervals"] == {}
    assert {(item.provenance, item.why) for item in ranking.items} == {(("failed",), "lost")}


def test_a_document_that_answers_leave_out_is_below_those_they_name() -> None:
    """Named by one of three only, d0 is last; where nobody names it, it is *repaired* and has no interval."""
    missing = (Repair(kind="missing", count=1),)
    ranking, _ = ranked(3, by_trial("12", "21", "120", repairs=missing), shuffles=3)
    assert ranking.ids == ("d1", "d2", "d0")
    assert ranking.details["intervals"]["d0"] == [3, 3]
    ranking, _ = ranked(3, by_trial("12", "12", repairs=missing), shuffles=2)
    assert ranking.items[-1].id == "d0" and ranking.items[-1].provenance == ("repaired",)
    assert "d0" not in ranking.details["intervals"]


def test_many_shuffles_undo_a_models_love_for_the_first_place() -> None:
    """A judge that lifts whatever is shown first to the top is right only by luck; fifteen shuffles cancel it."""
    oracle = Oracle({f"d{at}": 8 - at for at in range(8)})

    def biased(ask: Ask) -> Judgment:
        first = ask.shown[0].id
        return Judgment(verdict="ranked", order=(first, *(id for id in oracle.judge(ask).order if id != first)))

    once = sum(ranked(8, biased, seed)[0].ids == tuple(f"d{at}" for at in range(8)) for seed in range(20))
    many = sum(ranked(8, biased, seed, shuffles=15)[0].ids == tuple(f"d{at}" for at in range(8)) for seed in range(20))
    assert once < 8 < 15 < many


def test_more_than_eight_documents_are_agreed_upon_too() -> None:
    """Above the exact limit: noise at each shuffle, and the agreed order is closer to the truth than one answer is."""
    grades = {f"d{at}": float(30 - at) for at in range(30)}

    def wrong(ids: tuple[str, ...]) -> int:
        at = [int(id[1:]) for id in ids]
        return sum(one > other for place, one in enumerate(at) for other in at[place + 1 :])

    totals = {1: 0, 9: 0}
    for shuffles in totals:
        for seed in range(10):
            judge = NoisyOracle(grades, error=0.4, seed=seed)
            totals[shuffles] += wrong(ranked(30, judge.judge, seed, shuffles=shuffles)[0].ids)
    assert totals[9] < totals[1] / 2


def test_without_shuffles_the_documents_are_shown_as_they_came() -> None:
    """Whatever the seed: it is the shuffles' only."""
    for seed in range(3):
        _, ((ask,),) = ranked(5, Oracle({}).judge, seed=seed)
        assert [document.id for document in ask.shown] == [f"d{at}" for at in range(5)]
