"""What of a run is at hand: exactly what that run will not ask, and the price of what it will."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import openai  # noqa: F401 - takes seconds: not within a deadline
import pytest

from playground.at_hand import AtHand, Net, apart
from playground.board import Board
from playground.cache import Cache
from playground.events import Call, Plan
from playground.facade import task_of
from playground.lanes import parse
from playground.live import LiveRun
from playground.models import Access
from playground.plan import plan, plan_reasons
from playground.question import Question
from playground.reuse import Replies
from playground.types import ModelRef, Payload, Reply, Score, Task
from tests.pages.judging import Judging
from tests.provider import Answer, Provider, Say

ANIMALS = ("cats purr", "dogs bark", "cows moo", "owls hoot", "bees hum", "pigs oink", "ducks quack")
WORTH = {"cows": 3, "pigs": 2, "owls": 1}
MODEL = "model=openai:gpt-4o-mini"
POINTWISE = f"pointwise reasons=false {MODEL}"
LANES = (
    POINTWISE,
    f"listwise {MODEL} window=4 stride=2 passes=2",
    f"listwise {MODEL} shuffles=3",
    f"pairwise {MODEL} sort=bubble",
    f"pairwise {MODEL} sort=heap orders=random",
    f"setwise {MODEL} children=2",
    f"tournament {MODEL} group=3 keep=1",
    f"cascade first=({POINTWISE}) then=(pairwise {MODEL}) keep=4",
    f"fusion lanes=({POINTWISE}),(listwise {MODEL} window=3 stride=1)",
)
NOTHING = Plan(calls=(0, 0), rounds=(0, 0), tokens=(0, 0), cost_usd=(Decimal(0), Decimal(0)), seconds=(0.0, 0.0))


@pytest.fixture
def provider() -> Iterator[Provider]:
    with Provider() as server:
        server.script(Judging(WORTH))
        yield server


@pytest.fixture
def access(provider: Provider, tmp_path: Path) -> Access:
    return replace(provider.access(), replies=tmp_path / "replies.sqlite")


def about(*texts: str) -> Task:
    return task_of("who moos", list(texts))[0]


def ran(task: Task, words: str, access: Access, **settings: Any) -> Board:
    return LiveRun(task, [parse(words)], access, **settings).join(30)


def left(task: Task, words: str, access: Access, *, top: int = 0, **settings: Any) -> Net:
    """Of the ranking, or of the reasons for the ``top``."""
    assert access.replies is not None
    with closing(Cache(access.replies)) as cache:
        at_hand = AtHand(task, Replies(access, cache, **settings))
        strategy = parse(words).strategy
        return at_hand.reasons(strategy, top) if top else at_hand.ranking(strategy)


@pytest.mark.parametrize("words", LANES)
def test_before_any_run_everything_is_left(access: Access, words: str) -> None:
    """With nothing at hand the price is the plan's."""
    task = about(*ANIMALS)
    assert left(task, words, access) == Net(plan=plan(task, parse(words).strategy), cached=0)


@pytest.mark.parametrize("words", LANES)
def test_after_a_run_nothing_is_left(provider: Provider, access: Access, words: str) -> None:
    """Every question of a run is at hand for its second, also where each depends on the answers before it, and those
    are not the ones that a plan supposes. The look asks nobody."""
    task = about(*ANIMALS)
    (row,) = ran(task, words, access).lanes
    asked = len(provider.journal)
    assert row.state == "complete"
    assert left(task, words, access) == Net(plan=NOTHING, cached=row.spent.questions)
    assert len(provider.journal) == asked


@pytest.mark.parametrize("words", [POINTWISE, f"pairwise {MODEL} sort=allpair", f"listwise {MODEL} shuffles=3"])
def test_what_is_left_is_what_the_next_run_asks(provider: Provider, access: Access, words: str) -> None:
    """After a run that lost one of its questions that one is left, and is what the next run asks."""
    task = about(*ANIMALS)
    provider.script(Say(status=400), Judging(WORTH), about="owls")
    (before,) = ran(task, words, access).lanes
    net = left(task, words, access)
    assert (net.plan.calls, net.cached) == ((1, 1), before.spent.questions - 1)
    (row,) = ran(task, words, access).lanes
    assert (row.spent.calls, row.spent.cached) == (1, net.cached)


