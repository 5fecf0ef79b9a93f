"""What a lane's own working says of a document, and of its answers as a whole, in words. Plain text."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from playground.board import LaneBoard
from playground.events import Answered, Event
from playground.forms.explain import WRITTEN_BY
from playground.types import DocId, Document, Quote, Ranked
from playground.view.numbers import count, number

Written = Mapping[tuple[int, DocId], str]
"""The form that wrote a document's reason after the ranking, by lane and document."""


def written(events: Sequence[Event]) -> Written:
    """Which reasons came after the ranking."""
    return {
        (event.lane, id): event.ask.form
        for event in tuple(events)  # the run goes on adding
        if isinstance(event, Answered) and event.phase == "explain"
        for id in event.judgment.reasons
    }


def notes(row: LaneBoard, item: Ranked, document: Document, titles: Mapping[DocId, str], wrote: str) -> str:
    """Everything there is to say beside a document's place. ``wrote`` is the form that wrote its reason afterwards."""
    details = row.ranking.details if row.ranking is not None else {}
    found = [
        _duels(details.get("duels", {}).get(item.id), titles),
        _picks(details.get("picks", {}).get(item.id)),
        _swing(details.get("intervals", {}).get(item.id), details.get("answered", 0)),
        _mass(details.get("label_mass", {}).get(item.id)),
        _earlier(item),
        _cut(item),
        _read(item, document),
        _afterwards(wrote),
    ]
    return " ".join(note for note in found if note)


def no_reason(item: Ranked, answers: Sequence[Answered]) -> str:
    """Why a document has no reason. ``answers`` are its lane's."""
    if item.why:
        return item.why
    asked = {answer.ask.form for answer in answers if answer.phase == "rank"}
    return "No reason: this lane only scores." if asked == {"score"} else "No reason was asked for."


def checked(quote: Quote) -> str:
    """Whether a quote stands in its document."""
    if not quote.found:
        return "△ quote not found in document"
    return "✓ quote found in document" if quote.exact else "≈ found, not word for word"


def of_lane(row: LaneBoard) -> Iterable[tuple[str, str]]:
    """What the answers of a pairwise lane come to, as pairs of name and value."""
    details = row.ranking.details if row.ranking is not None else {}
    for key, name in (("tie_rate", "tie rate"), ("first_won", "first shown wins (½: no position bias)")):
        if details.get(key) is not None:
            yield name, number(details[key])
    if "cycles" in details:
        yield "circles of three", str(details["cycles"])


def _duels(found: Mapping[str, Any] | None, titles: Mapping[DocId, str]) -> str:
    if found is None or not found["wins"] + found["losses"] + found["ties"]:
        return ""
    tied = f", tied {found['ties']}" if found["ties"] else ""
    parts = [f"Won {count(found['wins'], 'duel')}, lost {found['losses']}{tied}"]
    named = [f"{verb} “{titles[found[key]]}”" for key, verb in (("beat", "beat"), ("lost_to", "lost to")) if found[key]]
    return "; ".join([*parts, *([", ".join(named)] if named else [])]) + "."


def _picks(found: Mapping[str, Any] | None) -> str:
    if found is None or not found["wins"] + found["losses"]:
        return ""
    return f"Chosen first in {count(found['wins'], 'question')}, passed over in {found['losses']}."


def _swing(found: Sequence[int] | None, answered: int) -> str:
    if found is None:
        return ""
    low, high = found
    ranks = f"Rank {low}" if low == high else f"Rank {low} to {high}"
    return f"{ranks} over {count(answered, 'answered shuffle')}."


def _mass(found: float | None) -> str:
    return "" if found is None else f"Label mass {number(found)}: the probability that fell on the grades asked for."


def _earlier(item: Ranked) -> str:
    """The ranks before a cascade's last stage, or those that a fusion adds up."""
    before = [each for each in item.earlier if each.stage.startswith("1. ")]
    fused = [each for each in item.earlier if not each.stage.startswith("1. ")]
    parts = []
    if fused:
        parts.append("Fused from " + ", ".join(f"{each.stage} rank {each.rank}" for each in fused) + ".")
    if before:
        stages = ", ".join(f"{each.stage.removeprefix('1. ')} rank {each.rank}" for each in before)
        parts.append(f"Decided in the last stage; before: {stages}.")
    return " ".join(parts)


def _cut(item: Ranked) -> str:
    if "cut" not in item.provenance:
        return ""
    if item.stage.startswith("1. "):
        return "Cut by the first stage; it stays in that stage's order."
    return "Below the places that were sorted."


def _read(item: Ranked, document: Document) -> str:
    if item.seen is None or item.seen >= len(document.content):
        return ""
    return f"The model read {item.seen:,} of {len(document.content):,} characters."


def _afterwards(form: str) -> str:
    if not form:
        return ""
    if form == "explain":
        return "Reason asked of the lane's own model after the ranking; it was not told the rank."
    return (
        f"Reason {WRITTEN_BY}; the quote is the sentence closest to the query. Both are computed, not the cause of the "
        "score."
    )
