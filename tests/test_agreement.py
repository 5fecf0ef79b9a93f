"""Promises about the agreement of graders."""

from __future__ import annotations

import math
import random
import warnings

import krippendorff
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import cohen_kappa_score

from playground.agreement import krippendorff_alpha, model_grades, weighted_kappa
from playground.errors import InputError

# Worked out by hand. Eight items; the graders differ by one grade on two of them.
FIRST = dict(zip("abcdefgh", [0, 0, 1, 1, 2, 2, 3, 3], strict=True))
SECOND = dict(zip("abcdefgh", [0, 1, 1, 1, 2, 3, 3, 3], strict=True))
# Rows, the first: 2 2 2 2. Columns, the second: 1 3 1 3.
# Quadratic. Found: 1 + 1 = 2. By chance: sum of 2 * column * distance^2 / 8, a column's distances summed over the rows,
#   2 * (1*(0+1+4+9) + 3*(1+0+1+4) + 1*(4+1+0+1) + 3*(9+4+1+0)) / 8 = 2 * (14 + 18 + 6 + 42) / 8 = 20. 1 - 2/20 = 0.9
# Linear. Found: 2. By chance: 2 * (1*(0+1+2+3) + 3*(1+0+1+2) + 1*(2+1+0+1) + 3*(3+2+1+0)) / 8 = 2 * 40 / 8 = 10. 0.8
# Unweighted. Found: 2. By chance: 2 * (1*3 + 3*3 + 1*3 + 3*3) / 8 = 6. 1 - 2/6 = 2/3

grades = st.dictionaries(st.sampled_from("abcdefghij"), st.integers(0, 3))


def test_kappa_of_a_fixture_worked_out_by_hand() -> None:
    """Weighted by the square of the distance unless told otherwise, with its n, its table and the plain agreement."""
    found = weighted_kappa(FIRST, SECOND)
    assert found is not None and found.value == pytest.approx(0.9)
    assert (found.n, found.observed, found.grades) == (8, 6 / 8, (0, 1, 2, 3))
    assert found.table == ((1, 1, 0, 0), (0, 2, 0, 0), (0, 0, 1, 1), (0, 0, 0, 2))
    others = [weighted_kappa(FIRST, SECOND, weights=weights) for weights in ("linear", None)]
    assert [other and other.value for other in others] == pytest.approx([0.8, 2 / 3])


def test_kappa_equals_scikit_learns() -> None:
    """300 random pairs of graders, of two to five grades, with each weighting; undefined where it is undefined."""
    dice = random.Random(5)
    undefined = 0
    for _ in range(300):
        scale = range(dice.randint(2, 5))
        items = range(dice.randint(1, 40))
        one = {item: dice.choice(scale) for item in items}
        other = {item: one[item] if dice.random() < 0.4 else dice.choice(scale) for item in items}
        for weights in ("quadratic", "linear", None):
            found = weighted_kappa(one, other, weights=weights, grades=scale)
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # it warns where it is undefined
                theirs = cohen_kappa_score(list(one.values()), list(other.values()), labels=scale, weights=weights)
            assert found is not None
            undefined += found.value is None
            assert found.value == (None if math.isnan(theirs) else pytest.approx(theirs, abs=1e-12))
    assert undefined


@given(grades, grades)
def test_kappa_does_not_depend_on_who_is_first(a: dict[str, int], b: dict[str, int]) -> None:
    """The table turns over, the rest stays; only items that both graded count, and without any there is no kappa."""
    one, other = weighted_kappa(a, b), weighted_kappa(b, a)
    common = a.keys() & b.keys()
    if not common:
        assert one is None and other is None
        return
    assert one is not None and other is not None
    assert one.value == pytest.approx(other.value)
    assert tuple(zip(*one.table, strict=True)) == other.table
    assert one == weighted_kappa({item: a[item] for item in a if item in common}, b)
    assert one.n == len(common) == sum(map(sum, one.table))
    assert one.observed == sum(a[item] == b[item] for item in common) / len(common)


def test_one_and_the_same_grade_throughout_is_no_agreement_beyond_chance_and_no_disagreement() -> None:
    """Kappa is unknown, and that they agreed is still told. Constant graders who differ agree as chance would: 0."""
    same = weighted_kappa({"a": 2, "b": 2}, {"a": 2, "b": 2})
    assert same is not None and (same.value, same.observed, same.n) == (None, 1, 2)
    apart = weighted_kappa({"a": 2, "b": 2}, {"a": 1, "b": 1})
    assert apart is not None and (apart.value, apart.observed) == (0, 0)
    assert krippendorff_alpha({"x": {"a": 2, "b": 2}, "y": {"a": 2, "b": 2}}).value is None


