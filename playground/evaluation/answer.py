"""What an evaluation comes to, in sentences: the cheapest lane that is good enough, and what went wrong."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from playground.evaluation.live import Place
from playground.evaluation.outcome import Outcome
from playground.evaluation.summary import INPUT, Summary
from playground.view.numbers import money, number

LOSS = 0.02
"""How far below the best mean is still good enough, where nobody says."""


def queries(number: int) -> str:
    """``1 query``, ``2 queries``."""
    return f"{number:,} quer{'y' if number == 1 else 'ies'}"


def sentence(found: Summary, loss: float) -> str:
    """The cheapest lane within ``loss`` of the best mean of the first measure, over the queries that all have ranked;
    with their number where that isn't all, and the lanes that it says nothing of. Plain text."""
    parts = [_verdict(found, loss)]
    if found.common and len(found.common) < found.queries:
        parts.append(f"Over {len(found.common):,} of {queries(found.queries)} with grades: those that all have ranked.")
    if found.queries and found.unranked:
        have = "has" if len(found.unranked) == 1 else "have"
        parts.append(f"{_and(found.unranked)} {have} no ranking to compare.")
    return " ".join(parts)


def _verdict(found: Summary, loss: float) -> str:
    first = found.measures[0]
    if not found.queries:
        return "No query of this set has grades: quality can't be told."
    if not found.common:
        return "There is no query that all have ranked: which is better can't be told."
    means = {at: mean for at in range(len(found.rows)) if (mean := found.mean(at, first)) is not None}
    if len(means) == 1:
        return f"The input order has {first} {number(means[INPUT])}."
    best = max(means, key=lambda at: means[at])
    name, top = found.rows[best].name, means[best]
    at = found.cheapest(loss, first)
    if at is None:
        return f"No lane within {number(loss)} of the best ({name}, {number(top)}) has a known price."
    reached = f"{first} {number(means[at])}"
    if at == best == INPUT:
        none = "None of the lanes with a ranking" if found.unranked else "No lane"
        return f"{none} is better than the input order: {reached}."
    if means[at] == top:
        beside = "and the best there is"
    elif number(means[at]) == number(top):
        beside = f"less than .01 below the best, {name}"
    else:
        beside = f"the best being {name} with {number(top)}"
    if at == INPUT:
        return f"The input order is good enough: {reached}, {beside}."
    row = found.rows[at]
    return f"{row.name} is the cheapest: {reached}, {beside}; {money(row.per_thousand)} per 1,000 queries."


def failures(outcomes: Mapping[Place, Outcome], names: Sequence[str]) -> list[str]:
    """What went wrong with whole queries: a sentence a lane and reason. Plain text."""
    why = Counter((lane, made.why) for (lane, _), made in outcomes.items() if made.failed)
    return [
        f"{names[lane]} failed on {queries(times)}: {said or 'no document was judged.'}"
        for (lane, said), times in sorted(why.items())
    ]


def _and(names: Sequence[str]) -> str:
    *others, last = names
    return f"{', '.join(others)} and {last}" if others else last
