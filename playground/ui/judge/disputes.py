"""What people and lanes graded differently, beside what the lanes gave as their reasons."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from playground import judging
from playground.judging import Dispute
from playground.text import straight
from playground.types import DocId
from playground.ui.literal import literal
from playground.view.numbers import count
from playground.view.outcome import Outcome

_MOST = 20
_FAR = 2
"""Grades apart from which two people can't both be right."""


def draw(outcome: Outcome, found: Sequence[Dispute]) -> None:
    """The furthest apart first."""
    st.markdown("##### Disagreements")
    if not found:
        st.caption("Nobody disagrees about any document that was graded twice.")
        return
    far = sum(dispute.apart >= _FAR for dispute in found)
    more = f"; the first {_MOST} are shown" if len(found) > _MOST else ""
    st.caption(f"{count(len(found), 'document')}, {far} of them {_FAR} grades apart or more{more}.")
    ids = {judging.item(outcome.record.task.query, document): id for id, document in outcome.documents.items()}
    for dispute in found[:_MOST]:
        with st.container(border=True):
            _one(outcome, ids[dispute.item], dispute)


def _one(outcome: Outcome, id: DocId, dispute: Dispute) -> None:
    st.markdown(f"**{literal(outcome.titles[id])}** :small[:gray[{literal(count(dispute.apart, 'grade'))} apart]]")
    given = [f"{name}: {grade}" for name, grade in dispute.people]
    given += [f"lane {name}: {grade}" for name, grade in dispute.lanes]
    st.markdown(literal(" · ".join(given)))
    for row in outcome.board.lanes:
        items = row.ranking.items if row.ranking is not None else ()
        if reason := next((item.reason for item in items if item.id == id), None):
            st.markdown(f":small[{literal(row.name)}: {literal(reason)}]")
    with st.expander("Full text"):
        st.text(straight(outcome.documents[id].content))
