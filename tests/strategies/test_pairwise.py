"""Promises about comparing two at a time: who was compared with whom, what the answers come to, and what it costs."""

from __future__ import annotations

import random
import statistics
from collections.abc import Callable, Iterable
from dataclasses import replace
from itertools import combinations, permutations
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from playground.errors import LaneError
from playground.forms.duel import Duel, decided
from playground.strategies.duels import Duels
from playground.strategies.pairwise import Pairwise
from playground.testing import Oracle, check_ranking, play, sample_task
from playground.types import Ask, Document, Judgment, ModelRef, Ranking, Reply, unanswered

CHAT = ModelRef("test", "chat")
SORTS = ("allpair", "sliding", "heap", "bubble", "parallel", "tournament")
every_sort = pytest.mark.parametrize("sort", SORTS)
TOTAL = {sort: {"sort": sort, "passes": 100} if sort == "sliding" else {"sort": sort} for sort in SORTS}


def ranked(n: int, answer: Callable[[Ask], Judgment], **options: Any) -> tuple[Ranking, list[Ask], int]:
    """The ranking of d0..d(n-1), every question, and the number of rounds."""
    ranking, rounds = play(Pairwise(model=CHAT, **options).rank(sample_task(n)), answer)
    check_ranking(ranking, sample_task(n))
    return ranking, [ask for asks in rounds for ask in asks], len(rounds)


def perfect(n: int) -> Oracle:
    return Oracle({f"d{at}": n - at for at in range(n)})


def names(ask: Ask) -> tuple[str, str]:
    one, other = (document.id for document in ask.shown)
    return one, other


def by_verdicts(verdicts: dict[tuple[str, str], str]) -> Callable[[Ask], Judgment]:
    """Who wins when shown (first, second): an id, or "" for a tie. Pairs that are not there fail the test."""

    def answer(ask: Ask) -> Judgment:
        winner = verdicts[names(ask)]
        return decided(ask.shown, float(winner == ask.shown[0].id) if winner else 0.5)

    return answer


def first_shown(ask: Ask) -> Judgment:
    return decided(ask.shown, 1.0)


# The tutorial's bug.


@every_sort
def test_a_duel_between_two_of_the_middle_moves_those_two(sort: str) -> None:
    """Defect 7: compare_pair returned 0 or 1 instead of the pair's own documents, so a duel of the fourth and the
    seventh moved the first two. Here only the seventh of nine beats anybody above it, and only it moves."""
    grades = {f"d{at}": 100.0 - at for at in range(9)} | {"d6": 97.5}
    ranking, *_ = ranked(9, Oracle(grades).judge, **TOTAL[sort])
    assert ranking.ids == ("d0", "d1", "d2", "d6", "d3", "d4", "d5", "d7", "d8")


@every_sort
@pytest.mark.parametrize(("one", "other"), [(3, 4), (4, 7), (6, 7)])
def test_the_memo_holds_a_pair_under_its_own_documents(sort: str, one: int, other: int) -> None:
    """The same for any two of the middle that change places: all others stay, and the tally names the two."""
    grades = {f"d{at}": 100.0 - at for at in range(9)}
    grades[f"d{one}"], grades[f"d{other}"] = grades[f"d{other}"], grades[f"d{one}"]
    wanted = [f"d{at}" for at in range(9)]
    wanted[one], wanted[other] = wanted[other], wanted[one]
    ranking, *_ = ranked(9, Oracle(grades).judge, **TOTAL[sort])
    assert list(ranking.ids) == wanted


# Both orders.


def test_a_win_needs_both_answers_and_anything_else_is_a_tie() -> None:
    """A, A or B, B over the two orders is half a win each: the place decided, not the document."""
    cases = {
        ("d1", "d1"): (0.0, 1.0),  # the second document both times
        ("d0", "d0"): (1.0, 0.0),
        ("d0", "d1"): (0.5, 0.5),  # A, A
        ("d1", "d0"): (0.5, 0.5),  # B, B
        ("", "d1"): (0.5, 0.5),
        ("", ""): (0.5, 0.5),
    }
    for (shown_first, shown_second), (mine, theirs) in cases.items():
        judge = by_verdicts({("d0", "d1"): shown_first, ("d1", "d0"): shown_second})
        ranking, *_ = ranked(2, judge, sort="allpair")
        assert {item.id: item.score for item in ranking.items} == {"d0": mine, "d1": theirs}
        assert ranking.ids == (("d1", "d0") if mine < theirs else ("d0", "d1"))
        assert all(("tied" in item.provenance) == (mine == 0.5) for item in ranking.items)


