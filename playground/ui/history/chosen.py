"""What the visitor does on the page: the runs chosen for a comparison, the one about to be deleted, what went wrong."""

from __future__ import annotations

from functools import lru_cache

import streamlit as st

from playground import runs
from playground.errors import InputError
from playground.runs import LaneWords
from playground.ui import lane_sets, opening, run_line, session, storage
from playground.ui.literal import literal

PLAYGROUND = "pages/playground.py"
RUNNING = "A run is under way in the Playground; wait for its end or stop it there."
_CHOSEN = "runs_chosen"
_COMPARING = "runs_comparing"
_DELETING = "runs_deleting"
_PROBLEM = "runs_problem"


def ids() -> list[str]:
    """The runs chosen for a comparison, in the order they were chosen."""
    found: list[str] = st.session_state.setdefault(_CHOSEN, [])
    return found


def toggle(id: str) -> None:
    """Takes a run into the comparison or out of it."""
    held = ids()
    st.session_state[_CHOSEN] = [other for other in held if other != id] if id in held else [*held, id]


def none() -> None:
    """Lets go of all of them, also those that are on no page of the list any more."""
    st.session_state[_CHOSEN] = []


def comparing() -> bool:
    """Whether the comparison is shown in place of the list."""
    return bool(st.session_state.get(_COMPARING, False))


def compare(wanted: bool) -> None:
    st.session_state[_COMPARING] = wanted


def deleting() -> str:
    """The run that is deleted once that is confirmed; "" without one."""
    return str(st.session_state.get(_DELETING, ""))


def ask_to_delete(id: str) -> None:
    st.session_state[_DELETING] = id


def delete(id: str) -> None:
    """For good: its link opens nothing afterwards."""
    ask_to_delete("")
    try:
        storage.store().delete_run(id)
    except InputError as error:
        _complain(error)
        return
    if id in ids():
        toggle(id)
    current = session.shown()
    if current is not None and current.saved == id:
        current.saved = ""


def note(id: str, key: str) -> None:
    """Keeps what was typed into the note of this key."""
    try:
        storage.store().set_note(id, st.session_state[key])
    except InputError as error:
        _complain(error)


def take(key: str) -> None:
    """Saves the record in the file that was given under this key."""
    file = st.session_state[key]
    if file is None:
        return
    try:
        storage.store().save_run(runs.load(file.getvalue().decode("utf-8", "replace"), file.name))
    except InputError as error:
        _complain(error)


def open_(id: str, *, complete: bool = False) -> None:
    """Goes to the Playground with the run, and there asks for what is missing in it if that is wanted. Called while the
    page is drawn, not before."""
    try:
        record = storage.store().run(id)
    except InputError as error:
        st.error(literal(str(error)))
        return
    session.keep_edits()
    opening.open_(record, id)
    current = session.shown()
    if complete and current is not None:
        run_line.complete(current)
    st.switch_page(PLAYGROUND)


def hindrance(id: str) -> str:
    """Why a run can't be completed now, "" if it can."""
    if session.running():
        return RUNNING
    try:
        lanes = runs.built(_lanes(id))
    except InputError as error:
        return str(error)
    access = session.access()
    barred = session.local_only() and any(session.sends_out(made, access) for made in lanes)
    return lane_sets.BARRED if barred else ""


@lru_cache(maxsize=1_000)
def _lanes(id: str) -> tuple[LaneWords, ...]:
    """A saved run's. Read once: it doesn't change, and the list is drawn at every rerun."""
    return storage.store().run(id).lanes


def problem() -> None:
    """Says once what the last click could not do."""
    said = st.session_state.pop(_PROBLEM, "")
    if said:
        st.error(literal(said))


def _complain(error: InputError) -> None:
    st.session_state[_PROBLEM] = str(error)
