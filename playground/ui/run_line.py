"""Run, Stop, and what the run will take."""

from __future__ import annotations

import streamlit as st

from playground import models
from playground.board import phase_of
from playground.errors import PlaygroundError
from playground.live import LiveRun
from playground.plan import plan
from playground.types import Task
from playground.ui import session
from playground.ui.inputs import Inputs
from playground.ui.literal import literal

EXPLAINED = 3  # documents a lane that only scores


def draw(inputs: Inputs) -> None:
    """The buttons, the estimate or progress, and every problem there is with the input."""
    busy = session.running()
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        if busy:
            st.button("Stop", key="stop", on_click=_stop)
        else:
            if st.button("Run", key="run", type="primary", shortcut="mod+enter", disabled=inputs.task is None):
                _run(inputs)
            st.toggle(
                "Reasons for scorers",
                key="explain",
                value=True,
                persist_state="session",
                help=f"Lanes that only score quote the closest sentence of their first {EXPLAINED} documents, and the "
                "embedded 135M LLM writes a sentence from it: after the ranking, which it never changes.",
            )
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


def _run(inputs: Inputs) -> None:
    if inputs.task is None:
        return
    top = EXPLAINED if st.session_state.get("explain", True) else 0
    live = LiveRun(inputs.task, session.lanes(), session.access(), explain=top)
    st.session_state.shown = session.Shown(live=live, qrels=inputs.qrels, note=inputs.note)
    st.rerun()


def _stop() -> None:
    current = session.shown()
    if current is not None:
        current.live.stop()


def _busy() -> str:
    current = session.shown()
    phase = phase_of(current.live.board) if current is not None else None
    return "Ranked. Writing reasons…" if phase == "explain" else "Running…"


def _estimate(task: Task | None) -> str:
    if task is None:
        return ""
    try:
        plans = [plan(task, made.strategy) for made in session.lanes()]
    except PlaygroundError:
        return ""
    calls = sum(expected.calls[1] for expected in plans)
    tokens = sum(sum(expected.tokens) for expected in plans)
    rounds = max(expected.rounds for expected in plans)
    known = sum(expected.cost_usd for expected in plans if expected.cost_usd is not None)
    unpriced = sum(expected.cost_usd is None for expected in plans)
    cost = f"~\\${known:.4f}" if known else "\\$0"
    extra = f" + {unpriced} unpriced lane{'s' if unpriced > 1 else ''}" if unpriced else ""
    path = f"longest path {rounds} round{'s' if rounds != 1 else ''}"
    return f"**{calls} calls** · ~{tokens:,} tokens · **{cost}**{extra} · {path}"
