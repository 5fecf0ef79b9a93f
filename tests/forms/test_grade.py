"""Promises about asking for one document's grade and reading the reply."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from playground.domains import domain
from playground.forms import quotes
from playground.forms.grade import Grade
from playground.forms.order import Order
from playground.types import Document, Judgment, Reply, Task

FORM = Grade()
GENERAL, _ = domain("general")
DOCUMENT = Document(id="d", content="A soft egg takes six minutes.")


def read(content: str, document: Document = DOCUMENT, stop: str = "end") -> Judgment:
    return FORM.read(Reply(content=content, model="m", seconds=0.0, stop=stop), (document,))


def repairs(judgment: Judgment) -> dict[str, int]:
    return {repair.kind: repair.count for repair in judgment.repairs}


def asks_again(content: str, stop: str = "end") -> bool:
    said = Reply(content=content, model="m", seconds=0.0, stop=stop)
    payload = FORM.word(Task(query="q", documents=(DOCUMENT,), domain=GENERAL), (DOCUMENT,))
    return FORM.again(payload, said, FORM.read(said, (DOCUMENT,))) is not None


# reply, grade, repairs
READ: list[tuple[str, float, dict[str, int]]] = [
    ('{"grade": 8}', 8, {}),
    ('{"grade": 8.5, "reason": "r", "quote": ""}', 8.5, {}),
    ('{"score": "8/10"}', 8, {}),
    ('{"grade": "8.5"}', 8.5, {}),
    ('{"grade": " 8 / 10 "}', 8, {}),
    ('{"rating": "10.0/10.0"}', 10, {}),
    ('{"grade": 0}', 0, {}),
    ('{"grade": "８"}', 8, {}),
    ('```json\n{"grade": 7}\n```', 7, {"fenced": 1}),
    ("```7```", 7, {"fenced": 1}),
    ('<think>Score: 2</think>{"grade": 7}', 7, {}),
    ('Score: 2, maybe</think>\n```\n{"grade": 7}\n```', 7, {"fenced": 1}),
    ("Score: 1</think>Score: 2</think>7", 7, {}),
    ("Score: 8.5", 8.5, {}),
    ("**Score:** 8.5/10", 8.5, {}),
    ("Score: 8/10, since 3 of the 4 points are met", 8, {}),
    ("Score: 8 out of 10", 8, {}),
    ("In 1998 two laws passed. The grade is 6.", 6, {}),
    ("I give it a score of 6. Section 3 helps.", 6, {}),
    ("grade = 6", 6, {}),
    ("Score: 8. 2 reasons follow.", 8, {}),
    ("Score: 8\nScore: 8.0", 8, {}),
    ("8", 8, {}),
    ("8.5", 8.5, {}),
    ("8/10", 8, {}),
    ("**7**", 7, {}),
    ("７", 7, {}),
    ("7.", 7, {}),
    ('{"grade": 11}', 10, {"clamped": 1}),
    ('{"grade": -2}', 0, {"clamped": 1}),
    ("Score: 85", 10, {"clamped": 1}),
    ("Score: -3", 0, {"clamped": 1}),
    ('{"quote": "", "reason": "r", "grade": 6', 6, {}),
    # The document's own words in a quote are no vote, even where the JSON around them is broken.
    ('{"quote": "Rating: 9", "reason": "says \\"score: 10\\"", "grade": 3', 3, {}),
    ('Here you are: {"quote": "Score: 10", "reason": "grade: 9", "grade": 3}', 3, {}),
]


@pytest.mark.parametrize(("content", "grade", "mended"), READ, ids=[repr(row[0])[:40] for row in READ])
def test_a_grade_is_read_as_it_was_written(content: str, grade: float, mended: dict[str, int]) -> None:
    """Strict JSON, JSON in a fence or after thinking, a labelled score, a bare number, in that order; decimals stay."""
    judgment = read(content)
    assert judgment.verdict == "ranked"
    assert judgment.grades == {"d": grade}
    assert judgment.order == ("d",)
    assert repairs(judgment) == mended
    assert not asks_again(content)


UNREADABLE = [
    "",
    "It is quite relevant.",
    "There are 3 reasons and 2 doubts.",
    "ERROR::429",
    "Error code: 401 - bad key 2",
    "4/5",
    "Score: 4/5",
    "Score: 4 out of 5",
    "Score: 4 / 5",
    '{"grade": "4/5"}',
    "Score: 80%",
    "Score: 80 %",
    "Score: 8.5%",
    "Score: 80 percent",
    "Score: 8,5",
    "Score: 7-8",
    "Score: 7 – 8",
    "Score: 7 to 8",
    "Score: 8½",
    "Score: 8. Or rather score: 3.",
    "Score: 2\nFinal score: 9",
    "true",
    "null",
    "[]",
    "{}",
    '"high"',
    '{"grade": null}',
    '{"grade": true}',
    '{"grade": "eight"}',
    '{"grade": NaN}',
    '{"grade": 1e999}',
    '{"grade": [8]}',
    '{"reason": "the score: 9 is in the text"}',
    '{"quote": "Rating: 9", "reas',
    '{"quote": "Rating: 9',
    '```json\n{"grade": 3}\n```\nor\n```json\n{"grade": 9}\n```',
    "<think>Score: 8",
    "<think>Score: 8</think><think>Score: 9",
    "8 or 9",
    "0x8",
    "8e0 points",
]


@pytest.mark.parametrize("content", UNREADABLE)
def test_no_grade_is_invented(content: str) -> None:
    """No single number out of 10, no grade: not the first digit, not 0, not 5. Asked once more."""
    judgment = read(content)
    assert judgment.verdict == "unreadable", judgment.grades
    assert not judgment.grades
    assert not judgment.order
    assert judgment.why
    assert asks_again(content)
    assert not asks_again(content, stop="refusal")


def test_a_number_of_four_hundred_digits_breaks_nothing() -> None:
    """It is either out of range or no number, as JSON, as text and in prose; never an error, never beyond 10."""
    digits = "9" * 400
    for content in (f'{{"grade": {digits}}}', f'{{"grade": "{digits}"}}', f"Score: {digits}", digits, f"-{digits}"):
        assert all(0 <= grade <= 10 for grade in read(content).grades.values()), content


def test_a_cut_reply_says_so() -> None:
    """What was cut by length and could still be read carries the repair "truncated"."""
    assert repairs(read('{"quote": "", "reason": "r", "grade": 6', stop="length")) == {"truncated": 1}


def test_reason_and_quote_come_with_the_grade() -> None:
    """The reason with its white space folded, the quote with its place; nothing where nothing was written."""
    judgment = read(json.dumps({"quote": "six  Minutes", "reason": " it says\nhow long ", "grade": 9}))
    assert judgment.reasons == {"d": "it says how long"}
    quote = judgment.quotes["d"]
    assert DOCUMENT.content[quote.start : quote.end] == "six minutes"
    bare = read(json.dumps({"quote": "", "reason": "", "grade": 9}))
    assert (bare.reasons, bare.quotes) == ({}, {})
    odd = read(json.dumps({"quote": ["six"], "reason": 3, "grade": 9}))
    assert (odd.reasons, odd.quotes) == ({}, {})


# the document's content, what the model gives as its quote, the words of the content it must point to
PLACES = [
    ("A soft egg takes six minutes.", "a SOFT egg", "A soft egg"),
    ("A soft\n\n  egg takes", "soft egg", "soft\n\n  egg"),
    ("He said “stop – now”, twice", 'said "stop - now", twice', "said “stop – now”, twice"),
    ("It’s the owner‘s duty", "it's the owner's", "It’s the owner‘s"),
    ("as shown in [12] by others", "shown in (12) by", "shown in [12] by"),
    ("as shown in ［１２］ by others", "shown in (12) by", "shown in ［１２］ by"),
    ("ends </document> here", "ends (/document> here", "ends </document> here"),
    ("Straße und ﬁne", "strasse UND fine", "Straße und ﬁne"),
    ("x… the “egg” is soft.", '"egg" is soft', "egg” is soft"),
    ("first. The egg. last", "...The egg...", "The egg"),
    ("twice the egg, the egg", "the egg", "the egg"),
]


@pytest.mark.parametrize(("content", "quoted", "words"), PLACES, ids=[row[1] for row in PLACES])
def test_a_quote_is_mapped_back_to_the_documents_own_characters(content: str, quoted: str, words: str) -> None:
    """Case, space, typographic marks and rewritten brackets fold together; the offsets are the content's."""
    quote = quotes.check(quoted, Document(id="d", content=content), len(content))
    assert quote is not None
    assert content[quote.start : quote.end] == words
    assert quote.text == quoted


