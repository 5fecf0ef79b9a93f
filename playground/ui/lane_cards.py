"""The lanes as cards: what each is, how far it is, what it took; and the lanes there are to add."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import groupby

import streamlit as st

from playground import catalog
from playground.board import LaneBoard, State
from playground.lanes import Lane
from playground.types import ModelRef, Task
from playground.ui import lane_form, lane_menu, lane_sets, lane_tables, session
from playground.ui.literal import literal
from playground.ui.presets import PRESETS, Preset
from playground.ui.session import Column
from playground.view.numbers import money

_SHORT: tuple[State, ...] = ("running", "failed")
"""States in which less than what was planned may be settled."""


def draw(rows: Mapping[Lane, LaneBoard], task: Task | None) -> None:
    """One card a lane, and what adds others; the form of the lane that is being edited. ``rows`` are the last run's; a
    lane that took no part has none."""
    held = session.columns()
    columns = st.columns([1] * len(held) + [max(0.62, len(held) / 7)], gap="small")
    for at, (space, column) in enumerate(zip(columns, held, strict=False)):
        with space, st.container(border=True, height="stretch", gap="xsmall", key=f"lane_card_{at}"):
            _card(at, column, rows)
    with columns[-1]:
        _adder(len(held))
        lane_sets.draw()
        st.toggle(
            "Local lanes only",
            key="local_only",
            disabled=session.running(),
            persist_state="session",
        )
    lane_sets.undo()
    if not session.lanes():
        st.info("No lane takes part. Turn one on, or allow those that send text out.")
    opened = session.dialog()
    if isinstance(opened, int):
        lane_form.edit(opened, task)


def _card(at: int, column: Column, rows: Mapping[Lane, LaneBoard]) -> None:
    access, row = session.access(), rows.get(column.lane)
    taken = session.takes_part(column, access)
    with st.container(horizontal=True, wrap=False, gap="xsmall"):
        st.markdown(_title(column.lane, taken=taken, out=session.sends_out(column.lane, access)), width="stretch")
        lane_menu.draw(at, list(rows))
    if not taken:
        st.caption("off: sends text out" if column.on else "off")
        return
    st.progress(_share(row))
    with st.container(horizontal=True, horizontal_alignment="distribute", gap="xxsmall"):
        st.caption(literal(_progress(row)), width="content")
        st.caption(literal(_spent(row)), width="content")


def _title(made: Lane, *, taken: bool, out: bool) -> str:
    """Its name, its models unless they are its name, and where its text goes."""
    name, models = literal(made.name), literal(made.link.join(map(_short, made.strategy.models())))
    parts = [f"**{name}**" if taken else f":gray[{name}]"]
    parts += [f":small[:gray[{models}]]"] if models != name else []
    parts.append(":orange-badge[sends text out]" if out else ":gray-badge[local]")
    return " ".join(parts)


def _short(ref: ModelRef) -> str:
    return ref.name or catalog.PROVIDERS[ref.provider].title if ref.provider in catalog.PROVIDERS else str(ref)


def _share(row: LaneBoard | None) -> float:
    """How much of the bar is full: of a lane that failed, as far as it came."""
    if row is None or row.state == "waiting":
        return 0.0
    if row.state in _SHORT:
        return row.spent.questions / max(row.planned, 1)
    return 1.0


def _progress(row: LaneBoard | None) -> str:
    if row is None:
        return "not run yet"
    spent = row.spent
    parts = [f"{spent.questions}/{row.planned if row.state in _SHORT else spent.questions}"]
    if spent.cached:
        parts.append("(cached)" if spent.nothing_new else f"{spent.cached} cached")
    if spent.failed:
        parts.append(f"{spent.failed} failed")
    if row.repairs:
        parts.append(f"{sum(repair.count for repair in row.repairs)} repaired")
    if row.explaining.questions:
        parts.append("explained")
    if row.state in ("waiting", "running", "failed", "partial"):
        parts.append(row.state)
    return " · ".join(parts)


def _spent(row: LaneBoard | None) -> str:
    if row is None:
        return ""
    tokens = row.spent.usage.total
    parts = [f"{tokens / 1_000:.1f}k tok"] if tokens else []
    parts += [taken] if row.spent.questions and (taken := lane_tables.seconds(row)) else []
    parts.append(money(row.spent.cost_usd))
    return " · ".join(parts)


def _adder(lanes: int) -> None:
    if lanes >= session.MAX_LANES:
        st.caption(f"{lanes} lanes are the most.")
        return
    with st.popover("+ Add lane", width="stretch", disabled=session.running()):
        for use, presets in groupby(PRESETS, key=lambda preset: preset.use):
            st.caption(use)
            with st.container(horizontal=True, gap="xsmall"):
                for preset in presets:
                    _offer(preset)


def _offer(preset: Preset) -> None:
    barred = session.local_only() and session.sends_out(preset.lane, session.access())
    if st.button(
        preset.title,
        key=f"preset_{preset.title}",
        disabled=barred,
        help=lane_sets.BARRED if barred else preset.about,
    ):
        session.add(preset.lane)
        st.rerun(scope="app")
