"""Evaluate: a query set x lanes in; which lane, how sure, and at what price out."""

import streamlit as st

from playground.ui import entry, session, settings
from playground.ui.evaluate import held, inputs, results, run_line

entry.through()
session.start()

with st.container(horizontal=True, vertical_alignment="center"):
    st.markdown("#### Evaluate", width="stretch")
    st.caption(settings.status(), width="content")
    st.button("Settings", type="tertiary", on_click=session.open_dialog, args=("settings",))
if session.dialog() == "settings":
    settings.dialog()

given = inputs.draw()

pace = 0.8 if held.running() else None


@st.fragment(run_every=pace)
def watched() -> None:
    """What moves while an evaluation is under way. Once that ends the whole page is drawn anew."""
    if pace is not None and not held.running():
        st.rerun(scope="app")
    run_line.draw(given)
    current = held.current()
    if current is not None:
        results.draw(current)
    else:
        st.caption("Nothing has been evaluated yet. Press Run: every lane ranks every query of the set.")


watched()
