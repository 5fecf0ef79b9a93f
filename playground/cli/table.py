"""Results as plain text for a terminal."""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from typing import Any

from playground.board import Board, LaneBoard
from playground.comparison import moves
from playground.metrics import measured
from playground.text import shortened
from playground.types import DocId, Ranked, Task


def comparison(task: Task, board: Board, qrels: Mapping[DocId, int]) -> str:
    """Every lane: its cost and state, then its documents with rank, move, score and reason."""
    titles = {document.id: document.title or document.content for document in task.documents}
    given = [document.id for document in task.documents]
    parts = [f"Query: {task.query}"]
    for row in board.lanes:
        parts.append(f"\n{row.name}  {_spent(row)}")
        if row.error is not None:
            parts.append(f"  failed: {row.error.message} {row.error.hint}".rstrip())
        if row.ranking is not None:
            if qrels and row.ranking.judged:
                figures = measured(row.ranking.ids, qrels)
                parts.append("  " + "  ".join(f"{name} {value:.3f}" for name, value in figures.items()))
            change = moves(row.ranking.ids, given)
            parts += [_line(item, titles[item.id], change[item.id]) for item in row.ranking.items]
    if board.halted:
        parts.append(f"\nCut short: {board.halted}.")
    return "\n".join(parts)


def _spent(row: LaneBoard) -> str:
    cost = "unpriced" if row.spent.cost_usd is None else f"${row.spent.cost_usd:.4f}"
    seconds = "" if row.seconds is None else f"{row.seconds:.2f} s"
    if row.spent.nothing_new:
        seconds = f"replayed, {row.spent.replayed:.2f} s in calls when measured"
    cached = f", {row.spent.cached} cached" if row.spent.cached else ""
    spent = f"{row.spent.calls} calls{cached}, {row.rounds} rounds, {row.spent.usage.total} tokens, {cost}, {seconds}"
    if row.plan is not None:
        spent += f"; estimated {_span(*row.plan.calls)} calls, {_span(*row.plan.rounds)} rounds"
    return f"[{row.state}] {spent}"


def _line(item: Ranked, title: str, move: int) -> str:
    change = "  =" if move == 0 else f"{'▲' if move > 0 else '▼'}{abs(move):>2}"
    score = item.value
    shown = "failed" if "failed" in item.provenance else "" if score is None else f"{score:.3f}"
    text = f"  {item.rank:>3} {change} {shown:>8}  {item.id}  {' '.join(title.split())[:40]}"
    reason = item.why or item.reason
    return _fit(f"{text}  - {reason}" if reason else text)


def _fit(line: str) -> str:
    return shortened(line, shutil.get_terminal_size((120, 24)).columns)


def estimates(rows: Sequence[Mapping[str, Any]]) -> str:
    """One line a lane."""
    lines = []
    for row in rows:
        low = row["low"]
        calls, rounds = _span(*row["calls"]), _span(low["rounds"], row["rounds"])
        tokens = _span(low["tokens"], row["tokens"])
        cost = "unpriced" if row["cost_usd"] is None else f"~${_span(low['cost_usd'], row['cost_usd'], '.4f')}"
        seconds = "" if row["seconds"] is None else f", ~{_span(low['seconds'], row['seconds'], '.1f')} s"
        cached = f" ({row['net']['cached']} cached)" if row["net"]["cached"] else ""
        lines.append(f"{row['name']}: {calls} calls{cached} in {rounds} rounds, ~{tokens} tokens, {cost}{seconds}")
        lines += [f"    {row['advice']}"] if row["advice"] else []
    return "\n".join(lines)


def _span(low: float, high: float, form: str = "") -> str:
    return format(low, form) if low == high else f"{low:{form}}-{high:{form}}"


def strategies(rows: Sequence[Mapping[str, Any]]) -> str:
    """Each strategy with its options."""
    lines = []
    for row in rows:
        lines.append(f"{row['name']}: {row['about']} Needs {' and '.join(row['needs'])}.")
        for option in row["options"]:
            choices = f" ({'|'.join(option['choices'])})" if option["choices"] else ""
            lines.append(f"    {option['name']}={option['default']}{choices}  {option['help']}")
    return "\n".join(lines)
