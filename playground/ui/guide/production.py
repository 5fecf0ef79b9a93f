"""A lane as code to ship, with this package and without."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from playground.guide.snippets import with_package, without_package
from playground.lanes import Lane
from playground.ui.literal import literal


def draw(lanes: Sequence[Lane], recommended: Lane | None) -> None:
    """``recommended`` is chosen until the visitor chooses another."""
    st.markdown("##### Take it to production")
    names = {lane.words: lane.name for lane in lanes}
    chosen = st.selectbox(
        "Lane",
        list(names),
        index=list(names).index(recommended.words) if recommended is not None else 0,
        format_func=names.__getitem__,
        key="guide_lane",
        width=420,
        persist_state="session",
    )
    lane = next((each for each in lanes if each.words == chosen), None)
    if lane is None:
        return
    with_it, without_it = st.tabs(("With this package", "Without it"))
    with_it.code(with_package(lane), language="python")
    if (plain := without_package(lane)) is not None:
        without_it.caption("The same idea, in other words than the lane's: measure it before you ship it.")
        without_it.code(plain, language="python")
    else:
        without_it.caption(
            literal(
                f"{lane.name} isn't a few lines of code without this package: it asks in several rounds, or its model "
                "has no client of its own."
            )
        )
