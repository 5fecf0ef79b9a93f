"""The lanes as cards: what each is, how far it is, and a form made from its strategy's options."""

from __future__ import annotations

import dataclasses
import typing
from collections.abc import Mapping
from typing import Any

import streamlit as st

from playground import catalog, models
from playground.board import LaneBoard
from playground.errors import PlaygroundError
from playground.lanes import Lane, build, in_words, lane
from playground.models import Access
from playground.strategies import strategies
from playground.strategies.base import Strategy, options
from playground.types import ModelRef
from playground.ui import session
from playground.ui.literal import literal
from playground.ui.presets import PRESETS


def draw(rows: Mapping[Lane, LaneBoard]) -> None:
    """One card a lane, and one to add another. ``rows`` are the last run's; a lane that took no part has none."""
    lanes, access = session.lanes(), session.access()
    columns = st.columns([1] * len(lanes) + [0.45], gap="small")
    for at, (column, made) in enumerate(zip(columns, lanes, strict=False)):
        with column, st.container(border=True, gap="xxsmall", key=f"lane_card_{at}"):
            _card(at, made, rows.get(made), access)
    with columns[-1]:
        _adder(len(lanes))


def _card(at: int, made: Lane, row: LaneBoard | None, access: Access) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown(f"**{literal(made.name)}**", width="stretch")
        if st.button("⋯", key=f"edit_{at}", type="tertiary", help="Options", disabled=session.running()):
            edit(at)
    st.caption(_where(made, access))
    st.progress(_share(row))
    with st.container(horizontal=True, horizontal_alignment="distribute", gap="small"):
        st.caption(_progress(row), width="content")
        st.caption(_spent(row), width="content")


def _where(made: Lane, access: Access) -> str:
    try:
        remote = any(models.is_remote(ref, access) for ref in made.strategy.models())
    except PlaygroundError:
        remote = False
    shown = " → ".join(_short(ref) for ref in made.strategy.models())
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
    parts = [f"{row.spent.questions}/{row.planned}"]
    if row.spent.failed:
        parts.append(f"{row.spent.failed} failed")
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
    if row.seconds is not None:
        parts.append(f"{row.seconds:.2f} s")
    parts.append("unpriced" if row.spent.cost_usd is None else f"\\${row.spent.cost_usd:.4f}".rstrip("0").rstrip("."))
    return " · ".join(parts)


def _adder(count: int) -> None:
    with st.popover("+ Add lane", width="stretch", disabled=count >= session.MAX_LANES or session.running()):
        for preset in PRESETS:
            if st.button(preset.title, key=f"preset_{preset.title}", help=preset.about, type="tertiary"):
                session.lanes().append(preset.lane)
                st.rerun(scope="app")


@st.dialog("Lane", width="medium")
def edit(at: int) -> None:
    """The form of one lane, generated from the fields of its strategy."""
    current = session.lanes()[at]
    name = st.text_input("Name", value=current.name, key=f"name_{at}", max_chars=60)
    kinds = list(strategies())
    kind = st.selectbox("Strategy", kinds, index=kinds.index(current.strategy.name), key=f"kind_{at}")
    st.caption(strategies()[kind].about)
    values = _form(kind, current.strategy, at)
    try:
        made = build(kind, values)
        for ref in made.models():
            catalog.provider(ref)
    except PlaygroundError as error:
        st.error(literal(str(error)))
        made = None
    if made is not None:
        st.code(in_words(made), language=None)
    save, remove, _ = st.columns([1, 1, 2])
    if save.button("Save", type="primary", disabled=made is None, width="stretch") and made is not None:
        unnamed = name in ("", current.name) and kind != current.strategy.name
        session.lanes()[at] = lane(made, "" if unnamed else name)
        st.rerun()
    if remove.button("Remove", width="stretch", disabled=len(session.lanes()) == 1):
        session.lanes().pop(at)
        st.rerun()


def _form(kind: str, current: Strategy, at: int) -> dict[str, Any]:
    """Values by option name. A change of strategy starts from that strategy's defaults."""
    cls = strategies()[kind]
    hints = typing.get_type_hints(cls)
    same = kind == current.name
    values: dict[str, Any] = {}
    if "model" in hints:
        wanted = "scores" if kind == "score" else "chat"
        known = [
            str(ModelRef(row.name, name))
            for row in catalog.PROVIDERS.values()
            if row.kind == wanted
            for name in row.models or ("",)
            if name or row.embedded
        ]
        chosen = str(current.models()[0]) if same else known[0]
        values["model"] = st.selectbox(
            "Model", list(dict.fromkeys([chosen, *known])), key=f"model_{at}_{kind}", accept_new_options=True,
            help="Or type another: provider:name. Suggestions as of " + catalog.AS_OF + ".",
        )  # fmt: skip
    for field in dataclasses.fields(cls):
        if hints[field.name] is Strategy:
            values[field.name] = _stage(field.name, current if same else None, at)
    for name, about in options(cls).items():
        now: Any = getattr(current, name) if same else about.default
        values[name] = _widget(f"{at}_{kind}_{name}", about, now, hints[name])
    return values


def _stage(name: str, current: Strategy | None, at: int) -> str:
    words = [preset.words for preset in PRESETS if not preset.words.startswith("cascade")]
    now = in_words(getattr(current, name)) if current is not None else words[0]
    return st.selectbox(
        f"{name.capitalize()} stage",
        list(dict.fromkeys([now, *words])),
        key=f"stage_{at}_{name}",
        accept_new_options=True,
    )


def _widget(key: str, about: Any, now: Any, hint: Any) -> Any:
    kinds = typing.get_args(hint) or (hint,)
    if bool in kinds:
        return st.toggle(about.title, value=now, key=key, help=about.help)
    if about.choices:
        choices = (None, *about.choices)
        return st.selectbox(
            about.title,
            choices,
            index=choices.index(now),
            key=key,
            help=about.help,
            format_func=lambda choice: choice or "left to the server",
        )
    number = int if int in kinds else float
    return st.number_input(
        about.title,
        min_value=None if about.low is None else number(about.low),
        max_value=None if about.high is None else number(about.high),
        value=now,
        step=number(1) if number is int else 0.1,
        key=key,
        help=about.help,
    )
