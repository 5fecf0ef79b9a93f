"""Calls, rounds and quality of every strategy, with judges instead of models. Run: make bench-strategies

The first table has a perfect judge: how many questions a strategy asks, in how many rounds, and how much of the top it
makes exact, for 60 seeded input orders of each size. The second has judges that err: what is left of nDCG@10.
"""

from __future__ import annotations

import os
import platform
import random
import statistics
import time
from collections.abc import Iterable, Iterator

from playground.domains import domain
from playground.lanes import build, parse
from playground.metrics import ndcg
from playground.strategies import Strategy
from playground.testing import SIZES, NoisyOracle, Oracle, play, sample_task
from playground.types import Document, ModelRef, Task
from tests.remembering import remembered

MODEL = ModelRef("test", "judge")
LANES = (
    "bm25",
    "pointwise",
    "listwise window=all",
    "listwise",
    "listwise window=4 stride=2",
    "listwise window=all shuffles=5",
    "pairwise sort=allpair",
    "pairwise sort=sliding",
    "pairwise sort=heap",
    "pairwise sort=bubble",
    "pairwise sort=parallel",
    "pairwise sort=tournament",
    "pairwise sort=parallel orders=random",
    "setwise children=3",
    "setwise children=9",
    "setwise children=19",
    "setwise children=4 variant=rounds",
    "setwise children=9 variant=rounds",
    "tournament",
    "tournament rounds=10",
    "cascade first=bm25 then=listwise",
    "cascade first=bm25 then=(pairwise sort=parallel)",
    "fusion lanes=bm25,pointwise",
)
SORTS = ("heap", "bubble", "parallel", "tournament")
SEEDS = 60
NOISY = 60
SIZE = 100
GRADES = [3] * 5 + [2] * 10 + [1] * 20 + [0] * 65


def main() -> None:
    python = f"Python {platform.python_version()}"
    print(f"{platform.machine()}, {os.cpu_count()} cores, {python}, {time.strftime('%Y-%m-%d')}\n")
    print(f"Perfect judge, {SEEDS} input orders each: mean calls / mean rounds.\n")
    sizes = [n for n in SIZES if n > 1]
    rows = [(lane, k) for lane in LANES for k in ((1, 3, 10, None) if _sorts(lane) else (None,))]
    print(_row(["strategy", "k", *(f"n={n}" for n in sizes)]))
    print(_row(["---"] * (len(sizes) + 2)))
    for lane, k in rows:
        print(_row([lane, str(k or "n"), *(_counted(_strategy(lane, k), n) for n in sizes)]), flush=True)
    errors = (0.0, 0.05, 0.1, 0.2)
    print(f"\nJudges that err, {SIZE} documents, top 10 wanted, {NOISY} input orders each: nDCG@10 (calls / rounds).\n")
    print(_row(["strategy", *(f"{error:.0%} error" for error in errors)]))
    print(_row(["---"] * (len(errors) + 1)))
    for lane in LANES:
        strategy = _strategy(lane, 10 if _sorts(lane) else None)
        print(_row([lane, *(_noisy(strategy, error) for error in errors)]), flush=True)


def _strategy(words: str, k: int | None) -> Strategy:
    made = parse(words, model=MODEL).strategy
    if k is None:
        return made
    head, *_ = words.split()
    fields = {name: getattr(made, name) for name in vars(made)}
    return build(head, fields | {"top_k": k})


def _sorts(lane: str) -> bool:
    """Whether the calls of this lane depend on how many results are wanted."""
    return lane.startswith("setwise") or (lane.startswith("pairwise") and any(f"sort={sort}" in lane for sort in SORTS))


def _counted(strategy: Strategy, n: int) -> str:
    """Mean calls and rounds; raises where the top that the strategy vouches for is not exact."""
    perfect = [f"d{at}" for at in range(n)]
    judge = remembered(Oracle({id: n - at for at, id in enumerate(perfect)}))
    calls, rounds = [], []
    for seed in range(SEEDS):
        ranking, asked = play(strategy.rank(sample_task(n, seed)), judge)
        for k in (1, 3, 10, n):
            sure = strategy.guaranteed(n, k)
            if list(ranking.ids[:sure]) != perfect[:sure]:
                raise SystemExit(f"{strategy}: the top {sure} of {n} is not exact with seed {seed}")
        calls.append(sum(map(len, asked)))
        rounds.append(len(asked))
    return f"{statistics.mean(calls):.1f} / {statistics.mean(rounds):.1f}"


def _noisy(strategy: Strategy, error: float) -> str:
    quality, calls, rounds = [], [], []
    for task, grades in _graded():
        judge = remembered(NoisyOracle(grades, error=error, seed=len(quality)))
        ranking, asked = play(strategy.rank(task), judge)
        quality.append(ndcg(ranking.ids, {id: int(grade) for id, grade in grades.items()}, 10))
        calls.append(sum(map(len, asked)))
        rounds.append(len(asked))
    return f"{statistics.mean(quality):.3f} ({statistics.mean(calls):.0f} / {statistics.mean(rounds):.0f})"


def _graded() -> Iterator[tuple[Task, dict[str, float]]]:
    """Graded documents in shuffled orders: the first stage is no help."""
    general, _ = domain("general")
    for seed in range(NOISY):
        places = list(range(SIZE))
        random.Random(seed).shuffle(places)
        documents = tuple(Document(id=f"d{at}", content=f"text {at}") for at in places)
        yield Task(query="q", documents=documents, domain=general), {f"d{at}": GRADES[at] for at in range(SIZE)}


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


if __name__ == "__main__":
    main()
