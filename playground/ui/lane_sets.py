"""Whole sets of lanes, chosen by what they are for; and the way back to the lanes before."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from playground.ui import session
from playground.ui.literal import literal
from playground.ui.presets import SETS, PresetSet
from playground.ui.session import Column

BARRED = "Sends text out, and only local lanes are allowed."
_MOVED = "domain_moved"


@dataclass(frozen=True, kw_only=True)
class Swap:
    """Columns in place of others. ``domains`` are the page's before and after, equal where the set names none."""

    title: str
    before: tuple[Column, ...]
    after: tuple[Column, ...]
    domains: tuple[str, str]


def draw() -> None:
    """The button behind which they are."""
    if st.session_state.pop(_MOVED, False):
        st.rerun(scope="app")  # the domain stands outside this part of the page
    # A key of its own after each choice: what was chosen from closes.
    with st.popover("Presets", key=f"sets_{len(_swaps())}", width="stretch", disabled=session.running()):
        for wanted in SETS:
            _offer(wanted)


def undo() -> None:
    """The way back, until the lanes are changed otherwise."""
    last = _last()
    if last is None:
        return
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.caption(f"“{literal(last.title)}” took the place of your lanes.", width="content")
        st.button("Undo", key="undo_set", type="tertiary", disabled=session.running(), on_click=_swap_back)


def _offer(wanted: PresetSet) -> None:
    access = session.access()
    barred = session.local_only() and all(session.sends_out(made, access) for made in wanted.lanes)
    with st.container(gap="xxsmall"):
        st.button(
            wanted.title,
            key=f"set_{wanted.title}",
            width="stretch",
            disabled=barred,
            help=BARRED if barred else None,
            on_click=_swap,
            args=(wanted,),
        )
        st.caption(literal(wanted.about))


def _swap(wanted: PresetSet) -> None:
    state = st.session_state
    before, domain = tuple(session.columns()), state.domain
    state.columns = [Column(lane=made) for made in wanted.lanes]
    if wanted.domain is not None:
        _to_domain(wanted.domain)
    made = Swap(title=wanted.title, before=before, after=tuple(state.columns), domains=(domain, state.domain))
    state.swaps = [*_swaps(), made]


def _swap_back() -> None:
    """A domain that was chosen since stays."""
    state = st.session_state
    *state.swaps, last = _swaps()
    state.columns = list(last.before)
    before, after = last.domains
    if state.domain == after:
        _to_domain(before)


def _to_domain(name: str) -> None:
    state = st.session_state
    state[_MOVED] = name != state.domain
    state.domain = name


def _last() -> Swap | None:
    """The last one, while the columns are as it made them."""
    swaps = _swaps()
    return swaps[-1] if swaps and swaps[-1].after == tuple(session.columns()) else None


def _swaps() -> list[Swap]:
    found: list[Swap] = st.session_state.get("swaps", [])
    return found
