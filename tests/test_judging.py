"""Which documents people are asked to grade, in what order, and what their grades come to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

import pytest

from playground import judging, runs
from playground.domains import domains
from playground.errors import InputError
from playground.export import qrels_text
from playground.judging import Item, Rater
from playground.lanes import lane, parse
from playground.live import LiveRun
from playground.models import Access
from playground.store import Label
from playground.strategies.pointwise import Pointwise
from playground.testing import Oracle
from playground.types import Document, ModelRef, Task
from playground.view.outcome import Outcome

QUERY = "who barks"


def rated(name: str, **grades: int) -> Rater:
    return Rater(name=name, grades={Item(QUERY, id, "hash"): grade for id, grade in grades.items()})


def label(id: str, grade: int | None, grader: str) -> Label:
    return Label(query=QUERY, document=id, content="hash", grade=grade, grader=grader)


def test_the_pool_is_the_first_of_every_lane_and_of_the_input() -> None:
    """Each once; what no order has among its first ``k`` is left out."""
    assert set(judging.pool(["abcde", "badce", "eabcd"], 2)) == {"a", "b", "e"}
    assert judging.pool(["abc"], 10) == ["a", "b", "c"]


def test_few_grades_go_where_the_orders_differ_most() -> None:
    """c is first here and last there, a moves by one, and b nowhere."""
    orders = ["bacd", "bcad", "bdac"]
    assert judging.pool(orders, 4, most=2) == ["c", "d"]
    assert judging.pool(orders, 4)[-1] == "b"


def test_the_order_shown_depends_on_names_alone() -> None:
    """Neither on the order of the pool, which is the lanes', nor on its size; each grader gets one of their own."""
    items = [Item(QUERY, f"d{number}", "hash") for number in range(30)]
    shown = judging.shuffled(items, "Ann")
    assert sorted(shown) == sorted(items) and shown != items
    assert judging.shuffled(reversed(items), "Ann") == shown
    assert judging.shuffled(items[:10], "Ann") == [each for each in shown if each in items[:10]]
    assert judging.shuffled(items, "Bob") != shown
    elsewhere = judging.shuffled([each._replace(query="who moos") for each in items], "Ann")
    assert [each.document for each in elsewhere] != [each.document for each in shown]


def test_a_label_is_of_the_documents_text_not_of_its_id_alone() -> None:
    """Many documents are called d1."""
    one, other = Document(id="d1", content="cats purr"), Document(id="d1", content="dogs bark")
    assert judging.item(QUERY, one) != judging.item(QUERY, other)
    assert judging.item(QUERY, one) == judging.item(QUERY, Document(id="d1", content="cats purr", metadata={"a": "b"}))


def test_what_was_skipped_is_no_grade() -> None:
    """Who only skipped has graded nothing."""
    found = judging.people([label("a", 2, "Bob"), label("a", None, "Eve"), label("b", None, "Bob")])
    assert found == [rated("Bob", a=2)]


def test_every_two_people_and_every_person_and_lane_are_compared_where_they_met() -> None:
    """Two lanes are not: that is no question of people's grades."""
    people = [rated("Ann", a=0, b=3), rated("Bob", a=0, b=3), rated("Eve", z=1)]
    found = judging.pairs(people, [rated("one", a=3, b=0), rated("two", b=2)])
    assert [(pair.first, pair.second, pair.lane, pair.kappa.n) for pair in found] == [
        ("Ann", "Bob", False, 2),
        ("Ann", "one", True, 2),
        ("Ann", "two", True, 1),
        ("Bob", "one", True, 2),
        ("Bob", "two", True, 1),
    ]
    assert (found[0].kappa.value, found[1].kappa.value) == (1, -1)


def test_the_furthest_apart_are_looked_at_first_and_lanes_among_themselves_never() -> None:
    """Each with everybody's grade."""
    people = [rated("Ann", a=1, b=3, c=2), rated("Bob", b=2)]
    lanes = [rated("one", a=1, b=0, c=2, z=0), rated("two", z=3)]
    (first,) = judging.disputes(people, lanes)
    assert (first.item.document, first.apart) == ("b", 3)
    assert (first.people, first.lanes) == ((("Ann", 3), ("Bob", 2)), (("one", 0),))
    assert [dispute.apart for dispute in judging.disputes([rated("Ann", a=1, b=0), rated("Bob", a=2, b=3)])] == [3, 1]


def test_lanes_far_apart_on_both_sides_of_a_person_differ_from_the_person_only() -> None:
    """0 and 2 around a 1 are one grade apart, not two."""
    (found,) = judging.disputes([rated("Ann", a=1)], [rated("one", a=0), rated("two", a=2)])
    assert found.apart == 1


