"""Rerank APIs: one POST with the query and the texts, one score a text back. What differs is a row of a table."""

from __future__ import annotations

import math
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx2

from playground.catalog import Provider
from playground.errors import BadReply
from playground.models import http
from playground.text import writable
from playground.types import Reply, Score, Usage


@dataclass(frozen=True, kw_only=True)
class Wire:
    """How an API speaks. ``path`` follows the base URL; ``texts`` is the request's field for them, ``also`` what else
    it is sent. ``results`` is the reply's list ("" = the reply is that list), ``score`` the number in each of its
    entries; ``tokens`` and ``searches`` lead to what is billed. No limit is sent: all of them default to every text."""

    path: str = "/rerank"
    model: bool = True
    texts: str = "documents"
    also: Mapping[str, Any] = field(default_factory=dict)
    results: str = "results"
    score: str = "relevance_score"
    tokens: tuple[str, ...] = ("usage", "total_tokens")
    searches: tuple[str, ...] = ()


WIRES = {
    # docs.cohere.com/reference/rerank; Rerank 5 is billed by tokens, earlier ones by searches
    "cohere": Wire(
        path="/v2/rerank",
        tokens=("meta", "billed_units", "input_tokens"),
        searches=("meta", "billed_units", "search_units"),
    ),
    # jina.ai/reranker; repeats the documents unless told not to
    "jina": Wire(also={"return_documents": False}),
    # docs.voyageai.com/reference/reranker-api
    "voyage": Wire(results="data"),
    # mixedbread.com/api-reference/endpoints/reranking
    "mixedbread": Wire(path="/reranking", texts="input", results="data", score="score"),
    # huggingface.github.io/text-embeddings-inference; refuses what is too long unless it may cut it
    "tei": Wire(model=False, texts="texts", also={"truncate": True}, results="", score="score"),
    # docs.vllm.ai, "Rerank API"; -1 cuts what is longer than the model reads, which is refused otherwise
    "vllm-rerank": Wire(also={"truncate_prompt_tokens": -1}),
    # github.com/ggml-org/llama.cpp, tools/server/README.md
    "llamacpp-rerank": Wire(),
}


class RerankApi:
    """One reranker at one address. The texts must fit into one request: ``catalog.Provider.batch`` sees to it."""

    def __init__(self, row: Provider, model: str, key: str, address: str) -> None:
        self.limit = row.at_once
        self._row, self._model, self._key = row, model, key
        self._wire = WIRES[row.name]
        self._url = address.rstrip("/") + self._wire.path
        self._http: httpx2.AsyncClient | None = None

    async def answer(self, payload: Score) -> Reply:
        """A number for each text, as the server gives it.

        Raises:
            BadReply: the reply holds no score at all.
            PlaygroundError: as ``http.post``.
        """
        if self._http is None:
            self._http = http.client()
        wire = self._wire
        asked = {"query": payload.query, wire.texts: list(payload.texts), **wire.also}
        if wire.model and self._model:
            asked["model"] = self._model
        started = time.perf_counter()
        body = await http.post(self._http, self._url, asked, title=self._row.title, model=self._model, key=self._key)
        seconds = time.perf_counter() - started
        scores = _by_index(_at(body, (wire.results,)) if wire.results else body, wire.score, len(payload.texts))
        if not any(score is not None for score in scores):
            raise BadReply(f"{self._row.title} sent a reply without a score in it.")
        return Reply(
            content=scores,
            model=writable(str(_at(body, ("model",)) or self._model or self._row.title)),
            seconds=seconds,
            usage=_usage(_at(body, wire.tokens), _at(body, wire.searches)),
        )

    async def close(self) -> None:
        if self._http is not None:
            await self._http.aclose()


def _by_index(results: Any, score: str, count: int) -> tuple[float | None, ...]:
    """The score of each of ``count`` texts, from entries in any order that name their text by its index. A text that
    none names, or more than one, has no score; an index that is none is nobody's."""
    found: dict[int, list[float | None]] = {}
    for entry in results if isinstance(results, list) else ():
        index = _at(entry, ("index",))
        if type(index) is int and 0 <= index < count:
            found.setdefault(index, []).append(number(_at(entry, (score,))))
    return tuple(found[at][0] if len(found.get(at, ())) == 1 else None for at in range(count))


def number(value: object) -> float | None:
    """A finite number as JSON spells it; None for anything else."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        return float(value) if math.isfinite(value) else None
    except OverflowError:  # a whole number beyond all floats
        return None


def _at(body: Any, path: tuple[str, ...]) -> Any:
    """What stands at a path of field names; None where there is nothing."""
    for name in path:
        body = body.get(name) if isinstance(body, dict) else None
    return body if path else None


def _usage(tokens: Any, searches: Any) -> Usage | None:
    """None where the server bills nothing that it tells."""
    if tokens is None and searches is None:
        return None
    return Usage(input=http.count(tokens), searches=http.count(searches))
