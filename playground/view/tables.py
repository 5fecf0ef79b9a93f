"""What the drawings show, as plain rows: the text equivalent of each, and whole where that shows a part."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from playground.belief import Belief
from playground.board import LaneBoard
from playground.comparison import kendall_tau, moves
from playground.metrics import measured
from playground.timing import Timing
from playground.view import evidence
from playground.view.numbers import number
from playground.view.outcome import INPUT, Outcome

Row = dict[str, Any]


def all_of(outcome: Outcome, baseline: int = INPUT) -> dict[str, list[Row]]:
    """Every table by its title; empty where there is nothing to say."""
    return {
        "Metrics": metrics(outcome),
        "Rankings": rankings(outcome, baseline),
        "Cost and latency": costs(outcome),
        "Can we believe it": trust(outcome),
    }


def metrics(outcome: Outcome) -> list[Row]:
    """A row a column, with the metrics that the human grades allow."""
    if not outcome.qrels:
        return []
    return [
        {"lane": outcome.name(at), **{name: round(value, 3) for name, value in measured(ids, outcome.qrels).items()}}
        for at, ids in enumerate(outcome.orders)
        if ids
    ]


def rankings(outcome: Outcome, baseline: int = INPUT) -> list[Row]:
    """A row a lane and document, best first; ``change`` is against the baseline."""
    before = outcome.orders[outcome.baseline(baseline)] or outcome.given
    rows = []
    for row in outcome.board.lanes:
        if row.ranking is None:
            continue
        change = moves(row.ranking.ids, before)
        for item in row.ranking.items:
            rows.append(
                {
                    "lane": row.name,
                    "rank": item.rank,
                    "change": change.get(item.id),
                    "id": item.id,
                    "title": outcome.titles[item.id],
                    "grade": outcome.qrels.get(item.id),
                    "score": item.value,
                    "reason": item.reason or item.why,
                    "quote": item.quote.text if item.quote else "",
                    "quote check": evidence.checked(item.quote) if item.quote else "",
                    "provenance": ", ".join(item.provenance),
                    "characters read": item.seen,
                }
            )
    return rows


def costs(outcome: Outcome) -> list[Row]:
    """A row a lane: what it asked, cost and took. Seconds: wall-clock of this run; the critical path, every question of
    a round at once; all calls one after another; and of those what was measured now and what was replayed."""
    found = outcome.timings
    return [
        {
            "lane": row.name,
            "calls": row.spent.calls,
            "cached": row.spent.cached,
            "tokens": row.spent.usage.total,
            "US dollars": None if row.spent.cost_usd is None else float(row.spent.cost_usd),
            "US dollars a .01 nDCG@10 gained": None if (price := price_of_gain(outcome, at)) is None else float(price),
            "wall-clock s": _round(timing.wall),
            "critical path s": _round(timing.critical),
            "all calls s": _round(timing.total),
            "measured s": _round(timing.measured),
            "replayed s": _round(timing.replayed),
            "median call s": _round(_median(timing)),
            "slowest call s": _round(max((*timing.calls, *timing.cached), default=None)),
        }
        for at, (row, timing) in enumerate(zip(outcome.board.lanes, found, strict=True), 1)
    ]


def gained(outcome: Outcome, column: int) -> float | None:
    """nDCG@10 that a column has more than the input order; None without grades or a ranking."""
    order = outcome.orders[column]
    if not order or not outcome.graded:
        return None
    return measured(order, outcome.qrels)["nDCG@10"] - measured(outcome.given, outcome.qrels)["nDCG@10"]


def trust(outcome: Outcome) -> list[Row]:
    """A row a lane: does its ranking hold on another input order, on a repeat, and against its own documents?"""
    pairs = zip(outcome.board.lanes, outcome.beliefs, strict=True)
    return [_trust(outcome, lane, row, belief) for lane, (row, belief) in enumerate(pairs)]


def _trust(outcome: Outcome, lane: int, row: LaneBoard, belief: Belief) -> Row:
    slot = belief.first_slot
    cut = outcome.cutoff(lane)
    tau = kendall_tau(row.ranking.ids, outcome.given) if row.ranking is not None and row.ranking.judged else None
    return {
        "lane": row.name,
        "state": belief.state,
        "τ to the input": None if tau is None else round(tau, 3),
        "τ to reversed input": _round(belief.tau_reversed),
        "τ to shuffled input": _round(belief.tau_shuffled),
        "first shown wins": None
        if slot is None
        else f"{slot.wins} of {slot.questions}, by chance {number(slot.chance)}",
        "mean swing of ranks": None if belief.swing is None else f"{number(belief.swing)} over {belief.runs} runs",
        "quotes found": f"{belief.quotes_found} of {belief.quotes}" if belief.quotes else None,
        "repaired": ", ".join(f"{count} {kind}" for kind, count in belief.repairs.items()),
        "questions without answer": belief.failed,
        "documents failed": belief.failed_documents,
        "circles of three": belief.cycles,
        "tie rate": _round(belief.tie_rate),
        "keep": None if cut is None else f"{cut.keep}: {cut.why}",
    }


def price_of_gain(outcome: Outcome, column: int) -> Decimal | None:
    """US dollars a .01 nDCG@10 that a lane's column has more than the input order; None where nothing was gained,
    nothing was paid now, or a price is unknown."""
    more, cost = gained(outcome, column), outcome.board.lanes[column - 1].spent.cost_usd
    if more is None or more <= 0 or not cost:
        return None
    return cost / Decimal(repr(more)) / 100


def _median(timing: Timing) -> float | None:
    calls = sorted((*timing.calls, *timing.cached))
    return calls[len(calls) // 2] if calls else None


def _round(value: float | None) -> float | None:
    return None if value is None else round(value, 3)


def columns_of(rows: Sequence[Mapping[str, Any]]) -> list[str]:
    """The names of columns in which any row says something."""
    names = list(rows[0]) if rows else []
    return [name for name in names if any(row[name] not in (None, "") for row in rows)]
