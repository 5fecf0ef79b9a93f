"""The budget: never more is spent than was allowed, whatever fails; what no longer fits stays unanswered."""

from __future__ import annotations

import asyncio
import json
import random
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import anthropic  # noqa: F401 - takes seconds: not within a deadline
import openai  # noqa: F401
import pytest

from playground import compare, report, rerank
from playground.asking import Asking
from playground.board import Board, LaneBoard
from playground.budget import Budget, dollars, worst
from playground.cli import main
from playground.cli.table import comparison
from playground.errors import BudgetUsedUp, InputError, Refused, Unpriced
from playground.facade import task_of
from playground.lanes import parse
from playground.limits import Limits
from playground.live import LiveRun
from playground.models import Access
from playground.pricing import cost
from playground.testing import Oracle, Scripted
from playground.types import Chat, Completion, Message, ModelRef, Reply, Score, Usage
from tests.provider import Answer, Connection, Hang, Provider, Reset, Say, Step

GPT = "pointwise reasons=false model=openai:gpt-4o"
CLAUDE = "pointwise reasons=false model=anthropic:claude-haiku-5-5"
MODEL = ModelRef("openai", "gpt-4o")
CHAT = Chat(messages=(Message(role="user", content="Grade it."),), max_tokens=40, expected=8)
LIMITS = Limits(call_seconds=5, run_seconds=20, rest_seconds=0.05)
NOW = {"Retry-After": "0"}
USED_UP = "the budget of $0.10 is used up"


@pytest.fixture
def provider() -> Iterator[Provider]:
    with Provider() as server:
        yield server


def started(provider: Provider, *words: str, count: int = 1, budget: Budget | None, **settings: Any) -> LiveRun:
    documents = [{"id": f"d{at}", "content": f"whale number {at:03}."} for at in range(1, count + 1)]
    task, _ = task_of("whales", documents)
    settings = {"limits": LIMITS, "access": provider.access(), **settings}
    return LiveRun(task, [parse(entry) for entry in words], budget=budget, **settings)


def ran(provider: Provider, *words: str, **settings: Any) -> Board:
    live = started(provider, *words, **settings)
    board = live.join(30)
    assert not live.running
    return board


def whys(row: LaneBoard) -> set[str]:
    assert row.ranking is not None
    return {item.why for item in row.ranking.items if item.why}


def texts(body: Any) -> Iterator[str]:
    """Every text of a request, names included."""
    if isinstance(body, str):
        yield body
    elif isinstance(body, dict | list):
        for each in body:
            yield from texts(each)
        if isinstance(body, dict):
            yield from texts(list(body.values()))


def price(provider: Provider, words: str = GPT) -> Decimal:
    """The worst that one question of a lane costs."""
    live = started(provider, words, budget=None)
    live.join(10)
    call = next(call for event in live.events if event.event == "answered" for call in event.calls)
    provider.journal.clear()
    found = worst(parse(words).strategy.models()[0], call.payload)
    assert found is not None
    return found


@pytest.mark.parametrize(
    "words", ["listwise window=all model=openai:gpt-4o", "listwise model=anthropic:claude-haiku-5-5"]
)
@pytest.mark.parametrize("effort", ["", " effort=low", " effort=none"])
def test_the_worst_is_never_less_than_what_is_sent(provider: Provider, words: str, effort: str) -> None:
    """At a token a byte of all words in the request, and the longest answer it allows, a question costs no more than
    its bound: texts in any script, schemas and room for thinking included."""
    provider.script(Answer('{"ranking": [1, 2]}'))
    task, _ = task_of("グジラ", [{"content": "🐋 \u0000\u202e" * 200}, {"content": '"\\' * 500}])
    live = LiveRun(task, [parse(words + effort)], provider.access(), limits=LIMITS)
    assert live.join(10).lanes[0].state == "complete"
    (call,) = next(event for event in live.events if event.event == "answered").calls
    (seen,) = provider.journal
    sent = sum(len(text.encode()) for text in texts(seen.body))
    most = seen.body.get("max_tokens") or seen.body["max_completion_tokens"]
    ref = parse(words).strategy.models()[0]
    bound = worst(ref, call.payload)
    for usage in (Usage(input=sent, output=most), Usage(cache_write=sent, reasoning=most), Usage(cached=sent)):
        spent = cost(ref, usage)
        assert bound is not None and spent is not None and bound >= spent > 0


