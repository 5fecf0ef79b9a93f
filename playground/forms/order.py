"""Several documents, one order. Reading follows one list of ways, strictest first; see ``_ways``."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from playground.forms import quotes, wording
from playground.forms.replies import (
    NONE,
    NotJson,
    as_json,
    ask_again,
    label,
    listed,
    number,
    plain_digits,
    sentence,
    spoken,
    uncited,
)
from playground.types import Chat, Document, Judgment, Payload, Quote, RepairKind, Reply, Task

_ITEM = r"(?:(?:passage|document|doc|text|result)\s*)?(?:\[\s*-?\d+(?:\.\d+)?\s*\]|-?\d+(?:\.\d+)?)"
_CHAIN = re.compile(rf"(?<![\d.\-\[]){_ITEM}(?:\s*>\s*{_ITEM})+(?P<open>\s*>\s*\[\s*\d+\s*$)?", re.IGNORECASE)
_LABEL = re.compile(r"-?\d+(?:\.\d+)?")
_NUMBERED = re.compile(
    # An ordinal is not the first half of a decimal.
    r"^\s*\d+\s*[.):](?!\d)\s*(?:\*+\s*)?(?:\[\s*(-?\d+(?:\.\d+)?)\s*\].*|(?:(?:passage|document|doc)\s*)?(-?\d+)\s*)$",
    re.IGNORECASE,
)
_COMMAS = re.compile(rf"\s*{_ITEM}(?:\s*,\s*{_ITEM})*\s*(?:[.,]\s*)?", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True)
class Named:
    """One entry of an order as the reply gives it, before it is checked against what was shown."""

    label: object
    grade: object = None
    reason: str = ""
    quote: str = ""


PROMPT = wording.prompt(
    "Put the documents in order of how well they serve the query, best first. Name every document exactly once.",
    "Order all {count} documents, [1] to [{count}].",
)


@dataclass(frozen=True, kw_only=True)
class Order(wording.Prompted):
    """Asks for a JSON order, with a grade, reason and quote a document or ids only; also accepts ``[2] > [1]``."""

    default_prompt = PROMPT
    kind = "order"

    reasons: bool = True
    chars: int = 500

    def word(self, task: Task, shown: tuple[Document, ...]) -> Chat:
        count = len(shown)
        if self.reasons:
            wanted = (
                '{"ranking": [{"id": the label\'s number, "quote": the words of the document, copied exactly, that '
                'decide it ("" if there are none), "reason": one sentence, "score": a number from 0 to 10}, ...]}'
            )
        else:
            wanted = '{"ranking": [the labels\' numbers]}'
        return self.chat(
            task,
            self.labelled(task, shown, wording.numbered(count)),
            answer=f"Answer with JSON only: {wanted}",
            count=count,
            max_tokens=200 + count * (120 if self.reasons else 8),
            expected=10 + count * (65 if self.reasons else 3),
            fields={"ranking": {"type": "array", "items": _entry(self.reasons)}},
        )

    def read(self, reply: Reply, shown: tuple[Document, ...]) -> Judgment:
        answer = spoken(reply)
        repairs = answer.repairs
        text = answer.labelled(len(shown))
        named: list[Named] | None = None
        for way in _ways(len(shown)):
            named = way(text, repairs)
            if named is not None:
                break
        if named is None:
            return Judgment(verdict="unreadable", why="The reply holds no order.", repairs=listed(repairs))
        if not named:
            return Judgment(verdict="none_relevant", repairs=listed(repairs))
        kept = _known(named, len(shown), repairs)
        if not kept:
            return Judgment(verdict="unreadable", why="The reply names none of the documents.", repairs=listed(repairs))
        repairs["missing"] += len(shown) - len(kept)
        return self._judgment(kept, shown, repairs)

    def again(self, payload: Payload, reply: Reply, judgment: Judgment) -> Chat | None:
        if reply.stop == "refusal":
            return None
        if judgment.verdict == "unreadable":
            complaint = "That holds no order I can read."
        elif (missing := _count(judgment, "missing")) > (missing + len(judgment.order)) / 2:
            complaint = f"That leaves out {missing} of the documents."
        else:
            return None
        return ask_again(
            payload, reply, f"{complaint} Answer with the JSON object only, every document named exactly once."
        )

    def _judgment(self, kept: dict[int, Named], shown: tuple[Document, ...], repairs: Counter[RepairKind]) -> Judgment:
        grades: dict[str, float] = {}
        reasons: dict[str, str] = {}
        found: dict[str, Quote] = {}
        for at, entry in kept.items():
            document = shown[at - 1]
            grade = number(entry.grade, out_of=10)
            if grade is not None:
                grades[document.id] = min(max(grade, 0.0), 10.0)
                repairs["clamped"] += grades[document.id] != grade
            if entry.reason:
                reasons[document.id] = entry.reason
            if quote := quotes.check(entry.quote, document, self.chars):
                found[document.id] = quote
        return Judgment(
            verdict="ranked",
            order=tuple(shown[at - 1].id for at in kept),
            grades=grades,
            reasons=reasons,
            quotes=found,
            repairs=listed(repairs),
            seen=self.seen(shown),
        )


def _entry(reasons: bool) -> dict[str, Any]:
    """The schema of one place in the order."""
    if not reasons:
        return {"type": "integer"}
    text = {"type": "string"}
    return wording.strict({"id": {"type": "integer"}, "quote": text, "reason": text, "score": {"type": "number"}})


def _count(judgment: Judgment, kind: RepairKind) -> int:
    return sum(repair.count for repair in judgment.repairs if repair.kind == kind)


_Way = Callable[[str, "Counter[RepairKind]"], "list[Named] | None"]


def _ways(shown: int) -> tuple[_Way, ...]:
    """How an order may be written, strictest first. Each returns None for "not written this way"; [] is "none"."""

    def chain(text: str, repairs: Counter[RepairKind]) -> list[Named] | None:
        return _chain(text, shown, repairs)

    return (_json, chain, _numbered, _commas, _none)


def _json(text: str, repairs: Counter[RepairKind]) -> list[Named] | None:
    """The whole answer is JSON: an object that holds a list, or the list itself; its entries are objects or labels."""
    try:
        value = as_json(text)
    except NotJson:
        return None
    if isinstance(value, dict):
        value = next((value[key] for key in ("ranking", "order", "ids", "results") if key in value), None)
    if not isinstance(value, list):
        return None
    entries = []
    for entry in value:
        if isinstance(entry, dict):
            entries.append(
                Named(
                    label=entry.get("id", entry.get("label")),
                    grade=entry.get("score", entry.get("grade")),
                    reason=sentence(entry.get("reason")),
                    quote=sentence(entry.get("quote")),
                )
            )
        else:
            entries.append(Named(label=entry))
    return entries


def _chain(text: str, shown: int, repairs: Counter[RepairKind]) -> list[Named] | None:
    """The longest run of labels joined by ``>``. Numbers in the prose around it are no votes."""
    text = plain_digits(uncited(text))
    chains = list(_CHAIN.finditer(text))
    if not chains:
        return None
    longest = max(chains, key=lambda match: len(_LABEL.findall(match[0])))
    body = longest[0]
    if longest["open"]:
        repairs["truncated"] = 1
        # With ten or more documents the digits may go on: [1 could be the start of [12].
        if shown >= 10:
            body = body.removesuffix(longest["open"])
    return [Named(label=label) for label in _LABEL.findall(body)]


def _numbered(text: str, repairs: Counter[RepairKind]) -> list[Named] | None:
    """One line a place. The label is what stands in brackets, never the ordinal before it."""
    matches = [found for line in plain_digits(uncited(text)).splitlines() if (found := _NUMBERED.match(line))]
    return [Named(label=found[1] or found[2]) for found in matches] or None


def _commas(text: str, repairs: Counter[RepairKind]) -> list[Named] | None:
    """Labels and commas are the whole answer."""
    text = plain_digits(text)
    return [Named(label=label) for label in _LABEL.findall(text)] if _COMMAS.fullmatch(text) else None


def _none(text: str, repairs: Counter[RepairKind]) -> list[Named] | None:
    return [] if NONE.fullmatch(text.strip()) else None


def _known(named: list[Named], shown: int, repairs: Counter[RepairKind]) -> dict[int, Named]:
    """Entries by their label, first of duplicates, in order; what is no label from 1 to ``shown`` is dropped and
    counted."""
    kept: dict[int, Named] = {}
    for entry in named:
        at = label(entry.label)
        if at is None or at < 1:
            repairs["bad_id"] += 1
        elif at > shown:
            repairs["out_of_range"] += 1
        elif at in kept:
            repairs["duplicate"] += 1
        else:
            kept[at] = entry
    return kept
