"""Query sets as TREC and BEIR have them: a run, its queries' and documents' texts, and grades, each in its own file."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping
from dataclasses import replace
from urllib.parse import unquote

from playground.datasets.example import HIGHEST, Example, graded, lines, within
from playground.datasets.files import shown, text_of
from playground.datasets.inputs import documents, listed, query
from playground.errors import InputError
from playground.types import Document

File = tuple[bytes, str]
"""What is in a file, and its name."""

_TEXT, _ID = ("text", "content", "contents"), ("_id", "id", "docid", "doc_id", "query_id", "qid")
_LINE = "qid Q0 docid rank score tag"
_SHAPES = 'A line is "ID<tab>text" or JSON such as {"_id": "d1", "title": "...", "text": "..."}.'


def read_trec(*, run: File, queries: File, texts: File, qrels: File | None = None) -> list[Example]:
    """The run's queries in its order, each with its documents, best first as trec_eval sorts them: by score, equal ones
    by id backwards.

    ``run`` has ``qid Q0 docid rank score tag`` a line, ``qrels`` ``qid 0 docid grade``, ``queries`` and ``texts`` an id
    and a text a line, tab-separated or as JSON. Ids may be percent-encoded in ``run`` and ``qrels``. Grades of
    documents that the run doesn't have are left out and those below 0 count 0, with a warning.

    Raises InputError, naming file and line: what ``read_examples`` refuses of any file, a line of another shape, a
    document twice, an id without a text, several runs in one file, a query set where texts belong.
    """
    asked, known = _texts(queries), _texts(texts)
    judged = {} if qrels is None else _qrels(qrels)
    found = []
    for qid, scores in _run(run).items():
        name = _own(qid, asked, "query", shown(queries[1]))
        order = sorted(scores, key=lambda each: (scores[each], each), reverse=True)
        ids = {id: _own(id, known, "document", shown(texts[1])) for id in order}
        with within(f"{shown(run[1])}, query {listed([name])}"):
            made, warnings = documents(
                [replace(known[own], first_stage_score=scores[id]) for id, own in ids.items()],
            )
            grades, more = graded(
                {unquote(id): grade for id, grade in judged.get(unquote(qid), {}).items()},
                {unquote(id): own for id, own in ids.items()},
            )
            words = query(asked[name].content)
        found.append(Example(query_id=name, query=words, documents=made, qrels=grades, warnings=(*warnings, *more)))
    return found


def _run(file: File) -> dict[str, dict[str, float]]:
    """Scores by query and document."""
    found: dict[str, dict[str, float]] = {}
    tags: dict[str, dict[str, None]] = {}
    for place, cells in _cells(file, 6, _LINE):
        tags.setdefault(cells[0], {})[cells[5]] = None
        if len(tags[cells[0]]) > 1:
            raise _several(file)
        scores = found.setdefault(cells[0], {})
        if cells[2] in scores:
            raise InputError(f"{place}: {listed([cells[2]])} is ranked twice.", hint="Keep one of the lines.")
        scores[cells[2]] = _number(cells[4], place, "score")
    return found


def _several(file: File) -> InputError:
    """One query is ranked under several tags. Scores of different runs can't be compared."""
    tags = dict.fromkeys(cells[5] for _, cells in _cells(file, 6, _LINE))
    return InputError(
        f"{shown(file[1])} holds several runs, by their tags {listed(tags)}.",
        hint="Keep the lines of one: the tag is a line's last word.",
    )


def _qrels(file: File) -> dict[str, dict[str, int]]:
    """Grades by query, its percent signs undone, and document."""
    found: dict[str, dict[str, int]] = {}
    for place, cells in _cells(file, 4, "qid 0 docid grade"):
        value = _number(cells[3], place, "grade")
        if value != int(value) or value > HIGHEST:
            raise InputError(f"{place}: {value:g} is not a grade.", hint=f"Grades are whole numbers up to {HIGHEST}.")
        grades = found.setdefault(unquote(cells[0]), {})
        if cells[2] in grades:
            raise InputError(f"{place}: {listed([cells[2]])} is graded twice.", hint="Keep one of the lines.")
        grades[cells[2]] = int(value)
    return found


def _texts(file: File) -> dict[str, Document]:
    """Titles and texts by id."""
    found: dict[str, Document] = {}
    for place, line in _lines(file):
        made = _object(line, place) if line.lstrip().startswith("{") else _pair(line, place)
        if made.id in found:
            raise InputError(f"{place}: {listed([made.id])} is there twice.", hint="Keep one of the lines.")
        found[made.id] = made
    return found


def _object(line: str, place: str) -> Document:
    try:
        fields = json.loads(line)
    except (ValueError, RecursionError):
        raise InputError(f"{place}: this is not JSON.", hint=_SHAPES) from None
    if {"query", "documents"} <= set(fields):
        raise InputError(
            f"{place}: this is a query set, not an id and a text a line.",
            hint="A query set is whole by itself: give it as one, under Upload or by --set.",
        )
    id = next((str(fields[name]) for name in _ID if name in fields), "").strip()
    text, title = next((fields[name] for name in _TEXT if name in fields), None), fields.get("title") or ""
    if not id or not isinstance(text, str) or not isinstance(title, str):
        raise InputError(f"{place}: there is no id or no text; found: {listed(fields)}.", hint=_SHAPES)
    return Document(id=id, title=title, content=text)


def _pair(line: str, place: str) -> Document:
    id, tab, text = line.partition("\t")
    if not tab or not id.strip():
        raise InputError(f"{place}: there is no tab between an id and a text.", hint=_SHAPES)
    return Document(id=id.strip(), content=text.strip())


def _cells(file: File, count: int, shape: str) -> Iterator[tuple[str, list[str]]]:
    for place, line in _lines(file):
        cells = line.split()
        if len(cells) != count:
            raise InputError(f"{place}: {len(cells):,} words.", hint=f"A line has {count}: {shape}.")
        yield place, cells


def _lines(file: File) -> Iterator[tuple[str, str]]:
    """Lines that are not blank, each with its place."""
    name = shown(file[1])
    for number, line in enumerate(lines(text_of(*file)), 1):
        if line.strip():
            yield f"{name}, line {number}", line.rstrip("\r\n")


def _own(id: str, known: Mapping[str, Document], what: str, file: str) -> str:
    """The id as its text has it."""
    name = id if id in known else unquote(id)
    if name not in known:
        raise InputError(f"{file}: no text for the {what} {listed([id])}.", hint="Give a text for every id of the run.")
    return name


def _number(cell: str, place: str, what: str) -> float:
    try:
        value = float(cell)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise InputError(f"{place}: {listed([cell])} is not a {what}.", hint="Give a number.")
    return value
