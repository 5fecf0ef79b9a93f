"""One document at a time: nothing tells which lane ranked it where."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from playground.judging import GRADES, Item
from playground.store import Label
from playground.text import straight
from playground.types import DocId
from playground.ui.judge import sitting as sittings
from playground.ui.judge.sitting import Sitting
from playground.ui.literal import literal


def draw(sitting: Sitting, mine: Mapping[Item, Label]) -> None:
    """How far this grader has come, and the next document if there is one."""
    total = len(sitting.turns)
    left = [id for id, item in sitting.turns.items() if item not in mine]
    skipped = sum(label.grade is None for label in mine.values())
    done = total - len(left)
    bar = st.empty()
    if left:
        _document(sitting, left[0])
    with st.container(horizontal=True):
        if left:
            note = _note(left[0])
            _skip(sitting, left[0], note)
        st.button(
            "Undo",
            key="judge_undo",
            shortcut="u",
            disabled=not sittings.can_undo(sitting),
            help="Takes back the last grade of this session.",
            on_click=sittings.undo,
            args=(sitting,),
        )
    # Last: once it has moved, the keys below it are the next document's.
    bar.progress(done / total, text=f"{done} of {total} done" + (f", {skipped} of them skipped" if skipped else ""))


def _document(sitting: Sitting, id: DocId) -> None:
    document = sitting.outcome.documents[id]
    st.caption("Query")
    st.markdown(f"**{literal(sitting.query)}**")
    with st.container(border=True, key="judge_document"):
        if document.title:
            st.markdown(f"##### {literal(document.title)}")
        st.text(straight(document.content))
    note = _note(id)
    with st.container(horizontal=True):
        for grade, meaning in GRADES.items():
            st.button(
                f"{grade} · {meaning}",
                key=f"judge_{grade}_{id}",
                shortcut=str(grade),
                on_click=sittings.give,
                args=(sitting, id, grade, note),
            )
    st.text_input("Note", key=note, placeholder="Note, kept with the grade", label_visibility="collapsed")


def _skip(sitting: Sitting, id: DocId, note: str) -> None:
    st.button("Skip", key=f"judge_skip_{id}", shortcut="s", on_click=sittings.give, args=(sitting, id, None, note))


def _note(id: DocId) -> str:
    return f"judge_note_{id}"