@pytest.mark.parametrize("sort", ["sliding", "bubble"])
def test_neighbours_change_places_only_if_both_answers_agree(sort: str) -> None:
    """One answer for the lower document is not enough to lift it."""
    split = by_verdicts({("d0", "d1"): "d1", ("d1", "d0"): "d0"})
    agreed = by_verdicts({("d0", "d1"): "d1", ("d1", "d0"): "d1"})
    assert ranked(2, split, sort=sort)[0].ids == ("d0", "d1")
    assert ranked(2, agreed, sort=sort)[0].ids == ("d1", "d0")


@every_sort
def test_a_judge_that_always_names_the_first_shown_is_seen_through(sort: str) -> None:
    """Every pair is a tie, the input order stays, and the two meters say why."""
    ranking, *_ = ranked(9, first_shown, **TOTAL[sort])
    assert list(ranking.ids) == [f"d{at}" for at in range(9)]
    assert (ranking.details["first_won"], ranking.details["tie_rate"]) == (1.0, 1.0)
    assert ranking.details["cycles"] == 0
    ranking, *_ = ranked(9, lambda ask: decided(ask.shown, 0.0), **TOTAL[sort])
    assert (ranking.details["first_won"], ranking.details["tie_rate"]) == (0.0, 1.0)


@every_sort
def test_a_judge_without_bias_names_the_first_shown_half_the_time(sort: str) -> None:
    """The perfect judge: each pair's winner is shown first once and second once; ties are no answers to count."""
    details = ranked(9, perfect(9).judge, **TOTAL[sort])[0].details
    assert (details["first_won"], details["tie_rate"]) == (0.5, 0.0)
    details = ranked(9, Oracle({}).judge, **TOTAL[sort])[0].details
    assert (details["first_won"], details["tie_rate"]) == (None, 1.0)


@every_sort
@pytest.mark.parametrize("orders", ["both", "random"])
def test_no_pair_is_asked_twice_in_one_order(sort: str, orders: str) -> None:
    """What a sort wants to know again it is told from memory, and both orders of a pair stand in one round."""
    for seed in range(5):
        task = sample_task(15, seed)
        strategy = Pairwise(model=CHAT, orders=orders, **TOTAL[sort])  # type: ignore[arg-type]
        _, rounds = play(strategy.rank(task), perfect(15).judge)
        asked = [names(ask) for asks in rounds for ask in asks]
        assert len(set(asked)) == len(asked)
        if orders == "both":
            assert all({(other, one) for one, other in map(names, asks)} == set(map(names, asks)) for asks in rounds)
        else:
            assert all((other, one) not in asked for one, other in asked)


def test_one_random_order_halves_the_calls_and_is_seeded() -> None:
    """Half the questions, about half of them in prior order, the same for the same seed and others for another."""
    both = ranked(12, perfect(12).judge, sort="allpair")[1]
    asked = {seed: list(map(names, ranked(12, perfect(12).judge, sort="allpair", orders="random", seed=seed)[1]))
             for seed in (0, 0, 1)}  # fmt: skip
    assert len(both) == 2 * len(asked[0]) == 132
    again = ranked(12, perfect(12).judge, sort="allpair", orders="random", seed=0)[1]
    assert list(map(names, again)) == asked[0] != asked[1]
    in_prior_order = sum(int(one[1:]) < int(other[1:]) for one, other in asked[0])
    assert 20 <= in_prior_order <= 46


# The tally.


