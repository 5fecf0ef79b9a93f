"""One number a document from a scoring model: BM25, embedding, cross-encoder, query likelihood."""

from __future__ import annotations

import math
from dataclasses import dataclass

from playground.types import Chat, Document, Judgment, Payload, Reply, Score, Task


def body(document: Document) -> str:
    """What a scoring model reads: the title goes with the text."""
    return f"{document.title}\n{document.content}" if document.title else document.content


@dataclass(frozen=True, kw_only=True)
class Relevance:
    """Words a ``Score``; a text without a finite number stays without a grade."""

    kind = "score"

    def word(self, task: Task, shown: tuple[Document, ...]) -> Score:
        return Score(query=task.query, texts=tuple(body(document) for document in shown))

    def read(self, reply: Reply, shown: tuple[Document, ...]) -> Judgment:
        values = reply.content
        if isinstance(values, str) or len(values) != len(shown):
            return Judgment(verdict="unreadable", why="The reply does not hold one number for each document.")
        grades = {
            document.id: float(value)
            for document, value in zip(shown, values, strict=True)
            if value is not None and math.isfinite(value)
        }
        read = reply.seen or tuple(len(body(document)) for document in shown)
        seen = {
            # What was read of the title is not part of the content.
            document.id: max(0, characters - (len(body(document)) - len(document.content)))
            for document, characters in zip(shown, read, strict=True)
        }
        return Judgment(
            verdict="ranked",
            order=tuple(sorted(grades, key=lambda each: -grades[each])),
            grades=grades,
            seen=seen,
        )

    def again(self, payload: Payload, reply: Reply, judgment: Judgment) -> Chat | None:
        return None
