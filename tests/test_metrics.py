"""Promises about measuring rankings."""

from __future__ import annotations

import random
import tracemalloc
from collections.abc import Iterator
from itertools import product
from statistics import fmean

import ir_measures
import pytest
import pytrec_eval
from hypothesis import given
from hypothesis import strategies as st

from playground.errors import InputError
from playground.metrics import bounds, ideal, measure, measured, ndcg, precision, reciprocal_rank, shares

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


# Names of ours and trec_eval's names of the same.
TREC = {
    "nDCG": "ndcg",
    **{f"nDCG@{k}": f"ndcg_cut_{k}" for k in (1, 3, 10)},
    "RR": "recip_rank",
    **{f"P@{k}": f"P_{k}" for k in (1, 5, 10)},
    "AP": "map",
    "AP@10": "map_cut_10",
    **{f"R@{k}": f"recall_{k}" for k in (1, 5, 10)},
}


def runs(count: int) -> Iterator[tuple[str, list[str], dict[str, int]]]:
    """Query id, ranking and grades, at random; with negative, missing and unretrieved grades."""
    dice = random.Random(11)
    for number in range(count):
        pool = [f"d{at}" for at in range(dice.randint(1, 30))]
        qrels = {id: dice.choice((-1, 0, 0, 1, 2, 3)) for id in dice.sample(pool, dice.randint(1, len(pool)))}
        yield str(number), dice.sample(pool, dice.randint(1, len(pool))), qrels


def scored(run: list[str]) -> dict[str, float]:
    """Scores that put the run in this order."""
    return {id: float(len(run) - place) for place, id in enumerate(run)}


def test_every_measure_equals_trec_eval() -> None:
    """1,000 random runs measure as in trec_eval, to 1e-9; what the page shows is the same."""
    queries = list(runs(1000))
    theirs = pytrec_eval.RelevanceEvaluator(
        {query: qrels for query, _, qrels in queries},
        {"ndcg", "ndcg_cut.1,3,10", "recip_rank", "P.1,5,10", "map", "map_cut.10", "recall.1,5,10"},
    ).evaluate({query: scored(run) for query, run, _ in queries})
    for query, run, qrels in queries:
        ours = {name: measure(name)(run, qrels) for name in TREC}
        assert ours == pytest.approx({name: theirs[query][trec] for name, trec in TREC.items()}, abs=1e-9), query
        assert measured(run, qrels) == {name: ours[name] for name in ("nDCG@10", "nDCG@3", "RR", "P@1")}


def test_exponential_gain_equals_gdevals_and_trec_evals_over_such_grades() -> None:
    """1,000 random runs: ir-measures' own, which prints five decimals, and to 1e-9 trec_eval told 2^grade - 1."""
    name = "nDCG(dcg='exp-log2')@10"
    queries = list(runs(1000))
    gdeval = ir_measures.calc(
        [ir_measures.parse_measure(name)],
        {query: qrels for query, _, qrels in queries},
        {query: scored(run) for query, run, _ in queries},
    )[1]
    trec = pytrec_eval.RelevanceEvaluator(
        {query: {id: 2 ** max(grade, 0) - 1 for id, grade in qrels.items()} for query, _, qrels in queries},
        {"ndcg_cut.10"},
    ).evaluate({query: scored(run) for query, run, _ in queries})
    ours = {query: measure(name)(run, qrels) for query, run, qrels in queries}
    assert ours == pytest.approx({query: each["ndcg_cut_10"] for query, each in trec.items()}, abs=1e-9)
    assert ours == pytest.approx({each.query_id: each.value for each in gdeval}, abs=6e-6)


def test_shallow_reciprocal_rank_and_the_judged_share_equal_ir_measures() -> None:
    """trec_eval has neither; a grade below 0 is a judgment, and fewer than k documents are shared among themselves."""
    names = ["RR@3", "RR@10", "Judged@3", "Judged@10", "Judged"]
    queries = list(runs(300))
    theirs = ir_measures.calc(
        [ir_measures.parse_measure(name) for name in names],
        {query: qrels for query, _, qrels in queries},
        {query: scored(run) for query, run, _ in queries},
    )[1]
    ours = {(query, name): measure(name)(run, qrels) for query, run, qrels in queries for name in names}
    assert ours == pytest.approx({(each.query_id, str(each.measure)): each.value for each in theirs}, abs=1e-9)
    assert measure("Judged@10")([], {"a": 1}) == 0


