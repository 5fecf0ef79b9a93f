"""What callers hand over, as text, mappings or documents, made into a query and documents the engine can trust."""

from __future__ import annotations

import json
import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from numbers import Integral, Real
from typing import Any

from playground.errors import InputError
from playground.limits import LIMITS
from playground.text import shortened
from playground.types import Document

Raw = str | Mapping[str, Any] | Document
"""One document as callers may give it."""

_SURROGATES = re.compile(r"[\ud800-\udfff]")
_KNOWN = ("id", "title", "metadata", "first_stage_score")
_SHAPE = 'A document is text, or an object such as {"id": "a", "title": "...", "content": "..."}.'


def documents(raw: Sequence[Raw]) -> tuple[tuple[Document, ...], tuple[str, ...]]:
    """The documents in the order given, and warnings about what was changed in them.

    A text is a document's content. A mapping has ``content`` (or ``text``) and may have ``id``, ``title``,
    ``metadata`` and ``first_stage_score``; its other keys join the metadata, as text. Null means not given.

    Ids are stripped; whole numbers become text. Without an id a document is called by its position in the list:
    ``d1``, ``d2``... A given id is never changed and never shifts that numbering, so one that collides with a
    position's is a duplicate like any other.

    Warned about: an empty document (kept), a text over 50,000 characters (cut), NUL characters (removed), lone
    surrogates (replaced). Raises InputError, naming position and field: nothing given, over 1,000 documents,
    duplicate ids, a wrong type, no content.
    """
    if isinstance(raw, str | bytes | bytearray) or not isinstance(raw, Sequence):
        raise InputError(f"The documents must be a list, but this is {kind(raw)}.", hint=_SHAPE)
    if not raw:
        raise InputError("There are no documents.", hint="Give at least one.")
    if len(raw) > LIMITS.documents:
        raise InputError(
            f"There are {len(raw):,} documents; at most {LIMITS.documents:,} can be ranked together.",
            hint=f"Keep the first {LIMITS.documents:,} of your retriever, or split them over several queries.",
        )
    made = [_document(item, position) for position, item in enumerate(raw, 1)]
    found = tuple(document for document, _ in made)
    _refuse_duplicates(found)
    return found, tuple(warning for _, warnings in made for warning in warnings)


def query(text: str) -> str:
    """The query, stripped, without NUL characters and lone surrogates. Raises InputError where nothing is left,
    where it is over 4,000 characters, or where it is not text."""
    if not isinstance(text, str):
        raise InputError(f"The query must be text, but this is {kind(text)}.", hint="Give it as a string.")
    stripped = clean(text)[0].strip()
    if not stripped:
        raise InputError("There is no query.", hint="Say in a few words what the documents are to be ranked for.")
    if len(stripped) > LIMITS.query_chars:
        raise InputError(
            f"The query has {len(stripped):,} characters; at most {LIMITS.query_chars:,} are allowed.",
            hint="Shorten it, or move the long part into a document.",
        )
    return stripped


def clean(text: str) -> tuple[str, tuple[str, ...]]:
    """The text without characters that no file or database can hold, and what was done to it."""
    said = []
    if nuls := text.count("\0"):
        text = text.replace("\0", "")
        said.append(f"{_count(nuls, 'NUL character')} removed.")
    text, broken = _SURROGATES.subn("\ufffd", text)
    if broken:
        said.append(f"{_count(broken, 'broken character')} (lone surrogates) replaced.")
    return text, tuple(said)


