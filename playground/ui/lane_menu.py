"""What can be done with a lane: the menu of its card."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import streamlit as st

from playground.lanes import Lane
from playground.ui import comparison, session

EDIT = "Edit options and prompt…"
DUPLICATE = "Duplicate"
LEFT = "Move left"
RIGHT = "Move right"
OFF = "Turn off"
ON = "Turn on"
BASELINE = "Make baseline"
REMOVE = "Remove"


def draw(at: int, ran: Sequence[Lane]) -> None:
    """The menu of the lane in this column. ``ran`` are the lanes of the run on the page, none before the first."""
    key = f"menu_{at}"
    st.menu_button(
        "⋯",
        _offered(at, ran),
        key=key,
        type="tertiary",
        help="Edit, duplicate, move, turn off",
        disabled=session.running(),
        on_click=lambda: _do(st.session_state[key], at, ran),
    )


def _offered(at: int, ran: Sequence[Lane]) -> list[str]:
    columns = session.columns()
    column = columns[at]
    offered = {
        EDIT: True,
        DUPLICATE: len(columns) < session.MAX_LANES,
        LEFT: at > 0,
        RIGHT: at < len(columns) - 1,
        OFF: column.on,
        ON: not column.on,
        BASELINE: session.takes_part(column, session.access()) and column.lane in (ran or [column.lane]),
        REMOVE: len(columns) > 1,
    }
    return [item for item, holds in offered.items() if holds]


def _do(item: str, at: int, ran: Sequence[Lane]) -> None:
    columns = session.columns()
    column = columns[at]
    if item == EDIT:
        session.open_dialog(at)
    elif item == DUPLICATE:
        session.add(column.lane, at + 1)
    elif item in (LEFT, RIGHT):
        columns.insert(at + (1 if item == RIGHT else -1), columns.pop(at))
    elif item in (OFF, ON):
        columns[at] = replace(column, on=not column.on)
    elif item == BASELINE:
        # The run on the page is what is compared, whatever became of the lanes since. 0 is its input order.
        comparison.show(baseline=(ran or session.lanes()).index(column.lane) + 1)
    elif item == REMOVE:
        columns.pop(at)
