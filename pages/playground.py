"""The Playground: a query, documents and lanes in; rankings side by side out."""

import streamlit as st

from playground.ui import inputs, lane_cards, results, run_line, session, settings

session.start()

with st.container(horizontal=True, vertical_alignment="center"):
    st.markdown("#### Rerank Playground", width="stretch")
    st.caption(settings.status(), width="content")
    if st.button("Settings", type="tertiary"):
        settings.dialog()

given = inputs.draw()


pace = 0.8 if session.running() else None


@st.fragment(run_every=pace)
def watched() -> None:
    """What moves during a run. Once that ends the whole page is drawn anew."""
    if pace is not None and not session.running():
        st.rerun(scope="app")
    current = session.shown()
    ran = current.live if current is not None else None
    lane_cards.draw(dict(zip(ran.lanes, ran.board.lanes, strict=True)) if ran is not None else {})
    run_line.draw(given)
    if current is not None:
        results.draw(current)
    else:
        st.caption("Nothing has run yet. The lanes above need no key and no network: press Run.")


watched()
