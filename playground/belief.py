"""Whether to believe a lane: what it owes to the order of its input, how far chance moves it, how whole its answers
are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from statistics import fmean

from playground.board import Board, LaneBoard, State
from playground.checks import Check
from playground.comparison import kendall_tau
from playground.events import Answered, Event
from playground.forms.duel import Duel
from playground.forms.order import Order
from playground.forms.pick import Pick
from playground.types import DocId, Ranking

_SIDE_BY_SIDE = (Order.kind, Duel.kind, Pick.kind)
"""The forms that show documents together. A scorer judges each text alone: none of them comes first."""


@dataclass(frozen=True, kw_only=True)
class Slot:
    """How often the document shown first came out first. ``chance`` is the share of ``questions`` in which it would if
    its place did nothing: the mean of 1 / documents shown."""

    wins: int
    questions: int
    chance: float


@dataclass(frozen=True, kw_only=True)
class Belief:
    """One lane, against its checks. A check counts only where this lane came to a ranking with a judged document; None
    = there is no such check. Documents that failed on either side have no rank to compare.

    ``tau_reversed`` is Kendall's tau between the run's ranking and that of the latest reversed check, ``tau_shuffled``
    the mean over the shuffled ones. Tied documents follow the input and turn round with it. ``first_slot`` is over the
    run's questions and those of its reversed and shuffled checks, None where none showed several documents and was
    answered with an order.

    ``intervals`` has the least and the greatest rank over the run and its repeats, of documents that were judged in two
    or more of them; ``runs`` is how many rankings that is, ``swing`` the mean width in places.

    The rest is of the run alone: ``repairs`` by kind, ``failed`` questions, the ``quotes`` there are and how many of
    them stand in their documents, and of a lane of duels the circles of three and the share of pairs tied.
    """

    state: State
    tau_reversed: float | None
    tau_shuffled: float | None
    first_slot: Slot | None
    intervals: Mapping[DocId, tuple[int, int]] = field(hash=False)
    runs: int
    swing: float | None
    repairs: Mapping[str, int] = field(hash=False)
    failed: int
    failed_documents: int
    quotes: int
    quotes_found: int
    cycles: int | None
    tie_rate: float | None


def beliefs(board: Board, events: Sequence[Event], checks: Sequence[tuple[Check, Board]]) -> tuple[Belief, ...]:
    """One for each lane of the run with this board and these events; each check comes with its own board."""
    return tuple(
        _belief(
            row,
            _answered(events, lane),
            [
                _Again(kind=check.kind, ranks=ranks, answered=_answered(check.events, lane))
                for check, again in checks
                if (ranks := _ranks(again.lanes[lane].ranking))
            ],
        )
        for lane, row in enumerate(board.lanes)
    )


@dataclass(frozen=True, kw_only=True)
class _Again:
    """One check of one lane: the ranks it came to and the questions behind them."""

    kind: str
    ranks: Mapping[DocId, int]
    answered: Sequence[Answered]


def _belief(row: LaneBoard, answered: Sequence[Answered], checks: Sequence[_Again]) -> Belief:
    items = row.ranking.items if row.ranking is not None else ()
    details = row.ranking.details if row.ranking is not None else {}
    ranks = _ranks(row.ranking)
    moved = [check for check in checks if check.kind != "repeat"]
    rankings = [ranks, *(check.ranks for check in checks if check.kind == "repeat")] if ranks else []
    intervals = _intervals(rankings)
    quotes = [item.quote for item in items if item.quote is not None]
    return Belief(
        state=row.state,
        tau_reversed=next(reversed(_taus(ranks, checks, "reversed")), None),
        tau_shuffled=_mean(_taus(ranks, checks, "shuffled")),
        first_slot=_first_slot([*answered, *(event for check in moved for event in check.answered)]),
        intervals=intervals,
        runs=len(rankings),
        swing=_mean([high - low for low, high in intervals.values()]),
        repairs={repair.kind: repair.count for repair in row.repairs},
        failed=row.spent.failed,
        failed_documents=sum("failed" in item.provenance for item in items),
        quotes=len(quotes),
        quotes_found=sum(quote.found for quote in quotes),
        cycles=details.get("cycles"),
        tie_rate=details.get("tie_rate"),
    )


def _answered(events: Sequence[Event], lane: int) -> list[Answered]:
    """The questions behind a lane's ranking."""
    return [event for event in events if isinstance(event, Answered) and (event.lane, event.phase) == (lane, "rank")]


def _ranks(ranking: Ranking | None) -> dict[DocId, int]:
    """Judged documents, best first, with their ranks; those that failed stand where the input had them."""
    items = ranking.items if ranking is not None else ()
    return {item.id: item.rank for item in items if "failed" not in item.provenance}


def _taus(ranks: Mapping[DocId, int], checks: Sequence[_Again], kind: str) -> list[float]:
    found = [kendall_tau(tuple(ranks), tuple(check.ranks)) for check in checks if check.kind == kind]
    return [tau for tau in found if tau is not None]


def _first_slot(answered: Sequence[Answered]) -> Slot | None:
    decided = [
        event
        for event in answered
        if event.ask.form in _SIDE_BY_SIDE
        and len(event.ask.shown) > 1
        and event.judgment.verdict == "ranked"
        and event.judgment.order
    ]
    if not decided:
        return None
    return Slot(
        wins=sum(event.judgment.order[0] == event.ask.shown[0] for event in decided),
        questions=len(decided),
        chance=fmean(1 / len(event.ask.shown) for event in decided),
    )


def _intervals(rankings: Sequence[Mapping[DocId, int]]) -> dict[DocId, tuple[int, int]]:
    """A single rank is no interval: it would look like one that never changed."""
    ids = dict.fromkeys(id for ranks in rankings for id in ranks)
    found = {id: [ranks[id] for ranks in rankings if id in ranks] for id in ids}
    return {id: (min(places), max(places)) for id, places in found.items() if len(places) > 1}


def _mean(values: Sequence[float]) -> float | None:
    return fmean(values) if values else None
