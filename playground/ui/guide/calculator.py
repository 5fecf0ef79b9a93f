"""What a workload is like, and what its reranking is for."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

import streamlit as st

from playground.errors import InputError
from playground.guide.methods import TOKENS
from playground.guide.rules import Needs
from playground.guide.workload import DAYS, MOST_AT_ONCE, Workload
from playground.lanes import Lane
from playground.limits import LIMITS
from playground.ui.guide import candidates
from playground.ui.literal import literal

_NEEDS = {
    "explanations": "Explanations needed",
    "specialised": "Specialised domain",
    "high_value": "High value per query",
    "local": "No text may leave this machine",
}
_QUERIES = ("Simple", "Mixed", "Multi-hop")
_WIDTH = 160  # pixels: two abreast on a phone


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What is to be worked out."""

    workload: Workload
    needs: Needs
    lanes: tuple[Lane, ...]


def draw() -> Asked | None:
    """The fields; None where what they hold can't be worked out, which is said."""
    st.markdown("##### What would it cost you?")
    with st.container(horizontal=True, gap="small"):
        queries = _whole("queries", "Queries a day", 1_000)
        size = _whole("documents", "Documents a query", 20, least=2, most=LIMITS.documents)
        tokens = _whole("tokens", "Tokens a document", TOKENS, help="About four characters of English each.")
        at_once = _whole(
            "at_once", "Queries at once", 1, most=MOST_AT_ONCE, help="How many are being reranked at any time."
        )
        latency = _bound("latency", "Latency bound, ms", 1.0, 50.0, "95 of 100 queries must be done within it.")
        dollars = _bound("dollars", "Dollars a month", 0.0, 10.0, f"The most that {DAYS} days may cost at list price.")
    with st.container(horizontal=True, gap="medium"):
        kind = st.segmented_control(
            "Most queries are",
            _QUERIES,
            default="Mixed",
            key="guide_kind",
            required=True,
            persist_state="session",
        )
        needs = st.pills(
            "What it is for",
            list(_NEEDS),
            selection_mode="multi",
            format_func=_NEEDS.__getitem__,
            wrap=True,
            key="guide_needs",
            persist_state="session",
        )
    lanes = candidates.choose()
    try:
        workload = Workload(queries_a_day=queries, documents=size, tokens_a_document=tokens, at_once=at_once)
        wanted = Needs(
            latency_ms=latency,
            dollars_a_month=None if dollars is None else Decimal(str(dollars)),
            explanations="explanations" in needs,
            specialised="specialised" in needs,
            high_value="high_value" in needs,
            text_may_leave="local" not in needs,
            simple=kind == "Simple",
            multi_hop=kind == "Multi-hop",
        )
    except InputError as error:
        st.error(literal(str(error)))
        return None
    return Asked(workload=workload, needs=wanted, lanes=lanes)


def documents() -> int:
    """Of a query, as typed."""
    found: int = st.session_state.guide_documents
    return found


def _whole(
    key: str, label: str, usual: int, *, least: int = 1, most: int | None = None, help: str | None = None
) -> int:
    return st.number_input(
        label,
        min_value=least,
        max_value=most,
        value=usual,
        key=f"guide_{key}",
        help=help,
        width=_WIDTH,
        persist_state="session",
    )


def _bound(key: str, label: str, least: float, step: float, help: str) -> float | None:
    return st.number_input(
        label,
        min_value=least,
        value=None,
        step=step,
        placeholder="no bound",
        format="%g",
        key=f"guide_{key}",
        help=help,
        width=_WIDTH,
        persist_state="session",
    )
