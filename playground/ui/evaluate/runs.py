"""The queries of saved runs as a query set, with the grades that people gave."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import streamlit as st

from playground import saved_queries
from playground.errors import InputError
from playground.runs import Record
from playground.store import RunRow, Store
from playground.text import shortened, straight
from playground.ui import storage
from playground.ui.evaluate.query_set import QuerySet, to_keep

MOST = 50
"""Runs to choose from: the last saved. Older ones are found by searching."""
_LONGEST = 40
"""Characters of a query."""
_NONE = "No run is saved yet. Save one in the Playground, under Share and export."


def draw() -> QuerySet:
    """A search, the runs it finds, and the queries of those that are chosen."""
    search = st.text_input(
        "Search",
        key="evaluate_runs_search",
        placeholder="in queries, notes and lane names",
        persist_state="session",
    )
    try:
        store = storage.store()
        rows = {row.id: row for row in store.runs(search, limit=MOST)}
        if not rows:
            return QuerySet(wanted="No such run is saved." if search else _NONE)
        chosen = st.multiselect(
            "Runs",
            list(rows),
            format_func=lambda each: _title(rows[each]),
            key="evaluate_runs",
            placeholder="all that are listed" if len(rows) < MOST else f"the last {MOST}",
            help="Of several runs of one query the newest counts. Grades are the medians of those given in Judge, "
            "yours and those given together to these runs, else the run's own.",
            persist_state="session",
        )
        ids = [id for id in rows if id in chosen] or list(rows)
        examples = saved_queries.examples(_records(store, ids), store.labels(runs=ids))
    except InputError as error:
        return QuerySet(problem=str(error))
    return to_keep(QuerySet(title="Saved runs", examples=tuple(examples)))


def _title(row: RunRow) -> str:
    """The id's first digits tell runs of one query apart."""
    query = shortened(" ".join(straight(row.query).split()), _LONGEST)
    return f"{query} · {row.made[:10]} · {row.id[:6]}"


def _records(store: Store, ids: Sequence[str]) -> list[Record]:
    """Read once: a saved run doesn't change. What happened in it is not needed, and large."""
    held: dict[str, Record] = st.session_state.setdefault("evaluate_records", {})
    missing = [id for id in ids if id not in held]
    if missing:
        with st.spinner("Reading the saved runs…"):
            held |= {id: replace(store.run(id), events=(), checks=()) for id in missing}
    return [held[id] for id in ids]