def test_the_median_of_an_even_number_of_graders_is_a_grade_somebody_gave() -> None:
    """The lower one in the middle."""
    people = [rated("Ann", a=0, b=1), rated("Bob", a=3), rated("Eve", b=3), rated("Zoe", b=2)]
    assert {item.document: grade for item, grade in judging.median(people).items()} == {"a": 0, "b": 2}


def outcome(
    documents: tuple[Document, ...], *, made: str, grades: Mapping[str, float] = MappingProxyType({})
) -> Outcome:
    """A run of BM25 and of a lane that grades."""
    ref = ModelRef("oracle")
    task = Task(query=QUERY, documents=documents, domain=domains()["general"])
    lanes = [parse("bm25"), lane(Pointwise(model=ref), name="graded")]
    live = LiveRun(task, lanes, Access(), given={ref: Oracle(grades)})
    live.join(30)
    record = replace(runs.record(task, lanes, live.events), made=made)
    return Outcome(record=record, board=record.board)


CAT, DOG = Document(id="cat", content="cats purr"), Document(id="dog", content="dogs bark")
NOON = "2026-11-24T12:00:30+00:00"


def test_a_lane_that_wrote_grades_is_a_rater_and_one_that_only_ranked_is_none() -> None:
    """10 of 10 is a 3; BM25's scores are no grades."""
    (found,) = judging.lanes([outcome((CAT, DOG), made=NOON, grades={"dog": 10, "cat": 1})])
    assert found.name == "graded"
    assert found.grades == {judging.item(QUERY, CAT): 0, judging.item(QUERY, DOG): 3}


def test_lanes_of_several_runs_are_told_apart_by_their_run() -> None:
    """Each with its own grades; two runs of one minute are numbered, and a name that one run alone has stays."""
    runs = [
        outcome((CAT, DOG), made=made, grades={"dog": grade})
        for made, grade in ((NOON, 10), (NOON, 0), ("2026-11-25T08:05:00+00:00", 5))
    ]
    found = judging.lanes(runs)
    assert [(rater.name, rater.grades[judging.item(QUERY, DOG)]) for rater in found] == [
        ("graded (run of 2026-11-24 12:00)", 3),
        ("graded (run of 2026-11-24 12:00) 2", 0),
        ("graded (run of 2026-11-25 08:05)", 1),
    ]
    assert judging.lane_names(runs[:1]) == [["bm25", "graded"]]


def test_documents_of_one_id_and_other_text_are_two_in_the_pool_of_two_runs() -> None:
    """And what both runs have is one, whatever its place in the input."""
    other = Document(id="dog", content="dogs whine")
    pooled = judging.pool(judging.orders([outcome((CAT, DOG), made=NOON), outcome((other, CAT), made=NOON)]), 10)
    assert sorted(pooled) == sorted(judging.item(QUERY, each) for each in (CAT, DOG, other))


def test_qrels_come_back_as_they_went_also_with_spaces_in_ids() -> None:
    """Four columns whatever an id holds."""
    grades = {"plain": 3, "with space": 0, "100%": 1, "日本": 2}
    text = qrels_text(grades)
    assert text.splitlines()[1] == "q1 0 with%20space 0"
    assert judging.read_qrels(text, "file") == {"q1": grades}


@pytest.mark.parametrize("line", ["q1 0 d1 4", "q1 0 d1 -1", "q1 0 d1 1.5", "q1 d1 2", "q1 0 d1 2 3"])
def test_a_line_that_is_not_qrels_is_refused_with_its_number(line: str) -> None:
    """Nothing is rounded or left out."""
    with pytest.raises(InputError, match=r"f\.trec, line 2"):
        judging.read_qrels(f"q1 0 d0 3\n{line}\n", "f.trec")


def test_a_document_that_is_graded_twice_is_refused_with_its_line() -> None:
    """Neither line is taken for the one that counts; another query's document of that id is another."""
    assert judging.read_qrels("q1 0 d0 3\nq2 0 d0 1\n", "f.trec") == {"q1": {"d0": 3}, "q2": {"d0": 1}}
    with pytest.raises(InputError, match=r'f\.trec, line 3: the document "d0"'):
        judging.read_qrels("q1 0 d0 3\nq1 0 d1 1\nq1 0 d0 1\n", "f.trec")


def test_a_file_without_grades_is_refused(tmp_path: Path) -> None:
    """Blank lines are none."""
    with pytest.raises(InputError, match="no grades"):
        judging.read_qrels("\n\n", "f.trec")
