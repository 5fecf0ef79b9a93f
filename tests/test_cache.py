"""The reply cache: nothing is asked twice that was answered well once, by the same person, of the same model."""

from __future__ import annotations

import asyncio
import base64
import logging
import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import quote

import anthropic  # noqa: F401 - takes seconds: not within a deadline
import openai  # noqa: F401
import pytest

from playground import compare, report, rerank, runs
from playground.board import Board
from playground.cache import SCHEMA, Cache, Key, key
from playground.events import Answered, Call
from playground.facade import task_of
from playground.lanes import lane, parse
from playground.limits import Limits
from playground.live import LiveRun
from playground.models import Access
from playground.question import Question
from playground.reuse import Replies
from playground.strategies.base import Common
from playground.testing import Scripted
from playground.types import Chat, Completion, Message, ModelRef, Payload, Ranking, Reply, Rounds, Score, Task, Usage
from tests.provider import Answer, Connection, Hang, Provider, Say, Step

POINTWISE = "pointwise reasons=false model=openai:test"
CHAT = Chat(messages=(Message(role="user", content="Grade it."),), max_tokens=40, expected=8, temperature=0.5)
OPENAI = ModelRef("openai", "test")
LIKELIHOOD = ModelRef("likelihood")
REPLY = Reply(content='{"grade": 5}', model="m", seconds=0.25, usage=Usage(input=100, cached=1, output=10))


@pytest.fixture
def provider() -> Iterator[Provider]:
    with Provider() as server:
        yield server


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "kept" / "replies.sqlite"


@pytest.fixture
def access(provider: Provider, file: Path) -> Access:
    return replace(provider.access(), replies=file)


def started(access: Access, *lanes: Any, count: int = 1, **settings: Any) -> LiveRun:
    documents = [{"id": f"d{at}", "content": f"whale number {at:02}."} for at in range(1, count + 1)]
    task, _ = task_of("whales", documents)
    made = [parse(entry) if isinstance(entry, str) else entry for entry in lanes]
    return LiveRun(task, made, access, **{"limits": Limits(call_seconds=5, run_seconds=20)} | settings)


def ran(access: Access, *lanes: Any, **settings: Any) -> Board:
    live = started(access, *lanes, **settings)
    board = live.join(30)
    assert not live.running
    return board


def named(at: int) -> Key:
    return at.to_bytes(32, "big")


def filled(file: Path, many: int) -> None:
    cache = Cache(file)
    cache.put({named(at): REPLY for at in range(many)})
    cache.close()


def sql(file: Path, statement: str) -> list[Any]:
    with closing(sqlite3.connect(file, isolation_level=None)) as db:
        return db.execute(statement).fetchall()


def test_what_is_kept_comes_back(file: Path) -> None:
    """Replies of every kind are read from the file as they were written, by whoever opens it next."""
    replies = [
        REPLY,
        Reply(content=(0.1, -1e-9, 3.0), model="bm25s", seconds=0.0, seen=(1, 2, 3)),
        Reply(content="\ud7ff\u2028 \x00 🐋", model="m", seconds=1e9, usage=None),
    ]
    kept = {named(at): reply for at, reply in enumerate(replies)}
    Cache(file).put(kept)  # never closed, as if its process had been killed
    again = Cache(file)
    assert again.get([*kept, named(99)]) == kept
    assert again.problem == ""


OTHERS: Mapping[str, Mapping[str, Any]] = {
    "user": {"access": Access(user="anna")},
    "provider": {"ref": ModelRef("compatible", "test")},
    "base_url": {"access": Access(base_urls={"openai": "http://127.0.0.1:1"})},
    "model": {"ref": ModelRef("openai", "test2")},
    "trial": {"trial": 1},
    "words": {"payload": replace(CHAT, messages=(Message(role="user", content="Grade it!"),))},
    "role": {"payload": replace(CHAT, messages=(Message(role="system", content="Grade it."),))},
    "messages": {"payload": replace(CHAT, messages=CHAT.messages * 2)},
    "temperature": {"payload": replace(CHAT, temperature=0.0)},
    "no temperature": {"payload": replace(CHAT, temperature=None)},
    "effort": {"payload": replace(CHAT, effort="low")},
    "max_tokens": {"payload": replace(CHAT, max_tokens=41)},
    "logprobs": {"payload": replace(CHAT, logprobs=5)},
    "schema": {"payload": replace(CHAT, schema={"reason": {}, "grade": {}})},
    "schema's order": {"payload": replace(CHAT, schema={"grade": {}, "reason": {}})},
    "completion": {"payload": Completion(prompt="Grade it.", max_tokens=40)},
    "score": {"payload": Score(query="Grade it.", texts=())},
    "texts": {"payload": Score(query="Grade it.", texts=("a", "b"))},
    "texts cut elsewhere": {"payload": Score(query="Grade it.", texts=("ab",))},
}


