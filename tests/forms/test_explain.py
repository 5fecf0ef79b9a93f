"""Promises about asking an LLM why one document serves the query and reading the reply."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from playground.domains import domain
from playground.forms.explain import Explain
from playground.types import Chat, Document, Judgment, Reply, Task

FORM = Explain()
GENERAL, _ = domain("general")
SHOWN = (Document(id="d", content="A soft egg takes six minutes."),)
TASK = Task(query="q", documents=SHOWN, domain=GENERAL)


def reply(content: str, stop: str = "end") -> Reply:
    return Reply(content=content, model="m", seconds=0.0, stop=stop)


def read(content: str, stop: str = "end") -> Judgment:
    return FORM.read(reply(content, stop), SHOWN)


def asks_again(content: str, stop: str = "end") -> Chat | None:
    said = reply(content, stop)
    return FORM.again(FORM.word(TASK, SHOWN), said, FORM.read(said, SHOWN))


READ = [
    ('{"quote": "six minutes", "reason": "It says how long."}', {}),
    ('{"reason": " It says\\nhow  long. ", "quote": "six minutes"}', {}),
    ('```json\n{"quote": "six minutes", "reason": "It says how long."}\n```', {"fenced": 1}),
    ('<think>{"reason": "no"}</think>{"quote": "six minutes", "reason": "It says how long."}', {}),
]


@pytest.mark.parametrize(("content", "mended"), READ, ids=[repr(row[0])[:40] for row in READ])
def test_a_reason_is_read_with_its_quote(content: str, mended: dict[str, int]) -> None:
    """One sentence with its white space folded, and the quote with its place; no grade, for the rank is made."""
    judgment = read(content)
    assert judgment.verdict == "ranked"
    assert judgment.reasons == {"d": "It says how long."}
    quote = judgment.quotes["d"]
    assert SHOWN[0].content[quote.start : quote.end] == "six minutes"
    assert {repair.kind: repair.count for repair in judgment.repairs} == mended
    assert not judgment.grades
    assert asks_again(content) is None


@pytest.mark.parametrize("quoted", ['""', "null", "7", '["six"]'])
def test_a_reason_may_come_without_a_quote(quoted: str) -> None:
    """Where no words decide it there is nothing to check."""
    judgment = read(f'{{"quote": {quoted}, "reason": "It is about hens."}}')
    assert (judgment.reasons, judgment.quotes) == ({"d": "It is about hens."}, {})


def test_a_quote_that_is_not_in_the_document_is_said_to_be_missing() -> None:
    """Invented words are kept for the reader to see, without a place."""
    quote = read('{"quote": "a hard egg takes ten", "reason": "r"}').quotes["d"]
    assert (quote.found, quote.text) == (False, "a hard egg takes ten")


UNREADABLE = [
    "",
    "It says how long.",
    "null",
    "[]",
    "{}",
    '"It says how long."',
    '{"quote": "six minutes"}',
    '{"reason": ""}',
    '{"reason": "  "}',
    '{"reason": null}',
    '{"reason": 3}',
    '{"reason": ["It says how long."]}',
    '{"quote": "six", "reason": "It says ho',
    '<think>{"reason": "It says how long."}',
    "Error code: 401",
]


@pytest.mark.parametrize("content", UNREADABLE)
def test_no_reason_is_invented(content: str) -> None:
    """A reply without the object's sentence gives none: prose, an error or half a sentence is no reason. Asked once
    more, unless the model refused."""
    judgment = read(content)
    assert (judgment.verdict, dict(judgment.reasons), dict(judgment.quotes)) == ("unreadable", {}, {})
    assert judgment.why
    assert asks_again(content) is not None
    assert asks_again(content, stop="refusal") is None


def test_the_corrective_question_keeps_the_conversation() -> None:
    """It holds all that was said, the reply itself, and the complaint; settings stay."""
    payload = FORM.word(TASK, SHOWN)
    second = asks_again("{}")
    assert second is not None
    assert second.messages[: len(payload.messages)] == payload.messages
    assert [message.role for message in second.messages[len(payload.messages) :]] == ["assistant", "user"]
    assert second.messages[-2].content == "{}"
    assert replace(second, messages=payload.messages) == payload


@settings(max_examples=150, deadline=None)
@given(
    st.one_of(
        st.text(max_size=60),
        st.recursive(
            st.none() | st.booleans() | st.integers() | st.text(max_size=8),
            lambda inner: st.dictionaries(st.sampled_from(["reason", "quote"]), inner) | st.lists(inner, max_size=2),
            max_leaves=5,
        ).map(json.dumps),
    )
)
def test_any_reply_at_all_is_read_without_an_error(content: str) -> None:
    """Whatever a model writes: a reason for the one document, or unreadable and a word why."""
    judgment = read(content)
    assert (judgment.verdict == "ranked") == bool(judgment.reasons.get("d"))
    assert set(judgment.quotes) <= set(judgment.reasons)
