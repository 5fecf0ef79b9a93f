"""What an evaluation will take, before it runs, as one line: the first queries' plan, times all that is missing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from statistics import fmean

import streamlit as st

from playground.domains import domains
from playground.errors import PlaygroundError
from playground.evaluation import resume, task
from playground.events import Plan
from playground.plan import plan
from playground.ui import session, spending, storage
from playground.ui.evaluate.inputs import Given
from playground.ui.literal import literal
from playground.view.numbers import count, money, rough, span

_SAMPLE = 3
_KEY = "evaluate_price"


@dataclass(frozen=True, kw_only=True)
class Price:
    """``plans`` are each lane's for the first queries; ``missing`` counts the queries that each lane has to rank."""

    plans: tuple[tuple[Plan, ...], ...]
    missing: tuple[int, ...]


def line(given: Given) -> str:
    """Calls, tokens and list price of what no earlier evaluation came to, and the limits; or why a lane refuses it."""
    if not given.examples or not given.lanes:
        return ""
    try:
        price = _price(given)
    except PlaygroundError as error:
        return literal(str(error))
    total, missing = len(given.examples) * len(given.lanes), sum(price.missing)
    kept = f"{total - missing:,} of {total:,} rankings kept from an earlier evaluation"
    if not missing:
        return f"**Nothing to ask**: {kept}"
    calls = _whole([[each.calls for each in plans] for plans in price.plans], price.missing)
    tokens = _whole([[each.tokens for each in plans] for plans in price.plans], price.missing)
    said = span(*calls, "{:,}".format)
    parts = [
        f"**about {said} call{'' if said == '1' else 's'}**",
        f"\\~{span(*tokens, rough)} tokens",
        _dollars(price),
        f"for {count(missing, 'ranking')}, {_judged_by(len(price.plans[0]))}",
    ]
    parts += [kept] if missing < total else []
    parts += ["replies at hand are free"] if session.access().replies is not None and session.reuses() else []
    return " · ".join((*parts, *map(literal, spending.status())))


def _judged_by(queries: int) -> str:
    return "judging by the first query" if queries == 1 else f"judging by the first {queries} queries"


def forget() -> None:
    """To be called while an evaluation goes on: it leaves outcomes."""
    st.session_state.pop(_KEY, None)


def _price(given: Given) -> Price:
    """Worked out once: it plays strategies through and reads what is kept."""
    access, reuses = session.access(), session.reuses()
    state = (given.examples, given.lanes, given.domain, access, reuses)
    held = st.session_state.get(_KEY)
    if held is None or held[0] != state:
        tasks = [task(example, domains()[given.domain]) for example in given.examples[:_SAMPLE]]
        plans = tuple(tuple(plan(each, made.strategy) for each in tasks) for made in given.lanes)
        held = st.session_state[_KEY] = (state, Price(plans=plans, missing=_missing(given, reuses=reuses)))
    found: Price = held[1]
    return found


def _missing(given: Given, *, reuses: bool) -> tuple[int, ...]:
    """By lane, the queries for which no ranking is kept."""
    queries = len(given.examples)
    wanted = resume.settings(given.examples, given.lanes, given.domain)
    store = storage.store()
    id = store.find_evaluation(wanted) if reuses else None
    known = {} if id is None else resume.known(store, id, given.lanes)
    return tuple(queries - sum(lane == at for lane, _ in known) for at in range(len(given.lanes)))


def _whole(lanes: Sequence[Sequence[tuple[int, int]]], missing: Sequence[int]) -> tuple[int, int]:
    """The least and the most that all missing queries take, if they are like the first ones."""
    low, high = (
        sum(fmean(each[end] for each in spans) * times for spans, times in zip(lanes, missing, strict=True))
        for end in (0, 1)
    )
    return round(low), round(high)


def _dollars(price: Price) -> str:
    low = high = Decimal(0)
    unpriced = 0
    for plans, times in zip(price.plans, price.missing, strict=True):
        costs = [each.cost_usd for each in plans if each.cost_usd is not None]
        if len(costs) < len(plans):
            unpriced += times > 0
            continue
        low += sum((each[0] for each in costs), Decimal(0)) / len(costs) * times
        high += sum((each[1] for each in costs), Decimal(0)) / len(costs) * times
    extra = f" + {count(unpriced, 'unpriced lane')}" if unpriced else ""
    return f"**{literal(('~' if high else '') + span(low, high, money))}**{extra}"
