"""Every strategy in a few words, with its counts for the number of documents asked about."""

from __future__ import annotations

import streamlit as st

from playground.events import Plan
from playground.guide.strategies import MODEL, WORDS, Explained, Words, explained
from playground.ui.guide import measured
from playground.ui.literal import literal
from playground.view.numbers import money, rough, span

_TOP = 10


def draw(documents: int) -> None:
    """One to open each, its calls and rounds beside its name."""
    top = min(_TOP, documents)
    st.markdown("##### The strategies")
    st.caption(
        literal(
            f"Counts are for {documents:,} documents of which {top} are wanted, played through and not remembered; "
            f"prices are {MODEL}'s where an LLM is asked."
        )
    )
    with st.spinner("Counting…", show_time=True):
        found = measured.worked_out("strategies", documents, lambda latencies: explained(documents, top))
    places = list(WORDS)
    for each in sorted(found, key=lambda each: places.index(each.name) if each.name in places else len(places)):
        _one(each, documents, top)


def _one(each: Explained, documents: int, top: int) -> None:
    if each.words is None or each.plan is None or each.guaranteed is None:
        with st.expander(literal(each.name)):
            st.markdown(literal(each.about))
        return
    with st.expander(f"**{literal(each.name)}** · {literal(_asks(each.plan))}"):
        st.markdown(_text(each.words, each.plan, each.guaranteed, documents, top), width=820)
        st.code(each.words.lane, language=None)


def _asks(plan: Plan) -> str:
    calls, rounds = span(*plan.calls, "{:,}".format), span(*plan.rounds, str)
    return f"{calls} call{'' if calls == '1' else 's'} in {rounds} round{'' if rounds == '1' else 's'}"


def _text(words: Words, plan: Plan, guaranteed: int, documents: int, top: int) -> str:
    cost = "unpriced" if plan.cost_usd is None else span(*plan.cost_usd, money)
    lines = {
        "Take it": words.when,
        "Asks": f"{words.calls}.",
        f"For {documents:,} documents": f"{_asks(plan)}, about {span(*plan.tokens, rough)} tokens, {cost} a query.",
        "A judge that never errs": _sure(guaranteed, top),
    }
    return "\n".join((literal(words.how), "", *(f"- **{name}:** {literal(text)}" for name, text in lines.items())))


def _sure(guaranteed: int, top: int) -> str:
    if guaranteed >= top:
        return f"makes the top {top} exact."
    return f"makes {guaranteed} of the top {top} exact." if guaranteed else "makes no place certain."
