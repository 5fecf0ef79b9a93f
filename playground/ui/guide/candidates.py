"""The lanes to choose from: those of the Playground, and presets beside them."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from playground.lanes import Lane
from playground.ui import session
from playground.ui.presets import PRESETS

_FIRST = ("Cohere Rerank", "Listwise, OpenAI", "Hybrid, Claude", "Listwise, Ollama")
_BY_TITLE = {preset.title: preset.lane for preset in PRESETS}


def choose() -> tuple[Lane, ...]:
    """The Playground's lanes in their order, then the chosen presets; each strategy once, each name once."""
    st.multiselect(
        "Beside the Playground's lanes",
        list(_BY_TITLE),
        default=_FIRST,
        key="guide_presets",
        persist_state="session",
    )
    return chosen()


def chosen() -> tuple[Lane, ...]:
    """As they stand in the field."""
    found = [column.lane for column in session.columns()]
    for title in st.session_state.guide_presets:
        lane = _BY_TITLE[title]
        if lane.strategy not in [each.strategy for each in found]:
            taken = lane.name in [each.name for each in found]
            found.append(replace(lane, name=f"{lane.name} (preset)") if taken else lane)
    return tuple(found)
