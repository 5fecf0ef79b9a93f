"""Figures as people read them. Plain text: a dollar sign is markup to Streamlit, so pass it through ``literal``."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import TypeVar

T = TypeVar("T")

_LEAST = Decimal("0.0001")
_GREAT = 1_000


def money(amount: Decimal | None) -> str:
    """US dollars with cents at least, to a hundredth of a cent: $0.0123, $6.00, $1,250.40; from a thousand on without
    cents where there are none. What is less than that is not nothing, and None is unpriced."""
    if amount is None:
        return "unpriced"
    if 0 < amount < _LEAST:
        return f"<${_LEAST}"
    whole, _, cents = f"{amount:,.4f}".partition(".")
    cents = cents.rstrip("0")
    if not amount or (round(amount, 4) >= _GREAT and not cents):
        return f"${whole}"
    return f"${whole}.{cents.ljust(2, '0')}"


def rough(value: int) -> str:
    """A number that is an estimate anyway: 950, 21k, 1.4M, 432B."""
    if value < 10_000:
        return f"{value:,}"
    if value < 999_500:
        return f"{round(value, -3) // 1_000:,}k"
    size, unit = (value / 1e6, "M") if value < 999_500_000 else (value / 1e9, "B")
    return f"{size:.1f}{unit}" if size < 99.95 else f"{size:,.0f}{unit}"


def span(low: T, high: T, shown: Callable[[T], str]) -> str:
    """One figure, or the range between two that read differently."""
    least, most = shown(low), shown(high)
    return least if least == most else f"{least}–{most.removeprefix('$')}"


def number(value: float) -> str:
    """Three figures, no leading zero, a minus sign: .78, 9.0, 12.4, −.15."""
    sign = "−" if round(value, 2) < 0 else ""
    size = abs(value)
    if size >= 9.995:
        return f"{sign}{size:.1f}"
    return sign + (f"{size:.2f}".replace("0.", ".", 1) if size < 1 else f"{size:.2f}")


def minute(made: str) -> str:
    """A time of UTC as records have it, to the minute: 2026-11-24 10:03."""
    return f"{made[:10]} {made[11:16]}"


def count(value: int, what: str) -> str:
    """``1 duel``, ``2 duels``."""
    return f"{value:,} {what}{'' if value == 1 else 's'}"
