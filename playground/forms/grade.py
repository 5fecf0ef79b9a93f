"""One document, one grade from 0 to 10, with a reason and the words it rests on."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from playground.forms import quotes, wording
from playground.forms.replies import (
    LEAST_MASS,
    NotJson,
    as_json,
    labels,
    listed,
    number,
    once_more,
    plain_digits,
    sentence,
    spoken,
    uncited,
)
from playground.types import Chat, Document, Domain, Judgment, Payload, Reply, Task

BEST = 10
TOP_LABEL = 4
_KEYS = ("grade", "score", "rating", "relevance")
_LABELLED = re.compile(
    r"\b(?:grade|score|rating)\b[\"'*]*\s*(?:is|of|:|=)[\"'*\s]*(-?\d+(?:\.\d+)?(?:\s*(?:/|out of)\s*\d+(?:\.\d+)?)?)"
    # The number ends here: no percentage, range, decimal comma or vulgar fraction.
    r"(?![\w⁄]|[.,]\d|\s*(?:/|%|percent|out of|[-–—]\s*\d|to\s+\d))",
    re.IGNORECASE,
)


PROMPT = wording.prompt("Grade how well one document serves the query.\n{rubric}")


@dataclass(frozen=True, kw_only=True)
class Grade(wording.Prompted):
    """Asks for strict JSON; reads JSON, fenced JSON, a labelled score, or a bare number, in that order."""

    default_prompt = PROMPT
    kind = "grade"

    reasons: bool = True
    chars: int = 1_500

    def word(self, task: Task, shown: tuple[Document, ...]) -> Chat:
        wanted = (
            '{"quote": the words of the document, copied exactly, that decide it ("" if there are none), '
            '"reason": one sentence, "grade": a number from 0 to 10}'
            if self.reasons
            else '{"grade": a number from 0 to 10}'
        )
        # Evidence first: what is written before the grade can inform it, what is written after can only excuse it.
        evidence: dict[str, Any] = {"quote": {"type": "string"}, "reason": {"type": "string"}} if self.reasons else {}
        return self.chat(
            task,
            self.labelled(task, shown, ("",)),
            answer=f"Answer with JSON only: {wanted}",
            rubric=f"From 0 to {BEST}; decimals are fine.\n{_steps(self.field(task), BEST)}",
            max_tokens=400 if self.reasons else 40,
            expected=80 if self.reasons else 8,
            fields=evidence | {"grade": {"type": "number"}},
        )

    def read(self, reply: Reply, shown: tuple[Document, ...]) -> Judgment:
        document = shown[0]
        answer = spoken(reply)
        repairs = answer.repairs
        grade, reason, quoted = _parts(answer.text)
        if grade is None:
            return Judgment(verdict="unreadable", why="The reply holds no grade.", repairs=listed(repairs))
        inside = min(max(grade, 0.0), float(BEST))
        if inside != grade:
            repairs["clamped"] += 1
        quote = quotes.check(quoted, document, self.chars)
        return Judgment(
            verdict="ranked",
            order=(document.id,),
            grades={document.id: inside},
            reasons={document.id: reason} if reason else {},
            quotes={document.id: quote} if quote else {},
            repairs=listed(repairs),
            seen=self.seen(shown),
        )

    def again(self, payload: Payload, reply: Reply, judgment: Judgment) -> Chat | None:
        return once_more(
            payload,
            reply,
            judgment,
            "That holds no grade I can read. Answer with the JSON object only, its grade from 0 to 10.",
        )


@dataclass(frozen=True, kw_only=True)
class Label(wording.Prompted):
    """Asks for one digit and reads the grade it stands for from the chances of all digits, not from the one written:
    E = Σ v·p(v) / Σ p(v) over the labels 0-4 seen (Zhuang et al. 2023, arXiv 2310.14122).

    A judgment has its label mass, Σ p(v), and a grade 0-4. It has no grade where no label was seen, where less than
    ``LEAST_MASS`` fell on labels, or where the model gives no log-probabilities.
    """

    default_prompt = PROMPT
    kind = "label"

    chars: int = 1_500

    def word(self, task: Task, shown: tuple[Document, ...]) -> Chat:
        return self.chat(
            task,
            self.labelled(task, shown, ("",)),
            answer=f"Answer with one digit from 0 to {TOP_LABEL} and nothing else.",
            rubric=f"From 0 to {TOP_LABEL}.\n{_steps(self.field(task), TOP_LABEL)}",
            max_tokens=4,
            expected=1,
            fields=None,
            logprobs=20,
        )

    def read(self, reply: Reply, shown: tuple[Document, ...]) -> Judgment:
        if reply.stop == "refusal":
            return Judgment(verdict="unreadable", why="The model refused.")
        chances = labels(reply, tuple(str(label) for label in range(TOP_LABEL + 1)))
        mass = sum(chances.values())
        expected = sum(int(label) * chance for label, chance in chances.items()) / mass if mass else 0.0
        return Judgment(
            verdict="ranked",
            order=(shown[0].id,),
            grades={shown[0].id: expected} if mass >= LEAST_MASS else {},
            mass=mass,
            seen=self.seen(shown),
        )

    def again(self, payload: Payload, reply: Reply, judgment: Judgment) -> Chat | None:
        return None


def _steps(domain: Domain, best: int) -> str:
    """The domain's rubric spread over 0 to ``best``."""
    last = len(domain.rubric) - 1
    return "\n".join(f"{round(step * best / last, 1):g} = {meaning}" for step, meaning in enumerate(domain.rubric))


def _parts(text: str) -> tuple[float | None, str, str]:
    """(grade, reason, quote) of an answer; None for a grade that isn't there."""
    try:
        value = as_json(text)
    except NotJson:
        return _labelled(text), "", ""
    if isinstance(value, dict):
        grade = next((number(value[key], out_of=BEST) for key in _KEYS if key in value), None)
        return grade, sentence(value.get("reason")), sentence(value.get("quote"))
    return number(value, out_of=BEST), "", ""


def _labelled(text: str) -> float | None:
    """A grade in prose: "Score: 8.5/10", or nothing but a number. Where several are labelled they must agree."""
    text = plain_digits(uncited(text))
    found = {number(match, out_of=BEST) for match in _LABELLED.findall(text)}
    if found:
        return found.pop() if len(found) == 1 else None
    return number(text, out_of=BEST)
