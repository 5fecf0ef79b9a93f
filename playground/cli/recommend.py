"""``recommend``: which lane fits a workload, and by which rules."""

from __future__ import annotations

import argparse
import sys
from typing import Any

from playground import lanes
from playground.budget import dollars
from playground.cache import kept
from playground.cli import shared
from playground.guide import report
from playground.guide.methods import TOKENS
from playground.guide.recommendation import recommend
from playground.guide.rules import Candidate, Needs
from playground.guide.workload import Workload, never_measured
from playground.models import Access


def add(commands: Any) -> None:
    """The command's arguments."""
    command = commands.add_parser("recommend", help="which lane fits a workload, and by which rules; asks nothing")
    command.add_argument("--lane", action="append", required=True, metavar="WORDS", help="a lane to choose from")
    command.add_argument("--queries-a-day", type=int, required=True, metavar="N", help="queries a day")
    command.add_argument("--documents", type=int, required=True, metavar="N", help="documents a query")
    command.add_argument(
        "--tokens", type=int, default=TOKENS, metavar="N", help="tokens a document (default %(default)s)"
    )
    command.add_argument("--at-once", type=int, default=1, metavar="N", help="queries at once (default %(default)s)")
    command.add_argument("--latency-ms", type=float, metavar="MS", help="latency bound of 95 in 100 queries")
    command.add_argument("--dollars-a-month", metavar="DOLLARS", help="dollars a month at the most")
    command.add_argument("--explanations", action="store_true", help="every judged document needs a reason")
    command.add_argument("--local-only", action="store_true", help="no text may leave this machine")
    command.add_argument("--specialised", action="store_true", help="a field with notions of its own")
    command.add_argument("--multi-hop", action="store_true", help="queries that need several facts or texts at once")
    command.add_argument("--high-value", action="store_true", help="a wrong first result is dear")
    command.add_argument(
        "--simple", action="store_true", help="queries that share words or plain meaning with the text"
    )
    command.add_argument("--json", action="store_true", help="one JSON object on standard output")
    command.set_defaults(run=_recommend)


def _recommend(args: argparse.Namespace) -> int:
    workload = Workload(
        queries_a_day=args.queries_a_day,
        documents=args.documents,
        tokens_a_document=args.tokens,
        at_once=args.at_once,
    )
    needs = Needs(
        latency_ms=args.latency_ms,
        dollars_a_month=None if args.dollars_a_month is None else dollars(args.dollars_a_month),
        explanations=args.explanations,
        specialised=args.specialised,
        multi_hop=args.multi_hop,
        high_value=args.high_value,
        simple=args.simple,
        text_may_leave=not args.local_only,
    )
    candidates = [Candidate(lane=lanes.parse(words, files=True)) for words in args.lane]
    access = Access.from_env()
    with kept(access) as cache:
        found = recommend(workload, needs, candidates, never_measured if cache is None else cache.latencies, access)
        if cache is not None and cache.problem:
            print(f"note: {cache.problem}", file=sys.stderr)
    if args.json:
        shared.as_json(report.as_json(workload, found))
    else:
        print(report.as_text(found))
    return 0
