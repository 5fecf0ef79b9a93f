"""Evaluate: a query set x lanes in; which lane, how sure, and at what price out."""

import streamlit as st

from playground.ui import entry, header, session
from playground.ui.evaluate import held, inputs, results, run_line

entry.through()
session.start()

header.draw("Evaluate")

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
