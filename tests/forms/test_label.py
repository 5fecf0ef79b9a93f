"""Promises about grades read from the chances of labels instead of from the label written."""

from __future__ import annotations

import math

import pytest

from playground.domains import domain
from playground.forms.grade import Grade, Label
from playground.types import Document, Judgment, Reply, Task

FORM = Label()
GENERAL, _ = domain("general")
SHOWN = (Document(id="d", content="A soft egg takes six minutes."),)
TASK = Task(query="q", documents=SHOWN, domain=GENERAL)


def told(*tokens: dict[str, float], content: str = "4") -> Judgment:
    """The judgment of a reply whose tokens have these alternatives, given as chances."""
    logprobs = tuple(
        tuple((token, math.log(chance) if chance else -9_999.0) for token, chance in each.items()) for each in tokens
    )
    return FORM.read(Reply(content=content, model="m", seconds=0.0, logprobs=logprobs), SHOWN)


# the tokens' alternatives, E and label mass worked by hand
WORKED: list[tuple[str, tuple[dict[str, float], ...], float, float]] = [
    ("one label", ({"4": 1.0},), 4.0, 1.0),
    ("certain of nothing", ({"0": 1.0},), 0.0, 1.0),
    ("two", ({"3": 0.6, "2": 0.2, "The": 0.2}, {".": 1.0}), (3 * 0.6 + 2 * 0.2) / 0.8, 0.8),
    ("grouped", ({" 3": 0.3, "3": 0.2, "\n3": 0.1, "1": 0.2}, {"1": 1.0}), (3 * 0.6 + 1 * 0.2) / 0.8, 0.8),
    ("all five", ({"0": 0.1, "1": 0.1, "2": 0.2, "3": 0.2, "4": 0.4},), 0.1 + 0.4 + 0.6 + 1.6, 1.0),
    ("full width", ({"３": 0.5, "3": 0.25, "1": 0.25},), (3 * 0.75 + 0.25), 1.0),
    ("no other number", ({"5": 0.3, "10": 0.1, "-1": 0.05, "3.5": 0.05, "2": 0.5},), 2.0, 0.5),
    ("after an opening", ({"Grade": 0.9, "grade": 0.1}, {":": 1.0}, {" 2": 0.5, " 4": 0.5}), 3.0, 1.0),
    ("a chance of nothing", ({"4": 0.0, "1": 0.9},), 1.0, 0.9),
]


@pytest.mark.parametrize(("tokens", "expected", "mass"), [row[1:] for row in WORKED], ids=[row[0] for row in WORKED])
def test_the_grade_is_the_expected_label(tokens: tuple[dict[str, float], ...], expected: float, mass: float) -> None:
    """E = Σ v·p(v) / Σ p(v) over the labels at the first token that has any, whatever was written; the mass is told."""
    judgment = told(*tokens)
    assert judgment.grades == {"d": pytest.approx(expected)}
    assert judgment.mass == pytest.approx(mass)
    assert (judgment.verdict, judgment.order) == ("ranked", ("d",))


@pytest.mark.parametrize(
    ("tokens", "mass"),
    [
        (({"4": 0.3, "3": 0.19, "The": 0.51},), 0.49),
        (({"The": 0.99, "4": 0.01}, {"3": 1.0}), 0.01),
        (({"five": 1.0},), 0.0),
        (({"8": 0.9, "7": 0.1},), 0.0),
        (({"4": 0.0},), 0.0),
        ((), 0.0),
    ],
    ids=["mass .49", "unlikely at first", "no label", "other digits", "no chance", "no tokens"],
)
def test_without_enough_on_the_labels_there_is_no_grade(tokens: tuple[dict[str, float], ...], mass: float) -> None:
    """No label, or less than half of the chances on labels: unscored. Never 0, nor the 4 that was written."""
    judgment = told(*tokens)
    assert judgment.grades == {}
    assert judgment.mass == pytest.approx(mass)


def test_a_model_without_logprobs_gives_no_grade_and_is_not_asked_the_same_again() -> None:
    """Nothing was told: mass 0, no grade, and no corrective question, since it could tell no more."""
    reply = Reply(content="4", model="m", seconds=0.0, stop="unsupported")
    judgment = FORM.read(reply, SHOWN)
    assert (judgment.mass, dict(judgment.grades)) == (0.0, {})
    assert FORM.again(FORM.word(TASK, SHOWN), reply, judgment) is None


def test_a_refusal_is_no_lack_of_logprobs() -> None:
    """It is told apart from a model that gives none, so that nobody who refused is asked in words instead."""
    judgment = FORM.read(Reply(content="", model="m", seconds=0.0, stop="refusal"), SHOWN)
    assert (judgment.verdict, judgment.mass, dict(judgment.grades)) == ("unreadable", None, {})
    assert judgment.why


def test_one_digit_is_asked_for_with_its_alternatives_and_without_a_schema() -> None:
    """The rubric runs from 0 to 4, one step a label; a reply held to JSON would begin with a brace."""
    payload = FORM.word(TASK, SHOWN)
    assert (payload.logprobs, payload.schema) == (20, None)
    assert payload.max_tokens < 10
    system = payload.messages[0].content
    for label, meaning in enumerate(GENERAL.rubric):
        assert f"\n{label} = {meaning}" in system
    assert "one digit from 0 to 4" in system
    assert Grade().word(TASK, SHOWN).logprobs == 0


def test_chances_beyond_all_sense_break_nothing() -> None:
    """A log-probability that is none (NaN, an infinity, above 0) is not counted."""
    odd = ((("4", float("nan")), ("3", 5.0), ("2", float("-inf")), ("1", math.log(0.75))),)
    judgment = FORM.read(Reply(content="4", model="m", seconds=0.0, logprobs=odd), SHOWN)
    assert judgment.grades == {"d": pytest.approx(1.0)}
    assert judgment.mass == pytest.approx(0.75)
