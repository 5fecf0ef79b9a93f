"""The command line: everything the engine does, scriptable. ``--json`` prints one object and nothing else on standard
output; progress and warnings go to standard error."""

from __future__ import annotations

import argparse
import dataclasses
import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from playground import datasets, export, lanes, report, runs
from playground.at_hand import AtHand
from playground.budget import dollars
from playground.cache import kept
from playground.cli import evaluate, labels, recommend, saved_runs, shared, table
from playground.cli.progress import follow
from playground.domains import domains
from playground.errors import InputError, LaneError, PlaygroundError
from playground.facade import compare, task_of
from playground.lanes import Lane
from playground.models import Access
from playground.plan import plan
from playground.reuse import Replies
from playground.strategies import strategies
from playground.strategies.base import Asking, options
from playground.types import ModelRef


def main(argv: Sequence[str] | None = None) -> int:
    """Runs one command. Returns 0, 1 where no lane came to a ranking, 2 for unusable input."""
    args = _parser().parse_args(argv)
    try:
        code: int = args.run(args)
    except PlaygroundError as error:
        print(f"playground: {error.message}\n{error.hint}".rstrip(), file=sys.stderr)
        return 2
    except BrokenPipeError:  # whoever read our output has had enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    return code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m playground", description="Compare reranking strategies.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    listing = commands.add_parser("strategies", help="list the strategies and their options")
    listing.set_defaults(run=_strategies)

    single = commands.add_parser("rerank", help="rerank with one strategy")
    single.add_argument("--strategy", required=True, help="a strategy or a scorer: embedding, listwise, ...")
    single.add_argument("--model", help="PROVIDER:NAME, for strategies that ask one")
    for name, help in _all_options().items():
        single.add_argument(f"--{name.replace('_', '-')}", dest=f"option_{name}", metavar="VALUE", help=help)
    for name in ("first", "then"):
        single.add_argument(f"--{name}", dest=f"option_{name}", metavar="LANE", help="a stage of a cascade, in words")
    single.add_argument("--lanes", dest="option_lanes", metavar="LANE,LANE", help="what fusion fuses, in words")
    single.set_defaults(run=_rerank)

    several = commands.add_parser("compare", help="run several lanes side by side")
    price = commands.add_parser("estimate", help="calls, tokens and price before the run; asks nothing")
    for command in (several, price):
        command.add_argument(
            "--lane", action="append", required=True, metavar="WORDS", help='e.g. "listwise model=openai:gpt-6-luna"'
        )
    several.set_defaults(run=_compare)
    price.set_defaults(run=_estimate)

    for command in (single, several, price):
        command.add_argument(
            "--set",
            required=True,
            type=Path,
            metavar="FILE",
            help="a sample, query set, or documents (JSON, JSONL, CSV, TXT)",
        )
        command.add_argument("--query", help="asked instead of the set's")
        command.add_argument("--query-id", help="which query of a set that holds several")
        command.add_argument("--domain", choices=list(domains()), help="asked instead of the set's")
    for command in (single, several):
        command.add_argument(
            "--explain",
            type=int,
            default=0,
            metavar="K",
            help="reasons for those of each lane's first K documents that have none",
        )
        command.add_argument("--fresh", action="store_true", help="take no replies of earlier runs")
        command.add_argument(
            "--budget", metavar="DOLLARS", help="spend no more than this; what no longer fits stays unanswered"
        )
        command.add_argument("--out", type=Path, metavar="FILE", help="save the run record, for replay")
        command.add_argument("--download", action="store_true", help="allow a missing cross-encoder to be downloaded")

    again = commands.add_parser("replay", help="print a saved run again; asks nothing")
    again.add_argument("record", type=Path)
    again.set_defaults(run=_replay)

    other = commands.add_parser("export", help="a saved run in another form; asks nothing")
    other.add_argument("record", type=Path)
    other.add_argument(
        "--to",
        required=True,
        choices=list(_FORMS),
        help="a table, TREC run or qrels, the documents as a query set, what runs it again, a page to look at offline",
    )
    other.add_argument("--out", type=Path, metavar="FILE", help="written there instead of to standard output")
    other.set_defaults(run=_export)

    evaluate.add(commands)
    recommend.add(commands)
    saved_runs.add(commands)
    labels.add(commands)
    for command in (listing, single, several, price, again):
        command.add_argument("--json", action="store_true", help="one JSON object on standard output")
    return parser


def _all_options() -> dict[str, str]:
    """Every option of every strategy with its help; where strategies differ in it, with theirs."""
    said: dict[str, dict[str, list[str]]] = {}
    for strategy, kind in strategies().items():
        for name, about in options(kind).items():
            said.setdefault(name, {}).setdefault(about.help, []).append(strategy)
    return {
        name: next(iter(helps))
        if len(helps) == 1
        else " ".join(f"{', '.join(who)}: {text}" for text, who in helps.items())
        for name, helps in said.items()
    }


