"""How many documents a lane's own numbers say to keep, and when they say nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playground.cutoff import HELPS, Cutoff, cutoff, out_of_ten
from playground.domains import domains
from playground.facade import task_of
from playground.forms.grade import Grade
from playground.lanes import parse
from playground.live import LiveRun
from playground.models import Access
from playground.testing import Oracle
from playground.types import ModelRef, Ranked, Ranking

MODEL = ModelRef.parse("openai:test")
GRADES = {"d1": 2.0, "d2": 9.0, "d3": 8.0, "d4": 0.0, "d5": 6.0}


def scored(*scores: float | None, stage: str = "m") -> Ranking:
    """Documents with these scores; None = failed."""
    return Ranking(
        items=tuple(
            Ranked(
                id=f"d{rank}",
                rank=rank,
                score=score,
                stage=stage,
                provenance=("failed",) if score is None else ("judged",),
            )
            for rank, score in enumerate(scores, 1)
        )
    )


def beside(*grades: float | None) -> Ranking:
    """An order with grades beside it; None = the reply gave none."""
    return Ranking(items=tuple(Ranked(id=f"d{at}", rank=at, grade=grade) for at, grade in enumerate(grades, 1)))


def kept(found: Cutoff | None) -> int | None:
    return None if found is None else found.keep


def test_grades_keep_what_helps_and_say_what_comes_next() -> None:
    """The reader sees the rule and the first grade that misses it, with the decimals that it takes to see why."""
    assert cutoff(scored(10, 8, 7.5, 7, 2), graded=True) == Cutoff(
        keep=3, why="The first 3 are graded 7.5 or more of 10, the next 7."
    )
    assert cutoff(scored(9, 7.496), graded=True) == Cutoff(
        keep=1, why="The first is graded 7.5 or more of 10, the next 7.496."
    )


def test_where_grades_are_all_good_or_all_poor_there_is_no_cut() -> None:
    """Nor one between a good document and those that failed: nobody knows what these are worth."""
    assert cutoff(scored(9, 8, 7.5), graded=True) is None
    assert cutoff(scored(7.4, 7, 2, 1), graded=True) is None
    assert cutoff(scored(9, 8, None, None), graded=True) is None


def test_grades_beside_an_order_cut_at_the_first_that_is_poor_or_missing() -> None:
    """What stands behind it is not kept, however good: the order says it is worse."""
    assert cutoff(beside(8, 9, 3, 9), graded=False) == Cutoff(
        keep=2, why="The first 2 are graded 7.5 or more of 10, the next 3."
    )
    assert cutoff(beside(8, None, 9, 2), graded=False) == Cutoff(
        keep=1, why="The first is graded 7.5 or more of 10, the next has no grade."
    )
    assert cutoff(beside(None, 9, 2), graded=False) is None


def test_the_threshold_is_the_rubrics() -> None:
    """7.5 is a step that the model reads in every domain's prompt, the last but one."""
    for domain in domains().values():
        task, _ = task_of("q", ["text"], domain)
        prompt = Grade().word(task, task.documents).messages[0].content
        assert f"\n{HELPS:g} = {domain.rubric[-2]}\n10 = {domain.rubric[-1]}" in prompt


def test_other_scores_are_cut_at_a_gap_that_stands_out() -> None:
    """Twice the second largest and a fifth of the range; both ends of it are named."""
    assert cutoff(scored(0.8, 0.75, 0.71, 0.38, 0.31), graded=False) == Cutoff(
        keep=3, why="Largest gap in the scores: .71 → .38."
    )
    # Gaps 3, 6, 1: 6 is twice 3.
    assert cutoff(scored(19, 16, 10, 9), graded=False) == Cutoff(keep=2, why="Largest gap in the scores: 16 → 10.")
    assert cutoff(scored(19, 16, 10.1, 9), graded=False) is None
    # Fused scores differ late.
    assert cutoff(scored(0.0328, 0.0326, 0.0312, 0.0311), graded=False) == Cutoff(
        keep=2, why="Largest gap in the scores: .0326 → .0312."
    )
    # Nearly nought is nought.
    assert cutoff(scored(2.1, 2.0, -0.02, -0.4), graded=False) == Cutoff(
        keep=2, why="Largest gap in the scores: 2 → 0."
    )


