"""One small table a lane: what was estimated beside what it took, and what its answers come to."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from playground.board import Board, LaneBoard, Spent
from playground.ui.literal import literal
from playground.view import evidence
from playground.view.numbers import money, span

_ABREAST = 3


def draw(board: Board) -> None:
    """All of them, some abreast."""
    rows = board.lanes
    for first in range(0, len(rows), _ABREAST):
        for column, row in zip(st.columns(_ABREAST), rows[first : first + _ABREAST], strict=False):
            with column:
                st.caption(literal(row.name))
                st.dataframe(figures(row), hide_index=True)


def figures(row: LaneBoard) -> pd.DataFrame:
    """Text cells: a figure, its estimate, what it came to. An estimate is a range where it depends on the answers."""
    spent, plan = row.spent, row.plan
    rows: list[tuple[str, str, str]] = [
        ("calls", span(*plan.calls, "{:,}".format) if plan else "", _calls(spent)),
        ("rounds", span(*plan.rounds, str) if plan else "", str(row.rounds)),
        ("tokens", span(*plan.tokens, "{:,}".format) if plan else "", f"{spent.usage.total:,}"),
        ("US dollars", _priced(row), money(spent.cost_usd)),
        ("seconds", span(*plan.seconds, "{:.2f}".format) if plan and plan.seconds else "", _taken(row)),
    ]
    if spent.cached:
        rows.append(("seconds of cached calls", "", f"{spent.replayed:.2f} when measured"))
    if row.explaining.questions:
        rows.append(("calls for reasons", "", _calls(row.explaining)))
    rows += [(name, "", value) for name, value in evidence.of_lane(row)]
    return pd.DataFrame(rows, columns=["", "estimated", "actual"])


def seconds(row: LaneBoard) -> str:
    """Wall-clock time, unless all answers come from earlier runs: then it would measure nothing."""
    if row.seconds is None:
        return ""
    if row.spent.nothing_new:
        in_all = " in calls" if row.spent.cached > 1 else ""  # of which some ran side by side
        return f"replayed, {row.spent.replayed:.2f} s{in_all} when measured"
    return f"{row.seconds:.2f} s"


def _taken(row: LaneBoard) -> str:
    if row.seconds is None:
        return ""
    return "replayed" if row.spent.nothing_new else f"{row.seconds:.2f}"


def _calls(spent: Spent) -> str:
    return f"{spent.calls:,}" + (f", {spent.cached:,} cached" if spent.cached else "")


def _priced(row: LaneBoard) -> str:
    if row.plan is None:
        return ""
    return "unpriced" if row.plan.cost_usd is None else span(*row.plan.cost_usd, money)
