"""Quality against cost and against latency, with the lanes that nothing beats in both."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

import streamlit as st

from playground.evaluation import INPUT, Summary, frontier
from playground.evaluation.summary import Row
from playground.text import shortened
from playground.ui.literal import literal
from playground.view.numbers import number

_TAUPE, _ACCENT = "#94a3b8", "#6366f1"
_HEIGHT = 320  # pixels
_NAME = 24
"""Characters of a name that are drawn."""
_FINE = 100
"""Places along each axis that a name can be told apart at."""


@dataclass(frozen=True, kw_only=True)
class Points:
    """``at`` are the rows of a summary that can be drawn, ``best`` those of them on the frontier, cheapest first;
    ``missing`` are names."""

    at: tuple[int, ...]
    prices: tuple[float, ...]
    means: tuple[float, ...]
    best: tuple[int, ...]
    missing: tuple[str, ...]


def draw(found: Summary) -> None:
    """Two charts abreast, each with its frontier in words."""
    left, right = st.columns(2, gap="medium")
    with left:
        _one(found, "cost", "cheaper", "US dollars per 1,000 queries, list price", dollars)
    with right:
        _one(found, "latency", "quicker", "seconds a query, median of the critical path", seconds)


def dollars(row: Row) -> float | None:
    """For 1,000 queries with nothing at hand."""
    return None if row.per_thousand is None else float(row.per_thousand)


def seconds(row: Row) -> float | None:
    """The median of a query."""
    return row.latency(50)


def points(found: Summary, price: Callable[[Row], float | None]) -> Points:
    """The rows by price and mean over the common queries; the input order is free and takes no time."""
    first = found.measures[0]
    drawn, missing = [], []
    for at, row in enumerate(found.rows):
        mean, paid = found.mean(at, first), 0.0 if at == INPUT else price(row)
        if mean is None or paid is None:
            missing.append(row.name)
        else:
            drawn.append((at, paid, mean))
    best = frontier([(paid, mean) for _, paid, mean in drawn])
    return Points(
        at=tuple(at for at, _, _ in drawn),
        prices=tuple(paid for _, paid, _ in drawn),
        means=tuple(mean for _, _, mean in drawn),
        best=tuple(drawn[place][0] for place in best),
        missing=tuple(missing),
    )


def _one(found: Summary, what: str, less: str, axis: str, price: Callable[[Row], float | None]) -> None:
    seen = points(found, price)
    names = [found.rows[at].name for at in seen.best]
    st.caption(f"{literal(found.measures[0])} against {what}")
    st.plotly_chart(
        _figure(found, seen, axis),
        key=f"evaluate_{what}",
        config={"displayModeBar": False},
        alt=f"{found.measures[0]} against {what}; the frontier is named below.",
    )
    st.caption(f"On the frontier, where nothing is both {less} and better: {literal(', '.join(names))}.")
    if seen.missing:
        st.caption(f"Not drawn, the {what} or the quality being unknown: {literal(', '.join(seen.missing))}.")


def _figure(found: Summary, seen: Points, axis: str) -> Any:
    import plotly.graph_objects as go

    place = {at: nth for nth, at in enumerate(seen.at)}
    best = [place[at] for at in seen.best]
    most = max(seen.prices, default=0.0)
    labels = [escape(label) for label in _labels(found, seen, most)]
    made = go.Figure(
        [
            go.Scatter(
                x=[seen.prices[nth] for nth in best],
                y=[seen.means[nth] for nth in best],
                mode="lines",
                line={"shape": "hv", "color": _ACCENT, "width": 1.5, "dash": "dot"},
                hoverinfo="skip",
                showlegend=False,
            ),
            go.Scatter(
                x=seen.prices,
                y=seen.means,
                mode="markers+text",
                text=labels,
                textposition=_sides(seen, labels, most),
                cliponaxis=False,
                marker={"size": 11, "color": [_ACCENT if at in seen.best else _TAUPE for at in seen.at]},
                hovertext=[
                    f"{escape(found.rows[at].name)}: {number(mean)} at {price:.4g}"
                    for at, mean, price in zip(seen.at, seen.means, seen.prices, strict=True)
                ],
                hoverinfo="text",
                showlegend=False,
            ),
        ]
    )
    made.update_layout(height=_HEIGHT, margin={"l": 0, "r": 8, "t": 16, "b": 8})
    made.update_xaxes(title=axis, range=[-0.04 * most, 1.3 * most], fixedrange=True, zeroline=False)
    if not most:  # all at one place: a scale would only make differences up
        made.update_xaxes(range=[-0.04, 1.3], tickvals=[0], ticktext=["0"])
    made.update_yaxes(fixedrange=True, zeroline=False)
    return made


def _labels(found: Summary, seen: Points, most: float) -> list[str]:
    """A point's name, plain text. Of points so near that names would lie on each other the first has those of all, the
    others none."""
    places: dict[tuple[int, int], list[int]] = {}
    for nth, (price, mean) in enumerate(zip(seen.prices, seen.means, strict=True)):
        places.setdefault((round(_FINE * price / (most or 1.0)), round(_FINE * mean)), []).append(nth)
    names = {
        group[0]: "; ".join(shortened(found.rows[seen.at[nth]].name, _NAME) for nth in group)
        for group in places.values()
    }
    return [names.get(nth, "") for nth in range(len(seen.at))]


def _sides(seen: Points, labels: Sequence[str], most: float) -> list[str]:
    """Above and below the named points in turn, from the top: neighbours' names don't meet. On the right of the chart a
    name stands left of its point, to have room on a narrow screen."""
    order = sorted((nth for nth in range(len(labels)) if labels[nth]), key=lambda nth: -seen.means[nth])
    below = set(order[1::2])
    return [
        f"{'bottom' if nth in below else 'top'} {'left' if price > most / 2 else 'right'}"
        for nth, price in enumerate(seen.prices)
    ]
