"""Two documents, one question: which of them serves the query better? (PRP, Qin et al. 2023, arXiv 2306.17563.)"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from playground.forms import wording
from playground.forms.replies import (
    ENDS,
    LEAST_MASS,
    NotJson,
    as_json,
    labels,
    listed,
    once_more,
    only,
    plain_digits,
    spoken,
    uncited,
)
from playground.types import Chat, Document, Judgment, Payload, Reply, Task

_KEYS = ("better", "winner", "best", "answer", "choice")
_LETTERS = ("A", "B")
_TIE = "TIE"
_TIES = (_TIE, "EQUAL", "NEITHER", "BOTH", "NONE")
_CHANCE = {"A": 1.0, "B": 0.0, _TIE: 0.5}
_WHAT = r"(?:(?:passage|document|doc|text|option)\s*)?[\[(]?\s*"
_WHOLE = re.compile(rf"{_WHAT}(\w+)\s*[\])]?", re.IGNORECASE)
# Marks may stand around the word, as in "**Winner:** B".
_NAMED = re.compile(
    rf"\b(?:output|answer|winner|better)\b[\"'*]*\s*[:=][\"'*\s]*{_WHAT}([AB]|tie)\b(?!['’]\w){ENDS}", re.IGNORECASE
)
_BRACKETED = re.compile(r"\[\s*([AB])\s*\]")

PROMPT = wording.prompt(
    "Decide which of two documents serves the query better.",
    "Which document serves the query better, [A] or [B]?",
)


@dataclass(frozen=True, kw_only=True)
class Duel(wording.Prompted):
    """``shown`` is (A, B). The judgment's grades are their chances to be the better one: 1 and 0 from a verdict in
    words, ½ each for a tie, anything between with ``logprobs``.

    With ``logprobs`` a judgment has its label mass, and no grades where less than ``LEAST_MASS`` fell on A and B.
    """

    default_prompt = PROMPT
    kind = "duel"

    logprobs: bool = False
    chars: int = 800

    def word(self, task: Task, shown: tuple[Document, ...]) -> Chat:
        wanted = (
            "Answer with one letter, A or B, and nothing else."
            if self.logprobs
            else 'Answer with JSON only: {"better": "A" or "B", or "tie" if nothing tells them apart}'
        )
        return self.chat(
            task,
            self.labelled(task, shown, ("[A]", "[B]")),
            answer=wanted,
            count=2,
            max_tokens=4 if self.logprobs else 30,
            expected=1 if self.logprobs else 7,
            fields=None if self.logprobs else {"better": {"type": "string", "enum": ["A", "B", "tie"]}},
            logprobs=20 if self.logprobs else 0,
        )

    def read(self, reply: Reply, shown: tuple[Document, ...]) -> Judgment:
        if self.logprobs:
            if reply.stop == "refusal":
                return Judgment(verdict="unreadable", why="The model refused.")
            chances = labels(reply, _LETTERS)
            mass = sum(chances.values())
            if mass < LEAST_MASS:
                return Judgment(verdict="ranked", mass=mass, seen=self.seen(shown))
            return replace(decided(shown, chances.get("A", 0.0) / mass), mass=mass, seen=self.seen(shown))
        answer = spoken(reply)
        winner = _winner(answer.text)
        repairs = listed(answer.repairs)
        if winner is None:
            return Judgment(verdict="unreadable", why="The reply names no winner.", repairs=repairs)
        return replace(decided(shown, _CHANCE[winner]), repairs=repairs, seen=self.seen(shown))

    def again(self, payload: Payload, reply: Reply, judgment: Judgment) -> Chat | None:
        return once_more(
            payload, reply, judgment, "That names no winner. Answer with the JSON object only: A, B or tie."
        )


def decided(shown: tuple[Document, ...], chance: float) -> Judgment:
    """The judgment of a duel whose first document is the better one with this chance."""
    first, second = (document.id for document in shown)
    return Judgment(
        verdict="tie" if chance == 0.5 else "ranked",
        order=() if chance == 0.5 else (first, second) if chance > 0.5 else (second, first),
        grades={first: chance, second: 1 - chance},
    )


def _winner(text: str) -> str | None:
    """``A``, ``B``, ``TIE``, or None. Letters in prose are no votes: "A passage about ..." opens with an article."""
    try:
        value = as_json(text)
    except NotJson:
        pass
    else:
        if isinstance(value, dict):
            value = next((value[key] for key in _KEYS if key in value), None)
        return _letter(_WHOLE.fullmatch(plain_digits(value).strip())) if isinstance(value, str) else None
    text = plain_digits(uncited(text))
    if named := {found.upper() for found in _NAMED.findall(text)}:
        return named.pop() if len(named) == 1 else None
    return only(_BRACKETED, text) or _letter(_WHOLE.fullmatch(text.strip().strip("*\"'`.")))


def _letter(found: re.Match[str] | None) -> str | None:
    word = found[1].upper() if found else ""
    return word if word in _LETTERS else _TIE if word in _TIES else None
