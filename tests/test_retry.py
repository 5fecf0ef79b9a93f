"""A run is completed: what it was answered is taken from its record, and only the rest is asked."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from playground import checks, runs
from playground.checks import Check
from playground.domains import custom
from playground.errors import InputError
from playground.events import Answered
from playground.facade import compare, retry
from playground.live import LiveRun
from playground.models import Access
from playground.runs import Record
from playground.types import Score
from tests.provider import Answer, Grades, Provider, Say

ANIMALS = ["cats purr", "dogs bark", "cows moo", "owls hoot"]
GRADES = "pointwise model=openai:gpt-4o reasons=false"
PIRATE = custom("a pirate", "gold\nrum")


@pytest.fixture
def provider() -> Iterator[Provider]:
    with Provider() as server:
        server.script(Say(status=400), Answer('{"grade": 9}'), about="cows moo")
        server.script(Grades({"bark": 0.9}), about="rerank-v3.5")
        yield server


def partial(provider: Provider, *words: str, explain: int = 0) -> Record:
    """A run in which one question about the cows was refused, as its file gives it back. Replies are not kept."""
    given = words or (GRADES,)
    done = compare(
        "who moos", ANIMALS, given, domain=PIRATE, qrels={"d3": 3}, explain=explain, access=provider.access()
    )
    assert "partial" in {row.state for row in done.board.lanes}
    return runs.load(runs.dump(done.record))


def asked(provider: Provider, since: int) -> Sequence[str]:
    return [str(seen.body) for seen in provider.journal[since:]]


def test_only_what_is_missing_is_asked_though_no_reply_was_kept(provider: Provider) -> None:
    """Of a chat model's questions the one that failed, of a complete lane's none; task and grades are the run's."""
    made = partial(provider, "cohere:rerank-v3.5", GRADES)
    before = len(provider.journal)
    done = retry(made, access=provider.access())
    (question,) = asked(provider, before)
    assert "cows moo" in question and "a pirate" in question
    assert [row.state for row in done.board.lanes] == ["complete", "complete"]
    assert done.results[1].ids[0] == "d3"
    assert [(row.spent.calls, row.spent.cached) for row in done.board.lanes] == [(0, 1), (1, 3)]
    assert (done.record.task, done.record.qrels, done.record.lanes) == (made.task, made.qrels, made.lanes)
    again = retry(done.record, access=provider.access())
    assert len(asked(provider, before)) == 1 and again.results[1].ids == done.results[1].ids


def test_what_a_record_holds_is_not_kept_for_other_runs(provider: Provider, tmp_path: Path) -> None:
    """Anybody may have written it: only what was asked now goes among the replies."""
    made = partial(provider)
    access = replace(provider.access(), replies=tmp_path / "replies.sqlite")
    retry(made, access=access)
    before = len(provider.journal)
    compare("who moos", ANIMALS, [GRADES], domain=PIRATE, access=access)
    assert sorted(animal for animal in ANIMALS for each in asked(provider, before) if animal in each) == [
        "cats purr",
        "dogs bark",
        "owls hoot",
    ]


def test_a_reply_that_does_not_fit_its_question_is_no_reply(provider: Provider) -> None:
    """A record changed by hand: numbers where a text was wanted, and fewer of them than texts; of a model without its
    name, which nothing can be asked of."""
    made = partial(provider)
    first = next(event for event in made.events if isinstance(event, Answered) and event.calls)
    (call,) = first.calls
    numbers = replace(call, reply=replace(call.reply, content=(1.0,)))
    scored = replace(numbers, payload=Score(query="who moos", texts=tuple(ANIMALS)))
    forged = (
        replace(first, calls=(numbers,)),
        replace(first, ask=replace(first.ask, form="score", model="likelihood"), calls=(scored,)),
        replace(first, ask=replace(first.ask, model="openai")),
    )
    events = tuple(each for event in made.events for each in (forged if event is first else (event,)))
    before = len(provider.journal)
    assert retry(replace(made, events=events), access=provider.access()).board.lanes[0].state == "complete"
    assert len(asked(provider, before)) == 2


def test_a_run_that_cannot_begin_fails_in_every_lane(provider: Provider, caplog: pytest.LogCaptureFixture) -> None:
    """A mistake of ours outside the lanes, made here by what no record can hold: nobody waits for ever."""
    made = partial(provider)
    first = next(event for event in made.events if isinstance(event, Answered) and event.calls)
    broken = replace(first, calls=(replace(first.calls[0], payload=object()),))  # type: ignore[arg-type]
    before = len(provider.journal)
    with caplog.at_level(logging.ERROR):
        board = LiveRun(made.task, runs.built(made.lanes) * 2, provider.access(), before=(broken,)).join(10)
    assert [row.state for row in board.lanes] == ["failed", "failed"] and board.finished is not None
    assert board.lanes[0].error is not None and board.lanes[0].error.hint == "The log says what."
    assert "TypeError" in caplog.text and len(provider.journal) == before


def test_reasons_go_as_far_down_as_they_did(provider: Provider) -> None:
    """For the first two documents, though another comes first now."""
    made = partial(provider, explain=2)
    done = retry(made, access=provider.access())
    explained = [event for event in done.record.events if isinstance(event, Answered) and event.phase == "explain"]
    assert [event.ask.shown for event in explained] == [("d3",), ("d1",)]


def test_checks_are_kept_as_long_as_no_order_changes(provider: Provider) -> None:
    """The cows come first now, so that nothing says any more how they stand on reversed input."""
    check = Check(kind="reversed", number=1, order=("d4", "d3", "d2", "d1"), events=())
    made = replace(partial(provider), checks=(check,))
    task = checks.given(made.task, "reversed", 1)
    assert tuple(document.id for document in task.documents) == check.order
    assert retry(made, access=provider.access()).record.checks == ()
    provider.script(Say(status=400), about="cows moo")
    assert retry(made, access=provider.access()).record.checks == (check,)


def test_a_budget_holds(provider: Provider) -> None:
    """What is at hand costs nothing; what no longer fits stays unanswered."""
    done = retry(partial(provider), access=provider.access(), budget=0.000001)
    assert done.board.lanes[0].state == "partial" and "budget" in done.board.halted
    assert done.board.lanes[0].spent.cached == 3


def test_a_lane_that_cannot_be_built_here_is_named(provider: Provider) -> None:
    """Nothing is asked."""
    made = partial(provider)
    before = len(provider.journal)
    lanes = (replace(made.lanes[0], name="mine", words="sorcery model=local"),)
    with pytest.raises(InputError, match="The lane mine can't be built here: There is no strategy 'sorcery'"):
        retry(replace(made, lanes=lanes), access=Access())
    assert len(provider.journal) == before
