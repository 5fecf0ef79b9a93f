"""What a call costs at list price (genai-prices, bundled, no network). No price known is None, never zero."""

from __future__ import annotations

from decimal import Decimal

from playground import catalog
from playground.types import ModelRef, Usage

_PRICE_LISTS = ("openai", "anthropic")


def cost(ref: ModelRef, usage: Usage | None) -> Decimal | None:
    """US dollars of one call: 0 for a model embedded in this process, None where the price or the usage is unknown."""
    row = catalog.PROVIDERS.get(ref.provider)
    if row is not None and row.embedded:
        return Decimal(0)
    if usage is None or ref.provider not in _PRICE_LISTS:
        return None
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