def test_whatever_the_answer_depends_on_is_in_the_key() -> None:
    """The same question has the same key; changed in any one way, another: each way is a miss for all the others."""
    same: dict[str, Any] = {"payload": CHAT, "ref": OPENAI, "access": Access()}
    keys = [key(**{**same, **change}) for change in OTHERS.values()]
    assert key(**same) == key(**{**same, "payload": replace(CHAT)})
    assert len({key(**same), *keys}) == len(OTHERS) + 1


def test_keys_stay_what_they_are() -> None:
    """A question has the key that it had in earlier versions: replies that people have kept are found again."""
    found = key(CHAT, ref=ModelRef("compatible", "test"), access=Access())
    assert found.hex() == "c197fb1b0f0259ba28498c9d4e90fb7a046bea82846f898d50970981c3a27fe7"


def test_a_repeat_is_asked_once_more(provider: Provider, access: Access) -> None:
    """Each repeat of a run asks the model anew and may be answered otherwise; made again, it and the run itself are
    found as they were."""
    scores = []
    for repeat, grade, asked in ((0, 1, 1), (1, 2, 2), (2, 3, 3), (1, 4, 3), (0, 5, 3), (2, 6, 3)):
        provider.script(Answer(f'{{"grade": {grade}}}'))
        (row,) = ran(access, POINTWISE, repeat=repeat).lanes
        assert len(provider.journal) == asked and row.ranking is not None
        scores.append(row.ranking.items[0].score)
    assert scores == [1, 2, 3, 2, 1, 3]


@pytest.mark.parametrize("ref", ["bm25", "embedding", "likelihood", "cross-encoder"])
def test_a_repeat_computes_no_score_again(file: Path, ref: str) -> None:
    """A scoring model of this process gives the same number for the same text: a repeat of its question is replayed.
    Not so one elsewhere, nor the embedded LLM."""
    ask = Counting()

    def asked(ref: str, repeat: int) -> bool:
        replies = Replies(Access(), Cache(file), repeat=repeat)
        return asyncio.run(replies.reply(question("a", "bb", ref=ModelRef.parse(ref)), ask, [])).cached

    assert [asked(ref, repeat) for repeat in (0, 1, 2)] == [False, True, True]
    for other in ("tei", "cohere:x", "local"):
        assert [asked(other, repeat) for repeat in (0, 1, 1)] == [False, False, True]


def test_a_second_run_asks_nothing(provider: Provider, access: Access) -> None:
    """What a run was answered serves the next one: same ranking, no request, nothing spent, and it says so. How long
    the calls took when they were made is told apart from what was measured now."""
    openai_model = "pointwise model=openai:gpt-6-luna reasons=false"
    first, second = (ran(access, openai_model, count=3) for _ in range(2))
    assert len(provider.journal) == 3
    before, after = first.lanes[0], second.lanes[0]
    assert before.ranking == after.ranking and after.state == "complete"
    assert (before.spent.calls, before.spent.cached, before.spent.usage.total) == (3, 0, 330)
    assert (after.spent.calls, after.spent.cached, after.spent.usage.total) == (0, 3, 0)
    assert before.spent.cost_usd and after.spent.cost_usd == Decimal(0)
    assert before.spent.measured > 0 and before.spent.replayed == 0
    assert (after.spent.measured, after.spent.replayed) == (0, pytest.approx(before.spent.measured))


