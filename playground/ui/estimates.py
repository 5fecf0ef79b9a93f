"""What the lanes on the page will take, as one line. Worked out once for each task and lane: it plays them through."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

import streamlit as st

from playground.cache import Cache
from playground.errors import PlaygroundError
from playground.events import Plan
from playground.lanes import Lane
from playground.models import Access
from playground.plan import plan, plan_reasons
from playground.strategies import Strategy
from playground.strategies.base import Asking
from playground.types import Task
from playground.ui.literal import literal
from playground.ui.numbers import count, money, rough, span

_KEY = "plans"


def line(task: Task, lanes: Sequence[Lane], access: Access, explained: int) -> str:
    """Calls, tokens, list price and the longest path; the reasons' calls apart; or why a lane refuses the task."""
    try:
        plans, reasons = _plans(task, lanes, access, explained)
    except PlaygroundError as error:
        return literal(str(error))
    calls = span(sum(each.calls[0] for each in plans), sum(each.calls[1] for each in plans), "{:,}".format)
    tokens = span(sum(each.tokens[0] for each in plans), sum(each.tokens[1] for each in plans), rough)
    parts = [f"**{calls} calls**", f"\\~{tokens} tokens", _cost(plans), _path(plans)]
    more = sum(each.calls[1] for each in reasons)
    if more:
        parts.append(f"then {count(more, 'call')} for reasons")
    return " · ".join(parts)


def forget() -> None:
    """To be called while a run goes on: it measures how long calls take."""
    st.session_state.pop(_KEY, None)


def _plans(task: Task, lanes: Sequence[Lane], access: Access, explained: int) -> tuple[list[Plan], list[Plan]]:
    held = st.session_state.get(_KEY)
    if held is None or held[0] != task:
        held = st.session_state[_KEY] = (task, {})
    known: dict[tuple[Strategy, int], Plan] = held[1]
    wanted = [(made.strategy, 0) for made in lanes]
    wanted_reasons = [(made.strategy, explained) for made in lanes if explained and _gives_none(made.strategy)]
    missing = [each for each in (*wanted, *wanted_reasons) if each not in known]
    if missing:
        cache = None if access.replies is None else Cache(access.replies)
        latency = None if cache is None else cache.latency
        for strategy, top in missing:
            known[strategy, top] = plan_reasons(task, strategy, top, latency) if top else plan(task, strategy, latency)
        if cache is not None:
            cache.close()
    return [known[each] for each in wanted], [known[each] for each in wanted_reasons]


def _gives_none(strategy: Strategy) -> bool:
    """Whether it asks an LLM, but for no reasons."""
    return isinstance(strategy, Asking) and not getattr(strategy.form(), "reasons", False)


def _cost(plans: Sequence[Plan]) -> str:
    known = [each.cost_usd for each in plans if each.cost_usd is not None]
    low, high = sum((each[0] for each in known), Decimal(0)), sum((each[1] for each in known), Decimal(0))
    unpriced = len(plans) - len(known)
    extra = f" + {count(unpriced, 'unpriced lane')}" if unpriced else ""
    about = "~" if high else ""
    return f"**{literal(about + span(low, high, money))}**{extra}"


def _path(plans: Sequence[Plan]) -> str:
    """The rounds of the lane with most, and the seconds of the slowest where all were measured before."""
    rounds = max((each.rounds for each in plans), key=lambda each: each[1])
    path = f"longest path {span(*rounds, str)} round{'s' if rounds[1] != 1 else ''}"
    seconds = [each.seconds for each in plans if each.seconds is not None]
    if len(seconds) < len(plans):
        return path
    slowest = max(seconds, key=lambda each: each[1])
    return f"{path}, \\~{span(*slowest, '{:.1f}'.format)} s"
