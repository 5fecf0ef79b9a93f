"""The query, the domain, and the documents from a sample, pasted or uploaded, in one editable table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd
import streamlit as st

from playground import datasets, domains
from playground.errors import InputError
from playground.facade import task_of
from playground.types import DocId, Domain, Task
from playground.ui import session
from playground.ui.literal import literal

CUSTOM = "custom"
_OWN = ("id", "title", "content", "grade", "first_stage_score", "metadata")
"""What a document's fields are called: no metadata of such a name can stand in the table."""


@dataclass(frozen=True, kw_only=True)
class Inputs:
    """What is to be ranked; ``problem`` says why it can't be (``task`` is None then)."""

    task: Task | None
    qrels: Mapping[DocId, int]
    warnings: tuple[str, ...]
    note: str = ""
    problem: InputError | None = None


def draw() -> Inputs:
    """Draws the inputs and reads them."""
    query_column, domain_column, source_column = st.columns([1.5, 0.6, 0.9], gap="medium")
    with query_column:
        st.text_area(
            "Query",
            key="query",
            height=100,
            placeholder="What should the documents answer?",
            persist_state="session",
        )
    with domain_column:
        chosen = _domain()
    with source_column:
        name = st.segmented_control(
            "Documents",
            list(_SOURCES),
            key="source",
            required=True,
            on_change=session.keep_edits,
            persist_state="session",
        )
        name = name or "Sample"
        _SOURCES[name]()
    held = session.source(name)
    rows = _table(name, held)
    return _read(rows, chosen, held)


def regrade(task: Task, qrels: Mapping[DocId, int]) -> bool:
    """Puts these grades into the table in place of its own; False, and nothing is changed, where the inputs are no
    longer this query and these documents."""
    state = st.session_state
    held = session.source(state.source)
    if held.example is None or held.problem is not None:
        return False
    table = next(each for each in (held.latest, held.base, _frame(held.example)) if each is not None)
    table = table.dropna(how="all").reset_index(drop=True)
    try:
        found, _ = task_of(state.query or "", _filled(table.drop(columns="grade")), task.domain)
    except InputError:
        return False
    if _asked(found) != _asked(task):
        return False
    grades = pd.array([qrels.get(document.id) for document in found.documents], dtype="Int64")
    state.sources[state.source] = replace(
        held, base=table.assign(grade=grades), latest=None, generation=held.generation + 1
    )
    return True


def _asked(task: Task) -> tuple[str, set[tuple[DocId, str, str]]]:
    """What grades are of."""
    return task.query, {(document.id, document.title, document.content) for document in task.documents}


def _domain() -> Domain:
    known = domains.domains()
    name = st.selectbox(
        "Domain",
        [*known, CUSTOM],
        format_func=lambda key: "Custom…" if key == CUSTOM else known[key].title,
        key="domain",
        help="Sets the expert's role, priorities and rubric in every prompt.",
        persist_state="session",
    )
    if name != CUSTOM:
        return known[name]
    with st.popover("Describe it", width="stretch"):
        role = st.text_area("Role", key="custom_role", placeholder="You are a …", persist_state="session")
        priorities = st.text_area("What counts, one a line", key="custom_priorities", persist_state="session")
    return domains.custom(role or known[domains.DEFAULT].role, priorities or "")


def _sample() -> None:
    st.selectbox(
        "Sample set",
        list(datasets.samples()),
        format_func=lambda name: session.sample(name).name,
        key="sample",
        on_change=lambda: session.use("Sample", session.sample(st.session_state.sample)),
        label_visibility="collapsed",
        persist_state="session",
    )


def _paste() -> None:
    st.text_area(
        "Pasted documents",
        key="pasted",
        height=120,
        placeholder="One document a line, or separated by blank lines",
        on_change=_take_paste,
        label_visibility="collapsed",
        persist_state="session",
    )


def _take_paste() -> None:
    try:
        documents, warnings = datasets.documents(datasets.paste(st.session_state.pasted))
    except InputError as error:
        session.refuse("Paste", error)
        return
    example = datasets.Example(
        query_id="pasted",
        query="",
        documents=documents,
        qrels={},
        domain=None,
        name="Pasted",
        note="",
        warnings=warnings,
    )
    session.use("Paste", example)


