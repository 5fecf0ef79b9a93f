"""An oracle that needn't think twice: thousands of plays ask it the same."""

from __future__ import annotations

from collections.abc import Callable

from playground.testing import Oracle
from playground.types import Ask, Judgment


def remembered(oracle: Oracle) -> Callable[[Ask], Judgment]:
    """The oracle's answers, each worked out once: the same ask always gets the same."""
    said: dict[tuple[object, ...], Judgment] = {}

    def judge(ask: Ask) -> Judgment:
        key = (ask.form.kind, ask.trial, *[document.id for document in ask.shown])
        if key not in said:
            said[key] = oracle.judge(ask)
        return said[key]

    return judge
