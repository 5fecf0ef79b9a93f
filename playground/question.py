"""An ask as what is put to a model: one question and, where its reply leaves too much open, a corrective second."""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import dataclass, replace

from playground import catalog
from playground.errors import ProviderError
from playground.events import Asked
from playground.types import Ask, Judgment, ModelRef, Payload, Repair, Reply, Score, Task


@dataclass(frozen=True, kw_only=True)
class Question:
    """A payload for a model. ``kind`` names its form, ``readable`` says whether the form can read a reply to it."""

    ref: ModelRef
    payload: Payload
    trial: int
    kind: str
    readable: Callable[[Reply], bool]


def parts(payload: Payload, ref: ModelRef) -> tuple[Payload, ...]:
    """Payloads that the model answers independently of each other: a text each, or the whole."""
    row = catalog.PROVIDERS.get(ref.provider)
    if not isinstance(payload, Score) or row is None or not row.embedded or row.batch is None:
        return (payload,)
    return tuple(replace(payload, texts=(text,)) for text in payload.texts) or (payload,)


def recorded(ask: Ask) -> Asked:
    """An ask as events know it."""
    return Asked(
        form=ask.form.kind,
        shown=tuple(document.id for document in ask.shown),
        model=str(ask.model),
        trial=ask.trial,
    )


def questions(task: Task, ask: Ask) -> Generator[Question, Reply, Judgment]:
    """Yields what is to be asked, is sent the replies, and returns the judgment. A ``ProviderError`` thrown into it for
    the second question leaves the first reply's judgment."""

    before: list[tuple[Reply, Judgment]] = []

    def read(reply: Reply) -> Judgment:
        # Not twice the same: looking for a quote in a long document takes its time.
        if not before or before[-1][0] != reply:
            before.append((reply, ask.form.read(reply, ask.shown)))
        return before[-1][1]

    def question(payload: Payload) -> Question:
        return Question(
            ref=ask.model,
            payload=payload,
            trial=ask.trial,
            kind=ask.form.kind,
            readable=lambda reply: read(reply).verdict != "unreadable",
        )

    payload = ask.form.word(task, ask.shown)
    reply = yield question(payload)
    judgment = read(reply)
    correction = ask.form.again(payload, reply, judgment)
    if correction is None:
        return judgment
    try:
        second = read((yield question(correction)))
    except ProviderError:
        return judgment
    # A second answer that can't be read doesn't unsay a first that could, in part.
    better = judgment if second.verdict == "unreadable" and judgment.verdict != "unreadable" else second
    return replace(better, repairs=(*better.repairs, Repair(kind="retried")))
