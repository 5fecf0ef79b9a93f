"""The runner's promises, kept against a real server on the loopback interface."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, ClassVar

import anthropic  # noqa: F401 - takes seconds: not within a deadline
import openai  # noqa: F401
import pytest

from playground.board import LaneBoard, fold
from playground.errors import ProviderError
from playground.events import Answered, LaneFinished
from playground.facade import task_of
from playground.lanes import lane, parse
from playground.limits import Limits
from playground.live import LiveRun, blank
from playground.models import Access
from playground.strategies.base import Common
from playground.testing import Oracle, Scripted
from playground.types import Ask, Judgment, ModelRef, Reply, Rounds, Task
from tests.provider import Answer, Drip, Flood, Hang, Provider, Reset, Say, hashed

LIMITS = Limits(call_seconds=5, run_seconds=20, attempts=3)
NOW = {"Retry-After": "0"}
POINTWISE = "pointwise reasons=false model=openai:test"
CLAUDE = "pointwise reasons=false model=anthropic:test"
BOTH = pytest.mark.parametrize("words", [POINTWISE, CLAUDE])
LISTWISE = "listwise reasons=false window=all model=openai:test"


@pytest.fixture
def provider() -> Iterator[Provider]:
    with Provider() as server:
        yield server


def documents(count: int) -> list[dict[str, str]]:
    return [{"id": f"d{at}", "content": f"whale number {at:02}."} for at in range(1, count + 1)]


def started(
    provider: Provider, *words: str, count: int = 1, limits: Limits = LIMITS, access: Access | None = None
) -> LiveRun:
    task, _ = task_of("whales", documents(count))
    return LiveRun(task, [parse(entry) for entry in words], access or provider.access(), limits=limits)


def ran(provider: Provider, *words: str, **settings: Any) -> tuple[LaneBoard, ...]:
    live = started(provider, *words, **settings)
    board = live.join(30)
    assert not live.running
    return board.lanes


def whys(row: LaneBoard) -> list[str]:
    assert row.ranking is not None
    return [item.why for item in row.ranking.items if item.provenance == ("failed",)]


@BOTH
@pytest.mark.parametrize(
    ("step", "requests"),
    [
        (Say(status=429, headers=NOW), 3),
        (Say(status=500, headers=NOW), 3),
        (Say(status=529, headers=NOW), 3),
        (Reset(), 3),
        (Reset(inside=True), 3),
        (Say({"error": {"message": "too long"}}, status=400), 1),
        (Say(status=401), 1),
        (Say(status=404), 1),
    ],
    ids=lambda value: f"{getattr(value, 'status', value)}",
)
def test_retries_have_one_owner(provider: Provider, words: str, step: Any, requests: int) -> None:
    """What may pass is sent exactly ``limits.attempts`` times, what can't is sent once: no SDK retries on its own."""
    provider.script(step)
    (row,) = ran(provider, words)
    assert len(provider.journal) == requests
    assert row.state in ("partial", "failed")


def test_exhausted_quota_is_not_retried(provider: Provider) -> None:
    """An account without credit answers 429 too, but no waiting helps: the lane ends after one request and says so."""
    provider.script(
        Say({"error": {"message": "You exceeded your current quota.", "code": "insufficient_quota"}}, status=429)
    )
    (row,) = ran(provider, POINTWISE)
    assert len(provider.journal) == 1
    assert row.error is not None and "credit" in row.error.message


@pytest.mark.parametrize("headers", [{"Retry-After": "1"}, {"Retry-After-Ms": "1000", "Retry-After": "99"}])
def test_retry_after_is_honoured(provider: Provider, headers: dict[str, str]) -> None:
    """The next attempt comes no sooner than the server asks for."""
    provider.script(Say(status=429, headers=headers), Answer())
    (row,) = ran(provider, POINTWISE)
    first, second = provider.journal
    assert 0.99 <= second.at - first.at < 3
    assert row.state == "complete"


def test_retry_after_beyond_the_end_is_not_waited_for(provider: Provider) -> None:
    """Asked to wait longer than the run may still take, the question is given up at once and says why."""
    provider.script(Say(status=429, headers={"Retry-After": "61"}))
    began = time.monotonic()
    (row,) = ran(provider, POINTWISE)
    assert time.monotonic() - began < 2
    assert len(provider.journal) == 1
    assert "61 s" in whys(row)[0]


