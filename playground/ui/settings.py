"""What a visitor sets: limits, the use of kept replies, keys and addresses. All of it is this session's only."""

from __future__ import annotations

import streamlit as st

from playground.catalog import PROVIDERS
from playground.errors import KeyRefused
from playground.ui import session, spending
from playground.ui.literal import literal


def status() -> str:
    """Which keys are present, what may be spent, and whether replies are kept, in a few words."""
    access = session.access()
    titles = [row.title for row in PROVIDERS.values() if row.key_required and access.keys.get(row.name)]
    keys = f"Keys: {', '.join(titles)}" if titles else "No keys"
    cache = "cache on" if access.replies is not None and session.reuses() else "cache off"
    return literal(" · ".join((keys, *spending.status(), cache)))


@st.dialog("Settings", width="medium", on_dismiss=session.close_dialog)
def dialog() -> None:
    """Keys stay in this browser session: never saved, logged or exported."""
    st.markdown("**Spending**")
    spending.fields()
    st.markdown("**Replies**")
    st.toggle(
        "Use replies of earlier runs",
        key="reuse",
        value=True,
        disabled=session.access().replies is None,
        help="An equal question to the same model isn't asked again. Off: everything is asked anew, and the new "
        "replies are kept in place of the old.",
        persist_state="session",
    )
    st.markdown("**Keys and addresses**")
    st.caption(
        "Typed keys stay in this session's memory: never saved, logged or exported. Keys in the environment or in "
        ".streamlit/secrets.toml are used too."
    )
    known = session.access()
    for row in PROVIDERS.values():
        if not row.key_required or row.account:
            continue
        typed = st.text_input(
            f"{row.title} key",
            value=st.session_state.typed_keys.get(row.name, ""),
            type="password",
            placeholder="set in the environment" if known.keys.get(row.name) else row.key,
            key=f"key_{row.name}",
        )
        st.session_state.typed_keys[row.name] = typed or ""
    st.caption("Addresses of your own servers. Text sent to an address outside this machine leaves it.")
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
        st.error(literal(str(error)))
        return
    if st.button("Done", type="primary"):
        session.close_dialog()
        st.rerun()
