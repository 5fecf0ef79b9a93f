"""Query sets as JSON and JSON Lines, read strictly: what JSON's grammar leaves doubtful is refused."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterable, Mapping
from itertools import islice
from typing import Any

from playground.datasets.example import Example, grade, lines, within
from playground.datasets.inputs import clean, documents, kind, listed, query
from playground.errors import InputError
from playground.limits import LIMITS
from playground.types import DocId, Document

# Possessive, and the closing quote optional: one pass over any text, however broken.
_TOKEN = re.compile(r'"(?:[^"\\]++|\\.)*+"?|[\[\]{}]|-?(?:Infinity|NaN|\d[\d.eE+-]*+)|true|false|null', re.DOTALL)
_COLON = re.compile(r"\s*:")
_SET = 'Such as {"query_id": "q1", "query": "...", "documents": [{"id": "a", "content": "..."}], "qrels": {"a": 3}}.'


def read_jsonl(text: str, file: str) -> list[Example]:
    """One query a line; blank lines are skipped."""
    _refuse_too_many_values(text, file)
    rows = ((number, line) for number, line in enumerate(lines(text), 1) if line.strip())
    return _distinct(
        (f"{file}, line {number}", _example(_parse(line.rstrip("\r\n"), file, number), f"{file}, line {number}", nth))
        for nth, (number, line) in enumerate(rows, 1)
    )


def read_json(text: str, file: str) -> list[Example]:
    """One query, a list of queries, or a list of documents (one example with an empty query)."""
    _refuse_too_many_values(text, file)
    value = _parse(text, file, 1)
    if not isinstance(value, list):
        return [_example(value, file, 1)]
    if any(isinstance(item, Mapping) and "documents" in item for item in value):
        return _distinct(
            (f"{file}, item {nth}", _example(item, f"{file}, item {nth}", nth)) for nth, item in enumerate(value, 1)
        )
    with within(file):
        found, warnings = documents(value)
    return [Example(query_id="q1", query="", documents=found, warnings=warnings)]


def _example(value: object, place: str, nth: int) -> Example:
    if not isinstance(value, Mapping):
        raise InputError(f"{place}: expected an object, found {kind(value)}.", hint=_SET)
    for needed in ("query", "documents"):
        if needed not in value:
            raise InputError(
                f'{place}, field "{needed}": missing; found: {listed(value) or "nothing"}.',
                hint=f"{_SET} Documents without a query are for the Playground: as a .json list, .csv or .txt.",
            )
    with within(f'{place}, field "query"'):
        asked = query(value["query"])
    with within(f'{place}, field "documents"'):
        found, warnings = documents(value["documents"])
    with within(f'{place}, field "qrels"'):
        qrels = _qrels(value.get("qrels"), found)
    number = value.get("query_id")
    whole = isinstance(number, int) and not isinstance(number, bool)
    return Example(
        query_id=(str(number) if whole else _words(value, "query_id", place).strip()) or f"q{nth}",
        query=asked,
        documents=found,
        qrels=qrels,
        domain=_words(value, "domain", place).strip() or None,
        name=_words(value, "name", place),
        note=_words(value, "note", place),
        warnings=(*(f"Query: {words}" for words in clean(value["query"])[1]), *warnings),
    )


def _words(fields: Mapping[str, object], field: str, place: str) -> str:
    value = fields.get(field)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise InputError(
            f'{place}, field "{field}": expected text, found {kind(value)}.',
            hint="Write it in quotes, or leave it out.",
        )
    return clean(value)[0]


def _qrels(value: object, found: Iterable[Document]) -> dict[DocId, int]:
    given = {} if value is None else value
    if not isinstance(given, Mapping):
        raise InputError(f"expected an object, found {kind(value)}.", hint='Such as {"document id": 3}.')
    known = {document.id for document in found}
    if unknown := [name for name in given if clean(name)[0].strip() not in known]:
        raise InputError(f"no document has the id {listed(unknown)}.", hint="Grade only ids of this query's documents.")
    grades: dict[DocId, int] = {}
    for key, number in given.items():
        name = clean(key)[0].strip()
        if name in grades:
            raise InputError(f"{listed([name])} is graded twice.", hint="Keep one of the grades.")
        with within(f"document {listed([name])}"):
            grades[name] = grade(number)
    return grades


def _distinct(found: Iterable[tuple[str, Example]]) -> list[Example]:
    seen: dict[str, str] = {}
    examples = []
    for place, example in found:
        if first := seen.get(example.query_id):
            raise InputError(
                f'{place}, field "query_id": {listed([example.query_id])} is already that of {first}.',
                hint="Give each query its own; a query without one is called by its position: q1, q2, ...",
            )
        seen[example.query_id] = place
        examples.append(example)
    return examples


def _refuse_too_many_values(text: str, file: str) -> None:
    if sum(1 for _ in islice(_TOKEN.finditer(text), LIMITS.file_values + 1)) > LIMITS.file_values:
        raise InputError(f"{file} holds over {LIMITS.file_values:,} JSON values.", hint="Split it into several files.")


def _parse(text: str, file: str, line: int) -> Any:
    """The value of a JSON text that starts on this line. Raises InputError naming the line."""
    _refuse_doubtful(text, file, line)
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        raise InputError(
            f"{file}, line {line + error.lineno - 1}: this is not JSON ({error.msg}, at character {error.colno}).",
            hint="One object on each line is .jsonl; one object or list in all is .json.",
        ) from None


def _refuse_doubtful(text: str, file: str, line: int) -> None:
    """Raise InputError where brackets nest over 32 deep, a key repeats in one object, or a number isn't finite."""

    def refuse(token: re.Match[str], what: str, hint: str) -> InputError:
        return InputError(f"{file}, line {line + text.count(chr(10), 0, token.start())}: {what}", hint=hint)

    open_keys: list[set[str]] = []
    for token in _TOKEN.finditer(text):
        word = token.group()
        if word in ("[", "{"):
            open_keys.append(set())
            if len(open_keys) > LIMITS.json_depth:
                raise refuse(token, f"brackets nest over {LIMITS.json_depth} deep.", "Flatten the data.")
        elif word in ("]", "}"):
            if not open_keys:
                return  # not JSON: the decoder says so better
            open_keys.pop()
        elif word.startswith('"'):
            if open_keys and _COLON.match(text, token.end()):
                key = _unescaped(word)
                if key in open_keys[-1]:
                    raise refuse(token, f"the key {listed([key])} is there twice in one object.", "Keep one of them.")
                open_keys[-1].add(key)
        elif not _finite(word):
            raise refuse(token, f"{word[:30]} is not a finite number.", "Write null, or leave it out.")


def _unescaped(word: str) -> str:
    try:
        return str(json.loads(word))
    except json.JSONDecodeError:
        return word


def _finite(word: str) -> bool:
    if word in ("true", "false", "null"):
        return True
    try:
        return math.isfinite(float(word))
    except ValueError:
        return True  # not a number at all: the decoder says so better
