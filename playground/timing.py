"""Where a lane's time went: how long it took, and how long its calls did, measured apart from replayed."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from playground.board import Board, LaneBoard
from playground.events import Answered, Event


@dataclass(frozen=True, kw_only=True)
class Timing:
    """A lane's ranking in seconds; the explanations after it are left out.

    ``wall`` is from its start to its end, None before that and where nothing was asked or no reply is new: it would
    measure nothing then.
    ``critical`` is what it would take with all questions of a round at once: each round's slowest question, its calls
    one after another, summed over the rounds. That and ``total``, the sum over all calls, take a replayed call for the
    time it took when it was made. ``calls`` are the measured ones, ``cached`` the replayed, each in the order their
    questions were settled; ``measured`` and ``replayed`` are their sums.
    """

    wall: float | None
    critical: float
    total: float
    measured: float
    replayed: float
    calls: tuple[float, ...]
    cached: tuple[float, ...]


def timings(board: Board, events: Iterable[Event]) -> tuple[Timing, ...]:
    """One for each lane of the run."""
    answered: dict[int, list[Answered]] = defaultdict(list)
    for event in events:
        if isinstance(event, Answered) and event.phase == "rank":
            answered[event.lane].append(event)
    return tuple(_timing(row, answered[lane]) for lane, row in enumerate(board.lanes))


def percentile(ordered: Sequence[float], percent: int) -> float:
    """The nearest rank's: of values in rising order the least that so many percent don't exceed."""
    return ordered[math.ceil(len(ordered) * percent / 100) - 1]


def _timing(row: LaneBoard, answered: Sequence[Answered]) -> Timing:
    slowest: dict[int, float] = defaultdict(float)
    for event in answered:
        slowest[event.round] = max(slowest[event.round], sum(call.reply.seconds for call in event.calls))
    replies = [call.reply for event in answered for call in event.calls]
    calls = tuple(reply.seconds for reply in replies if not reply.cached)
    cached = tuple(reply.seconds for reply in replies if reply.cached)
    return Timing(
        wall=None if row.spent.nothing_new or not row.spent.questions else row.seconds,
        critical=sum(slowest.values()),
        total=sum(calls) + sum(cached),
        measured=sum(calls),
        replayed=sum(cached),
        calls=calls,
        cached=cached,
    )
