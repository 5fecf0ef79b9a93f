"""The Playground: a query, documents and lanes in; rankings side by side out."""

import streamlit as st

from playground.ui import header, inputs, lane_cards, opening, results, run_line, session

session.start()
opening.begin()

header.draw("Rerank Playground")
opening.problem()

given = inputs.draw()


pace = 0.8 if session.running() else None


@st.fragment(run_every=pace)
def watched() -> None:
    """What moves during a run. Once that ends the whole page is drawn anew."""
    run_line.go_on()
    if pace is not None and not session.running():
        st.rerun(scope="app")
    current = session.shown()
    lane_cards.draw(current.rows if current is not None else {}, given.task)
    run_line.draw(given)
    if current is not None:
        results.draw(current)
    else:
        st.caption(
            "Nothing has run yet. Press Run" + (": no key and no network is needed." if session.keyless() else ".")
        )


watched()