def test_the_worst_of_other_payloads() -> None:
    """Completions and scores are bounded too, searches included; free is zero, and an unknown price unknown."""
    score = Score(query="q" * 100, texts=("x" * 1_000,) * 150)
    for ref, payload, used in (
        (ModelRef("voyage", "rerank-2.5"), score, Usage(input=165_000)),
        (ModelRef("cohere", "rerank-v3.5"), score, Usage(searches=5)),
        (ModelRef("openai-decisions", "gpt-6-luna"), score, Usage(input=165_000)),
        (MODEL, Completion(prompt="x" * 1_000, max_tokens=100), Usage(input=1_000, output=100)),
    ):
        bound, spent = worst(ref, payload), cost(ref, used)
        assert bound is not None and spent is not None and bound >= spent > 0
    assert worst(ModelRef("bm25"), score) == worst(ModelRef("local"), CHAT) == 0
    assert worst(ModelRef("ollama", "qwen3"), CHAT) is None


@dataclass
class Billing(Step):
    """Fails, hangs up, answers nonsense or answers. Bills the worst where it doesn't say what it used."""

    each: Decimal
    dice: random.Random = field(default_factory=lambda: random.Random(7))
    billed: Decimal = Decimal(0)

    async def play(self, to: Connection) -> None:
        what = self.dice.random()
        if what < 0.3:
            await Say(status=500, headers=NOW).play(to)
            return
        if what < 0.5:
            self.billed += self.each
            await (Say("<html>") if what < 0.4 else Reset(inside=what < 0.45)).play(to)
            return
        used = Usage(input=self.dice.randrange(1_200), output=40)
        self.billed += cost(MODEL, used) or 0
        await Answer(usage={"prompt_tokens": used.input, "completion_tokens": used.output}).play(to)


def test_a_hundred_questions_at_once_never_cross_the_cap(provider: Provider) -> None:
    """A hundred concurrent questions that would cost many times the cap, at a server that fails, breaks off and bills
    to the utmost: the bill stays below the cap with every retry, and what didn't fit says so."""
    each = price(provider)
    server = Billing(each)
    provider.script(server)
    budget = Budget(Decimal("0.10"))
    limits = replace(LIMITS, at_once=100)
    board = ran(provider, GPT, "bm25", count=100, budget=budget, limits=limits)
    row, free = board.lanes
    assert each * 100 > Decimal("0.30")
    assert Decimal("0.05") < server.billed <= Decimal("0.10")
    assert server.billed <= budget.spent <= Decimal("0.10")
    assert USED_UP in whys(row) and row.state == "partial" and len(row.ranking.ids if row.ranking else ()) == 100
    assert board.halted == USED_UP and free.state == "complete"


def test_questions_wait_for_each_other(provider: Provider) -> None:
    """Where the cap holds only two questions at their worst, the others wait until what those really cost is known:
    all are answered as long as the real sum fits."""
    budget = Budget(2 * price(provider))
    board = ran(provider, GPT, count=6, budget=budget)
    assert board.lanes[0].state == "complete" and board.halted == ""
    assert budget.spent == board.lanes[0].spent.cost_usd


@pytest.mark.parametrize(
    ("step", "kept"),
    [
        (Say(status=500, headers=NOW), 0),
        (Say(status=429, headers=NOW), 0),
        (Say({"error": {"message": "no"}}, status=400), 0),
        (Say(status=401), 0),
        (Reset(), 3),
        (Reset(inside=True), 3),
        (Say("<html>"), 3),
        (Answer(usage=None), 1),
        (Hang(), 1),
    ],
    ids=["500", "429", "400", "401", "reset", "reset inside", "nonsense", "no usage", "hang"],
)
@pytest.mark.parametrize("words", [GPT, CLAUDE])
def test_what_is_kept_of_a_failure(provider: Provider, words: str, step: Step, kept: int) -> None:
    """An attempt that the server answered with an error costs nothing; one whose outcome is unknown counts in full."""
    each = price(provider, words)
    budget = Budget(Decimal(1))
    provider.script(step)
    ran(provider, words, budget=budget, limits=replace(LIMITS, call_seconds=0.5))
    assert budget.spent == kept * each


