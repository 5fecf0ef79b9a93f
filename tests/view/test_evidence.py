"""What is said beside a document's place, for what strategies leave in a ranking's details."""

from __future__ import annotations

from typing import Any

import pytest

from playground.board import LaneBoard
from playground.events import Answered, Asked
from playground.types import Document, Earlier, Judgment, Quote, Ranked, Ranking
from playground.view import evidence

TEXT = Document(id="d", content="x" * 900)


def note(wrote: str = "", details: Any = None, **item: Any) -> str:
    """The note on a document of such a lane."""
    entry = Ranked(id="d", rank=2, **item)
    ranking = Ranking(items=(entry,), details=details or {})
    row = LaneBoard(name="a lane", strategy="", model="", words="", ranking=ranking)
    return evidence.notes(row, entry, TEXT, {"d": "Dee", "e": "Eee", "f": "Eff"}, wrote)


@pytest.mark.parametrize(
    ("details", "said"),
    [
        (
            {"duels": {"d": {"wins": 9, "losses": 1, "ties": 1, "beat": "e", "lost_to": "f"}}},
            "Won 9 duels, lost 1, tied 1; beat “Eee”, lost to “Eff”.",
        ),
        ({"duels": {"d": {"wins": 0, "losses": 1, "ties": 0, "beat": None, "lost_to": "f"}}}, "lost to “Eff”."),
        ({"duels": {"d": {"wins": 0, "losses": 0, "ties": 2, "beat": None, "lost_to": None}}}, "lost 0, tied 2."),
        ({"picks": {"d": {"wins": 1, "losses": 2}}}, "Chosen first in 1 question, passed over in 2."),
        ({"label_mass": {"d": 0.97}}, "Label mass .97"),
        ({"intervals": {"d": [1, 3]}, "answered": 5}, "Rank 1 to 3 over 5 answered shuffles."),
        ({"duels": {}, "intervals": {}}, ""),
        ({"picks": {"d": {"wins": 0, "losses": 0}}}, ""),
    ],
)
def test_details_become_words(details: Any, said: str) -> None:
    """Duels, picks, label mass and shuffles; nothing where a document has none."""
    found = note(details=details)
    assert said in found if said else not found


@pytest.mark.parametrize(
    ("item", "said"),
    [
        (
            {"stage": "2. openai:x", "earlier": (Earlier(stage="1. bm25", rank=4),)},
            "Decided in the last stage; before: bm25 rank 4.",
        ),
        (
            {"stage": "fusion", "earlier": (Earlier(stage="bm25", rank=4), Earlier(stage="embedding", rank=1))},
            "Fused from bm25 rank 4, embedding rank 1.",
        ),
        ({"stage": "1. bm25", "provenance": ("judged", "cut")}, "Cut by the first stage"),
        ({"stage": "openai:x", "provenance": ("judged", "cut")}, "Below the places that were sorted."),
        ({"seen": 500}, "The model read 500 of 900 characters."),
    ],
)
def test_the_way_to_a_place_is_told(item: Any, said: str) -> None:
    """Earlier stages, fused lanes, what was cut, and how much was read."""
    assert note(**item).startswith(said)


def test_a_reason_written_afterwards_says_whose_it_is() -> None:
    """A computed one is not the cause of the score; one of the lane's own model came after the ranking."""
    assert note("because").endswith("computed, not the cause of the score.")
    assert "own model after the ranking" in note("explain")


def test_a_near_quote_is_not_passed_off_as_exact() -> None:
    """Three answers to whether a quote stands in its document."""
    found = Quote(text="x", start=0, end=1)
    assert evidence.checked(found) == "✓ quote found in document"
    assert evidence.checked(Quote(text="x", start=0, end=1, exact=False)) == "≈ found, not word for word"
    assert evidence.checked(Quote(text="x")) == "△ quote not found in document"


def asked(form: str) -> list[Answered]:
    """A lane's one question."""
    ask = Asked(form=form, shown=("d",), model="")
    return [Answered(lane=0, at=0.0, phase="rank", round=1, ask=ask, judgment=Judgment(verdict="ranked"))]


def test_a_missing_reason_is_explained() -> None:
    """What went wrong before what was never asked for."""
    entry = Ranked(id="d", rank=1)
    assert "only scores" in evidence.no_reason(entry, asked("score"))
    assert "asked for" in evidence.no_reason(entry, asked("duel"))
    assert evidence.no_reason(Ranked(id="d", rank=1, why="stopped"), asked("score")) == "stopped"
