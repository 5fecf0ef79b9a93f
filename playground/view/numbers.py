"""Figures as people read them. Plain text: a dollar sign is markup to Streamlit, so pass it through ``literal``."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import TypeVar

T = TypeVar("T")

_LEAST = Decimal("0.0001")


def money(amount: Decimal) -> str:
    """US dollars with cents at least, to a hundredth of a cent; what is less than that is not nothing."""
    if 0 < amount < _LEAST:
        return f"<${_LEAST}"
    whole, _, cents = f"{amount:.4f}".partition(".")
    return f"${whole}.{cents.rstrip('0').ljust(2, '0')}" if amount else "$0"


def rough(value: int) -> str:
    """A number that is an estimate anyway: 950, 21k."""
    return f"{value:,}" if value < 10_000 else f"{round(value, -3) // 1_000:,}k"


def span(low: T, high: T, shown: Callable[[T], str]) -> str:
    """One figure, or the range between two that read differently."""
    least, most = shown(low), shown(high)
    return least if least == most else f"{least}–{most.removeprefix('$')}"


def number(value: float) -> str:
    """Three figures, no leading zero: .78, 9.0, 12.4."""
    if abs(value) >= 9.995:
        return f"{value:.1f}"
    text = f"{round(value, 2) + 0.0:.2f}"  # no -0
    return text.replace("0.", ".", 1) if abs(value) < 1 else text


def count(value: int, what: str) -> str:
    """``1 duel``, ``2 duels``."""
    return f"{value:,} {what}{'' if value == 1 else 's'}"
