"""A board as the JSON that leaves the engine: one object, a ``schema`` number in it, everything read from the board."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from playground.at_hand import Net
from playground.board import Board, LaneBoard
from playground.events import Plan
from playground.metrics import measured
from playground.types import DocId, Ranked, Repair, Usage

SCHEMA = 1


def comparison(query: str, board: Board, qrels: Mapping[DocId, int], warnings: tuple[str, ...] = ()) -> dict[str, Any]:
    """The whole comparison. ``metrics`` is null without human grades; ``cost_usd`` is null where a price is unknown."""
    return {
        "schema": SCHEMA,
        "query": query,
        "halted": board.halted or None,
        "warnings": [*warnings, *board.warnings],
        "lanes": [lane(row, qrels) for row in board.lanes],
    }


def lane(row: LaneBoard, qrels: Mapping[DocId, int]) -> dict[str, Any]:
    """One lane. ``latency`` sums the seconds of the calls that were made and, apart, of those that were cached."""
    ranking = row.ranking
    return {
        "name": row.name,
        "strategy": row.strategy,
        "model": row.model,
        "words": row.words,
        "state": row.state,
        "error": None
        if row.error is None
        else {"kind": row.error.kind, "message": row.error.message, "hint": row.error.hint},
        "ranking": None
        if ranking is None
        else {"items": [item(entry) for entry in ranking.items], "details": dict(ranking.details)},
        "calls": row.spent.calls,
        "cached": row.spent.cached,
        "rounds": row.rounds,
        "usage": usage(row.spent.usage),
        "cost_usd": None if row.spent.cost_usd is None else float(row.spent.cost_usd),
        "seconds": row.seconds,
        "latency": {"measured": row.spent.measured, "replayed": row.spent.replayed},
        "estimate": None if row.plan is None else estimate(row.name, row.plan),
        "repairs": repairs(row.repairs),
        "explaining": {
            "calls": row.explaining.calls,
            "cached": row.explaining.cached,
            "usage": usage(row.explaining.usage),
        },
        "metrics": measured(ranking.ids, qrels) if ranking is not None and ranking.judged and qrels else None,
    }


def item(entry: Ranked) -> dict[str, Any]:
    """One ranked document."""
    return {
        "id": entry.id,
        "rank": entry.rank,
        "score": entry.score,
        "grade": entry.grade,
        "reason": entry.reason,
        "quote": None if entry.quote is None else entry.quote.text,
        "quote_found": entry.quote_found,
        "provenance": list(entry.provenance),
        "stage": entry.stage,
        "earlier": [{"stage": before.stage, "rank": before.rank, "score": before.score} for before in entry.earlier],
        "why": entry.why or None,
        "seen": entry.seen,
    }


def usage(tokens: Usage) -> dict[str, int]:
    """Disjoint token counts and their sum, and the searches that a rerank API bills."""
    return {
        "input": tokens.input,
        "cached": tokens.cached,
        "cache_write": tokens.cache_write,
        "output": tokens.output,
        "reasoning": tokens.reasoning,
        "total": tokens.total,
        "searches": tokens.searches,
    }


def repairs(made: tuple[Repair, ...]) -> list[dict[str, Any]]:
    """What had to be mended in the replies, by kind."""
    return [{"kind": repair.kind, "count": repair.count} for repair in made]


def estimate(name: str, expected: Plan, advice: str = "") -> dict[str, Any]:
    """One lane's price before the run: the most that is usual, and under ``low`` the least. ``advice`` is what the
    strategy says of so many documents."""
    cost = None if expected.cost_usd is None else [float(bound) for bound in expected.cost_usd]
    spans = {"rounds": expected.rounds, "tokens": expected.tokens, "cost_usd": cost, "seconds": expected.seconds}
    return {
        "name": name,
        "calls": list(expected.calls),
        **{key: None if span is None else span[1] for key, span in spans.items()},
        "low": {key: None if span is None else span[0] for key, span in spans.items()},
        "advice": advice or None,
    }


def net(left: Net) -> dict[str, Any]:
    """What one lane has still to ask, the most that is usual; ``cached`` counts the questions that are at hand."""
    price = left.plan
    return {
        "calls": list(price.calls),
        "tokens": price.tokens[1],
        "cost_usd": None if price.cost_usd is None else float(price.cost_usd[1]),
        "seconds": None if price.seconds is None else price.seconds[1],
        "cached": left.cached,
    }
