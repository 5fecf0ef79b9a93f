"""Runs: what was saved; open one again, or compare some."""

import streamlit as st

from playground.errors import InputError
from playground.ui import entry, session, settings
from playground.ui.history import chosen, comparing, listing
from playground.ui.literal import literal

entry.through()
session.start()

with st.container(horizontal=True, vertical_alignment="center"):
    st.markdown("#### Runs", width="stretch")
    st.caption(settings.status(), width="content")
    st.button("Settings", type="tertiary", on_click=session.open_dialog, args=("settings",))
if session.dialog() == "settings":
    settings.dialog()
chosen.problem()

try:
    if chosen.comparing():
        comparing.draw()
    else:
        listing.draw()
except InputError as error:
    st.error(literal(str(error)))
