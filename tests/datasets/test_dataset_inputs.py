"""Promises about documents and queries handed over by callers."""

from __future__ import annotations

from typing import Any

import pytest

from playground.datasets import documents, query
from playground.errors import InputError
from playground.limits import LIMITS
from playground.types import Document


def test_texts_mappings_and_documents_mix_and_keep_their_order() -> None:
    """Every accepted shape becomes a Document, in place, ids by position where none is given."""
    whole = Document(id="w", content="whole", title="T", metadata={"year": "2024"}, first_stage_score=0.5)
    found, warnings = documents(
        ["first", {"content": "second"}, {"id": " b ", "text": "third"}, {"id": 7, "content": "x"}, whole]
    )
    assert [(item.id, item.content) for item in found] == [
        ("d1", "first"), ("d2", "second"), ("b", "third"), ("7", "x"), ("w", "whole"),
    ]  # fmt: skip
    assert found[4] == whole
    assert warnings == ()


def test_other_keys_join_the_metadata_as_text() -> None:
    """Nothing a mapping says is lost: unknown keys and a metadata mapping are both kept, as text; nulls are dropped."""
    raw = {
        "content": "c", "metadata": {"date": "2024", "none": None}, "year": 1999, "open": True, "tags": ["a", "é"],
        "text": "t", "price": 1.5, "gone": None, "title": None, "first_stage_score": 3,
    }  # fmt: skip
    (found,), _ = documents([raw])
    assert found.metadata == {
        "date": "2024", "year": "1999", "open": "true", "tags": '["a", "é"]', "text": "t", "price": "1.5",
    }  # fmt: skip
    assert (found.title, found.first_stage_score) == ("", 3.0)


def test_the_input_is_left_as_it_was() -> None:
    """Reading never changes what the caller holds."""
    raw = [{"id": " a ", "content": "x\0", "metadata": {"k": 1}}]
    documents(raw)
    assert raw == [{"id": " a ", "content": "x\0", "metadata": {"k": 1}}]


def test_equal_texts_stay_two_documents() -> None:
    """A document is known by its id, so duplicate texts are fine and not worth a warning."""
    found, warnings = documents(["same", "same"])
    assert [item.id for item in found] == ["d1", "d2"]
    assert warnings == ()


@pytest.mark.parametrize("empty", ["", " \n\t", {"content": ""}, {"content": " ", "title": " "}])
def test_an_empty_document_is_kept_and_warned_about(empty: Any) -> None:
    """An empty document keeps its place; the warning names it."""
    found, warnings = documents(["full", empty])
    assert found[1].id == "d2"
    assert warnings == ("Document d2 is empty; no strategy can judge it.",)


def test_a_title_alone_is_something_to_judge() -> None:
    """No warning where the title says something."""
    assert documents([{"title": "Heading", "content": ""}])[1] == ()


@pytest.mark.parametrize("field", ["content", "text", "title"])
def test_a_long_text_is_cut_and_the_warning_counts(field: str) -> None:
    """Beyond 50,000 characters a text is cut, and the warning says how many of how many were kept; 50,000 is whole."""
    longest = LIMITS.document_chars
    whole: dict[str, object] = {"content": "c", field: "x" * longest}
    assert documents([whole])[1] == ()
    (found,), warnings = documents([{**whole, field: "x" * (longest + 1234)}])
    kept = [found.title, found.content, *found.metadata.values()]
    assert "x" * longest in kept and max(map(len, kept)) == longest
    said = [warning for warning in warnings if "first 50,000 of 51,234 characters" in warning]
    assert len(said) == 1 and "Document d1" in said[0]


def test_a_long_content_keeps_its_beginning() -> None:
    """What is cut off is the end."""
    (found,), _ = documents(["a" + "b" * LIMITS.document_chars])
    assert found.content == "a" + "b" * (LIMITS.document_chars - 1)


@pytest.mark.parametrize(
    ("content", "kept", "word"),
    [
        ("a\0b\0", "ab", "2 NUL characters removed"),
        ("a\ud800b", "a\ufffdb", "1 broken character"),
        ("\udfff\ud800", "\ufffd\ufffd", "2 broken characters"),
    ],
)
def test_characters_no_file_can_hold_go_with_a_warning(content: str, kept: str, word: str) -> None:
    """NUL characters and lone surrogates are mended, and said, in every field; the result is valid UTF-8."""
    (found,), warnings = documents([{"id": "k", "content": content, "title": content, "topic": content}])
    assert (found.content, found.title, found.metadata["topic"]) == (kept, kept, kept)
    assert len(warnings) == 3 and all(word in warning and "Document k" in warning for warning in warnings)
    found.content.encode("utf-8")


