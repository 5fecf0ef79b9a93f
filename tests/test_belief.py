"""Whether a lane can be believed: real runs and their checks, by judges whose faults are known."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from statistics import fmean
from typing import Any

import pytest

from playground.belief import Belief, Slot, beliefs
from playground.checks import Check, Kind, given
from playground.comparison import kendall_tau
from playground.events import Answered
from playground.facade import task_of
from playground.forms.duel import decided
from playground.lanes import Lane, parse
from playground.live import LiveRun, blank
from playground.models import Access
from playground.testing import NoisyOracle, Oracle, Scripted
from playground.types import Ask, DocId, Judge, Judgment, Model, ModelRef, Task, unanswered

MODEL, SCORER = ModelRef.parse("openai:test"), ModelRef("bm25")
IDS = ("d1", "d2", "d3", "d4", "d5", "d6")
GRADES: Mapping[DocId, float] = {"d1": 2, "d2": 5, "d3": 1, "d4": 6, "d5": 3, "d6": 4}
TASK, _ = task_of("q", [{"id": id, "content": f"text {id}"} for id in IDS])
LISTWISE = "listwise window=all model=openai:test"
ORACLE = Oracle(GRADES)
LOST = "nobody is there"


class FirstShown:
    """Calls the document that it is shown first the best, and so on in the order shown."""

    async def answer(self, task: Task, ask: Ask) -> Judgment:
        if ask.form.kind == "duel":
            return decided(ask.shown, 1)
        return Judgment(verdict="ranked", order=tuple(document.id for document in ask.shown))


@dataclass(frozen=True)
class Silent:
    """An oracle that has no answer where one of these documents is shown."""

    about: frozenset[DocId]

    async def answer(self, task: Task, ask: Ask) -> Judgment:
        if self.about & {document.id for document in ask.shown}:
            return unanswered(LOST)
        return ORACLE.judge(ask)


NOBODY = Silent(frozenset(IDS))


def ran(task: Task, lanes: Sequence[Lane], judge: Judge | Model, **more: Any) -> LiveRun:
    live = LiveRun(task, lanes, Access(), given={MODEL: judge, SCORER: judge}, **more)
    live.join(10)
    assert not live.running
    return live


def check(lanes: Sequence[Lane], kind: Kind, number: int, judge: Judge | Model) -> Check:
    task = given(TASK, kind, number)
    order = tuple(document.id for document in task.documents)
    return Check(kind=kind, number=number, order=order, events=tuple(ran(task, lanes, judge).events))


def believed(
    words: str | Sequence[str], judge: Judge | Model, *checks: tuple[Kind, int, Judge | Model], **more: Any
) -> tuple[Belief, ...]:
    """Beliefs about these lanes after a run by ``judge`` and after checks, each by a judge of its own."""
    lanes = [parse(entry) for entry in ([words] if isinstance(words, str) else words)]
    live = ran(TASK, lanes, judge, **more)
    made = [check(lanes, *entry) for entry in checks]
    return beliefs(live.board, live.events, [(each, each.board(blank(lanes))) for each in made])


def test_a_judge_that_prefers_the_first_shown_is_found_out() -> None:
    """The reversed input comes back reversed, and the first slot wins every question of the run and of its checks."""
    judge = FirstShown()
    (found,) = believed(LISTWISE, judge, ("reversed", 1, judge), ("shuffled", 1, judge), ("shuffled", 2, judge))
    shuffles = [[document.id for document in given(TASK, "shuffled", number).documents] for number in (1, 2)]
    assert found.tau_reversed == -1
    assert found.tau_shuffled == pytest.approx(fmean(kendall_tau(IDS, each) or 0 for each in shuffles))
    assert found.first_slot == Slot(wins=4, questions=4, chance=pytest.approx(1 / 6))


def test_a_judge_that_minds_the_documents_only_gives_the_same_order_again() -> None:
    """Whatever the input's order; the first slot wins where the best document stands in it."""
    (found,) = believed(LISTWISE, ORACLE, ("reversed", 1, ORACLE), ("shuffled", 1, ORACLE))
    assert (found.tau_reversed, found.tau_shuffled) == (1, 1)
    assert found.first_slot is not None and (found.first_slot.wins, found.first_slot.questions) == (0, 3)


@pytest.mark.parametrize(
    ("words", "questions", "chance"),
    [
        ("pairwise sort=allpair model=openai:test", 30, 1 / 2),  # 6 * 5 duels: every pair both ways round
        ("tournament rounds=1 model=openai:test", 2, (1 / 6 + 1 / 3) / 2),  # six, of whom three go on, then two
        ("setwise children=5 top_k=1 model=openai:test", 1, 1 / 6),  # a heap whose top has five children
    ],
)
def test_every_form_that_shows_documents_together_counts(words: str, questions: int, chance: float) -> None:
    """Orders, duels and picks; chance is a half between two and less among more."""
    (found,) = believed(words, FirstShown())
    assert found.first_slot == Slot(wins=questions, questions=questions, chance=pytest.approx(chance))


def test_questions_about_texts_by_themselves_have_no_first_slot() -> None:
    """A scorer's batch and a grade don't count, nor an answer that names nobody, nor explanations."""
    for words, explain in (("bm25", 0), ("pointwise model=openai:test", 2)):
        (found,) = believed(words, ORACLE, ("reversed", 1, ORACLE), explain=explain)
        assert (found.first_slot, found.tau_reversed) == (None, 1)
    (found,) = believed(LISTWISE, Scripted(["none"]))
    assert found.first_slot is None
    (found,) = believed("fusion lanes=bm25,(listwise window=all model=openai:test)", FirstShown())
    assert found.first_slot is not None and found.first_slot.questions == 1


