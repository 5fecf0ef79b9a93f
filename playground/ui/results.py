"""The outcome of a run: the comparison, four figures, and what lies behind them."""

from __future__ import annotations

import streamlit as st

from playground.ui import belief_panel, comparison, cost_panel, share, table_panel
from playground.ui.literal import literal
from playground.ui.shown import Shown
from playground.view.headlines import headlines

_PANELS = {
    "Cost and latency": cost_panel.draw,
    "Can we believe it": belief_panel.draw,
    "Tables": table_panel.draw,
    "Share and export": share.draw,
}


def draw(current: Shown) -> None:
    """Draws a run, or what there is of it so far."""
    outcome = current.outcome
    if not any(row.ranking or row.error for row in outcome.board.lanes) and not any(outcome.provisional):
        return
    if current.label:
        st.caption(literal(current.label))
    for warning in (*outcome.record.warnings, *outcome.board.warnings):
        st.warning(literal(warning))
    seen = comparison.draw(current)
    if current.note:
        st.caption(f"About this set: {literal(current.note)}")
    for space, found in zip(st.columns(4, gap="small"), headlines(outcome), strict=True):
        with space, st.container(border=True, gap="xxsmall", height="stretch"):
            st.caption(literal(found.title))
            st.markdown(f"##### {literal(found.figure)} :small[:gray[{literal(found.unit)}]]")
            st.caption(literal(found.more))
    panel = st.segmented_control(
        "More", list(_PANELS), key="panel", label_visibility="collapsed", persist_state="session"
    )
    if panel:
        _PANELS[panel](current, seen)
