"""Whether a difference over a set of queries is more than chance. The same ``seed`` draws the same samples."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np

_EXACT = 12
"""Up to so many differences, all of their signs are tried: 4,096 ways."""
_ROWS = 500
"""So many samples are drawn at once: 1,000 queries take 4 MB."""


@dataclass(frozen=True, kw_only=True)
class Interval:
    """A mean, and what it may well be over other queries of the kind."""

    mean: float
    low: float
    high: float


@dataclass(frozen=True, kw_only=True)
class Tally:
    """Queries by who did better on them."""

    wins: int
    ties: int
    losses: int


def bootstrap(values: Sequence[float], *, seed: int, samples: int = 10_000, level: float = 0.95) -> Interval | None:
    """The percentile bootstrap of a mean (Efron and Tibshirani 1993); None without values.

    ``values`` has one number a query: a lane's, or the difference of two lanes on that query, which pairs them. Of few
    queries the interval is too narrow; of one it is that value.
    """
    return bootstraps([values], seed=seed, samples=samples, level=level)[0]


def bootstraps(
    columns: Sequence[Sequence[float]], *, seed: int, samples: int = 10_000, level: float = 0.95
) -> list[Interval | None]:
    """The bootstrap of each column, as by itself; columns of one length share their samples, which take the time."""
    found: list[Interval | None] = [None] * len(columns)
    lengths = {len(column) for column in columns if len(column)}
    for length in lengths:
        places = [at for at, column in enumerate(columns) if len(column) == length]
        bounds = _quantiles([columns[at] for at in places], seed, samples, level)
        for at, (low, high) in zip(places, bounds, strict=True):
            found[at] = Interval(mean=fmean(columns[at]), low=low, high=high)
    return found


def randomisation(differences: Sequence[float], *, seed: int, rounds: int = 10_000) -> float | None:
    """The two-sided p of a mean difference: how often it would be as large if each query's sign were a coin's fall
    (Fisher's randomisation test; Smucker, Allan and Carterette 2007). None below two queries.

    Exact up to 12 queries that differ. Beyond, ``rounds`` falls are drawn and what was found counts as one more, so
    that p is never 0 (Phipson and Smyth 2010).
    """
    if len(differences) < 2:
        return None
    import numpy as np

    row = np.asarray([each for each in differences if each], dtype=float)  # 0 has no sign to turn
    # Sums of the same numbers differ by rounding.
    least = abs(row.sum()) - 1e-12 * np.abs(row).sum()
    if len(row) <= _EXACT:
        turned = np.arange(2 ** len(row))[:, np.newaxis] >> np.arange(len(row)) & 1
        return float((_sizes(row, turned) >= least).mean())
    dice = np.random.default_rng(seed)
    found = sum(int((_sizes(row, dice.integers(2, size=(rows, len(row)))) >= least).sum()) for rows in _batches(rounds))
    return (found + 1) / (rounds + 1)


def holm(ps: Sequence[float]) -> tuple[float, ...]:
    """The ps of several tests, raised so that a level bounds the chance of any false find among them (Holm 1979)."""
    adjusted = [0.0] * len(ps)
    greatest = 0.0
    for rank, at in enumerate(sorted(range(len(ps)), key=ps.__getitem__)):
        greatest = max(greatest, min(1.0, (len(ps) - rank) * ps[at]))
        adjusted[at] = greatest
    return tuple(adjusted)


def win_tie_loss(differences: Sequence[float], tie: float = 1e-9) -> Tally:
    """How many differences are positive, none and negative; up to ``tie`` there is none."""
    wins = sum(each > tie for each in differences)
    losses = sum(each < -tie for each in differences)
    return Tally(wins=wins, ties=len(differences) - wins - losses, losses=losses)


def _quantiles(columns: Sequence[Sequence[float]], seed: int, samples: int, level: float) -> list[tuple[float, float]]:
    """The level's bounds of each column's resampled means; the columns are of one length."""
    import numpy as np

    matrix = np.asarray(columns, dtype=float).T
    count = len(matrix)
    dice = np.random.default_rng(seed)
    means = []
    for rows in _batches(samples):
        drawn = dice.integers(count, size=(rows, count)) + count * np.arange(rows)[:, np.newaxis]
        times = np.bincount(drawn.ravel(), minlength=rows * count).reshape(rows, count)
        means.append(times @ matrix / count)
    bounds = np.quantile(np.concatenate(means), [(1 - level) / 2, (1 + level) / 2], axis=0)
    return [(float(low), float(high)) for low, high in bounds.T]


def _sizes(row: np.ndarray[Any, Any], turned: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """The sums of the row, without sign, once for each way of turning some of its numbers round."""
    sizes: np.ndarray[Any, Any] = abs(row.sum() - 2 * (turned @ row))
    return sizes


def _batches(total: int) -> Iterator[int]:
    """``total`` in parts that fit in memory."""
    for done in range(0, total, _ROWS):
        yield min(_ROWS, total - done)
