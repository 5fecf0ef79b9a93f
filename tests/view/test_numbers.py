"""Figures as people read them."""

from __future__ import annotations

from decimal import Decimal

import pytest

from playground.view.numbers import money, rough


@pytest.mark.parametrize(
    ("amount", "shown"),
    [
        ("0", "$0"),
        ("0.00001", "<$0.0001"),
        ("0.0123", "$0.0123"),
        ("6", "$6.00"),
        ("1000", "$1,000"),
        ("1250.4", "$1,250.40"),
        ("225300.00", "$225,300"),
        ("999.99999", "$1,000"),
    ],
)
def test_money_has_its_thousands_apart_and_no_cents_where_they_are_nothing(amount: str, shown: str) -> None:
    assert money(Decimal(amount)) == shown


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (9_999, "9,999"),
        (21_400, "21k"),
        (999_499, "999k"),
        (999_500, "1.0M"),
        (1_440_000, "1.4M"),
        (300_000_000, "300M"),
        (999_500_000, "1.0B"),
        (3_000_000_000, "3.0B"),
        (432_000_000_000, "432B"),
        (37_500_000_000_000, "37,500B"),
    ],
)
def test_a_rough_number_is_short_however_great(value: int, shown: str) -> None:
    assert rough(value) == shown