def test_a_stop_counts_what_was_under_way(provider: Provider) -> None:
    """What is stopped in flight may be billed: it counts in full. What had not been sent does not."""
    each = price(provider)
    budget = Budget(Decimal(1))
    provider.script(Hang())
    live = started(provider, GPT, count=40, budget=budget)
    assert provider.until(lambda: len(provider.journal) == 16)
    live.stop()
    live.join(5)
    assert budget.spent == 16 * each


def test_no_retry_beyond_the_budget(provider: Provider) -> None:
    """An attempt of unknown outcome leaves no money for the next one: it is not sent."""
    budget = Budget(price(provider) * Decimal("1.5"))
    provider.script(Reset())
    (row,) = ran(provider, GPT, budget=budget).lanes
    assert len(provider.journal) == 1
    assert [why.startswith("the budget of $") for why in whys(row)] == [True]


def test_used_up_is_used_up() -> None:
    """Once a question can't fit, nothing else of that budget is sent, even if it would fit; what waits is woken."""

    async def asked() -> None:
        session = Budget(Decimal("1.00"))
        budget = Budget(Decimal("0.10"), within=session)
        async with budget.reserved(Decimal("0.06")) as first:
            waiting = asyncio.ensure_future(budget.reserved(Decimal("0.09")).__aenter__())
            await asyncio.sleep(0)
            assert not waiting.done()
            with pytest.raises(BudgetUsedUp, match=r"\$0\.10"):
                await budget.reserved(Decimal("0.11")).__aenter__()
            with pytest.raises(BudgetUsedUp):
                await asyncio.wait_for(waiting, 1)
            first.cost = Decimal("0.01")
        with pytest.raises(BudgetUsedUp):
            await budget.reserved(Decimal("0.01")).__aenter__()
        assert (budget.spent, session.spent, session.used_up) == (Decimal("0.01"), Decimal("0.01"), "")
        async with Budget(Decimal("0.10"), within=session).reserved(Decimal("0.10")):
            pass  # another run of the session goes on

    asyncio.run(asked())


def test_two_runs_share_a_session(provider: Provider) -> None:
    """Runs in threads of their own, each with a cap, never cross the session's together; one waits for the other."""
    each = price(provider)
    server = Billing(each)
    provider.script(server)
    session = Budget(12 * each)
    lives = [started(provider, GPT, count=20, budget=Budget(10 * each, within=session)) for _ in range(2)]
    boards = [live.join(30) for live in lives]
    assert not any(live.running for live in lives)
    assert 6 * each < server.billed <= session.spent <= 12 * each
    assert [board.halted.startswith("the budget of $") for board in boards] == [True, True]


def test_an_unpriced_model_cannot_keep_a_budget(provider: Provider) -> None:
    """Under a cap a lane whose price nobody knows ends before anything is sent, and says what to do; free lanes and
    judges that cost nothing go on, also under a cap of nothing."""
    oracle = ModelRef("openai", "oracle")
    words = ["pointwise model=openai:unknown", "bm25", "pointwise model=openai:oracle"]
    bad, *good = ran(provider, *words, count=3, budget=Budget(Decimal(0)), given={oracle: Oracle({"d1": 1})}).lanes
    assert bad.error is not None and bad.error.kind == Unpriced.__name__
    assert "openai:unknown" in bad.error.message and "budget" in bad.error.hint
    assert [row.state for row in good] == ["complete", "complete"]
    assert provider.journal == []


def test_a_cached_reply_needs_no_money(provider: Provider, tmp_path: Path) -> None:
    """What is known already is used again when there is nothing left to spend, of an unpriced model too."""
    access = replace(provider.access(), replies=tmp_path / "replies.sqlite")
    words = [GPT, "pointwise model=openai:unknown"]
    ran(provider, *words, count=3, budget=None, access=access)
    board = ran(provider, *words, count=3, budget=Budget(Decimal(0)), access=access)
    assert len(provider.journal) == 6
    assert [(row.state, row.spent.cached) for row in board.lanes] == [("complete", 3)] * 2 and board.halted == ""


