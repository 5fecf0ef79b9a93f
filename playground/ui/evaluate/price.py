"""What an evaluation will take, before it runs, as one line: for a few queries what is still to be asked, for many the
first ones' plan times all that are missing. An equal question of two lanes counts once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from statistics import fmean
from typing import Any

import streamlit as st

from playground.at_hand import AtHand, Net, apart
from playground.cache import kept
from playground.datasets import Example
from playground.domains import domains
from playground.errors import PlaygroundError
from playground.evaluation import resume, task
from playground.events import Plan
from playground.lanes import Lane
from playground.reuse import Replies
from playground.strategies import Strategy
from playground.ui import session, spending, storage
from playground.ui.evaluate import held
from playground.ui.evaluate.inputs import Given
from playground.ui.literal import literal
from playground.view.numbers import count, money, rough, span

_EACH = 8
"""Queries at the most that are looked at one by one, with the replies at hand: more would take too long to wait for."""
_SAMPLE = 3
_WORK = 12_000
"""Questions after which no further query is looked at: so many take about half a second."""
_KEY = "evaluate_price"

_Nets = Mapping[tuple[str, Strategy], Net]
"""By query id and strategy."""


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


@dataclass(frozen=True, kw_only=True)
class _Held:
    """What was worked out last, since it takes time: strategies are played through. All of it depends on ``state``, and
    the price on the lanes. ``gross`` are nets as if nothing were at hand."""

    state: Any
    lanes: Sequence[Lane]
    price: Price
    nets: _Nets
    gross: _Nets


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
    first = "query" if price.looked_at == 1 else f"{price.looked_at} queries"
    return f"judging by the first {first}" + (", replies at hand not taken off" if gross else "")


def _price(given: Given) -> Price:
    access, reuses, run, current = session.access(), session.reuses(), session.shown(), held.current()
    # An evaluation leaves outcomes and replies, and so does a run on another page.
    left = (current and current.live, run and run.live, session.running())
    state = (given.examples, given.domain, access, reuses, left)
    before: _Held | None = st.session_state.get(_KEY)
    if before is not None and before.state != state:
        before = None
    if before is None or before.lanes != given.lanes:
        missing = _missing(given, reuses=reuses)
        nets, gross = ({}, {}) if before is None else (before.nets, before.gross)
        price, nets, gross = _worked_out(given, missing, nets, gross)
        before = _Held(state=state, lanes=given.lanes, price=price, nets=nets, gross=gross)
        st.session_state[_KEY] = before
    return before.price


def _worked_out(
    given: Given, missing: Sequence[Sequence[Example]], known: _Nets, known_gross: _Nets
) -> tuple[Price, _Nets, _Nets]:
    """Without the answers that are at hand, if all missing queries can be looked at; else as if none were at hand,
    judging by each lane's first ones. And the nets that it is made of; known ones are not worked out again."""
    access, times, nets = session.access(), tuple(map(len, missing)), dict[tuple[str, Strategy], Net]()
    wanted = {(each.query_id, made.strategy) for made, each in _pairs(given, missing)}
    if len({id for id, _ in wanted}) <= _EACH:
        with kept(access) as cache:
            nets = _nets(given, missing, Replies(access, cache, fresh=not session.reuses()), known)
        if len(nets) == len(wanted):
            cached = sum(nets[each.query_id, made.strategy].cached for made, each in _pairs(given, missing))
            return Price(plans=_plans(given, missing, nets), missing=times, cached=cached), nets, {}
    first = [lane[:_SAMPLE] for lane in missing]
    bare = {key: net for key, net in nets.items() if not net.cached}  # nothing at hand was found: they are gross
    gross = _nets(given, first, Replies(access), {**known_gross, **bare})
    return Price(plans=_plans(given, first, gross), missing=times, cached=None), nets, gross


def _missing(given: Given, *, reuses: bool) -> list[list[Example]]:
    """By lane, the queries for which no ranking is kept."""
    wanted = resume.settings(given.examples, given.lanes, given.domain)
    store = storage.store()
    id = store.find_evaluation(wanted) if reuses else None
    known = {} if id is None else resume.known(store, id, given.lanes)
    return [
        [example for example in given.examples if (at, example.query_id) not in known] for at in range(len(given.lanes))
    ]


def _nets(
    given: Given, missing: Sequence[Sequence[Example]], replies: Replies, known: _Nets
) -> dict[tuple[str, Strategy], Net]:
    """Of each lane's first missing query, then of each one's second and so on, until enough questions were played."""
    domain, found = domains()[given.domain], dict[tuple[str, Strategy], Net]()
    asked = {each.query_id: AtHand(task(each, domain), replies) for _, each in _pairs(given, missing)}
    for at in range(max(map(len, missing))):
        for made, each in _pairs(given, [lane[at : at + 1] for lane in missing]):
            key = (each.query_id, made.strategy)
            found[key] = known[key] if key in known else asked[each.query_id].ranking(made.strategy)
        if sum(net.played for net in found.values()) >= _WORK:
            break
    return found


def _plans(given: Given, missing: Sequence[Sequence[Example]], nets: _Nets) -> tuple[tuple[Plan, ...], ...]:
    """By lane, of those queries that were looked at, as they add up."""
    plans: list[list[Plan]] = [[] for _ in given.lanes]
    for example in {each.query_id: each for _, each in _pairs(given, missing)}.values():
        keys = {
            at: (example.query_id, made.strategy)
            for at, (made, lane) in enumerate(zip(given.lanes, missing, strict=True))
            if example in lane
        }
        found = {at: nets[key] for at, key in keys.items() if key in nets}
        for at, net in zip(found, apart(task(example, domains()[given.domain]), list(found.values())), strict=True):
            plans[at].append(net.plan)
    return tuple(map(tuple, plans))


def _pairs(given: Given, missing: Sequence[Sequence[Example]]) -> list[tuple[Lane, Example]]:
    return [(made, each) for made, lane in zip(given.lanes, missing, strict=True) for each in lane]


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
