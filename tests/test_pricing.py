"""What calls cost: exact dollars at the bundled list prices, and never a zero for "unknown"."""

from __future__ import annotations

from decimal import Decimal

import pytest

from playground.catalog import PROVIDERS
from playground.pricing import cost
from playground.types import ModelRef, Usage

# Dollars a million tokens as genai-prices 0.2.3 lists them:
#   gpt-6-luna and claude-haiku-5-5: input .10, cached .01, cache write .125, output .50
#   gpt-5.6-luna: .20, .02, .25, 1.20    gpt-4o-mini: .15, .075, -, .60    gpt-4o: 2.50, 1.25, -, 10
GOLDEN = [
    ("openai:gpt-6-luna", Usage(input=1_000, output=100), "0.00015"),
    ("openai:gpt-6-luna", Usage(input=500, cached=500, output=100), "0.000105"),
    ("openai:gpt-6-luna", Usage(input=1_000, cache_write=100, output=100), "0.0001625"),
    ("openai:gpt-6-luna", Usage(input=1_000, output=50, reasoning=50), "0.00015"),
    ("openai:gpt-6-luna", Usage(), "0"),
    ("openai:gpt-5.6-luna", Usage(input=1_000, cached=500, output=100, reasoning=50), "0.00039"),
    ("openai:gpt-4o-mini", Usage(input=1, output=1), "0.00000075"),
    ("openai:gpt-4o-mini", Usage(input=1_000, cached=500, output=150), "0.0002775"),
    ("openai:gpt-4o", Usage(input=1_000, output=100), "0.0035"),
    ("anthropic:claude-haiku-5-5", Usage(input=1_000, output=100), "0.00015"),
    ("anthropic:claude-haiku-5-5", Usage(input=36, cached=64, cache_write=7, output=10), "0.000010115"),
]


@pytest.mark.parametrize(("model", "usage", "dollars"), GOLDEN)
def test_list_prices(model: str, usage: Usage, dollars: str) -> None:
    """Every bucket is charged once, at its own price, exactly: reasoning as output, what is cached not as input too."""
    assert cost(ModelRef.parse(model), usage) == Decimal(dollars)


def test_costs_add_up() -> None:
    """Ten equal calls cost exactly ten times one: no float comes between."""
    one = cost(ModelRef.parse("openai:gpt-4o-mini"), Usage(input=7, output=3))
    assert one is not None and sum([one] * 10) == 10 * one == Decimal("0.0000285")


@pytest.mark.parametrize("model", ["openai:no-such-model", "anthropic:no-such-model", "ollama:qwen3:0.6b", "given:x"])
def test_an_unknown_price_is_none(model: str) -> None:
    """A model that no list knows is unpriced, not free."""
    assert cost(ModelRef.parse(model), Usage(input=1_000)) is None


@pytest.mark.parametrize("model", ["openai:gpt-6-luna", "anthropic:claude-haiku-5-5"])
def test_a_missing_usage_is_unpriced(model: str) -> None:
    """Where the server doesn't say what it used, the price is unknown."""
    assert cost(ModelRef.parse(model), None) is None


@pytest.mark.parametrize("name", [row.name for row in PROVIDERS.values() if row.embedded])
@pytest.mark.parametrize("usage", [Usage(input=1_000_000), None])
def test_an_embedded_model_is_free(name: str, usage: Usage | None) -> None:
    """What runs on this machine costs nothing, whether or not it counts its tokens."""
    assert cost(ModelRef(name), usage) == 0