def test_wins_losses_ties_and_the_decisive_duels_are_told() -> None:
    """Worked by hand: d2 beats both others, who tie. Shown are the best-placed one that each beat and the worst-placed
    one that it lost to."""
    ranking, *_ = ranked(3, Oracle({"d0": 1, "d1": 1, "d2": 5}).judge, sort="allpair")
    assert ranking.ids == ("d2", "d0", "d1")
    assert ranking.details == {
        "comparisons": 3,
        "tie_rate": pytest.approx(1 / 3),
        "first_won": 0.5,
        "cycles": 0,
        "duels": {
            "d2": {"wins": 2, "losses": 0, "ties": 0, "beat": "d0", "lost_to": None},
            "d0": {"wins": 0, "losses": 1, "ties": 1, "beat": None, "lost_to": "d2"},
            "d1": {"wins": 0, "losses": 1, "ties": 1, "beat": None, "lost_to": "d2"},
        },
    }


@every_sort
def test_the_tally_is_of_the_duels_that_were_asked(sort: str) -> None:
    """For random judges: each document's wins, losses and ties add up to the pairs it was in."""
    for seed in range(10):
        verdicts = random_verdicts(7, seed, ties=True)
        ranking, asks, _ = ranked(7, by_verdicts(verdicts), **TOTAL[sort])
        pairs = {frozenset(names(ask)) for ask in asks}
        assert ranking.details["comparisons"] == len(pairs)
        ties = 0
        for id, tally in ranking.details["duels"].items():
            outcomes = [outcome(verdicts, id, other) for pair in pairs if id in pair for other in pair - {id}]
            assert [tally["wins"], tally["losses"], tally["ties"]] == [outcomes.count(o) for o in (1, -1, 0)]
            ties += tally["ties"]
            place = ranking.ids.index
            beaten = [o for pair in pairs if id in pair for o in pair - {id} if outcome(verdicts, id, o) == 1]
            winners = [o for pair in pairs if id in pair for o in pair - {id} if outcome(verdicts, id, o) == -1]
            assert tally["beat"] == min(beaten, key=place, default=None)
            assert tally["lost_to"] == max(winners, key=place, default=None)
        assert ranking.details["tie_rate"] == pytest.approx(ties / 2 / len(pairs))


def outcome(verdicts: dict[tuple[str, str], str], one: str, other: str) -> int:
    """1 where both orders name ``one``, -1 where both name ``other``, else 0."""
    said = [verdicts[one, other], verdicts[other, one]]
    return 1 if said == [one, one] else -1 if said == [other, other] else 0


def random_verdicts(n: int, seed: int, ties: bool = False) -> dict[tuple[str, str], str]:
    """A winner for each unordered pair, the same both ways round; with ``ties`` any answer for each ordered pair."""
    dice = random.Random(seed)
    found = {}
    for one, other in combinations([f"d{at}" for at in range(n)], 2):
        winner = dice.choice((one, other))
        for pair in ((one, other), (other, one)):
            found[pair] = dice.choice((one, other, "")) if ties and dice.random() < 0.5 else winner
    return found


@pytest.mark.parametrize("ties", [False, True])
@pytest.mark.parametrize("n", [5, 7, 9])
def test_cycles_are_counted_exactly(n: int, ties: bool) -> None:
    """Triples that beat each other in a circle, against counting them one by one, for random judges."""
    found = set()
    for seed in range(20):
        verdicts = random_verdicts(n, seed, ties)
        ids = [f"d{at}" for at in range(n)]
        circles = sum(
            outcome(verdicts, a, b) == outcome(verdicts, b, c) == outcome(verdicts, c, a) == 1
            for triple in combinations(ids, 3)
            for a, b, c in ((triple[0], triple[1], triple[2]), (triple[0], triple[2], triple[1]))
        )
        assert ranked(n, by_verdicts(verdicts), sort="allpair")[0].details["cycles"] == circles
        found.add(circles)
    assert len(found) > 1


# Failures and intransitive judges.


def test_failed_duels_are_left_out_of_the_share() -> None:
    """A document is scored by the share of its answered duels times its opponents: a lost answer is no lost duel."""

    def answer(ask: Ask) -> Judgment:
        return unanswered("lost") if {"d0", "d3"} == set(names(ask)) else perfect(4).judge(ask)

    ranking, *_ = ranked(4, answer, sort="allpair")
    assert {item.id: item.score for item in ranking.items} == {"d0": 3.0, "d1": 2.0, "d2": 1.0, "d3": 0.0}
    assert ranking.details["comparisons"] == 5


