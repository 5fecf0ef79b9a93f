"""How many documents to keep, where a lane's own numbers say so: grades that end being good, or a gap in the scores."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise, takewhile

from playground.events import Answered, Event
from playground.forms.grade import BEST, TOP_LABEL, Grade, Label
from playground.types import Ranked, Ranking

HELPS = 3 * BEST / TOP_LABEL
"""The least grade of a document that helps: 7.5 of 10, where every domain's rubric says for the first time that a
document answers, if with gaps. The step below it, 5, is on the matter and no help: the wrong variant, overruled law."""

LEAST_SCORED = 4
OUTSTANDING = 2
"""How many times the second largest gap the largest must be."""
LEAST_PART = 1 / 5
"""The least part of the range, from the best score to the worst, that the largest gap must span."""


@dataclass(frozen=True, kw_only=True)
class Cutoff:
    """The first ``keep`` documents are worth keeping; ``why`` is one sentence, for the reader."""

    keep: int
    why: str


def cutoff(ranking: Ranking, *, graded: bool) -> Cutoff | None:
    """Where to cut, from what the deciding stage says of its documents; None where it gives no grounds to.

    Grades from 0 to 10 say what helps: the leading documents from ``HELPS`` on are kept, unless none or all of those
    graded are as good. They are the numbers beside an order, or with ``graded`` the scores (see ``out_of_ten``). Other
    scores mean something next to each other only: of ``LEAST_SCORED`` or more the largest gap between neighbours cuts,
    if it stands out. A failed document is never kept.
    """
    items = [item for item in ranking.items if item.stage == ranking.items[0].stage]
    grades = [_unless_failed(item, item.score if graded else item.grade) for item in items]
    if any(grade is not None for grade in grades):
        return _from_grades(grades)
    return _from_gap([score for item in items if (score := _unless_failed(item, item.score)) is not None])


def out_of_ten(ranking: Ranking, lane: int, events: Iterable[Event]) -> bool:
    """Whether the scores of this lane's ranking are grades from 0 to 10: its last questions asked for such, and the
    model that they were put to decided. (A fusion's scores are made of ranks, whatever its lanes asked.)"""
    asks = [
        event.ask for event in events if isinstance(event, Answered) and (event.lane, event.phase) == (lane, "rank")
    ]
    if not asks or not ranking.items:
        return False
    # A cascade puts a number before its stages' models.
    decided = ranking.items[0].stage.rpartition(". ")[2]
    return asks[-1].form in (Grade.kind, Label.kind) and asks[-1].model.rpartition(". ")[2] == decided


def _unless_failed(item: Ranked, value: float | None) -> float | None:
    return None if "failed" in item.provenance else value


def _from_grades(grades: Sequence[float | None]) -> Cutoff | None:
    """``grades`` in the order of the ranking, None = no grade."""
    known = [grade for grade in grades if grade is not None]
    keep = len(list(takewhile(lambda grade: grade is not None and grade >= HELPS, grades)))
    if not keep or min(known) >= HELPS:
        return None
    best = "The first is" if keep == 1 else f"The first {keep} are"
    then = grades[keep]
    after = "has no grade" if then is None else _figure(then, HELPS - then)
    return Cutoff(keep=keep, why=f"{best} graded {HELPS:g} or more of {BEST}, the next {after}.")


def _from_gap(scores: Sequence[float]) -> Cutoff | None:
    """``scores`` best first."""
    if len(scores) < LEAST_SCORED:
        return None
    gaps = [above - below for above, below in pairwise(scores)]
    second, largest = sorted(gaps)[-2:]
    if math.isinf(largest):  # two huge scores may be further apart than a number can say
        return None
    if not largest or largest < OUTSTANDING * second or largest < LEAST_PART * (scores[0] - scores[-1]):
        return None
    keep = gaps.index(largest) + 1
    above, below = (_figure(score, largest) for score in scores[keep - 1 : keep + 1])
    return Cutoff(keep=keep, why=f"Largest gap in the scores: {above} → {below}.")


def _figure(value: float, gap: float) -> str:
    """As many decimals as it takes to see a gap of this size, no leading zero: .71, 12.4, 9."""
    digits = max(0, math.ceil(-math.log10(gap))) + 1
    rounded = round(value, digits) + 0.0  # no -0
    text = f"{rounded:.{digits}f}".rstrip("0").rstrip(".")
    return text.replace("0.", ".", 1) if abs(rounded) < 1 else text
