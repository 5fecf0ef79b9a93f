"""The dialog of one lane: its strategy's options, its prompt, and what both come to in words."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import streamlit as st

from playground import catalog
from playground.errors import PlaygroundError
from playground.lanes import Lane, build, in_words, lane
from playground.strategies import Strategy, strategies
from playground.strategies.base import Asking
from playground.types import Task
from playground.ui import option_fields, prompt_editor, session
from playground.ui.literal import literal


@st.dialog("Lane", width="medium", on_dismiss=session.close_dialog)
def edit(at: int, task: Task | None) -> None:
    """The form of the lane in this column. ``task`` is what stands on the page, None where that can't be used."""
    columns, key = session.columns(), session.opening()
    current = columns[at].lane
    kinds = list(strategies())
    left, right = st.columns(2)
    name = left.text_input("Name", value=current.name, key=f"{key}_name", max_chars=60) or ""
    kind = right.selectbox("Strategy", kinds, index=kinds.index(current.strategy.name), key=f"{key}_kind")
    st.caption(literal(strategies()[kind].about))
    made: Strategy | None = None
    try:
        made = _form(kind, current.strategy if kind == current.strategy.name else None, key, task)
    except PlaygroundError as error:
        st.error(literal(str(error)))
    else:
        _told(made, task)
    save, remove, _ = st.columns([1, 1, 2])
    if (
        save.button("Save", key="save_lane", type="primary", disabled=made is None, width="stretch")
        and made is not None
    ):
        columns[at] = replace(columns[at], lane=lane(made, _name(name, current, made)))
        _end()
    if remove.button("Remove", key="remove_lane", width="stretch", disabled=len(columns) == 1):
        columns.pop(at)
        _end()


def _form(kind: str, start: Strategy | None, key: str, task: Task | None) -> Strategy:
    """The strategy as the form has it.

    Raises:
        PlaygroundError: it can't be built; the form is drawn all the same.
    """
    if not issubclass(strategies()[kind], Asking):
        return _built(kind, option_fields.draw(kind, start, key))
    options, prompt = st.tabs(["Options", "Prompt"])
    with options:
        values = option_fields.draw(kind, start, key)
    with prompt:
        saved, key = getattr(start, "prompt", None), f"{key}_{kind}_prompt"
        try:
            asking = _built(kind, values)
        except PlaygroundError:
            prompt_editor.draw(None, saved, key)
            raise
        made = prompt_editor.with_prompt(asking, prompt_editor.draw(asking, saved, key))
        if task is not None:
            prompt_editor.preview(made, task)
    return made


def _built(kind: str, values: dict[str, Any]) -> Strategy:
    made = build(kind, values)
    for ref in made.models():
        catalog.provider(ref)
    return made


def _told(made: Strategy, task: Task | None) -> None:
    """What the strategy says of so many documents, and the lane as the command line takes it."""
    advice = made.advice(len(task.documents)) if task is not None else ""
    if advice:
        st.info(literal(advice))
    own = getattr(made, "prompt", None)
    words = in_words(made) if own is None else f"{in_words(prompt_editor.with_prompt(made, None))} prompt=@prompt.txt"
    st.code(words, language=None, wrap_lines=True)


def _name(typed: str, current: Lane, made: Strategy) -> str:
    """A name that nobody typed follows the strategy and its models."""
    same = made.name == current.strategy.name and made.models() == current.strategy.models()
    return typed if same or typed != current.name else ""


def _end() -> None:
    session.close_dialog()
    st.rerun()