def test_a_gap_that_is_a_small_part_of_the_range_is_no_cut() -> None:
    """Among many documents the largest can be twice the next and still say little."""
    even = [float(score) for score in range(20, 8, -1)]  # eleven gaps of 1
    assert kept(cutoff(scored(*even, 7), graded=False)) is None  # 2 of 13
    assert kept(cutoff(scored(*even, 6), graded=False)) == 12  # 3 of 14


def test_no_gap_no_cut() -> None:
    """Equal scores, fewer than four, or none at all."""
    assert cutoff(scored(1, 1, 1, 1), graded=False) is None
    assert cutoff(scored(9, 1, 0.9), graded=False) is None
    assert cutoff(scored(9, 1, 0.9, None), graded=False) is None
    assert cutoff(beside(None, None, None, None, None), graded=False) is None
    assert cutoff(Ranking(items=()), graded=True) is None


def test_only_the_deciding_stage_counts() -> None:
    """Scores of different stages can't be compared: the step from one to the other is no gap."""
    last, cut = scored(8, 7, 6, 5, stage="2. a"), scored(0.9, 0.8, stage="1. b")
    assert cutoff(Ranking(items=(*last.items, *cut.items)), graded=False) is None
    assert kept(cutoff(Ranking(items=(*scored(8, 7, 2, 1, stage="2. a").items, *cut.items)), graded=False)) == 2
    good = scored(9, 8, stage="2. a")
    assert cutoff(Ranking(items=(*good.items, *cut.items)), graded=True) is None


@given(st.lists(st.none() | st.integers(-100, 100), max_size=12), st.booleans(), st.booleans())
def test_a_cut_keeps_some_and_leaves_some(numbers: Sequence[int | None], written: bool, graded: bool) -> None:
    """Whatever the numbers: from one document to all but one, none of them failed."""
    ordered = sorted((number / 10 for number in numbers if number is not None), reverse=True)
    ranking = scored(*ordered, *(None for number in numbers if number is None))
    if written:
        ranking = Ranking(items=tuple(replace(item, score=None, grade=item.score) for item in ranking.items))
    found = cutoff(ranking, graded=graded)
    if found is not None:
        assert 1 <= found.keep < len(ranking.items)
        assert all("failed" not in item.provenance for item in ranking.items[: found.keep])
        assert found.why.endswith(".")
        assert "\n" not in found.why


@pytest.mark.parametrize(
    ("words", "grades"),
    [
        ("pointwise model=openai:test", True),
        ("pointwise scale=logprobs model=openai:test", True),
        ("cascade first=bm25 then=(pointwise model=openai:test) keep=3", True),
        # A second stage that has one document asks nothing: the first one's grades decide.
        ("cascade first=(pointwise model=openai:test) then=(listwise model=openai:test) keep=1", True),
        ("cascade first=(pointwise model=openai:test) then=bm25 keep=4", False),
        ("fusion lanes=bm25,(pointwise model=openai:test)", False),
        ("pairwise sort=allpair model=openai:test", False),
        ("tournament model=openai:test", False),
        ("bm25", False),
    ],
)
def test_a_run_tells_whether_its_scores_are_grades(words: str, grades: bool) -> None:
    """By what was asked last and who decided; the other lane's questions are not taken for its own."""
    task, _ = task_of("q", [{"id": id, "content": id} for id in GRADES])
    oracle = Oracle(GRADES)
    other = "bm25" if grades else "pointwise model=openai:test"
    live = LiveRun(task, [parse(words), parse(other)], Access(), given={MODEL: oracle, ModelRef("bm25"): oracle})
    board = live.join(10)
    rankings = [row.ranking for row in board.lanes]
    assert rankings[0] is not None and rankings[1] is not None
    assert out_of_ten(rankings[0], 0, live.events) is grades
    assert out_of_ten(rankings[1], 1, live.events) is not grades


def test_scores_further_apart_than_a_number_can_say_cut_nothing() -> None:
    """A strange server's scores take no page down."""
    assert cutoff(scored(1.7e308, -1.7e308, -1.7e308, -1.7e308), graded=False) is None