@pytest.mark.parametrize("said", ["nan", "-5", "soon", "inf", "Wed, 21 Oct 2015 07:28:00 GMT"])
def test_nonsense_in_retry_after_counts_as_unsaid(provider: Provider, said: str) -> None:
    """A Retry-After that is no number of seconds leads to the usual short pause."""
    provider.script(Say(status=429, headers={"Retry-After": said}), Answer())
    (row,) = ran(provider, POINTWISE)
    assert row.state == "complete"
    assert len(provider.journal) == 2


@BOTH
@pytest.mark.parametrize("step", [Drip(every=0.2), Hang()], ids=["drip", "hang"])
def test_a_slow_reply_ends_at_the_deadline(provider: Provider, words: str, step: Any) -> None:
    """A reply that drips, or never comes, is given up at the call's deadline, once and for all; its socket is closed,
    and the lane beside it is done long before."""
    provider.script(step)
    limits = Limits(call_seconds=1, run_seconds=20, attempts=3)
    began = time.monotonic()
    slow, quick = ran(provider, words, "bm25", limits=limits, count=2)
    assert time.monotonic() - began < 2.5
    assert slow.state == "partial" and whys(slow) == ["No answer within 1 s."] * 2
    assert quick.state == "complete"
    assert quick.seconds is not None and slow.seconds is not None and quick.seconds < slow.seconds
    assert provider.until(lambda: provider.hung_up() == 2)
    assert len(provider.journal) == 2


def test_the_run_ends_at_its_deadline(provider: Provider) -> None:
    """When the run's time is up, what is open is answered "out of time" and what was answered is kept."""
    provider.script(Hang(), about="number 02")
    live = started(provider, POINTWISE, count=3, limits=Limits(call_seconds=60, run_seconds=1, attempts=3))
    board = live.join(5)
    assert not live.running
    assert board.halted == "out of time (1 s)"
    assert whys(board.lanes[0]) == ["out of time (1 s)"]


@BOTH
@pytest.mark.parametrize("status", [200, 500])
def test_an_endless_body_is_not_read(provider: Provider, words: str, status: int) -> None:
    """Of a body of 300 MB hardly more than 2 MiB is read before the client hangs up; so with an error's body."""
    provider.script(Flood(300, status=status))
    (row,) = ran(provider, words, limits=Limits(call_seconds=10, run_seconds=20, attempts=1))
    assert "longer than 2 MiB" in whys(row)[0]
    assert provider.until(lambda: provider.hung_up() == 1)
    assert provider.journal[0].sent < 30_000_000


def test_a_compressed_body_is_not_asked_for_or_read(provider: Provider) -> None:
    """No compression is accepted, since a small compressed body can unfold into an endless one."""
    provider.script(Say("", headers={"Content-Encoding": "gzip"}))
    (row,) = ran(provider, POINTWISE, limits=Limits(attempts=1))
    assert provider.journal[0].headers["accept-encoding"] == "identity"
    assert "compressed" in whys(row)[0]


@BOTH
def test_stop(provider: Provider, words: str) -> None:
    """Stop ends the run at once: sockets are closed, nothing more is sent, what was answered is kept, and the ranking
    is a whole one in which each unanswered document is *failed* and says why."""
    provider.script(Hang())
    provider.script(Answer('{"grade": 9}'), about="number 03")
    live = started(provider, words, count=40)
    assert provider.until(lambda: len(provider.journal) >= 16)
    for _ in range(500):  # until the one answer has arrived
        if live.board.lanes[0].spent.calls:
            break
        live.join(0.01)
    began = time.monotonic()
    live.stop()
    assert time.monotonic() - began < 0.1
    board = live.join(5)
    assert time.monotonic() - began < 1
    assert provider.until(lambda: provider.open == 0, 1)
    asked = len(provider.journal)
    assert asked == 17 and provider.hung_up() == 16
    (row,) = board.lanes
    assert board.halted == "stopped" and row.state == "partial" and row.ranking is not None
    assert row.spent.calls == 1 and row.spent.failed == 39
    assert sorted(row.ranking.ids) == sorted(f"d{at}" for at in range(1, 41))
    assert row.ranking.items[0].id == "d3" and row.ranking.items[0].score == 9
    assert whys(row) == ["stopped"] * 39
    assert not provider.until(lambda: len(provider.journal) > asked, 0.3)


def test_stop_before_anything_was_asked(provider: Provider) -> None:
    """A run that is stopped right away asks nothing more and still ends with a ranking of all documents."""
    live = started(provider, POINTWISE, count=3)
    live.stop()
    live.stop()
    (row,) = live.join(5).lanes
    assert not live.running and row.ranking is not None
    assert sorted(row.ranking.ids) == ["d1", "d2", "d3"]