@pytest.mark.parametrize(
    "name",
    [
        *(*TREC, "RR@10", "Judged", "Judged@10"),
        *("nDCG(dcg='exp-log2')@10", 'nDCG(dcg="exp-log2")@3', "nDCG(dcg='log2')@10", "nDCG(dcg='exp-log2')"),
        *("MRR", "MRR@10", "MAP", "NDCG@10", "Precision@5", "Recall@10", " P@1 "),
    ],
)
def test_a_measure_is_called_what_ir_measures_calls_it(name: str) -> None:
    """Also where it was asked for by another of ir-measures' names; its own name reads as the same measure."""
    found = measure(name)
    assert found.name == repr(ir_measures.parse_measure(name.strip()))
    assert measure(found.name) == found


@pytest.mark.parametrize(
    "name",
    [
        *(
            "",
            "P",
            "R",
            "ERR@10",
            "ndcg@10",
            "nDCG@",
            "nDCG@0",
            "nDCG@-1",
            "nDCG@ten",
            "P@9999999",
            "RR@10@5",
            "P@1,RR",
        ),
        *("nDCG(dcg=exp-log2)@10", "nDCG(dcg='exp')@10", "P(dcg='exp-log2')@5"),
    ],
)
def test_an_unknown_measure_is_refused_with_those_there_are(name: str) -> None:
    """No guess at what was meant: P and R without a number of places mean nothing either."""
    with pytest.raises(InputError, match="There is no measure") as error:
        measure(name)
    assert all(known in error.value.hint for known in ("nDCG(dcg='exp-log2')@10", "RR", "P@1", "AP", "Judged@10"))


def test_the_means_over_a_query_set_worked_out_by_hand() -> None:
    """MRR, mean nDCG@3 and mean P@1 over four queries; one without anything relevant counts 0 and is not left out."""
    queries = [
        # a b c = 3 1 0, ranked a c b. RR 1, P@1 1.
        # DCG@3 = 3 + 0 + 1*0.5 = 3.5; ideal 3 + 1*0.6309298 = 3.6309298; nDCG@3 = 0.9639404
        (["a", "c", "b"], {"a": 3, "b": 1, "c": 0}),
        # d e f = 2 0 1, ranked e f d. RR 1/2, P@1 0.
        # DCG@3 = 0 + 1*0.6309298 + 2*0.5 = 1.6309298; ideal 2 + 1*0.6309298 = 2.6309298; nDCG@3 = 0.6199062
        (["e", "f", "d"], {"d": 2, "e": 0, "f": 1}),
        # Nothing relevant: 0, 0, 0.
        (["g", "h"], {"g": 0, "h": 0}),
        # The only relevant one at place 4: RR 1/4, P@1 0, and beyond the first three: nDCG@3 0.
        (["k", "l", "m", "j"], {"j": 1}),
    ]
    means = {name: fmean(measure(name)(*query) for query in queries) for name in ("MRR", "nDCG@3", "P@1")}
    # MRR (1 + 1/2 + 0 + 1/4) / 4; nDCG@3 (0.9639404 + 0.6199062 + 0 + 0) / 4; P@1 1/4
    assert means == pytest.approx({"MRR": 0.4375, "nDCG@3": 0.3959617, "P@1": 0.25}, abs=1e-7)


def test_the_other_measures_of_the_fixture_worked_out_by_hand() -> None:
    """Exponential gain, average precision, recall, reciprocal rank within k and the judged share."""
    # b c e a = 0 1 - 3; d, a 2, was not returned. Gains 2^grade - 1: a 7, c 1, d 3.
    # DCG = 1*0.6309298 + 7*0.4306766 = 3.6456657; ideal 7 + 3*0.6309298 + 1*0.5 = 9.3927893; ratio 0.3881345
    assert measure("nDCG(dcg='exp-log2')@10")(RUN, QRELS) == pytest.approx(0.3881345, abs=1e-7)
    assert measure("AP")(RUN, QRELS) == pytest.approx((1 / 2 + 2 / 4 + 0) / 3)  # c at 2, a at 4, d nowhere
    assert measure("AP@3")(RUN, QRELS) == pytest.approx((1 / 2) / 3)
    assert [measure(name)(RUN, QRELS) for name in ("R@1", "R@2", "R@10")] == pytest.approx([0, 1 / 3, 2 / 3])
    assert [measure(name)(RUN, QRELS) for name in ("RR@1", "RR@2")] == [0, 1 / 2]
    assert [measure(name)(RUN, QRELS) for name in ("Judged@2", "Judged@10")] == [1, 3 / 4]  # not e


