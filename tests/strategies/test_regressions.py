"""Things that went wrong once, across strategies."""

from __future__ import annotations

import random

import pytest

from playground import rerank
from playground.errors import InputError
from playground.lanes import parse
from playground.strategies.explaining import explain
from playground.testing import Oracle, play, sample_task
from playground.types import Ask, Judgment, Reply, unanswered


def test_shuffles_put_who_was_never_judged_last() -> None:
    """Whatever is lost, a failed document stands below all judged ones, and failed ones keep the input order."""
    strategy = parse("listwise model=local shuffles=2 window=2 stride=1").strategy
    for seed in range(200):
        dice = random.Random(seed)
        oracle = Oracle({f"d{at}": dice.random() for at in range(6)})

        def judge(ask: Ask, dice: random.Random = dice, oracle: Oracle = oracle) -> Judgment:
            return unanswered("lost") if dice.random() < 0.5 else oracle.judge(ask)

        ranking, _ = play(strategy.rank(sample_task(6)), judge)
        failed = ["failed" in item.provenance for item in ranking.items]
        assert failed == sorted(failed), seed
        lost = [item.id for item in ranking.items if "failed" in item.provenance]
        assert lost == sorted(lost)


def test_a_failed_window_does_not_unsay_that_none_was_relevant() -> None:
    """Two passes: "none of these" and then nothing at all; the documents were judged, and are tied."""
    answers = iter([Judgment(verdict="none_relevant"), unanswered("lost")])
    ranking, _ = play(parse("listwise model=local passes=2").strategy.rank(sample_task(3)), lambda ask: next(answers))
    assert [item.provenance for item in ranking.items] == [("tied",)] * 3


def test_what_was_cut_twice_says_so_once() -> None:
    """A cascade whose first stage sorts a top and whose second takes more than that."""
    lane = "cascade first=(pairwise model=local top_k=2) then=(setwise model=local) keep=5"
    ranking, _ = play(parse(lane).strategy.rank(sample_task(8)), Oracle({f"d{at}": at for at in range(8)}).judge)
    assert all(len(set(item.provenance)) == len(item.provenance) for item in ranking.items)


def test_the_first_of_one_is_explained_as_relevant() -> None:
    """A single document stands in the upper half of its ranking, not in the lower."""
    task = sample_task(1)
    strategy = parse("bm25").strategy
    ranking, _ = play(strategy.rank(task), Oracle({}).judge)
    rounds = explain(task, strategy, ranking, 1)
    (closest,) = next(rounds)
    quote = closest.form.read(Reply(content=(1.0,), model="m", seconds=0.0), closest.shown)
    (because,) = rounds.send([quote])
    assert because.form.relevant  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("strategy", "option"), [("pairwise", "top_k"), ("listwise", "passes"), ("setwise", "children")]
)
def test_half_a_number_is_refused_before_anything_is_asked(strategy: str, option: str) -> None:
    """From Python, where options come as values."""
    with pytest.raises(InputError, match=f"{option}=2.5 is no whole number"):
        rerank("q", ["a", "b"], strategy=strategy, model=Oracle({}), **{option: 2.5})


def test_fused_lanes_are_given_as_words_or_strategies() -> None:
    """A list in Python means what commas mean on the command line."""
    ways = (["bm25", "bm25"], "bm25,bm25", (parse("bm25").strategy, "bm25"))
    results = [rerank("who barks", ["cats", "a dog barks"], strategy="fusion", lanes=lanes).ids for lanes in ways]
    assert results == [("d2", "d1")] * 3