def test_what_is_cached_is_recorded_as_such(provider: Provider, access: Access) -> None:
    """Report, record and replay all tell calls that were made from those that were not."""
    ran(access, POINTWISE)
    live = started(access, POINTWISE, "pointwise model=openai:test", count=1)
    board = live.join(10)
    found = report.comparison("q", board, {})
    kept, made = found["lanes"]
    assert (kept["calls"], kept["cached"], kept["cost_usd"], kept["usage"]["total"]) == (0, 1, 0, 0)
    assert kept["latency"]["measured"] == 0 < kept["latency"]["replayed"]
    assert (made["calls"], made["cached"], made["cost_usd"]) == (1, 0, None)
    assert made["latency"]["replayed"] == 0 < made["latency"]["measured"]
    again = runs.load(runs.dump(runs.record(live.task, live.lanes, live.events)))
    assert again.board == board and report.comparison("q", again.board, {}) == found
    (call,) = next(event for event in again.events if isinstance(event, Answered) and event.lane == 0).calls
    assert (call.reply.cached, call.cost_usd, call.attempts) == (True, Decimal(0), 0)


def test_fresh_takes_nothing_from_earlier_runs(provider: Provider, access: Access) -> None:
    """A fresh run asks everything anew, though equal questions of its own once, and what it hears is kept."""
    ran(access, POINTWISE)
    provider.script(Answer('{"grade": 9}'))
    first, second = ran(access, POINTWISE, POINTWISE, fresh=True).lanes
    assert len(provider.journal) == 2
    assert (first.spent.calls, first.spent.cached, second.spent.calls, second.spent.cached) == (1, 0, 0, 1)
    (third,) = ran(access, POINTWISE).lanes
    assert third.ranking is not None and third.ranking.items[0].score == 9
    assert len(provider.journal) == 2


def test_python_knows_fresh(provider: Provider, access: Access) -> None:
    """``rerank`` and ``compare`` reuse by default, count what they reused, and don't where ``fresh`` says so."""
    same: dict[str, Any] = {"strategy": "pointwise", "model": "openai:test", "access": access}
    done = [rerank("q", ["a", "b"], **same, fresh=fresh) for fresh in (False, False, True)]
    assert [(result.calls, result.cached) for result in done] == [(2, 0), (0, 2), (2, 0)]
    words = ["pointwise model=openai:test"]
    asked = [compare("q", ["a", "b"], words, access=access, fresh=fresh).results[0].calls for fresh in (False, True)]
    assert asked == [0, 2]


def test_the_command_line_knows_fresh(tmp_path: Path) -> None:
    """The second time the table says what was cached; with --fresh everything is asked again."""
    env = {name: value for name, value in os.environ.items() if name != "PLAYGROUND_REPLIES"}
    env["PLAYGROUND_CACHE_DIR"] = str(tmp_path)

    def printed(*more: str) -> str:
        command = [sys.executable, "-m", "playground", "compare", "--set", "assets/samples/legal.json", *more]
        return subprocess.run([*command, "--lane", "bm25"], env=env, capture_output=True, text=True, check=True).stdout

    assert "1 calls, 1 rounds" in printed()
    assert "0 calls, 1 cached, 1 rounds" in printed()
    assert "1 calls, 1 rounds" in printed("--fresh")


def test_twenty_equal_questions_are_one_request(provider: Provider, access: Access) -> None:
    """Lanes that ask the same at the same time send it once, and all are answered; so without any file."""
    for each in (access, provider.access()):
        provider.journal.clear()
        rows = ran(each, *[POINTWISE] * 20, fresh=True).lanes
        assert len(provider.journal) == 1
        assert [row.state for row in rows] == ["complete"] * 20
        assert sum(row.spent.calls for row in rows) == 1 and sum(row.spent.cached for row in rows) == 19


def test_two_users_share_nothing(provider: Provider, access: Access) -> None:
    """Who asks is part of the question: a second user finds nothing of the first one's, each finds their own."""
    users = [replace(access, user=name) for name in ("anna", "ben")]
    for asked, user in zip((2, 4, 4, 4), users * 2, strict=True):
        row = ran(user, POINTWISE, count=2).lanes[0]
        assert len(provider.journal) == asked
    assert row.spent.cached == 2


