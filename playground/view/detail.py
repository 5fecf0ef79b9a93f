"""All that is known of one document: its text with the evidence marked, every lane's word on it, and the calls that
showed it to a model."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import pairwise
from operator import itemgetter
from typing import Any

from playground.board import LaneBoard
from playground.events import Answered, Call
from playground.forms.relevance import body
from playground.text import straight
from playground.types import Chat, Completion, DocId, Document, Quote, Ranked, Score
from playground.view import evidence
from playground.view.numbers import count, money, number
from playground.view.outcome import Outcome
from playground.view.terms import terms

CALLS = 12
"""Calls a lane and document that are shown; a run record holds all of them."""
_PROMPT = 8_000
"""Characters of a prompt that are shown."""


def detail(outcome: Outcome, id: DocId) -> dict[str, Any]:
    """One document, as JSON."""
    document = outcome.documents[id]
    entries = [
        (lane, row, item)
        for lane, row in enumerate(outcome.board.lanes)
        if row.ranking is not None
        for item in row.ranking.items
        if item.id == id
    ]
    quotes = [(mark(lane), item.quote) for lane, _, item in entries if item.quote is not None]
    return {
        "id": id,
        "title": outcome.titles[id],
        "grade": outcome.qrels.get(id),
        "about": _about(outcome, document),
        "text": pieces(document.content, quotes, terms(outcome.record.task.query, document.content)),
        "lanes": [_lane(outcome, lane, row, item, outcome.written.get((lane, id), "")) for lane, row, item in entries],
    }


def mark(lane: int) -> str:
    """The letter by which a lane's quotes are known in a text."""
    return chr(ord("A") + lane % 26)


def pieces(content: str, quotes: Sequence[tuple[str, Quote]], words: Sequence[tuple[int, int]]) -> list[dict[str, Any]]:
    """The text, cut wherever a highlight begins or ends: ``marks`` name the lanes that quote a piece, ``term`` = it is
    part of one of the ``words``, which stand in order and apart. Joined, the pieces are the text."""
    spans = [(mark, quote.start, quote.end) for mark, quote in quotes if quote.start is not None and quote.end]
    cuts = {0, len(content)}
    for start, end in [*((start, end) for _, start, end in spans), *words]:
        cuts |= {start, end}
    edges = sorted(cuts)
    found = []
    for start, end in pairwise(edges):
        marks = sorted({mark for mark, low, high in spans if low <= start and end <= high})
        found.append({"text": content[start:end], "marks": marks, "term": _within(start, words)})
    return found


def _within(start: int, words: Sequence[tuple[int, int]]) -> bool:
    """Whether a piece that starts here belongs to one of the words."""
    last = bisect_right(words, start, key=itemgetter(0)) - 1
    return last >= 0 and start < words[last][1]


def _about(outcome: Outcome, document: Document) -> str:
    rank = outcome.given.index(document.id) + 1
    parts = [document.id, f"input rank {rank}", count(len(document.content.split()), "word")]
    return straight(" · ".join([*parts, *document.metadata.values()]))


def _lane(outcome: Outcome, lane: int, row: LaneBoard, item: Ranked, wrote: str) -> dict[str, Any]:
    document = outcome.documents[item.id]
    value = item.value
    place = "not ranked" if "failed" in item.provenance else f"rank {item.rank}"
    answers = outcome.answers[lane]
    return {
        "column": lane + 1,
        "mark": mark(lane),
        "name": row.name,
        "model": row.model,
        "place": place if value is None else f"{number(value)} · {place}",
        "reason": item.reason or "",
        "none": evidence.no_reason(item, answers),
        "quote": item.quote.text if item.quote else "",
        "checked": evidence.checked(item.quote) if item.quote else "",
        "found": bool(item.quote_found),
        "note": evidence.notes(row, item, document, outcome.titles, wrote),
        "seen": None if item.seen is None else [min(item.seen, len(document.content)), len(document.content)],
        **_calls(answers, document),
    }


def _calls(answers: Sequence[Answered], document: Document) -> dict[str, Any]:
    shown = [answer for answer in answers if document.id in answer.ask.shown]
    found = [entry for answer in shown for entry in _of(answer, document)]
    return {"calls": found[:CALLS], "more": max(0, len(found) - CALLS)}


def _of(answer: Answered, document: Document) -> Iterator[dict[str, Any]]:
    repairs = ", ".join(f"{count(repair.count, 'place')} {repair.kind}" for repair in answer.judgment.repairs)
    after = "after the ranking, " if answer.phase == "explain" else ""
    what = f"{after}{answer.ask.form}, round {answer.round}"
    if not answer.calls:
        yield {"what": what, "took": "", "prompt": "", "reply": answer.judgment.why, "repairs": repairs}
    for call in answer.calls:
        if isinstance(call.payload, Score) and body(document) not in call.payload.texts:
            continue  # of a batch that was partly known: this document was in the other part
        prompt, reply = _said(call, document)
        yield {"what": what, "took": _took(call), "prompt": prompt, "reply": reply, "repairs": repairs}


def _said(call: Call, document: Document) -> tuple[str, str]:
    """What was asked and answered; of a scored batch only this document's part."""
    reply = call.reply.content
    match call.payload:
        case Chat(messages=messages):
            prompt = "\n\n".join(f"{message.role}:\n{message.content}" for message in messages)
        case Completion(prompt=text):
            prompt = text
        case Score(query=query, texts=texts):
            at = texts.index(body(document))
            prompt = f"query:\n{query}\n\ntext {at + 1} of {len(texts)}:\n{texts[at]}"
            if isinstance(reply, tuple):
                value = reply[at] if at < len(reply) else None
                return _cut(prompt), "no number" if value is None else repr(value)
    return _cut(prompt), reply if isinstance(reply, str) else ""


def _cut(prompt: str) -> str:
    more = len(prompt) - _PROMPT
    return prompt if more <= 0 else f"{prompt[:_PROMPT]}\n… and {more:,} characters more"


def _took(call: Call) -> str:
    usage = call.reply.usage
    parts = [call.reply.model, f"{call.reply.seconds:.2f} s{' when measured' if call.reply.cached else ''}"]
    if usage is None:
        parts.append("tokens not told")
    elif usage.total:
        parts.append(f"{usage.total - usage.output - usage.reasoning:,} tokens in, {usage.output:,} out")
        if usage.reasoning:
            parts.append(f"{usage.reasoning:,} reasoning")
    if call.reply.cached:
        parts.append("cached, nothing was asked")
    else:
        parts.append(money(call.cost_usd))
    if call.attempts > 1:
        parts.append(f"{call.attempts} attempts")
    if call.reply.stop != "end":
        parts.append(f"ended by {call.reply.stop}")
    return " · ".join(parts)
