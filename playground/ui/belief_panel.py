"""Whether to believe the lanes: other input orders, repeats, repairs, quotes, circles."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from playground.board import Board
from playground.checks import Kind
from playground.ui.shown import Shown
from playground.view import tables
from playground.view.numbers import count
from playground.view.stage import Choice

_MEANS = {
    "τ to the input": "Kendall's tau between the lane's order and the input order: 1 = the lane changed nothing.",
    "τ to reversed input": "Kendall's tau between this ranking and the one from the reversed input. 1 = the order of "
    "the input decides nothing; lower = position bias.",
    "τ to shuffled input": "The same, averaged over shuffled inputs.",
    "first shown wins": "How often the document shown first in a question came out first; by chance it would as often "
    "as is said. Counted over the run and its reordered checks.",
    "mean swing of ranks": "Places between a document's best and worst rank over the repeats, averaged.",
    "quotes found": "Quotes that stand in their document, of all that were given.",
    "repaired": "What had to be mended before replies could be read.",
    "questions without answer": "Refused, unreadable, cut short. Their documents are marked failed.",
    "circles of three": "A beats B, B beats C, C beats A: a judge that contradicts itself.",
    "tie rate": "Pairs that both orders of showing did not decide the same way.",
    "keep": "Where the lane's own grades or a gap in its scores say to cut.",
}
_CHECKS: tuple[tuple[Kind, str], ...] = (
    ("reversed", "reversed input"),
    ("shuffled", "shuffled input"),
    ("repeat", "repeat"),
)
_REPAIRS = {
    "duplicate": "a document was named twice; the first counts",
    "out_of_range": "an index that no document has was dropped",
    "missing": "documents that the reply left out were added behind",
    "fenced": "the answer stood inside a code block or other words",
    "truncated": "the reply was cut off; what was whole was read",
    "clamped": "a grade beyond the scale was set to its end",
    "bad_id": "an id that no document has was dropped",
    "retried": "the question was asked once more",
}


def draw(current: Shown, seen: Choice) -> None:
    """A row a lane; the checks so far; what was repaired."""
    outcome = current.outcome
    rows = tables.trust(outcome)
    names = tables.columns_of(rows)
    st.dataframe(
        pd.DataFrame(rows)[names],
        hide_index=True,
        column_config={name: st.column_config.Column(name, help=_MEANS.get(name)) for name in names},
    )
    made = [check.kind for check, board in zip(outcome.record.checks, outcome.checked, strict=True) if _tells(board)]
    counts = [count(made.count(kind), word) for kind, word in _CHECKS if kind in made]
    st.caption(
        f"Checked with: {', '.join(counts)}. "
        if counts
        else "Not checked yet: use Reversed input or Run again above. "
        "Scoring models on this machine give the same number for the same text, so a repeat of theirs is replayed."
    )
    ledger = [
        {"lane": row.name, "repair": repair.kind, "times": repair.count, "what was done": _REPAIRS[repair.kind]}
        for row in outcome.board.lanes
        for repair in row.repairs
    ]
    if ledger:
        st.caption("Repair ledger")
        st.dataframe(pd.DataFrame(ledger), hide_index=True)


def _tells(board: Board) -> bool:
    """Whether any lane came to a ranking: a check that was stopped or failed checks nothing."""
    return any(row.ranking is not None and row.ranking.judged for row in board.lanes)
