"""A provider for tests: a real HTTP server on the loopback interface that speaks /v1/chat/completions, /v1/messages,
/v1/decisions and every rerank API of the catalog, each under its own name: /cohere/v2/rerank, /tei/rerank.

It plays a script of steps and keeps a journal::

    with Provider() as provider:
        provider.script(Say(status=429, headers={"Retry-After": "0"}))      # for every request, the last step repeated
        provider.script(Hang(), about="whale")                              # for requests whose body holds "whale"
        ... provider.url ... provider.journal ...

Without a script every question is answered with ``answer``.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from playground.models import Access

JSON = {"Content-Type": "application/json"}


@dataclass(eq=False)
class Seen:
    """One request as it arrived. ``key_hash`` is of the key it carried; ``hung_up`` when the client closed the socket
    before the answer was whole (None = it didn't)."""

    path: str
    body: dict[str, Any]
    headers: Mapping[str, str]
    key_hash: str
    at: float
    sent: int = 0
    hung_up: float | None = None

    @property
    def words(self) -> str:
        """All that was said to the model."""
        return "\n".join(message["content"] for message in self.body["messages"])


class Connection:
    """The way back to one client. Writing to a client that has hung up raises ConnectionError."""

    def __init__(self, seen: Seen, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, key: str) -> None:
        self.seen, self.key = seen, key
        self._reader, self._writer = reader, writer

    async def head(self, status: int, headers: Mapping[str, str]) -> None:
        lines = [f"HTTP/1.1 {status} X", *(f"{name}: {value}" for name, value in headers.items())]
        self._writer.write(("\r\n".join(lines) + "\r\n\r\n").encode())
        await self._writer.drain()

    async def write(self, data: bytes) -> None:
        if self._reader.at_eof():
            raise ConnectionResetError
        self._writer.write(data)
        self.seen.sent += len(data)
        await self._writer.drain()

    async def gone(self, seconds: float) -> None:
        """Waits that long; raises ConnectionError as soon as the client hangs up."""
        try:
            async with asyncio.timeout(seconds):
                await self._reader.read(1)
        except TimeoutError:
            return
        raise ConnectionResetError

    def abort(self) -> None:
        self._writer.transport.abort()


class Step:
    """What the server does with one request."""

    async def play(self, to: Connection) -> None:
        raise NotImplementedError


@dataclass(frozen=True)
class Say(Step):
    """A whole response. ``{key}`` in a text body is replaced by the key that the client sent."""

    body: str | dict[str, Any] = "{}"
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)

    async def play(self, to: Connection) -> None:
        text = self.body if isinstance(self.body, str) else json.dumps(self.body)
        data = text.replace("{key}", to.key).encode()
        await to.head(self.status, JSON | {"Content-Length": str(len(data))} | dict(self.headers))
        await to.write(data)


@dataclass(frozen=True)
class Hang(Step):
    """Takes the question and never answers."""

    async def play(self, to: Connection) -> None:
        await to.gone(60)


@dataclass(frozen=True)
class Drip(Step):
    """A good response, a byte at a time."""

    every: float = 1.0

    async def play(self, to: Connection) -> None:
        await to.head(200, JSON | {"Content-Length": "1000"})
        for _ in range(1000):
            await to.write(b" ")
            await to.gone(self.every)


@dataclass(frozen=True)
class Reset(Step):
    """The connection breaks: before the response, or after its headers and a bit of its body."""

    inside: bool = False

    async def play(self, to: Connection) -> None:
        if self.inside:
            await to.head(200, JSON | {"Content-Length": "1000"})
            await to.write(b'{"choices": [')
        to.abort()


@dataclass(frozen=True)
class Flood(Step):
    """A body of so many MB."""

    megabytes: int = 300
    status: int = 200

    async def play(self, to: Connection) -> None:
        await to.head(self.status, JSON | {"Content-Length": str(self.megabytes * 1_000_000)})
        for _ in range(self.megabytes * 10):
            await to.write(b" " * 100_000)


