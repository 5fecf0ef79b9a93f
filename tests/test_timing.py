"""Where a lane's time went, measured apart from replayed."""

from __future__ import annotations

from decimal import Decimal

from playground.board import LaneBoard, fold
from playground.events import Answered, Asked, Call, Event, LaneFinished, LaneStarted, Phase, Plan
from playground.timing import Timing, percentile, timings
from playground.types import Chat, Judgment, Ranking, Reply

PLAN = Plan(calls=(0, 0), rounds=(0, 0), tokens=(0, 0), cost_usd=None, seconds=None)
ROWS = [LaneBoard(name=name, strategy="s", model="m", words="s") for name in "ab"]


def call(seconds: float, cached: bool) -> Call:
    reply = Reply(content="", model="m", seconds=seconds, cached=cached)
    return Call(payload=Chat(messages=(), max_tokens=1, expected=1), reply=reply, cost_usd=Decimal(0))


def asked(round: int, *made: float, known: tuple[float, ...] = (), lane: int = 0, phase: Phase = "rank") -> Answered:
    """A settled question: seconds of the calls it made, and of those it had from an earlier run."""
    return Answered(
        lane=lane,
        at=0,
        phase=phase,
        round=round,
        ask=Asked(form="order", shown=("d1",), model="m"),
        judgment=Judgment(verdict="ranked"),
        calls=(*(call(seconds, False) for seconds in made), *(call(seconds, True) for seconds in known)),
    )


def timed(*answered: Answered, ends: float | None = 9.0) -> tuple[Timing, ...]:
    """Timings of a run whose first lane starts at 2 s and ends at ``ends``."""
    events: list[Event] = [LaneStarted(lane=0, at=2, plan=PLAN), *answered]
    if ends is not None:
        events.append(LaneFinished(lane=0, at=ends, ranking=Ranking(items=())))
    return timings(fold(ROWS, events), events)


def test_the_critical_path_is_the_slowest_question_of_each_round() -> None:
    """A question that was asked again took both calls, one after the other; rounds follow one another."""
    # Round 1: 1 s, and 2 + 3 s asked again; round 2: 4 s. 5 + 4 on the path, 10 in all.
    first, other = timed(asked(1, 1), asked(1, 2, 3), asked(2, 4), asked(1, 100, lane=1))
    assert first == Timing(wall=7, critical=9, total=10, measured=10, replayed=0, calls=(1, 2, 3, 4), cached=())
    assert (other.wall, other.total) == (None, 100)


def test_replayed_seconds_are_kept_apart() -> None:
    """They are part of the whole and of the critical path, and of no measured figure."""
    (found, _) = timed(asked(1, 1.5, known=(2.0,)), asked(1, known=(4.0,)))
    assert found == Timing(wall=7, critical=4, total=7.5, measured=1.5, replayed=6, calls=(1.5,), cached=(2, 4))


def test_nothing_new_has_no_wall_clock_time() -> None:
    """Where all replies were at hand, or nothing was asked, the seconds that passed measure nothing; an unfinished lane
    has none yet."""
    assert timed(asked(1, known=(4.0,)))[0].wall is None
    assert timed(asked(1, 4.0), ends=None)[0].wall is None
    assert timed()[0].wall is None
    assert timed(asked(1, 4.0))[0].wall == 7


def test_explanations_are_not_counted() -> None:
    """The ranking's time only, as the lane's seconds are."""
    (found, _) = timed(asked(1, 1), asked(1, 50, phase="explain"))
    assert (found.critical, found.total, found.calls) == (1, 1, (1,))


def test_a_percentile_is_one_of_the_values() -> None:
    """The nearest rank's, with nothing between two values: the least that so many percent don't exceed."""
    assert percentile([1, 2, 3, 4], 50) == 2
    assert percentile([1, 2, 3, 4], 51) == 3
    assert percentile(range(1, 21), 95) == 19
    assert percentile(range(1, 21), 100) == 20
    assert {percentile([7], percent) for percent in (1, 50, 100)} == {7}
