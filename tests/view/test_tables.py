"""Tables and figures: the same as the drawing says, and nothing made up where something isn't known."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from playground.checks import Check, Kind
from playground.events import Answered, LaneStarted, Plan
from playground.types import Judgment, Quote, Ranked, Ranking, Repair, Usage, unanswered
from playground.view import tables
from playground.view.headlines import Headline, headlines
from playground.view.outcome import Outcome
from playground.view.stage import Choice, stage
from tests.view.looking import REFUSED, answered, call, came_to, looked_at, ranked


def by_title(outcome: Outcome) -> dict[str, Headline]:
    return {found.title.partition(",")[0]: found for found in headlines(outcome)}


def paid(*dollars: str | None, lane: int = 0, **more: Any) -> list[Answered]:
    """Questions of a lane whose calls cost this; None = unpriced."""
    costs = [None if each is None else Decimal(each) for each in dollars]
    return [answered(call(cost_usd=cost, usage=Usage(input=90, output=10), **more), lane=lane) for cost in costs]


def test_the_tables_say_what_the_drawing_says() -> None:
    """Rank, score and what became of each document; metrics of every column that ranks anything; tau to the input."""
    outcome = looked_at({"one": "bca", "bad": REFUSED, "half": "caB"}, qrels={"b": 3, "a": 1})
    drawn = stage(outcome, Choice())
    lanes = {column["name"]: column for column in drawn["columns"]}
    told = tables.all_of(outcome)
    assert [row["lane"] for row in told["Metrics"]] == ["Input", "one", "half", "Ideal"]
    for row in told["Metrics"]:
        assert {name: tables.number(row[name]) for name in lanes[row["lane"]]["metrics"]} == lanes[row["lane"]][
            "metrics"
        ]
    for name in ("one", "half"):
        rows = [row for row in told["Rankings"] if row["lane"] == name]
        items = lanes[name]["items"]
        assert [(row["id"], row["rank"], row["reason"]) for row in rows] == [
            (item["id"], item["rank"], item["reason"]) for item in items
        ]
        assert [row["provenance"] == "failed" for row in rows] == [item["state"] == "failed" for item in items]
    assert [row["lane"] for row in told["Can we believe it"]] == ["one", "bad", "half"]
    assert [row["τ to the input"] for row in told["Can we believe it"]] == [-0.333, None, -0.333]
    assert drawn["bases"][0]["columns"][1]["tau"] == "−.33"


def test_changes_are_places_against_the_baseline() -> None:
    """Up is positive; against itself a lane changes nothing; a baseline that ranks nothing is the input."""

    outcome = looked_at({"one": "bca", "two": "cab", "bad": REFUSED})

    def changes(baseline: int) -> dict[str, list[int]]:
        rows = tables.rankings(outcome, baseline)
        return {name: [row["change"] for row in rows if row["lane"] == name] for name in ("one", "two")}

    assert changes(0) == changes(3) == {"one": [1, 1, -2], "two": [2, -1, -1]}
    assert changes(1) == {"one": [0, 0, 0], "two": [1, 1, -2]}


def test_without_grades_there_are_no_metrics() -> None:
    """Neither zeros nor an empty table."""
    assert tables.metrics(looked_at({"one": "bca"})) == []


@pytest.mark.parametrize(
    ("order", "qrels", "dollars", "price"),
    [
        ("bac", {"b": 1}, ["0.02", "0.01"], 0.03 / (1 - 0.6309297535714575) / 100),  # from 1 / log2(3) to 1
        ("abc", {"b": 1}, ["0.03"], None),  # nothing gained
        ("acb", {"b": 1}, ["0.03"], None),  # lost
        ("bac", {"b": 1}, ["0.03", None], None),
        ("bac", {"b": 1}, [], None),  # nothing paid: no bargain of 0 dollars
        ("bac", {}, ["0.03"], None),
        ("bac", {"b": 0}, ["0.03"], None),
        ("BAC", {"b": 1}, ["0.03"], None),
        (REFUSED, {"b": 1}, ["0.03"], None),
    ],
    ids=["gained", "same", "lost", "unpriced", "nothing paid", "no grades", "all 0", "nothing judged", "failed"],
)
def test_a_price_a_gain_needs_both(order: Any, qrels: dict[str, int], dollars: list[str | None], price: Any) -> None:
    """US dollars a hundredth of nDCG@10 over the input; unknown where either is, or where there is no gain."""
    outcome = looked_at({"one": order}, qrels=qrels, before=paid(*dollars))
    (row,) = tables.costs(outcome)
    assert row["US dollars a .01 nDCG@10 gained"] == (None if price is None else pytest.approx(price))
    assert row["US dollars"] == (None if None in dollars else pytest.approx(sum(map(float, dollars))))  # type: ignore[arg-type]
    assert ("a .01 nDCG@10 gained" in by_title(outcome)["Cost of this run"].more) == (price is not None)


def test_a_lane_of_unknown_price_is_not_added_as_if_it_were_free() -> None:
    """The sum is of what is known and says what it leaves out; where nothing is known there is no sum."""
    both = by_title(looked_at({"one": "abc", "two": "abc"}, before=[*paid("0.02"), *paid(None, lane=1)]))
    assert both["Cost of this run"].figure == "$0.02" and "1 lane unpriced" in both["Cost of this run"].more
    assert by_title(looked_at({"one": "abc"}, before=paid(None)))["Cost of this run"].figure == "unpriced"


def test_the_cost_stands_beside_what_was_estimated_at_the_most() -> None:
    """Where it was."""
    plan = Plan(calls=(1, 2), rounds=(1, 1), tokens=(1, 2), cost_usd=(Decimal("0.01"), Decimal("0.04")), seconds=None)
    outcome = looked_at({"one": "abc"}, before=[LaneStarted(lane=0, at=0.0, plan=plan), *paid("0.02")])
    assert by_title(outcome)["Cost of this run"].unit == "est. $0.04"
    assert by_title(looked_at({"one": "abc"}))["Cost of this run"].unit == ""


def test_what_the_reasons_cost_is_told_apart() -> None:
    """They come after the ranking: no part of its figure, and not left out."""
    after = answered(call(cost_usd=Decimal("0.005")), phase="explain", form="explain")
    outcome = looked_at({"one": "abc"}, before=paid("0.02"), after=[after])
    found = by_title(outcome)["Cost of this run"]
    assert found.figure == "$0.02" and found.more.endswith("reasons $0.005 more")
    unknown = answered(call(cost_usd=None), phase="explain", form="explain")
    outcome = looked_at({"one": "abc"}, before=paid("0.02"), after=[after, unknown])
    assert by_title(outcome)["Cost of this run"].more.endswith("reasons unpriced")


def test_what_checks_cost_is_told_apart() -> None:
    """They are no part of the run's figure, and not left out; one that asked nothing costs nothing worth a word."""
    for made, said in ((paid("0.03", "0.04"), "checks $0.07 more"), (paid(None), "checks unpriced"), ([], "tokens")):
        check = Check(kind="reversed", number=1, order=("c", "b", "a"), events=(*made, *came_to(0, "abc")))
        found = by_title(looked_at({"one": "abc"}, before=paid("0.02"), checks=(check,)))["Cost of this run"]
        assert found.figure == "$0.02"
        assert found.more.endswith(said)


