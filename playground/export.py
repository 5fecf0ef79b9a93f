"""A run as other programs take it: a table, TREC files, its documents, and the command or Python that makes it again.
Pure text out of the record."""

from __future__ import annotations

import csv
import dataclasses
import io
import json
import re
import shlex
import unicodedata
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from playground.comparison import moves
from playground.datasets.example import grade
from playground.domains import domains
from playground.errors import InputError, PlaygroundError
from playground.lanes import parse
from playground.runs import Record
from playground.types import DocId, Document, Ranked

DOCUMENTS = "documents.jsonl"
"""The file that the command and the Python read: ``documents_jsonl`` is what belongs in it."""

QUERY_ID = "q1"
"""A run is of one query, which has no id of its own."""

_COLUMNS = (
    "lane",
    "rank",
    "change",
    "id",
    "title",
    "grade",
    "score",
    "model_grade",
    "reason",
    "why",
    "quote",
    "quote_found",
    "provenance",
    "stage",
    "characters_read",
)


def csv_text(record: Record) -> str:
    """A row a lane and document, best first, as RFC 4180; the first row names the columns, and unknown is empty.

    ``change`` is against the input order, positive = rose; ``grade`` is human, ``model_grade`` what a model wrote
    beside its order; ``why`` says what went wrong where a document is failed. A text that a spreadsheet would run as a
    formula has an apostrophe before it.
    """
    documents = {document.id: document for document in record.task.documents}
    file = io.StringIO()
    table = csv.DictWriter(file, _COLUMNS, lineterminator="\r\n")
    table.writeheader()
    for row in record.board.lanes:
        items = row.ranking.items if row.ranking is not None else ()
        change = moves([item.id for item in items], list(documents))
        for item in items:
            about = _about(item, documents[item.id])
            cells = {"lane": row.name, "change": change[item.id], "grade": record.qrels.get(item.id), **about}
            table.writerow({name: cell(value) for name, value in cells.items()})
    return file.getvalue()


def trec_run(record: Record, lane: int) -> str:
    """One lane as a TREC run, ``qid Q0 docid rank score tag`` a line; "" for a lane that judged nothing: its order, if
    it has one, is the input's.

    trec_eval sorts by score alone, and neither equal scores nor those of different stages would give the lane's order
    back: the score here counts down from the number of documents to 1. Whitespace and percent signs in ids are
    percent-encoded, which ``urllib.parse.unquote`` undoes. The tag is the lane's name with "_" for whitespace.
    """
    ranking = record.board.lanes[lane].ranking
    if ranking is None or not ranking.judged:
        return ""
    tag, count = _tags(record)[lane], len(ranking.items)
    return "".join(
        f"{QUERY_ID} Q0 {_encoded(item.id)} {item.rank} {count - item.rank + 1} {tag}\n" for item in ranking.items
    )


def trec_runs(record: Record) -> str:
    """Every lane's TREC run, told apart by the tag.

    Raises:
        InputError: no lane judged anything.
    """
    text = "".join(trec_run(record, lane) for lane in range(len(record.lanes)))
    if not text:
        raise InputError("No lane of this run came to a ranking.", hint="`replay` shows what went wrong in each.")
    return text


def trec_qrels(record: Record) -> str:
    """The human grades as TREC qrels, ``qid 0 docid grade`` a line; ids as in ``trec_run``.

    Raises:
        InputError: there are none.
    """
    if not record.qrels:
        raise InputError("This run has no human grades.", hint="Run it on documents that have some.")
    return qrels_text(record.qrels)


def qrels_text(grades: Mapping[DocId, int]) -> str:
    """TREC qrels of one query, ``qid 0 docid grade`` a line; ids as in ``trec_run``."""
    return "".join(f"{QUERY_ID} 0 {_encoded(id)} {grade}\n" for id, grade in grades.items())


def documents_jsonl(record: Record) -> str:
    """The query, its documents and their grades as a query set of one line. Left out is what a query set has no place
    for: grades of documents that the run didn't have, and a domain that isn't one of this installation's.

    Raises:
        InputError: a grade that no query set may hold.
    """
    task = record.task
    given = {document.id for document in task.documents}
    line = {
        "query_id": QUERY_ID,
        "query": task.query,
        "documents": [_given(document) for document in task.documents],
        "qrels": {id: grade(value) for id, value in record.qrels.items() if id in given},
        **({"domain": task.domain.name} if _known(record) else {}),
    }
    return json.dumps(line, ensure_ascii=False, allow_nan=False) + "\n"