def test_one_document_more_is_one_question_more(access: Access) -> None:
    """Of documents graded one by one only the new one is left, at the price it has alone."""
    ran(about(*ANIMALS[:4]), POINTWISE, access)
    net = left(about(*ANIMALS[:5]), POINTWISE, access)
    alone = plan(about(ANIMALS[4]), parse(POINTWISE).strategy)
    assert net.cached == 4 and net.plan.seconds is not None
    assert replace(net.plan, seconds=None) == alone


def test_a_round_that_is_at_hand_takes_no_time(access: Access) -> None:
    """The critical path has only rounds in which something is asked."""
    task = about(*ANIMALS)
    ran(task, POINTWISE, access)
    both = f"cascade first=({POINTWISE}) then=(listwise {MODEL}) keep=3"
    net = left(task, both, access)
    assert (net.plan.calls, net.plan.rounds, net.cached) == ((1, 1), (1, 1), 7)
    assert plan(task, parse(both).strategy).rounds == (2, 2)


def test_scores_known_in_part_count_by_their_texts(tmp_path: Path) -> None:
    """A question with one unknown text is still a question, but only that text's tokens are left."""
    access = Access(replies=tmp_path / "replies.sqlite")
    task = about(*ANIMALS[:6])

    async def scored(payload: Payload) -> Call:
        assert isinstance(payload, Score)
        reply = Reply(content=(1.0,) * len(payload.texts), model="m", seconds=1.0)
        return Call(payload=payload, reply=reply, cost_usd=Decimal(0))

    known = Question(
        ref=ModelRef("likelihood"),
        payload=Score(query=task.query, texts=ANIMALS[:3]),
        trial=0,
        kind="score",
        readable=lambda reply: True,
    )
    with closing(Cache(tmp_path / "replies.sqlite")) as cache:
        asyncio.run(Replies(access, cache).reply(known, scored, []))
    net = left(task, "likelihood", access)  # in batches of four
    rest = plan(about(*ANIMALS[3:6]), parse("likelihood").strategy)
    assert (net.plan.calls, net.cached) == ((2, 2), 0)
    assert net.plan.tokens == rest.tokens < plan(task, parse("likelihood").strategy).tokens
    reasons = plan_reasons(task, parse("likelihood").strategy, 2)
    assert left(task, "likelihood", access, top=2).plan.calls == reasons.calls > (0, 0)


def test_what_will_be_asked_again_is_left(provider: Provider, access: Access) -> None:
    """A reply that led to a second question is at hand with it; one that could not be read is not."""
    task, words = about(*ANIMALS), f"listwise reasons=false {MODEL}"
    provider.script(Answer('{"ranking": [3]}'), about="who moos")
    (row,) = ran(task, words, access).lanes
    assert row.spent.calls == 2
    assert left(task, words, access) == Net(plan=NOTHING, cached=1)
    provider.script(Answer("no idea"), about="who moos")
    ran(task, POINTWISE, access)
    assert left(task, POINTWISE, access).plan.calls == (7, 7)


def test_nothing_is_at_hand_for_a_fresh_run_a_repeat_or_another_user(access: Access) -> None:
    """Nor without a file of replies."""
    task = about(*ANIMALS)
    ran(task, POINTWISE, access)
    for net in (
        left(task, POINTWISE, access, fresh=True),
        left(task, POINTWISE, access, repeat=1),
        left(task, POINTWISE, replace(access, user="ben")),
        AtHand(task, Replies(access)).ranking(parse(POINTWISE).strategy),
    ):
        assert (net.plan.calls, net.cached) == ((7, 7), 0)
    ran(task, POINTWISE, access, repeat=1)
    assert left(task, POINTWISE, access, repeat=1).cached == 7


