"""What calls cost: exact dollars at the bundled list prices, and never a zero for "unknown"."""

from __future__ import annotations

from decimal import Decimal

import pytest

from playground.catalog import PROVIDERS
from playground.facade import task_of
from playground.lanes import parse
from playground.plan import plan
from playground.pricing import cost, searches
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
    ("openai-decisions:gpt-6-luna", Usage(input=850, cached=100, cache_write=50), "0.0001"),
    ("anthropic:claude-haiku-5-5", Usage(input=36, cached=64, cache_write=7, output=10), "0.000010115"),
]


# The playground's own table: dollars a search, or a million tokens.
GOLDEN += [
    ("cohere:rerank-v4.0-pro", Usage(searches=3), "0.0075"),
    ("cohere:rerank-v3.5", Usage(input=500, searches=1), "0.002"),
    ("cohere:rerank-v5.0-fast", Usage(input=1_000, searches=1), "0.00002"),
    ("voyage:rerank-2.5", Usage(input=1), "0.00000005"),
    ("voyage:rerank-2.5-lite", Usage(input=1_000_000), "0.02"),
    ("mixedbread:mixedbread-ai/mxbai-rerank-base-v2", Usage(input=400), "0.00006"),
]


@pytest.mark.parametrize(("model", "usage", "dollars"), GOLDEN)
def test_list_prices(model: str, usage: Usage, dollars: str) -> None:
    """Every bucket is charged once, at its own price, exactly: reasoning as output, what is cached not as input too."""
    assert cost(ModelRef.parse(model), usage) == Decimal(dollars)


def test_costs_add_up() -> None:
    """Ten equal calls cost exactly ten times one: no float comes between."""
    one = cost(ModelRef.parse("openai:gpt-4o-mini"), Usage(input=7, output=3))
    assert one is not None and sum([one] * 10) == 10 * one == Decimal("0.0000285")


UNKNOWN = [
    *("openai:no-such-model", "anthropic:no-such-model", "ollama:qwen3:0.6b", "given:x", "cohere:x", "voyage:x"),
    *("openai-decisions:gpt-4o", "jina:jina-reranker-v3", "tei", "vllm-rerank:x", "llamacpp-rerank"),
]


@pytest.mark.parametrize("model", UNKNOWN)
def test_an_unknown_price_is_none(model: str) -> None:
    """A model that no list knows is unpriced, not free."""
    assert cost(ModelRef.parse(model), Usage(input=1_000)) is None


@pytest.mark.parametrize("model", ["openai:gpt-6-luna", "anthropic:claude-haiku-5-5"])
def test_a_missing_usage_is_unpriced(model: str) -> None:
    """Where the server doesn't say what it used, the price is unknown."""
    assert cost(ModelRef.parse(model), None) is None


@pytest.mark.parametrize(
    ("model", "usage"),
    [("cohere:rerank-v4.0-pro", Usage(input=500)), ("cohere:rerank-v5.0-pro", Usage(searches=1))],
)
def test_what_is_billed_but_not_counted_is_unpriced(model: str, usage: Usage) -> None:
    """A reply that counts something else than what is billed doesn't make the call free."""
    assert cost(ModelRef.parse(model), usage) is None


@pytest.mark.parametrize(
    ("query", "texts", "expected"),
    [
        (10, [100], 1),
        (10, [100] * 100, 1),
        (10, [100] * 101, 2),
        (10, [490] * 100, 1),
        (10, [491] * 100, 2),
        (10, [90_000], 1),
        (10, [90_000] * 100, 9),
        (10, [], 0),
    ],
)
def test_searches_are_counted_like_cohere_does(query: int, texts: list[int], expected: int) -> None:
    """Up to 100 documents a search; a document longer than 500 tokens with the query counts as several, and 4,096
    tokens of it at most."""
    assert searches(query, texts) == expected


@pytest.mark.parametrize(
    ("words", "dollars"),
    [
        ("cohere:rerank-v4.0-pro", Decimal("0.0050")),
        ("voyage:rerank-2.5", Decimal("0.00003535")),
        ("openai-decisions:gpt-6-luna", Decimal("0.0000707")),
        ("tei", None),
    ],
)
def test_a_rerank_lane_has_a_price_before_it_runs(words: str, dollars: Decimal | None) -> None:
    """The estimate of a lane that is billed by searches or by tokens is the price of what it will send."""
    task, _ = task_of("how do whales sleep?", ["whale"] * 101)
    assert plan(task, parse(words).strategy).cost_usd == (None if dollars is None else (dollars, dollars))


@pytest.mark.parametrize("name", [row.name for row in PROVIDERS.values() if row.embedded])
@pytest.mark.parametrize("usage", [Usage(input=1_000_000), None])
def test_an_embedded_model_is_free(name: str, usage: Usage | None) -> None:
    """What runs on this machine costs nothing, whether or not it counts its tokens."""
    assert cost(ModelRef(name), usage) == 0
