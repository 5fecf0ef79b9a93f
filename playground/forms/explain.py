"""Reasons written after the ranking, one document at a time.

A lane that asks an LLM but for no reasons has that LLM explain (``Explain``). A lane that only scores gets the closest
sentence as a quote and a sentence written from it (``Closest``, ``Because``): neither is the cause of the score. That
quote is computed by the embedding model, and the embedded LLM sees the query, the sentence and the verdict.
"""

from __future__ import annotations

from dataclasses import dataclass

from playground.forms import quotes, wording
from playground.forms.replies import NotJson, as_json, listed, once_more, sentence, spoken
from playground.text import sentences
from playground.types import Chat, Completion, Document, Judgment, Payload, Quote, Reply, Score, Task

WRITTEN_BY = "written by a 135M model from the quoted sentence"

_RELEVANT = """\
Query: how long to boil an egg
Sentence: A soft egg takes six minutes in boiling water, a hard one ten.
Why it is relevant: It gives the boiling time for a soft and for a hard egg.

Query: can I return shoes I wore once
Sentence: Worn items may be returned within 14 days if they show no damage.
Why it is relevant: It states the rule for returning items that were worn."""

_IRRELEVANT = """\
Query: how long to boil an egg
Sentence: Our hens live outdoors and eat only organic grain.
Why it is not relevant: It is about how the hens are kept, not about boiling eggs.

Query: can I return shoes I wore once
Sentence: Our new summer shoes come in nine colours.
Why it is not relevant: It is about the colours of shoes, not about returning them."""


PROMPT = wording.prompt(
    "Say in one sentence what one document does for the query, or why it does nothing for it. Quote the words that "
    "decide it."
)


@dataclass(frozen=True, kw_only=True)
class Explain(wording.Prompted):
    """A reason and a checked quote for one document. It doesn't see the rank, so it can't merely defend it."""

    default_prompt = PROMPT
    kind = "explain"

    chars: int = 1_500

    def word(self, task: Task, shown: tuple[Document, ...]) -> Chat:
        text = {"type": "string"}
        return self.chat(
            task,
            self.labelled(task, shown, ("",)),
            answer='Answer with JSON only: {"quote": the words of the document, copied exactly, that decide it ("" if '
            'there are none), "reason": one sentence}',
            max_tokens=400,
            expected=75,
            fields={"quote": text, "reason": text},
        )

    def read(self, reply: Reply, shown: tuple[Document, ...]) -> Judgment:
        answer = spoken(reply)
        try:
            value = as_json(answer.text)
        except NotJson:
            value = None
        reason = sentence(value.get("reason")) if isinstance(value, dict) else ""
        if not isinstance(value, dict) or not reason:
            return Judgment(verdict="unreadable", why="The reply gives no reason.", repairs=listed(answer.repairs))
        id = shown[0].id
        quote = quotes.check(sentence(value.get("quote")), shown[0], self.chars)
        return Judgment(
            verdict="ranked",
            order=(id,),
            reasons={id: reason},
            quotes={id: quote} if quote else {},
            repairs=listed(answer.repairs),
            seen=self.seen(shown),
        )

    def again(self, payload: Payload, reply: Reply, judgment: Judgment) -> Chat | None:
        return once_more(payload, reply, judgment, "That gives no reason I can read. Answer with the JSON object only.")


@dataclass(frozen=True, kw_only=True)
class Closest:
    """The sentence of one document that lies closest to the query."""

    kind = "closest"

    def word(self, task: Task, shown: tuple[Document, ...]) -> Score:
        return Score(query=task.query, texts=tuple(text for text, _ in _spans(shown[0])))

    def read(self, reply: Reply, shown: tuple[Document, ...]) -> Judgment:
        spans = _spans(shown[0])
        scored = [(value, span) for value, span in zip(reply.content, spans, strict=True) if isinstance(value, float)]
        if not scored:
            return Judgment(verdict="unreadable", why="No sentence could be compared with the query.")
        _, (text, start) = max(scored, key=lambda pair: pair[0])
        quote = Quote(text=text, start=start, end=start + len(text))
        return Judgment(verdict="ranked", order=(shown[0].id,), quotes={shown[0].id: quote})

    def again(self, payload: Payload, reply: Reply, judgment: Judgment) -> Chat | None:
        return None


@dataclass(frozen=True, kw_only=True)
class Because:
    """One sentence on why a document was ranked high or low, from its quote and two worked examples of the verdict."""

    quote: str
    relevant: bool

    kind = "because"

    def word(self, task: Task, shown: tuple[Document, ...]) -> Completion:
        verdict = "Why it is relevant:" if self.relevant else "Why it is not relevant:"
        query = " ".join(task.query.split())[:400]
        examples = _RELEVANT if self.relevant else _IRRELEVANT
        prompt = f"{examples}\n\nQuery: {query}\nSentence: {' '.join(self.quote.split())[:400]}\n{verdict}"
        return Completion(prompt=prompt, max_tokens=60)

    def read(self, reply: Reply, shown: tuple[Document, ...]) -> Judgment:
        reason = sentence(spoken(reply).text)
        if not reason:
            return Judgment(verdict="unreadable", why="The embedded LLM wrote nothing.")
        return Judgment(verdict="ranked", order=(shown[0].id,), reasons={shown[0].id: reason})

    def again(self, payload: Payload, reply: Reply, judgment: Judgment) -> Chat | None:
        return None


def _spans(document: Document) -> list[tuple[str, int]]:
    """The document's sentences with their offsets, the first 60: no reader looks for a quote on page ten."""
    return [(document.content[start:end], start) for start, end in sentences(document.content)[:60]]
