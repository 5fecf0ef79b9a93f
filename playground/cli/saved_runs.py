"""``runs``: what is saved on this installation, listed, shown, compared, completed, taken out and brought in."""

from __future__ import annotations

import argparse
import sys
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from playground import report, runs
from playground.board import Board
from playground.budget import dollars
from playground.cli import compared, shared, table
from playground.cli.progress import follow
from playground.errors import InputError
from playground.events import Answered, Asked
from playground.facade import retry
from playground.runs import Record
from playground.types import Judgment
from playground.view import side_by_side
from playground.view.outcome import Outcome


def add(commands: Any) -> None:
    """The commands' arguments."""
    several = commands.add_parser("runs", help="saved runs: list, show, compare, retry, export, import, delete")
    actions = several.add_subparsers(required=True, metavar="ACTION")

    listing = actions.add_parser("list", help="the last saved first")
    listing.add_argument("--search", default="", metavar="WORDS", help="in queries, notes and lane names")
    listing.add_argument("--limit", type=int, default=20, metavar="N", help="default %(default)s")
    listing.set_defaults(run=_list)

    one = actions.add_parser("show", help="print a run again, as replay does; asks nothing")
    one.add_argument("id")
    one.set_defaults(run=_show)

    beside = actions.add_parser("compare", help="two to four runs: settings, prompts, results, agreement")
    beside.add_argument("ids", nargs="+", metavar="ID")
    beside.set_defaults(run=_compare)

    rest = actions.add_parser(
        "retry",
        help="ask for what failed in a run; saves the outcome as a new run and prints its id",
        description="The run's lanes once more over its documents. What it was answered is taken from its record, and "
        "other replies from those that are kept; only what is missing is asked.",
    )
    rest.add_argument("id")
    rest.add_argument(
        "--budget", metavar="DOLLARS", help="spend no more than this; what no longer fits stays unanswered"
    )
    rest.add_argument("--out", type=Path, metavar="FILE", help="save the run record there too")
    rest.set_defaults(run=_retry)

    out = actions.add_parser("export", help="the run record, which replay and export read")
    out.add_argument("id")
    out.add_argument("--out", type=Path, metavar="FILE", help="written there instead of to standard output")
    out.set_defaults(run=_export)

    into = actions.add_parser("import", help="save a run record, unless it is saved already; prints its id")
    into.add_argument("record", type=Path)
    into.add_argument("--note", default="", metavar="WORDS")
    into.set_defaults(run=_import)

    gone = actions.add_parser("delete", help="delete runs for good")
    gone.add_argument("ids", nargs="+", metavar="ID")
    gone.set_defaults(run=_delete)

    for action in (listing, one, beside, rest, into):
        action.add_argument("--json", action="store_true", help="one JSON object on standard output")


def _list(args: argparse.Namespace) -> int:
    if args.limit < 1:
        raise InputError(f"--limit {args.limit} leaves no run.", hint="Give 1 or more.")
    with shared.storage() as store:
        rows = store.runs(args.search, limit=args.limit)
    if args.json:
        shared.as_json({"schema": report.SCHEMA, "runs": [asdict(row) for row in rows]})
        return 0
    for row in rows:
        note = f"  - {row.note}" if row.note else ""
        print(
            f"{row.id}  {row.made[:16]}  {row.documents} documents  {' '.join(row.query.split())}  [{row.ended}]{note}"
        )
    return 0


def _show(args: argparse.Namespace) -> int:
    with shared.storage() as store:
        record = store.run(args.id)
    if args.json:
        shared.as_json(_object(record))
    else:
        print(_table(record))
    return 0


