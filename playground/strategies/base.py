"""What every strategy is made of: typed options, and the bookkeeping from judgments to ranked documents.

A strategy is a frozen dataclass in a module of this package. Its fields are its options: their types, titles, ranges
and help become its form in the page, its words on the command line and its place in the contract tests.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, ClassVar, Protocol, TypeVar, runtime_checkable

from playground.errors import InputError
from playground.types import DocId, Document, Domain, Judgment, ModelRef, Provenance, Ranked, Ranking, Rounds, Task

T = TypeVar("T")


@dataclass(frozen=True, kw_only=True)
class Option:
    """What the page and the command line say of a field. ``low`` and ``high`` are inclusive."""

    default: Any
    title: str
    help: str
    low: float | None = None
    high: float | None = None
    choices: tuple[str, ...] = ()


def option(
    default: T,
    title: str,
    help: str,
    *,
    low: float | None = None,
    high: float | None = None,
    choices: tuple[str, ...] = (),
) -> T:
    """A field with its words. Returns ``default``'s type for the type checker's sake, as ``dataclasses.field`` does."""
    about = Option(default=default, title=title, help=help, low=low, high=high, choices=choices)
    made: T = field(default=default, metadata={"option": about})
    return made


@runtime_checkable
class Strategy(Protocol):
    """Pure control flow: nothing in it knows time, threads, money or the text of a prompt."""

    name: ClassVar[str]
    about: ClassVar[str]
    top_k: int | None

    def rank(self, task: Task) -> Rounds: ...

    def guaranteed(self, n: int, k: int) -> int:
        """How many of the top ``k`` of ``n`` documents a perfect judge makes exact."""
        ...

    def models(self) -> tuple[ModelRef, ...]:
        """Every model it asks."""
        ...


@dataclass(frozen=True, kw_only=True)
class Common:
    """The options of every strategy."""

    top_k: int | None = option(
        None, "Top k", "How many results are wanted; the rest is still ranked below.", low=1, high=1_000
    )

    def __post_init__(self) -> None:
        check(self)


@dataclass(frozen=True, kw_only=True)
class Asking(Common):
    """The options of every strategy that asks an LLM."""

    model: ModelRef
    domain: Domain | None = None
    chars: int = option(
        500, "Characters a document", "How much of each document the model is shown.", low=50, high=50_000
    )
    temperature: float | None = option(
        None, "Temperature", "Left to the server when empty. Anthropic takes none.", low=0, high=2
    )
    effort: str | None = option(
        None,
        "Reasoning effort",
        "For models that reason; left to the server when empty.",
        choices=("none", "low", "medium", "high"),
    )

    def models(self) -> tuple[ModelRef, ...]:
        return (self.model,)


def options(kind: type[Any]) -> dict[str, Option]:
    """A strategy's options by field name, in order."""
    return {item.name: item.metadata["option"] for item in dataclasses.fields(kind) if "option" in item.metadata}


def check(strategy: Any) -> None:
    """Every option within its range.

    Raises:
        InputError: names the option and its range.
    """
    for name, about in options(type(strategy)).items():
        value = getattr(strategy, name)
        if value is None:
            continue
        if about.choices and value not in about.choices:
            raise InputError(f"{name}={value} is no choice.", hint=f"Choose one of: {', '.join(about.choices)}.")
        # "not within" rather than "beyond": NaN is neither below nor above anything.
        if isinstance(value, int | float) and not (
            (about.low is None or value >= about.low) and (about.high is None or value <= about.high)
        ):
            raise InputError(
                f"{name}={value} is out of range.", hint=f"Choose a value from {about.low:g} to {about.high:g}."
            )


def by_score(documents: Sequence[Document], judgments: Mapping[DocId, Judgment], *, stage: str = "") -> Ranking:
    """Documents ordered by the grade their judgment gives them, ties in input order, ungraded ones last as *failed*."""
    graded = {document.id: judgments[document.id].grades.get(document.id) for document in documents}
    ordered = sorted(documents, key=lambda document: -_or_least(graded[document.id]))
    values = [graded[document.id] for document in ordered]
    items = []
    for at, document in enumerate(ordered):
        judgment, score = judgments[document.id], values[at]
        how: tuple[Provenance, ...] = ("failed",)
        if score is not None:
            tied = score in (*values[max(0, at - 1) : at], *values[at + 1 : at + 2])
            how = ("judged", *(("repaired",) if judgment.repairs else ()), *(("tied",) if tied else ()))
        item = ranked(document.id, at + 1, judgment, score=score, how=how, stage=stage)
        items.append(replace(item, grade=None))  # the grade is the score here; a number has one place
    return Ranking(items=tuple(items))


def ranked(
    id: DocId,
    rank: int,
    judgment: Judgment,
    *,
    score: float | None = None,
    how: tuple[Provenance, ...] = ("judged",),
    stage: str = "",
) -> Ranked:
    """One document's place with all that ``judgment`` says of it."""
    return Ranked(
        id=id,
        rank=rank,
        score=score,
        grade=judgment.grades.get(id),
        reason=judgment.reasons.get(id),
        quote=judgment.quotes.get(id),
        provenance=how,
        stage=stage,
        why=(judgment.why or "The model gave no number for it.") if "failed" in how else "",
        seen=judgment.seen.get(id),
    )


def nothing_asked(task: Task) -> Ranking:
    """The ranking of no document or of one: there is nothing to ask."""
    return Ranking(items=tuple(Ranked(id=document.id, rank=1) for document in task.documents))


def _or_least(score: float | None) -> float:
    return float("-inf") if score is None else score


def unique(models: Iterable[ModelRef]) -> tuple[ModelRef, ...]:
    """Each once, in order."""
    return tuple(dict.fromkeys(models))