def test_a_document_whose_duels_all_failed_is_last_and_says_so() -> None:
    """No score, no half wins, and its opponents are judged by their other duels."""

    def answer(ask: Ask) -> Judgment:
        return unanswered("lost") if "d0" in names(ask) else perfect(4).judge(ask)

    ranking, *_ = ranked(4, answer, sort="allpair")
    assert ranking.ids == ("d1", "d2", "d3", "d0")
    assert [item.score for item in ranking.items] == [3.0, 1.5, 0.0, None]
    assert (ranking.items[-1].provenance, ranking.items[-1].why) == (("failed",), "lost")


@settings(max_examples=150, deadline=None)
@given(
    st.sampled_from(SORTS),
    st.integers(2, 9),
    st.sampled_from([None, 1, 3]),
    st.sampled_from(["both", "random"]),
    st.integers(0, 10**6),
)
def test_any_judge_however_contradictory_is_sorted_to_an_end(
    sort: str, n: int, k: int | None, orders: str, seed: int
) -> None:
    """A random verdict for each ordered pair, circles and all: every sort ends, asks no pair twice, loses nobody."""
    dice = random.Random(seed)
    ids = [f"d{at}" for at in range(n)]
    verdicts = {pair: dice.choice((*pair, "")) for pair in permutations(ids, 2)}
    options = TOTAL[sort] | ({} if k is None else {"top_k": k}) | {"orders": orders}
    ranking, asks, _ = ranked(n, by_verdicts(verdicts), **options)
    assert len(asks) <= n * (n - 1)
    assert sorted(ranking.ids) == ids


# Log-probabilities.


def in_chances(chances: dict[tuple[str, str], float | None]) -> Callable[[Ask], Judgment]:
    """The chance of the first shown by pair; None = the model tells too little. Questions in words name d0."""

    def answer(ask: Ask) -> Judgment:
        if isinstance(ask.form, Duel) and not ask.form.logprobs:
            return decided(ask.shown, float(ask.shown[0].id == "d0"))
        chance = chances[names(ask)]
        if chance is None:
            return Judgment(verdict="ranked", mass=0.2)
        return replace(decided(ask.shown, chance), mass=0.9)

    return answer


@pytest.mark.parametrize(
    ("first", "second", "winner"),
    [
        (0.7, 0.4, "d0"),  # (.7 + 1 - .4) / 2 = .65
        (0.9, 0.7, "d0"),  # .6: each time the first shown, and yet d0 by far
        (0.6, 0.8, "d1"),  # .4
        (0.25, 0.25, ""),  # .5
    ],
)
def test_the_chances_of_both_orders_are_averaged(first: float, second: float, winner: str) -> None:
    """p = (p(i beats j | i first) + 1 - p(j beats i | j first)) / 2: more than a half wins."""
    judge = in_chances({("d0", "d1"): first, ("d1", "d0"): second})
    ranking, asks, rounds = ranked(2, judge, sort="allpair", scale="logprobs")
    assert ranking.items[0].score == (1.0 if winner else 0.5)
    assert ranking.ids[0] == (winner or "d0")
    assert (len(asks), rounds) == (2, 1)
    assert ranking.details["tie_rate"] == (0.0 if winner else 1.0)


def test_where_the_chances_say_too_little_the_question_is_put_in_words() -> None:
    """Only that one, in a round of its own, in the same order of documents; its answer stands in for the chance."""
    judge = in_chances({("d0", "d1"): 0.4, ("d1", "d0"): None})
    ranking, asks, rounds = ranked(2, judge, sort="allpair", scale="logprobs")
    assert rounds == 2
    assert [(names(ask), ask.form.logprobs) for ask in asks if isinstance(ask.form, Duel)] == [
        (("d0", "d1"), True),
        (("d1", "d0"), True),
        (("d1", "d0"), False),
    ]
    assert ranking.ids == ("d0", "d1")  # (.4 + 1 - 0) / 2 = .7


