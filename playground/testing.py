"""Judges for tests, yours and ours: they answer without a model, so a strategy's control flow can be checked exactly.

``Oracle`` and ``NoisyOracle`` are judges (no text at all); ``Scripted`` is a model whose replies are written down in
advance, which tests the reading. ``play`` drives a strategy by hand.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from playground.strategies.rounds import play
from playground.types import Ask, DocId, Judgment, Reply, Task

__all__ = ["NoisyOracle", "Oracle", "Scripted", "play"]


@dataclass(frozen=True)
class Oracle:
    """Knows every document's grade and never errs. Documents it has no grade for count 0; equal grades are a tie
    between two and stay in the order shown among more."""

    grades: Mapping[DocId, float]

    def judge(self, ask: Ask) -> Judgment:
        """The perfect answer, whatever the form: the order of the shown documents and their grades."""
        grades = {document.id: self._grade(document.id) for document in ask.shown}
        order = tuple(sorted(grades, key=lambda each: -grades[each]))
        tie = len(order) == 2 and ask.form.kind == "duel" and len(set(grades.values())) == 1
        return Judgment(
            verdict="tie" if tie else "ranked",
            order=order,
            grades=grades,
            seen={document.id: len(document.content) for document in ask.shown},
        )

    async def answer(self, task: Task, ask: Ask) -> Judgment:
        return self.judge(ask)

    def _grade(self, id: DocId) -> float:
        return float(self.grades.get(id, 0))


@dataclass(frozen=True)
class NoisyOracle(Oracle):
    """An oracle that mistakes any two documents for one another with probability ``error``.

    A duel comes out wrong that often; grades are exchanged between neighbours of the true order that often. The same
    ask always gets the same answer for the same seed; another ``trial`` may get another.
    """

    error: float = 0.1
    seed: int = 0

    def judge(self, ask: Ask) -> Judgment:
        true = super().judge(ask)
        # A text, not a tuple: the hash of a tuple of strings changes from process to process.
        dice = random.Random(f"{self.seed}/{ask.trial}/{'/'.join(document.id for document in ask.shown)}")
        order = list(true.order)
        for at in range(len(order) - 1):
            if dice.random() < self.error:
                order[at], order[at + 1] = order[at + 1], order[at]
        values = sorted(true.grades.values(), reverse=True)
        if len(order) == 1 and dice.random() < self.error:
            values = [dice.choice(sorted(set(self.grades.values())) or [0.0])]
        return Judgment(
            verdict=true.verdict, order=tuple(order), grades=dict(zip(order, values, strict=True)), seen=true.seen
        )


@dataclass
class Scripted:
    """A model that gives these replies one after another and then repeats the last. ``payloads`` keeps the questions.

    A reply is text, a tuple of numbers, a whole ``Reply``, or an exception to raise.
    """

    replies: Sequence[str | tuple[float | None, ...] | Reply | Exception]
    limit: int = 16
    payloads: list[Any] = field(default_factory=list)

    async def answer(self, payload: Any) -> Reply:
        reply = self.replies[min(len(self.payloads), len(self.replies) - 1)]
        self.payloads.append(payload)
        if isinstance(reply, Exception):
            raise reply
        return reply if isinstance(reply, Reply) else Reply(content=reply, model="scripted", seconds=0.0)
