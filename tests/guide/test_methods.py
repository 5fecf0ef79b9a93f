"""The tutorial's table: quoted as it was printed, its impossible unit flagged, today's figures beside it."""

from __future__ import annotations

import inspect
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

from playground import pricing
from playground.cache import Cache
from playground.guide.methods import Method, methods, price_sources
from playground.guide.published import SIGNS, TABLE
from playground.guide.workload import QUERY
from playground.types import ModelRef

PRINTED = {
    "Cross-encoder": (0.05, "free"),
    "Cohere": (0.1, "$1.00/1K"),
    "GPT-4o-mini": (0.5, "$0.15/1K"),
    "GPT-4o": (1.0, "$2.50/1K"),
    "Claude Haiku": (0.3, "$0.25/1K"),
}


def named(found: tuple[Method, ...]) -> dict[str, Method]:
    return {row.published.method: row for row in found}


def test_the_table_stands_as_it_was_printed() -> None:
    """Every method with its seconds and its price in the tutorial's own unit."""
    assert {row.method: (row.seconds, row.price) for row in TABLE} == PRINTED


def test_a_price_per_million_tokens_is_flagged() -> None:
    """Whatever equals a list price for a million input tokens can't be one for 1K; nothing else is accused."""
    flawed = {row.method: row.flaw for row in TABLE if row.flaw}
    assert set(flawed) == {"GPT-4o-mini", "GPT-4o", "Claude Haiku"}
    assert "$0.15" in flawed["GPT-4o-mini"] and "$2.50" in flawed["GPT-4o"]
    assert all("million input tokens" in flaw for flaw in flawed.values())
    mini = next(row for row in TABLE if row.method == "GPT-4o-mini")
    assert replace(mini, dollars_1k=Decimal("0.16")).flaw == ""


def test_todays_prices_are_those_of_the_workload() -> None:
    """1,000 requests of ten documents: a search each at Cohere's search price, or every token read at the token price.
    Longer documents cost more where they are read; embedded models cost nothing."""
    rows = named(methods(None, 125))
    old, fast, _ = rows["Cohere"].today
    assert old.dollars_1k == 1_000 * Decimal("0.002")
    query = -(-len(QUERY) // 4)
    assert fast.dollars_1k == 1_000 * 10 * (query + 125) * Decimal("0.02") / 1_000_000
    assert named(methods(None, 250))["Cohere"].today[1].dollars_1k == fast.dollars_1k + Decimal("0.025")
    assert [each.dollars_1k for each in rows["Cross-encoder"].today] == [0]
    once, each = rows["GPT-4o"].today
    assert (once.calls, each.calls) == (1, 10)
    assert once.dollars_1k is not None and each.dollars_1k is not None and 2 < once.dollars_1k < each.dollars_1k


def test_latencies_are_this_installations_own(tmp_path: Path) -> None:
    """The median of what was measured of that model and kind of question, and nothing where nothing was."""
    cache = Cache(tmp_path / "replies.sqlite")
    for seconds in (0.2, 0.4, 0.9):
        cache.measured(ModelRef("openai", "gpt-4o"), "order", seconds)
    once, each = named(methods(cache.latency))["GPT-4o"].today
    assert once.p50 == 0.4
    assert each.p50 is None
    assert all(today.p50 is None for row in methods(None) for today in row.today)


def test_models_that_are_gone_are_said_to_be() -> None:
    """The tutorial's Haiku is in no catalog any more, today's is; a model without a price says so."""
    haiku = named(methods(None))["Claude Haiku"]
    assert "anthropic:claude-3-haiku is not in the catalog." in haiku.notes
    assert [today.notes for today in haiku.today] == [(), ()]
    lost = replace(TABLE[3], listed=ModelRef("openai", "gpt-none"))
    assert lost.flaw == ""


def test_the_prices_say_where_they_come_from() -> None:
    """With the bundled list's version, and the date at which the other one was read."""
    bundled, own = price_sources()
    assert "genai-prices 0." in bundled
    assert f"as {own.rpartition(', ')[2]}" in inspect.getsource(pricing)


def test_the_rule_speaks_for_and_against() -> None:
    """Four signs each, the tutorial's two numbers among those against."""
    assert [sign.speaks for sign in SIGNS] == ["for"] * 4 + ["against"] * 4
    assert {sign.name: sign.bound for sign in SIGNS if sign.bound} == {"volume": 1_000, "hurry": 200}
    assert all(sign.title and sign.why for sign in SIGNS)