def command(record: Record) -> str:
    """The command line that runs this again on the file ``DOCUMENTS``, after comments on what it can't say.

    Raises:
        InputError: a lane's words hold characters that a terminal would obey.
    """
    words = ["python", "-m", "playground", "compare", "--set", DOCUMENTS]
    for number, row in enumerate(record.lanes, 1):
        if any(unicodedata.category(char) == "Cc" and char not in "\n\t" for char in row.words):
            raise InputError(
                f"The words of lane {number} hold control characters, which no command line can carry safely.",
                hint="Take the Python instead.",
            )
        words += ["--lane", row.words]
    words += ["--domain", record.task.domain.name] if _known(record) else []
    words += ["--explain", str(depth)] if (depth := record.explained) else []
    # Fixed words without quotes or marks: some shells run what stands in a comment that is pasted.
    notes = [note for number in range(1, len(record.lanes) + 1) if (note := _unreadable(record, number))]
    if not _known(record):
        notes.append("The domain of this run is a custom one and has no name on the command line. Python can give it.")
    return "".join(f"# {note}\n" for note in notes) + shlex.join(words) + "\n"


def python(record: Record) -> str:
    """The Python that runs this again on the file ``DOCUMENTS``."""
    known, depth = _known(record), record.explained
    lanes: list[str] = []
    for number, row in enumerate(record.lanes, 1):
        note = _unreadable(record, number)
        lanes += [f"# {note}"] if note else []
        lanes.append(f"{row.words!r},")
    lines = [
        "from pathlib import Path",
        "",
        f"from playground import {'' if known else 'Domain, '}compare",
        "from playground.datasets import load_examples",
        "",
        f"example = load_examples(Path({DOCUMENTS!r}))[0]",
        *([] if known else _domain(record)),
        "done = compare(",
        "    example.query,",
        "    example.documents,",
        "    [",
        *(f"        {line}" for line in lanes),
        "    ],",
        f"    domain={repr(record.task.domain.name) if known else 'domain'},",
        "    qrels=example.qrels,",
        *([f"    explain={depth},"] if depth else []),
        ")",
        "for row in done.board.lanes:",
        "    print(row.name, row.state, *(row.ranking.ids if row.ranking else ()))",
    ]
    return "\n".join(lines) + "\n"


def _about(item: Ranked, document: Document) -> dict[str, Any]:
    return {
        "rank": item.rank,
        "id": item.id,
        "title": document.title,
        "score": item.score,
        "model_grade": item.grade,
        "reason": item.reason,
        "why": item.why,
        "quote": None if item.quote is None else item.quote.text,
        "quote_found": None if item.quote_found is None else str(item.quote_found).lower(),
        "provenance": " ".join(item.provenance),
        "stage": item.stage,
        "characters_read": item.seen,
    }


def cell(value: Any) -> Any:
    """The value, where it is text that a spreadsheet would run, behind an apostrophe. Spreadsheets look past what is
    invisible, and some take full-width signs for the plain ones."""
    if not isinstance(value, str):
        return value
    seen = next((char for char in value if not char.isspace() and unicodedata.category(char) not in ("Cc", "Cf")), "")
    runs = value.startswith(("\t", "\r", "\n")) or unicodedata.normalize("NFKC", seen).startswith(("=", "+", "-", "@"))
    return f"'{value}" if runs else value


def _encoded(id: str) -> str:
    return re.sub(r"[\s%]", lambda found: quote(found.group(), safe=""), id)


def _tags(record: Record) -> list[str]:
    """A tag a lane, numbered where the names alone would not tell all of them apart."""
    tags = ["_".join(row.name.split()) for row in record.lanes]
    if "" in tags or len(set(tags)) < len(tags):
        return [f"{number}-{tag}" for number, tag in enumerate(tags, 1)]
    return tags


def _given(document: Document) -> dict[str, Any]:
    """A document as it is written in a query set: what it doesn't have is left out."""
    return {
        "id": document.id,
        **({"title": document.title} if document.title else {}),
        "content": document.content,
        **({"metadata": dict(document.metadata)} if document.metadata else {}),
        **({} if document.first_stage_score is None else {"first_stage_score": document.first_stage_score}),
    }


def _known(record: Record) -> bool:
    """Whether the domain's name says all of it here."""
    return domains().get(record.task.domain.name) == record.task.domain


def _domain(record: Record) -> list[str]:
    """The domain spelled out."""
    domain = record.task.domain
    fields = [f"    {field.name}={getattr(domain, field.name)!r}," for field in dataclasses.fields(domain)]
    return ["domain = Domain(", *fields, ")"]


def _unreadable(record: Record, number: int) -> str:
    """A note on the lane of this number, counted from 1, where its words don't give a lane here; else ""."""
    try:
        parse(record.lanes[number - 1].words)
    except PlaygroundError:
        return f"Lane {number} cannot be made from its words alone. It had a judge or a domain that they only name."
    return ""
