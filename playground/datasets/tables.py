"""Query sets as CSV: one document a row."""

from __future__ import annotations

import csv
import math
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from threading import Lock

from playground.datasets.example import Example, grade, lines, within
from playground.datasets.inputs import documents, listed, query
from playground.errors import InputError
from playground.limits import LIMITS
from playground.types import Document

_CONTENT = ("content", "text")
_GRADE = ("grade", "label", "relevance")
_CELL_LIMIT = Lock()


@dataclass(frozen=True, kw_only=True, slots=True)
class _Row:
    line: int
    query_id: str
    query: str
    grade: int | None
    document: Document


def read_csv(text: str, file: str) -> list[Example]:
    """The queries of a table, in the order of their first rows.

    Columns, in any order and case: ``content`` or ``text``; optionally ``id``, ``title``, ``first_stage_score``, a
    grade (``grade``, ``label`` or ``relevance``), ``query_id`` and ``query``. The others are metadata, where not empty.
    Rows belong to one query by ``query_id``, else by ``query``; a row may leave out the query that another row of its
    ``query_id`` gives. Without either column, or with both empty throughout, all rows are one example with an empty
    query. Separators are commas, semicolons or tabs. Rows of empty cells only are skipped.
    """
    with _long_cells():
        rows = list(_rows(text, file))
    if not rows:
        raise InputError(f"{file}, line 2: there is no row under the header.", hint="Write one document a row.")
    groups: dict[str, list[_Row]] = {}
    for row in rows:
        groups.setdefault(row.query_id or row.query, []).append(row)
    if "" in groups and len(groups) > 1:
        raise InputError(
            f'{file}, line {groups[""][0].line}, field "query": missing here, but not in other rows.',
            hint="Say in every row which query it belongs to, by query_id or query.",
        )
    return [_example(group, file, nth) for nth, group in enumerate(groups.values(), 1)]


def _example(rows: Sequence[_Row], file: str, nth: int) -> Example:
    first, asked = rows[0], next((row.query for row in rows if row.query), "")
    for row in rows:
        if row.query not in ("", asked):
            raise InputError(
                f'{file}, line {row.line}, field "query": differs from that of other rows of {listed([row.query_id])}.',
                hint="Give each query its own query_id.",
            )
    lines_of: dict[str, int] = {}
    for position, row in enumerate(rows, 1):
        name = row.document.id or f"d{position}"
        if name in lines_of:
            raise InputError(
                f'{file}, line {row.line}, field "id": {listed([name])} is already that of line {lines_of[name]}.',
                hint="Give each document of a query its own; one without an id is called by its position: d1, d2, ...",
            )
        lines_of[name] = row.line
    with within(f"{file}, line {first.line}"):
        found, warnings = documents([row.document for row in rows])
        wanted = query(asked) if asked else ""
    return Example(
        query_id=first.query_id or f"q{nth}",
        query=wanted,
        documents=found,
        qrels={document.id: row.grade for document, row in zip(found, rows, strict=True) if row.grade is not None},
        warnings=warnings,
    )


def _rows(text: str, file: str) -> Iterator[_Row]:
    table = _cells(text, file)
    top, header = next(table, (1, []))
    names = [name.strip() or f"column {number}" for number, name in enumerate(header, 1)]
    lowered = [name.lower() for name in names]
    if twice := [name for name, count in Counter(lowered).items() if count > 1]:
        raise InputError(f"{file}, line {top}: several columns are called {listed(twice)}.", hint="Rename all but one.")
    content = next((name for name in _CONTENT if name in lowered), None)
    if content is None:
        raise InputError(
            f'{file}, line {top}: there is no "content" column; found: {listed(names, 20)}.',
            hint='The first line names the columns; call the documents\' column "content" or "text".',
        )
    label = next((name for name in _GRADE if name in lowered), None)
    own = {content, label, "id", "title", "query_id", "query", "first_stage_score"}
    column = {name: number for number, name in enumerate(lowered)}
    others = [(names[number], number) for name, number in column.items() if name not in own]
    for line, row in table:
        if len(row) != len(names):
            raise InputError(
                f"{file}, line {line}: {len(row):,} cells, but the header names {len(names):,} columns.",
                hint="Put cells that hold separators or line breaks in double quotes.",
            )
        known = {name: row[column[name]].strip() for name in own if name in column}
        score = _number(known.get("first_stage_score", ""), f'{file}, line {line}, field "first_stage_score"')
        yield _Row(
            line=line,
            query_id=known.get("query_id", ""),
            query=known.get("query", ""),
            grade=_grade(known[label], f'{file}, line {line}, field "{label}"') if label else None,
            document=Document(
                id=known.get("id", ""),
                title=known.get("title", ""),
                content=row[column[content]],
                metadata={name: cell for name, number in others if (cell := row[number].strip())},
                first_stage_score=score,
            ),
        )


def _cells(text: str, file: str) -> Iterator[tuple[int, list[str]]]:
    """Rows that are not blank, each with the line it starts on."""
    reader = csv.reader(lines(text), delimiter=_separator(text), strict=True)
    spent = 0
    while True:
        line = reader.line_num + 1
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise InputError(
                f"{file}, line {line}: the quotes of this row don't close ({error}).",
                hint='End a quoted cell with a quote, and write a quote inside it twice: "".',
            ) from None
        spent += len(row)
        if spent > LIMITS.file_values:
            raise InputError(
                f"{file}, line {line}: over {LIMITS.file_values:,} cells so far.", hint="Split it into several files."
            )
        if any(cell.strip() for cell in row):
            yield line, row


def _separator(text: str) -> str:
    """The separator by which the header has a content column and, after that, the most columns."""

    def fitness(separator: str) -> tuple[bool, int]:
        header: list[str] = next(csv.reader(lines(text.lstrip("\r\n")), delimiter=separator), [])
        if len(header) > LIMITS.file_values:
            return False, len(header)
        return any(name.strip().lower() in _CONTENT for name in header), len(header)

    return max(",;\t", key=fitness)


def _grade(cell: str, place: str) -> int | None:
    with within(place):
        try:
            return grade(float(cell)) if cell else None
        except ValueError:
            raise InputError(
                f"{listed([cell])} is not a grade.", hint="Grades are whole numbers from 0 to 4."
            ) from None


def _number(cell: str, place: str) -> float | None:
    if not cell:
        return None
    with suppress(ValueError):
        if math.isfinite(number := float(cell)):
            return number
    raise InputError(f"{place}: {listed([cell])} is not a number.", hint="Leave the cell empty where unknown.")


@contextmanager
def _long_cells() -> Iterator[None]:
    """Let a cell be as long as a file. The csv module keeps that limit for the whole process: one reader at a time."""
    with _CELL_LIMIT:
        before = csv.field_size_limit(LIMITS.file_bytes)
        try:
            yield
        finally:
            csv.field_size_limit(before)
