"""The rules by which a lane fits a workload: each that decides says so, with its numbers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal

from playground import catalog
from playground.errors import InputError, LaneError
from playground.guide.published import SIGNS
from playground.guide.workload import Forecast, Latencies, Workload, forecast
from playground.lanes import Lane
from playground.models import Access, is_remote
from playground.types import ModelRef
from playground.view.numbers import money, rough

INPUT = "input"
"""The rule that a lane must be better than the order that comes in."""
_TOY = ModelRef("local")
_CENT = Decimal("0.01")
_BOUNDS = {sign.name: sign.bound for sign in SIGNS if sign.bound is not None}


@dataclass(frozen=True, kw_only=True)
class Needs:
    """What the lane is for. ``latency_ms`` is for 95 of 100 queries; None = no such bound.

    Raises:
        InputError: a bound that nothing can keep, or queries that are simple and multi-hop.
    """

    latency_ms: float | None = None
    dollars_a_month: Decimal | None = None
    explanations: bool = False
    specialised: bool = False
    multi_hop: bool = False
    high_value: bool = False
    simple: bool = False
    text_may_leave: bool = True

    def __post_init__(self) -> None:
        if self.latency_ms is not None and not 0 < self.latency_ms < float("inf"):
            raise InputError(
                f"The latency bound can't be {self.latency_ms:g} ms.", hint="Give milliseconds, for example 500."
            )
        if self.dollars_a_month is not None and not 0 <= self.dollars_a_month < Decimal("Infinity"):
            raise InputError(
                f"Dollars a month can't be {self.dollars_a_month}.",
                hint="Give US dollars, for example 50.",
            )
        if self.simple and self.multi_hop:
            raise InputError("Queries can't be simple and multi-hop.", hint="Say what most of them are.")

    @property
    def speaks_for(self) -> tuple[str, ...]:
        """Titles of what speaks for asking an LLM."""
        return tuple(sign.title for sign in SIGNS if sign.speaks == "for" and getattr(self, sign.name))


@dataclass(frozen=True, kw_only=True)
class Quality:
    """Mean nDCG of a lane as an evaluation measured it. ``interval`` is what it may well be over other queries of the
    kind; None = one query was measured, which tells nothing of others."""

    mean: float
    interval: tuple[float, float] | None


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """A lane to choose from; ``quality`` None = not measured."""

    lane: Lane
    quality: Quality | None = None


@dataclass(frozen=True, kw_only=True)
class Finding:
    """What one rule says of a lane. ``holds`` None = it can't be told, since something is unknown; ``decides`` = the
    lane doesn't fit unless it holds. ``text`` is one sentence with the numbers."""

    rule: str
    holds: bool | None
    decides: bool
    text: str


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """``forecast`` None = the lane can't be asked that much at all."""

    lane: Lane
    quality: Quality | None
    forecast: Forecast | None
    findings: tuple[Finding, ...]

    @property
    def fits(self) -> bool | None:
        """None = something that decides is unknown, and nothing excludes it."""
        held = {finding.holds for finding in self.findings if finding.decides}
        return False if False in held else None if None in held else True

    @property
    def excluded_by(self) -> tuple[str, ...]:
        """The rules by which it doesn't fit, or might not."""
        return tuple(finding.rule for finding in self.findings if finding.decides and not finding.holds)

    @property
    def price(self) -> Decimal | None:
        """The most a month usually costs; None = unpriced."""
        if self.forecast is None or self.forecast.month.dollars is None:
            return None
        return self.forecast.month.dollars[1]


def judged(
    workload: Workload,
    needs: Needs,
    candidate: Candidate,
    latencies: Latencies,
    access: Access,
    unranked: Quality | None,
) -> Verdict:
    """What every rule says of the lane. ``unranked`` is what the order that comes in reaches, None = not measured."""
    lane = candidate.lane
    try:
        found = forecast(workload, lane, latencies)
    except LaneError as error:
        text = Finding(rule="questions", holds=False, decides=True, text=str(error))
        return Verdict(lane=lane, quality=candidate.quality, forecast=None, findings=(text,))
    return Verdict(
        lane=lane,
        quality=candidate.quality,
        forecast=found,
        findings=(*_gain(candidate.quality, unranked), *_findings(workload, needs, candidate, found, access)),
    )


def _gain(quality: Quality | None, unranked: Quality | None) -> Iterator[Finding]:
    """Whether it is any better than not reranking; silent where that wasn't measured."""
    if quality is None or unranked is None:
        return
    holds = quality.mean > unranked.mean
    yield Finding(
        rule=INPUT,
        holds=holds,
        decides=True,
        text=f"Its mean nDCG, {quality.mean:.3f}, is {'above' if holds else 'not above'} that of the order that comes "
        f"in, {unranked.mean:.3f}.",
    )


