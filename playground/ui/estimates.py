"""What the lanes on the page will take beyond what is at hand, as one line. Worked out once for each task and lane: it
plays them through. An equal question of two lanes counts once."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

import streamlit as st

from playground.at_hand import AtHand, Net, apart
from playground.cache import kept
from playground.errors import PlaygroundError
from playground.events import Plan
from playground.lanes import Lane
from playground.models import Access
from playground.reuse import Replies
from playground.strategies import Strategy
from playground.strategies.base import Asking
from playground.types import Task
from playground.ui import session, spending
from playground.ui.literal import literal
from playground.view.numbers import count, money, rough, span

_KEY = "nets"


def line(task: Task, lanes: Sequence[Lane], access: Access, explained: int, *, fresh: bool) -> str:
    """Calls, tokens, list price and the longest path of what is still to be asked, beside what is at hand; the reasons'
    calls apart; the limits; or why a lane refuses the task. ``fresh`` = nothing is at hand."""
    try:
        nets, reasons = _nets(task, lanes, access, explained, fresh)
    except PlaygroundError as error:
        return literal(str(error))
    plans = [each.plan for each in nets]
    cached, more = sum(each.cached for each in nets), sum(each.plan.calls[1] for each in reasons)
    most = sum(each.calls[1] for each in plans)
    if not most and not more:
        return "**Nothing to ask**" + (f": {count(cached, 'answer')} cached" if cached else "")
    calls = span(sum(each.calls[0] for each in plans), most, "{:,}".format)
    tokens = span(sum(each.tokens[0] for each in plans), sum(each.tokens[1] for each in plans), rough)
    parts = [f"**{calls} call{'' if calls == '1' else 's'}**"]
    parts += [f"\\~{tokens} tokens", _cost(plans)] if most else []
    parts += [f"{cached:,} cached"] if cached else []
    parts += [_path(plans)] if most else []
    parts += [f"then {count(more, 'call')} for reasons"] if more else []
    return " · ".join((*parts, *map(literal, spending.status())))


def forget() -> None:
    """To be called while a run goes on: it measures how long calls take, and leaves replies."""
    st.session_state.pop(_KEY, None)


def _nets(
    task: Task, lanes: Sequence[Lane], access: Access, explained: int, fresh: bool
) -> tuple[list[Net], list[Net]]:
    current = session.shown()
    # A run may be over before the page has seen it go on, so ``forget`` alone would not do.
    runs = () if current is None else (current.live, *(check.live for check in current.checking))
    state = (task, access, fresh, runs)
    held = st.session_state.get(_KEY)
    if held is None or held[0] != state:
        held = st.session_state[_KEY] = (state, {}, {})
    known: dict[tuple[Strategy, int], Net] = held[1]
    summed: dict[tuple[tuple[Strategy, int], ...], list[Net]] = held[2]
    wanted = tuple((made.strategy, 0) for made in lanes)
    wanted_reasons = [(made.strategy, explained) for made in lanes if explained and _gives_none(made.strategy)]
    missing = [each for each in dict.fromkeys((*wanted, *wanted_reasons)) if each not in known]
    if missing:
        with kept(access) as cache:
            at_hand = AtHand(task, Replies(access, cache, fresh=fresh))
            for strategy, top in missing:
                known[strategy, top] = at_hand.reasons(strategy, top) if top else at_hand.ranking(strategy)
    if wanted not in summed:
        summed.clear()
        summed[wanted] = apart(task, [known[each] for each in wanted])
        for each in known.keys() - {*wanted, *wanted_reasons}:  # lanes that were changed or removed
            del known[each]
    return summed[wanted], [known[each] for each in wanted_reasons]


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
