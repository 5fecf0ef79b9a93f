"""OpenAI decisions: the probability, to an LLM, that a document serves the query. Nothing is generated."""

from __future__ import annotations

import time
from typing import Any

import openai

from playground.catalog import Provider
from playground.errors import BadReply
from playground.forms.wording import DATA_RULE, framed, harmless, query
from playground.models import http
from playground.models.rerank_api import number
from playground.text import writable
from playground.types import Reply, Score, Usage

STATEMENT = (
    "The document below serves the query in the input: it answers it, or holds what someone with this query is looking "
    "for. A document that merely shares its topic or its words does not."
)


class Decisions:
    """One predicate a document, all in one request: ``catalog.Provider.batch`` keeps them to the API's limit.

    Every question is asked of the same input. The query is that input, and each document stands in its own question, so
    that it is judged alone: beside all the others its score would hang on their company and order, and one that gives
    orders could talk about the rest.
    """

    def __init__(self, row: Provider, model: str, key: str, address: str) -> None:
        self.limit = row.at_once
        self._row, self._model, self._key, self._address = row, model, key, address
        self._client: openai.AsyncOpenAI | None = None

    async def answer(self, payload: Score) -> Reply:
        """A probability for each text, None where the model declined to answer.

        Raises:
            BadReply: not one answer a text.
            PlaygroundError: as ``http.normalized``.
        """
        if self._client is None:
            self._client = openai.AsyncOpenAI(
                api_key=self._key, base_url=self._address or None, max_retries=0, http_client=http.client()
            )
        questions: Any = [{"type": "predicate", "instructions": _instructions(text)} for text in payload.texts]
        with http.normalized(openai, title=self._row.title, model=self._model, key=self._key):
            started = time.perf_counter()
            response: Any = await self._client.decisions.create(
                model=self._model, input=query(payload.query), questions=questions
            )
            seconds = time.perf_counter() - started
        try:
            body = response.model_dump(warnings=False)  # they would print what was sent, a key it echoes included
            answers = [number(answer.get("probability")) for answer in body["answers"]]
        except (AttributeError, LookupError, TypeError):
            raise BadReply(f"{self._row.title} sent a reply without an answer in it.") from None
        if len(answers) != len(payload.texts):  # they come in question order: nobody knows which are missing
            raise BadReply(f"{self._row.title} sent {len(answers)} answers to {len(payload.texts)} questions.")
        return Reply(
            content=tuple(answers),
            model=writable(str(body.get("model") or self._model)),
            seconds=seconds,
            usage=_usage(body.get("usage")),
        )

    async def close(self) -> None:
        if self._client is not None:
            await self._client.close()


def _instructions(text: str) -> str:
    return f"{STATEMENT} {DATA_RULE}\n\n{framed(harmless(text))}"


def _usage(counts: Any) -> Usage | None:
    """Disjoint buckets: the protocol counts cached tokens as input and reasoning as output."""
    if not isinstance(counts, dict) or counts.get("input_tokens") is None:
        return None
    into, out = (counts.get(f"{way}_tokens_details") or {} for way in ("input", "output"))
    cached, written = http.count(into.get("cached_tokens")), http.count(into.get("cache_write_tokens"))
    reasoning = http.count(out.get("reasoning_tokens"))
    return Usage(
        input=max(0, http.count(counts["input_tokens"]) - cached - written),
        cached=cached,
        cache_write=written,
        output=max(0, http.count(counts.get("output_tokens")) - reasoning),
        reasoning=reasoning,
    )
