"""Getting at what a reply says: think blocks, fences, JSON, digits in other scripts, numbers with a denominator."""

from __future__ import annotations

import json
import math
import re
import unicodedata
from collections import Counter
from dataclasses import dataclass, replace
from typing import Any

from playground.text import writable
from playground.types import Chat, Judgment, Message, Payload, Repair, RepairKind, Reply

# A language is named only where a line or a JSON value follows: in ```2,1,3``` the 2 is the answer.
_FENCE = re.compile(r"```[ \t]*(?:[\w-]+(?=[ \t]*[\n{\[]))?\s*(.*?)```", re.DOTALL)
_NUMBER = re.compile(r"\+?(-?\d+(?:\.\d+)?)(?:\s*(?:/|out of)\s*(\d+(?:\.\d+)?))?", re.IGNORECASE)
_CITED = re.compile(r'"(?:quote|reason)"\s*:\s*"(?:[^"\\]|\\.)*+(?:"|\\?\Z)', re.DOTALL)
_LIMIT = 1e300
_AGAINST = re.compile(r"\b(?:not|neither|nor|than|worse|weaker|weak|less|irrelevant)\b|n['’]t\b", re.IGNORECASE)

ENDS = r"(?=[\])}\"'*`]*\s*(?:\Z|\n|[;:!(]|\.(?!\d)|,(?!\s*[\[(]?\s*(?:\d|[AB]\b))|(?:because|since)\b))"
"""What may follow a label that is the answer: the end of what is said, no further word and no further label."""
NONE = re.compile(r"none(?: of (?:these|the|them)\b[a-z ]{0,40})?[.!]?", re.IGNORECASE)
"""How "no document is relevant" is written."""

LEAST_MASS = 0.5
"""Where less probability than this falls on the labels asked for, they don't say what the model would."""


class NotJson(ValueError):
    """The text as a whole is not one JSON value."""


@dataclass(frozen=True, kw_only=True)
class Spoken:
    """What a reply says once thinking and a fence are taken off. ``fenced`` and ``truncated`` are worth a repair."""

    text: str
    fenced: bool
    truncated: bool

    def labelled(self, count: int) -> str:
        """The text without a last number whose digits may go on: cut by length, 1 could be the start of 12."""
        text = self.text
        while self.truncated and count >= 10 and plain_digits(text[-1:]).isdigit():
            text = text[:-1]
        return text

    @property
    def repairs(self) -> Counter[RepairKind]:
        found: Counter[RepairKind] = Counter()
        if self.fenced:
            found["fenced"] = 1
        if self.truncated:
            found["truncated"] = 1
        return found


def spoken(reply: Reply) -> Spoken:
    """The answer itself: what follows the last think block, and of that what a single fence holds.

    A think block that never ends leaves nothing: what a model weighs is not what it says.
    """
    text = reply.content if isinstance(reply.content, str) else ""
    truncated = reply.stop == "length"
    _, closing, after = text.rpartition("</think>")
    if closing:
        text = after
    if "<think>" in text:
        return Spoken(text="", fenced=False, truncated=truncated)
    text = text.strip()
    fences = _FENCE.findall(text)
    if len(fences) == 1:
        return Spoken(text=fences[0].strip(), fenced=True, truncated=truncated)
    return Spoken(text=text, fenced=False, truncated=truncated)


def as_json(text: str) -> Any:
    """The whole of ``text`` as JSON. A prefix is not enough: ``[2] > [1]`` starts with a valid list.

    Raises:
        NotJson: it is anything else, or holds NaN or an infinity.
    """

    def refuse(name: str) -> None:
        raise NotJson(name)

    try:
        return json.loads(text, parse_constant=refuse)
    except (ValueError, RecursionError) as error:
        raise NotJson(str(error)) from error


def plain_digits(text: str) -> str:
    """Full-width, superscript, subscript and circled digits as plain ones (Unicode NFKC)."""
    return unicodedata.normalize("NFKC", text)


def uncited(text: str) -> str:
    """A reply that is not quite JSON without its quotes and reasons: numbers in them are the document's, no verdict."""
    return _CITED.sub("", text)


def only(bracketed: re.Pattern[str], text: str) -> str | None:
    """The one label that stands in brackets in a text; None where there are several, or words that speak against it."""
    found = set(bracketed.findall(text))
    return found.pop() if len(found) == 1 and not _AGAINST.search(text) else None


def number(value: object, *, out_of: int) -> float | None:
    """A number as a model may write it: ``8``, ``"8.5"``, ``"8/10"``. None for everything else, ``true`` and a
    fraction of another whole included."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        # Neither NaN, nor an infinity, nor an integer too long for a float.
        return float(value) if abs(value) < _LIMIT else None
    if not isinstance(value, str):
        return None
    found = _NUMBER.fullmatch(plain_digits(value).strip().strip("*").rstrip("."))
    if found is None or (found[2] is not None and float(found[2]) != out_of):
        return None
    return number(float(found[1]), out_of=out_of)


def label(value: object) -> int | None:
    """A whole number, maybe in brackets or between spaces; None for decimals, truth values and the rest."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return value
    if isinstance(value, str):
        text = plain_digits(value).strip().removeprefix("[").removesuffix("]").strip()
        if re.fullmatch(r"-?\d{1,9}", text):
            return int(text)
    return None


def sentence(value: object) -> str:
    """A reason or quote: text with its white space folded, "" for everything else."""
    return " ".join(writable(value).split()) if isinstance(value, str) else ""


def labels(reply: Reply, wanted: tuple[str, ...]) -> dict[str, float]:
    """The chance of each label, at the first token that could be one of them; white space around a label is nothing.
    Empty without log-probabilities or labels among them."""
    for alternatives in reply.logprobs or ():
        found: dict[str, float] = {}
        for token, logprob in alternatives:
            label = plain_digits(token).strip().upper()
            if label in wanted and logprob <= 0:
                found[label] = found.get(label, 0.0) + math.exp(logprob)
        if found:
            return found
    return {}


def listed(repairs: Counter[RepairKind]) -> tuple[Repair, ...]:
    """Counted repairs in a stable order."""
    return tuple(Repair(kind=kind, count=count) for kind, count in sorted(repairs.items()) if count)


def once_more(payload: Payload, reply: Reply, judgment: Judgment, complaint: str) -> Chat | None:
    """``ask_again`` where the reply could not be read; None where it could, or where the model refused."""
    if judgment.verdict != "unreadable" or reply.stop == "refusal":
        return None
    return ask_again(payload, reply, complaint)


def ask_again(payload: Payload, reply: Reply, complaint: str) -> Chat | None:
    """The same conversation with the reply and the complaint in it; None for payloads that are no conversation."""
    if not isinstance(payload, Chat):
        return None
    said = reply.content if isinstance(reply.content, str) and reply.content.strip() else "(nothing)"
    return replace(
        payload,
        messages=(
            *payload.messages,
            Message(role="assistant", content=said[:2_000]),
            Message(role="user", content=complaint),
        ),
    )
