"""A real language model over real HTTP: the embedded server asked through both SDKs, as their providers would be."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest

from playground import compare
from playground.models import Access, local

DOCUMENTS = [
    "Photosynthesis turns light, water and carbon dioxide into sugar.",
    "The train to Boston leaves at nine.",
    "Leaves are green because of chlorophyll.",
]


@pytest.fixture(scope="module")
def access() -> Iterator[Access]:
    url = asyncio.run(local.base_url())
    yield Access(
        keys={"openai": "x", "anthropic": "x"},
        base_urls={"openai": url, "anthropic": url.removesuffix("/v1")},
    )


@pytest.mark.parametrize("provider", ["openai", "anthropic"])
@pytest.mark.parametrize(("strategy", "count"), [("pointwise", 2), ("listwise", 3)])
def test_the_way_there_and_back(access: Access, provider: str, strategy: str, count: int) -> None:
    """A real model's words come back through each SDK: calls are made, their tokens counted, and every document is
    ranked once, however little sense the tiny model makes."""
    lane = f"{strategy} reasons=false effort=none model={provider}:{local.MODEL_NAME}"
    (result,) = compare("how do plants use light", DOCUMENTS[:count], [lane], access=access).results
    assert result.state in ("complete", "repaired", "partial")
    assert (count if strategy == "pointwise" else 1) <= result.calls <= 2 * count
    assert result.usage.input > 0 and result.usage.output > 0
    assert sorted(result.ranking.ids) == [f"d{at}" for at in range(1, count + 1)]
