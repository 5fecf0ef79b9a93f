"""What strategies keep of an order when their judges err, played on request."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd
import streamlit as st

from playground.guide.strategies import DEPTH, DOCUMENTS, ERRORS, LANES, SEEDS, Noisy, noisy
from playground.ui.literal import literal

_KEY = "guide_noisy"
_ROW, _WIDE = 46, 900  # pixels
_COLORS = ("#a5b4fc", "#6366f1", "#94a3b8")
_SYMBOLS = ("circle", "diamond", "square")


@st.fragment
def draw() -> None:
    """A button, then a chart and a table."""
    st.markdown("##### Which strategies survive a judge that errs?")
    st.caption(
        literal(
            f"{DOCUMENTS} graded documents in {SEEDS} shuffled orders, ranked by judges that take two neighbouring "
            f"grades for each other in {', '.join(f'{each:.0%}' for each in ERRORS)} of their answers, anew each time. "
            f"Scoring models err alike. A real model repeats its errors. No model is asked; it takes some seconds."
        ),
        width=820,
    )
    place = st.empty()
    if _KEY not in st.session_state and place.button("Play it", key="guide_play"):
        st.session_state[_KEY] = _played(place)
        place.empty()
    if _KEY in st.session_state:
        _results(st.session_state[_KEY])


def _played(place: Any) -> tuple[Noisy, ...]:
    found = []
    for at, words in enumerate(LANES):
        place.progress(at / len(LANES), text=literal(f"{at + 1} of {len(LANES)}: {words}"))
        found.append(noisy(words))
    return tuple(found)


def _results(found: Sequence[Noisy]) -> None:
    middle = len(ERRORS) // 2
    ranked = sorted(found, key=lambda each: -each.ndcg[middle])
    st.plotly_chart(
        _figure(ranked),
        width=_WIDE,
        key="guide_noise_chart",
        config={"displayModeBar": False},
        alt=f"Mean nDCG@{DEPTH} of each lane at each error rate. The table below says the same.",
    )
    st.dataframe(table(ranked), hide_index=True, width=_WIDE, height="content", key="guide_noise_table")


def table(found: Sequence[Noisy]) -> pd.DataFrame:
    """A row a lane."""
    return pd.DataFrame(
        [
            {
                "lane": each.lane,
                **{
                    f"nDCG@{DEPTH}, {error:.0%} errors": f"{value:.3f}"
                    for error, value in zip(each.errors, each.ndcg, strict=True)
                },
                "calls": f"{each.calls:,.0f}",
                "rounds": f"{each.rounds:,.0f}",
            }
            for each in found
        ]
    )


def _figure(found: Sequence[Noisy]) -> Any:
    """A line a lane with a mark a rate. Names stand above their lines: beside them they would take half a phone."""
    import plotly.graph_objects as go

    places = list(range(len(found)))
    spans = go.Scatter(
        x=[value for each in found for value in (min(each.ndcg), max(each.ndcg), None)],
        y=[place for at in places for place in (at, at, None)],
        mode="lines",
        line={"color": "rgba(148, 163, 184, 0.5)", "width": 2},
        hoverinfo="skip",
        showlegend=False,
    )
    marks = [
        go.Scatter(
            name=f"{error:.0%} errors",
            x=[each.ndcg[at] for each in found],
            y=places,
            mode="markers",
            marker={"color": color, "symbol": symbol, "size": 10},
            hovertemplate="%{x:.3f}<extra>%{fullData.name}</extra>",
        )
        for at, (error, color, symbol) in enumerate(zip(ERRORS, _COLORS, _SYMBOLS, strict=True))
    ]
    figure = go.Figure([spans, *marks])
    figure.update_layout(
        height=110 + _ROW * len(found),
        margin={"l": 0, "r": 8, "t": 28, "b": 8},
        legend={"orientation": "h", "y": 1.0, "yanchor": "bottom", "x": 0},
    )
    figure.update_yaxes(visible=False, range=[len(found) - 0.4, -0.9], fixedrange=True)
    figure.update_xaxes(title=f"mean nDCG@{DEPTH}", fixedrange=True, zeroline=False)
    for at, each in zip(places, found, strict=True):
        figure.add_annotation(
            x=0, xref="paper", xanchor="left", y=at, yshift=15, text=each.lane, showarrow=False, align="left"
        )
    return figure