def test_a_grade_off_the_scale_is_refused_by_name() -> None:
    """It would have no row; a scale that has it can be given."""
    with pytest.raises(InputError, match="Not on the scale 0, 1, 2, 3: 4"):
        weighted_kappa({"a": 4, "b": 1}, {"a": 3, "b": 1})
    assert weighted_kappa({"a": 4, "b": 1}, {"a": 3, "b": 1}, grades=range(5)) is not None
    assert weighted_kappa({"a": 1, "b": 7}, {"a": 1}) is not None  # b was not graded by both


# The example of Krippendorff 2011, section C and D: four observers, twelve units, gaps.
PAPER = {
    "A": [1, 2, 3, 3, 2, 1, 4, 1, 2, None, None, None],
    "B": [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, None, 3],
    "C": [None, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, None],
    "D": [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, None],
}


def test_alpha_of_the_papers_example() -> None:
    """Nominal 0.743, ordinal 0.815, interval 0.849, over the eleven units with two values or more."""
    labels = {
        name: {unit: value for unit, value in enumerate(values) if value is not None} for name, values in PAPER.items()
    }
    found = [krippendorff_alpha(labels, level) for level in ("nominal", "ordinal", "interval")]
    assert [each and round(each.value or 0, 3) for each in found] == [0.743, 0.815, 0.849]
    assert found[1] == krippendorff_alpha(labels)
    assert {(each.n, each.graders) for each in found if each} == {(11, 4)}


def test_alpha_equals_the_krippendorff_packages() -> None:
    """200 random panels of two to five graders with gaps, grades that nobody gives between those that are given."""
    dice = random.Random(6)
    compared = 0
    for _ in range(200):
        items, scale = range(dice.randint(2, 20)), dice.sample(range(7), 4)
        panel = {
            f"g{number}": {item: dice.choice(scale) for item in items if dice.random() < 0.7}
            for number in range(dice.randint(2, 5))
        }
        sheet = [[labels.get(item, np.nan) for item in items] for labels in panel.values()]
        for level in ("nominal", "ordinal", "interval"):
            found = krippendorff_alpha(panel, level)
            pairable = [
                grades for item in items if len(grades := [one[item] for one in panel.values() if item in one]) > 1
            ]
            if len({grade for grades in pairable for grade in grades}) < 2:
                assert found is None or found.value is None
                continue
            assert found is not None and found.n == len(pairable)
            assert found.value == pytest.approx(krippendorff.alpha(sheet, level_of_measurement=level), abs=1e-9)
            compared += 1
    assert compared > 500


def test_alpha_takes_two_grades_of_an_item() -> None:
    """What one alone has graded tells nothing: no alpha without a shared item, and such a grader doesn't count."""
    assert krippendorff_alpha({}) is None
    assert krippendorff_alpha({"x": {"a": 1, "b": 2}}) is None
    assert krippendorff_alpha({"x": {"a": 1}, "y": {"b": 2}}) is None
    with_more = krippendorff_alpha({"x": {"a": 1, "b": 3, "c": 0}, "y": {"a": 1, "b": 3}, "z": {"d": 2}})
    assert with_more == krippendorff_alpha({"x": {"a": 1, "b": 3}, "y": {"a": 1, "b": 3}})
    assert with_more is not None and (with_more.value, with_more.n, with_more.graders) == (1, 2, 2)


def test_a_models_grade_becomes_the_nearest_of_the_human_ones() -> None:
    """A third of the scale each way; the one half-way, 5, is part of an answer at best and goes down."""
    scores = dict(enumerate([0, 1.6, 1.7, 2.5, 5, 5.1, 7.5, 8.3, 8.4, 10]))
    assert list(model_grades(scores).values()) == [0, 0, 1, 1, 1, 2, 2, 2, 3, 3]


@pytest.mark.parametrize("score", [-0.1, 10.5, math.nan, math.inf])
def test_a_score_that_is_no_grade_has_no_human_grade(score: float) -> None:
    """A scorer's number, such as BM25's, is not taken for one."""
    with pytest.raises(InputError, match="no grade from 0 to 10"):
        model_grades({"a": 5, "b": score})
