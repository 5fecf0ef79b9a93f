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


ALGORITHMS = {
    "pairwise sort=parallel top_k=1": (4, 6),
    "setwise children=2 top_k=1": (1, 2),
    "pointwise scale=logprobs": (3, 9),
}


@pytest.mark.parametrize("words", ALGORITHMS)
def test_the_way_there_and_back_of_shorter_questions(access: Access, words: str) -> None:
    """A letter, a label and a digit's chances come back from a real model over HTTP: as many calls as the algorithm
    makes on three documents, and every document ranked once."""
    short = "prompt='{answer} {query} {documents}'"
    lane = f"{words} {short} effort=none model=openai:{local.MODEL_NAME}"
    (result,) = compare("how do plants use light", DOCUMENTS, [lane], access=access).results
    least, most = ALGORITHMS[words]
    assert least <= result.calls <= 2 * most
    assert result.usage.input > 0
    assert sorted(result.ranking.ids) == ["d1", "d2", "d3"]
    if "logprobs" in words:
        masses = result.ranking.details["label_mass"]
        assert set(masses) == {"d1", "d2", "d3"} and all(0 < mass <= 1.001 for mass in masses.values())
    else:
        assert result.state in ("complete", "repaired", "partial")