def test_stop_keeps_what_a_question_already_cost(provider: Provider) -> None:
    """A question stopped while it is asked a second time keeps its first call: its tokens were paid for."""
    provider.script(Answer("no idea"), Hang())
    live = started(provider, POINTWISE)
    assert provider.until(lambda: len(provider.journal) == 2)
    live.stop()
    (row,) = live.join(5).lanes
    assert row.spent.calls == 1 and row.spent.usage.total == 110
    assert whys(row) == ["stopped"]


def test_a_correction_that_fails_keeps_the_first_answer(provider: Provider) -> None:
    """What the first reply did say counts also when the second question fails; both its call and its words stay."""
    provider.script(Answer('{"ranking": [3]}'), Say(status=400))
    (row,) = ran(provider, LISTWISE, count=3)
    assert row.ranking is not None and row.ranking.ids[0] == "d3"
    assert row.spent.calls == 1 and len(provider.journal) == 2
    assert row.ranking.items[0].provenance == ("judged",) and row.state == "repaired"


def test_a_refused_key_ends_its_lane_alone(provider: Provider) -> None:
    """The lane of a refused key fails with a message that says what to do; the others finish."""
    provider.script(Say(status=401), about='"claude-x"')
    bad, good, words = ran(provider, "pointwise model=anthropic:claude-x", POINTWISE, "bm25", count=3)
    assert bad.state == "failed" and bad.error is not None and bad.error.kind == "KeyRefused"
    assert "Anthropic refused the key" in bad.error.message and "complete" in bad.error.hint
    assert (good.state, words.state) == ("complete", "complete")


@BOTH
@pytest.mark.parametrize(
    ("step", "kind", "told"),
    [
        (Say(status=403), "KeyRefused", "refused the key"),
        (Say(status=404), "UnknownModel", "knows no model 'test'"),
        (Say({"error": {"message": "The model `test` does not exist"}}, status=400), "UnknownModel", "knows no model"),
        (Say(status=402), "LaneError", "no credit"),
        (Say({"error": {"message": "Your credit balance is too low."}}, status=400), "LaneError", "no credit"),
        (Say(status=307, headers={"Location": "http://127.0.0.1:9/v1"}), "LaneError", "redirects"),
        (Say(status=302, headers={"Location": "/elsewhere"}), "LaneError", "redirects"),
    ],
)
def test_what_concerns_the_lane_ends_it(provider: Provider, words: str, step: Any, kind: str, told: str) -> None:
    """Each of these is one request, then an error of its own kind that says what to do; a redirect is not followed."""
    provider.script(step)
    (row,) = ran(provider, words)
    assert row.error is not None
    assert (row.error.kind, told in row.error.message) == (kind, True)
    assert row.error.hint
    assert len(provider.journal) == 1


@BOTH
@pytest.mark.parametrize(
    "address", ["http://127.0.0.1:1", "http://127.0.0.1:notaport", "http://[bad", "127.0.0.1:80", "ftp://127.0.0.1"]
)
def test_no_server_at_the_address(provider: Provider, words: str, address: str) -> None:
    """An address where nobody listens, or that is none, is told as such, with what to check."""
    access = Access(keys={"openai": "k", "anthropic": "k"}, base_urls={"openai": address, "anthropic": address})
    (row,) = ran(provider, words, access=access)
    assert row.error is not None and row.error.kind == "Unreachable"
    assert "base URL" in row.error.hint


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        (POINTWISE, "KeyMissing"),
        ("pointwise model=compatible:x", "UnknownModel"),
    ],
)
def test_a_lane_that_cannot_be_asked_says_so(provider: Provider, words: str, kind: str) -> None:
    """Without a key, or an address where one is needed, the lane fails before anything is sent."""
    (row,) = ran(provider, words, access=Access())
    assert row.error is not None and row.error.kind == kind
    assert row.error.hint


@pytest.mark.parametrize("killed", range(1, 13))
def test_a_killed_call_costs_its_document_only(provider: Provider, killed: int) -> None:
    """Whichever of twelve calls fails, the other eleven documents are judged; the one is *failed* and says why."""
    provider.script(Say({"error": {"message": "killed"}}, status=400), about=f"number {killed:02}")
    (row,) = ran(provider, POINTWISE, count=12)
    assert row.ranking is not None and row.state == "partial"
    last = row.ranking.items[-1]
    assert (last.id, last.provenance, last.score) == (f"d{killed}", ("failed",), None)
    assert "killed" in last.why
    assert [item.score for item in row.ranking.items[:-1]] == [5] * 11


