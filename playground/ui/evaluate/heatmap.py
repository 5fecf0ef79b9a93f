"""Queries x lanes, drawn in one hue and as a table; a cell or a row opens its query."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Any

import pandas as pd
import streamlit as st

from playground.evaluation import INPUT, Summary
from playground.text import shortened, straight
from playground.ui.evaluate import query, words
from playground.ui.evaluate.held import Held, Seen
from playground.ui.literal import literal
from playground.view.numbers import number

MOST = 200
"""Queries drawn at once."""
_ROW, _HEAD, _TALLEST = 26, 56, 560
"""Pixels."""
# See-through, so that it reads on a light page and on a dark one; never so dark that its figure can't be read.
_HUE = [[0.0, "rgba(99, 102, 241, 0.03)"], [1.0, "rgba(99, 102, 241, 0.75)"]]
_INK = {"light": "#16181d", "dark": "#e8e9ec"}
"""The text colours of .streamlit/config.toml."""
_LABEL, _NAME = 30, 16
"""Characters of a query and of a lane's name."""


def draw(current: Held, seen: Seen) -> None:
    """Where lanes differ most comes first."""
    found = seen.summary
    ids = by_spread(found)
    if not ids:
        st.info("No query of this set has grades, so there is nothing to draw.")
        return
    first = found.measures[0]
    st.caption(
        f"{literal(first)} of every query; those on which lanes differ most come first. A cell or a row opens the "
        "query in the Playground."
    )
    shown = _page(ids)
    height = _HEAD + _ROW * len(shown)
    with st.container(height=_TALLEST if height > _TALLEST else "content", border=False):
        event: Any = st.plotly_chart(
            figure(current, seen, shown),
            key="evaluate_heatmap",
            on_select="rerun",
            selection_mode="points",
            config={"displayModeBar": False},
            alt=f"{first} by query and lane. The table below says the same.",
        )
    if points := event.selection.points:
        query.in_playground(current, shown[points[0]["y"]])
    picked: Any = st.dataframe(
        table(current, seen, ids),
        hide_index=True,
        key="evaluate_queries",
        on_select="rerun",
        selection_mode="single-row",
        column_config=_columns(found),
    )
    if rows := picked.selection.rows:
        query.in_playground(current, ids[rows[0]])


def by_spread(found: Summary) -> list[str]:
    """The ids of all queries with grades; those on which the lanes' values lie furthest apart first."""
    values = [row.values[found.measures[0]] for row in found.rows]

    def spread(id: str) -> float:
        known = [each[id] for each in values if id in each]
        return max(known) - min(known)

    return sorted(values[INPUT], key=spread, reverse=True)


def figure(current: Held, seen: Seen, ids: Sequence[str]) -> Any:
    """A row a query, a column a lane. Marks that nobody sees lie on the cells: of these a click can be told."""
    import plotly.graph_objects as go

    found = seen.summary
    values = [[row.values[found.measures[0]].get(id) for row in found.rows] for id in ids]
    places = [(x, y) for y in range(len(ids)) for x in range(len(found.rows))]
    asked = [straight(current.examples[id].query) for id in ids]
    made = go.Figure(
        [
            go.Heatmap(z=values, zmin=0, zmax=1, colorscale=_HUE, showscale=False, xgap=2, ygap=2, hoverinfo="skip"),
            go.Scatter(
                x=[x for x, _ in places],
                y=[y for _, y in places],
                mode="markers+text",
                marker={"symbol": "square", "size": _ROW - 2, "color": "rgba(0, 0, 0, 0)"},
                text=[_cell(seen, ids[y], x) for x, y in places],
                textfont={"color": _INK[st.context.theme.type or "light"]},
                hovertext=[f"{escape(found.rows[x].name)}<br>{escape(_cut(asked[y], 90))}" for x, y in places],
                hovertemplate="%{hovertext}<br>%{text}<extra></extra>",
                selected={"marker": {"opacity": 1}},
                unselected={"marker": {"opacity": 1}},
                showlegend=False,
            ),
        ]
    )
    made.update_layout(
        height=_HEAD + _ROW * len(ids),
        margin={"l": 0, "r": 0, "t": _HEAD - 8, "b": 8},
        hoverdistance=-1,  # all of a cell, however wide, belongs to its mark
        dragmode=False,
    )
    made.update_xaxes(
        side="top",
        tickvals=list(range(len(found.rows))),
        ticktext=[escape(_cut(row.name, _NAME)) for row in found.rows],
        range=[-0.5, len(found.rows) - 0.5],
        fixedrange=True,
        showgrid=False,
        zeroline=False,
    )
    made.update_yaxes(
        tickvals=list(range(len(ids))),
        ticktext=[escape(_cut(each, _LABEL)) for each in asked],
        range=[len(ids) - 0.5, -0.5],
        fixedrange=True,
        showgrid=False,
        zeroline=False,
    )
    return made


def table(current: Held, seen: Seen, ids: Sequence[str]) -> pd.DataFrame:
    """The same for all queries. Lanes are columns by their number: a lane may be called anything."""
    found = seen.summary
    return pd.DataFrame(
        [
            {
                "id": id,
                "query": current.examples[id].query,
                **{str(at): _cell(seen, id, at) for at in range(len(found.rows))},
            }
            for id in ids
        ]
    )


def _columns(found: Summary) -> dict[str, Any]:
    about = words.about(found.measures[0])
    return {
        "query": st.column_config.TextColumn("query", width="large"),
        **{str(at): st.column_config.TextColumn(row.name, help=about) for at, row in enumerate(found.rows)},
    }


def _cell(seen: Seen, id: str, at: int) -> str:
    """The value, or why there is none."""
    value = seen.summary.rows[at].values[seen.summary.measures[0]].get(id)
    outcome = seen.outcomes.get((at - 1, id))
    if value is None:
        return "to come" if outcome is None else "failed"
    return number(value) + ("*" if outcome is not None and outcome.degraded else "")


def _page(ids: Sequence[str]) -> Sequence[str]:
    """The queries that are drawn."""
    if len(ids) <= MOST:
        return ids
    begin = st.selectbox(
        "Drawn",
        range(0, len(ids), MOST),
        format_func=lambda at: f"queries {at + 1:,} to {min(at + MOST, len(ids)):,} of {len(ids):,}",
        key="evaluate_page",
        label_visibility="collapsed",
    )
    return ids[begin : begin + MOST]


def _cut(text: str, most: int) -> str:
    return shortened(" ".join(text.split()), most)
