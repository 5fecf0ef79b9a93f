"""Every strategy explained, with counts that are played, not remembered; and what it keeps of an order with judges that
err."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import mean

from playground.domains import DEFAULT, domains
from playground.events import Plan
from playground.guide.workload import Workload
from playground.lanes import parse
from playground.metrics import ndcg
from playground.plan import plan
from playground.strategies import Strategy, strategies
from playground.testing import NoisyOracle, play
from playground.types import Document, ModelRef, Task

MODEL = ModelRef("openai", "gpt-6-luna")
"""Stands in where a lane needs a chat model; nobody is asked."""


@dataclass(frozen=True, kw_only=True)
class Words:
    """What there is to say of a strategy: a lane to try it with, how it comes to its order, what it asks for n
    documents of which k are wanted, and when to take it."""

    lane: str
    how: str
    calls: str
    when: str


WORDS = {
    "score": Words(
        lane="embedding",
        how="A scoring model reads the query and each text and gives a number; the numbers are the order. The model "
        "may count shared words, compare meanings, read both together, or be a hosted rerank API.",
        calls="1, or one a batch of the model's",
        when="First, always: it is the cheapest, and what every other strategy has to beat.",
    ),
    "pointwise": Words(
        lane="pointwise",
        how="An LLM grades each document alone from 0 to 10, with a reason and a quote. No document is compared with "
        "another, so equal grades are common; scale=logprobs reads the expected grade instead.",
        calls="n, all at once",
        when="When reasons, a threshold or a fast answer matter more than the very order at the top.",
    ),
    "listwise": Words(
        lane="listwise",
        how="An LLM puts a window of documents in order. The window slides from the back to the front, so that good "
        "documents rise. One pass is sure only of the first window - stride places.",
        calls="passes · (1 + ⌈(n - window) / stride⌉), one after another; 1 if the window holds all",
        when="When documents are short enough to be read together: few calls, and each sees the others.",
    ),
    "pairwise": Words(
        lane="pairwise top_k=10",
        how="An LLM says which of two documents is better, both ways round, since models favour a position; two "
        "answers that contradict each other are a tie. A sort decides which pairs are asked.",
        calls="2 a comparison: n(n - 1) in all for all pairs, far fewer when sorted",
        when="When the top must be right and calls are cheap, or to see whether a judge contradicts itself.",
    ),
    "setwise": Words(
        lane="setwise top_k=10",
        how="An LLM picks the best of a few documents. A heap of such picks brings up the top k one after another; "
        "variant=rounds asks whole heats at once, each of which returns its order.",
        calls="about n / children to build the heap, then a few a place; heats far fewer rounds",
        when="When only the top few are wanted of many.",
    ),
    "tournament": Words(
        lane="tournament",
        how="Groups of documents keep their best few, stage by stage; each stage survived is a point. Several shuffled "
        "tournaments at once, their points added, even out a group's luck (TourRank).",
        calls="rounds · the groups of all stages: 13 a tournament for n = 100; as many rounds as stages",
        when="When many documents must be ranked in few rounds. Nothing is sure, but errors average out.",
    ),
    "cascade": Words(
        lane="cascade first=embedding then=listwise",
        how="One strategy ranks all documents, another only the best few of those; the rest keep the first one's "
        "order. What the first stage drops, the second never sees.",
        calls="the sum of both, the second for those that are kept",
        when="Usually: most of the quality of the dear strategy at a fraction of its price.",
    ),
    "fusion": Words(
        lane="fusion lanes=bm25,embedding",
        how="Several strategies rank side by side, and 1 / (k + rank) of each is added up (reciprocal rank fusion). "
        "Scores needn't be comparable, only ranks.",
        calls="the sum of all, at once",
        when="When strategies err differently: words against meaning, say.",
    ),
}
"""By name. A strategy that someone added has none and is listed by its own words."""


@dataclass(frozen=True, kw_only=True)
class Explained:
    """A strategy in words, and ``plan`` and ``guaranteed`` of its example lane for the asked n and k: what it asks, and
    how many of the top k a perfect judge makes exact. All three are None for a strategy that has no words here."""

    name: str
    about: str
    words: Words | None
    plan: Plan | None
    guaranteed: int | None


def explained(n: int, k: int) -> tuple[Explained, ...]:
    """Every registered strategy, for n documents of which k are wanted.

    Raises:
        InputError: fewer than two documents, or more than the limit.
    """
    task = Workload(queries_a_day=1, documents=n, tokens_a_document=125).task
    return tuple(_explained(name, str(kind.about), task, k) for name, kind in strategies().items())


def _explained(name: str, about: str, task: Task, k: int) -> Explained:
    words = WORDS.get(name)
    if words is None:
        return Explained(name=name, about=about, words=None, plan=None, guaranteed=None)
    strategy = parse(words.lane, model=MODEL).strategy
    return Explained(
        name=name,
        about=about,
        words=words,
        plan=plan(task, strategy),
        guaranteed=strategy.guaranteed(len(task.documents), k),
    )


LANES = (
    "pointwise",
    "listwise",
    "listwise window=all shuffles=5",
    "pairwise sort=allpair",
    "pairwise sort=heap top_k=10",
    "pairwise sort=parallel top_k=10",
    "pairwise sort=tournament top_k=10",
    "setwise children=9 top_k=10",
    "setwise children=9 variant=rounds top_k=10",
    "tournament",
    "cascade first=bm25 then=(pairwise sort=parallel)",
)
ERRORS = (0.05, 0.1, 0.2)
DOCUMENTS = 20
SEEDS = 12
# As in the README's large table: 5% of grade 3, 10% of 2, 20% of 1, the rest of 0.
_SHARES = ((3, 20), (2, 10), (1, 5))
DEPTH = 10


@dataclass(frozen=True, kw_only=True)
class Noisy:
    """A lane judged by judges that err instead of models: its mean nDCG@10 at each error rate, over ``seeds`` shuffled
    orders of ``documents``, and its mean calls and rounds with a judge that never errs. ``errors``: how often two
    documents whose grades differ by one are taken for each other; a scorer's too."""

    lane: str
    documents: int
    seeds: int
    errors: tuple[float, ...]
    ndcg: tuple[float, ...]
    calls: float
    rounds: float


