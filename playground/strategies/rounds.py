"""Driving a generator of rounds without a runner, to its end, with any answerer."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from playground.types import Ask, Judgment, Ranking, Rounds


def play(rounds: Rounds, answer: Callable[[Ask], Judgment]) -> tuple[Ranking, tuple[tuple[Ask, ...], ...]]:
    """Plays a strategy to its end. Returns its ranking and the rounds of asks that led there."""
    asked: list[tuple[Ask, ...]] = []
    judgments: Sequence[Judgment] | None = None
    while True:
        try:
            asks = tuple(next(rounds) if judgments is None else rounds.send(judgments))
        except StopIteration as end:
            return end.value, tuple(asked)
        asked.append(asks)
        judgments = tuple(answer(ask) for ask in asks)
