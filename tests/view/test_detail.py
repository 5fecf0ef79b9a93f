"""One document looked at closely: its text with the evidence marked, and every call that showed it to a model."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from playground.events import Answered, Call
from playground.types import Completion, Judgment, Quote, Ranked, Ranking, Repair, Score, Usage, unanswered
from playground.view.detail import CALLS, detail, mark, pieces
from playground.view.terms import terms
from tests.view.looking import answered, call, looked_at, ranked, titled

TEXT = "Whales sleep. They doze at sea."
QUOTES = st.tuples(st.sampled_from("ABC"), st.integers(0, 40), st.integers(0, 40)).map(
    lambda found: (found[0], Quote(text="q", start=min(found[1:]), end=max(found[1:])))
)


def calls(*events: Answered, id: str = "a", given: Any = "abc") -> list[dict[str, Any]]:
    """What is shown of the calls of a lane that ranks these documents."""
    outcome = looked_at({"one": ranked("abc")}, given=given, before=events)
    found: list[dict[str, Any]] = detail(outcome, id)["lanes"][0]["calls"]
    return found


# The text


@settings(deadline=None)  # the first loads a stemmer
@given(st.text(max_size=40), st.lists(QUOTES, max_size=6), st.text(max_size=10))
def test_joined_the_pieces_are_the_text(text: str, quotes: list[tuple[str, Quote]], query: str) -> None:
    """However quotes overlap, run into words or end beyond it: every character once and in order, marked with exactly
    the lanes whose quotes cover it, and as a query's word where it is part of one."""
    words = terms(query, text)
    found = pieces(text, quotes, words)
    assert "".join(piece["text"] for piece in found) == text
    at = 0
    for piece in found:
        for place in range(at, at + len(piece["text"])):
            covering = {letter for letter, quote in quotes if (quote.start or 0) <= place < (quote.end or 0)}
            assert piece["marks"] == sorted(covering)
            assert piece["term"] == any(low <= place < high for low, high in words)
        at += len(piece["text"])


def test_a_long_text_full_of_the_query_is_cut_at_once() -> None:
    """A piece a word and one a gap: no look at all words for each. (The longest document that is taken.)"""
    text = "cat " * 12_500
    found = pieces(text, [("A", Quote(text=text, start=0, end=len(text)))], terms("cat", text))
    assert len(found) == 25_000 and all(piece["marks"] == ["A"] for piece in found)
    assert [piece["term"] for piece in found[:2]] == [True, False]


@pytest.mark.parametrize(
    ("query", "text", "marked"),
    [
        ("Do whales sleep?", "A WHALE sleeps; whaling is no sleeping.", ["WHALE", "sleeps", "whaling", "sleeping"]),
        ("is it the law of the land", "It is the law.", ["law"]),
        ("é a 7", "Crème é 7 a", []),
        ("section 93-2", "Section 93(2), section93", ["Section", "93"]),
        ("", "anything", []),
    ],
)
def test_words_of_the_query_are_known_by_their_stem_and_stop_words_are_not_marked(
    query: str, text: str, marked: list[str]
) -> None:
    """In any case and form; single characters and words of grammar would light up everywhere."""
    assert [text[low:high] for low, high in terms(query, text)] == marked


def test_a_quote_carries_the_letter_of_its_lane_and_one_that_is_not_there_marks_nothing() -> None:
    """The letters are those beside the lanes' reasons, the same for a lane whatever the others came to."""
    quotes = {"one": (0, 12), "two": (7, 18), "three": None}
    lanes = {
        name: Ranking(items=(Ranked(id="a", rank=1, quote=Quote(text="q", start=at and at[0], end=at and at[1])),))
        for name, at in quotes.items()
    }
    found = detail(looked_at({"mute": None, **lanes}, given=[titled("a", TEXT)], query="x"), "a")
    assert [lane["mark"] for lane in found["lanes"]] == ["B", "C", "D"] == [mark(at) for at in (1, 2, 3)]
    assert {piece["text"]: piece["marks"] for piece in found["text"]} == {
        "Whales ": ["B"],
        "sleep": ["B", "C"],
        ". They": ["C"],
        " doze at sea.": [],
    }
    assert [lane["found"] for lane in found["lanes"]] == [True, True, False]
    assert "not found" in found["lanes"][2]["checked"]


def test_how_much_was_read_is_never_more_than_there_is() -> None:
    """None where it isn't known."""
    items = [
        Ranked(id=id, rank=rank, seen=seen) for rank, (id, seen) in enumerate([("a", 4), ("b", 99), ("c", None)], 1)
    ]
    outcome = looked_at({"one": Ranking(items=tuple(items))}, given=[titled(id, "ten of it.") for id in "abc"])
    seen = {id: detail(outcome, id)["lanes"][0]["seen"] for id in "abc"}
    assert seen == {"a": [4, 10], "b": [10, 10], "c": None}
    assert "read 4 of 10 characters" in detail(outcome, "a")["lanes"][0]["note"]


def test_a_lane_without_a_ranking_has_no_word_on_a_document_and_a_failed_one_no_rank() -> None:
    """What went wrong stands where the reason would."""
    found = detail(looked_at({"waiting": None, "half": "baC"}), "c")["lanes"]
    assert [(lane["name"], lane["place"], lane["none"]) for lane in found] == [
        ("half", "not ranked", "nobody answered")
    ]