@pytest.mark.parametrize(
    "step",
    [
        Answer("I like whales."),
        Answer('{"grade": 5', more={"choices": [{"finish_reason": "length", "message": {"content": '{"grade": 5}'}}]}),
        Answer(more={"choices": [{"finish_reason": "stop", "message": {"content": None, "refusal": "I won't."}}]}),
        Answer(more={"choices": [{"finish_reason": "content_filter", "message": {"content": '{"grade": 5}'}}]}),
        Say({"error": {"message": "no"}}, status=400),
    ],
    ids=["unreadable", "cut", "refused", "filtered", "failed"],
)
def test_only_whole_replies_are_kept(provider: Provider, access: Access, step: Step) -> None:
    """A reply that can't be read, was cut short or refused, or an error, is not kept: the next run asks again."""
    provider.script(step)
    ran(access, POINTWISE)
    asked = len(provider.journal)
    provider.script(Answer())
    (row,) = ran(access, POINTWISE).lanes
    assert len(provider.journal) == asked + 1
    assert (row.spent.calls, row.spent.cached, row.state) == (1, 0, "complete")


def test_log_probabilities_are_kept_though_the_text_was_cut(provider: Provider, access: Access) -> None:
    """A label is read from the first token's chances; that the model was cut as it went on takes nothing from it."""
    chances = {"content": [{"top_logprobs": [{"token": "3", "logprob": -0.1}, {"token": "2", "logprob": -2.4}]}]}
    choice = {"finish_reason": "length", "message": {"content": "3 be"}, "logprobs": chances}
    provider.script(Answer("3", more={"choices": [choice]}))
    words = f"{POINTWISE} scale=logprobs"
    assert (ran(access, words, count=2).lanes[0].spent.calls, len(provider.journal)) == (2, 2)
    (row,) = ran(access, words, count=2).lanes
    assert (row.spent.calls, row.spent.cached, len(provider.journal)) == (0, 2, 2)


def test_a_model_of_ones_own_is_asked_every_time(file: Path) -> None:
    """What a given model's answers depend on is unknown: it is asked by every lane and run, and nothing is kept."""
    ref = ModelRef("local")
    model = Scripted(['{"grade": 1}', '{"grade": 2}'])
    for _ in range(2):
        ran(Access(replies=file), *["pointwise model=local reasons=false"] * 2, given={ref: model})
    assert len(model.payloads) == 4


@pytest.mark.parametrize("killed", range(1, 21))
def test_a_run_after_a_failure_asks_for_what_is_missing(provider: Provider, access: Access, killed: int) -> None:
    """Whichever of twenty calls fails, the other nineteen are kept, and the same run once more sends exactly one."""
    provider.script(Say({"error": {"message": "killed"}}, status=400), about=f"number {killed:02}")
    assert ran(access, POINTWISE, count=20).lanes[0].state == "partial"
    assert len(provider.journal) == 20
    provider.script(Answer('{"grade": 9}'), about=f"number {killed:02}")
    (row,) = ran(access, POINTWISE, count=20).lanes
    assert len(provider.journal) == 21
    assert (row.state, row.spent.calls, row.spent.cached) == ("complete", 1, 19)
    assert row.ranking is not None and row.ranking.ids[0] == f"d{killed}"


def test_a_run_after_a_stop_asks_for_the_rest(provider: Provider, access: Access) -> None:
    """Stopped half-way, the same run once more asks only for what it had not been answered."""
    provider.script(*[Answer()] * 10, Hang())
    live = started(access, POINTWISE, count=20)
    for _ in range(500):
        if live.board.lanes[0].spent.calls == 10:
            break
        live.join(0.01)
    live.stop()
    assert live.join(5).lanes[0].spent.calls == 10
    provider.script(Answer())
    asked = len(provider.journal)
    (row,) = ran(access, POINTWISE, count=20).lanes
    assert len(provider.journal) == asked + 10
    assert (row.state, row.spent.calls, row.spent.cached) == ("complete", 10, 10)


