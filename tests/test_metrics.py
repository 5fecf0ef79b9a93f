"""Promises about measuring and comparing rankings."""

from __future__ import annotations

import random
from itertools import permutations

import pytest
import pytrec_eval
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import kendalltau

from playground.comparison import kendall_tau, largest_move, moves
from playground.metrics import measured, ndcg, precision, reciprocal_rank

# Worked out by hand. Grades a=3 b=0 c=1 d=2 (e has none); the ranking is b, c, e, a (d was not returned).
QRELS = {"a": 3, "b": 0, "c": 1, "d": 2}
RUN = ["b", "c", "e", "a"]
# Discounts 1/log2(place+1): place 1: 1, place 2: 0.6309298, place 3: 0.5, place 4: 0.4306766.
# DCG@3  = 0*1 + 1*0.6309298 + 0*0.5                 = 0.6309298
# DCG@4  = DCG@3 + 3*0.4306766                       = 1.9229595
# ideal: a d c b = 3, 2, 1, 0. IDCG@1 = 3
# IDCG@3 = 3*1 + 2*0.6309298 + 1*0.5                 = 4.7618595
# IDCG@4 = IDCG@3 + 0
# nDCG@1 = 0/3 = 0; nDCG@3 = 0.6309298/4.7618595 = 0.1324965; nDCG@4 = nDCG@10 = 1.9229595/4.7618595 = 0.4038253
# RR: the first relevant one (grade from 1 on) is c at place 2: 1/2. P@1: b is not: 0. P@2: 1/2. P@10: a and c: 2/10.


def test_the_measures_of_a_fixture_worked_out_by_hand() -> None:
    """Linear gain, the ideal from all graded documents, relevance from grade 1 on, empty places count against P@k."""
    assert ndcg(RUN, QRELS, 1) == 0
    assert ndcg(RUN, QRELS, 3) == pytest.approx(0.1324965, abs=1e-7)
    assert ndcg(RUN, QRELS, 4) == pytest.approx(0.4038253, abs=1e-7)
    assert ndcg(RUN, QRELS, 10) == pytest.approx(0.4038253, abs=1e-7)
    assert reciprocal_rank(RUN, QRELS) == 0.5
    assert [precision(RUN, QRELS, k) for k in (1, 2, 10)] == [0, 0.5, 0.2]
    assert measured(RUN, QRELS) == {
        "nDCG@10": pytest.approx(0.4038253, abs=1e-7),
        "nDCG@3": pytest.approx(0.1324965, abs=1e-7),
        "RR": 0.5,
        "P@1": 0,
    }


def test_every_measure_equals_trec_eval() -> None:
    """200 random runs with negative, missing and unretrieved grades measure as in trec_eval."""
    dice = random.Random(11)
    for trial in range(200):
        pool = [f"d{at}" for at in range(dice.randint(1, 30))]
        qrels = {id: dice.choice((-1, 0, 0, 1, 2, 3)) for id in dice.sample(pool, dice.randint(1, len(pool)))}
        run = dice.sample(pool, dice.randint(1, len(pool)))
        theirs = pytrec_eval.RelevanceEvaluator({"q": qrels}, {"ndcg_cut.3,10", "recip_rank", "P.1,5,10"}).evaluate(
            {"q": {id: float(len(run) - place) for place, id in enumerate(run)}}
        )["q"]
        ours = {
            "ndcg_cut_3": ndcg(run, qrels, 3),
            "ndcg_cut_10": ndcg(run, qrels, 10),
            "recip_rank": reciprocal_rank(run, qrels),
            **{f"P_{k}": precision(run, qrels, k) for k in (1, 5, 10)},
        }
        assert ours == pytest.approx(theirs, abs=1e-9), trial
        shown = measured(run, qrels)
        assert (shown["nDCG@10"], shown["nDCG@3"]) == (ours["ndcg_cut_10"], ours["ndcg_cut_3"])
        assert (shown["RR"], shown["P@1"]) == (ours["recip_rank"], ours["P_1"])


@pytest.mark.parametrize("qrels", [{}, {"a": 0}, {"a": 0, "b": -1}, {"z": 0}])
def test_nothing_relevant_measures_zero(qrels: dict[str, int]) -> None:
    """No division by zero and no number beyond 0 where nothing is relevant; likewise for an empty ranking."""
    assert set(measured(["a", "b"], qrels).values()) == {0.0}
    assert set(measured([], {"a": 2, **qrels}).values()) == {0.0}


@given(st.dictionaries(st.sampled_from("abcdefgh"), st.integers(-1, 4)), st.permutations("abcdefgh"))
def test_the_ideal_order_measures_one_and_no_other_order_more(qrels: dict[str, int], run: list[str]) -> None:
    """nDCG lies between 0 and 1, and is 1 for the order by grade."""
    best = sorted(run, key=lambda document: -qrels.get(document, 0))
    for k in (1, 3, 10):
        assert 0 <= ndcg(run, qrels, k) <= 1 + 1e-12
        assert ndcg(best, qrels, k) == pytest.approx(1 if any(grade > 0 for grade in qrels.values()) else 0)


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
