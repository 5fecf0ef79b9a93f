"""Run, Pause and Resume; the price before, and how far it is meanwhile."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from playground.errors import InputError
from playground.evaluation import failures, queries
from playground.lanes import Lane
from playground.ui import lacking
from playground.ui.evaluate import held, price
from playground.ui.evaluate.held import Held
from playground.ui.evaluate.inputs import Given
from playground.ui.literal import literal

_HOUR, _MINUTE = 3_600, 60


def draw(given: Given) -> None:
    """The buttons, the price or the progress, and what is wrong."""
    current = held.current()
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        if current is not None and current.live.running:
            st.button("Pause", key="evaluate_pause", on_click=current.live.pause, disabled=current.live.paused)
            st.caption("Pausing…" if current.live.paused else "What is done is kept; a pause loses nothing of it.")
        else:
            ready = bool(given.examples and given.lanes)
            if st.button("Run", key="evaluate_run", type="primary", shortcut="mod+enter", disabled=not ready):
                _begin(lambda: held.start(given.title, given.examples, given.lanes, given.domain))
            if current is not None and (current.cut_short or _failed(current)):
                _resume(current)
            st.caption(price.line(given))
    failed = set() if current is None else _without_ranking(current)
    lacking.draw(made for made in given.lanes if made not in failed)  # of those it is said below
    if current is not None:
        _stale(current, given)
        _progress(current)


def _resume(current: Held) -> None:
    what = "Resume" if current.cut_short else "Ask again for what failed"
    if st.button(what, key="evaluate_resume", help="The same queries and lanes: only what has no ranking is run."):
        _begin(lambda: held.go_on(current))


def _begin(start: Callable[[], None]) -> None:
    try:
        start()
    except InputError as error:
        st.error(literal(str(error)))
        return
    st.rerun(scope="app")  # the page watches a run that is under way


def _failed(current: Held) -> int:
    return sum(outcome.failed for outcome in list(current.live.outcomes.values()))


def _without_ranking(current: Held) -> set[Lane]:
    """The lanes that have failed on every query so far."""
    outcomes = dict(current.live.outcomes)
    ranked = {lane for (lane, _), outcome in outcomes.items() if not outcome.failed}
    return {current.lanes[lane] for lane, _ in outcomes if lane not in ranked}


def _stale(current: Held, given: Given) -> None:
    """Says so where what is shown is not what is chosen now."""
    differs = [
        what
        for what, same in {
            "the query set": current.live.examples == given.examples,
            "the lanes": current.lanes == given.lanes,
            "the domain": current.domain == given.domain,
        }.items()
        if not same
    ]
    if not differs:
        return
    of = f"{current.title} ({queries(len(current.live.examples))}) × {', '.join(current.names)}"
    mend = " Press Run for what is chosen." if given.examples and given.lanes and not current.live.running else ""
    st.warning(
        literal(f"These are the results of {of}. What is chosen now differs in {' and '.join(differs)}.{mend}"),
        icon=":material/history:",
    )


def _progress(current: Held) -> None:
    live = current.live
    outcomes = dict(live.outcomes)
    done, failed = len(outcomes), _failed(current)
    degraded = sum(outcome.degraded and not outcome.failed for outcome in outcomes.values())
    words = [f"{done:,} of {live.total:,} rankings"]
    words += [f"{failed:,} failed"] if failed else []
    words += [f"{degraded:,} degraded"] if degraded else []
    left = live.seconds_left
    if live.running and left is not None:
        words.append(f"about {duration(left)} left")
    elif current.cut_short:
        words.append("paused" if live.paused else "cut short")
    st.progress(done / live.total, text=literal(" · ".join(words)))
    if live.problem:
        st.error(literal(f"The evaluation was cut short: {live.problem}"))
    for sentence in failures(outcomes, current.names):
        st.warning(literal(sentence))


def duration(seconds: float) -> str:
    """Roughly: 40 s, 3 min, 1.5 h."""
    if seconds < _MINUTE:
        return f"{max(1, round(seconds))} s"
    return f"{round(seconds / _MINUTE)} min" if seconds < _HOUR else f"{seconds / _HOUR:.1f} h"