def test_an_unreadable_reply_is_asked_once_more(provider: Provider) -> None:
    """The second question is the same conversation with the reply and the complaint in it; its answer is a repair."""
    provider.script(Answer("I like whales."), Answer('{"grade": 7}'))
    (row,) = ran(provider, POINTWISE)
    first, second = (seen.body["messages"] for seen in provider.journal)
    assert second[: len(first)] == first
    assert [message["role"] for message in second[len(first) :]] == ["assistant", "user"]
    assert second[-2]["content"] == "I like whales." and "no grade" in second[-1]["content"]
    assert row.state == "repaired" and row.spent.calls == 2
    assert row.ranking is not None and row.ranking.items[0].score == 7
    assert [(repair.kind, repair.count) for repair in row.repairs] == [("retried", 1)]


def test_a_reply_unreadable_twice_is_given_up(provider: Provider) -> None:
    """After the second unreadable reply nothing more is asked; the document is *failed* and says why."""
    provider.script(Answer("I like whales."))
    (row,) = ran(provider, POINTWISE)
    assert len(provider.journal) == 2
    assert row.state == "partial" and whys(row) == ["The reply holds no grade."]


def test_a_refusal_is_not_asked_again(provider: Provider) -> None:
    """A model that declines is not pressed."""
    choice = {"finish_reason": "stop", "message": {"role": "assistant", "content": None, "refusal": "I won't."}}
    provider.script(Answer(more={"choices": [choice]}))
    (row,) = ran(provider, POINTWISE)
    assert len(provider.journal) == 1 and row.state == "partial"


@dataclass(frozen=True, kw_only=True)
class Broken(Common):
    """A strategy with a mistake in it, before or after its first round."""

    name: ClassVar[str] = "broken"
    about: ClassVar[str] = "Raises."
    rounds: int = 0

    def rank(self, task: Task) -> Rounds:
        if self.rounds:
            yield from parse("bm25").strategy.rank(task)
        raise KeyError("oops")

    def guaranteed(self, n: int, k: int) -> int:
        return 0

    def models(self) -> tuple[ModelRef, ...]:
        return (ModelRef("bm25"),)


@pytest.mark.parametrize("rounds", [0, 1])
def test_a_strategy_that_raises_fails_alone(provider: Provider, rounds: int, caplog: pytest.LogCaptureFixture) -> None:
    """A mistake in a strategy ends its lane with a failure, is logged, and leaves the others alone."""
    task, _ = task_of("whales", documents(3))
    with caplog.at_level(logging.ERROR):
        board = LiveRun(task, [lane(Broken(rounds=rounds)), parse("bm25")], Access()).join(10)
    assert [row.state for row in board.lanes] == ["failed", "complete"]
    assert board.lanes[0].error is not None and board.lanes[0].error.kind == "KeyError"
    assert "oops" in caplog.text


def test_the_board_is_the_fold_of_the_events(provider: Provider) -> None:
    """Nothing but the events makes the board: folding them again gives the live one, after faults and repairs too."""
    provider.script(Answer("hm"), Answer('{"grade": 3}'), about="number 01")
    provider.script(Say(status=400), about="number 02")
    provider.script(Say(status=404), about='"gone"')
    live = started(provider, POINTWISE, "bm25", "pointwise model=openai:gone", count=4)
    board = live.join(10)
    assert fold(blank(live.lanes), live.events) == board
    assert [row.state for row in board.lanes] == ["partial", "complete", "failed"]


def test_events_come_in_order(provider: Provider) -> None:
    """Times never go back, a lane ends after its last answer, and the run ends last."""
    live = started(provider, POINTWISE, LISTWISE, count=4)
    live.join(10)
    assert [event.at for event in live.events] == sorted(event.at for event in live.events)
    assert live.events[-1].event == "run_finished"
    for number in range(2):
        own = [event for event in live.events if getattr(event, "lane", None) == number]
        assert own[0].event == "lane_started"
        assert isinstance(own[-1], LaneFinished)
        assert all(isinstance(event, Answered) for event in own[1:-1])


@pytest.mark.parametrize(
    ("setting", "field", "said"),
    [
        ("", "response_format", "'response_format' of type 'json_schema' is not supported with this model."),
        ("temperature=0.5", "temperature", "Unsupported value: 'temperature' does not support 0.5 with this model."),
        ("effort=low", "reasoning_effort", "Unrecognized request argument supplied: reasoning_effort"),
    ],
)
def test_a_refused_setting_is_left_out_from_then_on(provider: Provider, setting: str, field: str, said: str) -> None:
    """A setting that a server refuses by name is left out, at once and in every later question; the others stay."""
    provider.script(Answer('{"ranking": [1, 2]}'))
    provider.script(Say({"error": {"message": said}}, status=400), about=f'"{field}":')
    (row,) = ran(provider, f"listwise window=2 stride=1 reasons=false model=openai:test {setting}", count=4)
    assert [field in seen.body for seen in provider.journal] == [True, False, False, False]
    others = set(provider.journal[0].body) - {field}
    assert all(set(seen.body) == others for seen in provider.journal[1:])
    assert (row.spent.calls, row.state) == (3, "complete")


