"""The entry script runs before every page, also where a page's own address is the first that a server is asked for."""

from __future__ import annotations

import streamlit as st
from streamlit.runtime.pages_manager import PagesManager


def through() -> None:
    """To be called first on a page. Until the entry has called ``st.navigation``, Streamlit takes a folder ``pages``
    for its older kind of app and leaves the entry out: then a session begins again, with the entry."""
    if PagesManager.uses_pages_directory and "entered" not in st.session_state:
        PagesManager.uses_pages_directory = False
        st.session_state.entered = True
        st.rerun()
