"""Keys and addresses, typed into this visitor's session only."""

from __future__ import annotations

import streamlit as st

from playground.catalog import PROVIDERS
from playground.errors import KeyRefused
from playground.ui import session


def status() -> str:
    """Which keys are present, in a few words."""
    keys = session.access().keys
    parts = [f"{row.title} {'✓' if keys.get(row.name) else '–'}" for row in PROVIDERS.values() if row.key_required]
    return "Keys: " + "  ".join(parts)


@st.dialog("Settings", width="medium")
def dialog() -> None:
    """Keys stay in this browser session: never saved, logged or exported."""
    st.caption(
        "Typed keys stay in this session's memory: never saved, logged or exported. Keys in the environment or in "
        ".streamlit/secrets.toml are used too."
    )
    known = session.access()
    for row in PROVIDERS.values():
        if not row.key_required:
            continue
        typed = st.text_input(
            f"{row.title} key",
            value=st.session_state.typed_keys.get(row.name, ""),
            type="password",
            placeholder="set in the environment" if known.keys.get(row.name) else row.key,
            key=f"key_{row.name}",
        )
        st.session_state.typed_keys[row.name] = typed or ""
    st.caption("Addresses of compatible servers. Text sent to an address outside this machine leaves it.")
    for row in PROVIDERS.values():
        if row.embedded or row.key_required:
            continue
        typed = st.text_input(
            row.title,
            value=st.session_state.typed_urls.get(row.name, ""),
            placeholder=known.base_url(row.name) or "https://…/v1",
            key=f"url_{row.name}",
        )
        st.session_state.typed_urls[row.name] = typed or ""
    st.toggle(
        "Allow the cross-encoder to be downloaded",
        key="download",
        help="About 90 MB, once, from the model hub.",
        persist_state="session",
    )
    try:
        for name in st.session_state.typed_keys:
            session.access().key(name)
    except KeyRefused as error:
        st.error(str(error))
        return
    if st.button("Done", type="primary"):
        st.rerun()
