"""Promises about asking which of two documents is better and reading the reply, in words and from log-probabilities."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from playground.domains import domain
from playground.forms.duel import Duel
from playground.types import Chat, Document, Judgment, Reply, Task

FORM = Duel()
GENERAL, _ = domain("general")
SHOWN = (Document(id="one", content="the first text"), Document(id="two", content="the second text"))
TASK = Task(query="q", documents=SHOWN, domain=GENERAL)
A, B, TIE = ("one", "two"), ("two", "one"), ()


def reply(content: str, stop: str = "end", **more: Any) -> Reply:
    return Reply(content=content, model="m", seconds=0.0, stop=stop, **more)


def read(content: str, stop: str = "end") -> Judgment:
    return FORM.read(reply(content, stop), SHOWN)


def asks_again(content: str, stop: str = "end") -> Chat | None:
    said = reply(content, stop)
    return FORM.again(FORM.word(TASK, SHOWN), said, FORM.read(said, SHOWN))


# reply, the order it means
READ: list[tuple[str, tuple[str, ...]]] = [
    ('{"better": "A"}', A),
    ('{"better": "B"}', B),
    ('{"better": "tie"}', TIE),
    ('{"better": " [b] "}', B),
    ('{"better": "Ｂ"}', B),
    ('{"winner": "Passage B"}', B),
    ('{"reason": "B is off topic", "answer": "A"}', A),
    ('"B"', B),
    ("A", A),
    ("b", B),
    ("[A]", A),
    ("［Ｂ］", B),
    ("(B)", B),
    ("**A**", A),
    ("B.", B),
    ("Passage B", B),
    ("Document [A].", A),
    ("tie", TIE),
    ("Neither.", TIE),
    ("both", TIE),
    ("Output: Passage A", A),
    ("**Winner:** B", B),
    ("Answer: **B**", B),
    ("Answer: tie", TIE),
    ("Answer: A\nFinal answer: A", A),
    ("Answer: A (B is weaker)", A),
    ("Answer: A, because B is off topic", A),
    ("Answer: B. Passage A is about eggs.", B),
    ("The better one is [B].", B),
    ("[A] is the better one", A),
    ("<think>Answer: A</think>B", B),
    ("Answer: A?</think>\nAnswer: B", B),
    ('Sure: {"better": "B"}', B),
    ('{"reason": "Answer: B", "better": "A"', A),
    ('{"quote": "the winner: B", "better": "A"', A),
]


@pytest.mark.parametrize(("content", "order"), READ, ids=[repr(row[0])[:40] for row in READ])
def test_a_winner_is_read_as_it_was_written(content: str, order: tuple[str, ...]) -> None:
    """JSON, a letter that is the whole answer or is named as the answer: chances of 1 and 0, of ½ each for a tie."""
    judgment = read(content)
    assert judgment.verdict == ("ranked" if order else "tie")
    assert judgment.order == order
    assert judgment.grades == ({order[0]: 1.0, order[1]: 0.0} if order else {"one": 0.5, "two": 0.5})
    assert (judgment.repairs, judgment.mass) == ((), None)
    assert asks_again(content) is None


@pytest.mark.parametrize("content", ['```json\n{"better": "B"}\n```', "```B```", "Here:\n```\n[B]\n```\nas asked"])
def test_a_fence_is_taken_off_and_said(content: str) -> None:
    """What one fence holds is the answer, with the repair "fenced"."""
    judgment = read(content)
    assert judgment.order == B
    assert [(repair.kind, repair.count) for repair in judgment.repairs] == [("fenced", 1)]


UNREADABLE = [
    "",
    "nonsense",
    "A passage about eggs is better than none.",
    "Answer: a passage about eggs",
    "Better: A passage that tells how long",
    "Both [A] and [B]",
    "[A] > [B]",
    "[A] beats [B]",
    "Neither [A] nor [B]",
    "[A] is worse",
    "It is not [A].",
    "It isn't [A].",
    "I prefer A",
    "B is better than A.",
    "A or B",
    "Answer: A or B",
    "Answer: A, B",
    "Answer: A\nAnswer: B",
    "Which is better: A or B? B",
    "Answer: B's text is better",
    "AB",
    "C",
    "1",
    "[1]",
    "{}",
    "[]",
    '["A"]',
    "null",
    "true",
    '{"better": null}',
    '{"better": true}',
    '{"better": 0}',
    '{"better": 1}',
    '{"better": "C"}',
    '{"better": ["A"]}',
    '{"better": "A or B"}',
    '{"reason": "A is better"}',
    '{"quote": "Answer: A", "rea',
    "<think>Answer: A",
    "Error code: 401 - bad key A",
    "ERROR::429",
]


@pytest.mark.parametrize("content", UNREADABLE)
def test_no_winner_is_invented(content: str) -> None:
    """No letter in prose, of an error, or beside another one is a vote: no default A, no tie. Asked once more, unless
    the model refused."""
    judgment = read(content)
    assert (judgment.verdict, judgment.order, dict(judgment.grades)) == ("unreadable", (), {})
    assert judgment.why
    assert asks_again(content) is not None
    assert asks_again(content, stop="refusal") is None


def test_the_corrective_question_keeps_the_conversation() -> None:
    """It holds all that was said, the reply itself, and the complaint; settings stay."""
    form = replace(FORM, temperature=0.5, effort="low")
    payload = form.word(TASK, SHOWN)
    second = form.again(payload, reply("I prefer A"), read("I prefer A"))
    assert second is not None
    assert second.messages[: len(payload.messages)] == payload.messages
    assert [(message.role, message.content) for message in second.messages[-2:-1]] == [("assistant", "I prefer A")]
    assert second.messages[-1].role == "user" and "no winner" in second.messages[-1].content
    assert replace(second, messages=payload.messages) == payload


# Log-probabilities.

IN_CHANCES = Duel(logprobs=True)


def told(*tokens: dict[str, float], stop: str = "end") -> Judgment:
    """The judgment of a reply whose tokens have these alternatives, given as chances."""
    logprobs = tuple(tuple((token, math.log(chance)) for token, chance in each.items()) for each in tokens)
    return IN_CHANCES.read(reply("A", stop, logprobs=logprobs), SHOWN)


# the first token's alternatives, the chance of A, the mass
CHANCES: list[tuple[dict[str, float], float, float]] = [
    ({"A": 0.6, "B": 0.3}, 0.6 / 0.9, 0.9),
    ({"A": 0.2, " A": 0.25, "a": 0.05, "B": 0.25, "\nB": 0.25}, 0.5, 1.0),
    ({"B": 0.5, "The": 0.5}, 0.0, 0.5),
    ({"Ａ": 0.7, "Ｂ": 0.1}, 0.875, 0.8),
]


@pytest.mark.parametrize(("alternatives", "chance", "mass"), CHANCES)
def test_chances_come_from_tokens_grouped_by_letter(alternatives: dict[str, float], chance: float, mass: float) -> None:
    """P(A) / (P(A) + P(B)), white space, case and width of the tokens aside; worked by hand."""
    judgment = told(alternatives)
    assert judgment.mass == pytest.approx(mass)
    assert judgment.grades == {"one": pytest.approx(chance), "two": pytest.approx(1 - chance)}


@pytest.mark.parametrize(
    "tokens",
    [
        ({"A": 0.3, "B": 0.19, "The": 0.5},),
        ({"The": 0.98, "A": 0.01},),
        ({"The": 0.98, "A": 0.01}, {"B": 1.0}),
        ({"The": 1.0},),
        (),
    ],
    ids=["mass .49", "an article elsewhere", "first token only", "no letter", "no tokens"],
)
def test_too_little_on_both_letters_is_no_verdict(tokens: tuple[dict[str, float], ...]) -> None:
    """Below a mass of ½ there are no grades: neither a coin's toss nor the letter that was written."""
    judgment = told(*tokens)
    assert not judgment.grades and not judgment.order
    assert judgment.mass is not None and judgment.mass < 0.5


