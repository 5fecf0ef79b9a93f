"""Which of the lanes that fit a workload to take, or to take none, and why."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from playground.errors import InputError
from playground.guide.rules import INPUT, Candidate, Needs, Quality, Verdict, judged, monthly
from playground.guide.workload import Latencies, Workload
from playground.lanes import Lane
from playground.models import Access

LOSS = 0.02
"""Of mean nDCG against the best, where no other is chosen."""

MEASURE = (
    "this is the cheapest lane that fits, not the best. Measure it on your own queries with python -m playground "
    "evaluate, or on the Evaluate page."
)


@dataclass(frozen=True, kw_only=True)
class Recommendation:
    """``verdicts`` are ranked: what fits before what is unknown before what doesn't, the cheaper first. ``lane`` None =
    none fits for certain, or reranking isn't worth it; ``relax`` then says what would let which one in."""

    lane: Lane | None
    verdicts: tuple[Verdict, ...]
    why: str
    relax: tuple[str, ...] = ()
    quality_measured: bool


def recommend(
    workload: Workload,
    needs: Needs,
    candidates: Sequence[Candidate],
    latencies: Latencies,
    access: Access,
    loss: float = LOSS,
    unranked: Quality | None = None,
) -> Recommendation:
    """The cheapest lane that fits; with quality measured, the cheapest that fits and loses no more than ``loss`` of
    mean nDCG against the best that fits. ``unranked`` is what the order that comes in reaches on the same queries: a
    lane that isn't better doesn't fit, and where no measured one is, the recommendation is not to rerank.

    Raises:
        InputError: no candidates, or a loss that is none.
    """
    if not candidates:
        raise InputError("There is no lane to choose from.", hint="Give at least one.")
    if not 0 <= loss <= 1:
        raise InputError(f"loss={loss} is out of range.", hint="Choose a part of nDCG from 0 to 1, for example 0.02.")
    verdicts = sorted((judged(workload, needs, each, latencies, access, unranked) for each in candidates), key=_order)
    measured = any(verdict.quality is not None for verdict in verdicts)
    fitting = [verdict for verdict in verdicts if verdict.fits]
    chosen, why = _chosen(fitting, measured, loss)
    if unranked is not None:
        if (idle := _idle(verdicts, unranked)) is not None:
            chosen, why = None, idle
        elif chosen is not None and chosen.quality is not None:
            why += f" The order that comes in has {_interval(unranked)}."
    return Recommendation(
        lane=chosen.lane if chosen else None,
        verdicts=tuple(verdicts),
        why=why,
        relax=() if chosen else tuple(_relax(verdicts)),
        quality_measured=measured,
    )


def _order(verdict: Verdict) -> tuple[int, bool, Decimal, float, float]:
    """Fits before unknown before not; then the cheaper, unpriced last; then the better; then the faster."""
    latency = verdict.forecast.latency if verdict.forecast else None
    return (
        (True, None, False).index(verdict.fits),
        verdict.price is None,
        verdict.price or Decimal(0),
        -(verdict.quality.mean if verdict.quality else 0.0),
        latency.p95 if latency else float("inf"),
    )


def _chosen(fitting: Sequence[Verdict], measured: bool, loss: float) -> tuple[Verdict | None, str]:
    """Of those that fit, in their order."""
    if not fitting:
        return None, "No lane fits for certain."
    rated = [(verdict, verdict.quality) for verdict in fitting if verdict.quality is not None]
    if not rated:
        unknown = "Quality was measured only of lanes that don't fit" if measured else "Quality wasn't measured"
        return fitting[0], f"{_cheapest(fitting[0], fitting, 'of those that fit')} {unknown}: {MEASURE}"
    best, top = max(rated, key=lambda each: each[1].mean)
    # What is written as .02 apart counts as .02 apart.
    within = [(verdict, quality) for verdict, quality in rated if round(top.mean - quality.mean, 9) <= loss]
    chosen, quality = within[0]
    said = _cheapest(
        chosen, [verdict for verdict, _ in within], f"of those that fit and lose no more than {loss:g} of mean nDCG"
    )
    said += f" Its mean is {_interval(quality)}, "
    if chosen is best:
        said += "the best of them."
    else:
        said += f"{top.mean - quality.mean:.3f} less than that of {best.lane.name}, {_interval(top)}."
    if unrated := [verdict.lane.name for verdict in fitting if verdict.quality is None]:
        said += f" Left out, since their quality wasn't measured: {_listed(unrated)}."
    return chosen, said


