"""The cheapest lane that is good enough, with the rule by which it is."""

from __future__ import annotations

import streamlit as st

from playground.evaluation import LOSS, Summary, sentence
from playground.ui.literal import literal


def draw(found: Summary) -> None:
    """The loss to choose, and what follows from it."""
    first = found.measures[0]
    left, right = st.columns([0.2, 0.8], gap="medium", vertical_alignment="bottom")
    with left:
        loss = st.number_input(
            f"Loss of {literal(first)}",
            min_value=0.0,
            max_value=1.0,
            value=LOSS,
            step=0.01,
            format="%.2f",
            key="evaluate_loss",
            help="How far below the best mean is still good enough.",
            persist_state="session",
        )
    with right:
        st.markdown(literal(sentence(found, LOSS if loss is None else loss)))
    st.caption(
        "The rule: of the lanes whose mean is no further below the best mean than this, the one that costs least at "
        "list price with nothing at hand; of equals the quicker. Means are compared over the queries that all lanes "
        "with a ranking have ranked. A lane without a known price is never the cheapest."
    )