BOUNDED = [*TREC, "RR@2", "AP@2", "R@2", "nDCG@2", "nDCG(dcg='exp-log2')@3"]


def test_the_bounds_are_the_extremes_over_all_grades_of_the_unjudged() -> None:
    """2,000 random rankings with up to four unjudged documents: no assignment of grades measures less or more."""
    dice = random.Random(7)
    for trial in range(2000):
        run = dice.sample("abcdefgh", dice.randint(3, 7))
        blanks = dice.sample(run, dice.randint(1, min(4, len(run))))
        qrels = {id: dice.choice((-1, 0, 1, 1, 2, 3, 4)) for id in "abcdefghij" if id not in blanks}
        highest, name = dice.randint(1, 3), dice.choice(BOUNDED)
        values = [
            measure(name)(run, {**qrels, **dict(zip(blanks, grades, strict=True))})
            for grades in product(range(highest + 1), repeat=len(blanks))
        ]
        found = bounds(run, qrels, name, highest=highest)
        assert found == pytest.approx((min(values), max(values)), abs=1e-12), (trial, name)


def test_bounds_where_all_worthless_or_all_of_the_highest_is_not_the_extreme() -> None:
    """Each bound of nDCG takes its own grades: those that spoil the ideal, and those that fit in with the order."""
    # a ? b = 2 ? 1: in order already if ? is 1 or 2; a 3 there is a better document below a worse one.
    low, high = bounds(["a", "x", "b"], {"a": 2, "b": 1}, "nDCG@10", highest=3)
    # ? = 3: DCG 2 + 3*0.6309298 + 0.5 = 4.3927893, ideal 3 + 2*0.6309298 + 0.5 = 4.7618595: 0.9224946
    # ? = 0: DCG 2 + 0.5 = 2.5, ideal 2 + 0.6309298 = 2.6309298: 0.9502344
    assert (low, high) == pytest.approx((0.9224946, 1), abs=1e-7)
    # What stands beyond k can only raise the ideal: RR and P stay, nDCG and recall fall.
    below = {name: bounds("abx", {"a": 1, "b": 0}, name, highest=3) for name in ("RR", "P@2", "R@2", "nDCG@2")}
    assert below == {"RR": (1, 1), "P@2": (0.5, 0.5), "R@2": (0.5, 1), "nDCG@2": (pytest.approx(0.2754, abs=1e-4), 1)}


def test_bounds_meet_where_all_is_judged() -> None:
    """There is nothing to guess; nor about what share is judged. An unknown measure is refused here too."""
    assert bounds("abx", {"a": 2}, "Judged@2", highest=3) == (0.5, 0.5)
    for name in BOUNDED:
        value = measure(name)("cba", {"a": 2, "b": 0, "c": 1, "z": 3})
        assert bounds("cba", {"a": 2, "b": 0, "c": 1, "z": 3}, name, highest=4) == (value, value)
    with pytest.raises(InputError):
        bounds("cba", {}, "quality", highest=3)


def test_of_a_ranking_without_any_grade_everything_is_possible() -> None:
    """From none relevant to a perfect order, however long it is."""
    ids = [f"d{at}" for at in range(1000)]
    assert bounds(ids, {}, "nDCG@10", highest=3) == (0, pytest.approx(1))


def test_measuring_rankings_of_many_lengths_leaves_little_behind() -> None:
    """An evaluation measures hundreds of them, and memory is not to grow with each."""
    tracemalloc.start()
    try:
        for length in range(1_000, 2_000, 50):
            ids = [f"d{at}" for at in range(length)]
            ndcg(ids, dict.fromkeys(ids, 1))
            bounds(ids[:5], dict.fromkeys(ids[1:], 1), "nDCG@10", highest=1)
        left, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert left < 500_000


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
