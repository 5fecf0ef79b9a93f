"""Quality as the session's last evaluation measured it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from playground.evaluation import INPUT, MEASURES
from playground.evaluation.summary import Mean
from playground.guide.rules import Quality
from playground.strategies import Strategy
from playground.ui.evaluate import held
from playground.view.numbers import number

MEASURE = MEASURES[0]


@dataclass(frozen=True, kw_only=True)
class Measured:
    """Mean nDCG@10 by strategy, over the ``queries`` of a set that have grades. ``partial`` are names of lanes that
    haven't ranked all of them: their means are of other queries, and aren't compared. ``degraded`` counts rankings that
    lack answers, by name of lane. ``unranked`` is the mean of the order that came in."""

    title: str
    queries: int
    unranked: Quality | None
    by: Mapping[Strategy, Quality]
    partial: tuple[str, ...]
    degraded: Mapping[str, int]


def last() -> Measured | None:
    """None where nothing was evaluated yet, or no query has grades."""
    current = held.current()
    if current is None:
        return None
    found = current.seen((MEASURE,), INPUT).summary
    if not found.queries:
        return None
    by: dict[Strategy, Quality] = {}
    partial, degraded = [], {}
    for lane, row in zip(current.lanes, found.rows[INPUT + 1 :], strict=True):
        mean = row.means[MEASURE]
        if mean is None or len(row.values[MEASURE]) < found.queries:
            partial.append(lane.name)
            continue
        by[lane.strategy] = _quality(mean)
        if row.degraded:
            degraded[lane.name] = row.degraded
    came_in = found.rows[INPUT].means[MEASURE]
    return Measured(
        title=current.title,
        queries=found.queries,
        unranked=None if came_in is None else _quality(came_in),
        by=by,
        partial=tuple(partial),
        degraded=degraded,
    )


def _quality(mean: Mean) -> Quality:
    return Quality(mean=mean.mean, interval=mean.interval)


def shown(found: Quality | None) -> str:
    """The mean, and its interval where there is one."""
    if found is None:
        return "not measured"
    if found.interval is None:
        return number(found.mean)
    low, high = map(number, found.interval)
    return f"{number(found.mean)} [{low}, {high}]"


def note(measured: Measured | None) -> str:
    """Where the quality is from, and what is wrong with it. Plain text."""
    if measured is None:
        return "Quality isn't measured in this session: the Evaluate page does that, on your own queries."
    said = [
        f"Quality: mean {MEASURE} and its 95% interval over the {measured.queries:,} graded queries of "
        f"{measured.title}, the last evaluation of this session."
    ]
    if measured.unranked is not None:
        said.append(f"The order that came in reaches {shown(measured.unranked)}.")
    if measured.partial:
        said.append(f"Without a figure, having not ranked all of them: {'; '.join(measured.partial)}.")
    if measured.degraded:
        lanes = "; ".join(f"{name} on {times:,}" for name, times in measured.degraded.items())
        said.append(f"Answers were missing: {lanes}. Those count as they are.")
    return " ".join(said)
