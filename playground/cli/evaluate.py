"""``evaluate``: lanes over a query set, resumed where an earlier call with the same settings was cut short."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping, Sequence
from typing import Any

from playground import domains, lanes
from playground.budget import Budget, dollars
from playground.cli import query_sets, shared
from playground.datasets import Example
from playground.errors import InputError
from playground.evaluation import (
    INPUT,
    MEASURES,
    LiveEvaluation,
    Outcome,
    Place,
    Summary,
    failures,
    notes,
    report,
    resume,
    summary,
    to_json,
)
from playground.models import Access

_PACE = 0.5


def add(commands: Any) -> None:
    """The command's arguments."""
    command = commands.add_parser("evaluate", help="lanes over a query set: measures, intervals, tests, cost")
    command.add_argument("--lane", action="append", required=True, metavar="WORDS", help="a lane, in words")
    query_sets.add(command)
    command.add_argument("--domain", choices=list(domains.domains()), help="for queries that name none")
    command.add_argument(
        "--metrics", default=",".join(MEASURES), metavar="NAME,NAME", help="ir-measures' names: nDCG@10,RR,P@1"
    )
    command.add_argument("--baseline", metavar="LANE", help="the lane that others are tested against; the input order")
    command.add_argument("--budget", metavar="DOLLARS", help="spend no more than this in all")
    command.add_argument("--fresh", action="store_true", help="begin anew, and take no replies of earlier runs")
    command.add_argument("--download", action="store_true", help="allow a missing cross-encoder to be downloaded")
    command.add_argument("--json", action="store_true", help="one JSON object on standard output")
    command.set_defaults(run=_evaluate)


def _evaluate(args: argparse.Namespace) -> int:
    examples = query_sets.read(args)
    for note in notes(examples):
        print(f"note: {note}", file=sys.stderr)
    made = [lanes.parse(words, files=True) for words in args.lane]
    names = [each.name for each in made]
    wanted = resume.settings(examples, made, args.domain)
    baseline = INPUT if args.baseline is None else _place(args.baseline, names)
    measures = _measures(args.metrics)
    access = Access.from_env(download=args.download)
    with shared.storage(access) as store:
        id, known = resume.begin(store, wanted, made, fresh=args.fresh)
        if known:
            print(f"note: {len(known)} outcomes of an earlier call are at hand", file=sys.stderr)
        live = LiveEvaluation(
            examples,
            made,
            access,
            domain=None if args.domain is None else domains.domains()[args.domain],
            known=known,
            keep=lambda place, outcome: store.put_outcome(id, names[place[0]], place[1], to_json(outcome)),
            budget=None if args.budget is None else Budget(dollars(args.budget)),
            fresh=args.fresh,
        )
        _follow(live)
    if live.problem:
        raise InputError(f"The evaluation was cut short: {live.problem}", hint="Call it again: it goes on from there.")
    for sentence in failures(live.outcomes, names):
        print(sentence, file=sys.stderr)
    found = summary(examples, names, live.outcomes, measures=measures, baseline=baseline)
    _show(found, examples, live.outcomes, as_json=args.json)
    return 0 if any(not outcome.failed for outcome in live.outcomes.values()) else 1


def _place(name: str, names: Sequence[str]) -> int:
    if name not in names:
        raise InputError(f"There is no lane {name!r} to test against.", hint=f"The lanes are: {', '.join(names)}.")
    return 1 + list(names).index(name)


def _measures(text: str) -> tuple[str, ...]:
    from playground.metrics import measure

    return tuple(dict.fromkeys(measure(name.strip()).name for name in text.split(",") if name.strip())) or MEASURES


def _follow(live: LiveEvaluation) -> None:
    """Progress on standard error until the end. Ctrl-C pauses: what is done is kept."""
    bar = sys.stderr.isatty()
    try:
        while live.running:
            live.join(_PACE)
            if bar:
                left = "" if live.seconds_left is None else f", about {live.seconds_left:.0f} s left"
                print(f"\r{len(live.outcomes)}/{live.total}{left}   ", end="", file=sys.stderr)
    except KeyboardInterrupt:
        live.pause()
        live.join()
        raise
    finally:
        if bar:
            print(file=sys.stderr)


def _show(found: Summary, examples: Sequence[Example], outcomes: Mapping[Place, Outcome], *, as_json: bool) -> None:
    if as_json:
        shared.as_json(report.evaluation(found, outcomes))
    else:
        print(report.table(found))
