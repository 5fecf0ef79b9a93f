"""What people and lanes graded differently, beside what the lanes gave as their reasons."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import streamlit as st

from playground import judging
from playground.judging import GRADES, Dispute, Item
from playground.store import Label
from playground.text import straight
from playground.ui.judge import sitting as sittings
from playground.ui.judge.sitting import Sitting
from playground.ui.literal import literal
from playground.view.numbers import count
from playground.view.outcome import Outcome, title

_MOST = 20
_FAR = 2
"""Grades apart from which two people can't both be right."""

Reasons = Mapping[Item, Sequence[tuple[str, str]]]
"""What lanes, by name, said of a document."""


def draw(sitting: Sitting, found: Sequence[Dispute], labels: Sequence[Label], *, alone: bool) -> None:
    """The furthest apart first, each with its people's notes and the grader's chance to think again. ``labels`` are
    everybody's of the documents in dispute at least; ``alone`` where one person has graded."""
    st.markdown("##### Disagreements")
    if not found:
        st.caption(
            "Only one person has graded, and no lane's grades differ from theirs."
            if alone
            else "Nobody disagrees about any document that was graded twice."
        )
        return
    far = sum(dispute.apart >= _FAR for dispute in found)
    more = f"; the first {_MOST} are shown" if len(found) > _MOST else ""
    st.caption(
        f"{count(len(found), 'document')}, {far} of them {_FAR} grades apart or more{more}. What you grade again here "
        "counts in your first grade's place, also in the agreement above, though it is not blind any more."
    )
    reasons = _reasons(sitting.outcomes)
    given = {(judging.item_of(label), label.grader): label for label in labels}
    for dispute in found[:_MOST]:
        with st.container(border=True):
            _one(sitting, dispute, given, reasons)


def _one(sitting: Sitting, dispute: Dispute, given: Mapping[tuple[Item, str], Label], reasons: Reasons) -> None:
    document, item = sitting.documents[dispute.item], dispute.item
    key = f"{item.content}_{item.document}"
    st.markdown(f"**{literal(title(document))}** :small[:gray[{literal(count(dispute.apart, 'grade'))} apart]]")
    said = [f"{name}: {grade}{_quoted(given[item, name].note)}" for name, grade in dispute.people]
    said += [f"lane {name}: {grade}" for name, grade in dispute.lanes]
    st.markdown(literal(" · ".join(said)))
    for name, reason in reasons.get(item, ()):
        st.markdown(f":small[{literal(name)}: {literal(reason)}]")
    _again(sitting, given[item, sitting.grader], key)
    with st.expander("Full text"), st.container(key=f"judge_text_{key}"):
        st.text(straight(document.content))


def _again(sitting: Sitting, mine: Label, key: str) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.caption("Grade again", width="content")
        for grade, meaning in GRADES.items():
            st.button(
                str(grade),
                key=f"judge_again_{grade}_{key}",
                help=meaning,
                disabled=grade == mine.grade,
                on_click=sittings.give_again,
                args=(sitting, mine, grade),
            )


def _quoted(note: str) -> str:
    return f" “{note}”" if note else ""


def _reasons(outcomes: Sequence[Outcome]) -> Reasons:
    found: dict[Item, list[tuple[str, str]]] = {}
    for outcome, names in zip(outcomes, judging.lane_names(outcomes), strict=True):
        items = judging.items(outcome)
        for name, row in zip(names, outcome.board.lanes, strict=True):
            for ranked in row.ranking.items if row.ranking is not None else ():
                if ranked.reason:
                    found.setdefault(items[ranked.id], []).append((name, ranked.reason))
    return found
