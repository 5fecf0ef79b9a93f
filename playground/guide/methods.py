"""The tutorial's table, each row beside what its method costs and takes today."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from importlib.metadata import version

from playground import catalog, pricing
from playground.guide.published import DOCUMENTS, TABLE, Published
from playground.guide.workload import Workload
from playground.lanes import parse
from playground.plan import Latency, plan
from playground.types import ModelRef, Usage

TOKENS = 125
"""Tokens of a document, where nothing else is said: the 500 characters that most lanes show."""


@dataclass(frozen=True, kw_only=True)
class Today:
    """One lane that does today what a row says. ``dollars_1k`` is of 1,000 requests at list price, None = unpriced;
    ``p50`` the median seconds of one call as measured here, None = never. ``calls`` are one request's, all at once."""

    lane: str
    model: ModelRef
    calls: int
    dollars_1k: Decimal | None
    p50: float | None
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Method:
    """A row as it was published, what there is to say of it, and its counterparts today."""

    published: Published
    today: tuple[Today, ...]
    notes: tuple[str, ...]


def methods(latency: Latency | None, tokens_a_document: int = TOKENS) -> tuple[Method, ...]:
    """The whole table for requests of 10 documents of so many tokens.

    Raises:
        InputError: no such size.
    """
    workload = Workload(queries_a_day=1, documents=DOCUMENTS, tokens_a_document=tokens_a_document)
    return tuple(
        Method(
            published=row,
            today=tuple(_today(words, workload, latency) for words in row.lanes),
            notes=tuple(note for note in (row.note, row.flaw, _gone(row.listed)) if note),
        )
        for row in TABLE
    )


def price_sources() -> tuple[str, ...]:
    """Where today's prices come from, with version or date."""
    return (
        f"genai-prices {version('genai-prices')} (list prices of OpenAI and Anthropic, bundled)",
        "a table of rerank APIs' own price pages, read on 2026-11-23",
    )


def _today(words: str, workload: Workload, latency: Latency | None) -> Today:
    lane, task = parse(words), workload.task
    expected = plan(task, lane.strategy)
    ask = next(lane.strategy.rank(task))[0]
    return Today(
        lane=words,
        model=ask.model,
        calls=expected.calls[1],
        dollars_1k=None if expected.cost_usd is None else expected.cost_usd[1] * 1_000,
        p50=None if latency is None else latency(ask.model, ask.form.kind),
        notes=tuple(note for note in (_gone(ask.model),) if note),
    )


def _gone(ref: ModelRef | None) -> str:
    """Where a model is no longer to be found, "" where it is in both the catalog and the price table."""
    if ref is None or catalog.PROVIDERS[ref.provider].embedded:
        return ""
    lost = [] if ref.name in catalog.PROVIDERS[ref.provider].models else ["the catalog"]
    # Searches for what is billed by them, tokens for the rest.
    if pricing.cost(ref, Usage(input=1, searches=1)) is None:
        lost.append("the price table")
    return f"{ref} is not in {' or in '.join(lost)}." if lost else ""
