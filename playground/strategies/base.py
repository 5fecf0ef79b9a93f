"""What every strategy is made of: typed options, and the bookkeeping from judgments to ranked documents.

A strategy is a frozen dataclass in a module of this package. Its fields are its options: their types, titles, ranges
and help become its form in the page, its words on the command line and its place in the contract tests.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Any, ClassVar, Protocol, TypeVar, runtime_checkable

from playground.errors import InputError
from playground.forms.wording import Prompted, check_prompt
from playground.types import DocId, Document, Domain, Judgment, ModelRef, Provenance, Ranked, Ranking, Rounds, Task

T = TypeVar("T")
F = TypeVar("F", bound=Prompted)


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

    def advice(self, n: int) -> str:
        """What a user with ``n`` documents should know before the run, "" for nothing."""
        ...


@dataclass(frozen=True, kw_only=True)
class Common:
    """The options of every strategy."""

    top_k: int | None = option(
        None, "Top k", "How many results are wanted; the rest is still ranked below.", low=1, high=1_000
    )

    def __post_init__(self) -> None:
        check(self)

    def advice(self, n: int) -> str:
        return ""


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
    tokens: int | None = option(
        None,
        "Answer tokens",
        "The longest answer in tokens; computed from the question when empty.",
        low=1,
        high=100_000,
    )
    prompt: str | None = option(
        None,
        "Prompt",
        "A wording of your own. Places in braces are filled in; on the command line @FILE reads it from a file.",
    )

    def __post_init__(self) -> None:
        super().__post_init__()
        check_prompt(self.prompt)

    def form(self) -> Prompted | None:
        """The form of its questions, whose wording ``prompt`` replaces; None where nothing does."""
        return None

    def worded(self, form: type[F], **more: Any) -> F:
        """A form with this strategy's settings."""
        settings = {
            name: getattr(self, name) for name in ("chars", "domain", "prompt", "temperature", "effort", "tokens")
        }
        return form(**{**settings, **more})

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
    kinds = {item.name: str(item.type) for item in dataclasses.fields(strategy)}
    for name, about in options(type(strategy)).items():
        value = getattr(strategy, name)
        if value is None:
            if "None" in kinds[name] or "Optional" in kinds[name]:
                continue
            raise InputError(f"{name} needs a value.", hint=f"Leave it out for {about.default}.")
        if re.match(r"(<class ')?int\b", kinds[name]) and (not isinstance(value, int) or isinstance(value, bool)):
            raise InputError(f"{name}={value} is no whole number.", hint=f"Write for example {name}=10.")
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
    score = {id: judgment.grades[id] for id, judgment in judgments.items() if id in judgment.grades}
    ids = sorted((document.id for document in documents), key=lambda each: -score.get(each, float("-inf")))
    ties = neighbours([id for id in ids if id in score], lambda one, other: score[one] == score[other])
    items = []
    for rank, id in enumerate(ids, 1):
        how: tuple[Provenance, ...] = ("failed",)
        if id in score:
            how = ("judged", *(("repaired",) if judgments[id].repairs else ()), *(("tied",) if id in ties else ()))
        item = ranked(id, rank, judgments[id], score=score.get(id), how=how, stage=stage)
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


def placed(
    documents: Sequence[Document],
    heard: Mapping[DocId, Sequence[Judgment]],
    *,
    stage: str,
    sure: int | None = None,
    scores: Mapping[DocId, float] | None = None,
    tied: Callable[[DocId, DocId], bool] | None = None,
) -> Ranking:
    """Documents in this order, each with what all its judgments come to; who was never judged goes last as *failed*.

    ``heard`` has every document's judgments, in input order. Beyond the first ``sure`` places nothing was sorted: those
    say *cut*. ``scores`` must not rise. ``tied`` says of two neighbours whether nothing tells them apart; without it
    equal scores do.
    """
    judged = {document.id: any(judgment.answered for judgment in heard[document.id]) for document in documents}
    ids = [document.id for document in documents if judged[document.id]] + [id for id in heard if not judged[id]]
    score = {id: value for id, value in (scores or {}).items() if judged[id]}

    def same(one: DocId, other: DocId) -> bool:
        return one in score and score[one] == score.get(other)

    ties = neighbours([id for id in ids if judged[id]], tied or same)
    items = []
    for rank, id in enumerate(ids, 1):
        judgments = heard[id]
        marks: dict[Provenance, bool] = {
            "judged": judged[id],
            "failed": not judged[id],
            "repaired": judged[id] and any(judgment.repairs for judgment in judgments),
            "cut": judged[id] and sure is not None and rank > sure,
            "tied": id in ties,
        }
        items.append(
            Ranked(
                id=id,
                rank=rank,
                score=score.get(id),
                provenance=tuple(mark for mark, holds in marks.items() if holds),
                stage=stage,
                why="" if judged[id] else next((judgment.why for judgment in judgments if judgment.why), ""),
                seen=next((judgment.seen[id] for judgment in judgments if id in judgment.seen), None),
            )
        )
    return Ranking(items=tuple(items))


def neighbours(ids: Sequence[DocId], tied: Callable[[DocId, DocId], bool]) -> set[DocId]:
    """Who is tied with the one before or the one after."""
    return {id for pair in pairwise(ids) if tied(*pair) for id in pair}


def nothing_asked(task: Task) -> Ranking:
    """The ranking of no document or of one: there is nothing to ask."""
    return Ranking(items=tuple(Ranked(id=document.id, rank=1) for document in task.documents))


def unique(models: Iterable[ModelRef]) -> tuple[ModelRef, ...]:
    """Each once, in order."""
    return tuple(dict.fromkeys(models))