def _upload() -> None:
    st.file_uploader(
        "CSV, JSON, JSONL or TXT",
        type=["csv", "json", "jsonl", "txt"],
        key="uploaded",
        on_change=_take_upload,
        label_visibility="collapsed",
        help="One document a row or line; a query-set file brings its query and grades along.",
    )
    queries = session.source("Upload").queries
    if len(queries) > 1:
        st.selectbox(
            f"{len(queries)} queries in this file",
            range(len(queries)),
            format_func=lambda at: queries[at].query[:120],
            key="uploaded_query",
            on_change=lambda: session.use("Upload", queries[st.session_state.uploaded_query]),
        )


def _take_upload() -> None:
    file = st.session_state.uploaded
    if file is None:
        return
    try:
        found = datasets.read_examples(file.getvalue(), file.name)
    except InputError as error:
        session.refuse("Upload", error)
        return
    session.use("Upload", found[0])
    session.source("Upload").queries[:] = found


_SOURCES = {"Sample": _sample, "Paste": _paste, "Upload": _upload}


def _table(name: str, held: session.Source) -> list[dict[str, Any]]:
    """The documents as an editable table; returns its rows without the empty cells."""
    example = held.example
    if example is None:
        return []
    if held.base is None:
        held.base = _frame(example)
    count = len(held.latest if held.latest is not None else held.base)
    title = f" · {literal(example.name)}" if example.name else ""
    with st.expander(f"{count} document{'' if count == 1 else 's'}{title}"):
        held.latest = st.data_editor(
            held.base,
            key=f"table_{name}_{held.generation}",
            num_rows="dynamic",
            hide_index=True,
            column_config={
                "id": st.column_config.TextColumn("id", width="small"),
                "title": st.column_config.TextColumn("title", width="medium"),
                "content": st.column_config.TextColumn("content", width="large"),
                "grade": st.column_config.NumberColumn(
                    "grade",
                    width="small",
                    min_value=0,
                    max_value=4,
                    step=1,
                    help="A human grade, 0-4: fill it to see metrics.",
                ),
            },
        )
    return [row for row in _filled(held.latest) if row]


def _filled(table: pd.DataFrame) -> list[dict[str, Any]]:
    """Its rows without the empty cells."""
    return [{key: value for key, value in row.items() if not pd.isna(value)} for row in table.to_dict("records")]


def _frame(example: datasets.Example) -> pd.DataFrame:
    keys = [key for key in _keys(example) if key not in _OWN]
    scored = any(document.first_stage_score is not None for document in example.documents)
    frame = pd.DataFrame(
        [
            {
                "id": document.id,
                "title": document.title,
                "content": document.content,
                "grade": example.qrels.get(document.id),
                "first_stage_score": document.first_stage_score,
                **{key: document.metadata.get(key) for key in keys},
            }
            for document in example.documents
        ],
        columns=["id", "title", "content", "grade", *(["first_stage_score"] if scored else []), *keys],
    )
    return frame.astype({"grade": "Int64"})


def _keys(example: datasets.Example) -> dict[str, None]:
    """The names of all metadata, in order."""
    return dict.fromkeys(key for document in example.documents for key in document.metadata)


def _read(rows: list[dict[str, Any]], chosen: Domain, held: session.Source) -> Inputs:
    if held.problem is not None:
        return Inputs(task=None, qrels={}, warnings=(), problem=held.problem)
    grades = [row.pop("grade", None) for row in rows]
    try:
        task, warnings = task_of(st.session_state.query or "", rows, chosen)
    except InputError as error:
        return Inputs(task=None, qrels={}, warnings=(), problem=error)
    qrels = {
        document.id: int(grade) for document, grade in zip(task.documents, grades, strict=True) if grade is not None
    }
    example = held.example
    before = example.warnings if example else ()
    if example is not None and (lost := [key for key in _keys(example) if key in _OWN]):
        warnings = (*warnings, f"Metadata left out, its name being that of a field: {', '.join(lost)}.")
    if example is not None and qrels and example.query not in ("", task.query) and qrels == _given(task, example):
        qrels = {}
        warnings = (
            *warnings,
            "The set's grades belong to its own query: no metrics. Change a grade to make them yours.",
        )
    return Inputs(
        task=task,
        qrels=qrels,
        warnings=tuple(dict.fromkeys((*before, *warnings))),
        note=example.note if example else "",
    )


def _given(task: Task, example: datasets.Example) -> dict[DocId, int]:
    """The set's grades of the documents that are left: to take one out is not to grade the others."""
    return {document.id: example.qrels[document.id] for document in task.documents if document.id in example.qrels}
