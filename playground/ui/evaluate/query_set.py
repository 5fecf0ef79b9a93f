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
    """Queries under a title; ``problem`` says why there are none."""

    title: str = ""
    examples: tuple[Example, ...] = ()
    problem: str = ""


def queries(number: int) -> str:
    return f"{number:,} quer{'y' if number == 1 else 'ies'}"


def to_keep(found: QuerySet) -> QuerySet:
    """The same, with a button that saves it."""
    if found.examples and st.button("Keep this set", key="evaluate_keep", help="It is then among the saved ones."):
        try:
            storage.store().save_set(found.title, found.examples)
        except InputError as error:
            st.error(literal(str(error)))
        else:
            st.toast("Kept: it is among the saved sets.")
    return found