def _findings(
    workload: Workload, needs: Needs, candidate: Candidate, found: Forecast, access: Access
) -> Iterator[Finding]:
    """What each rule says; one that nothing was asked of is silent."""
    lane = candidate.lane
    if _TOY in lane.strategy.models() and candidate.quality is None:
        yield Finding(
            rule="chance",
            holds=False,
            decides=True,
            text="The embedded LLM shows the way there and back; its verdicts are no better than chance.",
        )
    if not needs.text_may_leave:
        remote = [str(ref) for ref in lane.strategy.models() if is_remote(ref, access)]
        yield Finding(
            rule="local",
            holds=not remote,
            decides=True,
            text=f"Text must not leave, and {' and '.join(remote)} would get it."
            if remote
            else "No text leaves this machine.",
        )
    if needs.dollars_a_month is not None:
        yield _budget(needs.dollars_a_month, found)
    if needs.latency_ms is not None:
        yield _latency(needs.latency_ms, workload, found)
    if needs.explanations:
        yield Finding(
            rule="explanations",
            holds=found.reasons,
            decides=True,
            text="It writes a reason with its verdict on each document that it judges."
            if found.reasons
            else "It gives no reasons of its own. Those written afterwards are extra calls, and not why it ranked so.",
        )
    if found.latency is not None and found.latency.queries_a_day is not None:
        manages = found.latency.queries_a_day >= workload.queries_a_day
        yield Finding(
            rule="capacity",
            holds=manages,
            decides=True,
            text=f"With {workload.at_once} at once it manages {rough(found.latency.queries_a_day)} queries a day"
            f"{_provided(found) if manages else ''}; {workload.queries_a_day:,} are wanted.",
        )
    else:
        yield Finding(
            rule="capacity",
            holds=None,
            decides=False,
            text=f"How long it takes was never measured here ({_names(found)}). Run it once, in the Playground say.",
        )
    if asks_llm(lane):
        yield _worth(workload, needs, found)


def monthly(amount: Decimal) -> str:
    """Dollars of a month: from a dollar on in whole cents, rounded up."""
    return money(amount if amount < 1 else amount.quantize(_CENT, ROUND_CEILING))


def asks_llm(lane: Lane) -> bool:
    """Whether a chat model is asked."""
    rows = [catalog.PROVIDERS.get(ref.provider) for ref in lane.strategy.models()]
    return any(row is not None and row.kind == "chat" for row in rows)


def _budget(budget: Decimal, found: Forecast) -> Finding:
    dollars = found.month.dollars
    if dollars is None:
        return Finding(
            rule="budget",
            holds=None,
            decides=True,
            text=f"Its price isn't known, so nobody can say whether it keeps to {money(budget)} a month.",
        )
    holds = dollars[1] <= budget
    relation = "within" if holds else "more than"
    return Finding(
        rule="budget",
        holds=holds,
        decides=True,
        text=f"It costs up to {monthly(dollars[1])} a month, {relation} the {money(budget)} there are.",
    )


def _latency(bound: float, workload: Workload, found: Forecast) -> Finding:
    if found.latency is None:
        return Finding(
            rule="latency",
            holds=None,
            decides=True,
            text=f"Whether it answers within {bound:g} ms isn't known: {_names(found)} was never measured here.",
        )
    p95 = found.latency.p95 * 1_000
    holds = p95 <= bound
    return Finding(
        rule="latency",
        holds=holds,
        decides=True,
        text=f"95 of 100 queries take up to {p95:,.0f} ms with {workload.at_once} at once, "
        f"{'within' if holds else 'more than'} the {bound:g} ms allowed{_provided(found) if holds else ''}.",
    )


def _provided(found: Forecast) -> str:
    """What is taken for granted where a bound is kept."""
    if found.together is None:
        return ""
    return f", if a call over {found.together:,} documents takes no longer than those that were measured here"


def _worth(workload: Workload, needs: Needs, found: Forecast) -> Finding:
    """The tutorial's rule of thumb: an LLM isn't worth it where something speaks against it and nothing for it."""
    against = []
    if workload.queries_a_day > _BOUNDS["volume"]:
        against.append(f"{workload.queries_a_day:,} requests a day are more than {_BOUNDS['volume']:,.0f}")
    fast = found.latency is not None and needs.latency_ms is not None and found.latency.p95 * 1_000 <= needs.latency_ms
    if needs.latency_ms is not None and needs.latency_ms < _BOUNDS["hurry"] and not fast:
        against.append(f"{needs.latency_ms:g} ms are less than {_BOUNDS['hurry']:g}")
    if needs.simple:
        against.append("the queries are simple")
    spoken = needs.speaks_for
    said = f"Against an LLM: {'; '.join(against) or 'nothing'}. For one: {'; '.join(spoken).lower() or 'nothing'}."
    return Finding(rule="worth", holds=bool(spoken) or not against, decides=True, text=said)


def _names(found: Forecast) -> str:
    return " and ".join(dict.fromkeys(str(ref) for ref, _ in found.unmeasured)) or "nothing it asks"
