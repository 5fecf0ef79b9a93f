"""What needn't be asked: replies of earlier runs, and those that another lane of this run has or is waiting for.

An equal question is asked once. Where a scoring model judges each text by itself, texts are such questions, however
the lanes batch them.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

from playground import catalog
from playground.cache import Cache, Key, key
from playground.errors import UnknownModel
from playground.events import Answered, Call, Event
from playground.models import Access
from playground.question import Question, parts
from playground.types import ModelRef, Payload, Reply, Score, Usage


class Replies:
    """One run's. ``cache`` holds the earlier runs', None = there is none; ``fresh`` = nothing is taken from it, though
    new replies are kept. ``repeat`` counts the run's repeats from 1, 0 = the run itself: each has replies of its own.
    Models that were ``given`` are asked every time: nobody knows what their answers depend on. ``before`` are the
    events of a run that this one completes: what it was answered is known here, though not kept for anybody else.
    """

    def __init__(
        self,
        access: Access,
        cache: Cache | None = None,
        *,
        fresh: bool = False,
        repeat: int = 0,
        given: Collection[ModelRef] = (),
        before: Iterable[Event] = (),
    ) -> None:
        self._access, self._cache, self._fresh, self._repeat, self._given = access, cache, fresh, repeat, given
        # By question, the reply that is here or will be. None = whoever asked for it has gone.
        self._known: dict[Key, asyncio.Future[Reply | None]] = {}
        self._before = dict(_recorded(before, access))

    @property
    def warnings(self) -> tuple[str, ...]:
        """What is wrong with the cache."""
        return (self._cache.problem,) if self._cache is not None and self._cache.problem else ()

    def latency(self, ref: ModelRef, kind: str) -> float | None:
        """Median seconds of this model's answers to this kind of question; None where none was measured."""
        return None if self._cache is None else self._cache.latency(ref, kind)

    async def reply(self, question: Question, ask: Callable[[Payload], Awaitable[Call]], calls: list[Call]) -> Reply:
        """The reply; ``ask`` is called for as much of it as isn't known. ``calls`` gets what was asked and, in a call
        of its own, what was known: their seconds are not to be mixed.

        Raises:
            Exception: what ``ask`` raised, here or where an equal question is being asked.
        """
        if question.ref in self._given:
            return _counted(await ask(question.payload), calls)
        keys, pieces = self._keyed(question)
        got: dict[Key, Reply] = {}
        reused: list[Key] = []
        while missing := [each for each in pieces if each not in got]:
            self._recall(question, {each: pieces[each] for each in missing if each not in self._known})
            known = {each: self._known[each] for each in missing if each in self._known}
            unknown = {each: pieces[each] for each in missing if each not in known}
            if unknown:
                got |= await self._asked(question, unknown, ask, calls)
            for each, coming in known.items():
                found = await asyncio.shield(coming)
                if found is not None:
                    got[each] = found
                    reused.append(each)
        if reused:
            payload = _joined([pieces[each] for each in reused])
            reply = replace(_merged([got[each] for each in reused]), cached=True)
            _counted(Call(payload=payload, reply=reply, cost_usd=Decimal(0), attempts=0), calls)
        return replace(_merged([got[each] for each in keys]), cached=len(reused) == len(pieces))

    def at_hand(self, question: Question) -> Reply | Payload:
        """The reply that earlier runs left; else what of the question is still to be asked. Nothing is used up."""
        if question.ref in self._given:
            return question.payload
        keys, pieces = self._keyed(question)
        kept = self._earlier(question, pieces, Cache.peek)
        if missing := [piece for each, piece in pieces.items() if each not in kept]:
            return _joined(missing)
        return _merged([kept[each] for each in keys])

    def _keyed(self, question: Question) -> tuple[list[Key], dict[Key, Payload]]:
        """The keys of the question's pieces, in order, and each piece under its own."""
        pieces = parts(question.payload, question.ref)
        keys = [
            key(piece, ref=question.ref, access=self._access, trial=question.trial, repeat=self._repeat)
            for piece in pieces
        ]
        return keys, dict(zip(keys, pieces, strict=True))

    def _recall(self, question: Question, pieces: Mapping[Key, Payload]) -> None:
        """Looks up what this run doesn't know yet."""
        for each, reply in self._earlier(question, pieces, Cache.get).items():
            self._known[each] = asyncio.get_running_loop().create_future()
            self._known[each].set_result(reply)

    def _earlier(
        self,
        question: Question,
        pieces: Mapping[Key, Payload],
        look: Callable[[Cache, Iterable[Key]], Mapping[Key, Reply]],
    ) -> dict[Key, Reply]:
        """What the run that this one completes was answered, and for the rest the cache's."""

        def whole(found: Mapping[Key, Reply]) -> dict[Key, Reply]:
            # Another version's form may have read more.
            return {each: reply for each, reply in found.items() if self._whole(question, pieces[each], reply)}

        kept = whole({each: self._before[each] for each in pieces if each in self._before})
        if self._cache is None or self._fresh:
            return kept
        return kept | whole(look(self._cache, [each for each in pieces if each not in kept]))

    async def _asked(
        self,
        question: Question,
        pieces: Mapping[Key, Payload],
        ask: Callable[[Payload], Awaitable[Call]],
        calls: list[Call],
    ) -> dict[Key, Reply]:
        """The pieces' replies from the model, for everybody who waits for them."""
        coming: dict[Key, asyncio.Future[Reply | None]] = {
            each: asyncio.get_running_loop().create_future() for each in pieces
        }
        self._known |= coming
        try:
            call = await ask(_joined(list(pieces.values())))
            replies = dict(zip(pieces, _split(_counted(call, calls), len(pieces)), strict=True))
            kept = {each: reply for each, reply in replies.items() if self._whole(question, pieces[each], reply)}
        except BaseException as error:
            for each, future in coming.items():
                del self._known[each]
                if isinstance(error, Exception):
                    future.set_exception(error)
                    future.exception()  # that nobody waits for it is no mistake
                else:  # cancelled: its lane has ended, but those who wait have not
                    future.set_result(None)
            raise
        for each, future in coming.items():
            future.set_result(replies[each])
            if each not in kept:
                del self._known[each]
        if self._cache is not None:
            self._cache.put(kept)
            if call.reply.stop != "unsupported":
                self._cache.measured(question.ref, question.kind, call.reply.seconds)
        return replies

    def _whole(self, question: Question, piece: Payload, reply: Reply) -> bool:
        """Whether a reply is worth keeping: complete, readable, and without a key that somebody echoed."""
        # Log-probabilities are there with the first tokens; what the model would have gone on to say doesn't matter.
        if reply.stop != "end" and not (reply.stop == "length" and reply.logprobs):
            return False
        if isinstance(reply.content, str):
            secrets = [secret.strip() for secret in self._access.keys.values() if secret.strip()]
            if any(secret in reply.content or secret in reply.model for secret in secrets):
                return False
        elif None in reply.content:
            return False
        return piece is not question.payload or question.readable(reply)


