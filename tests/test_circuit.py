"""A provider that fails and fails is left alone, and asked again once it is back."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import openai  # noqa: F401 - takes seconds: not within a deadline
import pytest

from playground.board import LaneBoard
from playground.circuit import FAILURES
from playground.facade import task_of
from playground.lanes import parse
from playground.limits import Limits
from playground.live import LiveRun
from tests.provider import Answer, Connection, Hang, Provider, Reset, Say, Step

NOW = {"Retry-After": "0"}
DOWN = Say(status=503, headers=NOW)
LANE = "pointwise reasons=false model=openai:test"


@pytest.fixture
def provider() -> Iterator[Provider]:
    with Provider() as server:
        yield server


def ran(provider: Provider, *words: str, count: int, at_once: int = 16, call_seconds: float = 5) -> list[LaneBoard]:
    task, _ = task_of("whales", [{"content": f"whale number {at:03}."} for at in range(count)])
    limits = Limits(call_seconds=call_seconds, run_seconds=20, rest_seconds=0.1, at_once=at_once)
    live = LiveRun(task, [parse(entry) for entry in words], provider.access(), limits=limits)
    board = live.join(30)
    assert not live.running
    return list(board.lanes)


@pytest.mark.parametrize("step", [DOWN, Reset(), Reset(inside=True), Hang()], ids=["503", "reset", "inside", "hang"])
def test_a_dead_server_is_not_asked_a_hundred_times(provider: Provider, step: Step) -> None:
    """A hundred questions to a server that is down are at most as many requests as may be under way at once, and one
    more that looks whether it is back; the lane ends with a ranking that says why, the others are not touched."""
    provider.script(step)
    dead, well = ran(provider, LANE, "bm25", count=100, call_seconds=0.5)
    assert 16 <= len(provider.journal) <= 17
    assert dead.ranking is not None and len(dead.ranking.ids) == 100 and dead.state == "partial"
    assert sum("failed 17 times in a row" in item.why for item in dead.ranking.items) >= 83
    assert well.state == "complete"


@pytest.mark.parametrize("at_once", [4, 16])
def test_a_server_that_comes_back_is_asked_again(provider: Provider, at_once: int) -> None:
    """After an outage that the look finds over, every question is asked and answered."""
    provider.script(*[DOWN] * FAILURES, Answer())
    (row,) = ran(provider, LANE, count=20, at_once=at_once)
    assert row.state == "complete" and row.spent.calls == 20
    assert len(provider.journal) == 20 + FAILURES


@dataclass(frozen=True)
class Late(Step):
    """A step after a while."""

    seconds: float
    step: Step

    async def play(self, to: Connection) -> None:
        await to.gone(self.seconds)
        await self.step.play(to)


def test_only_one_looks(provider: Provider) -> None:
    """While the provider rests nothing is sent; then one question alone, and the others only after its answer."""
    provider.script(*[DOWN] * FAILURES, Late(0.3, Answer()), Answer())
    (row,) = ran(provider, LANE, count=20, at_once=FAILURES)
    assert row.state == "complete"
    last, probe, next_ = (seen.at for seen in provider.journal[FAILURES - 1 : FAILURES + 2])
    assert probe - last >= 0.1 and next_ - probe >= 0.3


@pytest.mark.parametrize("step", [Say(status=429, headers=NOW), Say({"error": {"message": "no"}}, status=400)])
def test_a_server_that_answers_is_not_down(provider: Provider, step: Step) -> None:
    """Too many questions, or one it refuses, are answers: nothing is held back because of them."""
    provider.script(*[step] * 30, Answer())
    (row,) = ran(provider, LANE, count=40, at_once=8)
    assert row.ranking is not None and len(provider.journal) >= 40
    assert not any("in a row" in item.why for item in row.ranking.items)


def test_failures_apart_do_not_add_up(provider: Provider) -> None:
    """Any answer in between starts the count anew."""
    provider.script(*[DOWN, DOWN, Answer()] * 8)
    (row,) = ran(provider, LANE, count=8, at_once=1)
    assert row.state == "complete" and len(provider.journal) == 24
