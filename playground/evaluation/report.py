"""An evaluation as the JSON that leaves the engine, and as a table for a terminal or a README."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from typing import Any

from playground import export
from playground.datasets import Example
from playground.evaluation.answer import LOSS, queries, sentence
from playground.evaluation.live import Place
from playground.evaluation.outcome import Outcome
from playground.evaluation.summary import INPUT, Against, Mean, Row, Summary

SCHEMA = 1
_FIGURES = ("state", "unanswered", "calls", "cached", "tokens", "cost_usd", "list_usd", "critical", "why")
"""Of an outcome."""


def evaluation(found: Summary, outcomes: Mapping[Place, Outcome]) -> dict[str, Any]:
    """One object. ``lanes`` begin with the input order, which asks nothing."""
    return {
        "schema": SCHEMA,
        "queries": found.queries,
        "ungraded": found.ungraded,
        "common": len(found.common),
        "answer": sentence(found, LOSS),
        "baseline": found.rows[found.baseline].name,
        "lanes": [
            {
                "name": row.name,
                "orders": {query: list(made.order) for (lane, query), made in outcomes.items() if lane == at - 1},
                "metrics": {name: _mean(mean) for name, mean in row.means.items()},
                "unjudged": {name: None if span is None else list(span) for name, span in row.ranges.items()},
                "against": {name: _against(each) for name, each in row.against.items() if at != found.baseline},
                "queries": row.queries,
                "failed": row.failed,
                "degraded": row.degraded,
                "judged": row.judged,
                "calls": row.calls,
                "cached": row.cached,
                "tokens": row.tokens,
                "cost_usd": None if row.cost_usd is None else float(row.cost_usd),
                "list_usd": None if row.list_usd is None else float(row.list_usd),
                "per_thousand_usd": None if row.per_thousand is None else float(row.per_thousand),
                "latency": {"p50": row.latency(50), "p95": row.latency(95)},
                "hurt": [{"query_id": id, "difference": difference} for id, difference in found.hurt(at)]
                if at != INPUT and "nDCG@10" in row.values
                else [],
            }
            for at, row in enumerate(found.rows)
        ],
    }


def table(found: Summary) -> str:
    """Markdown: a row a lane, its means with their 95% intervals, and the first measure's test against the baseline;
    below it the cheapest lane that is good enough."""
    first = found.measures[0]
    against = found.rows[found.baseline].name
    head = [
        "lane",
        *(f"{name} [95%]" for name in found.measures),
        "over",
        "judged",
        f"Δ {first} to {against} [95%], p (Holm)",
        "win/tie/loss",
        "failed, degraded",
        "calls (at hand)",
        "US$",
        "US$ per 1,000",
        "p50, p95 s",
    ]
    lines = [f"| {' | '.join(head)} |", "|" + "---|" * len(head)]
    for at, row in enumerate(found.rows):
        lines.append(f"| {' | '.join(_cells(found, at, row, first))} |")
    note = f"{queries(found.queries)} with grades"
    if found.ungraded:
        note += f", {found.ungraded} without, which have no measures"
    note += "; over: those of them that a lane has ranked; intervals: paired bootstrap; p: randomisation test,"
    return "\n".join([*lines, "", f"{note} Holm-corrected.", "", sentence(found, LOSS)])


def csv_text(found: Summary, examples: Sequence[Example], outcomes: Mapping[Place, Outcome]) -> str:
    """A row a lane and query, as RFC 4180; the first row names the columns, and unknown is empty. A text that a
    spreadsheet would run as a formula has an apostrophe before it."""
    file = io.StringIO()
    table = csv.writer(file, lineterminator="\r\n")
    table.writerow(("lane", "query_id", "query", *found.measures, *_FIGURES))
    for at, row in enumerate(found.rows):
        for example in examples:
            made = outcomes.get((at - 1, example.query_id))
            if made is None and at != INPUT:
                continue
            values = [row.values[name].get(example.query_id) for name in found.measures]
            figures = [None if made is None else getattr(made, name) for name in _FIGURES]
            table.writerow(
                [export.cell(each) for each in (row.name, example.query_id, example.query, *values, *figures)]
            )
    return file.getvalue()


def _cells(found: Summary, at: int, row: Row, first: str) -> list[str]:
    each = row.against[first]
    tested = at != found.baseline and each.difference is not None
    p50, p95 = row.latency(50), row.latency(95)
    return [
        row.name.replace("|", "\\|"),
        *(_span(row.means[name]) for name in found.measures),
        f"{len(row.values[first])}",
        "" if row.judged is None else f"{row.judged:.0%}",
        f"{_span(each.difference, signed=True)}, {_p(each.holm)}" if tested else "",
        f"{each.tally.wins}/{each.tally.ties}/{each.tally.losses}" if tested else "",
        f"{row.failed}, {row.degraded}" if at != INPUT else "",
        f"{row.calls} ({row.cached})" if at != INPUT else "",
        "" if at == INPUT else "unpriced" if row.cost_usd is None else f"{row.cost_usd:.4f}",
        "" if at == INPUT else "unknown" if row.per_thousand is None else f"{row.per_thousand:.2f}",
        "" if p50 is None or p95 is None else f"{p50:.2f}, {p95:.2f}",
    ]


def _span(found: Mean | None, *, signed: bool = False) -> str:
    if found is None:
        return "none"
    form = "+.3f" if signed else ".3f"
    if found.interval is None:
        return f"{found.mean:{form}}"
    low, high = found.interval
    return f"{found.mean:{form}} [{low:{form}}, {high:{form}}]"


def _p(value: float | None) -> str:
    return "not tested" if value is None else "p < .001" if value < 0.001 else f"p = {value:.3f}".replace("0.", ".", 1)


def _mean(found: Mean | None) -> dict[str, float | None] | None:
    if found is None:
        return None
    low, high = found.interval or (None, None)
    return {"mean": found.mean, "low": low, "high": high}


def _against(each: Against) -> dict[str, Any]:
    return {
        "difference": _mean(each.difference),
        "p": each.p,
        "holm": each.holm,
        "wins": each.tally.wins,
        "ties": each.tally.ties,
        "losses": each.tally.losses,
    }