@dataclass(frozen=True, kw_only=True)
class Doomed(Common):
    """Asks what a pointwise lane asks, and beside it something that ends the lane."""

    name: ClassVar[str] = "doomed"
    about: ClassVar[str] = "Fails."

    def rank(self, task: Task) -> Rounds:
        both = [parse(words).strategy.rank(task) for words in (POINTWISE, POINTWISE.replace(":test", ":gone"))]
        yield [ask for rounds in both for ask in next(rounds)]
        return Ranking(items=())

    def guaranteed(self, n: int, k: int) -> int:
        return 0

    def models(self) -> tuple[ModelRef, ...]:
        return (OPENAI,)


@dataclass(frozen=True)
class Then(Step):
    """A step once the server has been asked ``many`` things."""

    provider: Provider
    many: int
    step: Step

    async def play(self, to: Connection) -> None:
        while len(self.provider.journal) < self.many:
            await to.gone(0.01)
        await self.step.play(to)


@pytest.mark.parametrize("waiting", [1, 5])
def test_those_who_wait_outlive_who_asked(provider: Provider, access: Access, waiting: int) -> None:
    """Where the lane ends that was asking for several, one of those that wait asks instead, and all are answered."""
    provider.script(Hang(), Answer())
    provider.script(Then(provider, 2, Say(status=404)), about='"gone"')
    doomed, *rows = ran(access, lane(Doomed()), *[POINTWISE] * waiting).lanes
    assert doomed.state == "failed"
    assert [row.state for row in rows] == ["complete"] * waiting
    assert sum(row.spent.calls for row in rows) == 1
    assert len([seen for seen in provider.journal if seen.body["model"] == "test"]) == 2
    assert provider.until(lambda: provider.hung_up() == 1)


def test_who_asks_outlives_those_who_wait(provider: Provider, access: Access) -> None:
    """Where a lane ends that was waiting for another's question, the other gets its answer all the same."""
    provider.script(Then(provider, 3, Answer()))
    provider.script(Then(provider, 2, Say(status=404)), about='"gone"')
    asking, doomed = ran(access, POINTWISE, lane(Doomed()), count=2).lanes
    assert (asking.state, doomed.state) == ("complete", "failed")
    assert asking.spent.calls == 2


@pytest.mark.parametrize(
    ("status", "state", "requests"), [(400, "partial", 1), (500, "partial", 3), (401, "failed", 1)]
)
def test_a_failure_is_everybodys(provider: Provider, access: Access, status: int, state: str, requests: int) -> None:
    """Who waits for another lane's question shares its failure, after its retries, and does not ask again."""
    provider.script(Say(status=status, headers={"Retry-After": "0"}))
    rows = ran(access, *[POINTWISE] * 5).lanes
    assert len(provider.journal) == requests
    assert [row.state for row in rows] == [state] * 5


def question(*texts: str, payload: Payload | None = None, ref: ModelRef = LIKELIHOOD) -> Question:
    asked = payload or Score(query="q", texts=texts)
    return Question(ref=ref, payload=asked, trial=0, kind="score", readable=lambda reply: True)


class Counting:
    """An ``ask`` that answers each text with its length and keeps what it was asked."""

    def __init__(self, *, missing: str = "", stop: str = "end") -> None:
        self.asked: list[Payload] = []
        self.missing, self.stop = missing, stop

    async def __call__(self, payload: Payload) -> Call:
        self.asked.append(payload)
        await asyncio.sleep(0)  # so that the others get to ask as well
        assert isinstance(payload, Score)
        values = tuple(None if text == self.missing else float(len(text)) for text in payload.texts)
        seconds, usage = float(len(values)), Usage(input=10 * len(values) + 1)
        seen = tuple(map(len, payload.texts))
        reply = Reply(content=values, model="m", seconds=seconds, usage=usage, seen=seen, stop=self.stop)
        return Call(payload=payload, reply=reply, cost_usd=Decimal(0))