@every_sort
def test_a_model_that_tells_no_chances_is_asked_everything_in_words(sort: str) -> None:
    """Through the form itself: replies with stop "unsupported" are followed by questions in words, and those decide."""

    def answer(ask: Ask) -> Judgment:
        assert isinstance(ask.form, Duel)
        unsupported = Reply(content="", model="m", seconds=0.0, stop="unsupported")
        return ask.form.read(unsupported, ask.shown) if ask.form.logprobs else perfect(8).judge(ask)

    ranking, asks, rounds = ranked(8, answer, scale="logprobs", **TOTAL[sort])
    assert list(ranking.ids) == [f"d{at}" for at in range(8)]
    assert [ask.form.logprobs for ask in asks].count(True) * 2 == len(asks)  # type: ignore[attr-defined]
    plain, _, plain_rounds = ranked(8, perfect(8).judge, **TOTAL[sort])
    assert (plain.ids, plain_rounds * 2) == (ranking.ids, rounds)


# What it costs.


def measured(n: int, k: int, sort: str) -> tuple[float, float]:
    """Mean comparisons and rounds over 60 shuffled inputs, with a perfect judge."""
    strategy = Pairwise(model=CHAT, sort=sort, top_k=k)  # type: ignore[arg-type]
    judge = perfect(n).judge
    runs = [play(strategy.rank(sample_task(n, seed)), judge)[1] for seed in range(60)]
    return statistics.mean(sum(map(len, rounds)) / 2 for rounds in runs), statistics.mean(map(len, runs))


@pytest.mark.parametrize(("n", "k", "published"), [(20, 10, 83.5), (100, 10, 278.0), (10, 10, 38.5)])
def test_sorts_need_no_more_comparisons_than_published(n: int, k: int, published: float) -> None:
    """The heap at the published mean or below; the tournament with transitivity at least a quarter below it."""
    assert measured(n, k, "heap")[0] <= published * 1.03
    assert measured(n, k, "tournament")[0] <= published * 0.75


@pytest.mark.parametrize(("n", "k", "rounds"), [(20, 10, 6.2), (100, 10, 8.4)])
def test_the_parallel_sort_needs_few_rounds(n: int, k: int, rounds: float) -> None:
    """Time is rounds, not calls: a handful, where a heap takes as many as it has comparisons."""
    comparisons, found = measured(n, k, "parallel")
    assert found <= rounds
    assert comparisons <= {20: 57, 100: 247}[n]


def test_every_pair_of_very_many_documents_is_refused_with_the_mend() -> None:
    """Before the first of 40,200 questions, not after; other sorts take them."""
    with pytest.raises(LaneError, match="40,200 questions") as caught:
        next(Pairwise(model=CHAT, sort="allpair").rank(sample_task(201)))
    assert "cascade" in caught.value.hint
    assert next(Pairwise(model=CHAT, sort="parallel").rank(sample_task(201)))
    assert Pairwise(model=CHAT, sort="allpair").advice(31)
    assert not Pairwise(model=CHAT, sort="allpair").advice(30)


def drained(duels: Duels, pairs: Iterable[tuple[int, int]], answer: Callable[[Ask], Judgment]) -> list[Ask]:
    steps, asked = duels.meet(pairs), []
    try:
        asks = next(steps)
        while True:
            asked += asks
            asks = steps.send([answer(ask) for ask in asks])
    except StopIteration:
        return asked


def test_pairs_may_be_named_in_any_order_and_more_than_once() -> None:
    """One meeting with repeats and turned pairs asks each pair once each way; points are seen from either side."""
    documents: tuple[Document, ...] = sample_task(5).documents
    duels = Duels(documents, Duel(), CHAT, "both", 0)
    asked = drained(duels, [(4, 2), (2, 4), (4, 2), (1, 3)], perfect(5).judge)
    assert [names(ask) for ask in asked] == [("d2", "d4"), ("d4", "d2"), ("d1", "d3"), ("d3", "d1")]
    assert (duels.points(2, 4), duels.points(4, 2), duels.points(0, 1)) == (1, 0, None)
    assert duels.above(2, 4) and not duels.above(4, 2)
    assert duels.above(0, 1) and not duels.above(1, 0)
    assert drained(duels, [(3, 1), (4, 2)], perfect(5).judge) == []
