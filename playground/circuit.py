"""Whether a provider may be asked, by how it has done lately: a dead one is not asked a hundred times."""

from __future__ import annotations

import asyncio
from types import TracebackType

from playground.errors import BudgetUsedUp, NoAnswer, Overloaded, PlaygroundError, RateLimited, ServerDown

FAILURES = 5


class Circuit:
    """One provider's, within one run. Everything sent to it is sent inside ``async with circuit``.

    ``FAILURES`` in a row open it: nothing is sent for ``rest`` seconds, then one question goes ahead alone. If that
    fails too, nothing more is; any answer, also a refusal, closes the circuit again. ``limit`` is how many questions
    the provider takes at once.
    """

    def __init__(self, title: str, *, limit: int, rest: float) -> None:
        self._title, self._limit, self._rest = title, limit, rest
        self._failures = 0
        self._flying = 0
        self._resting = self._probing = self._dead = False
        self._changed = asyncio.Event()

    async def __aenter__(self) -> None:
        """Waits until the question may be sent.

        Raises:
            ServerDown: it never may.
        """
        while not self._open():
            await self._changed.wait()
        self._flying += 1
        self._probing = self._failures >= FAILURES

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._flying -= 1
        probing, self._probing = self._probing, False
        if isinstance(error, Overloaded | NoAnswer) and not isinstance(error, RateLimited):
            self._failures += 1
            self._dead = self._dead or probing
            if self._failures == FAILURES:
                self._resting = True
                asyncio.get_running_loop().call_later(self._rest, self._rested)
        elif error is None or (isinstance(error, PlaygroundError) and not isinstance(error, BudgetUsedUp)):
            self._failures = 0
        self._news()

    def _open(self) -> bool:
        if self._dead:
            raise ServerDown(
                f"{self._title} failed {self._failures} times in a row; it is not asked again in this run."
            )
        if self._failures >= FAILURES:
            return not self._resting and not self._flying
        # What is under way may be failing as well: it counts as failed until it comes back.
        return not self._failures or not self._flying or self._flying + self._failures < self._limit

    def _rested(self) -> None:
        self._resting = False
        self._news()

    def _news(self) -> None:
        self._changed.set()
        self._changed = asyncio.Event()
