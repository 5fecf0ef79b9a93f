"""What is to be evaluated: a query set, how much of it, the domain, and the Playground's lanes."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from playground import domains
from playground.datasets import Example
from playground.evaluation import notes, queries
from playground.lanes import Lane
from playground.ui import session
from playground.ui.evaluate import sets
from playground.ui.evaluate.query_set import QuerySet
from playground.ui.literal import literal
from playground.view.numbers import count

_NOTES = 50
"""So many notes on reading are shown."""


@dataclass(frozen=True, kw_only=True)
class Given:
    """``domain`` is the name of the one that queries without any are asked in."""

    title: str
    examples: tuple[Example, ...]
    lanes: tuple[Lane, ...]
    domain: str


def draw() -> Given:
    """Draws the inputs and reads them."""
    name = st.segmented_control(
        "Query set",
        list(sets.SOURCES),
        key="evaluate_source",
        default=sets.PACK,
        required=True,
        persist_state="session",
    )
    set_column, limit_column, lane_column = st.columns([1.1, 0.7, 1.2], gap="medium")
    with set_column:
        found = sets.SOURCES[name or sets.PACK]()
        _about(found)
    with limit_column:
        limit = st.number_input(
            "First queries only",
            min_value=1,
            value=None,
            step=1,
            key="evaluate_limit",
            placeholder=f"all {len(found.examples):,}",
            help="A first look at a large set costs less.",
            persist_state="session",
        )
        known = domains.domains()
        domain = st.selectbox(
            "Domain",
            list(known),
            format_func=lambda key: known[key].title,
            key="evaluate_domain",
            help="For queries that name none: sets the expert's role, priorities and rubric in every prompt.",
            persist_state="session",
        )
    with lane_column:
        lanes = _lanes()
    return Given(
        title=found.title,
        examples=found.examples[:limit],
        lanes=lanes,
        domain=domain or domains.DEFAULT,
    )


def _lanes() -> tuple[Lane, ...]:
    """The lanes that take part in the Playground, by name and in words."""
    lanes, access = tuple(session.lanes()), session.access()
    st.caption("Lanes")
    with st.container(gap="xxsmall"):
        for made in lanes:
            badge = ":orange-badge[sends text out]" if session.sends_out(made, access) else ":gray-badge[local]"
            st.markdown(f"**{literal(made.name)}** {badge} :small[:gray[{literal(made.words)}]]")
        if not lanes:
            st.info("No lane takes part. Turn one on in the Playground.")
        st.page_link("pages/playground.py", label="Change them in the Playground")
    return lanes


def _about(found: QuerySet) -> None:
    if found.problem:
        st.error(literal(found.problem))
        return
    if found.wanted:
        st.info(literal(found.wanted))
        return
    graded = sum(any(grade > 0 for grade in example.qrels.values()) for example in found.examples)
    documents = sum(len(example.documents) for example in found.examples)
    if found.examples:
        many = f"{queries(len(found.examples))} ({graded:,} with grades, which measures need)"
        st.caption(f"{literal(found.title)}: {many}, {count(documents, 'document')}")
    said = notes(found.examples)
    if said:
        with st.expander(count(len(said), "note") + " on reading"):
            for note in said[:_NOTES]:
                st.caption(literal(note))
            if len(said) > _NOTES:
                st.caption(f"and {len(said) - _NOTES:,} more")
