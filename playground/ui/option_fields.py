"""Widgets made from a strategy's typed fields. They give words, as the command line takes them, or typed values."""

from __future__ import annotations

import dataclasses
import shlex
import typing
from dataclasses import dataclass
from types import NoneType
from typing import Any

import streamlit as st

from playground import catalog
from playground.domains import domains
from playground.lanes import SEVERAL, in_words, stage_fields
from playground.strategies import Strategy, strategies
from playground.strategies.base import Asking, Option, options
from playground.types import Domain, ModelRef
from playground.ui.literal import literal
from playground.ui.presets import PRESETS

_SHARED = {field.name for field in dataclasses.fields(Asking)}


@dataclass(frozen=True, kw_only=True)
class _Field:
    """One field of a strategy: its type, its words if it has any, and the value to start from (None where there is
    none yet)."""

    name: str
    hint: Any
    about: Option | None
    now: Any
    key: str

    @property
    def kinds(self) -> tuple[Any, ...]:
        return typing.get_args(self.hint) or (self.hint,)

    @property
    def title(self) -> str:
        return self.about.title if self.about else self.name.replace("_", " ").capitalize()

    @property
    def help(self) -> str | None:
        return literal(self.about.help) if self.about else None


def draw(kind: str, start: Strategy | None, key: str) -> dict[str, Any]:
    """Option values by name for ``lanes.build``, all but the prompt. ``start`` is the strategy being edited; without
    one the form starts from the defaults."""
    cls = strategies()[kind]
    fields = [_field(cls, each, start, f"{key}_{kind}") for each in dataclasses.fields(cls) if each.name != "prompt"]
    models = [field for field in fields if ModelRef in field.kinds]
    stages = [field for field in fields if field.name in stage_fields(cls)]
    rest = [field for field in fields if field not in models and field not in stages]
    own = list(cls.__annotations__)
    rest.sort(key=lambda field: own.index(field.name) if field.name in own else len(own))
    # What every strategy that asks an LLM has, unless this one has its own words for it, is out of the way.
    shared = [field for field in rest if field.name in _SHARED and field.name not in own]
    shared = shared if len(shared) > 1 else []
    values: dict[str, Any] = {}
    for field in models:
        values[field.name] = _model(field, "scores" if kind == "score" else "chat")
    for at, field in enumerate(stages):
        values[field.name] = _stages(field) if field.hint == SEVERAL else _stage(field, at)
    values |= _grid([field for field in rest if field not in shared])
    if shared:
        with st.expander("More options"):
            values |= _grid(shared)
    return values


def _field(cls: type[Any], each: dataclasses.Field[Any], start: Strategy | None, key: str) -> _Field:
    default = None if each.default is dataclasses.MISSING else each.default
    return _Field(
        name=each.name,
        hint=typing.get_type_hints(cls)[each.name],
        about=options(cls).get(each.name),
        now=default if start is None else getattr(start, each.name),
        key=f"{key}_{each.name}",
    )


def _grid(fields: list[_Field]) -> dict[str, Any]:
    """Two columns, row by row, so that a narrow screen keeps the order."""
    values: dict[str, Any] = {}
    for left in range(0, len(fields), 2):
        for column, field in zip(st.columns(2), fields[left : left + 2], strict=False):
            with column:
                values[field.name] = _widget(field)
    return values


def _widget(field: _Field) -> Any:
    if Domain in field.kinds:
        return _domain(field)
    about = field.about
    if bool in field.kinds:
        return st.toggle(field.title, value=field.now, key=field.key, help=field.help)
    if about is not None and about.choices:
        choices = (*((None,) if NoneType in field.kinds else ()), *about.choices)
        return st.selectbox(
            field.title,
            choices,
            index=choices.index(field.now),
            key=field.key,
            help=field.help,
            format_func=lambda choice: choice or "left to the server",
        )
    if str in field.kinds:
        # Quoted, so that quotes and equal signs in it mean themselves.
        return shlex.quote(st.text_input(field.title, value=field.now or "", key=field.key, help=field.help) or "")
    return _number(field, int if int in field.kinds else float)


def _number(field: _Field, kind: type[int] | type[float]) -> int | float | None:
    low, high = (field.about.low, field.about.high) if field.about is not None else (None, None)
    now = None if field.now is None else kind(field.now)
    bounds: dict[str, Any] = {
        "min_value": None if low is None else kind(low),
        "max_value": None if high is None else kind(high),
        "value": now,
        "step": 1 if kind is int else 0.1,
    }
    if NoneType in field.kinds:
        # Only a widget that began empty can be emptied.
        bounds["value"] = None
        st.session_state.setdefault(field.key, now)
    found: int | float | None = st.number_input(
        field.title,
        **bounds,
        key=field.key,
        help=field.help,
        placeholder="not set" if NoneType in field.kinds else None,
    )
    return found


def _domain(field: _Field) -> Domain | None:
    choices: list[Domain | None] = list(dict.fromkeys([None, *domains().values(), field.now]))
    chosen: Domain | None = st.selectbox(
        field.title,
        choices,
        index=choices.index(field.now),
        key=field.key,
        format_func=lambda domain: domain.title if domain else "the page's",
        help="This lane's own field of knowledge, in place of the page's.",
    )
    return chosen


def _model(field: _Field, wanted: str) -> str:
    known = [
        str(ModelRef(row.name, name))
        for row in catalog.PROVIDERS.values()
        if row.kind == wanted
        for name in row.models or ("",)
        if name or row.embedded or row.bare
    ]
    chosen = known[0] if field.now is None else str(field.now)
    picked = st.selectbox(
        field.title,
        list(dict.fromkeys([chosen, *known])),
        key=field.key,
        accept_new_options=True,
        help=f"Or type another: provider:name. Suggestions as of {catalog.AS_OF}.",
    )
    row = catalog.PROVIDERS.get(ModelRef.parse(picked or "").provider)
    if row is not None:
        st.caption(literal(row.about))
    return shlex.quote(picked or "")


def _stage(field: _Field, at: int) -> str:
    words = _stage_words()
    now = words[at] if field.now is None else in_words(field.now)
    chosen = st.selectbox(
        f"{field.title} stage",
        list(dict.fromkeys([now, *words])),
        key=field.key,
        accept_new_options=True,
        help="A scorer, or a strategy with its options in words.",
    )
    return chosen or ""


def _stages(field: _Field) -> str:
    words = _stage_words()
    now = words[:2] if field.now is None else [in_words(stage) for stage in field.now]
    chosen = st.multiselect(
        field.title,
        list(dict.fromkeys([*now, *words])),
        default=now,
        key=field.key,
        accept_new_options=True,
        help="Two or more: scorers, or strategies with their options in words.",
    )
    return ",".join(f"({each})" for each in chosen)


def _stage_words() -> list[str]:
    """The presets that are no several stages themselves."""
    return [preset.words for preset in PRESETS if not stage_fields(type(preset.lane.strategy))]
