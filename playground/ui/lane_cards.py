"""The lanes as cards: what each is, how far it is, what it took; and the lanes there are to add."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import groupby

import streamlit as st

from playground import catalog, models
from playground.board import LaneBoard
from playground.errors import PlaygroundError
from playground.lanes import Lane
from playground.models import Access
from playground.types import ModelRef, Task
from playground.ui import lane_form, lane_tables, session
from playground.ui.literal import literal
from playground.ui.numbers import money
from playground.ui.presets import PRESETS, Preset


def draw(rows: Mapping[Lane, LaneBoard], task: Task | None) -> None:
    """One card a lane, and one to add another; the form of the lane that is being edited. ``rows`` are the last run's;
    a lane that took no part has none."""
    lanes, access = session.lanes(), session.access()
    columns = st.columns([1] * len(lanes) + [max(0.45, len(lanes) / 9)], gap="small")
    for at, (column, made) in enumerate(zip(columns, lanes, strict=False)):
        with column, st.container(border=True, gap="xxsmall", key=f"lane_card_{at}"):
            _card(at, made, rows.get(made), access)
    with columns[-1]:
        _adder(len(lanes))
    opened = session.dialog()
    if isinstance(opened, int):
        lane_form.edit(opened, task)


def _card(at: int, made: Lane, row: LaneBoard | None, access: Access) -> None:
    with st.container(horizontal=True, wrap=False, vertical_alignment="center", gap="small"):
        st.markdown(f"**{literal(made.name)}**", width="stretch")
        st.button(
            "⋯",
            key=f"edit_{at}",
            type="tertiary",
            help="Options and prompt",
            disabled=session.running(),
            on_click=session.open_dialog,
            args=(at,),
        )
    st.caption(_where(made, access))
    st.progress(_share(row))
    with st.container(horizontal=True, horizontal_alignment="distribute", gap="small"):
        st.caption(literal(_progress(row)), width="content")
        st.caption(literal(_spent(row)), width="content")


def _where(made: Lane, access: Access) -> str:
    shown = made.link.join(_short(ref) for ref in made.strategy.models())
    try:
        remote = any(models.is_remote(ref, access) for ref in made.strategy.models())
    except PlaygroundError:
        return literal(shown)  # what can't be asked sends nothing
    return f"{literal(shown)} · {'sends text out' if remote else 'local'}"


def _short(ref: ModelRef) -> str:
    return ref.name or catalog.PROVIDERS[ref.provider].title if ref.provider in catalog.PROVIDERS else str(ref)


def _share(row: LaneBoard | None) -> float:
    if row is None or row.state == "waiting":
        return 0.0
    if row.state != "running":
        return 1.0
    return row.spent.questions / max(row.planned, 1)


def _progress(row: LaneBoard | None) -> str:
    if row is None:
        return "not run yet"
    spent = row.spent
    parts = [f"{spent.questions}/{row.planned if row.state == 'running' else spent.questions}"]
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
    parts += [taken] if (taken := lane_tables.seconds(row)) else []
    parts.append("unpriced" if row.spent.cost_usd is None else money(row.spent.cost_usd))
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
    if st.button(preset.title, key=f"preset_{preset.title}", help=preset.about):
        session.lanes().append(preset.lane)
        st.rerun(scope="app")