def test_replayed_seconds_are_never_shown_as_measured() -> None:
    """A lane all of whose replies were at hand has no wall-clock; beside others it is counted as replayed."""
    replayed, measured = paid("0", cached=True, seconds=4.0), paid("0.01", lane=1, seconds=0.5)
    (row,) = tables.costs(looked_at({"old": "abc"}, before=replayed))
    assert (row["wall-clock s"], row["measured s"], row["replayed s"]) == (None, 0, 4)
    alone = by_title(looked_at({"old": "abc"}, before=replayed))["Latency"]
    assert alone.figure == "replayed" and "1 call replayed, not measured" in alone.more
    beside = by_title(looked_at({"old": "abc", "new": "abc"}, before=[*replayed, *measured]))["Latency"]
    assert (beside.figure, beside.unit) == ("1.00 s", "critical path 0.50 s")
    assert beside.more == "new · sum over calls 4.50 s · 1 call replayed, not measured"
    assert by_title(looked_at({"going on": None}))["Latency"].figure == "not yet"


def test_a_lane_that_asked_nothing_has_no_latency() -> None:
    """It was refused before its first question: it is not the slowest, and beside no other nothing was asked."""
    beside = by_title(looked_at({"none": REFUSED, "new": "abc"}, before=paid("0.01", lane=1, seconds=0.5)))["Latency"]
    assert (beside.figure, beside.more) == ("1.00 s", "new · sum over calls 0.50 s")
    alone = by_title(looked_at({"none": REFUSED}))["Latency"]
    assert (alone.title, alone.figure, alone.unit) == ("Latency", "nothing asked", "")


