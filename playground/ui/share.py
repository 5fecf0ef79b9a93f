"""A link to what is seen, the run as files, and the same as code."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlencode, urlsplit, urlunsplit

import streamlit as st

from playground import export, runs
from playground.errors import InputError
from playground.runs import Record
from playground.ui import comparison, opening, storage
from playground.ui.literal import literal
from playground.ui.shown import Shown
from playground.view import page
from playground.view.stage import Choice


def draw(current: Shown, seen: Choice) -> None:
    """No file is made before somebody asks for it."""
    if current.running:
        st.caption("The run is still going on; it can be shared when it has ended.")
        return
    record = current.outcome.record
    left, right = st.columns(2, gap="medium")
    with left:
        st.caption("A link that opens this view")
        if st.button("Save run and make a link", key="make_link"):
            _save(current, record)
        if current.saved:
            st.code(_address(current.saved, seen), language=None, wrap_lines=True)
            st.caption(
                "The run is saved on this installation, without keys; Runs lists it. The link opens it as it looks now."
            )
        st.caption("Files")
        with st.container(horizontal=True, gap="xsmall"):
            for label, name, mime, made in files(record):
                st.download_button(label, made, file_name=name, mime=mime, on_click="ignore", key=f"file_{name}")
        opening.upload()
    with right:
        st.caption("As Python")
        st.code(export.python(record), language="python", wrap_lines=True)
        st.caption("As a command line; documents.jsonl is the file Documents")
        try:
            st.code(export.command(record), language="bash", wrap_lines=True)
        except InputError as error:
            st.info(literal(str(error)))


def files(record: Record) -> list[tuple[str, str, str, Callable[[], str]]]:
    """What a run can be taken along as: label, file name, media type, and what makes the file."""
    found: list[tuple[str, str, str, Callable[[], str]]] = [
        ("Report (HTML)", "report.html", "text/html", lambda: page.html(record)),
        ("Run record (JSON)", "run.json", "application/json", lambda: runs.dump(record)),
        ("Rankings (CSV)", "rankings.csv", "text/csv", lambda: export.csv_text(record)),
        ("Documents (JSONL)", "documents.jsonl", "application/x-ndjson", lambda: export.documents_jsonl(record)),
    ]
    if any(row.ranking is not None and row.ranking.judged for row in record.board.lanes):
        found.append(("TREC run", "run.trec", "text/plain", lambda: export.trec_runs(record)))
    if record.qrels:
        found.append(("TREC qrels", "qrels.trec", "text/plain", lambda: export.trec_qrels(record)))
    return found


def _save(current: Shown, record: Record) -> None:
    try:
        current.saved = current.book = storage.store().save_run(record)
    except InputError as error:
        st.error(literal(str(error)))


def _address(id: str, seen: Choice) -> str:
    here = urlsplit(st.context.url or "")
    query = urlencode({"run": id, **comparison.in_words(seen)})
    return urlunsplit((here.scheme, here.netloc, here.path or "/", query, ""))
