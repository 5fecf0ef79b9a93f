"""Who grades how much of which runs: asked in a form, and then told in a line.

Two states, because the keys that grade would go into a field that is still there when Enter was pressed in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import streamlit as st

from playground import judging
from playground.datasets.inputs import clean
from playground.limits import LIMITS
from playground.store import RunRow, Store
from playground.ui import storage
from playground.ui.judge.sitting import Sitting, shared_run
from playground.ui.literal import literal
from playground.ui.shown import Shown
from playground.view.numbers import count, minute
from playground.view.outcome import Outcome

_LONGEST_NAME = 80
_MOST_RUNS = 100
"""Saved runs that are looked through for the query."""
_ASKED = "judge_asked"
_POOLED = "judge_pooled"


@dataclass(frozen=True, kw_only=True)
class _Asked:
    """What is graded by whom: the first ``depth`` of every lane, ``most`` in all (None: all of them), with the saved
    runs of these ids. ``changing`` while it is asked anew."""

    grader: str = ""
    depth: int = 10
    most: int | None = None
    runs: tuple[str, ...] = ()
    changing: bool = False


def begin(current: Shown) -> Sitting | None:
    """None as long as it is asked.

    Raises:
        InputError: the database can't be used, or a saved run can't be read.
    """
    asked: _Asked = st.session_state.get(_ASKED) or _Asked()
    store = storage.store()
    query = clean(current.task.query)[0]
    rows = {row.id: row for row in store.runs(query, limit=_MOST_RUNS) if row.query == query and row.id != current.book}
    asked = replace(asked, runs=tuple(id for id in asked.runs if id in rows))
    if asked.changing or not asked.grader:
        _form(asked, rows)
        return None
    _line(asked)
    outcomes = (current.outcome, *_pooled(store, asked))
    pool = judging.pool(judging.orders(outcomes), asked.depth, asked.most)
    return Sitting(
        outcomes=outcomes,
        grader=asked.grader,
        turns=tuple(judging.shuffled(pool, asked.grader)),
        run=shared_run(current),
    )


def _form(asked: _Asked, rows: Mapping[str, RunRow]) -> None:
    with st.form("judge_begin"):
        who, depth, most = st.columns([2, 1, 1], gap="medium")
        with who:
            st.text_input(
                "Your name",
                asked.grader,
                key="judge_grader",
                max_chars=_LONGEST_NAME,
                placeholder="Grades are kept under it",
                help="Come back under the same name to go on where you stopped. Under another name nobody sees your "
                "grades until they have given their own.",
            )
        with depth:
            st.number_input(
                "First documents of every lane",
                min_value=1,
                max_value=LIMITS.documents,
                value=asked.depth,
                key="judge_depth",
                help="The input order's first ones are graded too.",
            )
        with most:
            st.session_state.setdefault("judge_most", asked.most)
            st.number_input(
                "At most, in all",
                min_value=1,
                value=None,  # so that it can be emptied again
                key="judge_most",
                placeholder="all of them",
                help="Those on whose rank the lanes differ most are taken; they are shown shuffled all the same.",
            )
        if rows:
            st.multiselect(
                "Pooled with",
                list(rows),
                list(asked.runs),
                format_func=lambda each: _told(rows[each]),
                key="judge_runs",
                placeholder="saved runs of the same query",
                help="The first documents of their lanes are graded too, and what their lanes graded is compared with "
                "people.",
            )
        st.form_submit_button("Begin", key="judge_begun", type="primary", on_click=_begin)


def _begin() -> None:
    state = st.session_state
    state[_ASKED] = _Asked(
        grader=clean(state.judge_grader)[0].strip(),
        depth=int(state.judge_depth),
        most=None if state.judge_most is None else int(state.judge_most),
        runs=tuple(state.get("judge_runs", ())),
    )


def _line(asked: _Asked) -> None:
    """What was asked for, and the way back to it."""
    most = "" if asked.most is None else f", at most {asked.most} in all"
    along = f", along with {count(len(asked.runs), 'saved run')}" if asked.runs else ""
    first = "first document" if asked.depth == 1 else f"first {asked.depth} documents"
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(
            f"Grading as **{literal(asked.grader)}** :small[:gray[· the {first} of every lane{most}{along}]]",
            width="content",
        )
        st.button("Change", key="judge_change", on_click=_change, args=(asked,))


def _change(asked: _Asked) -> None:
    st.session_state[_ASKED] = replace(asked, changing=True)


def _pooled(store: Store, asked: _Asked) -> list[Outcome]:
    """The visitor's saved runs of the same query that they choose to grade along; each is opened once."""
    before: dict[str, Outcome] = st.session_state.get(_POOLED, {})
    st.session_state[_POOLED] = found = {id: before.get(id) or _opened(store, id) for id in asked.runs}
    return list(found.values())


def _opened(store: Store, id: str) -> Outcome:
    record = store.run(id)
    return Outcome(record=record, board=record.board)


def _told(row: RunRow) -> str:
    words = [f"{minute(row.made)} UTC", "; ".join(row.lanes), row.note]
    return " · ".join(each for each in words if each)
