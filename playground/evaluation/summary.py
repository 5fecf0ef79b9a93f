"""What an evaluation comes to: quality with its uncertainty, against a baseline; what failed; cost and latency."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property, lru_cache
from statistics import fmean

from playground.datasets import Example
from playground.evaluation.live import Place
from playground.evaluation.outcome import Outcome
from playground.metrics import bounds, measure
from playground.significance import Tally, bootstraps, holm, randomisation, win_tie_loss
from playground.timing import percentile
from playground.types import DocId

MEASURES = ("nDCG@10", "nDCG@3", "RR", "P@1", "AP")
INPUT = 0
"""The row of the input order; the lanes follow it."""
HURT = 0.05
"""How much worse than the input a lane must be on a query for it to have hurt there."""
SEED = 20_260_101


@dataclass(frozen=True, kw_only=True)
class Mean:
    """Over so many ``queries``. ``interval`` is what it may well be over other queries of the kind (95%); None below
    two of them: one query tells nothing of others."""

    mean: float
    interval: tuple[float, float] | None
    queries: int


@dataclass(frozen=True, kw_only=True)
class Against:
    """A lane's paired differences to the baseline, over the queries that both ranked. ``p`` is one test's, ``holm`` the
    same raised for all lanes that are tested."""

    difference: Mean | None
    p: float | None
    holm: float | None
    tally: Tally


@dataclass(frozen=True, kw_only=True)
class Row:
    """One lane over a query set; the input order is one, too.

    ``means`` and ``values`` are by measure, over the queries it ranked and that have grades: ``values`` by query id.
    ``ranges`` are the least and the greatest mean that grades for the unjudged documents could make. ``failed`` queries
    came to no ranking and are in no mean; ``degraded`` ones lack answers and count as they are. ``judged`` is the
    mean share of the first ten that have a grade. ``cost_usd`` was paid; ``list_usd`` is what all would have cost with
    nothing at hand; None = unpriced. ``latencies`` are the seconds along the
    critical path of each query that asked anything.
    """

    name: str
    means: Mapping[str, Mean | None]
    values: Mapping[str, Mapping[str, float]]
    ranges: Mapping[str, tuple[float, float] | None]
    against: Mapping[str, Against]
    queries: int
    failed: int
    degraded: int
    judged: float | None
    calls: int
    cached: int
    tokens: int
    cost_usd: Decimal | None
    list_usd: Decimal | None
    latencies: tuple[float, ...]

    @property
    def ranked(self) -> int:
        """Queries that came to a ranking."""
        return self.queries - self.failed

    @property
    def per_thousand(self) -> Decimal | None:
        """US dollars for 1,000 rankings with nothing at hand, what failed being paid for, too; None = unpriced, or
        there is no ranking."""
        return None if self.list_usd is None or not self.ranked else self.list_usd / self.ranked * 1_000

    def latency(self, percent: int) -> float | None:
        """The seconds within which so many percent of the queries were done."""
        return percentile(self.latencies, percent) if self.latencies else None


@dataclass(frozen=True, kw_only=True)
class Summary:
    """``rows`` begin with the input order. ``queries`` have grades; ``ungraded`` ones don't, and have no measures.

    Means are compared over the ``common`` queries alone: a lane that is ahead, or has failed on the hard ones, is else
    better by its queries.
    """

    measures: tuple[str, ...]
    baseline: int
    rows: tuple[Row, ...]
    queries: int
    ungraded: int

    @cached_property
    def common(self) -> tuple[str, ...]:
        """The ids of the queries with grades that every row has ranked which has ranked any."""
        ranked = [row.values[self.measures[0]] for row in self.rows]
        return tuple(id for id in ranked[INPUT] if all(id in each for each in ranked if each))

    @property
    def unranked(self) -> tuple[str, ...]:
        """The names of the lanes without a ranking of any query with grades."""
        return tuple(row.name for row in self.rows if not row.values[self.measures[0]])

    def mean(self, row: int, measure: str) -> float | None:
        """Over the common queries; None where there are none, or the row has ranked none."""
        values = self.rows[row].values[measure]
        return fmean(values[id] for id in self.common) if values and self.common else None

    def hurt(self, row: int, measure: str = MEASURES[0]) -> list[tuple[str, float]]:
        """The queries on which reranking hurt, worst first, with the difference to the input order."""
        before = self.rows[INPUT].values[measure]
        found = [(id, value - before[id]) for id, value in self.rows[row].values[measure].items() if id in before]
        return sorted((each for each in found if each[1] <= -HURT), key=lambda each: each[1])

    def cheapest(self, loss: float, measure: str = MEASURES[0]) -> int | None:
        """The row whose rankings cost least with nothing at hand of those within ``loss`` of the best mean, ties to the
        quicker; None where no lane has a mean. Unpriced lanes can't be the cheapest."""
        means = {at: mean for at in range(len(self.rows)) if (mean := self.mean(at, measure)) is not None}
        best = max(means.values(), default=0.0)
        prices = {at: self.rows[at].per_thousand for at, mean in means.items() if mean >= best - loss}
        fit = {at: price for at, price in prices.items() if price is not None}
        return min(fit, key=lambda at: (fit[at], self.rows[at].latency(50) or 0.0), default=None)