def noisy(words: str, *, documents: int = DOCUMENTS, seeds: int = SEEDS, errors: Sequence[float] = ERRORS) -> Noisy:
    """Played now, the same each time. Such judges err anew in every question; a real model repeats itself.

    Raises:
        InputError: words that give no lane.
    """
    strategy = parse(words, model=MODEL).strategy
    sure = [_played(strategy, task, grades, 0, 0) for task, grades in _graded(documents, seeds)]
    return Noisy(
        lane=words,
        documents=documents,
        seeds=seeds,
        errors=tuple(errors),
        ndcg=tuple(
            mean(
                _played(strategy, task, grades, error, seed)[0]
                for seed, (task, grades) in enumerate(_graded(documents, seeds))
            )
            for error in errors
        ),
        calls=mean(calls for _, calls, _ in sure),
        rounds=mean(rounds for _, _, rounds in sure),
    )


def _played(strategy: Strategy, task: Task, grades: dict[str, int], error: float, seed: int) -> tuple[float, int, int]:
    """nDCG@10, calls and rounds."""
    judge = NoisyOracle(grades, error=error, seed=seed)
    ranking, asked = play(strategy.rank(task), judge.judge)
    return ndcg(ranking.ids, grades, DEPTH), sum(map(len, asked)), len(asked)


def _graded(n: int, seeds: int) -> Iterator[tuple[Task, dict[str, int]]]:
    """Graded documents in shuffled orders: the first stage is no help."""
    grades = [grade for grade, part in _SHARES for _ in range(n // part)]
    by_id = {f"d{at}": grade for at, grade in enumerate([*grades, *[0] * (n - len(grades))])}
    for seed in range(seeds):
        ids = list(by_id)
        random.Random(seed).shuffle(ids)
        documents = tuple(Document(id=id, content=f"text {id}") for id in ids)
        yield Task(query="q", documents=documents, domain=domains()[DEFAULT]), by_id
