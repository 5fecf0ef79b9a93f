"""Guide: is an LLM reranker worth it, which lane, at what price, and how to ship it."""

import streamlit as st

from playground.ui import entry, session, settings
from playground.ui.guide import calculator, choice, methods, noise, production, sheet, signs, strategies

entry.through()
session.start()
sheet.style()

with st.container(horizontal=True, vertical_alignment="center"):
    st.markdown("#### Guide", width="stretch")
    st.caption(settings.status(), width="content")
    st.button("Settings", type="tertiary", on_click=session.open_dialog, args=("settings",))
if session.dialog() == "settings":
    settings.dialog()

signs.draw()
methods.draw()
asked = calculator.draw()
found = choice.draw(asked) if asked is not None else None
strategies.draw(calculator.documents())
noise.draw()
if asked is not None and asked.lanes:
    production.draw(asked.lanes, found.lane if found is not None else None)