def summary(
    examples: Sequence[Example],
    names: Sequence[str],
    outcomes: Mapping[Place, Outcome],
    *,
    measures: Sequence[str] = MEASURES,
    baseline: int = INPUT,
) -> Summary:
    """Everything said of the outcomes so far. ``names`` are the lanes'; ``baseline`` is a row, 0 the input order."""
    graded = [example for example in examples if any(grade > 0 for grade in example.qrels.values())]
    orders: list[dict[str, tuple[DocId, ...]]] = [
        {example.query_id: tuple(document.id for document in example.documents) for example in graded}
    ]
    for lane in range(len(names)):
        found = {example.query_id: outcomes.get((lane, example.query_id)) for example in graded}
        orders.append({id: made.order for id, made in found.items() if made is not None and not made.failed})
    values = [_values(graded, ranked, measures) for ranked in orders]
    every = [list(row[name].values()) for row in values for name in measures]
    found_means = iter(_means(every))
    means = [{name: next(found_means) for name in measures} for _ in values]
    against = _against(values, measures, baseline)
    rows = []
    for at, (name, ranked) in enumerate(zip(("Input", *names), orders, strict=True)):
        made = [one for (lane, _), one in outcomes.items() if lane == at - 1]
        rows.append(
            Row(
                name=name,
                means=means[at],
                values=values[at],
                ranges={each: _range(graded, ranked, each) for each in measures},
                against=against[at],
                queries=len(made) if at else len(examples),
                failed=sum(one.failed for one in made),
                degraded=sum(one.degraded and not one.failed for one in made),
                judged=_judged(graded, ranked),
                calls=sum(one.calls for one in made),
                cached=sum(one.cached for one in made),
                tokens=sum(one.tokens for one in made),
                cost_usd=_sum([one.cost_usd for one in made]),
                list_usd=_sum([one.list_usd for one in made]),
                latencies=tuple(sorted(one.critical for one in made if one.critical)),
            )
        )
    return Summary(
        measures=tuple(measures),
        baseline=baseline,
        rows=tuple(rows),
        queries=len(graded),
        ungraded=len(examples) - len(graded),
    )


def frontier(points: Sequence[tuple[float, float]]) -> list[int]:
    """Those of the (price, quality) points that no other beats in both, cheapest first."""
    best: list[int] = []
    for at in sorted(range(len(points)), key=lambda at: (points[at][0], -points[at][1])):
        if not best or points[at][1] > points[best[-1]][1]:
            best.append(at)
    return best


def _values(
    graded: Sequence[Example], ranked: Mapping[str, tuple[DocId, ...]], measures: Sequence[str]
) -> dict[str, dict[str, float]]:
    found: dict[str, dict[str, float]] = {}
    for name in measures:
        value = measure(name)
        found[name] = {
            example.query_id: value(ranked[example.query_id], example.qrels)
            for example in graded
            if example.query_id in ranked
        }
    return found


def _means(columns: Sequence[Sequence[float]]) -> list[Mean | None]:
    """Each column's, None where it is empty."""
    return [
        None
        if found is None
        else Mean(
            mean=found.mean,
            interval=(found.low, found.high) if len(column) > 1 else None,
            queries=len(column),
        )
        for column, found in zip(columns, bootstraps(columns, seed=SEED), strict=True)
    ]


def _against(
    values: Sequence[Mapping[str, Mapping[str, float]]], measures: Sequence[str], baseline: int
) -> list[dict[str, Against]]:
    """Each row against the baseline by each measure."""
    before = values[baseline]
    differences = {
        name: [[value - before[name][id] for id, value in row[name].items() if id in before[name]] for row in values]
        for name in measures
    }
    found = iter(_means([each for name in measures for each in differences[name]]))
    tested = {name: _tested(differences[name], [next(found) for _ in values], baseline) for name in measures}
    return [{name: tested[name][at] for name in measures} for at in range(len(values))]


def _tested(differences: Sequence[Sequence[float]], means: Sequence[Mean | None], baseline: int) -> list[Against]:
    """The rows by one measure, corrected over the lanes."""
    others = [at for at in range(len(differences)) if at != baseline]
    ps = {at: _p(tuple(differences[at])) for at in others}
    known = [at for at in others if ps[at] is not None]
    raised = dict(zip(known, holm([p for at in known if (p := ps[at]) is not None]), strict=True))
    return [
        Against(
            difference=means[at],
            p=ps.get(at),
            holm=raised.get(at),
            tally=win_tie_loss(differences[at]),
        )
        for at in range(len(differences))
    ]


@lru_cache(maxsize=1_000)
def _p(differences: tuple[float, ...]) -> float | None:
    return randomisation(differences, seed=SEED)


def _range(graded: Sequence[Example], ranked: Mapping[str, tuple[DocId, ...]], name: str) -> tuple[float, float] | None:
    """The scale is the set's: no unjudged document is better than the best judged one."""
    highest = max((grade for example in graded for grade in example.qrels.values()), default=1)
    found = [
        _bounds(ranked[example.query_id], tuple(example.qrels.items()), name, highest)
        for example in graded
        if example.query_id in ranked
    ]
    return (fmean(low for low, _ in found), fmean(high for _, high in found)) if found else None


# Outcomes come one by one, and all that there are so far is summed up each time.
@lru_cache(maxsize=100_000)
def _bounds(
    ids: tuple[DocId, ...], qrels: tuple[tuple[DocId, int], ...], name: str, highest: int
) -> tuple[float, float]:
    return bounds(ids, dict(qrels), name, highest=highest)


def _judged(graded: Sequence[Example], ranked: Mapping[str, tuple[DocId, ...]]) -> float | None:
    share = measure("Judged@10")
    found = [share(ranked[example.query_id], example.qrels) for example in graded if example.query_id in ranked]
    return fmean(found) if found else None


def _sum(costs: Sequence[Decimal | None]) -> Decimal | None:
    return None if None in costs else sum((cost for cost in costs if cost is not None), Decimal(0))
