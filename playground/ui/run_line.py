"""Run, Stop, what the run will take, and the way to what a run left open."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import streamlit as st

from playground import models
from playground.board import phase_of
from playground.errors import PlaygroundError
from playground.lanes import Lane
from playground.live import LiveRun
from playground.types import DocId, Task
from playground.ui import estimates, session, spending
from playground.ui.inputs import Inputs
from playground.ui.literal import literal

EXPLAINED = 3  # documents a lane


def draw(inputs: Inputs) -> None:
    """The buttons, the estimate or progress, and every problem there is with the input."""
    busy = session.running()
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        if busy:
            st.button("Stop", key="stop", on_click=_stop)
        else:
            _start(inputs)
        st.caption(_busy() if busy else _estimate(inputs.task))
    if inputs.problem is not None:
        st.info(literal(str(inputs.problem)))
    for warning in inputs.warnings:
        st.warning(literal(warning))
    access = session.access()
    for made in session.lanes():
        for ref in made.strategy.models():
            try:
                models.check(ref, access)
            except PlaygroundError as error:
                st.caption(f"{literal(made.name)}: {literal(str(error))}")
                break


def _start(inputs: Inputs) -> None:
    if st.button("Run", key="run", type="primary", shortcut="mod+enter", disabled=inputs.task is None) and inputs.task:
        _run(inputs.task, session.lanes(), inputs.qrels, inputs.note, fresh=not session.reuses())
    left = _left_open(inputs.task)
    if left is not None and st.button(
        "Ask for what is missing",
        key="missing",
        help="The same lanes and documents once more: what was answered is at hand, so only the rest is asked.",
    ):
        _run(left.live.task, left.live.lanes, left.qrels, left.note, fresh=False)
    st.toggle(
        "Explain",
        key="explain",
        value=True,
        persist_state="session",
        help=f"Reasons for the first {EXPLAINED} documents of lanes that give none: after the ranking, which they "
        "never change. A lane that asks an LLM (pairwise, setwise, tournament, listwise without reasons) has its own "
        "model explain them, one more call each. A lane that only scores quotes the closest sentence, and the "
        "embedded 135M LLM writes a sentence from it.",
    )


def _left_open(task: Task | None) -> session.Shown | None:
    """The last run, if it left something unanswered, what was answered is kept, and it is still what the page shows."""
    current = session.shown()
    if current is None or task is None or session.access().replies is None:
        return None
    live = current.live
    if live.task != task or list(live.lanes) != session.lanes():
        return None
    board = live.board
    return current if board.halted or any(row.state in ("partial", "failed") for row in board.lanes) else None


def _run(task: Task, lanes: Sequence[Lane], qrels: Mapping[DocId, int], note: str, *, fresh: bool) -> None:
    live = LiveRun(task, lanes, session.access(), explain=_explained(), budget=spending.budget(), fresh=fresh)
    st.session_state.shown = session.Shown(live=live, qrels=qrels, note=note)
    st.rerun()


def _explained() -> int:
    return EXPLAINED if st.session_state.get("explain", True) else 0


def _stop() -> None:
    current = session.shown()
    if current is not None:
        current.live.stop()


def _busy() -> str:
    estimates.forget()
    current = session.shown()
    phase = phase_of(current.live.board) if current is not None else None
    return "Ranked. Writing reasons…" if phase == "explain" else "Running…"


def _estimate(task: Task | None) -> str:
    return estimates.line(task, session.lanes(), session.access(), _explained()) if task is not None else ""
