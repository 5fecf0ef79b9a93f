"""Runs that are opened instead of made: by a link, from a file, or on a first visit. Nothing is asked for them."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import streamlit as st

from playground import datasets, domains, runs
from playground.errors import InputError
from playground.runs import Record
from playground.types import Domain
from playground.ui import comparison, session, storage
from playground.ui.inputs import CUSTOM
from playground.ui.literal import literal
from playground.ui.shown import Shown

FIRST = Path(__file__).parents[2] / "assets" / "first-visit.json"
_PROBLEM = "opening_problem"
_TAKEN = "opening_taken"


def begin() -> None:
    """Once a session: what its link names, else the sample as it was run before."""
    state = st.session_state
    if "begun" in state:
        return
    state.begun = True
    id = st.query_params.get("run")
    if id is None:
        if session.untouched():
            record = _first()
            note = session.sample(session.FIRST_SAMPLE).note
            state.shown = Shown(run=record, qrels=record.qrels, label=_label(record), note=note)
        return
    try:
        record = storage.store().run(id)
    except InputError as error:
        state[_PROBLEM] = (str(error), None)
        return
    open_(record, id)
    comparison.show(**vars(comparison.from_words(st.query_params.to_dict())))


@cache
def _first() -> Record:
    """Read once: every new session begins with it."""
    return runs.read(FIRST)


def problem() -> None:
    """Says why a link or file could not be opened, until something else is run or opened."""
    said, beside = st.session_state.get(_PROBLEM, ("", None))
    if said and beside is session.shown():
        st.error(literal(said))


def upload() -> None:
    """A run record from a file."""
    st.file_uploader("Open a run record (JSON)", type=["json"], key="opened_file", on_change=_take)
    if st.session_state.pop(_TAKEN, False):
        st.rerun(scope="app")  # the inputs stand outside what was drawn anew


def _take() -> None:
    state = st.session_state
    state.pop(_PROBLEM, None)
    state[_TAKEN] = True
    file = state.opened_file
    if file is None:
        return
    try:
        open_(runs.load(file.getvalue().decode("utf-8", "replace"), file.name))
    except InputError as error:
        state[_PROBLEM] = (str(error), session.shown())


def open_(record: Record, saved: str = "") -> None:
    """Puts the run on the page, and what it was made from into the inputs; ``saved`` is the id it is kept under."""
    state = st.session_state
    state.begun = True  # nothing else is to be opened on a first visit
    state.shown = Shown(run=record, qrels=record.qrels, label=_label(record), saved=saved, book=saved)
    example = datasets.Example(
        query_id="opened",
        query=record.task.query,
        documents=record.task.documents,
        qrels=record.qrels,
        domain=None,
        name="Opened run",
        note="",
        warnings=(),
    )
    same = next((name for name in datasets.samples() if _is_of(session.sample(name), record)), None)
    state.source = "Paste" if same is None else "Sample"
    if same is None:
        session.use("Paste", example)
    else:
        state.sample = same
        session.use("Sample", session.sample(same))
        state.shown.note = session.sample(same).note
    state.query = record.task.query
    _domain(record.task.domain)
    lanes = state.shown.lanes
    if lanes is not None:
        state.columns = [session.Column(lane=made) for made in lanes[: session.MAX_LANES]]
    comparison.show(selected="", baseline=0, hidden=())


def _is_of(sample: datasets.Example, record: Record) -> bool:
    """Whether the run is of this sample. With grades that somebody changed it isn't: the sample would bring its own."""
    return sample.documents == record.task.documents and record.qrels in ({}, sample.qrels)


def _domain(domain: Domain) -> None:
    state = st.session_state
    if domains.domains().get(domain.name) == domain:
        state.domain = domain.name
        return
    state.domain = CUSTOM
    state.custom_role, state.custom_priorities = domain.role, "\n".join(domain.priorities)


def _label(record: Record) -> str:
    return f"Replayed from a run of {record.made[:10]}: nothing was asked now"