@dataclass(frozen=True)
class Answer(Step):
    """A model's answer in the protocol that was spoken. ``usage`` and ``more`` replace the protocol's fields."""

    text: str | None = '{"grade": 5}'
    usage: Mapping[str, Any] | None = field(default_factory=dict)
    more: Mapping[str, Any] = field(default_factory=dict)

    async def play(self, to: Connection) -> None:
        body = self._message() if to.seen.path.endswith("/messages") else self._chat()
        await Say(body | {"model": to.seen.body["model"]} | dict(self.more)).play(to)

    def _chat(self) -> dict[str, Any]:
        choice = {"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": self.text}}
        usage = {"prompt_tokens": 100, "completion_tokens": 10, "total_tokens": 110}
        return {"id": "c1", "object": "chat.completion", "created": 0, "choices": [choice]} | self._used(usage)

    def _message(self) -> dict[str, Any]:
        content = [] if self.text is None else [{"type": "text", "text": self.text}]
        message = {"id": "m1", "type": "message", "role": "assistant", "stop_reason": "end_turn", "content": content}
        return message | self._used({"input_tokens": 100, "output_tokens": 10})

    def _used(self, usual: Mapping[str, Any]) -> dict[str, Any]:
        return {} if self.usage is None else {"usage": dict(self.usage or usual)}


@dataclass(frozen=True)
class Grades(Step):
    """Scores in the wire format of the path that was asked, best first. A text's score is that of the first word it
    holds: 0 if it holds none, refused (decisions) or left out (rerank) if it is None."""

    words: Mapping[str, float | None] = field(default_factory=dict)

    async def play(self, to: Connection) -> None:
        body = to.seen.body
        if to.seen.path.endswith("/decisions"):
            await Say(self._decision(body)).play(to)
            return
        api = to.seen.path.split("/")[1]
        texts = next(body[name] for name in ("documents", "texts", "input") if name in body)
        scores = [(at, score) for at, text in enumerate(texts) if (score := self.score(text)) is not None]
        scores.sort(key=lambda found: -found[1])
        reply = RERANK[api](scores, body.get("model"), texts)
        await Say(json.dumps(reply)).play(to)

    def score(self, text: str) -> float | None:
        return next((score for word, score in self.words.items() if word in text), 0.0)

    def _decision(self, body: Mapping[str, Any]) -> dict[str, Any]:
        scores = [self.score(question["instructions"]) for question in body["questions"]]
        usage = {
            "input_tokens": 1_000,
            "input_tokens_details": {"cached_tokens": 100, "cache_write_tokens": 50},
            "output_tokens": 0,
            "output_tokens_details": {"reasoning_tokens": 0},
            "total_tokens": 1_000,
        }
        answers = [
            {"type": "refusal", "name": None}
            if score is None
            else {"type": "predicate", "name": None, "probability": score}
            for score in scores
        ]
        return {"model": body["model"], "answers": answers, "usage": usage}


