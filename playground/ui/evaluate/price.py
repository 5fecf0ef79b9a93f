"""What an evaluation will take, before it runs, as one line: for a few queries what is still to be asked, for many the
first ones' plan times all that are missing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from statistics import fmean

import streamlit as st

from playground.at_hand import AtHand
from playground.cache import kept
from playground.datasets import Example
from playground.domains import domains
from playground.errors import PlaygroundError
from playground.evaluation import resume, task
from playground.events import Plan
from playground.plan import plan
from playground.reuse import Replies
from playground.ui import session, spending, storage
from playground.ui.evaluate import held
from playground.ui.evaluate.inputs import Given
from playground.ui.literal import literal
from playground.view.numbers import count, money, rough, span

_EACH = 8
"""Queries at the most that are looked at one by one, with the replies at hand: more would take too long to wait for."""
_SAMPLE = 3
_KEY = "evaluate_price"


@dataclass(frozen=True, kw_only=True)
class Price:
    """``missing`` counts the queries that each lane has to rank; ``plans`` are its own for some of them. ``cached`` is
    how many answers are at hand, their price being taken off; None = nobody looked."""

    plans: tuple[tuple[Plan, ...], ...]
    missing: tuple[int, ...]
    cached: int | None

    @property
    def looked_at(self) -> int:
        """Queries."""
        return max(map(len, self.plans))


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
    if not calls[1]:
        parts = [f"**Nothing to ask**: {count(price.cached or 0, 'answer')} cached"]
    else:
        tokens = _whole([[each.tokens for each in plans] for plans in price.plans], price.missing)
        said = span(*calls, "{:,}".format)
        about = "about " if price.cached is None else ""
        parts = [
            f"**{about}{said} call{'' if said == '1' else 's'}**",
            f"\\~{span(*tokens, rough)} tokens",
            _dollars(price),
        ]
        parts += [f"{price.cached:,} cached"] if price.cached else []
    parts.append(f"for {count(missing, 'ranking')}" + (f", {_judged_by(price)}" if price.cached is None else ""))
    parts += [kept] if missing < total else []
    return " · ".join((*parts, *map(literal, spending.status())))


def _judged_by(price: Price) -> str:
    gross = session.access().replies is not None and session.reuses()
    return f"judging by the first {price.looked_at} queries" + (", gross of replies at hand" if gross else "")


def _price(given: Given) -> Price:
    """Worked out once: it plays strategies through and reads what is kept."""
    access, reuses, run, current = session.access(), session.reuses(), session.shown(), held.current()
    # An evaluation leaves outcomes and replies, and so does a run on another page.
    left = (current and current.live, run and run.live, session.running())
    state = (given.examples, given.lanes, given.domain, access, reuses, left)
    worked_out = st.session_state.get(_KEY)
    if worked_out is None or worked_out[0] != state:
        missing = _missing(given, reuses=reuses)
        few = len({example.query_id for lane in missing for example in lane}) <= _EACH
        worked_out = st.session_state[_KEY] = (state, _net(given, missing) if few else _gross(given, missing))
    found: Price = worked_out[1]
    return found


def _missing(given: Given, *, reuses: bool) -> list[list[Example]]:
    """By lane, the queries for which no ranking is kept."""
    wanted = resume.settings(given.examples, given.lanes, given.domain)
    store = storage.store()
    id = store.find_evaluation(wanted) if reuses else None
    known = {} if id is None else resume.known(store, id, given.lanes)
    return [
        [example for example in given.examples if (at, example.query_id) not in known] for at in range(len(given.lanes))
    ]


def _net(given: Given, missing: Sequence[Sequence[Example]]) -> Price:
    """Of every missing query, without the answers that are at hand."""
    access, domain = session.access(), domains()[given.domain]
    with kept(access) as cache:
        replies = Replies(access, cache, fresh=not session.reuses())
        asked = {example.query_id: AtHand(task(example, domain), replies) for lane in missing for example in lane}
        nets = [
            [asked[example.query_id].ranking(made.strategy) for example in examples]
            for made, examples in zip(given.lanes, missing, strict=True)
        ]
    return Price(
        plans=tuple(tuple(net.plan for net in lane) for lane in nets),
        missing=tuple(map(len, missing)),
        cached=sum(net.cached for lane in nets for net in lane),
    )


def _gross(given: Given, missing: Sequence[Sequence[Example]]) -> Price:
    """As if no answer were at hand, judging by each lane's first missing queries."""
    domain = domains()[given.domain]
    return Price(
        plans=tuple(
            tuple(plan(task(example, domain), made.strategy) for example in examples[:_SAMPLE])
            for made, examples in zip(given.lanes, missing, strict=True)
        ),
        missing=tuple(map(len, missing)),
        cached=None,
    )


def _whole(lanes: Sequence[Sequence[tuple[int, int]]], missing: Sequence[int]) -> tuple[int, int]:
    """The least and the most that all missing queries take, if they are like those that were looked at."""
    low, high = (
        sum(fmean(each[end] for each in spans) * times for spans, times in zip(lanes, missing, strict=True) if spans)
        for end in (0, 1)
    )
    return round(low), round(high)


def _dollars(price: Price) -> str:
    low = high = Decimal(0)
    unpriced = 0
    for plans, times in zip(price.plans, price.missing, strict=True):
        if not plans:
            continue
        costs = [each.cost_usd for each in plans if each.cost_usd is not None]
        if len(costs) < len(plans):
            unpriced += 1
            continue
        low += sum((each[0] for each in costs), Decimal(0)) / len(costs) * times
        high += sum((each[1] for each in costs), Decimal(0)) / len(costs) * times
    extra = f" + {count(unpriced, 'unpriced lane')}" if unpriced else ""
    return f"**{literal(('~' if high else '') + span(low, high, money))}**{extra}"
