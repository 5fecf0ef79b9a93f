"""From a figure to the query behind it: its documents, grades and lanes in the Playground, ranked where the answers are
at hand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import streamlit as st

from playground.at_hand import AtHand
from playground.cache import kept
from playground.domains import domains
from playground.errors import PlaygroundError
from playground.evaluation import task
from playground.lanes import Lane
from playground.reuse import Replies
from playground.types import Task
from playground.ui import run_line, session
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
        lanes = session.lanes()
        if lanes and _at_hand(asked, lanes):
            run_line.begin(asked, lanes, example.qrels, example.note, explain=0, fresh=False)
    state.begun = True  # nothing else is to be opened there on a first visit
    st.switch_page(PAGE)


def _at_hand(asked: Task, lanes: Sequence[Lane]) -> bool:
    """Whether these lanes can rank it without anything being asked."""
    access = session.access()
    with kept(access) as cache:
        answers = AtHand(asked, Replies(access, cache, fresh=not session.reuses()))
        try:
            return not any(answers.ranking(made.strategy).plan.calls[1] for made in lanes)
        except PlaygroundError:  # the Playground says why
            return False