def test_one_document_alone_or_a_question_after_the_ranking_is_no_contest() -> None:
    """Whoever is shown alone comes first anyway; only what made the ranking counts."""
    lanes = [parse(LISTWISE)]
    live = ran(TASK, lanes, ORACLE)
    (asked,) = [event for event in live.events if isinstance(event, Answered)]
    alone = replace(asked, ask=replace(asked.ask, shown=asked.judgment.order[:1]))
    (found,) = beliefs(live.board, [alone, replace(asked, phase="explain")], [])
    assert found.first_slot is None


def test_repeats_give_each_document_a_range_of_ranks() -> None:
    """Over the run and its repeats, and their mean width; other checks have no part in it."""
    judges = [NoisyOracle(GRADES, error=0.4, seed=seed) for seed in range(3)]
    (found,) = believed(
        LISTWISE, judges[0], ("repeat", 1, judges[1]), ("repeat", 2, judges[2]), ("reversed", 1, FirstShown())
    )
    orders = [ran(TASK, [parse(LISTWISE)], judge).board.lanes[0].ranking for judge in judges]
    ranks = {id: [order.ids.index(id) + 1 for order in orders if order is not None] for id in IDS}
    assert found.runs == 3
    assert found.intervals == {id: (min(each), max(each)) for id, each in ranks.items()}
    assert found.swing == pytest.approx(fmean(max(each) - min(each) for each in ranks.values()))
    assert found.swing > 0
    # The first slot of the repeats would be the run's once more.
    assert found.first_slot is not None and found.first_slot.questions == 2


def test_without_checks_nothing_is_known_about_order_or_chance() -> None:
    """Unknown, not perfect."""
    (found,) = believed(LISTWISE, ORACLE)
    assert (found.tau_reversed, found.tau_shuffled, found.intervals, found.runs, found.swing) == (
        None,
        None,
        {},
        1,
        None,
    )


def test_a_check_that_came_to_nothing_is_left_out() -> None:
    """The latest reversed one that says anything counts; a silent repeat is no repeat."""
    (found,) = believed(
        LISTWISE,
        ORACLE,
        ("reversed", 1, FirstShown()),
        ("reversed", 2, ORACLE),
        ("reversed", 3, NOBODY),
        ("shuffled", 1, NOBODY),
        ("repeat", 1, NOBODY),
    )
    assert found.tau_reversed == 1
    assert (found.tau_shuffled, found.intervals, found.runs) == (None, {}, 1)
    assert found.first_slot is not None and found.first_slot.questions == 3


def test_a_check_that_is_still_running_is_left_out() -> None:
    """Its lane has no ranking yet."""
    lanes = [parse(LISTWISE)]
    live = ran(TASK, lanes, ORACLE)
    whole = check(lanes, "reversed", 1, FirstShown())
    begun = Check(kind="reversed", number=1, order=whole.order, events=whole.events[:2])
    (found,) = beliefs(live.board, live.events, [(begun, begun.board(blank(lanes)))])
    assert found.tau_reversed is None
    assert found.first_slot is not None and found.first_slot.questions == 1


def test_documents_that_failed_have_no_rank_to_compare() -> None:
    """They stand in input order, which a reversed input turns round; one that was judged once has no range."""
    words, judge = "pointwise model=openai:test", Silent(frozenset({"d2", "d5"}))
    (found,) = believed(words, judge, ("reversed", 1, judge), ("repeat", 1, Silent(frozenset({"d5", "d6"}))))
    assert found.tau_reversed == 1
    # d4, d6, d1, d3, d2, d5 in the run; d4, d2, d1, d3, d5, d6 in the repeat.
    assert found.intervals == {"d4": (1, 1), "d1": (3, 3), "d3": (4, 4)}
    assert (found.state, found.failed, found.failed_documents) == ("partial", 2, 2)


def test_what_was_mended_and_quoted_is_counted() -> None:
    """Repairs by kind; quotes, and those that stand in their documents."""
    reply = (
        '{"ranking": [{"id": 2, "quote": "text d2", "reason": "r"}, {"id": 2}, {"id": 1, "quote": "elsewhere"}, '
        '{"id": 3}, {"id": 4}, {"id": 5}, {"id": 9}]}'
    )
    (found,) = believed(LISTWISE, Scripted([reply]))
    assert found.repairs == {"duplicate": 1, "out_of_range": 1, "missing": 1}
    assert (found.quotes, found.quotes_found) == (2, 1)
    assert (found.state, found.failed, found.failed_documents) == ("repaired", 0, 0)


def test_duels_tell_circles_and_ties() -> None:
    """Both ways round, who prefers the first shown agrees with nobody: every pair is tied. Others have no duels."""
    biased, perfect = (
        believed("pairwise sort=allpair model=openai:test", judge)[0] for judge in (FirstShown(), ORACLE)
    )
    assert (biased.tie_rate, biased.cycles) == (1, 0)
    assert (perfect.tie_rate, perfect.cycles) == (0, 0)
    (listwise,) = believed(LISTWISE, ORACLE)
    assert (listwise.tie_rate, listwise.cycles) == (None, None)


def test_each_lane_is_believed_for_itself() -> None:
    """Several lanes of one run and its checks; a lane that failed is unknown, and takes no other along."""
    words = [LISTWISE, "bm25", "listwise window=all model=openai:gone"]
    first, second, third = believed(words, FirstShown(), ("reversed", 1, FirstShown()))
    assert first.first_slot is not None and first.first_slot.questions == 2
    assert (first.tau_reversed, second.first_slot) == (-1, None)
    assert (third.state, third.tau_reversed, third.first_slot, third.runs) == ("failed", None, None, 0)