def _cohere(scores: list[tuple[int, float]], model: Any, texts: list[str]) -> Any:
    results = [{"index": at, "relevance_score": score} for at, score in scores]
    meta = {"api_version": {"version": "2"}, "billed_units": {"search_units": -(-len(texts) // 100)}}
    return {"id": "r1", "results": results, "meta": meta}


def _jina(scores: list[tuple[int, float]], model: Any, texts: list[str]) -> Any:
    results = [{"index": at, "relevance_score": score} for at, score in scores]
    return {"model": model, "object": "list", "usage": {"total_tokens": 400, "prompt_tokens": 400}, "results": results}


def _voyage(scores: list[tuple[int, float]], model: Any, texts: list[str]) -> Any:
    data = [{"relevance_score": score, "index": at} for at, score in scores]
    return {"object": "list", "data": data, "model": model, "usage": {"total_tokens": 400}}


def _mixedbread(scores: list[tuple[int, float]], model: Any, texts: list[str]) -> Any:
    data = [{"index": at, "score": score, "object": "rank_result"} for at, score in scores]
    usage = {"prompt_tokens": 400, "total_tokens": 400, "completion_tokens": 0}
    return {"usage": usage, "model": model, "data": data, "object": "list", "top_k": len(data), "return_input": False}


def _tei(scores: list[tuple[int, float]], model: Any, texts: list[str]) -> Any:
    return [{"index": at, "score": score} for at, score in scores]


def _vllm(scores: list[tuple[int, float]], model: Any, texts: list[str]) -> Any:
    results = [{"index": at, "document": {"text": texts[at]}, "relevance_score": score} for at, score in scores]
    return {"id": "r1", "model": model, "usage": {"prompt_tokens": 400, "total_tokens": 400}, "results": results}


RERANK: Mapping[str, Callable[[list[tuple[int, float]], Any, list[str]], Any]] = {
    "cohere": _cohere,
    "jina": _jina,
    "voyage": _voyage,
    "mixedbread": _mixedbread,
    "tei": _tei,
    "vllm-rerank": _vllm,
    "llamacpp-rerank": _jina,
}
"""The documented reply of each rerank API to scored indices, the asked model and the texts."""


def hashed(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()


class Provider:
    """The server, in a thread of its own from ``with`` to the end of it."""

    def __init__(self) -> None:
        self.journal: list[Seen] = []
        self.open = 0
        self._scripts: list[tuple[str, list[Step]]] = []
        self._changed = threading.Condition()
        self._port = 0
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve()), name="provider", daemon=True)

    def script(self, *steps: Step, about: str = "") -> None:
        """Steps for requests whose body holds ``about``, one a request, the last repeated. Later scripts go first."""
        self._scripts.insert(0, (about, list(steps)))

    @property
    def root(self) -> str:
        """The address as the anthropic SDK wants it."""
        return f"http://127.0.0.1:{self._port}"

    @property
    def url(self) -> str:
        """The address as the openai SDK wants it."""
        return f"{self.root}/v1"

    def access(self, key: str = "sk-test") -> Access:
        """What opens this server's models, with the same key for all protocols."""
        versions = {"cohere": "", "tei": ""}
        rerank = {name: f"{self.root}/{name}{versions.get(name, '/v1')}" for name in RERANK}
        return Access(
            keys={"openai": key, "anthropic": key} | dict.fromkeys(RERANK, key),
            base_urls={"openai": self.url, "anthropic": self.root, "compatible": self.url, **rerank},
        )

    def until(self, what: Callable[[], bool], seconds: float = 5.0) -> bool:
        """Whether it has come true within that time; looked at whenever something happens here."""
        with self._changed:
            return self._changed.wait_for(what, seconds)

    def hung_up(self) -> int:
        """How many questions the client gave up."""
        return sum(seen.hung_up is not None for seen in self.journal)

    def __enter__(self) -> Provider:
        self._thread.start()
        assert self.until(lambda: self._port > 0)
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._end.set)
        self._thread.join(5)

    async def _serve(self) -> None:
        self._loop, self._end = asyncio.get_running_loop(), asyncio.Event()
        talking: set[asyncio.Task[None]] = set()

        async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            talk = asyncio.ensure_future(self._talk(reader, writer))
            talking.add(talk)
            self._note(lambda: self._count(1))
            await asyncio.wait((talk,))
            talking.discard(talk)
            writer.transport.abort()
            self._note(lambda: self._count(-1))

        server = await asyncio.start_server(connected, "127.0.0.1", 0)
        self._note(lambda: setattr(self, "_port", server.sockets[0].getsockname()[1]))
        await self._end.wait()
        server.close()
        for talk in talking:
            talk.cancel()
        await asyncio.gather(*talking, return_exceptions=True)

    def _count(self, by: int) -> None:
        self.open += by

    def _note(self, change: Callable[[], None]) -> None:
        with self._changed:
            change()
            self._changed.notify_all()

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Requests of one connection until either side ends it."""
        while (found := await _request(reader)) is not None:
            path, headers, body = found
            key = headers.get("x-api-key") or headers.get("authorization", "").removeprefix("Bearer ")
            seen = Seen(path, json.loads(body), headers, hashed(key), time.monotonic())
            step = self._step(body.decode())
            self._note(lambda seen=seen: self.journal.append(seen))  # type: ignore[misc]
            try:
                await step.play(Connection(seen, reader, writer, key))
            except ConnectionError:
                self._note(lambda seen=seen: setattr(seen, "hung_up", time.monotonic()))  # type: ignore[misc]
                return

    def _step(self, body: str) -> Step:
        for about, steps in self._scripts:
            if about in body:
                return steps.pop(0) if len(steps) > 1 else steps[0]
        return Answer()


async def _request(reader: asyncio.StreamReader) -> tuple[str, dict[str, str], bytes] | None:
    """Path, headers in lower case, body; None at the end of the connection."""
    try:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        first, *lines = head.strip().split("\r\n")
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
        return first.split()[1], headers, await reader.readexactly(int(headers.get("content-length", 0)))
    except (asyncio.IncompleteReadError, ConnectionError):
        return None
