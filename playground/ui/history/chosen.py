"""What the visitor does on the page: the runs chosen for a comparison, the one about to be deleted, what went wrong."""

from __future__ import annotations

import streamlit as st

from playground import runs
from playground.errors import InputError
from playground.runs import Record
from playground.text import shortened
from playground.ui import opening, run_line, session, storage
from playground.ui.literal import literal
from playground.view import side_by_side

PLAYGROUND = "pages/playground.py"
RUNNING = "A run is under way in the Playground; wait for its end or stop it there."
LONGEST_QUERY = 160
"""Characters of a query that stand in a list."""
_CHOSEN = "runs_chosen"
_COMPARING = "runs_comparing"
_DELETING = "runs_deleting"
_PROBLEM = "runs_problem"
_TAKEN = "runs_taken"


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
    if current is not None and current.book == id:
        current.saved = current.book = ""


def note(id: str, key: str) -> None:
    """Keeps what was typed into the note of this key."""
    try:
        storage.store().set_note(id, st.session_state[key])
    except InputError as error:
        _complain(error)


def take(key: str) -> int | None:
    """Saves the record in the file that was given under this key, unless it is saved already. Returns the place of its
    run in the list, None where there is none."""
    state = st.session_state
    file = state[key]
    if file is None:
        return None
    try:
        record = runs.load(file.getvalue().decode("utf-8", "replace"), file.name)
        store = storage.store()
        known = store.find_run(record)
        id = known or store.save_run(record)
        place, note = store.place(id), store.note(id)
    except InputError as error:
        state[_TAKEN] = ("refused", str(error))
        return None
    lanes = "; ".join(lane.name for lane in record.lanes)
    about = " · ".join(
        filter(None, [shortened(record.task.query, LONGEST_QUERY), side_by_side.heading(record, note), lanes])
    )
    state[_TAKEN] = (
        ("new", f"Imported: {about}") if known is None else ("known", f"Already saved, so not saved again: {about}")
    )
    return place


def taken() -> None:
    """Says once what became of the last file."""
    kind, said = st.session_state.pop(_TAKEN, ("", ""))
    match kind:
        case "new":
            st.success(literal(said))
        case "known":
            st.info(literal(said))
        case "refused":
            st.error(literal(said))


def open_(id: str, *, complete: bool = False) -> None:
    """Goes to the Playground with the run, and there asks for what is missing in it if that is wanted; says why where
    that can't be. Called while the page is drawn, not before."""
    try:
        record = storage.store().run(id)
        if complete:
            _check(record)
    except InputError as error:
        st.error(literal(str(error)))
        return
    session.keep_edits()
    opening.open_(record, id)
    current = session.shown()
    if complete and current is not None:
        run_line.complete(current)
    st.switch_page(PLAYGROUND)


def _check(record: Record) -> None:
    """Raises:
    InputError: the run can't be completed: a lane can't be built here, or sends text out where that is barred.
    """
    access = session.access()
    for made in runs.built(record.lanes):
        if session.local_only() and session.sends_out(made, access):
            raise InputError(
                f"The lane {made.name} sends text out, and only local lanes are allowed.",
                hint="Allow others beside the lanes in the Playground.",
            )


def problem() -> None:
    """Says once what the last click could not do."""
    said = st.session_state.pop(_PROBLEM, "")
    if said:
        st.error(literal(said))


def _complain(error: InputError) -> None:
    st.session_state[_PROBLEM] = str(error)
