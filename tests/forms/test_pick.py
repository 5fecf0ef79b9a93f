"""Promises about asking which of several documents is best and reading the reply."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from playground.domains import domain
from playground.forms.pick import Pick
from playground.types import Chat, Document, Judgment, Reply, Task

FORM = Pick()
GENERAL, _ = domain("general")


def documents(n: int) -> tuple[Document, ...]:
    return tuple(Document(id=f"id-{label}", content=f"text number {label} of the set") for label in range(1, n + 1))


def reply(content: str, stop: str = "end") -> Reply:
    return Reply(content=content, model="m", seconds=0.0, stop=stop)


def read(content: str, n: int = 3, stop: str = "end") -> Judgment:
    return FORM.read(reply(content, stop), documents(n))


def asks_again(content: str, n: int = 3, stop: str = "end") -> Chat | None:
    shown, said = documents(n), reply(content, stop)
    payload = FORM.word(Task(query="q", documents=shown, domain=GENERAL), shown)
    return FORM.again(payload, said, FORM.read(said, shown))


def repairs(judgment: Judgment) -> dict[str, int]:
    return {repair.kind: repair.count for repair in judgment.repairs}


# every one of these chooses document 2 of 3
SECOND = [
    '{"best": 2}',
    '{"best": "2"}',
    '{"best": " [2] "}',
    '{"best": "２"}',
    '{"best": [2]}',
    '{"answer": "passage 2"}',
    '{"id": 2}',
    '"2"',
    "2",
    "2.",
    "[2]",
    "(2)",
    "**2**",
    "２",
    "［２］",
    "②",
    "²",
    "Passage 2",
    "Document [2].",
    "Answer: 2",
    "**Best:** [2]",
    "best = 2",
    "Answer: 2, since 3 is weak",
    "Answer: passage 2 (of 3)",
    "Answer: 2\nFinal answer: 2",
    "The best is [2].",
    "[2] answers it in one of 3 sentences",
    "<think>Answer: 3</think>2",
    "Answer: 3?</think>\n[2]",
    'Sure: {"best": 2}',
    '{"reason": "answer: 3", "best": 2',
    '{"quote": "the best: 1", "best": 2',
]


@pytest.mark.parametrize("content", SECOND)
def test_a_choice_is_read_as_it_was_written(content: str) -> None:
    """JSON, a label that is the whole answer or is named as the answer. Nobody else gets a place, a grade or a word."""
    judgment = read(content)
    assert (judgment.verdict, judgment.order, judgment.repairs) == ("ranked", ("id-2",), ())
    assert not judgment.grades and not judgment.reasons
    assert asks_again(content) is None


@pytest.mark.parametrize("content", ['```json\n{"best": 2}\n```', "```2```", "Here:\n```\n[2]\n```\nfor 1 reason"])
def test_a_fence_is_taken_off_and_said(content: str) -> None:
    """What one fence holds is the answer, with the repair "fenced"."""
    judgment = read(content)
    assert (judgment.order, repairs(judgment)) == (("id-2",), {"fenced": 1})


# reply, what was wrong with it that can be counted
UNREADABLE: list[tuple[str, dict[str, int]]] = [
    ("", {}),
    ("nonsense", {}),
    ("2 reasons speak for passage 1 and 3", {}),
    ("The best 2 documents are 1 and 3", {}),
    ("Here are the 3 documents.", {}),
    ("[2] > [1]", {}),
    ("[2] and [3]", {}),
    ("In [2] it says that [1] errs", {}),
    ("It is not [2].", {}),
    ("[2] is irrelevant", {}),
    ("Answer: 2 or 3", {}),
    ("Answer: [2], [3]", {}),
    ("Answer: 2 > 1", {}),
    ("Answer: 2 of 3", {}),
    ("Answer: 2\nAnswer: 3", {}),
    ("Best: 2-3", {}),
    ("Best: 2/3", {}),
    ("Error code: 401 - bad key 2", {}),
    ("ERROR::429", {}),
    ("<think>2", {}),
    ("2.0", {}),
    ("2.5", {}),
    ("true", {}),
    ("null", {}),
    ("[]", {}),
    ("{}", {}),
    ("[2, 1]", {}),
    ("[[2]]", {}),
    ('{"best": 2.0}', {}),
    ('{"best": 2e0}', {}),
    ('{"best": true}', {}),
    ('{"best": false}', {}),
    ('{"best": NaN}', {}),
    ('{"best": ""}', {}),
    ('{"best": {"id": 2}}', {}),
    ('{"best": "2 and 3"}', {}),
    ('{"reason": "2 is best"}', {}),
    ('{"quote": "the best: 1", "rea', {}),
    ('{"best": 0}', {"bad_id": 1}),
    ('{"best": -1}', {"bad_id": 1}),
    ('{"best": "0"}', {"bad_id": 1}),
    ('{"best": "2.0"}', {"bad_id": 1}),
    ("0", {"bad_id": 1}),
    ("[-1]", {"bad_id": 1}),
    ("Best: 2.5", {"bad_id": 1}),
    ('{"best": 4}', {"out_of_range": 1}),
    ("[4]", {"out_of_range": 1}),
    ("Answer: 12", {"out_of_range": 1}),
    ('{"best": 99999999999999999999}', {"out_of_range": 1}),
]


@pytest.mark.parametrize(("content", "wrong"), UNREADABLE, ids=[repr(row[0])[:40] for row in UNREADABLE])
def test_nobody_is_chosen_by_a_reply_that_chooses_nobody(content: str, wrong: dict[str, int]) -> None:
    """No number in prose, of an error, beside another one, or that labels nothing shown is a choice; 0 is not the last
    document. Asked once more, unless the model refused."""
    judgment = read(content)
    assert (judgment.verdict, judgment.order) == ("unreadable", ())
    assert judgment.why
    assert repairs(judgment) == wrong
    assert asks_again(content) is not None
    assert asks_again(content, stop="refusal") is None


@pytest.mark.parametrize(
    "content",
    ['{"best": null}', '{"best": "none"}', "none", "**None.**", "None of these", "None of the documents is relevant."],
)
def test_none_of_these_is_an_answer(content: str) -> None:
    """ "None is relevant" is neither a failure nor a choice, and is not asked again."""
    judgment = read(content)
    assert (judgment.verdict, judgment.order, judgment.repairs) == ("none_relevant", (), ())
    assert asks_again(content) is None


@pytest.mark.parametrize("content", ["None of these but 2", "none except [2] and [3]", "Nonetheless"])
def test_none_with_an_exception_is_something_else(content: str) -> None:
    """A reply that only begins with "none" does not say that none is relevant."""
    assert read(content).verdict == "unreadable"


@pytest.mark.parametrize("n", range(2, 21))
def test_only_labels_from_1_to_n_are_ever_taken(n: int) -> None:
    """Every whole number from -3 to n+3 in every way of writing it; decimals and truth values of it never."""
    for number in range(-3, n + 4):
        good = 1 <= number <= n
        kind = {} if good else {"bad_id" if number < 1 else "out_of_range": 1}
        for content in (
            f'{{"best": {number}}}',
            f'{{"best": "{number}"}}',
            f"[{number}]",
            f"{number}",
            f"Best: {number}",
        ):
            judgment = read(content, n)
            assert judgment.order == ((f"id-{number}",) if good else ()), content
            assert repairs(judgment) == kind, content
        for content in (f'{{"best": {number}.0}}', f"{number}.0", f"[{number}.0]", f"Best: {number}.0"):
            assert read(content, n).order == (), content


def test_a_label_that_was_cut_off_is_not_taken_for_another() -> None:
    """With ten or more documents the last digits of a reply cut by length may go on: 1 could be the start of 12."""
    for content in ('{"best": 1', "Best: 1", "1", "[1"):
        assert read(content, 12, stop="length").verdict == "unreadable", content
        judgment = read(content, 9, stop="length")
        assert (judgment.order, repairs(judgment)) == (("id-1",), {"truncated": 1}), content
        assert read(content, 12).order == ("id-1",), content


def test_the_corrective_question_keeps_the_conversation() -> None:
    """It holds all that was said, the reply itself, and the complaint; settings stay."""
    shown = documents(3)
    payload = FORM.word(Task(query="q", documents=shown, domain=GENERAL), shown)
    second = asks_again("[4]")
    assert second is not None
    assert second.messages[: len(payload.messages)] == payload.messages
    assert [message.role for message in second.messages[len(payload.messages) :]] == ["assistant", "user"]
    assert second.messages[-2].content == "[4]"
    assert replace(second, messages=payload.messages) == payload


def test_every_document_stands_under_its_label_and_the_query_around_them() -> None:
    """Labels in the order shown, the query whole before and after, the number of documents said."""
    shown = documents(4)
    text = FORM.word(Task(query="which one?", documents=shown, domain=GENERAL), shown).messages[-1].content
    places = [text.index(f'label="[{at}]">\n{document.content}') for at, document in enumerate(shown, 1)]
    assert text.index("which one?") < places[0] < places[1] < places[2] < places[3] < text.rindex("which one?")
    assert "4 documents, [1] to [4]" in text


@settings(max_examples=300, deadline=None)
@given(
    st.integers(2, 15),
    st.one_of(
        st.text(max_size=40),
        st.text(alphabet='[]()0123456789.,>-: \n"{}`<>/besthinkNaN²①', max_size=40),
        st.recursive(
            st.none() | st.booleans() | st.integers(-3, 20) | st.floats() | st.text(max_size=5),
            lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(["best", "id"]), inner),
            max_leaves=5,
        ).map(json.dumps),
    ),
    st.sampled_from(["end", "length"]),
)
def test_any_reply_at_all_is_read_without_an_error(n: int, content: Any, stop: str) -> None:
    """Whatever a model writes: one of the shown, none of them, or unreadable."""
    judgment = read(content, n, stop)
    assert judgment.verdict in ("ranked", "none_relevant", "unreadable")
    assert len(judgment.order) == (judgment.verdict == "ranked")
    assert set(judgment.order) <= {document.id for document in documents(n)}
