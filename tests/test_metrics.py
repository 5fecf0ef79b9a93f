"""Promises about measuring rankings."""

from __future__ import annotations

import random

import pytest
import pytrec_eval
from hypothesis import given
from hypothesis import strategies as st

from playground.metrics import ideal, measured, ndcg, precision, reciprocal_rank, shares

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


def test_shares_of_a_swap_worked_out_by_hand() -> None:
    """Who rose gained its gain times the discounts' difference, who fell lost it; places beyond k count nothing."""
    # a (grade 3) goes from place 2 to 1: 3 * (1 - 0.6309298) / 4.7618595 = 0.2325165
    # b (none) the other way: 0. c (grade 1) goes from place 3 to 4, beyond k: 1 * (0 - 0.5) / 4.7618595 = -0.1050010
    # d (grade 2) comes from 4, beyond k, to 3: 2 * (0.5 - 0) / 4.7618595 = 0.2100020
    found = shares(["a", "b", "d", "c"], ["b", "a", "c", "d"], QRELS, 3)
    assert found == pytest.approx({"a": 0.2325165, "b": 0, "d": 0.2100020, "c": -0.1050010}, abs=1e-7)
    assert str(found["b"]) == "0.0"  # fell, and has nothing to lose


@given(
    st.dictionaries(st.sampled_from("abcdefgh"), st.integers(-1, 4)),
    st.lists(st.sampled_from("abcdefgh"), unique=True),
    st.lists(st.sampled_from("abcdefgh"), unique=True),
    st.integers(1, 10),
)
def test_shares_add_up_to_the_difference(qrels: dict[str, int], one: list[str], other: list[str], k: int) -> None:
    """Also where the rankings hold different documents; those without gain, or in place, have no part in it."""
    found = shares(one, other, qrels, k)
    assert sum(found.values()) == pytest.approx(ndcg(one, qrels, k) - ndcg(other, qrels, k))
    assert set(found) == (set(one) | set(other) if any(grade > 0 for grade in qrels.values()) else set())
    assert all(share == 0 for id, share in found.items() if qrels.get(id, 0) <= 0)
    assert set(shares(one, one, qrels, k).values()) <= {0}


def test_the_ideal_order_goes_by_grade_and_keeps_equals_as_they_came() -> None:
    """Documents without a grade count 0; only what was ranked is in it."""
    assert ideal(RUN, QRELS) == ("a", "c", "b", "e")
    assert ideal("ebx", {"b": 0, "x": -1, "z": 3}) == ("e", "b", "x")
    assert ideal([], QRELS) == ()
