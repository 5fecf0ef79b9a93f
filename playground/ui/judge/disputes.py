"""What people and lanes graded differently, beside what the lanes gave as their reasons."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import streamlit as st

from playground import judging
from playground.judging import Dispute, Item
from playground.text import straight
from playground.types import Document
from playground.ui.literal import literal
from playground.view.numbers import count
from playground.view.outcome import Outcome, title

_MOST = 20
_FAR = 2
"""Grades apart from which two people can't both be right."""

Reasons = Mapping[Item, Sequence[tuple[str, str]]]
"""What lanes, by name, said of a document."""


def draw(outcomes: Sequence[Outcome], documents: Mapping[Item, Document], found: Sequence[Dispute]) -> None:
    """The furthest apart first."""
    st.markdown("##### Disagreements")
    if not found:
        st.caption("Nobody disagrees about any document that was graded twice.")
        return
    far = sum(dispute.apart >= _FAR for dispute in found)
    more = f"; the first {_MOST} are shown" if len(found) > _MOST else ""
    st.caption(f"{count(len(found), 'document')}, {far} of them {_FAR} grades apart or more{more}.")
    reasons = _reasons(outcomes)
    for dispute in found[:_MOST]:
        with st.container(border=True):
            _one(documents[dispute.item], dispute, reasons)


def _one(document: Document, dispute: Dispute, reasons: Reasons) -> None:
    st.markdown(f"**{literal(title(document))}** :small[:gray[{literal(count(dispute.apart, 'grade'))} apart]]")
    given = [f"{name}: {grade}" for name, grade in dispute.people]
    given += [f"lane {name}: {grade}" for name, grade in dispute.lanes]
    st.markdown(literal(" · ".join(given)))
    for name, reason in reasons.get(dispute.item, ()):
        st.markdown(f":small[{literal(name)}: {literal(reason)}]")
    with st.expander("Full text"):
        st.text(straight(document.content))


def _reasons(outcomes: Sequence[Outcome]) -> Reasons:
    found: dict[Item, list[tuple[str, str]]] = {}
    for outcome, names in zip(outcomes, judging.lane_names(outcomes), strict=True):
        items = judging.items(outcome)
        for name, row in zip(names, outcome.board.lanes, strict=True):
            for ranked in row.ranking.items if row.ranking is not None else ():
                if ranked.reason:
                    found.setdefault(items[ranked.id], []).append((name, ranked.reason))
    return found
