"""From a figure to the query behind it: its documents, grades and lanes in the Playground."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from playground.domains import domains
from playground.evaluation import task
from playground.ui import session
from playground.ui.evaluate.held import Held

PAGE = "pages/playground.py"


def in_playground(current: Held, query_id: str) -> None:
    """Opens it there. Its lanes take the place of others; a run that is under way stays in sight."""
    state = st.session_state
    example = current.examples[query_id]
    asked = task(example, domains()[current.domain])
    session.keep_edits()
    session.use("Upload", replace(example, domain=asked.domain.name, name=example.name or example.query_id))
    session.source("Upload").queries.clear()
    state.source = "Upload"
    if session.lanes() != list(current.lanes):
        state.columns = [session.Column(lane=made) for made in current.lanes]
    if not session.running():
        state.shown = None
    state.begun = True  # nothing else is to be opened there on a first visit
    st.switch_page(PAGE)
