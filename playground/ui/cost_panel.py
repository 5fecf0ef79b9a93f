"""Dollars, tokens and seconds by lane, drawn and as a table."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Any

import pandas as pd
import streamlit as st

from playground.text import shortened
from playground.timing import Timing
from playground.ui.shown import Shown
from playground.view import tables
from playground.view.outcome import Outcome
from playground.view.stage import Choice

_HEIGHT = 44
"""Pixels a lane."""
_TAUPE, _ACCENT, _PALE = "#94a3b8", "#4f46e5", "#a5b4fc"


def draw(current: Shown, seen: Choice) -> None:
    """Two charts abreast, one of single calls, and the same figures as a table."""
    outcome = current.outcome
    found = outcome.timings
    left, right = st.columns(2, gap="medium")
    with left:
        _chart("Dollars and tokens", _spending(outcome), "What each lane paid at list price, and its tokens.")
    with right:
        _chart("Seconds", _seconds(outcome, found), "Critical path and sum of all calls, measured and replayed.")
    if any(timing.calls or timing.cached for timing in found):
        _chart("Seconds of single calls", _calls(outcome, found), "A point a call, measured or replayed.")
    rows = tables.costs(outcome)
    frame = pd.DataFrame(rows)[tables.columns_of(rows)]
    st.dataframe(frame, hide_index=True, placeholder="")
    st.caption(
        "Seconds: wall-clock is this run's. The critical path is what it would take with all questions of a round at "
        "once. A replayed call counts with the seconds it took when it was made; it is never shown as measured."
    )


def _chart(title: str, figure: Any, alt: str) -> None:
    st.caption(title)
    st.plotly_chart(figure, key=f"chart_{title}", config={"displayModeBar": False}, alt=alt)


def _figure(outcome: Outcome, traces: Sequence[Any], **layout: Any) -> Any:
    import plotly.graph_objects as go

    rows = outcome.board.lanes
    figure = go.Figure(traces)
    figure.update_layout(
        height=90 + _HEIGHT * len(rows),
        margin={"l": 0, "r": 8, "t": 28, "b": 8},
        legend={"orientation": "h", "y": 1.0, "yanchor": "bottom", "x": 0},
        barmode="stack",
        bargap=0.45,
        **layout,
    )
    # By number: names may be alike. Escaped: plotly reads a little markup.
    figure.update_yaxes(
        tickvals=list(range(len(rows))),
        ticktext=[escape(shortened(row.name, 28)) for row in rows],
        autorange="reversed",
        showgrid=False,
        zeroline=False,
    )
    return figure


def _bar(name: str, values: Sequence[float | None], color: str, **more: Any) -> Any:
    import plotly.graph_objects as go

    places = list(range(len(values)))
    return go.Bar(name=name, x=values, y=places, orientation="h", marker_color=color, hoverinfo="x+name", **more)


def _spending(outcome: Outcome) -> Any:
    rows = outcome.board.lanes
    usages = [row.spent.usage for row in rows]
    read = [usage.input + usage.cached + usage.cache_write for usage in usages]
    written = [usage.output + usage.reasoning for usage in usages]
    dollars = [None if row.spent.cost_usd is None else float(row.spent.cost_usd) for row in rows]
    labels = ["unpriced" if value is None else f"${value:.4f}" if value else "$0" for value in dollars]
    replayed = _replayed(outcome)
    figure = _figure(
        outcome,
        [
            _bar("read", read, _PALE),
            _bar("written", written, _ACCENT),
            _bar("of replayed calls", replayed, _TAUPE, text=labels, textposition="outside", cliponaxis=False),
        ],
    )
    figure.update_xaxes(title="tokens, with US dollars beside them", rangemode="tozero")
    return figure


def _replayed(outcome: Outcome) -> list[int]:
    """Tokens of the calls that were at hand: nothing was paid for them now."""
    calls = ([call for event in events if event.phase == "rank" for call in event.calls] for events in outcome.answers)
    return [sum(call.reply.usage.total for call in lane if call.reply.cached and call.reply.usage) for lane in calls]


def _seconds(outcome: Outcome, found: Sequence[Timing]) -> Any:
    import plotly.graph_objects as go

    critical = go.Scatter(
        name="critical path",
        x=[timing.critical for timing in found],
        y=list(range(len(found))),
        mode="markers",
        marker={"symbol": "line-ns", "size": 22, "line": {"width": 3, "color": _ACCENT}},
        hoverinfo="x+name",
    )
    figure = _figure(
        outcome,
        [
            _bar("calls, measured", [timing.measured for timing in found], _PALE),
            _bar("calls, replayed", [timing.replayed for timing in found], _TAUPE),
            critical,
        ],
    )
    figure.update_xaxes(title="seconds, summed over calls", rangemode="tozero")
    return figure


def _calls(outcome: Outcome, found: Sequence[Timing]) -> Any:
    import plotly.graph_objects as go

    traces = []
    for name, color, times in (
        ("measured", _ACCENT, [timing.calls for timing in found]),
        ("replayed", _TAUPE, [timing.cached for timing in found]),
    ):
        traces.append(
            go.Scatter(
                name=name,
                x=[seconds for calls in times for seconds in calls],
                y=[at for at, calls in enumerate(times) for _ in calls],
                mode="markers",
                marker={"color": color, "size": 9, "opacity": 0.55},
                hoverinfo="x+name",
            )
        )
    figure = _figure(outcome, traces)
    figure.update_xaxes(title="seconds", rangemode="tozero")
    return figure
