"""Lanes over a whole query set: a few queries at once, every outcome handed over as soon as it is there."""

from __future__ import annotations

import asyncio
import logging
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace

from playground.board import fold
from playground.budget import Budget
from playground.cache import Cache
from playground.datasets import Example
from playground.domains import DEFAULT, domain
from playground.errors import InputError, PlaygroundError
from playground.evaluation.outcome import Outcome, outcome
from playground.events import Answered, Event
from playground.lanes import Lane
from playground.limits import LIMITS, Limits
from playground.live import blank
from playground.models import Access, Models
from playground.reuse import Replies
from playground.runner import Halt, run
from playground.timing import timings
from playground.types import Domain, Judge, Model, ModelRef, Task

_log = logging.getLogger(__name__)

AT_ONCE = 4
"""Queries; the questions that a provider is sent at once are shared among them."""

Place = tuple[int, str]
"""A lane by its number, and a query by its id."""


class LiveEvaluation:
    """Started on construction; ``outcomes`` may be read at any time. What is ``known`` is not run again.

    ``keep`` is called with every new outcome before it counts as done, from the evaluation's own thread. ``domain``
    is for queries that name none; ``budget`` bounds the whole. A pause ends what is under way and keeps nothing of
    it: whatever was answered is in the cache, and the next evaluation with the same ``known`` goes on from there.
    """

    def __init__(
        self,
        examples: Sequence[Example],
        lanes: Sequence[Lane],
        access: Access,
        *,
        domain: Domain | None = None,
        known: Mapping[Place, Outcome] | None = None,
        keep: Callable[[Place, Outcome], None] = lambda place, outcome: None,
        limits: Limits = LIMITS,
        budget: Budget | None = None,
        fresh: bool = False,
        given: Mapping[ModelRef, Judge | Model] | None = None,
    ) -> None:
        self.examples, self.lanes = tuple(examples), tuple(lanes)
        _check(self.examples)
        self.outcomes: dict[Place, Outcome] = dict(known or {})
        self.before = len(self.outcomes)
        self.problem = ""
        self._began = time.monotonic()
        self._access, self._domain, self._keep = access, domain, keep
        self._limits = replace(limits, at_once=max(1, limits.at_once // AT_ONCE))
        self._budget, self._fresh, self._given = budget, fresh, given or {}
        self._halts: set[Halt] = set()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._paused = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._run()), name="evaluation", daemon=True)
        self._thread.start()

    @property
    def running(self) -> bool:
        return self._thread.is_alive()

    @property
    def paused(self) -> bool:
        return self._paused.is_set()

    @property
    def total(self) -> int:
        """Outcomes that there are to be."""
        return len(self.examples) * len(self.lanes)

    @property
    def seconds_left(self) -> float | None:
        """At the pace so far; None before the first outcome."""
        made = len(self.outcomes) - self.before
        return None if not made else (time.monotonic() - self._began) / made * (self.total - len(self.outcomes))

    def pause(self) -> None:
        """Nothing more is sent, open sockets close; returns at once."""
        self._paused.set()
        loop = self._loop
        if loop is not None and not loop.is_closed():
            with suppress(RuntimeError):  # it may close in between: all is over then
                loop.call_soon_threadsafe(self._halt)

    def join(self, timeout: float | None = None) -> Mapping[Place, Outcome]:
        """Waits for the end, at most ``timeout`` seconds."""
        self._thread.join(timeout)
        return self.outcomes

    def _halt(self) -> None:
        for halt in self._halts:
            halt("paused")

    async def _run(self) -> None:
        self._loop = asyncio.get_running_loop()
        models = Models(self._access)
        cache = None if self._access.replies is None else Cache(self._access.replies)
        seats = asyncio.Semaphore(AT_ONCE)
        queries = [asyncio.ensure_future(self._query(example, models, cache, seats)) for example in self.examples]
        try:
            await asyncio.gather(*queries)
        except PlaygroundError as error:  # what can't be kept must not be run on
            self.problem = str(error)
        except Exception:
            _log.exception("evaluation")
            self.problem = "Something went wrong inside it. The log says what."
        finally:
            for query in queries:
                query.cancel()
            await models.close()
            if cache is not None:
                cache.close()

    async def _query(self, example: Example, models: Models, cache: Cache | None, seats: asyncio.Semaphore) -> None:
        missing = [at for at in range(len(self.lanes)) if (at, example.query_id) not in self.outcomes]
        if not missing:
            return
        async with seats:
            if self.paused or self.problem:
                return
            await self._lanes(example, missing, models, cache)

    async def _lanes(self, example: Example, missing: Sequence[int], models: Models, cache: Cache | None) -> None:
        lanes = [self.lanes[at] for at in missing]
        events: list[Event] = []
        halt = Halt()
        self._halts.add(halt)
        replies = Replies(self._access, cache, fresh=self._fresh, given=self._given)
        try:
            await run(
                task(example, self._domain),
                lanes,
                lambda ref: self._given[ref] if ref in self._given else models(ref),
                events.append,
                halt,
                replies=replies,
                limits=self._limits,
                budget=self._budget,
            )
        finally:
            self._halts.discard(halt)
        if self.paused:
            return  # cut short: it is done again
        board = fold(blank(lanes), events)
        answered = [event for event in events if isinstance(event, Answered)]
        for number, (at, row, timing) in enumerate(zip(missing, board.lanes, timings(board, events), strict=True)):
            place = (at, example.query_id)
            made = outcome(row, timing, [event for event in answered if event.lane == number])
            self._keep(place, made)
            self.outcomes[place] = made


def notes(examples: Iterable[Example]) -> list[str]:
    """What there is to say of a query set before it is evaluated, each once: what was changed on reading, and domains
    that nobody knows."""
    found: dict[str, None] = {}
    for example in examples:
        unknown = domain(example.domain)[1] if example.domain else ""
        found.update(dict.fromkeys((*example.warnings, *([unknown] if unknown else []))))
    return list(found)


def task(example: Example, otherwise: Domain | None = None) -> Task:
    """The example as a task: its own domain before the page's or the command line's."""
    found = domain(example.domain)[0] if example.domain else otherwise or domain(DEFAULT)[0]
    return Task(query=example.query, documents=example.documents, domain=found)


def _check(examples: Sequence[Example]) -> None:
    """Raises InputError for what can't be evaluated."""
    if not examples:
        raise InputError("There are no queries.", hint="Give a query set with at least one query.")
    twice = [id for id, times in Counter(example.query_id for example in examples).items() if times > 1]
    if twice:
        raise InputError(f"The query id {twice[0]!r} is there twice.", hint="Give every query an id of its own.")
    empty = next((example.query_id for example in examples if not example.query.strip()), None)
    if empty is not None:
        raise InputError(f"The query {empty!r} has no words.", hint="Give every query its text.")