def test_as_many_documents_as_the_limit_are_fine() -> None:
    """1,000 documents are accepted."""
    assert len(documents(["x"] * LIMITS.documents)[0]) == 1_000


_LOOP: list[Any] = []
_LOOP.append(_LOOP)

BAD: list[tuple[Any, tuple[str, ...]]] = [
    ([], ("no documents",)),
    ("text", ("must be a list", "text")),
    (b"text", ("must be a list",)),
    (None, ("must be a list", "null")),
    ({"content": "x"}, ("must be a list", "an object")),
    ({"a", "b"}, ("must be a list",)),
    (["x"] * 1_001, ("1,001", "1,000")),
    (["x"] * 2_345, ("2,345",)),
    (["x", None], ("Document 2", "null")),
    (["x", 5], ("Document 2", "a number")),
    (["x", True], ("Document 2", "true or false")),
    (["x", ["y"]], ("Document 2", "a list")),
    (["x", b"y"], ("Document 2", "bytes")),
    (["x", {}], ("Document 2", '"content"', "missing", "nothing")),
    (["x", {"body": "y", "id": "q"}], ("Document 2", '"content"', '"body", "id"')),
    (["x", {1: "y"}], ("Document 2", "key 1")),
    ([{"content": 5}], ("Document 1", '"content"', "a number")),
    ([{"content": None}], ("Document 1", '"content"', "null")),
    ([{"content": ["a"]}], ("Document 1", '"content"', "a list")),
    ([{"text": {}}], ("Document 1", '"text"', "an object")),
    ([{"content": "x", "title": 5}], ("Document 1", '"title"', "a number")),
    ([{"content": "x", "id": 1.0}], ("Document 1", '"id"', "a number")),
    ([{"content": "x", "id": True}], ("Document 1", '"id"', "true or false")),
    ([{"content": "x", "id": ["a"]}], ("Document 1", '"id"', "a list")),
    ([{"content": "x", "metadata": "m"}], ("Document 1", '"metadata"', "text")),
    ([{"content": "x", "metadata": {"k": 1}, "k": 2}], ("Document 1", '"k"', "beside")),
    ([{"content": "x", "loop": _LOOP}], ("Document 1", '"loop"')),
    ([{"content": "x", "first_stage_score": "high"}], ("Document 1", '"first_stage_score"', "text")),
    ([{"content": "x", "first_stage_score": True}], ("Document 1", '"first_stage_score"')),
    ([{"content": "x", "first_stage_score": float("nan")}], ("Document 1", '"first_stage_score"', "nan")),
    ([{"content": "x", "first_stage_score": float("-inf")}], ("Document 1", '"first_stage_score"', "-inf")),
    ([{"content": "x", "first_stage_score": 10**400}], ("Document 1", '"first_stage_score"')),
    ([{"id": "a", "content": "x"}, {"id": " a\0", "content": "y"}], ("same id", '"a"')),
    ([{"id": 1, "content": "x"}, {"id": "1", "content": "y"}], ("same id", '"1"')),
    (["x", {"id": "d1", "content": "y"}], ("same id", '"d1"', "position")),
    ([{"id": i // 2, "content": "x"} for i in range(14)], ("same id", '"0", "1", "2", "3", "4" and 2 more')),
]  # fmt: skip


@pytest.mark.parametrize(("raw", "words"), BAD)
def test_bad_documents_are_refused_by_position_and_field(raw: Any, words: tuple[str, ...]) -> None:
    """Unusable documents give one clean error that says which, what and what to do."""
    with pytest.raises(InputError) as caught:
        documents(raw)
    assert all(word in str(caught.value) for word in words), str(caught.value)
    assert caught.value.hint
    assert len(str(caught.value)) < 600


def test_a_query_is_stripped() -> None:
    """Space around a query, and what no file can hold, is no part of it."""
    assert query("  why\0 so? \n") == "why so?"
    assert query("x" * LIMITS.query_chars) == "x" * LIMITS.query_chars


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", ("no query",)),
        (" \n", ("no query",)),
        ("\0", ("no query",)),
        ("x" * 4_321, ("4,321", "4,000")),
        (None, ("null",)),
        (5, ("a number",)),
    ],
)
def test_a_bad_query_is_refused(text: Any, words: tuple[str, ...]) -> None:
    """No query, or too long a one, is an error with the mend."""
    with pytest.raises(InputError) as caught:
        query(text)
    assert all(word in str(caught.value) for word in words)
    assert caught.value.hint
