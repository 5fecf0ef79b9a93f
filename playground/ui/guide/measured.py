"""What this installation measured, and what follows from it: worked out once, and anew when either changes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import closing
from typing import TypeVar

import streamlit as st

from playground.cache import Cache, kept
from playground.guide.workload import Latencies, never_measured
from playground.types import ModelRef
from playground.ui import session

T = TypeVar("T")


def problem() -> str:
    """Why no latency is known, "" where any that was measured is. Plain text."""
    access = session.access()
    if access.replies is None:
        return "Nothing is measured here: replies aren't kept (PLAYGROUND_REPLIES=off), so how long calls took isn't."
    with closing(Cache(access.replies)) as cache:
        return cache.problem


def worked_out(name: str, given: object, work: Callable[[Latencies], T]) -> T:
    """What ``work`` comes to. It is kept under ``name`` until what is ``given`` changes, or a latency that it read."""
    key = f"guide_{name}"
    with kept(session.access()) as cache:
        latencies: Latencies = never_measured if cache is None else cache.latencies
        held = st.session_state.get(key)
        if held is not None and held[0] == given and all(latencies(*kind) == was for kind, was in held[1].items()):
            found: T = held[2]
            return found
        read: dict[tuple[ModelRef, str], Sequence[float]] = {}

        def noted(ref: ModelRef, kind: str) -> Sequence[float]:
            read[ref, kind] = latencies(ref, kind)
            return read[ref, kind]

        made = work(noted)
    st.session_state[key] = (given, read, made)
    return made
