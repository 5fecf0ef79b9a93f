"""What a call costs at list price, without any network. No price known is None, never zero."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from functools import lru_cache

from playground import catalog
from playground.types import ModelRef, Usage

_PRICE_LISTS = ("openai", "anthropic", "openai-decisions")
"""What genai-prices, which is bundled, covers of the catalog."""

# What it doesn't: US dollars, as read on 2026-11-23. Cohere names its units itself (cohere.com/pricing) and is the host
# behind OpenRouter's prices (openrouter.ai/cohere); Rerank 5 Pro's stands in Bifrost's model library (getmaxim.ai),
# Rerank 4 Fast's and 3.5's in guides (developer.puter.com, docs.memberjunction.org). Voyage: vercel.com/ai-gateway and
# openrouter.ai/voyageai. Mixedbread: its models' own pages (mixedbread.com/docs/reranking/models). Jina sells
# tokens in packs: unpriced.
_PER_SEARCH = {
    "cohere:rerank-v4.0-pro": Decimal("0.0025"),
    "cohere:rerank-v4.0-fast": Decimal("0.002"),
    "cohere:rerank-v3.5": Decimal("0.002"),
}
_PER_MILLION_TOKENS = {
    "cohere:rerank-v5.0-pro": Decimal("0.05"),
    "cohere:rerank-v5.0-fast": Decimal("0.02"),
    "voyage:rerank-2.5": Decimal("0.05"),
    "voyage:rerank-2.5-lite": Decimal("0.02"),
    "mixedbread:mixedbread-ai/mxbai-rerank-large-v2": Decimal("0.15"),
    "mixedbread:mixedbread-ai/mxbai-rerank-base-v2": Decimal("0.15"),
}

# A search holds up to 100 documents; one that is longer than 500 tokens with the query counts as several. Of a document
# no more than 4,096 tokens are read.
_DOCUMENTS, _LONGEST, _READ = 100, 500, 4_096


def cost(ref: ModelRef, usage: Usage | None) -> Decimal | None:
    """US dollars of one call: 0 for a model embedded in this process, None where the price or the usage is unknown."""
    row = catalog.PROVIDERS.get(ref.provider)
    if row is not None and row.embedded:
        return Decimal(0)
    if usage is None:
        return None
    # A reply that doesn't count what is billed leaves the price unknown.
    if each := _PER_SEARCH.get(str(ref)):
        return each * usage.searches if usage.searches else None
    if million := _PER_MILLION_TOKENS.get(str(ref)):
        return million * usage.input / 1_000_000 if usage.input else None
    return _listed(ref, usage) if ref.provider in _PRICE_LISTS else None


def searches(query: int, texts: Sequence[int]) -> int:
    """How many searches Cohere will probably bill for texts of so many tokens."""
    documents = sum(-(-(query + min(text, _READ)) // _LONGEST) for text in texts)
    return -(-documents // _DOCUMENTS)


# An estimate asks for the same few prices hundreds of times.
@lru_cache(maxsize=10_000)
def _listed(ref: ModelRef, usage: Usage) -> Decimal | None:
    import genai_prices

    tokens = genai_prices.Usage(
        input_tokens=usage.input + usage.cached + usage.cache_write,
        cache_read_tokens=usage.cached,
        cache_write_tokens=usage.cache_write,
        output_tokens=usage.output + usage.reasoning,
    )
    try:
        return genai_prices.calc_price(tokens, model_ref=ref.name, provider_id=ref.provider).total_price
    except LookupError:
        return None
