"""How far graders agree, people or models, beyond what chance would bring about."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate, permutations
from typing import Literal, TypeVar

from playground.errors import InputError

Item = TypeVar("Item", bound=Hashable)


@dataclass(frozen=True, kw_only=True)
class Kappa:
    """How far two graders agree on ``n`` items. ``value`` is 1 where they always do and 0 where as often as by chance,
    given how often each uses each grade; None where both use one and the same grade only, which chance explains whole.

    ``observed`` is the share of items graded the same. ``table[row][column]`` counts the items that the first graded
    ``grades[row]`` and the second ``grades[column]``.
    """

    value: float | None
    observed: float
    n: int
    grades: tuple[int, ...]
    table: tuple[tuple[int, ...], ...]


@dataclass(frozen=True, kw_only=True)
class Alpha:
    """How far any number of graders agree on the ``n`` items that two or more of them graded. ``value`` reads as
    Kappa's; None where all grades are one and the same. ``graders`` are those who graded any of these items."""

    value: float | None
    n: int
    graders: int


def weighted_kappa(
    a: Mapping[Item, int],
    b: Mapping[Item, int],
    *,
    weights: Literal["quadratic", "linear"] | None = "quadratic",
    grades: Sequence[int] = (0, 1, 2, 3),
) -> Kappa | None:
    """Cohen's kappa over the items that both graded; None without any (Cohen 1960; weighted: Cohen 1968).

    A disagreement weighs as its distance in places on the scale ``grades``, worst first: squared, as it is (linear), or
    with None all the same.

    Raises:
        InputError: a grade is not on the scale.
    """
    place = {grade: at for at, grade in enumerate(grades)}
    common = [(a[item], b[item]) for item in a if item in b]
    if strange := sorted({grade for pair in common for grade in pair} - set(place)):
        raise InputError(
            f"Not on the scale {', '.join(map(str, grades))}: {', '.join(map(str, strange))}.",
            hint="Grade on that scale, or name the one that was used.",
        )
    if not common:
        return None
    counts = Counter((place[one], place[other]) for one, other in common)
    places = range(len(grades))
    rows = [sum(counts[row, column] for column in places) for row in places]
    columns = [sum(counts[row, column] for row in places) for column in places]
    pairs = [(row, column) for row in places for column in places]
    weight = {(row, column): _weight(abs(row - column), weights) for row, column in pairs}
    found = sum(weight[pair] * counts[pair] for pair in pairs)
    by_chance = sum(weight[row, column] * rows[row] * columns[column] for row, column in pairs) / len(common)
    return Kappa(
        value=1 - found / by_chance if by_chance else None,
        observed=sum(counts[at, at] for at in places) / len(common),
        n=len(common),
        grades=tuple(grades),
        table=tuple(tuple(counts[row, column] for column in places) for row in places),
    )


def krippendorff_alpha(
    labels: Mapping[str, Mapping[Item, int]], level: Literal["ordinal", "interval", "nominal"] = "ordinal"
) -> Alpha | None:
    """Krippendorff's alpha over each grader's grades, by the grader's name; gaps are allowed. None where no item has
    two grades (Krippendorff 2011, "Computing Krippendorff's Alpha-Reliability").

    ``level`` is what the distance of two grades means: the grades given in between (ordinal), their difference
    (interval), both squared; or that they differ at all (nominal).
    """
    given: dict[Item, list[int]] = defaultdict(list)
    for grades in labels.values():
        for item, grade in grades.items():
            given[item].append(grade)
    paired = {item: grades for item, grades in given.items() if len(grades) > 1}
    if not paired:
        return None
    used = Counter(grade for grades in paired.values() for grade in grades)
    apart = _distances(used, level)
    found = sum(apart[pair] / (len(grades) - 1) for grades in paired.values() for pair in permutations(grades, 2))
    by_chance = sum(used[one] * used[other] * apart[one, other] for one in used for other in used) / (used.total() - 1)
    return Alpha(
        value=1 - found / by_chance if by_chance else None,
        n=len(paired),
        graders=sum(not paired.keys().isdisjoint(grades) for grades in labels.values()),
    )


def model_grades(scores: Mapping[Item, float]) -> dict[Item, int]:
    """A model's grades from 0 to 10 on the human scale from 0 to 3: the nearest of score * 3 / 10, a half downwards.

    So up to 1⅔ is 0, up to 5 is 1, up to 8⅓ is 2, and above it 3. Only 5 stands half-way, and goes down because in the
    domains' rubrics it is part of an answer at best, while 7.5, a 2 here, answers with gaps.

    Raises:
        InputError: a score is not from 0 to 10.
    """
    if strange := [score for score in scores.values() if not 0 <= score <= 10]:
        raise InputError(
            f"{strange[0]:g} is no grade from 0 to 10.", hint="Compare people with a lane that grades its documents."
        )
    return {item: math.ceil(score * 3 / 10 - 0.5) for item, score in scores.items()}


def _weight(distance: int, weights: Literal["quadratic", "linear"] | None) -> int:
    if weights is None:
        return int(distance > 0)
    return distance**2 if weights == "quadratic" else distance


def _distances(used: Counter[int], level: Literal["ordinal", "interval", "nominal"]) -> dict[tuple[int, int], float]:
    """Of every two grades; ``used`` tells how often each was given."""
    if level == "nominal":
        return {(one, other): float(one != other) for one in used for other in used}
    if level == "interval":
        return {(one, other): (one - other) ** 2 for one in used for other in used}
    scale = sorted(used)
    # The middle of each grade's ranks, were all grades given put in a row: what lies between two, and half of both.
    middle = {
        grade: before - used[grade] / 2
        for grade, before in zip(scale, accumulate(used[grade] for grade in scale), strict=True)
    }
    return {(one, other): (middle[one] - middle[other]) ** 2 for one in used for other in used}
