"""Where ``evaluate`` takes its queries from: a file, a collection of ir_datasets, TREC's files or saved runs."""

from __future__ import annotations

import argparse
from pathlib import Path

from playground import datasets
from playground.cli import shared
from playground.datasets import Example
from playground.datasets.collection import DEPTH
from playground.datasets.files import load
from playground.errors import InputError


def add(command: argparse.ArgumentParser) -> None:
    """The sources' arguments: exactly one source is wanted."""
    group = command.add_argument_group("queries", "one of --set, --ir-dataset, --trec-run and --runs")
    one = group.add_mutually_exclusive_group(required=True)
    one.add_argument("--set", type=Path, metavar="FILE", help="a query set with grades (JSONL, JSON, CSV)")
    one.add_argument(
        "--ir-dataset", metavar="ID", help="a collection of ir_datasets, which downloads it: beir/scifact/test"
    )
    one.add_argument("--trec-run", type=Path, metavar="FILE", help="a TREC run; needs --queries and --texts")
    one.add_argument("--runs", nargs="+", metavar="ID", help="saved runs: their queries, documents and people's grades")
    group.add_argument("--depth", type=int, metavar="N", help=f"with --ir-dataset: candidates a query ({DEPTH})")
    group.add_argument("--queries", type=Path, metavar="FILE", help="with --trec-run: the queries' texts")
    group.add_argument("--texts", type=Path, metavar="FILE", help="with --trec-run: the documents' texts")
    group.add_argument("--qrels", type=Path, metavar="FILE", help="with --trec-run: grades")
    group.add_argument("--limit", type=int, metavar="N", help="the first N queries only")


def read(args: argparse.Namespace) -> list[Example]:
    """The queries that these arguments name.

    Raises:
        InputError: an option that the source doesn't take or lacks, and what the source refuses.
    """
    if args.limit is not None and args.limit < 1:
        raise InputError(f"--limit {args.limit} leaves no query.", hint="Give 1 or more.")
    trec = {name: getattr(args, name) for name in ("queries", "texts", "qrels")}
    if args.trec_run is None and (strange := [name for name, path in trec.items() if path is not None]):
        raise InputError(f"--{strange[0]} belongs to --trec-run.", hint="Give both, or leave it out.")
    if args.ir_dataset is None and args.depth is not None:
        raise InputError("--depth belongs to --ir-dataset.", hint="Give both, or leave it out.")
    if args.ir_dataset is not None:
        depth = DEPTH if args.depth is None else args.depth
        return datasets.from_ir_datasets(args.ir_dataset, depth=depth, limit=args.limit)
    if args.trec_run is not None:
        return _trec(args.trec_run, trec)[: args.limit]
    if args.runs is not None:
        return _saved(args.runs)[: args.limit]
    return datasets.load_examples(args.set)[: args.limit]


def _trec(run: Path, others: dict[str, Path | None]) -> list[Example]:
    if missing := [name for name in ("queries", "texts") if others[name] is None]:
        raise InputError(
            f"--trec-run needs --{' and --'.join(missing)}.", hint="A run has ids only: give the texts behind them."
        )
    files = {name: (load(path), path.name) for name, path in {"run": run, **others}.items() if path is not None}
    return datasets.read_trec(**files)


def _saved(ids: list[str]) -> list[Example]:
    from playground import saved_queries  # it imports the store

    ids = list(dict.fromkeys(ids))
    with shared.storage() as store:
        return saved_queries.examples([store.run(id) for id in ids], store.labels(runs=ids))
