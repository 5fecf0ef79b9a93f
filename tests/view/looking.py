"""Outcomes made by hand: runs whose figures anyone can work out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from playground.checks import Check
from playground.domains import DEFAULT, domains
from playground.events import Answered, Asked, Call, Event, Failure, LaneFailed, LaneFinished, Phase, RunFinished
from playground.runs import SCHEMA, LaneWords, Record
from playground.types import Chat, DocId, Document, Judgment, Message, Payload, Ranked, Ranking, Reply, Task
from playground.view.outcome import Outcome

CHAT = Chat(
    messages=(Message(role="system", content="Judge."), Message(role="user", content="Is it?")),
    max_tokens=9,
    expected=9,
)
REFUSED = Failure(kind="KeyMissing", message="No key.", hint="Type one.")


def titled(id: DocId, content: str = "some text") -> Document:
    return Document(id=id, content=content, title=f"Title {id}")


def ranked(order: str) -> Ranking:
    """Documents of one letter, best first; upper case = failed. The scores count down to 1."""
    return Ranking(
        items=tuple(
            Ranked(
                id=letter.lower(),
                rank=rank,
                score=float(len(order) - rank + 1) if letter.islower() else None,
                provenance=("judged",) if letter.islower() else ("failed",),
                why="" if letter.islower() else "nobody answered",
            )
            for rank, letter in enumerate(order, 1)
        )
    )


def came_to(lane: int, end: str | Ranking | Failure | None) -> list[Event]:
    """How a lane ended: an order as ``ranked`` reads it, a failure; None = it hasn't."""
    match end:
        case None:
            return []
        case Failure():
            return [LaneFailed(lane=lane, at=1.0, error=end)]
        case _:
            return [LaneFinished(lane=lane, at=1.0, ranking=ranked(end) if isinstance(end, str) else end)]


def looked_at(
    lanes: Mapping[str, str | Ranking | Failure | None],
    *,
    given: str | Sequence[Document] = "abc",
    query: str = "what is it",
    qrels: Mapping[DocId, int] | None = None,
    before: Sequence[Event] = (),
    after: Sequence[Event] = (),
    halted: str = "",
    provisional: tuple[Ranking | None, ...] = (),
    checks: tuple[Check, ...] = (),
) -> Outcome:
    """The outcome of lanes by name. ``before`` is what happened before they ended, ``after`` what did then."""
    ends = [event for at, end in enumerate(lanes.values()) for event in came_to(at, end)]
    over: list[Event] = [] if None in lanes.values() else [RunFinished(at=2.0, halted=halted)]
    documents = tuple(map(titled, given) if isinstance(given, str) else given)
    made = Record(
        schema=SCHEMA,
        made="2026-01-02T03:04:05+00:00",
        task=Task(query=query, documents=documents, domain=domains()[DEFAULT]),
        lanes=tuple(LaneWords(name=name, strategy="score", model="bm25", words="bm25") for name in lanes),
        events=(*before, *ends, *after, *over),
        qrels=qrels or {},
        checks=checks,
    )
    return Outcome(record=made, board=made.board, provisional=provisional)


def answered(
    *calls: Call,
    lane: int = 0,
    shown: Sequence[str] = ("a",),
    form: str = "grade",
    phase: Phase = "rank",
    round: int = 1,
    judgment: Judgment | None = None,
) -> Answered:
    """A question that is settled."""
    ask = Asked(form=form, shown=tuple(shown), model="m")
    told = judgment or Judgment(verdict="ranked")
    return Answered(lane=lane, at=0.5, phase=phase, round=round, ask=ask, judgment=told, calls=calls)


def call(payload: Payload = CHAT, content: str | tuple[float | None, ...] = "yes", **more: Any) -> Call:
    """A question that was answered; ``more`` are fields of the reply or the call."""
    about = {name: more.pop(name) for name in ("cost_usd", "attempts") if name in more}
    reply = Reply(content=content, **{"model": "m-1", "seconds": 0.25, **more})
    return Call(payload=payload, reply=reply, **{"cost_usd": Decimal(0), **about})
