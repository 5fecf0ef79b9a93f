"""The prompt of a lane: its wording, what was changed in it, and the first question as the model will get it."""

from __future__ import annotations

import dataclasses
from difflib import unified_diff
from typing import Any

import streamlit as st

from playground.errors import PlaygroundError
from playground.forms.wording import PLACES
from playground.strategies import Strategy
from playground.types import Chat, Message, Task
from playground.ui.literal import literal


def draw(asking: Any, saved: str | None, key: str) -> str | None:
    """The prompt as edited; None where it is the default one. ``asking`` has the lane's other options, None while
    those can't be used: the text then waits as it is."""
    state = st.session_state
    form = asking.form() if asking is not None else None
    if asking is not None and form is None:
        st.caption("This strategy words its questions itself.")
        return None
    default: str = form.default_prompt if form is not None else state.get(f"{key}_default", "")
    if key not in state:
        state[key] = saved or default
    elif state[key] == state[f"{key}_default"]:  # an option chose another form, whose default is another
        state[key] = default
    state[f"{key}_default"] = default
    text = st.text_area("Prompt", key=key, height=320, label_visibility="collapsed") or ""
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button("Reset to default", key=f"{key}_reset", on_click=_put, args=(key, default), disabled=text == default)
        st.caption(
            "Changed" if text != default else "The default wording",
            help="  \n".join(f"`{{{name}}}` {meaning}" for name, meaning in PLACES.items())
            + "  \nA line `---` parts what the system says from what the user says.",
        )
    if text == default:
        return None
    st.caption("Changes against the default")
    st.code(difference(default, text), language="diff", wrap_lines=True)
    return text


def preview(strategy: Strategy, task: Task) -> None:
    """The first question about the present documents, to the letter."""
    with st.expander("The first question, exactly as the model gets it"):
        try:
            messages = first_question(strategy, task)
        except PlaygroundError as error:
            st.caption(literal(str(error)))
            return
        if not messages:
            st.caption("With so few documents nothing is asked.")
        for message in messages:
            st.caption(message.role.capitalize())
            st.code(message.content, language=None, wrap_lines=True)


def first_question(strategy: Strategy, task: Task) -> tuple[Message, ...]:
    """The messages of the first question; none where nothing is asked.

    Raises:
        PlaygroundError: the strategy refuses this task.
    """
    first = next(strategy.rank(task), ())
    payload = first[0].form.word(task, first[0].shown) if first else None
    return payload.messages if isinstance(payload, Chat) else ()


def difference(default: str, text: str) -> str:
    """What was changed, line by line."""
    return "\n".join(unified_diff(default.splitlines(), text.splitlines(), "default", "this lane", lineterm="", n=1))


def with_prompt(strategy: Any, prompt: str | None) -> Strategy:
    """The same strategy with this wording, None = the default one.

    Raises:
        InputError: names the place that is missing or unknown.
    """
    made: Strategy = dataclasses.replace(strategy, prompt=prompt)
    return made


def _put(key: str, text: str) -> None:
    st.session_state[key] = text