def kind(value: object) -> str:
    """What a value is, in words for people who write JSON."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true or false"
    for types, words in ((str, "text"), (Real, "a number"), (Mapping, "an object"), (list | tuple, "a list")):
        if isinstance(value, types):
            return words
    return f"a {type(value).__name__}"


def listed(names: Iterable[str], most: int = 5) -> str:
    """Names in quotes, each cut at 60 characters, the first ``most`` of them."""
    every = list(names)
    shown = ", ".join(f'"{shortened(name, 60)}"' for name in every[:most])
    return shown if len(every) <= most else f"{shown} and {len(every) - most:,} more"


def _document(item: object, position: int) -> tuple[Document, list[str]]:
    fields = _fields(item, position)
    body = "content" if "content" in fields else "text"
    if body not in fields:
        raise _wrong(position, "content", f"missing; found: {listed(fields) or 'nothing'}.")

    said: list[tuple[str, str]] = []

    def tidy(field: str, text: str) -> str:
        cleaned, done = clean(text)
        said.extend((field, words) for words in done)
        if len(cleaned) > LIMITS.document_chars:
            said.append((field, f"the first {LIMITS.document_chars:,} of {len(cleaned):,} characters were kept."))
        return cleaned[: LIMITS.document_chars]

    name = tidy("id", _id(fields.get("id"), position)).strip() or f"d{position}"
    title = "" if fields.get("title") is None else tidy("title", _text(fields["title"], "title", position))
    content = tidy(body, _text(fields[body], body, position))
    others = {key: value for key, value in fields.items() if key not in {*_KNOWN, body}}
    metadata = {
        tidy("metadata", key): tidy(f'metadata "{key}"', text)
        for key, text in _metadata(fields.get("metadata"), others, position).items()
    }
    warnings = [f"Document {name}, {field}: {words}" for field, words in said]
    if not content.strip() and not title.strip():
        warnings.append(f"Document {name} is empty; no strategy can judge it.")
    score = _score(fields.get("first_stage_score"), position)
    return Document(id=name, title=title, content=content, metadata=metadata, first_stage_score=score), warnings


def _fields(item: object, position: int) -> Mapping[str, object]:
    if isinstance(item, str):
        return {"content": item}
    if isinstance(item, Document):
        return {"content": item.content, **{field: getattr(item, field) for field in _KNOWN}}
    if not isinstance(item, Mapping):
        raise InputError(f"Document {position} is {kind(item)}.", hint=_SHAPE)
    for key in item:
        if not isinstance(key, str):
            raise InputError(f"Document {position}: the key {key!r} is {kind(key)}.", hint="Keys must be text.")
    return item


def _id(value: object, position: int) -> str:
    if value is None:
        return ""
    if isinstance(value, Integral) and not isinstance(value, bool):
        value = str(value)
    return _text(value, "id", position)


def _text(value: object, field: str, position: int) -> str:
    if not isinstance(value, str):
        raise _wrong(position, field, f"expected text, found {kind(value)}.", hint="Write it in quotes.")
    return value


def _score(value: object, position: int) -> float | None:
    if value is None:
        return None
    found = kind(value)
    if isinstance(value, Real) and not isinstance(value, bool):
        with suppress(OverflowError):
            if math.isfinite(number := float(value)):
                return number
            found = str(number)
    raise _wrong(position, "first_stage_score", f"expected a number, found {found}.", "Leave it out where unknown.")


def _metadata(inner: object, others: Mapping[str, object], position: int) -> dict[str, str]:
    inside = {} if inner is None else inner
    if not isinstance(inside, Mapping):
        raise _wrong(
            position, "metadata", f"expected an object, found {kind(inner)}.", hint='Such as {"date": "2024"}.'
        )
    if twice := [str(key) for key in inside if key in others]:
        raise _wrong(position, twice[0], 'given both inside and beside "metadata".', hint="Keep only one of the two.")
    return {
        str(key): _as_text(value, str(key), position)
        for key, value in [*inside.items(), *others.items()]
        if value is not None
    }


def _as_text(value: object, field: str, position: int) -> str:
    try:
        if isinstance(value, bool | list | tuple | dict):
            return json.dumps(value, ensure_ascii=False, default=str)
        return str(value)
    except (TypeError, ValueError, RecursionError) as error:
        raise _wrong(position, field, f"can't be written as text ({error}).", hint="Give it as text.") from None


def _refuse_duplicates(found: Sequence[Document]) -> None:
    counts = Counter(document.id for document in found)
    if twice := [name for name, count in counts.items() if count > 1]:
        raise InputError(
            f"Several documents have the same id: {listed(twice)}.",
            hint="Give each its own; a document without an id is called by its position: d1, d2, ...",
        )


def _wrong(position: int, field: str, what: str, hint: str = _SHAPE) -> InputError:
    return InputError(f"Document {position}, field {listed([field])}: {what}", hint=hint)


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}" + ("" if number == 1 else "s")
