"""A lane as code to ship, with this package and without."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from playground.guide.rules import asks_llm
from playground.guide.snippets import with_package, without_package
from playground.lanes import Lane
from playground.ui.literal import literal

_KEY, _PROPOSED = "guide_lane", "guide_lane_proposed"
_IN_OTHER_WORDS = "The same idea, in other words than the lane's: measure it before you ship it."
_TEXTS_ONLY = "The same model, given the texts alone, without titles: measure it before you ship it."


def draw(lanes: Sequence[Lane], recommended: Lane | None) -> None:
    """Follows the recommendation until the visitor chooses another lane; nothing where there is none."""
    if not lanes:
        return
    st.markdown("##### Take it to production")
    by = {lane.words: lane for lane in lanes}
    proposed = (recommended or lanes[0]).words
    chosen = st.session_state.get(_KEY)
    if chosen not in by or chosen == st.session_state.get(_PROPOSED):
        st.session_state[_KEY] = proposed
    st.session_state[_PROPOSED] = proposed
    words = st.selectbox(
        "Lane",
        list(by),
        format_func=lambda words: by[words].name,
        key=_KEY,
        width=420,
        persist_state="session",
    )
    lane = by[words]
    with_it, without_it = st.tabs(("With this package", "Without it"))
    with_it.code(with_package(lane), language="python")
    plain = without_package(lane)
    if plain.code:
        without_it.caption(_IN_OTHER_WORDS if asks_llm(lane) else _TEXTS_ONLY)
        without_it.code(plain.code, language="python")
    else:
        without_it.caption(literal(f"{lane.name} isn't written out without this package: {plain.why}"))