def _recorded(events: Iterable[Event], access: Access) -> Iterator[tuple[Key, Reply]]:
    """The replies in a run's events, by what finds them again."""
    for event in events:
        if not isinstance(event, Answered):
            continue
        ref = ModelRef.parse(event.ask.model)
        try:
            catalog.provider(ref)
        except UnknownModel:
            continue  # an oracle, or what this installation doesn't know
        for call in event.calls:
            if not _fits(call):
                continue  # changed by hand
            pieces = parts(call.payload, ref)
            for piece, reply in zip(pieces, _split(call.reply, len(pieces)), strict=True):
                yield key(piece, ref=ref, access=access, trial=event.ask.trial), reply


def _fits(call: Call) -> bool:
    """Whether the reply is of the kind that was asked for: a number for each text, or text."""
    values = call.reply.content
    if isinstance(call.payload, Score):
        return isinstance(values, tuple) and len(values) == len(call.payload.texts)
    return isinstance(values, str)


def _counted(call: Call, calls: list[Call]) -> Reply:
    """The call's reply. Where nothing was generated there was no call."""
    if call.reply.stop != "unsupported":
        calls.append(call)
    return call.reply


def _joined(pieces: Sequence[Payload]) -> Payload:
    """One question for all of them."""
    first, *rest = pieces
    if not rest or not isinstance(first, Score):
        return first
    return replace(first, texts=tuple(text for piece in pieces if isinstance(piece, Score) for text in piece.texts))


def _split(reply: Reply, count: int) -> list[Reply]:
    """A reply a text. Seconds and tokens are shared out evenly; they add up to the whole."""
    values, used = reply.content, reply.usage or Usage()
    if count == 1 or isinstance(values, str):
        return [reply]
    return [
        replace(
            reply,
            content=(value,),
            seconds=reply.seconds / count,
            usage=Usage(input=used.input * (at + 1) // count - used.input * at // count),
            seen=None if reply.seen is None else reply.seen[at : at + 1],
        )
        for at, value in enumerate(values)
    ]


def _merged(replies: Sequence[Reply]) -> Reply:
    """One reply for all the texts, in their order."""
    first, *rest = replies
    if not rest:
        return first
    return replace(
        first,
        content=tuple(value for reply in replies if isinstance(reply.content, tuple) for value in reply.content),
        seconds=sum(reply.seconds for reply in replies),
        usage=sum((reply.usage or Usage() for reply in replies), Usage()),
        seen=tuple(read for reply in replies for read in reply.seen or ()) or None,
    )
