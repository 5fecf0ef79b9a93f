"""Chat models behind the OpenAI protocol: OpenAI itself, any compatible server, and the embedded LLM."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from typing import Any

import openai

from playground.catalog import Provider
from playground.errors import BadReply
from playground.models import http
from playground.text import writable
from playground.types import Chat, Completion, Message, Reply, Usage

_STOPS = {"length": "length", "content_filter": "refusal"}
_LOGPROBS = frozenset({"logprobs", "top_logprobs"})
_UNSUPPORTED = object()

# What a server at an address has refused of a model's optional settings. Found out once a process, by trying.
_refused: dict[tuple[str, str], frozenset[str]] = {}


class OpenAIChat:
    """One model of one server. ``address`` is awaited on first use, since the embedded server starts then.

    Optional settings that a server refuses (a schema, a temperature, a reasoning effort) are left out from then on. One
    that refuses log-probabilities is not asked for them again: what needs them is answered ``unsupported`` at once.
    """

    def __init__(self, row: Provider, model: str, key: str, address: Callable[[], Awaitable[str]]) -> None:
        self.limit = row.at_once
        self._row, self._model, self._key, self._address = row, model, key, address
        self._client: openai.AsyncOpenAI | None = None

    async def answer(self, payload: Chat | Completion) -> Reply:
        client = await self._connected()
        if isinstance(payload, Chat) and payload.logprobs and self._left_out(client) & _LOGPROBS:
            return self._unsupported()
        with http.normalized(openai, title=self._row.title, model=self._model, key=self._key):
            started = time.perf_counter()
            if isinstance(payload, Completion):
                response: Any = await client.completions.create(
                    model=self._model,
                    prompt=payload.prompt,
                    max_tokens=payload.max_tokens,
                    stop=[payload.stop],
                    temperature=0,
                )
            else:
                response = await self._chat(client, payload)
            seconds = time.perf_counter() - started
        return self._unsupported() if response is _UNSUPPORTED else self._reply(response, seconds)

    async def close(self) -> None:
        if self._client is not None:
            await self._client.close()

    async def _connected(self) -> openai.AsyncOpenAI:
        address = await self._address()
        if self._client is None:
            self._client = openai.AsyncOpenAI(
                api_key=self._key or "none",  # the SDK won't start without one; servers that need none ignore it
                base_url=address or None,
                max_retries=0,
                http_client=http.client(),
            )
        return self._client

    def _left_out(self, client: openai.AsyncOpenAI) -> frozenset[str]:
        return _refused.get((str(client.base_url), self._model), frozenset())

    def _unsupported(self) -> Reply:
        return Reply(content="", model=self._model, seconds=0.0, stop="unsupported")

    async def _chat(self, client: openai.AsyncOpenAI, payload: Chat) -> Any:
        """The response, or ``_UNSUPPORTED`` where the server refuses the log-probabilities that are asked for."""
        while True:
            left_out = self._left_out(client)
            settings = {name: value for name, value in self._settings(payload).items() if name not in left_out}
            try:
                return await client.chat.completions.create(
                    model=self._model, messages=[_message(message) for message in payload.messages], **settings
                )
            except openai.BadRequestError as error:
                culprit = next((name for name in settings if name in str(error.message)), None)
                if culprit is None or culprit == self._row.tokens_field:
                    raise
                _refused[str(client.base_url), self._model] = self._left_out(client) | {culprit}
                if culprit in _LOGPROBS:
                    return _UNSUPPORTED

    def _settings(self, payload: Chat) -> dict[str, Any]:
        settings: dict[str, Any] = {self._row.tokens_field: payload.max_tokens}
        if payload.schema is not None:
            schema = {"name": "answer", "schema": dict(payload.schema), "strict": True}
            settings["response_format"] = {"type": "json_schema", "json_schema": schema}
        temperature = payload.temperature
        if temperature is None and self._row.embedded:
            temperature = 0.0
        if temperature is not None:
            settings["temperature"] = temperature
        if payload.logprobs:
            settings |= {"logprobs": True, "top_logprobs": payload.logprobs}
        if effort := payload.effort or self._row.effort:
            settings["reasoning_effort"] = effort
        return settings

    def _reply(self, response: Any, seconds: float) -> Reply:
        try:
            body = response.model_dump(warnings=False)  # they would print what was sent, a key it echoes included
            choice = body["choices"][0]
            message = choice.get("message") or {"content": choice.get("text")}
            content, refusal = message.get("content"), message.get("refusal")
        except (AttributeError, LookupError, TypeError):
            raise BadReply(f"{self._row.title} sent a reply without an answer in it.") from None
        return Reply(
            content=writable(content) if isinstance(content, str) else "",
            model=writable(str(body.get("model") or self._model)),
            seconds=seconds,
            stop="refusal" if refusal else _STOPS.get(str(choice.get("finish_reason")), "end"),
            usage=_usage(body.get("usage")),
            logprobs=_logprobs(choice.get("logprobs")),
        )


def _logprobs(told: Any) -> tuple[tuple[tuple[str, float], ...], ...] | None:
    """Each token's alternatives; None where the server told none, or something else."""
    try:
        return tuple(
            tuple((str(other["token"]), float(other["logprob"])) for other in token["top_logprobs"])
            for token in told["content"]
        )
    except (LookupError, TypeError, ValueError):
        return None


def _message(message: Message) -> Any:
    return {"role": message.role, "content": message.content}


def _usage(counts: Any) -> Usage | None:
    """Disjoint buckets: the protocol counts cached tokens as input and reasoning as output. None = the server gives
    none; some compatible servers put None where a number belongs."""
    if not isinstance(counts, dict) or counts.get("prompt_tokens") is None:
        return None
    cached = _detail(counts, "prompt_tokens_details", "cached_tokens")
    written = _detail(counts, "prompt_tokens_details", "cache_write_tokens")
    reasoning = _detail(counts, "completion_tokens_details", "reasoning_tokens")
    return Usage(
        input=max(0, http.count(counts["prompt_tokens"]) - cached - written),
        cached=cached,
        cache_write=written,
        output=max(0, http.count(counts.get("completion_tokens")) - reasoning),
        reasoning=reasoning,
    )


def _detail(counts: dict[str, Any], group: str, name: str) -> int:
    details = counts.get(group)
    return http.count(details.get(name)) if isinstance(details, dict) else 0
