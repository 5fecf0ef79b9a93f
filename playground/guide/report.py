"""A recommendation as it leaves the engine: one JSON object, or lines of text."""

from __future__ import annotations

from dataclasses import asdict
from decimal import Decimal
from typing import Any

from playground.guide.recommendation import Recommendation
from playground.guide.rules import Verdict, monthly
from playground.guide.workload import DAYS, Latency, Workload
from playground.report import SCHEMA
from playground.view.numbers import rough, span

_FITS = {True: "fits", None: "may fit", False: "doesn't fit"}


def as_json(workload: Workload, found: Recommendation) -> dict[str, Any]:
    """``cost_usd`` null = unpriced, ``latency`` null = never measured here, ``fits`` null = it can't be told."""
    return {
        "schema": SCHEMA,
        "workload": asdict(workload) | {"days_a_month": DAYS},
        "recommended": None if found.lane is None else found.lane.words,
        "why": found.why,
        "relax": list(found.relax),
        "quality_measured": found.quality_measured,
        "lanes": [_verdict(verdict) for verdict in found.verdicts],
    }


def _verdict(verdict: Verdict) -> dict[str, Any]:
    forecast = verdict.forecast
    return {
        "name": verdict.lane.name,
        "words": verdict.lane.words,
        "fits": verdict.fits,
        "rules": [asdict(finding) for finding in verdict.findings],
        "quality": None if verdict.quality is None else asdict(verdict.quality),
        "month": None
        if forecast is None
        else {
            "calls": list(forecast.month.calls),
            "tokens": list(forecast.month.tokens),
            "cost_usd": _floats(forecast.month.dollars),
            "batch_cost_usd": _floats(forecast.month.batch_dollars),
            "batch": forecast.month.batch,
        },
        "latency": None if forecast is None or forecast.latency is None else asdict(forecast.latency),
        "rounds": None if forecast is None else list(forecast.rounds),
        "shown_chars": None if forecast is None else forecast.shown,
    }


def _floats(dollars: tuple[Decimal, Decimal] | None) -> list[float] | None:
    return None if dollars is None else [float(each) for each in dollars]


def as_text(found: Recommendation) -> str:
    """The verdict, then every lane with what decided."""
    parts = [f"Recommended: {found.lane.words if found.lane else 'none'}", found.why, *found.relax]
    for verdict in found.verdicts:
        parts.append(f"\n{verdict.lane.name}  [{_FITS[verdict.fits]}]")
        if verdict.forecast is not None:
            month, shown = verdict.forecast.month, verdict.forecast.shown
            dollars = "unpriced" if month.dollars is None else span(*month.dollars, monthly)
            tokens = span(*month.tokens, rough)
            parts.append(f"  {span(*month.calls, rough)} calls a month, {tokens} tokens, {dollars}")
            if month.batch_dollars is not None:
                parts.append(f"  by a batch API {span(*month.batch_dollars, monthly)}")
            parts.append(f"  {month.batch}")
            parts.append(f"  {_waits(verdict.forecast.latency)}")
            parts += [f"  It is shown the first {shown} characters of a document."] if shown is not None else []
        parts += [f"  {_mark(finding.holds)} {finding.text}" for finding in verdict.findings]
    return "\n".join(parts)


def _waits(latency: Latency | None) -> str:
    if latency is None:
        return "latency never measured here"
    return f"a query takes {latency.p50:.2f} s, 95 of 100 up to {latency.p95:.2f} s (from {latency.measured} calls)"


def _mark(holds: bool | None) -> str:
    return {True: "+", None: "?", False: "-"}[holds]
