"""Run, Stop, what the run will take, and the ways to run again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import streamlit as st

from playground import checks
from playground.board import phase_of
from playground.checks import Kind
from playground.lanes import Lane
from playground.live import LiveRun
from playground.runs import Record
from playground.types import DocId, Task
from playground.ui import comparison, estimates, lacking, session, spending
from playground.ui.inputs import Inputs
from playground.ui.literal import literal
from playground.ui.shown import Shown

EXPLAINED = 3  # documents a lane
_AGAIN: Mapping[str, tuple[Kind, int]] = {
    "Shuffled input": ("shuffled", 1),
    "Repeat ×1": ("repeat", 1),
    "Repeat ×3": ("repeat", 3),
    "Repeat ×5": ("repeat", 5),
}


def draw(inputs: Inputs) -> None:
    """The buttons, the estimate or progress, and every problem there is with the input."""
    current = session.shown()
    busy = current is not None and current.running
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        if busy and current is not None:
            st.button("Stop", key="stop", on_click=current.stop)
            st.caption(_busy(current))
        else:
            _start(inputs)
            _again(inputs.task)
            _explain()
            st.caption(_estimate(inputs.task))
    if inputs.problem is not None:
        st.info(literal(str(inputs.problem)))
    for warning in inputs.warnings:
        st.warning(literal(warning))
    lacking.draw(session.lanes())


def go_on() -> None:
    """Starts the check that is next in turn, once nothing else is at work."""
    current = session.shown()
    if current is None or current.at_work is not None or not current.waiting:
        return
    kind = current.waiting.pop(0)
    lanes = current.lanes
    if lanes is None:
        return
    number = current.count(kind) + 1
    task = checks.given(current.task, kind, number)
    live = LiveRun(
        task,
        lanes,
        session.access(),
        budget=spending.budget(),
        fresh=not session.reuses(),
        repeat=number if kind == "repeat" else 0,
    )
    current.check(kind, number, live)


def _start(inputs: Inputs) -> None:
    ready = inputs.task is not None and bool(session.lanes())
    if st.button("Run", key="run", type="primary", shortcut="mod+enter", disabled=not ready) and inputs.task:
        explain, fresh = _explained(), not session.reuses()
        begin(inputs.task, session.lanes(), inputs.qrels, inputs.note, explain=explain, fresh=fresh)
        st.rerun()
    left = _left_open(inputs.task)
    if left is not None and st.button(
        "Ask for what is missing",
        key="missing",
        help="The same lanes and documents once more: what was answered is at hand, so only the rest is asked.",
    ):
        complete(left)
        st.rerun()


def complete(left: Shown) -> None:
    """Starts a run that asks for what this one left open, with reasons as far down as that was to have them, whatever
    the page says now, with its warnings, and with its checks unless an order changes."""
    made = left.outcome.record
    explain = made.explained if left.live is None else left.live.explain
    begin(left.task, left.lanes or [], left.qrels, left.note, explain=explain, fresh=False, completes=made)


def _again(task: Task | None) -> None:
    """Checks of the run on the page, as long as the inputs are still its own."""
    current = session.shown()
    if current is None or not _still(current, task):
        return
    if st.button(
        "Reversed input",
        key="reversed",
        help="The same lanes on the reversed input: what changes, the order of the input has decided.",
    ):
        _check(current, "reversed", 1)
    chosen = st.menu_button(
        "Run again",
        list(_AGAIN),
        key="again",
        help="On a shuffled input, or as it was: how far do the ranks swing?",
    )
    if chosen:
        _check(current, *_AGAIN[chosen])


def _check(current: Shown, kind: Kind, times: int) -> None:
    current.waiting += [kind] * times
    go_on()
    st.rerun()


def _explain() -> None:
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


def _still(current: Shown, task: Task | None) -> bool:
    """Whether the inputs are the run's own."""
    return task is not None and current.task == task and current.lanes == session.lanes()


def _left_open(task: Task | None) -> Shown | None:
    """The last run, if it left something unanswered and is still what the page shows."""
    current = session.shown()
    return current if current is not None and _still(current, task) and current.board.incomplete else None


def begin(
    task: Task,
    lanes: Sequence[Lane],
    qrels: Mapping[DocId, int],
    note: str,
    *,
    explain: int,
    fresh: bool,
    completes: Record | None = None,
) -> None:
    """Starts a run in the place of the one on the page. ``explain`` is how many of each lane's first documents are to
    have a reason; ``completes`` is the record of the run that it completes, if any."""
    access, budget = session.access(), spending.budget()
    before = () if completes is None else completes.events
    live = LiveRun(task, lanes, access, explain=explain, budget=budget, fresh=fresh, before=before)
    st.session_state.shown = Shown(run=live, qrels=qrels, note=note, completes=completes)
    # Columns are known by their place, and the places may hold other lanes now.
    comparison.show(hidden=(), baseline=min(comparison.choice().baseline, len(lanes)))


def _explained() -> int:
    return EXPLAINED if st.session_state.get("explain", True) else 0


def _busy(current: Shown) -> str:
    estimates.forget()
    if current.stopping:
        return "Stopping…"
    if current.checking:
        kind, number = current.checking[-1].kind, current.checking[-1].number
        left = f", {len(current.waiting)} to come" if current.waiting else ""
        return f"Running again: {kind} {'input ' if kind != 'repeat' else ''}{number}{left}…"
    return "Ranked. Writing reasons…" if phase_of(current.board) == "explain" else "Running…"


def _estimate(task: Task | None) -> str:
    if task is None:
        return ""
    return estimates.line(task, session.lanes(), session.access(), _explained(), fresh=not session.reuses())
