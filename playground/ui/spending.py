"""How much may be spent: by one run, and by all runs of a session together."""

from __future__ import annotations

import streamlit as st

from playground.budget import Budget, dollars
from playground.view.numbers import money


def fields() -> None:
    """The two limits, empty = none."""
    run, session = st.columns(2)
    with run:
        _amount("One run", "limit_run", "What one run may spend at the most; a stop leaves a valid partial ranking.")
    with session:
        _amount("All runs of this session", "limit_session", "Counted from when it is set.")
    st.caption(
        "Limits in US dollars at list price, empty = none. The worst that a question can cost is set aside before it "
        "is sent. A lane whose price nobody knows can't keep a limit and is refused."
    )


def budget() -> Budget | None:
    """What the next run may spend; None = there is no limit."""
    whole, run = _session(), st.session_state.get("limit_run")
    return whole if run is None else Budget(dollars(run), within=whole)


def status() -> list[str]:
    """The limits in a few words."""
    whole, run = _session(), st.session_state.get("limit_run")
    words = [] if run is None else [f"limit {money(dollars(run))}"]
    if whole is not None:
        words.append(f"session limit {money(whole.cap)}, {money(min(whole.spent, whole.cap))} spent")
    return words


def _session() -> Budget | None:
    """The session's budget. What was spent from it stays spent when its cap changes."""
    state = st.session_state
    limit = state.get("limit_session")
    held: Budget | None = state.get("budget")
    if limit is None:
        held = None
    elif held is None:
        held = Budget(dollars(limit))
    else:
        held.cap = dollars(limit)
    state.budget = held
    return held


def _amount(label: str, key: str, help: str) -> None:
    st.number_input(
        label,
        min_value=0.0,
        value=None,
        step=0.05,
        format="%g",
        key=key,
        placeholder="no limit",
        help=help,
        persist_state="session",
    )
