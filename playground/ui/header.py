"""What stands at the top of every page: its name, the status line, and the settings behind it; and the pages' style."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from playground.ui import session, settings

_STYLE = Path(__file__).with_name("page.css")


def draw(title: str) -> None:
    """The line, the settings dialog where that is open, and what all pages' style has in common."""
    st.html(_STYLE)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f"#### {title}", width="stretch")
        st.caption(settings.status(), width="content")
        st.button("Settings", type="tertiary", on_click=session.open_dialog, args=("settings",))
    if session.dialog() == "settings":
        settings.dialog()
