"""Where reranking made it worse, lane by lane."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from playground.evaluation import INPUT, Summary
from playground.evaluation.summary import HURT
from playground.ui.evaluate import query
from playground.ui.evaluate.held import Held
from playground.ui.literal import literal
from playground.view.numbers import number


def draw(current: Held, found: Summary) -> None:
    """How often, and a table whose rows open their query."""
    first = found.measures[0]
    st.caption(
        f"Queries whose {literal(first)} is lower than the input order's by {number(HURT)} or more, worst first."
    )
    counts: list[str] = []
    listed: list[tuple[str, str, float]] = []
    for at, row in enumerate(found.rows):
        if at == INPUT:
            continue
        hurt = found.hurt(at, first)
        listed += [(row.name, id, difference) for id, difference in hurt]
        ranked = len(row.values[first])
        counts.append(f"{row.name}: {len(hurt):,} of {ranked:,}")
    st.caption(literal(" · ".join(counts)))
    if not listed:
        return
    frame = pd.DataFrame(
        [
            {"lane": lane, "id": id, "query": current.examples[id].query, "difference": number(difference)}
            for lane, id, difference in listed
        ]
    )
    picked: Any = st.dataframe(
        frame,
        hide_index=True,
        key="evaluate_hurt",
        on_select="rerun",
        selection_mode="single-row",
        column_config={"query": st.column_config.TextColumn("query", width="large")},
    )
    if rows := picked.selection.rows:
        query.in_playground(current, listed[rows[0]][1])