def test_at_most_so_many_questions_at_once(provider: Provider) -> None:
    """``limits.at_once`` bounds the questions in flight to one provider, over all lanes together."""
    provider.script(Hang())
    live = started(provider, POINTWISE, POINTWISE, count=10, limits=Limits(at_once=3, attempts=1))
    assert provider.until(lambda: len(provider.journal) == 3)
    assert not provider.until(lambda: len(provider.journal) > 3, 0.3)
    live.stop()
    live.join(5)


def test_keys_of_two_runs_do_not_mix(provider: Provider) -> None:
    """Two runs at the same time send each its own key only."""
    runs = [started(provider, POINTWISE, count=8, access=provider.access(f"sk-user-{user}")) for user in range(2)]
    for live in runs:
        live.join(10)
    sent = [seen.key_hash for seen in provider.journal]
    assert sorted(sent) == sorted([hashed("sk-user-0")] * 8 + [hashed("sk-user-1")] * 8)


class Faulty:
    """A judge that fails as a provider may."""

    async def answer(self, task: Task, ask: Ask) -> Judgment:
        raise ProviderError("I can't.")


def given(judge: Any, words: str = "pointwise reasons=false model=given:x", **settings: Any) -> LiveRun:
    task, _ = task_of("whales", documents(2))
    return LiveRun(
        task, [parse("bm25"), parse_given(words)], Access(), given={ModelRef("given", "x"): judge}, **settings
    )


def parse_given(words: str) -> Any:
    from playground.lanes import build

    return lane(build(words.split()[0], {"reasons": False}, model=ModelRef("given", "x")))


def test_a_judge_may_fail_like_a_model(provider: Provider) -> None:
    """A judge's failure is a judgment too: its documents are *failed*, the lane is not."""
    row = given(Faulty()).join(5).lanes[1]
    assert row.state == "partial" and whys(row) == ["I can't."] * 2


def test_a_judge_of_ones_own_is_asked(provider: Provider) -> None:
    """Judges given by reference answer in place of a provider, and cost no call."""
    row = given(Oracle({"d1": 1, "d2": 3})).join(5).lanes[1]
    assert row.ranking is not None and row.ranking.ids == ("d2", "d1")
    assert row.spent.calls == 0 and row.spent.questions == 2


def test_a_time_out_of_ones_own_model_is_a_failed_question(provider: Provider) -> None:
    """A model that raises TimeoutError loses the question, not the lane."""
    row = given(Scripted([TimeoutError()])).join(5).lanes[1]
    assert row.state == "partial"


def test_a_mistake_while_explaining_leaves_the_rest(caplog: pytest.LogCaptureFixture) -> None:
    """Explaining can fail; rankings stay, the other lanes are explained all the same, and the run ends."""
    task, _ = task_of("whales", documents(2))
    readers = {
        ModelRef("embedding"): Scripted([ValueError("oops"), (0.5,)]),
        ModelRef("local"): Scripted(["A reason."]),
    }
    unhandled: list[Any] = []
    before, threading.excepthook = threading.excepthook, unhandled.append
    try:
        live = LiveRun(task, [parse("bm25"), parse("bm25")], Access(), explain=1, given=readers)
        board = live.join(10)
    finally:
        threading.excepthook = before
    assert unhandled == [] and "oops" in caplog.text
    assert [row.state for row in board.lanes] == ["complete", "complete"]
    assert board.lanes[1].ranking is not None and board.lanes[1].ranking.items[0].reason


def test_the_reply_that_took_part_is_recorded(provider: Provider) -> None:
    """Every call is told with its wording, reply, cost and number of attempts."""
    provider.script(Say(status=500, headers=NOW), Answer('{"grade": 4}'))
    live = started(provider, POINTWISE)
    live.join(10)
    (answered,) = [event for event in live.events if isinstance(event, Answered)]
    (call,) = answered.calls
    assert isinstance(call.reply, Reply) and call.reply.content == '{"grade": 4}'
    assert (call.attempts, call.cost_usd) == (2, None)  # no price is known for a model called "test"