def test_texts_scored_one_by_one_are_computed_once(file: Path) -> None:
    """Two lanes that batch the same texts differently, at the same time, have each computed once; so has a later run.
    Order and repeated texts come out right."""

    async def lanes(replies: Replies, ask: Counting) -> list[Reply]:
        asked = [question("a", "bb", "ccc"), question("dddd", "ccc", "bb"), question("bb", "bb", "eeeee")]
        return await asyncio.gather(*(replies.reply(each, ask, []) for each in asked))

    expected = [(1.0, 2.0, 3.0), (4.0, 3.0, 2.0), (2.0, 2.0, 5.0)]
    access, ask = Access(), Counting()
    found = asyncio.run(lanes(Replies(access, Cache(file)), ask))
    assert [reply.content for reply in found] == expected
    assert [reply.seen for reply in found] == expected
    assert [payload.texts for payload in ask.asked if isinstance(payload, Score)] == [
        ("a", "bb", "ccc"),
        ("dddd",),
        ("eeeee",),
    ]
    later = Counting()
    assert [reply.content for reply in asyncio.run(lanes(Replies(access, Cache(file)), later))] == expected
    assert later.asked == []


def test_a_partly_known_question_is_two_calls(file: Path) -> None:
    """What was known and what was measured now are calls of their own, each with its texts, seconds and tokens."""
    access, ask = Access(), Counting()

    async def asked(*texts: str) -> tuple[Reply, list[Call]]:
        calls: list[Call] = []
        return await Replies(access, Cache(file)).reply(question(*texts), ask, calls), calls

    first, (made,) = asyncio.run(asked("a", "bb", "ccc"))
    assert not first.cached and made.reply.seconds == 3 and made.reply.usage == Usage(input=31)
    both, calls = asyncio.run(asked("dddd", "a", "ccc", "eeeee"))
    assert both.content == (4.0, 1.0, 3.0, 5.0) and not both.cached
    fresh, reused = sorted(calls, key=lambda call: call.reply.cached)
    assert (fresh.payload, reused.payload) == (
        Score(query="q", texts=("dddd", "eeeee")),
        Score(query="q", texts=("a", "ccc")),
    )
    assert (fresh.reply.content, fresh.reply.seconds, fresh.reply.cached) == ((4.0, 5.0), 2.0, False)
    assert (reused.reply.content, reused.reply.seconds, reused.reply.cached) == ((1.0, 3.0), 2.0, True)
    whole, (last,) = asyncio.run(asked("a", "bb", "ccc"))
    assert whole.cached and last.reply.cached and last.cost_usd == 0
    assert last.reply.seconds == 3 and last.reply.usage == Usage(input=31)


def test_scores_that_depend_on_the_collection_are_kept_whole(file: Path) -> None:
    """BM25's word statistics come from all the texts: another selection of them is another question."""
    access, ask = Access(), Counting()
    bm25 = ModelRef("bm25")

    async def asked(*texts: str) -> Reply:
        return await Replies(access, Cache(file)).reply(question(*texts, ref=bm25), ask, [])

    for texts in (("a", "bb"), ("a",), ("bb", "a")):
        assert not asyncio.run(asked(*texts)).cached
    assert asyncio.run(asked("a", "bb")).cached and len(ask.asked) == 3


def test_a_missing_score_is_not_kept(file: Path) -> None:
    """A text without a number is asked for again, alone; where scores are kept whole, all of them."""
    for ref, texts in ((LIKELIHOOD, ("bb",)), (ModelRef("openai-decisions", "m"), ("a", "bb", "ccc"))):
        for ask, expected in ((Counting(missing="bb"), None), (Counting(), 2.0)):
            reply = asyncio.run(Replies(Access(), Cache(file)).reply(question("a", "bb", "ccc", ref=ref), ask, []))
            assert reply.content == (1.0, expected, 3.0)
        assert ask.asked == [Score(query="q", texts=texts)]


def test_what_a_server_cannot_do_is_no_call(file: Path) -> None:
    """An "unsupported" reply, for which nothing was generated, is no call, is not kept, and not measured."""
    cache, ask, calls = Cache(file), Counting(stop="unsupported"), list[Call]()
    for _ in range(2):
        asyncio.run(Replies(Access(), cache).reply(question("a"), ask, calls))
    assert len(ask.asked) == 2 and calls == []
    assert cache.latency(LIKELIHOOD, "score") is None
    ref = ModelRef("given", "x")
    asyncio.run(Replies(Access(), given=[ref]).reply(question("a", ref=ref), ask, calls))
    assert calls == []


