"""One document at a time: nothing tells which lane ranked it where."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from playground.judging import GRADES, Item
from playground.store import Label
from playground.text import straight
from playground.ui.judge import sitting as sittings
from playground.ui.judge.sitting import Sitting
from playground.ui.literal import literal


def draw(sitting: Sitting, mine: Mapping[Item, Label]) -> None:
    """How far this grader has come, and the next document if there is one."""
    total = len(sitting.turns)
    left = [item for item in sitting.turns if item not in mine]
    skipped = [mine[item] for item in sitting.turns if item in mine and mine[item].grade is None]
    done = total - len(left)
    bar = st.empty()
    if left:
        _document(sitting, left[0])
    with st.container(horizontal=True):
        if left:
            _skip(sitting, left[0])
        elif skipped:
            st.button(
                "Grade the skipped one" if len(skipped) == 1 else f"Grade the {len(skipped)} skipped",
                key="judge_skipped",
                shortcut="g",
                on_click=sittings.return_to,
                args=(sitting, skipped),
            )
        st.button(
            "Undo",
            key="judge_undo",
            shortcut="u",
            disabled=not sittings.can_undo(sitting),
            help="Takes back the last grade of this session.",
            on_click=sittings.undo,
            args=(sitting,),
        )
    if before := sittings.elsewhere(sitting, mine):
        st.info(literal(f"{sitting.grader} has graded {before} of these. If that wasn't you, take another name."))
    # Last: once it has moved, the keys below it are the next document's.
    more = f", {len(skipped)} of them skipped" if skipped else ""
    bar.progress(done / total, text=f"{done} of {total} done{more}")


def _document(sitting: Sitting, item: Item) -> None:
    document = sitting.documents[item]
    st.caption("Query")
    st.markdown(f"**{literal(sitting.query)}**")
    with st.container(border=True, key="judge_document"):
        if document.title:
            st.markdown(f"##### {literal(document.title)}")
        st.text(straight(document.content))
    with st.container(horizontal=True):
        for grade, meaning in GRADES.items():
            st.button(
                f"{grade} · {meaning}",
                key=f"judge_{grade}_{_key(item)}",
                shortcut=str(grade),
                on_click=sittings.give,
                args=(sitting, item, grade),
            )
    st.text_input(
        "Note",
        key=sittings.note(item),
        placeholder="Note, kept with the grade",
        label_visibility="collapsed",
        on_change=sittings.noted,
        args=(item,),
    )


def _skip(sitting: Sitting, item: Item) -> None:
    st.button(
        "Skip",
        key=f"judge_skip_{_key(item)}",
        shortcut="s",
        on_click=sittings.give,
        args=(sitting, item, None),
    )


def _key(item: Item) -> str:
    return f"{item.content}_{item.document}"