# The calls


def test_only_calls_that_showed_the_document_are_shown() -> None:
    """Of this lane, in the order they were settled, with the round and what was asked; those for reasons say so."""
    before = [
        answered(call(content="first"), form="order", shown="ab"),
        answered(call(content="other"), shown="bc"),
        answered(call(content="another lane's"), lane=1),
        answered(call(content="second"), round=2),
        answered(call(content="why"), phase="explain", form="explain"),
    ]
    found, _ = detail(looked_at({"one": "abc", "two": "abc"}, before=before), "a")["lanes"]
    assert [(each["what"], each["reply"]) for each in found["calls"]] == [
        ("order, round 1", "first"),
        ("grade, round 2", "second"),
        ("after the ranking, explain, round 1", "why"),
    ]


def test_of_a_scored_batch_only_the_documents_own_part_is_shown() -> None:
    """Its text, and its number to the last digit or that there is none. A batch that was sent for the others, this
    document being known already, is none of its calls."""
    bodies = {id: f"Title {id}\nsome text {id}" for id in "abc"}
    given = [titled(id, f"some text {id}") for id in "abc"]
    both = Score(query="what is it", texts=(bodies["a"], bodies["b"]))
    rest = Score(query="what is it", texts=(bodies["c"],))
    event = answered(call(both, (0.1 + 0.2, None), cached=True), call(rest, (7.0,)), form="score", shown="abc")
    found = {id: calls(event, id=id, given=given) for id in "abc"}
    assert [[each["reply"] for each in found[id]] for id in "abc"] == [["0.30000000000000004"], ["no number"], ["7.0"]]
    assert [found[id][0]["prompt"] for id in "abc"] == [
        f"query:\nwhat is it\n\ntext {at}:\n{bodies[id]}"
        for id, at in (("a", "1 of 2"), ("b", "2 of 2"), ("c", "1 of 1"))
    ]


def test_prompts_are_shown_as_they_were_sent() -> None:
    """Every message of a chat under its role; the plain text of a completion."""
    chat, completion = calls(answered(call()), answered(call(Completion(prompt="Once upon", max_tokens=3), "a time")))
    assert (chat["prompt"], chat["reply"]) == ("system:\nJudge.\n\nuser:\nIs it?", "yes")
    assert (completion["prompt"], completion["reply"]) == ("Once upon", "a time")


def test_a_prompt_too_long_to_be_shown_says_how_much_is_missing() -> None:
    """It is cut, and nobody takes it for whole."""
    (found,) = calls(answered(call(Completion(prompt="x" * 9_500, max_tokens=3))))
    assert found["prompt"] == "x" * 8_000 + "\n… and 1,500 characters more"


def test_more_calls_than_are_shown_are_counted() -> None:
    """A retried question is two calls."""
    twice = answered(call(content="mumble"), call(content="clear"))
    outcome = looked_at({"one": "abc"}, before=[twice, *[answered(call())] * (CALLS + 1)])
    lane = detail(outcome, "a")["lanes"][0]
    assert [each["reply"] for each in lane["calls"][:3]] == ["mumble", "clear", "yes"]
    assert (len(lane["calls"]), lane["more"]) == (CALLS, 3)
    assert detail(outcome, "b")["lanes"][0]["calls"] == [] and detail(outcome, "b")["lanes"][0]["more"] == 0


USAGE = Usage(input=1_000, cached=200, cache_write=34, output=56, reasoning=7)


@pytest.mark.parametrize(
    ("made", "took"),
    [
        (
            call(usage=USAGE, cost_usd=Decimal("0.0123")),
            "m-1 · 0.25 s · 1,234 tokens in, 56 out · 7 reasoning · $0.0123",
        ),
        (call(usage=None, cost_usd=None), "m-1 · 0.25 s · tokens not told · unpriced"),
        (call(), "m-1 · 0.25 s · $0"),
        (
            call(usage=Usage(input=5, output=1), cached=True, cost_usd=Decimal(0)),
            "m-1 · 0.25 s when measured · 5 tokens in, 1 out · cached, nothing was asked",
        ),
        (call(attempts=3, stop="length"), "m-1 · 0.25 s · $0 · 3 attempts · ended by length"),
    ],
    ids=["priced", "unknown", "free", "cached", "troubled"],
)
def test_a_call_says_who_answered_and_what_it_took(made: Call, took: str) -> None:
    """What isn't known is said to be unknown, and a cached call is never passed off as one made now."""
    (found,) = calls(answered(made))
    assert found["took"] == took


def test_repairs_and_missing_answers_are_shown() -> None:
    """What had to be mended stands beside its call; a question that nobody answered is there with the reason."""
    mended = Judgment(verdict="ranked", repairs=(Repair(kind="duplicate"), Repair(kind="missing", count=2)))
    first, second = calls(answered(call(), judgment=mended), answered(judgment=unanswered("the run was stopped")))
    assert first["repairs"] == "1 place duplicate, 2 places missing"
    assert (second["reply"], second["prompt"], second["took"]) == ("the run was stopped", "", "")