def again(kind: Kind, *orders: str, number: int = 1) -> Check:
    events = [event for lane, order in enumerate(orders) for event in came_to(lane, order)]
    return Check(kind=kind, number=number, order=("a", "b", "c"), events=tuple(events))


def test_position_bias_is_that_of_the_least_alike_lane() -> None:
    """By name, so that nobody takes it for all; and not checked means that nobody knows."""
    before = by_title(looked_at({"one": "abc"}))["Position bias"]
    assert (before.figure, before.unit) == ("not checked", "")
    some = looked_at({"steady": "abc", "swayed": "abc"}, checks=(again("reversed", "abc", "cba"),))
    found = by_title(some)["Position bias"]
    assert (found.figure, found.unit, found.more) == ("τ −1.00", "to reversed input", "least alike: swayed")
    assert [row["τ to reversed input"] for row in tables.trust(some)] == [1, -1]
    none = by_title(looked_at({"steady": "abc"}, checks=(again("reversed", "abc"),)))["Position bias"]
    assert (none.figure, none.more) == ("τ 1.00", "every lane ranks the reversed input as before")
    assert (
        by_title(looked_at({"one": "abc"}, checks=(again("repeat", "cba"),)))["Position bias"].figure == "not checked"
    )


def test_who_was_shown_first_is_held_against_chance() -> None:
    """Wins of the first slot beside what they would be if the place did nothing."""
    order = Judgment(verdict="ranked", order=("a", "b"))
    before = [answered(shown=shown, form="order", judgment=order) for shown in ("ab", "ab", "ab", "ba")]
    outcome = looked_at({"one": "abc"}, before=before)
    assert by_title(outcome)["Position bias"].more.endswith("one: the first shown wins 75%, by chance 50%")
    assert tables.trust(outcome)[0]["first shown wins"] == "3 of 4, by chance .50"


def test_what_had_to_be_mended_what_failed_and_what_is_made_up_is_counted() -> None:
    """Over all lanes, with the swing of the lane that swings most once there are repeats."""
    mended = Judgment(verdict="ranked", repairs=(Repair(kind="missing", count=2),))
    quotes = [Quote(text="it is", start=0, end=5), Quote(text="made up")]
    items = tuple(
        Ranked(id=id, rank=at, quote=quote) for at, (id, quote) in enumerate(zip("ab", quotes, strict=True), 1)
    )
    lanes = {"one": Ranking(items=items), "two": ranked("ab")}
    before = [answered(call(), judgment=mended), answered(judgment=unanswered("no"))]
    found = by_title(looked_at(lanes, given="ab", before=before))["Can we believe it"]
    assert (found.figure, found.unit) == ("2 repaired", "of 2 answers")
    assert found.more == "1 failed · 1 of 2 quotes found · not repeated yet"
    checks = (again("repeat", "ab", "ba"), again("repeat", "ab", "ab", number=2))
    found = by_title(looked_at(lanes, given="ab", before=before, checks=checks))["Can we believe it"]
    assert found.more.endswith("ranks swing by 1.00 over 3 runs at most (two)")


def test_columns_that_say_nothing_are_left_out() -> None:
    """A zero says something; an empty text and an unknown don't."""
    assert tables.columns_of([{"a": None, "b": 0, "c": "", "d": None}, {"a": None, "b": None, "c": "", "d": "x"}]) == [
        "b",
        "d",
    ]
    assert tables.columns_of([]) == []
