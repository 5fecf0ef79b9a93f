"""The outcome of a run: a sentence, the ladder, and the same as tables."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
import streamlit as st

from playground import runs
from playground.live import LiveRun
from playground.metrics import measured
from playground.types import DocId
from playground.ui import ladder, lane_tables, session, table
from playground.ui.literal import literal
from playground.ui.sentence import sentence

METRICS = ("nDCG@10", "nDCG@3", "RR", "P@1")


def draw(current: session.Shown) -> None:
    """Draws a run, or what there is of it so far."""
    if not any(row.ranking or row.error for row in current.live.board.lanes):
        return
    live, qrels = current.live, current.qrels
    task, board = live.task, live.board
    titles = {document.id: ladder.title(document) for document in task.documents}
    st.markdown(f"##### {literal(sentence(task, board, titles))}")
    metric = METRICS[0]
    if qrels:
        with st.container(horizontal=True, vertical_alignment="center"):
            metric = st.segmented_control(
                "Metric", METRICS, default=METRICS[0], required=True, key="metric", label_visibility="collapsed",
                help="Against the set's human grades. nDCG: how close to the ideal order, linear gain. "
                "RR: 1 / rank of the first relevant document. P@1: whether the first one is relevant.",
            ) or METRICS[0]  # fmt: skip
            st.caption("Grade: 3 answers it · 2 helps · 1 touches it · 0 irrelevant")
    for warning in board.warnings:
        st.warning(literal(warning))
    ladder.draw(live, qrels, metric)
    if len(task.documents) > ladder.SHOWN:
        st.caption(f"The ladder shows the first {ladder.SHOWN} of {len(task.documents)}; the table has them all.")
    if current.note:
        st.caption(f"About this set: {literal(current.note)}")
    with st.expander("As tables"):
        if qrels:
            st.dataframe(_metrics(live, qrels), hide_index=True)
        st.dataframe(table.rankings(task, board, qrels), hide_index=True)
        lane_tables.draw(live)
        if not live.running:
            st.download_button(
                "Run record (JSON)",
                lambda: runs.dump(runs.record(task, live.lanes, live.events, qrels=qrels)),
                file_name="run.json",
                mime="application/json",
                on_click="ignore",
                help="Replay it without a key: python -m playground replay run.json",
            )


def _metrics(live: LiveRun, qrels: Mapping[DocId, int]) -> pd.DataFrame:
    given = [document.id for document in live.task.documents]
    rows = [{"lane": "Input", **measured(given, qrels)}]
    for row in live.board.lanes:
        if row.ranking is not None and row.ranking.judged:
            rows.append({"lane": row.name, **measured(row.ranking.ids, qrels)})
    return pd.DataFrame(rows).round(3)