def _idle(verdicts: Sequence[Verdict], unranked: Quality) -> str | None:
    """Why the order that comes in is to be kept: lanes would fit but for it, and no measured one does."""
    if any(verdict.fits and verdict.quality is not None for verdict in verdicts):
        return None
    rated = [(each, each.quality) for each in verdicts if each.quality is not None and each.excluded_by == (INPUT,)]
    if not rated:
        return None
    best, top = max(rated, key=lambda each: each[1].mean)
    return (
        f"Don't rerank: the order that comes in has a mean nDCG of {_interval(unranked)}, and no measured lane that "
        f"fits otherwise is above it. The best of them is {best.lane.name}, {_interval(top)}."
    )


def _cheapest(chosen: Verdict, among: Sequence[Verdict], which: str) -> str:
    """In what way the first of them is the cheapest."""
    if chosen.price is None:
        return f"{chosen.lane.name} is the first {which}; their prices aren't known."
    price = f"up to {monthly(chosen.price)} a month" if chosen.price else "no call of it is paid for"
    said = f"{chosen.lane.name} is the cheapest {which}: {price}."
    if same := [each.lane.name for each in among if each.price == chosen.price and each is not chosen]:
        said += (
            f" As cheap: {_listed(same)}. Among these quality decided, then latency, as far as measured, then the "
            "order given."
        )
    if unpriced := [each.lane.name for each in among if each.price is None]:
        said += f" Not compared, since their prices aren't known: {_listed(unpriced)}."
    return said


def _listed(names: Sequence[str]) -> str:
    """Lanes' names, which hold commas."""
    return "; ".join(names)


def _interval(quality: Quality) -> str:
    if quality.interval is None:
        return f"{quality.mean:.3f} (of one query)"
    return f"{quality.mean:.3f} ({quality.interval[0]:.3f} to {quality.interval[1]:.3f})"


_RELAXED = {
    "local": "If text may leave this machine",
    "budget": "With a larger budget",
    "latency": "With more time to answer",
    "explanations": "Without explanations",
    "capacity": "With more queries at once, or fewer a day",
    "worth": "If something speaks for an LLM, or nothing against it",
    "chance": "With a measured quality",
    "questions": "With fewer documents, or a cascade that picks some first",
}


def _relax(verdicts: Sequence[Verdict]) -> Iterator[str]:
    """What isn't known of lanes that may fit, and each rule that alone keeps others out; else what keeps out the
    nearest."""
    unknown = [verdict for verdict in verdicts if verdict.fits is None]
    for verdict in unknown:
        yield f"{verdict.lane.name} may fit. {' '.join(_said(verdict, rule) for rule in verdict.excluded_by)}"
    alone: dict[str, list[Verdict]] = {}
    for verdict in verdicts:
        if verdict not in unknown and len(verdict.excluded_by) == 1:
            alone.setdefault(verdict.excluded_by[0], []).append(verdict)
    worse = alone.pop(INPUT, [])  # nothing would let these in
    for rule, kept in alone.items():
        said = " ".join(f"{verdict.lane.name}: {_said(verdict, rule)}" for verdict in kept)
        yield f"{_RELAXED[rule]}, {' or '.join(verdict.lane.name for verdict in kept)} would fit. {said}"
    if unmeasured := [verdict.lane.name for verdict in verdicts if verdict.fits]:
        yield f"What wasn't measured may be worth it: {_listed(unmeasured)}."
    if not alone and not unknown and not worse:
        nearest = min(verdicts, key=lambda verdict: len(verdict.excluded_by))
        said = " ".join(_said(nearest, rule) for rule in nearest.excluded_by)
        yield f"More than one rule keeps out each lane. The nearest is {nearest.lane.name}: {said}"


def _said(verdict: Verdict, rule: str) -> str:
    return next(finding.text for finding in verdict.findings if finding.rule == rule)