@pytest.mark.parametrize(
    ("reply", "spent"),
    [
        (Reply(content="", model="m", seconds=0.0, stop="unsupported", usage=None), 0),
        (Reply(content="", model="m", seconds=0.0, usage=Usage(output=10)), Decimal("0.0001")),
        (Refused("no"), 0),
    ],
)
def test_only_what_was_generated_is_spent(reply: Reply | Exception, spent: Decimal) -> None:
    """An attempt is settled to what it really cost: nothing, where the server couldn't or wouldn't."""
    budget = Budget(Decimal(1))
    asking = Asking(LIMITS, lambda: 1.0, budget)

    async def asked() -> None:
        with suppress(Refused):
            await asking.ask(Scripted([reply]), MODEL, CHAT)

    asyncio.run(asked())
    assert budget.spent == spent


@pytest.mark.parametrize("value", [-1, "-0.01", "much", "", "nan", float("inf"), None])
def test_what_is_no_amount_is_refused(value: Any, capsys: pytest.CaptureFixture[str]) -> None:
    """Negative, endless or unreadable amounts are refused, in Python and on the command line, before anything runs."""
    with pytest.raises(InputError) as caught:
        dollars(value)
    assert f"budget={value}" in caught.value.message and caught.value.hint
    assert main(["rerank", "--strategy", "bm25", "--set", "assets/samples/legal.json", f"--budget={value}"]) == 2
    assert "no amount of money" in capsys.readouterr().err


@pytest.mark.parametrize("budget", [0.10, Decimal("0.1"), "0.10"])
def test_python_takes_dollars(provider: Provider, budget: Any) -> None:
    """``rerank`` and ``compare`` keep to a budget given as a number; result, report, table say when it is used up."""
    provider.script(Answer(usage={"prompt_tokens": 40_000, "completion_tokens": 0}))  # 0.10 dollars
    documents = [str(at) for at in range(20)]
    access = provider.access()
    result = rerank("q", documents, strategy="pointwise", model="openai:gpt-4o", access=access, budget=budget)
    assert result.state == "partial" and 0 < result.calls < 20
    assert len(result.ids) == 20 and USED_UP in {item.why for item in result}
    done = compare("q", documents, ["pointwise model=openai:gpt-4o"], access=access, budget=budget)
    assert report.comparison("q", done.board, {})["halted"] == USED_UP
    assert f"Cut short: {USED_UP}." in comparison(done.record.task, done.board, {})


def test_the_command_line_takes_dollars(capsys: pytest.CaptureFixture[str]) -> None:
    """--budget is kept: an unpriced lane ends with what to do about it, a free one goes on."""
    words = ["--lane", "bm25", "--lane", "pointwise model=ollama:x", "--budget", "0.5", "--json"]
    assert main(["compare", "--set", "assets/samples/legal.json", *words]) == 0
    free, unpriced = json.loads(capsys.readouterr().out)["lanes"]
    assert free["state"] == "complete"
    assert unpriced["error"]["kind"] == "Unpriced" and "Remove the budget" in unpriced["error"]["hint"]


def test_amounts_are_told_in_full() -> None:
    """A cap is named with its cents, and with more places where it has them."""
    for cap, told in (("0.1", "$0.10"), ("2", "$2.00"), ("0.005", "$0.005"), ("100", "$100.00"), ("1E+2", "$100.00")):
        budget = Budget(Decimal(cap))
        with pytest.raises(BudgetUsedUp) as caught:
            asyncio.run(budget.reserved(Decimal(1_000)).__aenter__())
        assert told in str(caught.value)


def test_access_alone_has_no_budget(provider: Provider) -> None:
    """Without a budget nothing is bounded, and unpriced models are asked as ever."""
    board = ran(provider, "pointwise model=openai:unknown", budget=None, access=replace(provider.access(), user="x"))
    assert board.lanes[0].state == "complete"
    assert Access().replies is None
