"""Figures of the Guide as people read them. Plain text."""

from __future__ import annotations

from decimal import Decimal

from playground.guide.rules import monthly
from playground.view.numbers import money, span

NEVER = "never measured here"
UNPRICED = "unpriced"


def seconds(value: float) -> str:
    """Three figures of them, milliseconds below one."""
    if value >= 1:
        return f"{value:,.0f} s" if value >= 100 else f"{value:.3g} s"
    return f"{value * 1_000:.0f} ms" if value >= 0.001 else "<1 ms"


def waits(value: float | None) -> str:
    """The same where it was measured."""
    return NEVER if value is None else seconds(value)


def price(amount: Decimal | None) -> str:
    """Dollars of anything; what has no price isn't free."""
    return UNPRICED if amount is None else money(amount)


def month(dollars: tuple[Decimal, Decimal] | None) -> str:
    """The least and the most of a month."""
    return UNPRICED if dollars is None else span(*dollars, monthly)