def test_a_mistake_while_reading_leaves_nobody_waiting() -> None:
    """A form that raises over a reply ends the question of everybody who waits for it, too."""

    def broken(reply: Reply) -> bool:
        raise KeyError("oops")

    async def both() -> list[Any]:
        replies, ask = Replies(Access()), Counting()
        asked = replace(question(payload=Score(query="q", texts=("a",)), ref=ModelRef("bm25")), readable=broken)
        waiting = asyncio.gather(*(replies.reply(asked, ask, []) for _ in range(2)), return_exceptions=True)
        return await asyncio.wait_for(waiting, 2)

    assert [type(error) for error in asyncio.run(both())] == [KeyError, KeyError]


def test_a_kept_reply_that_can_no_longer_be_read_is_asked_for_again(file: Path) -> None:
    """A form that has become stricter, or a reply of another version's shape, costs a question, not the lane."""
    access, ask = Access(), Counting()
    payload = Score(query="q", texts=("a",))
    bm25 = ModelRef("bm25")
    asyncio.run(Replies(access, Cache(file)).reply(question(payload=payload, ref=bm25), ask, []))
    strict = replace(question(payload=payload, ref=bm25), readable=lambda reply: False)
    asyncio.run(Replies(access, Cache(file)).reply(strict, ask, []))
    assert len(ask.asked) == 2
    sql(file, """UPDATE replies SET reply = '{"content": 7}'""")
    assert asyncio.run(Replies(access, Cache(file)).reply(question(payload=payload, ref=bm25), ask, [])).cached is False
    assert len(ask.asked) == 3


def test_the_least_recently_used_go_first(file: Path) -> None:
    """The replies' size stays within its bound; what was used lately is kept. One larger than all is not kept."""
    cache = Cache(file, max_bytes=3_000)
    long = replace(REPLY, content="x" * 600)
    for at in range(3):
        cache.put({named(at): long})
    assert set(cache.get([named(0)])) == {named(0)}
    cache.put({named(3): long})
    assert set(cache.get(map(named, range(4)))) == {named(0), named(2), named(3)}
    cache.put({named(4): replace(REPLY, content="x" * 3_001)})
    assert set(cache.get(map(named, range(5)))) == {named(0), named(2), named(3)}
    for at in range(100):
        cache.put({named(1_000 + at % 7): long, named(at): long})
    ((total, counted),) = sql(file, "SELECT sum(bytes), (SELECT bytes FROM held) FROM replies")
    assert total == counted <= 3_000


def test_a_look_is_no_use(file: Path) -> None:
    """What was only looked at goes as early as if it had not been, though it was found."""
    cache = Cache(file, max_bytes=3_000)
    long = replace(REPLY, content="x" * 600)
    for at in range(3):
        cache.put({named(at): long})
    assert cache.peek([named(0), named(9)]) == {named(0): long}
    cache.put({named(3): long})
    assert set(cache.peek(map(named, range(4)))) == {named(1), named(2), named(3)}


def test_latency_is_the_median_of_the_last_calls(provider: Provider, access: Access, file: Path) -> None:
    """By model and kind of question, of the last 50; older calls are forgotten; a run's calls are noted, not those that
    were not made."""
    cache = Cache(file)
    assert cache.latency(OPENAI, "grade") is None
    for seconds in [100.0] * 30 + [1.0] * 24 + [2.0] * 26:
        cache.measured(OPENAI, "grade", seconds)
    cache.measured(OPENAI, "order", 7.0)
    assert cache.latency(OPENAI, "grade") == 2.0
    assert (cache.latency(OPENAI, "order"), cache.latency(ModelRef("openai"), "grade")) == (7.0, None)
    assert sql(file, "SELECT count(*) FROM calls") == [(51,)]
    model = ModelRef("openai", "x")
    for _ in range(2):
        live = started(access, f"pointwise model={model}")
        live.join(10)
        (call,) = next(event for event in live.events if isinstance(event, Answered)).calls
        assert Cache(file).latency(model, "grade") == call.reply.seconds


WRITER = """
import sys
from pathlib import Path
from playground.cache import Cache
from playground.types import Reply
cache, first = Cache(Path(sys.argv[1])), int(sys.argv[2])
for at in range(first, first + 250):
    cache.put({at.to_bytes(32, "big"): Reply(content="x" * 200, model="m", seconds=1.0)})
    cache.get([at.to_bytes(32, "big")])
sys.exit(cache.problem)
"""


