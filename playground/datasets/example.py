"""A query with its documents and, where people judged them, their grades."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

from playground.datasets.inputs import kind
from playground.errors import InputError
from playground.types import DocId, Document

HIGHEST = 4
"""The best grade; 0 is the worst."""

_LINE = re.compile(r"[^\r\n]*(?:\r\n|[\r\n])|[^\r\n]+")


@dataclass(frozen=True, kw_only=True)
class Example:
    """One query of a file.

    ``query`` is empty where the file holds documents only. ``qrels`` maps ids of these documents to human grades,
    whole numbers 0-4, and may leave some out. ``warnings`` say what was changed on reading.
    """

    query_id: str
    query: str
    documents: tuple[Document, ...]
    qrels: Mapping[DocId, int] = field(default_factory=dict, hash=False)
    domain: str | None = None
    name: str = ""
    note: str = ""
    warnings: tuple[str, ...] = ()


def grade(value: object) -> int:
    """A human grade, from a whole number (2 or 2.0). Raises InputError for anything else."""
    number = float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None
    if number is None or number not in range(HIGHEST + 1):
        found = f"{number:g}" if number is not None else kind(value)
        raise InputError(f"{found} is not a grade.", hint=f"Grades are whole numbers from 0 to {HIGHEST}.")
    return int(number)


def graded(given: Mapping[str, int], own: Mapping[str, DocId]) -> tuple[dict[DocId, int], tuple[str, ...]]:
    """The candidates' grades among those ``given``, and what was done to them. ``own`` maps each candidate's id, as it
    is graded, to its document's. Grades below 0 count 0; those of other documents are left out."""
    found = {own[id]: max(grade, 0) for id, grade in given.items() if id in own}
    warnings = []
    if outside := sum(grade > 0 for id, grade in given.items() if id not in own):
        relevant = "1 relevant document is" if outside == 1 else f"{outside:,} relevant documents are"
        warnings.append(f"{relevant} not among the candidates: measures are of the candidates alone.")
    if any(grade < 0 for id, grade in given.items() if id in own):
        warnings.append("Grades below 0 count 0.")
    return found, tuple(warnings)


@contextmanager
def within(place: str) -> Iterator[None]:
    """Say where an InputError happened: file, line, field."""
    try:
        yield
    except InputError as error:
        raise InputError(f"{place}: {error.message}", hint=error.hint) from None


def lines(text: str) -> Iterator[str]:
    """Lines with their ends. Only CR and LF end one: U+2028 and its like are text in JSON and in CSV cells."""
    return (line.group() for line in _LINE.finditer(text))
