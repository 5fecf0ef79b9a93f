"""Everything that is drawn, as tables."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from playground.ui import lane_tables
from playground.ui.literal import literal
from playground.ui.shown import Shown
from playground.view import tables
from playground.view.stage import Choice


def draw(current: Shown, seen: Choice) -> None:
    """Metrics, rankings against the baseline, and a lane's figures beside their estimates."""
    outcome = current.outcome
    if rows := tables.metrics(outcome):
        st.caption("Metrics, against the human grades")
        st.dataframe(pd.DataFrame(rows), hide_index=True)
    against = literal(outcome.name(seen.baseline))
    st.caption(f"Rankings; change in places against {against}")
    st.dataframe(pd.DataFrame(tables.rankings(outcome, seen.baseline)), hide_index=True)
    lane_tables.draw(outcome.board)
