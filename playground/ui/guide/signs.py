"""When an LLM is worth asking, and when not."""

from __future__ import annotations

import streamlit as st

from playground.guide.published import SIGNS, SOURCE, Speaks
from playground.ui.literal import literal

_HEADS: dict[Speaks, str] = {"for": "Worth it", "against": "Not worth it"}


def draw() -> None:
    """Two columns, for and against."""
    st.markdown("##### When is an LLM reranker worth it?")
    st.caption(literal(f"The rule of thumb is that of {SOURCE}; the reasons are ours."))
    for column, (speaks, head) in zip(st.columns(2, gap="large"), _HEADS.items(), strict=True):
        lines = [f"- **{literal(sign.title)}.** {literal(sign.why)}" for sign in SIGNS if sign.speaks == speaks]
        column.markdown("\n".join((f"**{head}**", "", *lines)), width=620)
