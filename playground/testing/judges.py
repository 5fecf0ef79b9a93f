"""Judges that answer without a model, and a model without a server."""

from __future__ import annotations

import math
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from statistics import NormalDist
from typing import Any

from playground.forms.duel import decided
from playground.types import Ask, DocId, Judgment, Reply, Task


@dataclass(frozen=True)
class Oracle:
    """Knows every document's grade and never errs. Documents it has no grade for count 0. Where all that are shown are
    equal it says tie; equal ones among others stay in the order shown."""

    grades: Mapping[DocId, float]

    def judge(self, ask: Ask) -> Judgment:
        """The perfect answer, whatever the form: the order of the shown documents and their grades, a duel's winner; a
        tie where all of several are equal."""
        grades = {document.id: self._grade(document.id) for document in ask.shown}
        order = tuple(sorted(grades, key=lambda each: -grades[each]))
        return _judged(ask, order, grades)

    async def answer(self, task: Task, ask: Ask) -> Judgment:
        return self.judge(ask)

    def _grade(self, id: DocId) -> float:
        return float(self.grades.get(id, 0))


@dataclass(frozen=True)
class NoisyOracle(Oracle):
    """An oracle that mistakes two documents whose grades differ by one for each other with probability ``error``, from
    0 to ½, whatever the kind of question; ones further apart less often (Thurstone 1927, case V).

    In each question every document's grade is seen through noise of its own, normally distributed. The same ask always
    gets the same answer for the same seed; another ``trial`` may get another.
    """

    error: float = 0.1
    seed: int = 0

    def __post_init__(self) -> None:
        if not 0 <= self.error <= 0.5:
            raise ValueError(f"error={self.error} is not within 0 and 0.5, where an answer is a coin's.")

    def judge(self, ask: Ask) -> Judgment:
        if not self.error:
            return super().judge(ask)
        # A text, not a tuple: the hash of a tuple of strings changes from process to process.
        dice = random.Random(f"{self.seed}/{ask.trial}/{'/'.join(document.id for document in ask.shown)}")
        # The difference of two noises has twice the variance of one.
        sharpness = -NormalDist().inv_cdf(self.error) * math.sqrt(2)
        grades = {
            document.id: self._grade(document.id) + dice.gauss() / sharpness if sharpness else dice.gauss()
            for document in ask.shown
        }
        return _judged(ask, tuple(sorted(grades, key=lambda each: -grades[each])), grades)


def _judged(ask: Ask, order: tuple[DocId, ...], grades: dict[DocId, float]) -> Judgment:
    """An order and grades as the answer to this form."""
    tie = len(order) > 1 and len(set(grades.values())) == 1
    seen = {document.id: len(document.content) for document in ask.shown}
    if ask.form.kind == "duel":
        return replace(decided(ask.shown, 0.5 if tie else float(order[0] == ask.shown[0].id)), seen=seen)
    if tie and ask.form.kind != "score":
        return Judgment(verdict="tie", grades=grades, seen=seen)
    return Judgment(verdict="ranked", order=order, grades=grades, seen=seen)


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
