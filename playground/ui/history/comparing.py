"""Two to four saved runs beside each other."""

from __future__ import annotations

from string import ascii_uppercase

import pandas as pd
import streamlit as st

from playground.runs import Record
from playground.text import shortened
from playground.ui import storage
from playground.ui.history import chosen
from playground.ui.literal import literal
from playground.view import side_by_side
from playground.view.outcome import Outcome
from playground.view.tables import Row

_KEPT = "runs_compared"


def draw() -> None:
    """Raises:
    InputError: a run is gone, or the database can't be used.
    """
    st.button("Back to the list", key="runs_back", on_click=chosen.compare, args=(False,))
    ids = chosen.ids()
    found = dict(zip(ascii_uppercase, _outcomes(ids), strict=False))
    side_by_side.check(len(found))
    for id, (label, outcome) in zip(ids, found.items(), strict=True):
        about = side_by_side.heading(outcome.record, storage.store().note(id))
        query = shortened(outcome.record.task.query, chosen.LONGEST_QUERY)
        st.markdown(f"**{label}** {literal(query)}  \n:small[:gray[{literal(about)}]]")
    st.markdown("##### Settings")
    _table(side_by_side.settings(found))
    for row in side_by_side.prompts(found):
        with st.expander(f"{literal(row['lane'])}: the first question differs between {row['runs']}"):
            st.code(row["change"], language="diff", wrap_lines=True)
    st.markdown("##### Results")
    results = side_by_side.results(found)
    _table(results)
    if tops := side_by_side.tops(results):
        st.caption(f"The first {len(tops)} of each lane")
        _table(tops)
    st.markdown("##### Agreement")
    agreed = side_by_side.agreement(found)
    if agreed:
        st.caption("Of lanes of one name, over the documents of the same id and text: 1 is the same order.")
        _table(agreed)
    else:
        st.caption("No two of these runs have a lane of the same name.")


def _outcomes(ids: list[str]) -> list[Outcome]:
    """Read once: a saved run doesn't change."""
    held: dict[str, Outcome] = st.session_state.get(_KEPT, {})
    store = storage.store()
    found = {id: held[id] if id in held else _outcome(store.run(id)) for id in ids}
    st.session_state[_KEPT] = found
    return list(found.values())


def _outcome(record: Record) -> Outcome:
    return Outcome(record=record, board=record.board)


def _table(rows: list[Row]) -> None:
    # The height of its rows: the default scrolls after ten.
    st.dataframe(pd.DataFrame(side_by_side.told(rows)), hide_index=True, width="stretch", height="content")
