"""A hard cap on what is spent: the worst that a question can cost is reserved before it is sent."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from playground import catalog, pricing
from playground.errors import BudgetUsedUp, InputError, PlaygroundError
from playground.types import Chat, Completion, ModelRef, Payload, Usage

# Tokens that a server may put around what it is sent: a chat template, the instructions that come with a schema, the
# question that a scoring model's adapter words around each text; and what it may answer about each text.
_AROUND_MESSAGE, _AROUND_SCHEMA, _AROUND_TEXT, _ANSWER_TO_TEXT = 50, 500, 1_000, 50


def dollars(value: object) -> Decimal:
    """US dollars from a number or its text.

    Raises:
        InputError: no number, a negative one, or an endless one.
    """
    try:
        found = Decimal(str(value))
    except InvalidOperation:
        found = Decimal("nan")
    if not found.is_finite() or found < 0:
        raise InputError(f"budget={value} is no amount of money.", hint="Write US dollars, for example 0.50.")
    return found


def worst(ref: ModelRef, payload: Payload) -> Decimal | None:
    """The most that one attempt can cost at list price; None where the price is unknown.

    No token is shorter than a byte, so what is sent has at most as many tokens as bytes; what comes back is bounded by
    the payload's own limit and the room that the provider's adapter adds for thinking.
    """
    row = catalog.PROVIDERS.get(ref.provider)
    searches = 0
    match payload:
        case Chat():
            sent = sum(_bytes(message.content) + _AROUND_MESSAGE for message in payload.messages)
            if payload.schema is not None:
                sent += _bytes(json.dumps(dict(payload.schema))) + _AROUND_SCHEMA
            thinking = row.thinking_tokens if row is not None and payload.effort != "none" else 0
            answered = payload.max_tokens + thinking
        case Completion():
            sent, answered = _bytes(payload.prompt) + _AROUND_MESSAGE, payload.max_tokens
        case _:
            query, texts = _bytes(payload.query), [_bytes(text) for text in payload.texts]
            sent = sum(texts) + (query + _AROUND_TEXT) * (len(texts) + 1)
            answered = _ANSWER_TO_TEXT * len(texts)
            searches = pricing.searches(query, texts)
    plain = pricing.cost(ref, Usage(input=sent, output=answered, searches=searches))
    # What a provider writes to its cache costs more than plain input, at some.
    written = pricing.cost(ref, Usage(cache_write=sent, output=answered, searches=searches))
    return plain if plain is None or written is None else max(plain, written)


def _bytes(text: str) -> int:
    return len(text.encode(errors="surrogatepass"))


@dataclass(kw_only=True)
class Reservation:
    """Money set aside for one attempt. ``cost`` is what it came to; None = unknown, and the whole is kept."""

    cost: Decimal | None = None


class Budget:
    """US dollars that may be spent. Shared by the runs of a session, in whatever threads they are; a budget ``within``
    another one is kept by both.

    ``used_up`` says so once a question did not fit any more: from then on no other gets anything out of this budget.
    """

    def __init__(self, cap: Decimal, *, within: Budget | None = None) -> None:
        self.cap = cap
        self.used_up = ""
        self._spent, self._reserved = Decimal(0), Decimal(0)
        self._kept_by: tuple[Budget, ...] = (self, *(within._kept_by if within else ()))
        # Both are the outermost budget's, so that all of them change at once.
        self._lock: threading.Lock = within._lock if within else threading.Lock()
        self._waiting: list[tuple[asyncio.AbstractEventLoop, asyncio.Future[None]]] = within._waiting if within else []

    @property
    def spent(self) -> Decimal:
        """What the settled attempts came to; those of unknown outcome count with the worst."""
        return self._spent

    @asynccontextmanager
    async def reserved(self, amount: Decimal) -> AsyncIterator[Reservation]:
        """Sets the amount aside for what is done inside, waiting for other reservations to be settled where it doesn't
        fit beside them. Afterwards the reservation's ``cost`` is spent; nothing, where an error says that nothing was
        billed.

        Raises:
            BudgetUsedUp: it can't fit, however the others are settled; or something else couldn't before.
        """
        await self._reserve(amount)
        reservation = Reservation()
        try:
            yield reservation
        except PlaygroundError as error:
            if error.unbilled:
                reservation.cost = Decimal(0)
            raise
        finally:
            self._settle(amount, amount if reservation.cost is None else reservation.cost)

    async def _reserve(self, amount: Decimal) -> None:
        while True:
            with self._lock:
                if not self.used_up:
                    self.used_up = self._refused(amount)
                if self.used_up:
                    self._wake()
                    raise BudgetUsedUp(self.used_up)
                if all(each._spent + each._reserved + amount <= each.cap for each in self._kept_by):
                    for each in self._kept_by:
                        each._reserved += amount
                    return
                loop = asyncio.get_running_loop()
                settled: asyncio.Future[None] = loop.create_future()
                self._waiting.append((loop, settled))
            await settled

    def _refused(self, amount: Decimal) -> str:
        """Why the amount can never fit, "" if it may."""
        full = next((each for each in self._kept_by if each._spent + amount > each.cap), None)
        return "" if full is None else f"the budget of {_money(full.cap)} is used up"

    def _settle(self, amount: Decimal, cost: Decimal) -> None:
        with self._lock:
            for each in self._kept_by:
                each._reserved -= amount
                each._spent += cost
            self._wake()

    def _wake(self) -> None:
        """Has everybody who waits look again. To be called with the lock."""
        for loop, settled in self._waiting:
            with suppress(RuntimeError):  # its run is over and the loop closed
                loop.call_soon_threadsafe(_done, settled)
        self._waiting.clear()


def _done(settled: asyncio.Future[None]) -> None:
    if not settled.done():
        settled.set_result(None)


def _money(amount: Decimal) -> str:
    places = max(2, -int(amount.normalize().as_tuple().exponent))
    return f"${amount:.{places}f}"
