"""The cheapest lane that is good enough, as a sentence with its rule."""

from __future__ import annotations

import streamlit as st

from playground.evaluation import INPUT, Summary
from playground.ui.literal import literal
from playground.view.numbers import money, number

LOSS = 0.02


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
        "list price with nothing at hand; of equals the quicker. A lane without a known price is never the cheapest."
    )


def sentence(found: Summary, loss: float) -> str:
    """Plain text."""
    first = found.measures[0]
    means = [(mean.mean, row.name) for row in found.rows if (mean := row.means[first]) is not None]
    at = found.cheapest(loss, first)
    if not means:
        return "No query of this set has grades: quality can't be told."
    top, best = max(means, key=lambda each: each[0])
    if at is None:
        return f"No lane within {number(loss)} of the best ({best}, {number(top)}) has a known price."
    row = found.rows[at]
    mean = row.means[first]
    reached = "" if mean is None else number(mean.mean)
    if at == INPUT and row.name == best:
        return f"No lane is better than the input order: {first} {reached}."
    if at == INPUT:
        return f"The input order is good enough: {first} {reached}, the best being {best} with {number(top)}."
    beside = "and the best there is" if row.name == best else f"the best being {best} with {number(top)}"
    return f"{row.name} is the cheapest: {first} {reached}, {beside}; {money(row.per_thousand)} per 1,000 queries."
