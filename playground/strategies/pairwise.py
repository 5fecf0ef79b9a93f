"""Documents compared two at a time and sorted by the outcomes (PRP, Qin et al. 2023, arXiv 2306.17563)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import combinations
from typing import ClassVar, Literal

from playground.errors import too_many_questions
from playground.forms.duel import Duel
from playground.limits import LIMITS
from playground.strategies import sorting
from playground.strategies.base import Asking, nothing_asked, option, placed
from playground.strategies.duels import Duels
from playground.strategies.rounds import Steps
from playground.types import Rounds, Task


@dataclass(frozen=True, kw_only=True)
class Pairwise(Asking):
    name: ClassVar[str] = "pairwise"
    about: ClassVar[str] = "The model says which of two documents is better; a sort turns the answers into an order."

    sort: Literal["allpair", "sliding", "heap", "bubble", "parallel", "tournament"] = option(
        "parallel",
        "Sort",
        "allpair: every pair, n(n-1) calls, one round. sliding: K walks from the back, sure of the top K. heap and "
        "bubble: the top k, one comparison after another. parallel: quicksort, few rounds. tournament: the fewest "
        "calls for a small top k.",
        choices=("allpair", "sliding", "heap", "bubble", "parallel", "tournament"),
    )
    orders: Literal["both", "random"] = option(
        "both",
        "Orders",
        "both: each pair asked both ways round, a win needs both answers. random: asked once, half the calls.",
        choices=("both", "random"),
    )
    scale: Literal["text", "logprobs"] = option(
        "text",
        "Read from",
        "text: the answer written. logprobs: the chances of A and B, where the model tells them.",
        choices=("text", "logprobs"),
    )
    passes: int = option(10, "Passes", "Walks of the sliding sort; other sorts take none.", low=1, high=100)
    seed: int = option(0, "Seed", "Which of two random orders each pair is shown in.", low=0, high=1_000_000)
    chars: int = option(
        800, "Characters a document", "How much of each document the model is shown.", low=50, high=50_000
    )

    def rank(self, task: Task) -> Rounds:
        documents = task.documents
        n = len(documents)
        if n < 2:
            return nothing_asked(task)
        if self.sort == "allpair" and n * (n - 1) > LIMITS.questions:  # all in one round: too many to hold
            raise too_many_questions(n * (n - 1))
        duels = Duels(documents, self.form(), self.model, self.orders, self.seed)
        order = yield from self._sorted(n, duels)
        at = {document.id: index for index, document in enumerate(documents)}
        every = self.sort == "allpair"
        ranking = placed(
            [documents[each] for each in order],
            duels.heard,
            stage=str(self.model),
            sure=self._sure(n),
            scores={documents[each].id: duels.wins(each) for each in order} if every else None,
            tied=None if every else lambda one, other: duels.points(at[one], at[other]) == 0.5,
        )
        return replace(ranking, details=duels.tally([at[id] for id in ranking.ids]))

    def form(self) -> Duel:
        return self.worded(Duel, logprobs=self.scale == "logprobs")

    def guaranteed(self, n: int, k: int) -> int:
        return min(n, k, self._sure(n))

    def advice(self, n: int) -> str:
        if self.sort == "allpair" and n > 30:
            calls = n * (n - 1) // (2 if self.orders == "random" else 1)
            return f"Every pair of {n} documents is {calls:,} calls; sort=parallel needs far fewer."
        return ""

    def _sure(self, n: int) -> int:
        """How many places a perfect judge makes sure."""
        if self.sort == "sliding":
            return n if self.passes >= n - 1 else self.passes
        return n if self.sort == "allpair" else min(n, self.top_k or n)

    def _sorted(self, n: int, duels: Duels) -> Steps[list[int]]:
        k = self._sure(n)
        match self.sort:
            case "allpair":
                yield from duels.meet(combinations(range(n), 2))
                return sorted(range(n), key=lambda each: -duels.wins(each))
            case "sliding":
                return (yield from sorting.sliding(n, self.passes, duels))
            case "bubble":
                return (yield from sorting.bubble(n, k, duels))
            case "heap":
                return (yield from sorting.heap(n, k, 2, sorting.best_by_duels(duels)))
            case "tournament":
                return (yield from sorting.tournament(n, k, duels))
            case _:
                return (yield from sorting.parallel(n, k, duels))
