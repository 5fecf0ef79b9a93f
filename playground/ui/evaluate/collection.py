"""A test collection by its id in ir_datasets."""

from __future__ import annotations

import streamlit as st

from playground import datasets
from playground.datasets.collection import DEPTH
from playground.errors import PlaygroundError
from playground.limits import LIMITS
from playground.ui import session
from playground.ui.evaluate.query_set import QuerySet, to_keep


def draw() -> QuerySet:
    """The id to load, and what was loaded last."""
    if session.access().user:
        return QuerySet(wanted="Not on a shared installation: collections would fill its disk. Upload a file instead.")
    left, middle, right = st.columns([0.5, 0.25, 0.25], gap="small", vertical_alignment="bottom")
    with left:
        id = st.text_input(
            "Collection",
            key="evaluate_collection_id",
            placeholder="beir/scifact/test",
            help="Its id in ir_datasets: ir-datasets.com lists them.",
            persist_state="session",
        )
    with middle:
        depth = st.number_input(
            "Candidates",
            min_value=1,
            max_value=LIMITS.documents,
            value=DEPTH,
            key="evaluate_depth",
            help="Documents a query: the best of the collection's own ranking, or else its judged ones by BM25.",
            persist_state="session",
        )
    with right:
        pressed = st.button("Load", key="evaluate_load", width="stretch", disabled=not id.strip())
    st.caption("Loading downloads the collection, which may take gigabytes and long, and keeps it on this machine.")
    if pressed:
        with st.spinner("Downloading and reading…"):
            st.session_state.evaluate_collection = _loaded(id.strip(), DEPTH if depth is None else depth)
    return to_keep(st.session_state.get("evaluate_collection", QuerySet()))


def _loaded(id: str, depth: int) -> QuerySet:
    try:
        return QuerySet(title=id, examples=tuple(datasets.from_ir_datasets(id, depth=depth)))
    except PlaygroundError as error:
        return QuerySet(problem=str(error))