def _retry(args: argparse.Namespace) -> int:
    budget = None if args.budget is None else dollars(args.budget)
    with shared.storage() as store:
        record, note = store.run(args.id), store.note(args.id)
    if not record.board.incomplete:
        print(f"note: nothing is missing in {args.id}: nothing was asked, no new run was saved", file=sys.stderr)
        if args.out is not None:
            shared.put(runs.dump(record), args.out)
        if args.json:
            shared.as_json({**_object(record), "id": None})
        return 0
    done = retry(record, budget=budget, watch=follow)
    for warning in done.warnings:
        print(f"note: {warning}", file=sys.stderr)
    id: str | None = None
    try:
        if _further(done.record, record):
            with shared.storage() as store:
                id = store.save_run(done.record, "; ".join(filter(None, [f"retried from {args.id}", note])))
        else:
            _say_nothing_more(args.id, done.board)
    finally:  # saved or not: it was paid for
        if args.out is not None:
            shared.put(runs.dump(done.record), args.out)
    if args.json:
        shared.as_json({**_object(done.record), "id": id})
    elif id is not None:
        print(f"{id}\n\n{_table(done.record)}")
    return 0 if id is not None and any(row.ranking is not None for row in done.board.lanes) else 1


def _say_nothing_more(id: str, board: Board) -> None:
    """And why, where a lane ended for a reason of its own."""
    print(f"note: nothing more was answered than in {id}: no new run was saved", file=sys.stderr)
    for row in board.lanes:
        if row.error is not None:
            print(f"note: {row.name}: {row.error.message} {row.error.hint}".rstrip(), file=sys.stderr)


def _further(done: Record, before: Record) -> bool:
    """Whether nothing is missing any more, a lane ranks that didn't, or a question has an answer that it hadn't."""
    if not done.board.incomplete or _ranking(done) - _ranking(before):
        return True
    known = _answers(before)
    return any(said not in known[asked] for asked, found in _answers(done).items() for said in found)


def _ranking(record: Record) -> set[int]:
    """The lanes that came to a ranking which says anything."""
    return {at for at, row in enumerate(record.board.lanes) if row.ranking is not None and row.ranking.judged}


def _answers(record: Record) -> Mapping[tuple[int, Asked], list[Judgment]]:
    """By lane and question, in the order in which they came."""
    found: dict[tuple[int, Asked], list[Judgment]] = defaultdict(list)
    for event in record.events:
        if isinstance(event, Answered) and event.judgment.answered:
            found[event.lane, event.ask].append(event.judgment)
    return found


def _object(record: Record) -> dict[str, Any]:
    return report.comparison(record.task.query, record.board, record.qrels, record.warnings)


def _table(record: Record) -> str:
    return table.comparison(record.task, record.board, record.qrels)


def _compare(args: argparse.Namespace) -> int:
    ids = list(dict.fromkeys(args.ids))
    side_by_side.check(len(ids))
    with shared.storage() as store:
        records, notes = {id: store.run(id) for id in ids}, {id: store.note(id) for id in ids}
    found = {id: Outcome(record=record, board=record.board) for id, record in records.items()}
    if not args.json:
        print(compared.text(found, notes))
        return 0
    shared.as_json(
        {
            "schema": report.SCHEMA,
            "runs": ids,
            "settings": side_by_side.settings(found),
            "prompts": side_by_side.prompts(found),
            "results": side_by_side.results(found),
            "agreement": side_by_side.agreement(found),
        }
    )
    return 0


def _export(args: argparse.Namespace) -> int:
    with shared.storage() as store:
        text = runs.dump(store.run(args.id))
    shared.put(text, args.out)
    return 0


def _import(args: argparse.Namespace) -> int:
    record = runs.read(args.record)
    with shared.storage() as store:
        id = store.find_run(record)
        if id is None:
            id = store.save_run(record, args.note)
        else:
            left = "; its note is left as it was" if args.note else ""
            print(f"note: this record is saved already: it was not saved again{left}", file=sys.stderr)
    if args.json:
        shared.as_json({"schema": report.SCHEMA, "id": id})
    else:
        print(id)
    return 0


def _delete(args: argparse.Namespace) -> int:
    with shared.storage() as store:
        for id in args.ids:
            store.delete_run(id)
    return 0
