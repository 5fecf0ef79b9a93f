"""Claude models. They take no temperature; they may think before they answer and are given room for it, except where
the effort is "none"."""

from __future__ import annotations

import time
from typing import Any

import anthropic

from playground.catalog import Provider
from playground.errors import BadReply
from playground.models import http
from playground.text import writable
from playground.types import Chat, Reply, Usage

_STOPS = {"max_tokens": "length", "refusal": "refusal"}


class AnthropicChat:
    """One Claude model, at Anthropic's address or a compatible one."""

    def __init__(self, row: Provider, model: str, key: str, address: str) -> None:
        self.limit = row.at_once
        self._row, self._model, self._key, self._address = row, model, key, address
        self._client: anthropic.AsyncAnthropic | None = None

    async def answer(self, payload: Chat) -> Reply:
        if payload.logprobs:  # the API tells none
            return Reply(content="", model=self._model, seconds=0.0, stop="unsupported")
        if self._client is None:
            self._client = anthropic.AsyncAnthropic(
                api_key=self._key, base_url=self._address or None, max_retries=0, http_client=http.client()
            )
        system = "\n\n".join(message.content for message in payload.messages if message.role == "system")
        config: dict[str, Any] = {}
        if payload.schema is not None:
            config["format"] = {"type": "json_schema", "schema": dict(payload.schema)}
        settings: dict[str, Any] = {"system": system} if system else {}
        room = self._row.thinking_tokens
        if payload.effort == "none":
            settings["thinking"], room = {"type": "disabled"}, 0
        elif payload.effort is not None:
            config["effort"] = payload.effort
        if config:
            settings["output_config"] = config
        messages: Any = [
            {"role": message.role, "content": message.content}
            for message in payload.messages
            if message.role != "system"
        ]
        with http.normalized(anthropic, title=self._row.title, model=self._model, key=self._key):
            started = time.perf_counter()
            response: Any = await self._client.messages.create(
                model=self._model, max_tokens=payload.max_tokens + room, messages=messages, **settings
            )
            seconds = time.perf_counter() - started
        try:
            body = response.model_dump(warnings=False)  # they would print what was sent, a key it echoes included
            text = "".join(block["text"] for block in body["content"] if block["type"] == "text")
        except (AttributeError, LookupError, TypeError):
            raise BadReply(f"{self._row.title} sent a reply without an answer in it.") from None
        return Reply(
            content=writable(text),
            model=writable(str(body.get("model") or self._model)),
            seconds=seconds,
            stop=_STOPS.get(str(body.get("stop_reason")), "end"),
            usage=_usage(body.get("usage")),
        )

    async def close(self) -> None:
        if self._client is not None:
            await self._client.close()


def _usage(counts: Any) -> Usage | None:
    """Disjoint buckets, as Anthropic counts them itself; thinking is part of the output."""
    if not isinstance(counts, dict) or counts.get("input_tokens") is None:
        return None
    return Usage(
        input=http.count(counts["input_tokens"]),
        cached=http.count(counts.get("cache_read_input_tokens")),
        cache_write=http.count(counts.get("cache_creation_input_tokens")),
        output=http.count(counts.get("output_tokens")),
    )