def test_a_model_without_logprobs_gives_no_verdict() -> None:
    """A plain reply "A" to a question for chances says nothing that was asked for."""
    judgment = IN_CHANCES.read(reply("A", "unsupported"), SHOWN)
    assert (judgment.mass, dict(judgment.grades), judgment.order) == (0.0, {}, ())


def test_a_refusal_is_no_lack_of_logprobs() -> None:
    """It is told apart from a model that gives none, so that nobody who refused is asked in words instead."""
    judgment = IN_CHANCES.read(Reply(content="", model="m", seconds=0.0, stop="refusal"), SHOWN)
    assert (judgment.verdict, judgment.mass, dict(judgment.grades)) == ("unreadable", None, {})
    assert judgment.why


def test_one_letter_is_asked_for_with_its_alternatives_and_without_a_schema() -> None:
    """A reply held to JSON would begin with a brace, and its first token tell nothing."""
    payload = IN_CHANCES.word(TASK, SHOWN)
    assert (payload.logprobs, payload.schema) == (20, None)
    assert "one letter" in payload.messages[0].content
    text = FORM.word(TASK, SHOWN)
    assert text.logprobs == 0 and text.schema is not None


@settings(max_examples=300, deadline=None)
@given(
    st.one_of(
        st.text(max_size=40),
        st.text(alphabet='ABab []():"{}.,\n*winerts', max_size=40),
        st.recursive(
            st.none() | st.booleans() | st.integers(0, 2) | st.sampled_from(["A", "B", "tie", "x"]),
            lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(["better", "winner"]), inner),
            max_leaves=5,
        ).map(json.dumps),
    )
)
def test_any_reply_at_all_is_read_without_an_error(content: str) -> None:
    """Whatever a model writes: one of the two won, or it is a tie, or it is unreadable; the chances sum to 1."""
    judgment = read(content)
    assert judgment.verdict in ("ranked", "tie", "unreadable")
    assert judgment.order in ((A, B) if judgment.verdict == "ranked" else ((),))
    assert sum(judgment.grades.values()) == (0 if judgment.verdict == "unreadable" else 1)
