"""The comparison as one JSON value: whole in every state a run can be in, and right against every baseline."""

from __future__ import annotations

import json
import math
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from playground.checks import Check, Kind
from playground.comparison import kendall_tau
from playground.metrics import ndcg
from playground.types import Ranked, Ranking
from playground.view.columns import columns
from playground.view.numbers import number
from playground.view.outcome import Outcome
from playground.view.stage import Choice, stage
from tests.view.looking import REFUSED, came_to, looked_at, ranked

MANY = [f"d{at}" for at in range(100)]


def of_ids(ids: list[str]) -> Ranking:
    return Ranking(items=tuple(Ranked(id=id, rank=rank, score=-float(rank)) for rank, id in enumerate(ids, 1)))


STATES = {
    "nothing answered yet": looked_at({"one": None, "two": None}),
    "still going on": looked_at({"one": None, "two": "cab"}, provisional=(ranked("bAC"), None)),
    "done and graded": looked_at({"one": "bca", "two": "cab"}, qrels={"a": 1, "c": 3}),
    "a lane failed": looked_at({"one": REFUSED, "two": "cab"}, qrels={"b": 2}),
    "every lane failed": looked_at({"one": REFUSED, "two": REFUSED}, qrels={"b": 2}),
    "nothing was judged": looked_at({"one": "ABC"}, qrels={"b": 2}, halted="stopped"),
    "all grades are 0": looked_at({"one": "cba"}, qrels={"a": 0, "b": 0}),
    "one document": looked_at({"one": "a", "two": "A"}, given="a", qrels={"a": 3}),
    "a hundred documents": looked_at(
        {name: of_ids(MANY[at:] + MANY[:at]) for at, name in enumerate("abcdef")},
        given=[replace(looked_at({}, given="x").documents["x"], id=id) for id in MANY],
        qrels={"d7": 3, "d50": 1},
    ),
}


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("everything", [False, True])
def test_every_state_of_a_run_can_be_drawn(state: str, everything: bool) -> None:
    """It is JSON as browsers read it, without NaN; a column holds every document once or says why it holds none; the
    selected document's details are there, and those of all where they are wanted."""
    outcome = STATES[state]
    found = json.loads(json.dumps(stage(outcome, Choice(), everything=everything), allow_nan=False))
    for at, column in enumerate(found["columns"]):
        ids = [item["id"] for item in column["items"]]
        assert sorted(ids) == sorted(outcome.given) or (not ids and "error" in column)
        assert column["name"] == outcome.name(at)
    assert len(found["bases"]) == len(found["columns"])
    assert list(found["details"]) == (list(outcome.given) if everything else [found["choice"]["selected"]])
    assert found["bases"][found["choice"]["baseline"]] is not None


@pytest.mark.parametrize("state", STATES)
def test_whoever_is_the_baseline_everything_is_said_against_it(state: str) -> None:
    """Each column that ranks anything can be one; tau is Kendall's, and what the documents gain sums to the difference
    of nDCG@10. A column that ranks nothing is no baseline and has no figures."""
    outcome = STATES[state]
    bases = stage(outcome, Choice())["bases"]
    for base, before in zip(bases, outcome.orders, strict=True):
        assert (base is None) == (before is None)
        for against, order in zip(base["columns"] if base else (), outcome.orders, strict=base is not None):
            assert (against is None) == (order is None)
            if against is None or order is None or before is None:
                continue
            tau = kendall_tau(order, before)
            assert against["tau"] == (None if tau is None else number(tau))
            more = ndcg(order, outcome.qrels, 10) - ndcg(before, outcome.qrels, 10)
            assert math.isclose(sum(against["gains"].values()), more, abs_tol=0.00005 * len(order))


def test_the_ideal_order_stands_last_where_there_are_grades_to_make_it_of() -> None:
    """Without grades, or where nothing is relevant, any order is ideal: there is none, and no metric to choose."""
    judged = stage(looked_at({"one": "bca"}, qrels={"c": 3, "b": 1}), Choice())
    assert [column["name"] for column in judged["columns"]] == ["Input", "one", "Ideal"]
    assert [item["id"] for item in judged["columns"][-1]["items"]] == ["c", "b", "a"]
    assert judged["metrics"]
    for qrels in ({}, {"a": 0}):
        unjudged = stage(looked_at({"one": "bca"}, qrels=qrels), Choice())
        assert [column["name"] for column in unjudged["columns"]] == ["Input", "one"]
        assert not unjudged["metrics"]
        assert not any(against["gains"] for base in unjudged["bases"] for against in base["columns"])


