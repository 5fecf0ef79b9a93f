"""The drawing of a comparison on the page, and what the visitor has chosen to see of it."""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import Any, TypeGuard, get_args

import streamlit as st

from playground.ui.shown import Shown
from playground.view import web
from playground.view.stage import METRICS, Choice, View, stage

_KEY = "comparison"
_WANTED = "comparison_wanted"
_MOST = 1_000
"""Columns or places that anybody can choose."""

_component = st.components.v2.component(
    "rerank_comparison", html='<div class="comparison"></div>\n', css=web.style(), js=web.script("component")
)


def draw(current: Shown) -> Choice:
    """Draws it and returns what is being looked at. The browser changes the view by itself and tells us afterwards."""
    outcome = current.outcome
    token, _ = st.session_state.get(_WANTED, (0, Choice()))
    made = choice()
    _component(
        key=_KEY,
        data={**stage(outcome, made), "token": token},
        on_choice_change=lambda: None,
    )
    return replace(made, baseline=outcome.baseline(made.baseline))


def choice() -> Choice:
    """What the browser told last, unless the page has wanted something else since."""
    token, wanted = st.session_state.get(_WANTED, (0, Choice()))
    told = (st.session_state.get(_KEY) or {}).get("choice")
    return read(told, wanted) if isinstance(told, dict) and told.get("token") == token else wanted


def show(**wanted: Any) -> None:
    """Has the browser show something else: fields of a ``Choice``."""
    token, _ = st.session_state.get(_WANTED, (0, Choice()))
    st.session_state[_WANTED] = (token + 1, replace(choice(), **wanted))


def in_words(made: Choice) -> dict[str, str]:
    """The choice as the parameters of a link, without what is usual."""
    usual = asdict(Choice())
    given = {name: value for name, value in asdict(made).items() if value != usual[name]}
    return {name: _word(value) for name, value in given.items()}


def _word(value: object) -> str:
    if isinstance(value, tuple):
        return ",".join(map(str, value))
    return str(int(value)) if isinstance(value, bool) else str(value)


def from_words(given: dict[str, str]) -> Choice:
    """The choice that a link holds; what can't be read in it is left as usual."""
    told: dict[str, Any] = dict(given)
    for name in ("baseline", "k"):
        told[name] = _whole(given.get(name, ""))
    for name in ("gains", "movers"):
        told[name] = given.get(name) == "1"
    told["hidden"] = [_whole(part) for part in given.get("hidden", "").split(",")]
    return read(told, Choice())


def _whole(text: str) -> int | None:
    """Of few digits: Python refuses to read very many."""
    return int(text) if text.isdecimal() and len(text) <= len(str(_MOST)) else None


def read(told: dict[str, Any], otherwise: Choice) -> Choice:
    """A choice from outside: only what can be one is taken."""

    def number(name: str, usual: int) -> int:
        value = told.get(name)
        return value if _counts(value) else usual

    hidden = told.get("hidden")
    return Choice(
        selected=told["selected"] if isinstance(told.get("selected"), str) else otherwise.selected,
        baseline=number("baseline", otherwise.baseline),
        view=told["view"] if told.get("view") in get_args(View) else otherwise.view,
        metric=told["metric"] if told.get("metric") in tuple(METRICS) else otherwise.metric,
        k=number("k", otherwise.k),
        gains=told.get("gains") is True,
        movers=told.get("movers") is True,
        hidden=tuple(filter(_counts, hidden)) if isinstance(hidden, list) else otherwise.hidden,
    )


def _counts(value: object) -> TypeGuard[int]:
    """Whether it can be a column or a number of places."""
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= _MOST
