"""A query set on the page, wherever it came from."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from playground.datasets import Example
from playground.errors import InputError
from playground.ui import storage
from playground.ui.literal import literal


@dataclass(frozen=True, kw_only=True)
class QuerySet:
    """Queries under a title; where there are none, ``problem`` says what is wrong, or ``wanted`` what is to be given or
    chosen first."""

    title: str = ""
    examples: tuple[Example, ...] = ()
    problem: str = ""
    wanted: str = ""


def to_keep(found: QuerySet) -> QuerySet:
    """The same, with a name under which it can be saved."""
    if not found.examples:
        return found
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        name = st.text_input("Name", value=found.title, key=f"evaluate_name_{found.title}")
        if st.button("Keep this set", key="evaluate_keep", help="It is then among the saved ones."):
            _keep(name, found)
    return found


def _keep(name: str, found: QuerySet) -> None:
    """Once: the same queries under the same name would only be told apart by nobody."""
    try:
        store = storage.store()
        if store.find_set(name, found.examples) is None:
            store.save_set(name, found.examples)
            said = "Kept: it is among the saved sets."
        else:
            said = "It is among the saved sets already, under this name."
    except InputError as error:
        st.error(literal(str(error)))
    else:
        st.toast(said)
