"""Runs beside each other: what differs in their settings and prompts, what they came to, how far they agree."""

from __future__ import annotations

from dataclasses import replace

import pytest

from playground.errors import InputError
from playground.events import Answered, Asked, Call
from playground.types import Chat, Document, Judgment, Message, Reply
from playground.view import side_by_side
from playground.view.outcome import Outcome
from tests.view.looking import REFUSED, looked_at

STOOD = {"lane": "one", "runs": "A, B"}


def asked(words: str) -> Answered:
    chat = Chat(messages=(Message(role="user", content=words),), max_tokens=9, expected=9)
    call = Call(
        payload=chat, reply=Reply(content="yes", stop="stop", usage=None, seconds=1.0, model="m"), cost_usd=None
    )
    return Answered(
        lane=0,
        at=0.5,
        phase="rank",
        round=1,
        ask=Asked(form="grade", shown=("a",), model="m"),
        judgment=Judgment(verdict="ranked", order=("a",)),
        calls=(call,),
    )


def settings(a: Outcome, b: Outcome) -> dict[str, tuple[bool, str | None, str | None]]:
    return {row["setting"]: (row["differs"], row["A"], row["B"]) for row in side_by_side.settings({"A": a, "B": b})}


def test_settings_stand_side_by_side_and_say_where_they_differ() -> None:
    """A lane or library that one run lacks is unknown there, and differs."""
    one = looked_at({"one": "abc"}, query="who barks")
    other = looked_at({"one": "abc", "two": "abc"}, query="who purrs")
    other = replace(other, record=replace(other.record, libraries={"torch": "2.0"}))
    found = settings(one, other)
    assert found["query"] == (True, "who barks", "who purrs")
    assert found["documents"] == (False, "3", "3")
    assert found["lane one"] == (False, "bm25", "bm25")
    assert found["lane two"] == (True, None, "bm25")
    assert found["library torch"] == (True, None, "2.0")
    one = replace(one, record=replace(one.record, libraries={"torch": "2.0"}))
    assert list(settings(one, other))[-2:] == ["lane two", "library torch"], "lanes stand together"


def test_only_questions_that_were_worded_differently_are_shown() -> None:
    """As a diff of the first question; a lane that asked nothing in words has none."""
    runs = {
        label: looked_at({"one": "abc", "mute": "abc"}, before=[asked(words)])
        for label, words in (("A", "Judge.\nIs it?"), ("B", "Judge.\nWas it?"), ("C", "Judge.\nIs it?"))
    }
    found = side_by_side.prompts(runs)
    assert [(row["lane"], row["runs"]) for row in found] == [("one", "A, B"), ("one", "B, C")]
    assert "-Is it?\n+Was it?" in found[0]["change"]


def test_results_say_what_each_lane_came_to() -> None:
    """Without grades there is no nDCG, without a ranking no top."""
    graded = looked_at({"one": "bac", "none": REFUSED}, qrels={"a": 1})
    bare = looked_at({"one": "abc"})
    best, failed, ungraded = side_by_side.results({"A": graded, "B": bare})
    assert (best["run"], best["lane"], best["state"], best["nDCG@10"]) == ("A", "one", "complete", 0.631)
    assert best["top 5"] == ["b: Title b", "a: Title a", "c: Title c"]
    assert (failed["state"], failed["nDCG@10"], failed["top 5"]) == ("failed", None, [])
    assert ungraded["nDCG@10"] is None


def test_the_first_documents_are_read_across() -> None:
    """A row a place, a column a run and lane; below the last document, and where a lane has none, nothing."""
    one, other = looked_at({"one": "abc", "none": REFUSED}), looked_at({"one": "ba"}, given="ab")
    first, second, third = side_by_side.tops(side_by_side.results({"A": one, "B": other}))
    assert first == {"place": 1, "A · one": "a: Title a", "A · none": None, "B · one": "b: Title b"}
    assert (second["place"], second["B · one"]) == (2, "a: Title a")
    assert (third["A · one"], third["B · one"]) == ("c: Title c", None)
    assert side_by_side.tops(side_by_side.results({"A": looked_at({"none": REFUSED})})) == []


def test_figures_are_told_as_people_read_them() -> None:
    """As everywhere else in the app; what is unknown is empty, but a price that is unknown for what was asked is not
    nothing."""
    rows = [
        {"differs": True, "nDCG@10": 0.631, "Kendall τ": -0.38, "RBO": 1.0, "US dollars": 0.0021, "wall-clock s": 1.5}
    ]
    assert side_by_side.told(rows) == [
        {
            "differs": "yes",
            "nDCG@10": ".63",
            "Kendall τ": "−.38",
            "RBO": "1.00",
            "US dollars": "$0.0021",
            "wall-clock s": "1.50",
        }
    ]
    assert side_by_side.told([{"differs": False, "A": None, "common documents": 0, "nDCG@10": None}]) == [
        {"differs": "", "A": "", "common documents": "0", "nDCG@10": ""}
    ]
    (row,) = side_by_side.told([{"US dollars": None}])
    assert row["US dollars"] == "unpriced"


def test_a_lane_that_asked_nothing_took_no_time_to_answer() -> None:
    """It was refused before."""
    (row,) = side_by_side.results({"A": looked_at({"none": REFUSED})})
    assert row["wall-clock s"] is None
    (row,) = side_by_side.results({"A": looked_at({"one": "abc"}, before=[asked("Is it?")])})
    assert row["wall-clock s"] == 1.0


def test_a_run_is_told_from_others_of_its_query() -> None:
    """By when it was made, to the second, and its note."""
    record = looked_at({"one": "abc"}).record
    assert side_by_side.heading(record, "") == "2026-01-02 03:04:05 UTC"
    assert side_by_side.heading(record, "old prompt") == "2026-01-02 03:04:05 UTC · old prompt"


def test_lanes_of_one_name_agree_over_the_documents_that_both_runs_have() -> None:
    """The same id with another text is another document; a lane that only one run has is compared with none."""
    one = looked_at({"one": "dabc", "only here": "abcd"}, given="abcd")
    texts = [Document(id=id, content="some text", title=f"Title {id}") for id in "abc"]
    other = looked_at({"one": "cbad"}, given=[*texts, Document(id="d", content="another", title="Title d")])
    assert side_by_side.agreement({"A": one, "B": other}) == [
        {**STOOD, "common documents": 3, "Kendall τ": -1.0, "RBO": pytest.approx(0.843, abs=0.02)}
    ]


def test_an_order_that_is_not_there_agrees_with_nothing() -> None:
    """Unknown, not zero."""
    found = side_by_side.agreement({"A": looked_at({"one": "abc"}), "B": looked_at({"one": REFUSED})})
    assert found == [{**STOOD, "common documents": 3, "Kendall τ": None, "RBO": None}]


def test_lanes_of_one_name_in_a_run_are_told_apart() -> None:
    """The second goes by its number."""
    one = looked_at({"one": "abc", "two": "abc"})
    twice = replace(one.record, lanes=tuple(replace(lane, name="one") for lane in one.record.lanes))
    found = side_by_side.results({"A": Outcome(record=twice, board=twice.board)})
    assert [row["lane"] for row in found] == ["one", "one (2)"]


@pytest.mark.parametrize("count", [0, 1, 5])
def test_two_to_four_runs_can_be_compared(count: int) -> None:
    """Anything else is refused."""
    with pytest.raises(InputError, match=f"{count} runs can't be compared"):
        side_by_side.check(count)
