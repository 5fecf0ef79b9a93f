"""What lanes lack before anything can be asked: a key, an address, a model."""

from __future__ import annotations

from collections.abc import Iterable

import streamlit as st

from playground import models
from playground.errors import PlaygroundError
from playground.lanes import Lane
from playground.ui import session
from playground.ui.literal import literal


def draw(lanes: Iterable[Lane]) -> None:
    """A line a lane that can't be asked, with what to do about it."""
    access = session.access()
    for made in lanes:
        for ref in made.strategy.models():
            try:
                models.check(ref, access)
            except PlaygroundError as error:
                st.caption(f"{literal(made.name)}: {literal(str(error))}")
                break
