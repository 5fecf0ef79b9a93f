"""Driving generators of rounds: one by hand with any answerer, or several side by side."""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from typing import TypeVar

from playground.types import Ask, Judgment, Ranking, Rounds

T = TypeVar("T")

Steps = Generator[Sequence[Ask], Sequence[Judgment], T]
"""Part of a strategy: rounds of asks that come to a ``T``."""


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


def together(*several: Steps[T]) -> Steps[tuple[T, ...]]:
    """Independent generators side by side: the next round of each shares one round. Returns what each comes to."""
    ended: dict[int, T] = {}
    waiting: dict[int, Sequence[Judgment] | None] = dict.fromkeys(range(len(several)))
    while waiting:
        rounds: dict[int, Sequence[Ask]] = {}
        for at, judgments in waiting.items():
            try:
                rounds[at] = next(several[at]) if judgments is None else several[at].send(judgments)
            except StopIteration as end:
                ended[at] = end.value
        if not rounds:
            break
        answers = iter((yield [ask for asks in rounds.values() for ask in asks]))
        waiting = {at: [next(answers) for _ in asks] for at, asks in rounds.items()}
    return tuple(ended[at] for at in range(len(several)))
