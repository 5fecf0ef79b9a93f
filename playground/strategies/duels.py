"""All duels of one pairwise lane: asked once, remembered, and counted."""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Literal

from playground.forms.duel import Duel
from playground.strategies.rounds import Steps
from playground.types import Ask, DocId, Document, Judgment, ModelRef

Pair = tuple[int, int]
Orders = Literal["both", "random"]


class Duels:
    """The memo of who beat whom among ``documents``, by index.

    Asked both ways round, a pair is won only where both answers agree: models favour the first passage. With
    log-probabilities the two chances are averaged, and more than a half wins.
    """

    def __init__(self, documents: Sequence[Document], form: Duel, model: ModelRef, orders: Orders, seed: int) -> None:
        self.heard: dict[DocId, list[Judgment]] = {document.id: [] for document in documents}
        self._documents, self._form, self._model = documents, form, model
        self._orders, self._seed = orders, seed
        self._chances: dict[Pair, float | None] = {}
        self._decisive = self._first_won = 0

    def meet(self, pairs: Iterable[Pair]) -> Steps[None]:
        """Has these pairs compared in one round, except those that have met. A second round asks in words where
        log-probabilities said too little."""
        new = list(dict.fromkeys(pair for pair in map(_sorted, pairs) if pair not in self._chances))
        if not new:
            return
        shown = [way for pair in new for way in self._ways(pair)]
        judgments = list((yield [self._ask(self._form, way) for way in shown]))
        unsaid = [at for at, judgment in enumerate(judgments) if judgment.mass is not None and not judgment.grades]
        if unsaid:
            again = yield [self._ask(replace(self._form, logprobs=False), shown[at]) for at in unsaid]
            for at, judgment in zip(unsaid, again, strict=True):
                judgments[at] = judgment
        chances: dict[Pair, list[float]] = {pair: [] for pair in new}
        for way, judgment in zip(shown, judgments, strict=True):
            self._note(way, judgment, chances[_sorted(way)])
        self._chances |= {pair: self._mean(found) for pair, found in chances.items()}

    def above(self, one: int, other: int) -> bool:
        """Whether ``one`` won; a tie, or a pair that was never answered, leaves the first comer above."""
        points = self.points(one, other)
        return one < other if points in (None, 0.5) else points == 1

    def points(self, one: int, other: int) -> float | None:
        """1 for a win of ``one``, ½ for a tie, 0 for a loss, None where nobody answered."""
        chance = self._chances.get(_sorted((one, other)))
        if chance is None:
            return None
        mine = chance if one < other else 1 - chance
        if self._form.logprobs:
            return 0.5 if mine == 0.5 else float(mine > 0.5)
        return mine if mine in (0, 1) else 0.5

    def wins(self, one: int) -> float:
        """How many of all others it would beat: its share of the duels that were answered, a tie half a win."""
        others = [other for other in range(len(self._documents)) if other != one]
        found = [points for other in others if (points := self.points(one, other)) is not None]
        return sum(found) * len(others) / len(found) if found else 0.0

    def tally(self, order: Sequence[int]) -> dict[str, Any]:
        """What the duels come to, for a ranking in this order, as plain JSON values.

        ``tie_rate`` is of the pairs answered; ``first_won`` the share of decisive answers that named the document
        shown first (½ = no position bias); ``cycles`` counts triples that beat each other in a circle; ``duels`` has
        each document's wins, losses and ties, the best-placed one it beat and the worst-placed one it lost to.
        """
        points = {pair: found for pair in self._chances if (found := self.points(*pair)) is not None}
        ties = sum(found == 0.5 for found in points.values())
        return {
            "comparisons": len(points),
            "tie_rate": ties / len(points) if points else None,
            "first_won": self._first_won / self._decisive if self._decisive else None,
            "cycles": _cycles(len(self._documents), points),
            "duels": self._each(order, points),
        }

    def _mean(self, found: Sequence[float]) -> float | None:
        """The chance from all answers about a pair, None without any. In words a lost answer agrees with none."""
        if not found:
            return None
        lost = 0 if self._form.logprobs or self._orders == "random" else 2 - len(found)
        return (sum(found) + 0.5 * lost) / (len(found) + lost)

    def _ways(self, pair: Pair) -> tuple[Pair, ...]:
        one, other = pair
        if self._orders == "both":
            return (pair, (other, one))
        names = f"{self._seed}/{self._documents[one].id}/{self._documents[other].id}"
        return (pair if random.Random(names).random() < 0.5 else (other, one),)

    def _ask(self, form: Duel, way: Pair) -> Ask:
        return Ask(form=form, shown=(self._documents[way[0]], self._documents[way[1]]), model=self._model)

    def _note(self, way: Pair, judgment: Judgment, chances: list[float]) -> None:
        first, second = (self._documents[at].id for at in way)
        self.heard[first].append(judgment)
        self.heard[second].append(judgment)
        chance = _chance(judgment, first)
        if chance is None:
            return
        chances.append(chance if way[0] < way[1] else 1 - chance)
        self._decisive += chance != 0.5
        self._first_won += chance > 0.5

    def _each(self, order: Sequence[int], points: Mapping[Pair, float]) -> dict[DocId, dict[str, Any]]:
        rank = {each: at for at, each in enumerate(order)}
        beat: dict[int, list[int]] = {each: [] for each in order}
        lost: dict[int, list[int]] = {each: [] for each in order}
        tied = dict.fromkeys(order, 0)
        for (one, other), found in points.items():
            if found == 0.5:
                tied[one] += 1
                tied[other] += 1
            else:
                winner, loser = (one, other) if found else (other, one)
                beat[winner].append(loser)
                lost[loser].append(winner)
        ids = [document.id for document in self._documents]
        return {
            ids[each]: {
                "wins": len(beat[each]),
                "losses": len(lost[each]),
                "ties": tied[each],
                "beat": ids[min(beat[each], key=rank.__getitem__)] if beat[each] else None,
                "lost_to": ids[max(lost[each], key=rank.__getitem__)] if lost[each] else None,
            }
            for each in order
        }


def _sorted(pair: Pair) -> Pair:
    return pair if pair[0] < pair[1] else (pair[1], pair[0])


def _chance(judgment: Judgment, first: DocId) -> float | None:
    """The chance that the document shown first is the better one; None where nobody said."""
    if judgment.mass is not None:
        return judgment.grades.get(first)
    if judgment.verdict in ("tie", "none_relevant"):
        return 0.5
    return float(judgment.order[0] == first) if judgment.answered and judgment.order else None


def _cycles(n: int, points: Mapping[Pair, float]) -> int:
    """How many triples beat each other in a circle."""
    beats, beaten = [0] * n, [0] * n
    decided = [((one, other) if found else (other, one)) for (one, other), found in points.items() if found != 0.5]
    for winner, loser in decided:
        beats[winner] |= 1 << loser
        beaten[loser] |= 1 << winner
    corners = sum((beats[loser] & beaten[winner]).bit_count() for winner, loser in decided)
    return corners // 3  # each circle was found from each of its three sides
