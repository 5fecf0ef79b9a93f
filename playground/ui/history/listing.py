"""The list of saved runs, the last saved first."""

from __future__ import annotations

from functools import partial

import streamlit as st

from playground import runs
from playground.board import UNSETTLED
from playground.limits import LIMITS
from playground.store import RunRow, Store
from playground.text import shortened
from playground.ui import session, storage
from playground.ui.history import chosen
from playground.ui.literal import literal
from playground.view import side_by_side
from playground.view.numbers import count, minute

PAGE = 20


def draw() -> None:
    """Raises:
    InputError: the database can't be used.
    """
    store, state = storage.store(), st.session_state
    with st.container(horizontal=True, vertical_alignment="bottom"):
        search = st.text_input(
            "Search",
            key="runs_search",
            placeholder="Words of a query, a note or a lane's name",
            max_chars=LIMITS.query_chars,
            on_change=_first_page,
        ).strip()
        number = len(chosen.ids())
        st.button(
            f"Compare {count(number, 'run')}" if number else "Compare",
            key="runs_compare",
            disabled=number < side_by_side.FEWEST,
            help=f"Tick {side_by_side.FEWEST} to {side_by_side.MOST} runs.",
            on_click=chosen.compare,
            args=(True,),
        )
        if number:
            st.button("Choose none", key="runs_none", on_click=chosen.none)
    page = state.get("runs_page", 0)
    rows = store.runs(search, limit=PAGE + 1, offset=page * PAGE)
    if not rows and not page:
        _nothing(search)
    for row in rows[:PAGE]:
        with st.container(border=True, key=f"run_{row.id}"):
            _row(store, row)
    if page or len(rows) > PAGE:
        with st.container(horizontal=True, vertical_alignment="center"):
            st.button("Newer", key="runs_newer", disabled=not page, on_click=_turn, args=(-1,))
            st.caption(f"Page {page + 1}", width="content")
            st.button("Older", key="runs_older", disabled=len(rows) <= PAGE, on_click=_turn, args=(1,))
    st.file_uploader("Import a run record (JSON)", type=["json"], key="runs_file", on_change=_take, args=("runs_file",))
    chosen.taken()
    if session.access().user:
        st.caption("This installation is shared: the list holds what was saved in this browser session, nobody else's.")


def _nothing(search: str) -> None:
    if search:
        st.info("No saved run has all of these words in its query, note and lane names.")
        return
    st.info(
        "No run is saved yet. Nothing is kept that nobody asked for: in the Playground, open Share and export and "
        "press Save run and make a link; or import a run record below."
    )


def _row(store: Store, row: RunRow) -> None:
    held = chosen.ids()
    query = shortened(row.query, chosen.LONGEST_QUERY)
    what, buttons = st.columns([3, 1], vertical_alignment="center")
    with what, st.container(horizontal=True, vertical_alignment="center"):
        # Told each time: a box forgets its tick when the list turns its page, and keeps it when all are let go.
        ticked = f"run_chosen_{row.id}"
        st.session_state[ticked] = row.id in held
        st.checkbox(
            f"Compare {literal(query)}",
            key=ticked,
            disabled=row.id not in held and len(held) >= side_by_side.MOST,
            label_visibility="collapsed",
            on_change=chosen.toggle,
            args=(row.id,),
            width="content",
        )
        st.markdown(f"**{literal(query)}**", width="stretch")
    with buttons, st.container(horizontal=True, horizontal_alignment="right", gap="xsmall"):
        if st.button("Open", key=f"run_open_{row.id}", disabled=session.running(), help=_help()):
            chosen.open_(row.id)
        st.download_button(
            "Export",
            partial(_dumped, store, row.id),
            file_name=f"run-{row.id}.json",
            mime="application/json",
            on_click="ignore",
            key=f"run_export_{row.id}",
            help="The run record: lossless, replayed without a key. Other files are offered where a run is opened.",
        )
        st.button("Delete", key=f"run_delete_{row.id}", on_click=chosen.ask_to_delete, args=(row.id,))
    made = f"{minute(row.made)} UTC"
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(
            f"{made} · {count(row.documents, 'document')} · {literal(row.domain)} · {literal(row.ended)}",
            width="stretch",
        )
        # Of a run that was stopped while reasons were written a row doesn't tell: opened, it offers the rest.
        if not set(UNSETTLED).isdisjoint(row.states):
            _offer_rest(row)
    key = f"run_note_{row.id}"
    st.text_input(
        "Note",
        value=row.note,
        key=key,
        placeholder="Note",
        label_visibility="collapsed",
        on_change=chosen.note,
        args=(row.id, key),
    )
    if chosen.deleting() == row.id:
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown("Delete this run for good? Its link opens nothing afterwards.", width="content")
            st.button("Delete it", key=f"run_deleted_{row.id}", type="primary", on_click=chosen.delete, args=(row.id,))
            st.button("Keep it", key=f"run_kept_{row.id}", on_click=chosen.ask_to_delete, args=("",))


def _offer_rest(row: RunRow) -> None:
    busy = session.running()
    if st.button(
        "Ask for what is missing",
        key=f"run_complete_{row.id}",
        disabled=busy,
        help=chosen.RUNNING
        if busy
        else "Opens the run in the Playground and asks the same lanes once more: only for what it was not answered.",
    ):
        chosen.open_(row.id, complete=True)


def _help() -> str:
    return chosen.RUNNING if session.running() else "In the Playground, as it was recorded: nobody is asked."


def _dumped(store: Store, id: str) -> str:
    return runs.dump(store.run(id))


def _take(key: str) -> None:
    """Brings the run in and turns to the page that it is on."""
    place = chosen.take(key)
    if place is not None:
        st.session_state.runs_search, st.session_state.runs_page = "", place // PAGE


def _first_page() -> None:
    st.session_state.runs_page = 0


def _turn(by: int) -> None:
    st.session_state.runs_page = st.session_state.get("runs_page", 0) + by
