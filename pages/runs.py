"""Runs: what was saved; open one again, or compare some."""

import streamlit as st

from playground.errors import InputError
from playground.ui import entry, header, session
from playground.ui.history import chosen, comparing, listing
from playground.ui.literal import literal

entry.through()
session.start()

header.draw("Runs")
chosen.problem()

try:
    if chosen.comparing():
        comparing.draw()
    else:
        listing.draw()
except InputError as error:
    st.error(literal(str(error)))
