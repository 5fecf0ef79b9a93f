"""One question put to one model: in its turn, within its time, as often as is allowed, and within the budget."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager, nullcontext
from dataclasses import dataclass
from decimal import Decimal

from playground import catalog, pricing
from playground.budget import Budget, Reservation, worst
from playground.circuit import Circuit
from playground.errors import NoAnswer, Overloaded, ProviderError, Unpriced
from playground.events import Call
from playground.limits import Limits
from playground.types import Model, ModelRef, Payload, Reply


@dataclass(frozen=True, kw_only=True)
class _Desk:
    """Where the questions to one provider queue. ``seconds`` bounds one attempt, None = the run's end does."""

    seats: asyncio.Semaphore
    circuit: AbstractAsyncContextManager[None]
    seconds: float | None


class Asking:
    """What the lanes of a run share in asking: the desks of the providers and the money.

    ``left`` says how many seconds the run may still take; ``budget`` is this run's own, None = no cap.
    """

    def __init__(self, limits: Limits, left: Callable[[], float], budget: Budget | None) -> None:
        self._limits, self._left, self._budget = limits, left, budget
        self._desks: dict[str, _Desk] = {}

    async def ask(self, model: Model, ref: ModelRef, payload: Payload) -> Call:
        """The model's reply, asked for at most ``limits.attempts`` times, and what it cost.

        Raises:
            ProviderError: it failed for good.
            LaneError: so would any other question.
        """
        desk = self._desk(ref, model)
        async with desk.seats:
            attempt = 1
            while True:
                try:
                    reply, cost = await self._attempt(desk, model, ref, payload)
                except ProviderError as error:
                    if not error.retryable or attempt == self._limits.attempts:
                        raise
                    pause = _pause(attempt, error.retry_after, self._left())
                else:
                    return Call(payload=payload, reply=reply, cost_usd=cost, attempts=attempt)
                await asyncio.sleep(pause)
                attempt += 1

    async def _attempt(
        self, desk: _Desk, model: Model, ref: ModelRef, payload: Payload
    ) -> tuple[Reply, Decimal | None]:
        reserved = self._reserved(ref, payload)
        async with desk.circuit, reserved as reservation:
            reply = await _within(desk.seconds, model, payload)
            cost = pricing.cost(ref, reply.usage)
            reservation.cost = Decimal(0) if reply.stop == "unsupported" else cost
        return reply, cost

    def _reserved(self, ref: ModelRef, payload: Payload) -> AbstractAsyncContextManager[Reservation]:
        """The money for one attempt.

        Raises:
            Unpriced: nobody can say how much that is.
        """
        if self._budget is None:
            return nullcontext(Reservation())
        bound = worst(ref, payload)
        if bound is None:
            raise Unpriced(
                f"Nobody knows what {ref} costs, so no budget can be kept.",
                hint="Remove the budget, or choose a model whose price is known.",
            )
        # What costs nothing goes on when the budget is used up.
        return self._budget.reserved(bound) if bound else nullcontext(Reservation())

    def _desk(self, ref: ModelRef, model: Model) -> _Desk:
        if ref.provider not in self._desks:
            row = catalog.PROVIDERS.get(ref.provider)
            limit = max(1, min(model.limit, self._limits.at_once))
            # What runs inside this process can't hang on a network, nor be down.
            remote = row is not None and not row.embedded
            self._desks[ref.provider] = _Desk(
                seats=asyncio.Semaphore(limit),
                circuit=Circuit(row.title, limit=limit, rest=self._limits.rest_seconds)
                if row is not None and remote
                else nullcontext(),
                seconds=self._limits.call_seconds if remote else None,
            )
        return self._desks[ref.provider]


async def _within(seconds: float | None, model: Model, payload: Payload) -> Reply:
    try:
        async with asyncio.timeout(seconds):
            return await model.answer(payload)
    except TimeoutError:
        within = "in time" if seconds is None else f"within {seconds:g} s"
        raise NoAnswer(f"No answer {within}.") from None


def _pause(attempt: int, retry_after: float | None, left: float) -> float:
    """Full jitter, or what the server asks for; a wait beyond the run's end is pointless.

    Raises:
        Overloaded: the server asks for more time than is left.
    """
    if retry_after is not None and retry_after > left:
        raise Overloaded(f"The provider asks to wait {retry_after:g} s, longer than this run may take.")
    return retry_after if retry_after is not None else random.uniform(0, min(8.0, 0.5 * 2**attempt))
