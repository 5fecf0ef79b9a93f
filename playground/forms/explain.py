"""Reasons for lanes that only score: the closest sentence as a quote, and a sentence written from it.

Neither is the cause of the score. The quote is computed by the embedding model; the reason is written afterwards by
the embedded LLM, which sees the query, that sentence and the verdict.
"""

from __future__ import annotations

from dataclasses import dataclass

from playground.forms.replies import sentence, spoken
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
