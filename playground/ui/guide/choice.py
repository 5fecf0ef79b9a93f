"""Which lane fits, by which rule, and what each takes."""

from __future__ import annotations

from collections.abc import Iterator

import streamlit as st

from playground.guide.recommendation import LOSS, Recommendation, recommend
from playground.guide.rules import Candidate, Finding, Verdict
from playground.guide.workload import DAYS, Forecast, Workload
from playground.ui import session
from playground.ui.guide import measured, quality, sheet
from playground.ui.guide.calculator import Asked
from playground.ui.guide.figures import UNPRICED, month, waits
from playground.ui.guide.quality import MEASURE
from playground.ui.guide.sheet import Cell, Group
from playground.ui.literal import literal
from playground.view.numbers import count, rough, span

_FITS = {True: "fits", None: "may fit", False: "doesn't fit"}
_MARKS = {True: "✓", None: "?", False: "✗"}
_PLAIN = "·"
_FEW = 20
"""Calls, below which a 95th percentile says little."""

RULE = (
    f"The rule: of the lanes that fit, the cheapest; where {MEASURE} was measured, the cheapest of those that fit and "
    f"lose no more than {LOSS:g} against the best that fits. What decides is whether a lane keeps to each bound and "
    "need above, manages the volume, and, if it asks an LLM, whether that is worth it by the signs at the top; where "
    "quality was measured, also whether its mean is above that of the order that comes in. If none is: don't rerank."
)


def draw(asked: Asked) -> Recommendation | None:
    """The recommendation, then a row a lane; None where there is no lane to choose from."""
    if not asked.lanes:
        st.info("There is no lane to choose from: take a preset above, or add one in the Playground.")
        return None
    known = quality.last()
    by, unranked = ({}, None) if known is None else (known.by, known.unranked)
    lanes = tuple(Candidate(lane=lane, quality=by.get(lane.strategy)) for lane in asked.lanes)
    access = session.access()
    with st.spinner("Playing every lane through…", show_time=True):
        found = measured.worked_out(
            "choice",
            (asked.workload, asked.needs, lanes, access, unranked),
            lambda latencies: recommend(asked.workload, asked.needs, lanes, latencies, access, unranked=unranked),
        )
    with st.container(border=True, key="guide_recommendation"):
        st.markdown(_sentence(found), width=900)
        st.caption(literal(RULE), width=900)
    sheet.draw("Lanes at this workload", _heads(found), [_group(found, verdict) for verdict in found.verdicts])
    st.caption(literal(" ".join((*_small_print(asked.workload, found), quality.note(known)))))
    return found


def _sentence(found: Recommendation) -> str:
    if found.lane is not None:
        return f"**Recommended: {literal(found.lane.name)}.** {literal(found.why)}"
    return "\n".join((f"**{literal(found.why)}**", "", *(f"- {literal(each)}" for each in found.relax)))


def _heads(found: Recommendation) -> tuple[str, ...]:
    return (
        "Lane",
        "Verdict",
        *([MEASURE] if found.quality_measured else []),
        "$ a month\nat list price",
        "$ a month\nby a batch API",
        "Calls\na month",
        "p50\nof a query",
        "p95\nof a query",
        "What decided",
    )


def _group(found: Recommendation, verdict: Verdict) -> Group:
    rated = [Cell(html=sheet.plain(quality.shown(verdict.quality)), kind="figure")] if found.quality_measured else []
    cells = (
        Cell(html=sheet.plain(_FITS[verdict.fits]), kind="figure"),
        *rated,
        *_forecast(verdict.forecast),
        Cell(html=_decided(verdict), kind="said"),
    )
    return Group(name=verdict.lane.name, rows=[cells], chosen=verdict.lane is found.lane)


def _forecast(found: Forecast | None) -> tuple[Cell, ...]:
    """Dollars at list price and by a batch API, calls, p50, p95."""
    if found is None:
        return tuple(Cell(html=sheet.plain("can't be asked")) for _ in range(5))
    dollars, batch, latency = found.month.dollars, found.month.batch_dollars, found.latency
    few = sheet.small(f"from {count(latency.measured, 'call')}") if latency and latency.measured < _FEW else ""
    return (
        Cell(html=sheet.plain(month(dollars)), kind="figure"),
        Cell(html=sheet.plain("none" if batch is None and dollars is not None else month(batch)), kind="figure"),
        Cell(html=sheet.plain(span(*found.month.calls, rough)), kind="figure"),
        Cell(html=sheet.plain(waits(latency.p50 if latency else None)) + few),
        Cell(html=sheet.plain(waits(latency.p95 if latency else None)) + few),
    )


def _decided(verdict: Verdict) -> str:
    """What keeps it out first; what decides nothing is folded away."""
    found = sorted(verdict.findings, key=lambda finding: (False, None, True).index(finding.holds))
    deciding = [_line(finding) for finding in found if finding.decides]
    rest = [_line(finding) for finding in found if not finding.decides]
    return sheet.lines(deciding or [(_PLAIN, "No bound or need concerns it.")]) + sheet.folded(
        "More", [*rest, *_beside(verdict.forecast)]
    )


def _line(finding: Finding) -> tuple[str, str]:
    return _MARKS[finding.holds], finding.text


def _beside(found: Forecast | None) -> Iterator[tuple[str, str]]:
    """No rules, but good to know."""
    if found is None:
        return
    yield _PLAIN, found.month.batch
    rounds = span(*found.rounds, str)
    tokens = span(*found.month.tokens, rough)
    yield _PLAIN, f"{tokens} tokens a month, {rounds} round{'' if rounds == '1' else 's'} a query."
    if found.shown is not None:
        yield _PLAIN, f"It is shown the first {found.shown:,} characters of a document."


def _small_print(workload: Workload, found: Recommendation) -> Iterator[str]:
    yield (
        f"A month is {DAYS} days. p50 and p95 are a query's, simulated from calls measured here with "
        f"{workload.at_once} at once; where fewer than {_FEW} calls stand behind them, that is said."
    )
    if any(verdict.forecast and verdict.forecast.latency and verdict.forecast.together for verdict in found.verdicts):
        yield (
            "The calls are as they came here, over however many documents those runs had, which isn't kept: where one "
            f"call holds many, one over {workload.documents:,} may take longer."
        )
    if any(verdict.forecast and verdict.forecast.month.dollars is None for verdict in found.verdicts):
        yield f"What is {UNPRICED} isn't free: nobody here knows its price."