def _strategies(args: argparse.Namespace) -> int:
    rows = [
        {
            "name": name,
            "about": kind.about,
            "needs": [field.name for field in dataclasses.fields(kind) if field.default is dataclasses.MISSING],
            "prompt": _default_prompt(kind),
            "options": [
                {
                    "name": key,
                    "title": about.title,
                    "help": about.help,
                    "default": about.default,
                    "low": about.low,
                    "high": about.high,
                    "choices": list(about.choices),
                }
                for key, about in options(kind).items()
            ],
        }
        for name, kind in strategies().items()
    ]
    if args.json:
        shared.as_json({"schema": report.SCHEMA, "strategies": rows})
    else:
        print(table.strategies(rows))
    return 0


def _default_prompt(kind: type[Any]) -> str | None:
    """What a prompt of one's own starts from; None for a strategy that asks no LLM itself."""
    if not issubclass(kind, Asking):
        return None
    form = kind(model=ModelRef("local")).form()
    return None if form is None else form.default_prompt


def _rerank(args: argparse.Namespace) -> int:
    given: dict[str, Any] = {
        key.removeprefix("option_"): value
        for key, value in vars(args).items()
        if key.startswith("option_") and value is not None
    }
    if args.model:
        given["model"] = args.model
    return _run(args, [lanes.lane(lanes.build(args.strategy, given, files=True))])


def _compare(args: argparse.Namespace) -> int:
    return _run(args, [lanes.parse(words, files=True) for words in args.lane])


def _run(args: argparse.Namespace, made: list[Lane]) -> int:
    example = _example(args)
    done = compare(
        example.query,
        example.documents,
        made,
        domain=args.domain or example.domain,
        qrels=example.qrels,
        explain=args.explain,
        access=Access.from_env(download=args.download),
        fresh=args.fresh,
        budget=None if args.budget is None else dollars(args.budget),
        watch=follow,
    )
    for warning in (*example.warnings, *done.warnings):
        print(f"note: {warning}", file=sys.stderr)
    try:
        code = _show(done.record, args.json)
    finally:  # shown or not: it was paid for
        _save(done.record, args.out)
    return code


def _save(record: runs.Record, path: Path | None) -> None:
    if path is not None:
        shared.put(runs.dump(record), path)


def _replay(args: argparse.Namespace) -> int:
    return _show(runs.read(args.record), args.json)


def _export(args: argparse.Namespace) -> int:
    shared.put(_FORMS[args.to](runs.read(args.record)), args.out)
    return 0


def _html(record: runs.Record) -> str:
    from playground.view import page  # nothing else here draws

    return page.html(record)


_FORMS: dict[str, Callable[[runs.Record], str]] = {
    "csv": export.csv_text,
    "trec": export.trec_runs,
    "qrels": export.trec_qrels,
    "documents": export.documents_jsonl,
    "command": export.command,
    "python": export.python,
    "html": _html,
}
"""What ``export --to`` makes of a record."""


def _show(record: runs.Record, as_json: bool) -> int:
    board = record.board
    if as_json:
        shared.as_json(report.comparison(record.task.query, board, record.qrels, record.warnings))
    else:
        print(table.comparison(record.task, board, record.qrels))
    return 0 if any(row.ranking is not None for row in board.lanes) else 1


def _estimate(args: argparse.Namespace) -> int:
    example = _example(args)
    task, _ = task_of(example.query, example.documents, args.domain or example.domain)
    access = Access.from_env()
    rows = []
    with kept(access) as cache:
        replies = Replies(access, cache)
        at_hand = AtHand(task, replies)
        for words in args.lane:
            made = lanes.parse(words, files=True)
            try:
                expected, left = plan(task, made.strategy, replies.latency), at_hand.ranking(made.strategy)
            except LaneError as error:  # of this lane alone, as in a run
                print(f"note: {made.name}: {error}", file=sys.stderr)
                continue
            gross = report.estimate(made.name, expected, made.strategy.advice(len(task.documents)))
            rows.append({**gross, "net": report.net(left)})
    if args.json:
        shared.as_json({"schema": report.SCHEMA, "lanes": rows})
    else:
        print(table.estimates(rows))
    return 0


def _example(args: argparse.Namespace) -> datasets.Example:
    """The one query asked for."""
    found = datasets.load_examples(args.set)
    if args.query_id is not None:
        found = [example for example in found if example.query_id == args.query_id]
        if not found:
            raise InputError(f"{args.set.name} has no query {args.query_id!r}.", hint="Check the id.")
    if len(found) > 1:
        raise InputError(
            f"{args.set.name} holds {len(found)} queries; this command takes one.",
            hint=f"Add --query-id {found[0].query_id}.",
        )
    example = found[0]
    if args.query is None or args.query == example.query:
        return example
    note = ("The set's grades belong to its own query: no metrics.",) if example.qrels else ()
    return replace(example, query=args.query, qrels={}, warnings=(*example.warnings, *note))
