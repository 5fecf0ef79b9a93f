"""What every strategy promises, whatever it does inside, as checks that anyone can run on a strategy of their own."""

from __future__ import annotations

import copy
import math
import random
from collections.abc import Sequence
from itertools import groupby

from playground.domains import DEFAULT, domains
from playground.strategies import Strategy
from playground.strategies.rounds import play
from playground.testing.judges import NoisyOracle, Oracle
from playground.types import Ask, Document, Judgment, Ranking, Task, unanswered

SIZES = (0, 1, 2, 3, 5, 9, 10, 11, 15, 19, 20, 21, 25, 29, 30, 31, 50, 100)
"""Numbers of documents at which rerankers were seen to fail: around windows, strides and powers."""


class BrokenPromise(AssertionError):
    """Says which promise a strategy broke, and for which input."""


def sample_task(n: int, seed: int | None = None) -> Task:
    """``n`` documents ``d0``, ``d1``, ..., half of them with the same text, in a seeded order."""
    documents = [
        Document(id=f"d{at}", content="the same" if at % 2 else f"text {at}", title=f"t{at % 3}") for at in range(n)
    ]
    if seed is not None:
        random.Random(seed).shuffle(documents)
    return Task(query="q", documents=tuple(documents), domain=domains()[DEFAULT])


def check_strategy(strategy: Strategy, *, sizes: Sequence[int] = SIZES, seeds: int = 12) -> None:
    """Plays the strategy with perfect, noisy, failing and silent judges on ``seeds`` orders of each size.

    Promised: every document once, with orderly scores; input left alone; the top that ``guaranteed`` names exact with a
    perfect judge, as far as ``top_k`` for each k of 1, 3, 10 and n; only the models it names are asked; documents that
    nobody judged say *failed* and why, and keep the input order.

    Raises:
        BrokenPromise: names the promise, the size and the seed.
    """
    for n in sizes:
        perfect = [f"d{at}" for at in range(n)]
        grades = {id: float(n - at) for at, id in enumerate(perfect)}
        for seed in range(seeds):
            where = f"{n} documents, seed {seed}"
            task = sample_task(n, seed)
            before = copy.deepcopy(task)
            ranking, rounds = play(strategy.rank(task), Oracle(grades).judge)
            check_ranking(ranking, task)
            _hold(task == before, "the input is left alone", where)
            for k in sorted({1, 3, 10, n}):
                sure = strategy.guaranteed(n, k)
                _hold(0 <= sure <= min(n, k), "guaranteed(n, k) is at most n and k", where)
                _hold(list(ranking.ids[:sure]) == perfect[:sure], f"a perfect judge makes the top {sure} exact", where)
            for ask in (ask for asks in rounds for ask in asks):
                _hold(ask.model in strategy.models(), f"models() names every model asked, {ask.model} too", where)
            noisy, _ = play(strategy.rank(task), NoisyOracle(grades, error=0.3, seed=seed).judge)
            check_ranking(noisy, task)
            check_ranking(play(strategy.rank(task), _Faulty(Oracle(grades)))[0], task)
        _silent(strategy, sample_task(n, 1), f"{n} documents")


def check_ranking(ranking: Ranking, task: Task) -> None:
    """What holds for any ranking, whoever judged.

    Raises:
        BrokenPromise: a document is lost or invented, a rank or score out of order.
    """
    where = f"{len(task.documents)} documents"
    ids = [document.id for document in task.documents]
    _hold(sorted(ranking.ids) == sorted(ids), "every document comes back exactly once", where)
    _hold([item.rank for item in ranking.items] == list(range(1, len(ids) + 1)), "ranks count from 1", where)
    _hold(all(item.provenance for item in ranking.items), "every document says how it came to its rank", where)
    finite = all(item.score is None or math.isfinite(item.score) for item in ranking.items)
    _hold(finite, "scores are finite", where)
    stages = []
    for stage, items in groupby(ranking.items, key=lambda item: item.stage):
        scores = [item.score for item in items if item.score is not None]
        _hold(scores == sorted(scores, reverse=True), f"scores of a stage never rise ({stage})", where)
        stages.append(stage)
    _hold(len(set(stages)) == len(stages), "a stage's documents stand together", where)


def _silent(strategy: Strategy, task: Task, where: str) -> None:
    """Nothing is answered."""
    ranking, rounds = play(strategy.rank(task), lambda ask: unanswered("no answer"))
    check_ranking(ranking, task)
    asked = {document.id for asks in rounds for ask in asks for document in ask.shown}
    for item in ranking.items:
        _hold(("failed" in item.provenance) == (item.id in asked), "who was never judged says failed", where)
        _hold(item.id not in asked or item.why == "no answer", "a failed document says why", where)
        _hold((item.score, item.grade, item.reason) == (None, None, None), "nothing is invented", where)
    _hold([document.id for document in task.documents] == list(ranking.ids), "unjudged input keeps its order", where)


class _Faulty:
    """Every second question is lost."""

    def __init__(self, oracle: Oracle) -> None:
        self._oracle, self._count = oracle, 0

    def __call__(self, ask: Ask) -> Judgment:
        self._count += 1
        return unanswered("lost") if self._count % 2 else self._oracle.judge(ask)


def _hold(holds: bool, promise: str, where: str) -> None:
    if not holds:
        raise BrokenPromise(f"Broken: {promise}. With {where}.")