def test_reasons_are_those_of_the_documents_on_top(access: Access) -> None:
    """Their price before the run is the plan's; after it they are at hand as far as they were written."""
    task, words = about(*ANIMALS), f"setwise {MODEL}"
    assert left(task, words, access, top=3).plan == plan_reasons(task, parse(words).strategy, 3)
    ran(task, words, access)
    assert left(task, words, access, top=3).plan.calls == (3, 3)
    ran(task, words, access, explain=2)
    net = left(task, words, access, top=3)
    assert (net.plan.calls, net.cached) == ((1, 1), 2)


@pytest.mark.parametrize(
    "words",
    [
        (POINTWISE, POINTWISE),
        (POINTWISE, f"listwise {MODEL}", f"fusion lanes=({POINTWISE}),(listwise {MODEL} shuffles=2)"),
        (f"pairwise {MODEL} sort=allpair", f"pairwise {MODEL} sort=allpair top_k=2", POINTWISE),
        (POINTWISE, f"listwise {MODEL}"),
    ],
)
def test_lanes_that_ask_the_same_add_up_to_what_a_run_asks(
    provider: Provider, access: Access, words: tuple[str, ...]
) -> None:
    """Calls and their price; also where some of the questions are at hand."""
    task = about(*ANIMALS[:4])
    nets = [left(task, each, access) for each in words]
    calls = {sum(net.plan.calls[end] for net in apart(task, nets)) for end in (0, 1)}
    rows = LiveRun(task, [parse(each) for each in words], access).join(30).lanes
    assert calls == {sum(row.spent.calls for row in rows)} == {len(provider.journal)}
    more = about(*ANIMALS[:5])
    nets = [left(more, each, access) for each in words]
    calls = {sum(net.plan.calls[end] for net in apart(more, nets)) for end in (0, 1)}
    asked = len(provider.journal)
    LiveRun(more, [parse(each) for each in words], access).join(30)
    assert calls == {len(provider.journal) - asked}


def test_a_lane_that_asks_nothing_of_its_own_costs_nothing_and_waits_all_the_same(access: Access) -> None:
    """Its rounds are those it has alone; the first lane's price is its own."""
    task = about(*ANIMALS)
    net = left(task, POINTWISE, access)
    first, second = apart(task, [net, net])
    assert first == net
    assert (second.plan.calls, second.plan.tokens, second.plan.cost_usd) == ((0, 0), (0, 0), (Decimal(0), Decimal(0)))
    assert second.plan.rounds == net.plan.rounds == (1, 1)
    unpriced = replace(net, plan=replace(net.plan, cost_usd=None))
    assert apart(task, [net, unpriced])[1].plan.cost_usd is None


def test_questions_that_only_some_answers_lead_to_count_in_every_lane(access: Access) -> None:
    """Nobody knows that they are the same: a sort's first comparisons are, and its last may not be."""
    task = about(*ANIMALS)
    net = left(task, f"setwise {MODEL} children=2", access)
    _, second = apart(task, [net, net])
    low, high = second.plan.calls
    assert 0 < len(net.asks) < net.plan.calls[0]
    assert (low, high) == (net.plan.calls[0] - len(net.asks), net.plan.calls[1] - len(net.asks))


def test_no_more_is_played_than_is_needed(access: Access) -> None:
    """One round waits for no answer: it is played once. Of a long sort not all five orders of its input are."""
    assert left(about(*ANIMALS), POINTWISE, access).played == 7
    assert left(about(*ANIMALS), f"pairwise {MODEL} sort=allpair", access).played == 42
    many = about(*(f"animal {number}" for number in range(100)))
    net = left(many, f"pairwise {MODEL} sort=bubble", access)
    assert net.plan.calls[1] < 100 * 99 and 5_000 < net.played < 3 * net.plan.calls[1]


def test_what_waits_for_an_answer_is_played_more_than_once_though_the_round_before_is_at_hand(access: Access) -> None:
    """One round is left, but another answer could lead to a second."""
    task = about(*ANIMALS)
    ran(task, POINTWISE, access)
    net = left(task, f"cascade first=({POINTWISE}) then=(listwise {MODEL}) keep=3", access)
    assert (net.plan.rounds, net.played) == ((1, 1), 2 * (7 + 1))
