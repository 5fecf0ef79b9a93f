"""Where query sets come from: the samples, files, collections, and the store."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from playground import datasets
from playground.datasets import Example
from playground.errors import InputError
from playground.evaluation import queries
from playground.ui import session, storage
from playground.ui.evaluate import collection, runs
from playground.ui.evaluate.query_set import QuerySet, to_keep
from playground.ui.literal import literal

PACK = "Sample pack"
_DELETING, _PROBLEM = "evaluate_deleting", "evaluate_delete_problem"
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
    """Read as soon as all that is needed is there; what is not, is told."""
    state = st.session_state
    given = {name: file for name in _TREC if (file := state[f"evaluate_trec_{name}"]) is not None}
    missing = [label for name, (label, _) in _TREC.items() if name not in given and name != "qrels"]
    if missing:
        state.evaluate_trec = QuerySet(wanted=f"Still to be given: {', '.join(missing)}." if given else "")
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
            return QuerySet(wanted="No query set is saved yet. Upload one and keep it.")
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            id = st.selectbox(
                "Saved set",
                list(rows),
                format_func=lambda each: f"{rows[each].name} · {queries(rows[each].queries)} · {rows[each].made[:10]}",
                key="evaluate_saved",
                label_visibility="collapsed",
                persist_state="session",
            )
            st.button("Delete", key="evaluate_delete", on_click=_ask_to_delete, args=(id,))
        _confirm(id)
        return QuerySet(title=rows[id].name, examples=_queries_of(id))
    except InputError as error:
        return QuerySet(problem=str(error))


def _ask_to_delete(id: str) -> None:
    st.session_state[_DELETING] = id


def _confirm(id: str) -> None:
    """What is asked before a set is deleted."""
    if st.session_state.get(_DELETING, "") != id:
        return
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown("Delete this set for good?", width="content")
        st.button("Delete it", key="evaluate_deleted", type="primary", on_click=_delete, args=(id,))
        st.button("Keep it", key="evaluate_kept", on_click=_ask_to_delete, args=("",))
    if problem := st.session_state.pop(_PROBLEM, ""):
        st.error(literal(problem))


def _delete(id: str) -> None:
    try:
        storage.store().delete_set(id)
    except InputError as error:
        st.session_state[_PROBLEM] = str(error)
    else:
        _ask_to_delete("")


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