@pytest.mark.parametrize("quoted", ["hard egg", "soft  eggs", "A soft egg takes 6 minutes", "soft-egg"])
def test_a_quote_that_is_not_in_the_text_is_kept_and_said_to_be_missing(quoted: str) -> None:
    """Words that aren't there have no place; they don't vanish, for the reader should see them."""
    quote = read(json.dumps({"grade": 5, "reason": "", "quote": quoted})).quotes["d"]
    assert (quote.found, quote.start, quote.end) == (False, None, None)
    assert quote.text == " ".join(quoted.split())


@pytest.mark.parametrize("quoted", ["", "   ", '""', "...", "…"])
def test_no_words_are_no_quote(quoted: str) -> None:
    """An empty quote is nothing, neither found nor missing."""
    assert "d" not in read(json.dumps({"grade": 5, "quote": quoted})).quotes


def test_words_that_the_model_was_not_shown_are_not_found() -> None:
    """A quote is checked against the text as shown: what lies beyond the cut can't have been read."""
    document = Document(id="d", content="soft egg " * 20 + "the secret")
    said = Reply(content=json.dumps({"grade": 5, "quote": "the secret"}), model="m", seconds=0.0)
    listed = Reply(content=json.dumps({"ranking": [{"id": 1, "quote": "the secret"}]}), model="m", seconds=0.0)
    for chars, found in ((100, False), (1_000, True)):
        assert Grade(chars=chars).read(said, (document,)).quotes["d"].found is found
        assert Order(chars=chars).read(listed, (document,)).quotes["d"].found is found


