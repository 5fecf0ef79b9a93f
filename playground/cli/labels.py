"""``labels``: people's grades in and out of this installation, and how far the graders agree."""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from playground import datasets, report, runs
from playground.agreement import krippendorff_alpha
from playground.cli import shared
from playground.datasets import Example, files
from playground.datasets.example import lines
from playground.errors import InputError
from playground.export import qrels_text
from playground.runs import Record
from playground.types import Document
from playground.view.numbers import count, number
from playground.view.outcome import Outcome

if TYPE_CHECKING:
    from playground.store import Label, Store

_HASH = re.compile(r"[0-9a-f]{64}")
_LINE = 'A line is {"query": "...", "id": "...", "content": "...", "grader": "...", "grade": 0-3, or null for skipped}.'


def add(commands: Any) -> None:
    """The commands' arguments."""
    several = commands.add_parser("labels", help="people's grades: import, export, agreement")
    actions = several.add_subparsers(required=True, metavar="ACTION")

    into = actions.add_parser("import", help="keep the grades of a file (JSONL or TREC qrels)")
    into.add_argument("file", type=Path)
    into.add_argument("--grader", metavar="NAME", help="whose they are; needed where the file doesn't name its graders")
    into.add_argument(
        "--set", type=Path, metavar="FILE", help="the queries and documents; needed where the file doesn't hold them"
    )
    into.set_defaults(run=_import)

    out = actions.add_parser("export", help="print the grades")
    out.add_argument("--to", choices=("jsonl", "qrels"), default="jsonl", help="default %(default)s")
    out.add_argument("--query", metavar="TEXT", help="of this query only")
    out.add_argument("--grader", metavar="NAME", help="by this grader only; qrels of several hold their median")
    out.set_defaults(run=_export)

    agreed = actions.add_parser("agreement", help="weighted kappa of every two graders, and Krippendorff's alpha")
    agreed.add_argument(
        "--run",
        dest="runs",  # what a command does stands in "run"
        action="append",
        default=[],
        metavar="RECORD",
        help="also with this run's lanes that wrote grades, and with those who graded it together: a file, or a saved "
        "run's id; repeatable",
    )
    agreed.set_defaults(run=_agreement)
    for action in (into, agreed):
        action.add_argument("--json", action="store_true", help="one JSON object on standard output")


def _import(args: argparse.Namespace) -> int:
    grader = None if args.grader is None else datasets.inputs.clean(args.grader)[0].strip()
    if grader == "":
        raise InputError("The grader has no name.", hint="Give one with --grader.")
    examples = datasets.load_examples(args.set) if args.set is not None else []
    text = files.text_of(files.load(args.file), args.file.name)
    read = _of_jsonl if args.file.suffix.lower() in (".jsonl", ".json") else _of_qrels
    found = read(text, args.file.name, grader, examples)
    with shared.storage() as store:
        for label in found:  # all of the file was read: none of it is refused half-way
            store.put_label(label)
    graders = Counter(label.grader for label in found)
    if args.json:
        shared.as_json({"schema": report.SCHEMA, "labels": len(found), "graders": graders})
    else:
        for name, labels in graders.items():
            print(f"{count(labels, 'label')} by {name}")
    return 0


def _export(args: argparse.Namespace) -> int:
    with shared.storage() as store:
        found = store.labels(args.query, args.grader)
    sys.stdout.write("".join(map(_line, found)) if args.to == "jsonl" else _qrels(found))
    return 0


def _agreement(args: argparse.Namespace) -> int:
    from playground import judging

    with shared.storage() as store:
        named = list(dict.fromkeys(args.runs))
        records = [_record(store, each) for each in named]
        people = judging.people(store.labels(runs=[each for each in named if not _is_file(each)]))
    lanes = judging.lanes([Outcome(record=record, board=record.board) for record in records])
    pairs, disputes = judging.pairs(people, lanes), judging.disputes(people, lanes)
    alpha = krippendorff_alpha({rater.name: rater.grades for rater in people})
    if args.json:
        made = {
            "schema": report.SCHEMA,
            "graders": {rater.name: len(rater.grades) for rater in people},
            "pairs": [
                {
                    "graders": [pair.first, pair.second],
                    "lane": pair.lane,
                    "kappa": pair.kappa.value,
                    "n": pair.kappa.n,
                    "observed": pair.kappa.observed,
                    "grades": pair.kappa.grades,
                    "table": pair.kappa.table,
                }
                for pair in pairs
            ],
            "alpha": None if alpha is None else vars(alpha),
            "disagreements": [
                {
                    "query": dispute.item.query,
                    "id": dispute.item.document,
                    "content_hash": dispute.item.content,
                    "people": dict(dispute.people),
                    "lanes": dict(dispute.lanes),
                }
                for dispute in disputes
            ],
        }
        shared.as_json(made)
        return 0
    for pair in pairs:
        second = f"lane {pair.second}" if pair.lane else pair.second
        print(f"{pair.first} and {second}: weighted kappa {_value(pair.kappa.value)}, n = {pair.kappa.n}")
        print(f"  {pair.first} down, {second} across:")
        print("  " + " " * 5 + "".join(f"{grade:6}" for grade in pair.kappa.grades))
        for grade, row in zip(pair.kappa.grades, pair.kappa.table, strict=True):
            print(f"  {grade:5}" + "".join(f"{cell:6}" for cell in row))
    if alpha is None:
        print("No document has grades of two graders.")
    else:
        print(f"Krippendorff's alpha (ordinal) {_value(alpha.value)}, n = {alpha.n}, {alpha.graders} graders")
    if args.runs and not lanes:
        print("No lane of these runs wrote grades from 0 to 10, so there is no kappa of people and lanes.")
    if disputes:
        print(f"{count(len(disputes), 'document')} graded differently; --json lists them")
    return 0


