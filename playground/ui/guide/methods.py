"""The tutorial's table of methods, with what each costs and takes today."""

from __future__ import annotations

from statistics import median

import streamlit as st

from playground.guide.methods import TOKENS, Method, Today, methods, price_sources
from playground.guide.published import DOCUMENTS, SOURCE, Published
from playground.guide.workload import Latencies
from playground.plan import Latency
from playground.types import ModelRef
from playground.ui.guide import measured, sheet
from playground.ui.guide.figures import price, seconds, waits
from playground.ui.guide.sheet import Cell, Group
from playground.ui.literal import literal
from playground.view.numbers import count

_HEADS = (
    "Method",
    f"As published\nfor {DOCUMENTS} documents",
    "Today",
    "List price\nper 1,000 requests",
    "Measured here\np50 of one call",
)


def draw() -> None:
    """A group a method; what is wrong with a published figure stands beside it."""
    st.markdown("##### What the methods cost")
    st.caption(
        literal(
            f"As published: quoted from {SOURCE}; what speaks against a figure stands beside it. Today: requests of "
            f"{DOCUMENTS} documents of {TOKENS} tokens."
        )
    )
    found = measured.worked_out("methods", TOKENS, lambda latencies: methods(_median(latencies)))
    sheet.draw("Methods as published, and today", _HEADS, [_group(method) for method in found])
    st.caption(literal(f"Prices: {'; '.join(price_sources())}."))
    if problem := measured.problem():
        st.caption(literal(problem))


def _median(latencies: Latencies) -> Latency:
    def found(ref: ModelRef, kind: str) -> float | None:
        known = latencies(ref, kind)
        return median(known) if known else None

    return found


def _group(method: Method) -> Group:
    rows = [_today(today) for today in method.today]
    rows[0] = (_published(method.published, method.notes, len(rows)), *rows[0])
    return Group(name=method.published.method, rows=rows)


def _published(row: Published, notes: tuple[str, ...], rows: int) -> Cell:
    """Quoted, then what there is to say of it."""
    quoted = sheet.plain(f"~{seconds(row.seconds)}, {row.price}")
    return Cell(html=quoted + "".join(map(sheet.small, notes)), kind="said", rows=rows)


def _today(today: Today) -> tuple[Cell, ...]:
    notes = (*([f"{count(today.calls, 'call')} a request, all at once"] if today.calls > 1 else []), *today.notes)
    return (
        Cell(html=sheet.code(today.lane) + "".join(map(sheet.small, notes)), kind="words"),
        Cell(html=sheet.plain(price(today.dollars_1k)), kind="figure"),
        Cell(html=sheet.plain(waits(today.p50)), kind="figure"),
    )
