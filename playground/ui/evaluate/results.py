"""What an evaluation comes to, as far as it is."""

from __future__ import annotations

import json
import unicodedata

import streamlit as st

from playground.errors import InputError
from playground.evaluation import MEASURES, queries, report
from playground.metrics import measure
from playground.ui.evaluate import answer, frontier, heatmap, hurt, tables, words
from playground.ui.evaluate.held import Held, Seen
from playground.ui.literal import literal
from playground.view.numbers import count


def draw(current: Held) -> None:
    """The answer and the lanes always; what lies behind them one at a time."""
    if not current.live.outcomes:
        return
    measures, baseline = _chosen(current)
    if not measures:
        return
    seen = current.seen(measures, baseline)
    found = seen.summary
    st.caption(literal(_about(current, seen)))
    answer.draw(found)
    tables.draw(found)
    panel = st.segmented_control(
        "More",
        ["Queries", "Cost and latency", "Where reranking hurt", "Export"],
        key="evaluate_panel",
        default="Queries",
        label_visibility="collapsed",
        persist_state="session",
    )
    match panel:
        case "Queries":
            heatmap.draw(current, seen)
        case "Cost and latency":
            frontier.draw(found)
        case "Where reranking hurt":
            hurt.draw(current, found)
        case "Export":
            _export(current, seen)


def _chosen(current: Held) -> tuple[tuple[str, ...], int]:
    """The measures, () where there is none that is known; and the row of the baseline."""
    left, right = st.columns([2, 1], gap="medium")
    with left:
        names = st.multiselect(
            "Measures",
            words.OPTIONS,
            default=list(MEASURES),
            key="evaluate_measures",
            accept_new_options=True,
            help="By their ir-measures names, any number of places after the @; the first one decides.",
            persist_state="session",
        )
    with right:
        rows = ["Input", *current.names]
        baseline = st.selectbox(
            "Baseline",
            range(len(rows)),
            format_func=lambda at: rows[at],
            key=f"evaluate_baseline_{current.id}",
            help="What the other lanes are tested against; Input is the order in which the documents came.",
            persist_state="session",
        )
    try:
        found = tuple(dict.fromkeys(measure(_typed(name)).name for name in names))
    except InputError as error:
        st.error(literal(str(error)))
        return (), 0
    if not found:
        st.info("Choose a measure.")
    return found, baseline or 0


def _typed(name: str) -> str:
    """Without characters that nobody sees: a name that was copied from this page may hold some."""
    return "".join(char for char in name if unicodedata.category(char) != "Cf")


def _about(current: Held, seen: Seen) -> str:
    live, found = current.live, seen.summary
    whole = len(seen.outcomes) == live.total
    parts = [
        f"{current.title}: {queries(len(live.examples))} × {count(len(live.lanes), 'lane')}",
        f"{found.queries:,} with grades",
    ]
    parts += [] if whole else ["so far"]
    parts += [f"{found.ungraded:,} without, which have no measures"] if found.ungraded else []
    return " · ".join(parts)


def _export(current: Held, seen: Seen) -> None:
    st.caption("All that is drawn here, whole numbers and orders included. No key is in it.")
    with st.container(horizontal=True, gap="xsmall"):
        st.download_button(
            "Evaluation (JSON)",
            lambda: json.dumps(
                report.evaluation(seen.summary, seen.outcomes), ensure_ascii=False, indent=1, allow_nan=False
            ),
            file_name="evaluation.json",
            mime="application/json",
            on_click="ignore",
            key="evaluate_json",
        )
        st.download_button(
            "Queries by lane (CSV)",
            lambda: report.csv_text(seen.summary, current.live.examples, seen.outcomes),
            file_name="evaluation.csv",
            mime="text/csv",
            on_click="ignore",
            key="evaluate_csv",
        )