def _record(store: Store, named: str) -> Record:
    """Raises:
    InputError: neither a file nor a saved run, or no record that can be read.
    """
    if _is_file(named):
        return runs.read(Path(named))
    try:
        return store.run(named)
    except InputError as error:
        raise InputError(f"{datasets.inputs.listed([named])} is no file. {error.message}", hint=error.hint) from None


def _is_file(named: str) -> bool:
    try:
        return Path(named).is_file()
    except OSError:  # too long for the name of any
        return False


def _value(value: float | None) -> str:
    return "undefined (one grade only)" if value is None else number(value)


def _of_qrels(text: str, file: str, grader: str | None, examples: list[Example]) -> list[Label]:
    from playground import judging
    from playground.store import Label

    if grader is None:
        raise InputError("Qrels don't say who graded.", hint="Add --grader NAME.")
    if not examples:
        raise InputError("Qrels name queries and documents by id only.", hint="Add --set FILE, which holds them.")
    known = {example.query_id: example for example in examples}
    made = []
    for query_id, grades in judging.read_qrels(text, file).items():
        if query_id not in known:
            raise InputError(f"The set has no query {query_id!r}.", hint="Give the set that was graded.")
        query, documents = known[query_id].query, {each.id: each for each in known[query_id].documents}
        for id, grade in grades.items():
            if id not in documents:
                raise InputError(f"Query {query_id!r} of the set has no document {id!r}.", hint="Give its own set.")
            made.append(Label(**judging.item(query, documents[id])._asdict(), grade=grade, grader=grader))
    return made


def _of_jsonl(text: str, file: str, grader: str | None, examples: list[Example]) -> list[Label]:
    from playground import judging

    known = {(example.query, each.id): each for example in examples for each in example.documents}
    rows = [
        (f"{file}, line {at}", _row(line, f"{file}, line {at}"))
        for at, line in enumerate(lines(text), 1)
        if line.strip()
    ]
    named = dict.fromkeys(name for place, row in rows if (name := _grader(row, place)))
    if grader is not None and len(named) > 1:
        raise InputError(
            f"{file} holds the grades of {len(named)} graders: {datasets.inputs.listed(named)}.",
            hint="Leave --grader out: the file names its graders.",
        )
    found: dict[tuple[judging.Item, str], Label] = {}
    for place, row in rows:
        label = _label(row, place, grader or _grader(row, place), known)
        given = judging.item_of(label), label.grader
        if given in found:
            raise InputError(
                f"{place}: {datasets.inputs.listed([label.grader])} grades this document a second time.",
                hint="Leave one of its lines.",
            )
        found[given] = label
    return list(found.values())


def _row(line: str, place: str) -> dict[str, Any]:
    try:
        row = json.loads(line)
    except (ValueError, RecursionError):
        raise InputError(f"{place} is not JSON.", hint=_LINE) from None
    if not isinstance(row, dict):
        raise InputError(f"{place} is no object.", hint=_LINE)
    return row


def _grader(row: Mapping[str, Any], place: str) -> str:
    """Whom the row names; "" for nobody."""
    return datasets.inputs.clean(_text(row, "grader", place))[0].strip()


def _text(row: Mapping[str, Any], name: str, place: str) -> str:
    value = row.get(name, "")
    if not isinstance(value, str):
        raise InputError(f"{place}, field {name!r}: expected text.", hint=_LINE)
    return value


def _label(row: Mapping[str, Any], place: str, grader: str, known: Mapping[tuple[str, str], Document]) -> Label:
    from playground import judging
    from playground.store import Label

    if not grader:
        raise InputError(f"{place}: nothing says who graded.", hint='Add "grader" to the line, or --grader NAME.')
    texts = ("query", "id", "content", "title", "content_hash", "note", "made")
    given = {name: datasets.inputs.clean(_text(row, name, place))[0] for name in texts}
    grade = row.get("grade", "missing")
    if grade is not None and (type(grade) is not int or grade not in judging.GRADES):
        raise InputError(f"{place}: the grade is none.", hint=_LINE)
    query, id = datasets.query(given["query"]), given["id"].strip()
    if not id:
        raise InputError(f"{place}: the document has no id.", hint=_LINE)
    if "content" in row:
        item = judging.item(query, Document(id=id, title=given["title"], content=given["content"]))
    elif _HASH.fullmatch(given["content_hash"]):
        item = judging.Item(query, id, given["content_hash"])
    elif (query, id) in known:
        item = judging.item(query, known[query, id])
    else:
        raise InputError(
            f"{place}: nothing says what the document {id!r} holds.",
            hint="Give its content or content_hash, or add --set FILE, which holds it under the same query.",
        )
    when = {"made": given["made"]} if given["made"] else {}
    return Label(**item._asdict(), grade=grade, grader=grader, note=given["note"], **when)


def _line(label: Label) -> str:
    row = {
        "query": label.query,
        "id": label.document,
        "content_hash": label.content,
        "grade": label.grade,
        "grader": label.grader,
        "note": label.note,
        "made": label.made,
    }
    return json.dumps(row, ensure_ascii=False) + "\n"


def _qrels(found: list[Label]) -> str:
    from playground import judging

    grades = judging.median(judging.people(found))
    if not grades:
        raise InputError("There are no such grades.", hint="`labels export` without options prints all there are.")
    if len({item.query for item in grades}) > 1:
        raise InputError("The grades are of several queries, and qrels don't hold their text.", hint="Add --query.")
    if len({item.document for item in grades}) < len(grades):
        raise InputError("Several documents of this query have the same id.", hint="Take them as JSONL.")
    return qrels_text({item.document: grade for item, grade in grades.items()})
