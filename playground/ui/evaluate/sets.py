"""Where query sets come from: the samples, files, collections, and the store."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from playground import datasets
from playground.datasets import Example
from playground.errors import InputError
from playground.ui import session, storage
from playground.ui.evaluate import collection, runs
from playground.ui.evaluate.query_set import QuerySet, queries, to_keep

PACK = "Sample pack"
_TREC = {
    "run": ("Run", "qid Q0 docid rank score tag, one a line"),
    "queries": ("Queries", "An id and a text a line, tab-separated or as JSON"),
    "texts": ("Documents", "An id and a text a line, tab-separated or as JSON: BEIR's corpus.jsonl, for example"),
    "qrels": ("Qrels, for measures", "qid 0 docid grade, one a line"),
}


def _pack() -> QuerySet:
    return QuerySet(title=PACK, examples=tuple(map(session.sample, datasets.samples())))


def _upload() -> QuerySet:
    st.file_uploader(
        "JSONL, JSON or CSV",
        type=["jsonl", "json", "csv"],
        key="evaluate_file",
        on_change=_take_upload,
        label_visibility="collapsed",
        help="JSON Lines, one query a line with its documents and qrels; or CSV with query_id, query, id, content "
        "and grade.",
    )
    return to_keep(st.session_state.get("evaluate_upload", QuerySet()))


def _take_upload() -> None:
    file = st.session_state.evaluate_file
    if file is None:
        return
    try:
        found = QuerySet(title=file.name, examples=tuple(datasets.read_examples(file.getvalue(), file.name)))
    except InputError as error:
        found = QuerySet(problem=str(error))
    st.session_state.evaluate_upload = found


def _trec() -> QuerySet:
    for name, (label, help) in _TREC.items():
        st.file_uploader(label, key=f"evaluate_trec_{name}", on_change=_take_trec, help=help)
    return to_keep(st.session_state.get("evaluate_trec", QuerySet()))


def _take_trec() -> None:
    """Read as soon as all that is needed is there."""
    state = st.session_state
    given = {name: file for name in _TREC if (file := state[f"evaluate_trec_{name}"]) is not None}
    if not given.keys() >= {"run", "queries", "texts"}:
        return
    files = {name: (file.getvalue(), file.name) for name, file in given.items()}
    try:
        found = QuerySet(title=given["run"].name, examples=tuple(datasets.read_trec(**files)))
    except InputError as error:
        found = QuerySet(problem=str(error))
    state.evaluate_trec = found


def _saved() -> QuerySet:
    try:
        rows = {row.id: row for row in storage.store().sets()}
        if not rows:
            return QuerySet(problem="No query set is saved yet. Upload one and keep it.")
        id = st.selectbox(
            "Saved set",
            list(rows),
            format_func=lambda each: f"{rows[each].name} · {queries(rows[each].queries)} · {rows[each].made[:10]}",
            key="evaluate_saved",
            label_visibility="collapsed",
            persist_state="session",
        )
        return QuerySet(title=rows[id].name, examples=_queries_of(id))
    except InputError as error:
        return QuerySet(problem=str(error))


def _queries_of(id: str) -> tuple[Example, ...]:
    """Read once: a saved set doesn't change."""
    held: tuple[str, Sequence[Example]] | None = st.session_state.get("evaluate_saved_queries")
    if held is None or held[0] != id:
        held = st.session_state.evaluate_saved_queries = (id, tuple(storage.store().query_set(id)))
    return tuple(held[1])


SOURCES = {
    PACK: _pack,
    "Upload": _upload,
    "TREC": _trec,
    "ir_datasets": collection.draw,
    "Saved sets": _saved,
    "Saved runs": runs.draw,
}
