"""The sentence above a comparison: every figure in it can be worked out by hand."""

from __future__ import annotations

from playground.view.sentence import sentence, text
from tests.view.looking import REFUSED, looked_at


def test_the_sentence_counts_changes_names_who_rose_and_says_how_alike_the_lanes_are() -> None:
    """Of two documents changed about: RBO is .1 · .9 · 1 + .81 · 1 = .90."""
    outcome = looked_at({"one": "ba", "two": "ab"}, given="ab")
    assert text(sentence(outcome)) == (
        "The top result changed in 1 of 2 lanes. “Title b” rose 1 place with one; 1 reversal among the top 2 with one; "
        "the lanes agree by RBO .90."
    )
    assert [words for words, id in sentence(outcome) if id == "b"] == ["“Title b”"]


def test_reversals_are_of_the_first_five_and_of_the_lane_with_most() -> None:
    """A document that comes from behind them turns none of their pairs round."""
    last = {"from behind": "fabcde"}
    assert text(sentence(looked_at(last, given="abcdef"))) == (
        "The top result changed in 1 of 1 lane. “Title f” rose 5 places with from behind."
    )
    both = text(sentence(looked_at({**last, "turned": "cbadef"}, given="abcdef")))
    assert "“Title f” rose 5 places with from behind; 3 reversals among the top 5 with turned; " in both


def test_against_another_baseline_the_others_are_counted_and_it_is_named() -> None:
    """Neither the input nor the baseline itself is one of the lanes that changed. How alike the lanes are does not
    depend on what they are held against."""
    outcome = looked_at({"one": "bac", "two": "bca", "three": "bac"})
    against_input, against_one = text(sentence(outcome)), text(sentence(outcome, 1))
    assert against_input.startswith("The top result changed in 3 of 3 lanes. “Title b” rose 1 place with one; 2 rev")
    assert against_one.startswith(
        "The top result changed in 0 of 2 lanes against one. “Title c” rose 1 place with two; 1 reversal among"
    )
    assert against_input.partition("the lanes agree")[2] == against_one.partition("the lanes agree")[2] != ""


def test_where_nothing_moved_nothing_is_said_to_have_risen() -> None:
    """Also of a single document, which can't move."""
    assert text(sentence(looked_at({"one": "a"}, given="a"))) == "The top result changed in 0 of 1 lane."
    assert text(sentence(looked_at({"one": "abc", "two": "abc"}))) == (
        "The top result changed in 0 of 2 lanes. The lanes agree by RBO 1.00."
    )


def test_what_did_not_go_well_is_said_behind_the_rest() -> None:
    """A failed lane is not counted among those that changed; one with a failed document is, and is incomplete."""
    outcome = looked_at({"bad": REFUSED, "half": "baC", "whole": "abc"}, halted="over budget")
    said = text(sentence(outcome))
    assert said.startswith("The top result changed in 1 of 2 lanes. ")
    assert said.endswith(
        ". Failed: bad. Incomplete: half. The run was cut short (over budget); what was answered is kept."
    )


def test_no_ranking_is_made_out_of_an_order_that_nobody_judged() -> None:
    """A lane all of whose documents failed stands in the input's order: that changed nothing, and agrees with none."""
    assert text(sentence(looked_at({"bad": REFUSED, "mute": "ABC"}))) == (
        "No lane came to a ranking. Failed: bad. Incomplete: mute."
    )
    assert text(sentence(looked_at({"mute": "ABC", "one": "bac"}))).startswith("The top result changed in 1 of 1 lane.")