@pytest.mark.parametrize("baseline", [2, 4, 99, -1])
def test_what_can_not_be_shown_falls_back(baseline: int) -> None:
    """A baseline that failed or isn't there is the input; a document that isn't there is the one that would be selected
    anyway: of those near a lane's top the one that rose most. So with a metric."""
    outcome = looked_at({"one": "cab", "bad": REFUSED}, qrels={"a": 1})
    found = stage(outcome, Choice(selected="gone", baseline=baseline, metric="fame"))["choice"]
    assert found["baseline"] == 0
    assert found["selected"] == stage(outcome, Choice())["choice"]["selected"] == "c"
    assert found["metric"] == "nDCG@10"


def test_a_choice_that_can_be_shown_is_kept() -> None:
    """All of it, whatever the run has to say."""
    made = Choice(selected="b", baseline=1, view="matrix", metric="RR", k=5, gains=True, movers=True, hidden=(0, 2))
    assert Choice(**stage(looked_at({"one": "cab", "two": "abc"}), made)["choice"]) == made


def test_before_its_end_a_lane_says_that_it_is_provisional() -> None:
    """Documents that nobody has judged are waiting, not failed; there is no metric and no baseline in it. Once it has
    ended they have failed."""
    now = stage(looked_at({"one": None}, qrels={"a": 1}, provisional=(ranked("bAC"),)), Choice())
    column = now["columns"][1]
    assert column["provisional"] and column["metrics"] == {} and now["bases"][1] is None
    assert [item["state"] for item in column["items"]] == ["", "waiting", "waiting"]
    after = stage(looked_at({"one": "bAC"}, qrels={"a": 1}), Choice())
    column = after["columns"][1]
    assert not column["provisional"] and column["metrics"]["RR"] == ".50"
    assert [item["state"] for item in column["items"]] == ["", "failed", "failed"]


def test_a_failed_lane_says_why_and_what_to_do() -> None:
    """In its own column."""
    assert columns(looked_at({"bad": REFUSED}))[1]["error"] == "No key. Type one."


def test_the_worst_that_happened_to_a_document_is_drawn() -> None:
    """Failed before cut, cut before repaired, repaired before tied."""
    ways = {"a": ("judged", "tied"), "b": ("repaired", "tied"), "c": ("repaired", "cut"), "d": ("cut", "failed")}
    items = tuple(Ranked(id=id, rank=rank, provenance=how) for rank, (id, how) in enumerate(ways.items(), 1))
    column = columns(looked_at({"one": Ranking(items=items)}, given="abcd"))[1]
    assert [item["state"] for item in column["items"]] == ["tied", "repaired", "cut", "failed"]


def test_bars_compare_scores_within_a_stage_only() -> None:
    """From the least, 0, to the greatest, 1, of the stage that decided; a score alone is its own greatest. No score, no
    bar."""
    scores = {"a": ("2", 0.5), "b": ("2", 0.0), "c": ("1", 12.0), "d": ("1", 9.0), "e": ("1", 6.0), "f": ("0", -1.0)}
    items = [
        Ranked(id=id, rank=rank, stage=of, score=score) for rank, (id, (of, score)) in enumerate(scores.items(), 1)
    ]
    found = columns(looked_at({"one": Ranking(items=(*items, Ranked(id="g", rank=7)))}, given="abcdefg"))[1]
    assert [item["share"] for item in found["items"]] == [1, 0, 1, 0.5, 0, 1, None]


@settings(deadline=None)
@given(st.lists(st.floats(-1e300, 1e300), min_size=1, max_size=5))
def test_bars_stay_within_the_cell(scores: list[float]) -> None:
    """Whatever finite numbers a server calls scores."""
    ids = "abcde"[: len(scores)]
    items = tuple(
        Ranked(id=id, rank=rank, score=score)
        for rank, (id, score) in enumerate(zip(ids, sorted(scores, reverse=True), strict=True), 1)
    )
    column = columns(looked_at({"one": Ranking(items=items)}, given=ids))[1]
    assert all(0 <= item["share"] <= 1 for item in column["items"])


def again(kind: Kind, number: int, order: str) -> Check:
    return Check(kind=kind, number=number, order=("a", "b", "c"), events=tuple(came_to(0, order)))


def test_bands_span_the_ranks_over_the_run_and_its_repeats() -> None:
    """None before a repeat; a reordered input is none."""

    def bands(outcome: Outcome) -> dict[str, list[int] | None]:
        return {item["id"]: item["band"] for item in columns(outcome)[1]["items"]}

    reordered = looked_at({"one": "abc"}, checks=(again("reversed", 1, "cba"), again("shuffled", 1, "bca")))
    assert bands(reordered) == {"a": None, "b": None, "c": None}
    repeated = looked_at({"one": "abc"}, checks=(again("repeat", 1, "bac"), again("repeat", 2, "bca")))
    assert bands(repeated) == {"a": [1, 3], "b": [1, 2], "c": [2, 3]}
