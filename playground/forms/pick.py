"""Several documents, one question: which of them serves the query best? (Setwise, Zhuang et al. 2023, arXiv
2310.09497.)"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass

from playground.forms import wording
from playground.forms.replies import (
    ENDS,
    NONE,
    NotJson,
    as_json,
    label,
    listed,
    once_more,
    only,
    plain_digits,
    spoken,
    uncited,
)
from playground.types import Chat, Document, Judgment, Payload, RepairKind, Reply, Task

_KEYS = ("best", "id", "answer", "choice", "winner")
_NUMBER = r"(?:(?:passage|document|doc|text|option)\s*)?[\[(]?\s*(-?\d+(?:\.\d+)?)\s*[\])]?"
_WHOLE = re.compile(_NUMBER, re.IGNORECASE)
_NAMED = re.compile(rf"\b(?:output|answer|best|winner)\b[\"'*]*\s*[:=][\"'*\s]*{_NUMBER}{ENDS}", re.IGNORECASE)
_BRACKETED = re.compile(r"\[\s*(-?\d+(?:\.\d+)?)\s*\]")

PROMPT = wording.prompt(
    "Choose the one document that serves the query best.",
    "Which of the {count} documents, [1] to [{count}], serves the query best?",
)


@dataclass(frozen=True, kw_only=True)
class Pick(wording.Prompted):
    """The judgment's order holds the chosen document only. A label that was not shown is unreadable: nobody is
    chosen."""

    default_prompt = PROMPT
    kind = "pick"

    chars: int = 600

    def word(self, task: Task, shown: tuple[Document, ...]) -> Chat:
        count = len(shown)
        return self.chat(
            task,
            self.labelled(task, shown, wording.numbered(count)),
            answer='Answer with JSON only: {"best": the label\'s number}, or {"best": null} if none is relevant',
            count=count,
            max_tokens=30,
            expected=7,
            fields={"best": {"type": ["integer", "null"]}},
        )

    def read(self, reply: Reply, shown: tuple[Document, ...]) -> Judgment:
        answer = spoken(reply)
        repairs = answer.repairs
        named = _named(answer.labelled(len(shown)))
        if named is None:
            return Judgment(verdict="unreadable", why="The reply chooses no document.", repairs=listed(repairs))
        if named == "none":
            return Judgment(verdict="none_relevant", repairs=listed(repairs), seen=self.seen(shown))
        chosen = _shown(named, len(shown), repairs)
        if chosen is None:
            why = "The reply chooses a document that was not shown."
            return Judgment(verdict="unreadable", why=why, repairs=listed(repairs))
        return Judgment(verdict="ranked", order=(shown[chosen - 1].id,), repairs=listed(repairs), seen=self.seen(shown))

    def again(self, payload: Payload, reply: Reply, judgment: Judgment) -> Chat | None:
        return once_more(
            payload,
            reply,
            judgment,
            "That chooses none of the documents shown. Answer with the JSON object only, one label.",
        )


def _named(text: str) -> object:
    """The label as the reply gives it, "none", or None where it gives none or several. Numbers in prose are no
    votes."""
    try:
        value = as_json(text)
    except NotJson:
        pass
    else:
        if isinstance(value, dict):
            if not any(key in value for key in _KEYS):
                return None
            value = next(value[key] for key in _KEYS if key in value)
            if value is None:
                return "none"
        if isinstance(value, list) and len(value) == 1:
            value = value[0]
        if isinstance(value, str):
            return _bare(value)
        return None if isinstance(value, bool | float | list | dict) else value
    text = plain_digits(uncited(text))
    if named := set(_NAMED.findall(text)):
        return named.pop() if len(named) == 1 else None
    return only(_BRACKETED, text) or _bare(text)


def _bare(text: str) -> str | None:
    """The label that is the whole of a text."""
    text = plain_digits(text).strip().strip("*\"'`.").strip()
    if text.lower() == "null" or NONE.fullmatch(text):
        return "none"
    found = _WHOLE.fullmatch(text)
    return found[1] if found else None


def _shown(named: object, count: int, repairs: Counter[RepairKind]) -> int | None:
    found = label(named)
    if found is None or found < 1:
        repairs["bad_id"] += 1
        return None
    if found > count:
        repairs["out_of_range"] += 1
        return None
    return found