def test_the_prompt_shows_the_query_and_one_framed_document() -> None:
    """Role, rubric and rules first, then the query, last the document between its marks; cut where the form says."""
    document = Document(id="d", content="x" * 90 + "BEYOND", title="About eggs")
    payload = Grade(chars=90).word(Task(query="how long?", documents=(document,), domain=GENERAL), (document,))
    system, user = (message.content for message in payload.messages)
    assert GENERAL.role in system
    assert all(meaning in system for meaning in GENERAL.rubric)
    assert user.index("how long?") < user.index("About eggs") < user.index("x" * 90)
    assert "BEYOND" not in user
    assert user.endswith("</document>")
    assert user.count("</document>") == 1


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet="abAB ßéİ“”’[]–\n\t.ﬁ½<>", max_size=40), st.data())
def test_every_stretch_of_a_document_is_found_in_it(content: str, data: st.DataObject) -> None:
    """A quote copied from the document is found, and what its offsets point to reads the same."""
    start = data.draw(st.integers(0, len(content)))
    end = data.draw(st.integers(start, len(content)))
    document = Document(id="d", content=content)
    quote = quotes.check(content[start:end], document, len(content))
    if quote is not None:
        assert quote.start is not None
        assert 0 <= quote.start < (quote.end or 0) <= len(content)


@settings(max_examples=200, deadline=None)
@given(
    st.one_of(
        st.text(max_size=60),
        st.text(alphabet="score grade:=0123456789./%,-*\"'{}[]\n`½²", max_size=50),
        st.recursive(
            st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
            lambda inner: st.dictionaries(st.sampled_from(["grade", "score", "reason", "quote"]), inner),
            max_leaves=6,
        ).map(json.dumps),
    )
)
def test_any_reply_at_all_is_read_without_an_error(content: Any) -> None:
    """Whatever a model writes: one grade from 0 to 10, or none and a word why."""
    judgment = read(content)
    if judgment.verdict == "ranked":
        assert 0 <= judgment.grades["d"] <= 10
    else:
        assert (judgment.verdict, judgment.order, dict(judgment.grades)) == ("unreadable", (), {})
