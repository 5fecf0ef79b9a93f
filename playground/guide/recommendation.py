"""Which lane fits a workload, by rules that are shown: every rule that decides says so, with its numbers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
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

LOSS = 0.02
"""Of mean nDCG against the best, where no other is chosen."""

MEASURE = (
    "this is the cheapest lane that fits, not the best. Measure it on your own queries with python -m playground "
    "evaluate, or on the Evaluate page."
)

_INPUT = "input"
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
    verdicts = sorted((_verdict(workload, needs, each, latencies, access, unranked) for each in candidates), key=_order)
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
    rated = [(each, each.quality) for each in verdicts if each.quality is not None and each.excluded_by == (_INPUT,)]
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


def _verdict(
    workload: Workload,
    needs: Needs,
    candidate: Candidate,
    latencies: Latencies,
    access: Access,
    unranked: Quality | None,
) -> Verdict:
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
        rule=_INPUT,
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
    worse = alone.pop(_INPUT, [])  # nothing would let these in
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