def test_many_processes_write_at_once(file: Path) -> None:
    """Eight processes that open and write one new file at the same time: all replies are there, none had to fail."""
    commands = [[sys.executable, "-c", WRITER, str(file), str(first)] for first in range(0, 2_000, 250)]
    writers = [subprocess.Popen(command, stderr=subprocess.PIPE, text=True) for command in commands]
    assert [writer.communicate(timeout=60)[1].strip() for writer in writers] == [""] * 8
    assert len(Cache(file).get(map(named, range(2_000)))) == 2_000


def damaged(file: Path) -> None:
    filled(file, 100)
    whole = file.read_bytes()
    file.write_bytes(whole[:4096] + bytes(len(whole) - 4096))


def newer(file: Path) -> None:
    filled(file, 1)
    sql(file, f"PRAGMA user_version = {SCHEMA + 1}")


def in_the_way(file: Path) -> None:
    file.parent.rmdir()
    file.parent.write_text("a file where the folder should be")


BROKEN: Mapping[str, tuple[Callable[[Path], object], str]] = {
    "garbage": (lambda file: file.write_bytes(b"no database " * 1_000), "delete the file"),
    "damaged": (damaged, "delete the file"),
    "folder": (lambda file: file.mkdir(), "delete the file"),
    "no folder": (in_the_way, "delete the file"),
    "newer": (newer, "Update the playground"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_file_that_cannot_be_used_is_told(
    provider: Provider, access: Access, file: Path, name: str, caplog: pytest.LogCaptureFixture
) -> None:
    """The run goes on without it; the run, its report, its record and the log say so; the file is left as it is."""
    breaks, mend = BROKEN[name]
    file.parent.mkdir()
    breaks(file)
    before = file.read_bytes() if file.is_file() else b""
    with caplog.at_level(logging.WARNING):
        done = compare("q", ["a", "b"], [POINTWISE], access=access)
    assert [result.state for result in done.results] == ["complete"] and len(provider.journal) == 2
    assert (file.read_bytes() if file.is_file() else b"") == before
    (warning,) = done.warnings
    assert "replies.sqlite can't be used" in warning and mend in warning
    assert done.results[0].warnings == done.board.warnings == (warning,)
    assert report.comparison("q", done.record.board, {}, done.record.warnings)["warnings"] == [warning]
    assert runs.load(runs.dump(done.record)).board.warnings == (warning,)
    assert warning in caplog.text and str(file) in caplog.text
    assert ran(access, POINTWISE).lanes[0].state == "complete"


def test_no_key_gets_into_the_file(provider: Provider, access: Access, file: Path) -> None:
    """No byte of the database or its log holds the key, plain or encoded, nor a document or the query: neither where
    the key is part of the address, nor where a model echoes it."""
    sentinel = "sk-sentinel/5f3a+9c=1e7b"
    echo = {"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": '{"grade": 4} {key}'}}
    provider.script(Say({"choices": [echo]}), about="number 02")
    keyed = replace(access, keys={"openai": sentinel})
    addressed = replace(keyed, base_urls={"openai": provider.url.replace("//", f"//{quote(sentinel, '')}@")})
    watching = Cache(file)  # as long as it is open, the log stays
    assert ran(keyed, POINTWISE, count=2).lanes[0].state == "complete"
    assert ran(addressed, POINTWISE, count=1).lanes[0].state == "complete"
    assert ran(keyed, POINTWISE, count=2).lanes[0].spent.cached == 1
    assert ran(addressed, POINTWISE, count=1).lanes[0].spent.cached == 1
    paths = list(file.parent.iterdir())
    written = b"".join(path.read_bytes() for path in paths)
    assert {path.name for path in paths} == {f"replies.sqlite{end}" for end in ("", "-wal", "-shm")}
    assert b"grade" in written
    for text in (sentinel, base64.b64encode(sentinel.encode()).decode(), quote(sentinel, ""), repr(sentinel)[1:-1]):
        assert text.encode() not in written
    assert b"sentinel" not in written and b"whale" not in written
    watching.close()
