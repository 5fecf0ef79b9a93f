"""The lanes as tables: what each comes to, and how sure its difference to the baseline is."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from playground.evaluation import INPUT, Summary
from playground.evaluation.summary import Mean, Row
from playground.ui.evaluate import words
from playground.ui.literal import literal
from playground.view.numbers import money, number

_PLAIN = {
    "lane": None,
    "over": "Queries with grades that the lane has ranked: its means are of these.",
    "queries": "Queries that the lane has come to an end on.",
    "failed": "Queries without any ranking: counted here and in no mean.",
    "degraded": "Queries on which answers are missing: their rankings count as they are.",
    "judged": "The mean share of the first ten documents that have a grade.",
    "calls": "Questions that a model answered now.",
    "at hand": "Questions whose replies an earlier run or another lane had.",
    "paid": "US dollars of this evaluation, at list price.",
    "per 1,000 queries": "US dollars at list price with nothing at hand, for 1,000 rankings: what it costs in use.",
    "p50": "Median seconds a query with all questions of a round at once; a reply at hand counts what it once took.",
    "p95": "Seconds within which 95% of the queries are done, reckoned the same way.",
}


_SPENT = ("calls", "at hand", "paid", "per 1,000 queries", "p50", "p95")


def draw(found: Summary) -> None:
    """Two tables: the lanes, and their differences to the baseline."""
    first = found.measures[0]
    columns: dict[str, Any] = {name: st.column_config.Column(name, help=help) for name, help in _PLAIN.items()}
    for name in found.measures:
        columns[name] = st.column_config.Column(name, help=f"{words.about(name)} {words.INTERVAL}")
    columns[_unjudged(first)] = st.column_config.Column(
        _unjudged(first), help="The least and the greatest mean that grades for the unjudged documents could make."
    )
    st.dataframe(lanes(found), hide_index=True, column_config=columns, key="evaluate_lanes")
    against = literal(found.rows[found.baseline].name)
    st.caption(f"Differences to {against}, over the queries that both ranked")
    st.dataframe(differences(found), hide_index=True, column_config=_DIFFERENCES, key="evaluate_differences")


def lanes(found: Summary) -> pd.DataFrame:
    """A row a lane, the input order first; text cells, "" where there is nothing to say."""
    first = found.measures[0]
    return pd.DataFrame(
        [
            {
                "lane": row.name,
                **{name: span(row.means[name]) for name in found.measures},
                "over": len(row.values[first]),
                "queries": row.queries,
                "failed": row.failed,
                "degraded": row.degraded,
                "judged": "" if row.judged is None else f"{row.judged:.0%}",
                _unjudged(first): _range(row, first),
                **(dict.fromkeys(_SPENT, "") if at == INPUT else _spent(row)),
            }
            for at, row in enumerate(found.rows)
        ]
    )


def differences(found: Summary) -> pd.DataFrame:
    """A row a measure and lane but the baseline."""
    return pd.DataFrame(
        [
            {
                "measure": name,
                "lane": row.name,
                "difference": span(row.against[name].difference, signed=True),
                "p": _p(row.against[name].p),
                "p (Holm)": _p(row.against[name].holm),
                "wins": row.against[name].tally.wins,
                "ties": row.against[name].tally.ties,
                "losses": row.against[name].tally.losses,
            }
            for name in found.measures
            for at, row in enumerate(found.rows)
            if at != found.baseline
        ]
    )


def span(found: Mean | None, *, signed: bool = False) -> str:
    """A mean and its interval, as far as there are any."""
    if found is None:
        return ""
    shown = signed_number if signed else number
    if found.interval is None:
        return shown(found.mean)
    low, high = found.interval
    return f"{shown(found.mean)} [{shown(low)}, {shown(high)}]"


def signed_number(value: float) -> str:
    """A difference: +.11, −.38, .00."""
    return f"{'+' if round(value, 2) > 0 else ''}{number(value)}"


_DIFFERENCES = {
    "measure": st.column_config.Column("measure"),
    "lane": st.column_config.Column("lane"),
    "difference": st.column_config.Column(
        "difference", help="The mean paired difference with its 95% interval: one that holds 0 may be chance."
    ),
    "p": st.column_config.Column(
        "p", help="How often chance alone would make a difference this large (paired randomisation test)."
    ),
    "p (Holm)": st.column_config.Column("p (Holm)", help="The same, raised because several lanes are tested."),
    "wins": st.column_config.Column("wins", help="Queries on which the lane does better than the baseline."),
    "ties": st.column_config.Column("ties", help="Queries on which both do the same."),
    "losses": st.column_config.Column("losses", help="Queries on which the lane does worse than the baseline."),
}


def _unjudged(name: str) -> str:
    return f"{name} if all were judged"


def _range(row: Row, name: str) -> str:
    found = row.ranges[name]
    return "" if found is None else f"{number(found[0])}–{number(found[1])}"


def _spent(row: Row) -> dict[str, Any]:
    p50, p95 = row.latency(50), row.latency(95)
    return {
        "calls": f"{row.calls:,}",
        "at hand": f"{row.cached:,}",
        "paid": money(row.cost_usd),
        "per 1,000 queries": "unknown" if row.per_thousand is None else money(row.per_thousand),
        "p50": "unmeasured" if p50 is None else f"{p50:.2f} s",
        "p95": "unmeasured" if p95 is None else f"{p95:.2f} s",
    }


def _p(value: float | None) -> str:
    return "not tested" if value is None else "< .001" if value < 0.001 else f"{value:.3f}".replace("0.", ".", 1)
