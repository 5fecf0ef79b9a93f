"""A comparison in four figures: what it cost, how long it took, whether the input's order decided it, whether its
answers are whole."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from playground.board import Spent
from playground.view.numbers import count, money, number
from playground.view.outcome import Outcome
from playground.view.tables import price_of_gain


@dataclass(frozen=True, kw_only=True)
class Headline:
    """``figure`` with its ``unit``; ``more`` are the words under it. Plain text."""

    title: str
    figure: str
    unit: str = ""
    more: str = ""


def headlines(outcome: Outcome) -> tuple[Headline, ...]:
    """The four, left to right."""
    return (_cost(outcome), _latency(outcome), _position(outcome), _wholeness(outcome))


def _cost(outcome: Outcome) -> Headline:
    rows = outcome.board.lanes
    known = [row.spent.cost_usd for row in rows if row.spent.cost_usd is not None]
    unpriced = len(rows) - len(known)
    highs = [row.plan.cost_usd[1] for row in rows if row.plan is not None and row.plan.cost_usd is not None]
    tokens = sum(row.spent.usage.total for row in rows)
    more = [f"{tokens:,} tokens"]
    prices = [(price_of_gain(outcome, at), row.name) for at, row in enumerate(rows, 1)]
    gains = [f"{money(price)} {name}" for price, name in prices if price is not None]
    if gains:
        more.append(f"a .01 nDCG@10 gained: {', '.join(gains)}")
    if unpriced:
        more.append(f"{count(unpriced, 'lane')} unpriced")
    more += _extra("reasons", [row.explaining for row in rows])
    more += _extra("checks", [row.spent for board in outcome.checked for row in board.lanes])
    figure = money(sum(known, Decimal(0))) if known else "unpriced"
    return Headline(
        title="Cost of this run",
        figure=figure,
        unit=f"est. {money(sum(highs, Decimal(0)))}" if highs else "",
        more=" · ".join(more),
    )


def _extra(what: str, spent: Iterable[Spent]) -> list[str]:
    """What was paid beside the rankings, where anything was asked."""
    costs = [each.cost_usd for each in spent if each.calls]
    known = [cost for cost in costs if cost is not None]
    if not costs:
        return []
    return [f"{what} {money(sum(known, Decimal(0)))} more" if len(known) == len(costs) else f"{what} unpriced"]


def _latency(outcome: Outcome) -> Headline:
    found = outcome.timings
    walls = [
        (timing.wall, row.name, timing)
        for row, timing in zip(outcome.board.lanes, found, strict=True)
        if timing.wall is not None
    ]
    replayed = sum(len(timing.cached) for timing in found)
    more = [f"sum over calls {sum(timing.total for timing in found):.2f} s"]
    if replayed:
        more.append(f"{count(replayed, 'call')} replayed, not measured")
    if not walls:
        nothing = "not yet" if outcome.board.finished is None else "nothing asked"
        return Headline(title="Latency", figure="replayed" if replayed else nothing, more=" · ".join(more))
    wall, name, slowest = max(walls, key=lambda each: each[0])
    return Headline(
        title="Latency, slowest lane",
        figure=f"{wall:.2f} s",
        unit=f"critical path {slowest.critical:.2f} s",
        more=" · ".join([name, *more]),
    )


def _position(outcome: Outcome) -> Headline:
    title = "Position bias"
    pairs = list(zip(outcome.board.lanes, outcome.beliefs, strict=True))
    taus = [(belief.tau_reversed, row.name) for row, belief in pairs if belief.tau_reversed is not None]
    slots = [(belief.first_slot, row.name) for row, belief in pairs if belief.first_slot is not None]
    more = [
        f"{name}: the first shown wins {_percent(slot.wins / slot.questions)}, by chance {_percent(slot.chance)}"
        for slot, name in slots
        if slot is not None
    ]
    if not taus:
        return Headline(
            title=title, figure="not checked", more="; ".join(["run once more with the input reversed to see", *more])
        )
    least, name = min(taus)
    same = "every lane ranks the reversed input as before" if least == 1 else f"least alike: {name}"
    return Headline(title=title, figure=f"τ {number(least)}", unit="to reversed input", more="; ".join([same, *more]))


def _wholeness(outcome: Outcome) -> Headline:
    repaired = sum(sum(belief.repairs.values()) for belief in outcome.beliefs)
    failed = sum(belief.failed for belief in outcome.beliefs)
    quotes, found = (sum(getattr(each, name) for each in outcome.beliefs) for name in ("quotes", "quotes_found"))
    questions = sum(row.spent.questions for row in outcome.board.lanes)
    more = [f"{failed} failed"]
    if quotes:
        more.append(f"{found} of {count(quotes, 'quote')} found")
    swings = [
        (belief.swing, belief.runs, row.name)
        for row, belief in zip(outcome.board.lanes, outcome.beliefs, strict=True)
        if belief.swing is not None
    ]
    if swings:
        swing, runs, name = max(swings)
        more.append(f"ranks swing by {number(swing)} over {runs} runs at most ({name})")
    else:
        more.append("not repeated yet")
    return Headline(
        title="Can we believe it",
        figure=f"{repaired} repaired",
        unit=f"of {count(questions, 'answer')}",
        more=" · ".join(more),
    )


def _percent(share: float) -> str:
    return f"{round(100 * share)}%"
