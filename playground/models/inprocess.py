"""Scoring models that run inside this process: blocking libraries behind the asynchronous ``Model``.

A model is loaded once a process, on a worker thread that it shares with the models of the same library. So runs
queue instead of fighting over the processor (two threads inside torch at once are many times slower than one after
the other: each brings a pool of its own), and a library that isn't thread-safe needn't be.
"""

from __future__ import annotations

import asyncio
import atexit
import math
import os
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass
from queue import SimpleQueue

from playground.errors import LaneError, ModelUnavailable
from playground.types import Payload, Reply, Score, Usage

EXIT_GRACE = 2.0
"""Seconds that the interpreter waits at its exit for the batch in hand."""


@dataclass(frozen=True, kw_only=True)
class Scores:
    """What a batch came to, one of each for every text: ``values``, higher is better; ``seen``, characters read.
    ``tokens`` counts the whole batch."""

    values: Sequence[float]
    seen: Sequence[int]
    tokens: int = 0


ScoreBatch = Callable[[str, Sequence[str]], Scores]
"""Scores some texts against a query; blocks."""


class InProcess:
    """A model of this process. ``load`` runs once a process and key, on the worker thread, and gives the function
    that scores a batch. A load that failed is tried again by the next question.

    ``worker`` names the thread; ``name`` is the model's real name; ``batch`` is how many texts are scored between two
    looks at the stop flag, None = all at once, for scores that depend on the whole collection.
    """

    limit = 1

    def __init__(
        self, key: str, load: Callable[[], ScoreBatch], *, name: str, batch: int | None, worker: str = "torch"
    ) -> None:
        self.name = name
        self._key = key
        self._worker = worker
        self._load = load
        self._batch = batch

    async def answer(self, payload: Payload) -> Reply:
        """A number for each text. Cancelled, it raises at once, and the thread stops before its next batch.

        ``seconds`` is the time of scoring: neither the wait for the thread nor the first loading counts.

        Raises:
            ModelUnavailable: its files or packages are not here.
            LaneError: the payload asks for words.
        """
        if not isinstance(payload, Score):
            raise LaneError(
                f"{self.name} gives numbers only; it can't answer in words.",
                hint="Use it with the strategy 'score', or choose a chat model.",
            )
        if not payload.texts:
            return Reply(content=(), model=self.name, seconds=0.0, seen=())
        stop = threading.Event()
        thread = _thread(self._worker)
        future = thread.submit(lambda: self._score(thread.load(self._key, self._load), payload, stop), stop)
        try:
            return await asyncio.wrap_future(future)
        finally:
            stop.set()

    def _score(self, score: ScoreBatch, payload: Score, stop: threading.Event) -> Reply:
        # Equal texts are scored once: in another batch the last digits might differ, and tell apart what nothing does.
        texts = list(dict.fromkeys(payload.texts)) if self._batch else list(payload.texts)
        # Texts of like length share a batch, so that little of it is padding.
        order = sorted(range(len(texts)), key=lambda i: len(texts[i])) if self._batch else list(range(len(texts)))
        size = self._batch or len(texts)
        values: list[float | None] = [None] * len(texts)
        seen = [0] * len(texts)
        tokens = 0
        began = time.perf_counter()
        for start in range(0, len(texts), size):
            if stop.is_set():
                raise asyncio.CancelledError
            places = order[start : start + size]
            scores = score(payload.query, [texts[i] for i in places])
            tokens += scores.tokens
            for i, value, read in zip(places, scores.values, scores.seen, strict=True):
                values[i] = float(value) if math.isfinite(value) else None
                seen[i] = int(read)
        first = {text: i for i, text in enumerate(texts)}
        at = [first[text] for text in payload.texts] if self._batch else list(range(len(texts)))
        return Reply(
            content=tuple(values[i] for i in at),
            model=self.name,
            seconds=time.perf_counter() - began,
            usage=Usage(input=tokens),
            seen=tuple(seen[i] for i in at),
        )


def threads() -> int:
    """Processor threads that a model may use: those this process may run on but one, eight at most.

    One is left to everybody else: threads that compute in step wait for the slowest, and where another program wants
    the processor too, two threads on two cores were seen to be ten times slower than one.
    """
    allowed = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(1, min(8, allowed - 1))


@contextmanager
def needing(what: str) -> Iterator[None]:
    """Imports inside it that fail say which packages are wanted and how to get them.

    Raises:
        ModelUnavailable: a package is not installed.
    """
    try:
        yield
    except ImportError as error:
        raise ModelUnavailable(
            f"{what} needs a package that is not installed ({error.name or error}).",
            hint="Install both requirements files as the README says; `make run` does it.",
        ) from error


def quieted() -> None:
    """No progress bars of the transformers library: where they would go is somebody's terminal or log."""
    from transformers.utils import logging

    logging.disable_progress_bar()


class _Thread:
    """A single worker. Not a ``ThreadPoolExecutor``: the interpreter waits for the threads of one at its exit."""

    def __init__(self, key: str) -> None:
        self._jobs: SimpleQueue[tuple[Future[Reply], Callable[[], Reply], threading.Event] | None] = SimpleQueue()
        self._loaded: dict[str, ScoreBatch] = {}
        self._current: threading.Event | None = None
        self._ending = False
        self._thread = threading.Thread(target=self._work, name=f"playground-{key}", daemon=True)
        self._thread.start()

    def submit(self, job: Callable[[], Reply], stop: threading.Event) -> Future[Reply]:
        future: Future[Reply] = Future()
        self._jobs.put((future, job, stop))
        return future

    def load(self, key: str, load: Callable[[], ScoreBatch]) -> ScoreBatch:
        """To be called on this thread only."""
        if key not in self._loaded:
            self._loaded[key] = load()
        return self._loaded[key]

    def _work(self) -> None:
        while (item := self._jobs.get()) is not None and not self._ending:
            future, job, stop = item
            if not future.set_running_or_notify_cancel():
                continue
            self._current = stop
            try:
                future.set_result(job())
            except BaseException as error:  # the awaiting coroutine raises it
                future.set_exception(error)
            self._current = None
            # Else the last reply would live until the next question.
            del future, job, stop, item

    def end(self) -> None:
        self._ending = True
        if self._current is not None:
            self._current.set()
        self._jobs.put(None)

    def join(self, seconds: float) -> None:
        self._thread.join(seconds)


_threads: dict[str, _Thread] = {}
_lock = threading.Lock()


def _thread(key: str) -> _Thread:
    with _lock:
        if key not in _threads:
            _threads[key] = _Thread(key)
        return _threads[key]


@atexit.register
def _end() -> None:
    # A thread that is torn down inside a native library can take the process with it: let it finish its batch first.
    for thread in _threads.values():
        thread.end()
    until = time.monotonic() + EXIT_GRACE
    for thread in _threads.values():
        thread.join(max(0.0, until - time.monotonic()))
