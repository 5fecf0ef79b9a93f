"""What a comparison comes to, in one sentence computed from the result."""

from __future__ import annotations

from collections.abc import Mapping

from playground.board import Board
from playground.comparison import largest_move
from playground.types import DocId, Task


def sentence(task: Task, board: Board, titles: Mapping[DocId, str]) -> str:
    """How many lanes changed the top result, which document rose most, and what did not go well."""
    ranked = [row for row in board.lanes if row.ranking is not None and row.ranking.items]
    if not ranked:
        return "No lane came to a ranking."
    given = [document.id for document in task.documents]
    changed = sum(row.ranking is not None and row.ranking.ids[0] != given[0] for row in ranked)
    parts = [f"The top result changed in {changed} of {len(ranked)} lane{'s' if len(ranked) != 1 else ''}."]
    rises = [(found, row.name) for row in ranked if row.ranking and (found := largest_move(row.ranking.ids, given))]
    if rises:
        (id, places), name = max(rises, key=lambda rise: rise[0][1])
        parts.append(f"“{titles[id]}” rose {places} place{'s' if places != 1 else ''} with {name}.")
    failed = [row.name for row in board.lanes if row.state == "failed"]
    partial = [row.name for row in board.lanes if row.state == "partial"]
    if failed:
        parts.append(f"Failed: {', '.join(failed)}.")
    if partial:
        parts.append(f"Incomplete: {', '.join(partial)}.")
    if board.halted:
        parts.append(f"The run was cut short ({board.halted}); what was answered is kept.")
    return " ".join(parts)
