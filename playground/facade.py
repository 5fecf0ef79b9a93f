"""The engine in two calls: ``rerank`` for one strategy, ``compare`` for several. Synchronous, safe anywhere."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from playground import datasets
from playground import domains as fields
from playground.board import Board, LaneBoard, State
from playground.budget import Budget, dollars
from playground.errors import InputError, LaneError
from playground.events import Event
from playground.lanes import Lane, build, lane, parse
from playground.live import LiveRun
from playground.models import Access
from playground.runs import Record, built, completed, record
from playground.types import DocId, Document, Domain, Judge, Model, ModelRef, Ranked, Ranking, Repair, Task, Usage

DEFAULT_STRATEGY = "embedding"


@dataclass(frozen=True, kw_only=True)
class Result:
    """One lane's outcome. As a sequence it is the ``top_k``; ``ranking`` is whole; ``warnings`` are about the input, or
    about what didn't work as it should."""

    row: LaneBoard = field(repr=False)
    top: tuple[Ranked, ...]
    warnings: tuple[str, ...] = ()

    @property
    def ids(self) -> tuple[DocId, ...]:
        return tuple(item.id for item in self.top)

    @property
    def ranking(self) -> Ranking:
        return self.row.ranking or Ranking(items=())

    @property
    def state(self) -> State:
        return self.row.state

    @property
    def cost_usd(self) -> Decimal | None:
        """None = at least one call had no known price."""
        return self.row.spent.cost_usd

    @property
    def seconds(self) -> float:
        return self.row.seconds or 0.0

    @property
    def calls(self) -> int:
        """Questions that a model answered now; 0 with an oracle."""
        return self.row.spent.calls

    @property
    def cached(self) -> int:
        """Questions whose replies an earlier run or another lane had already."""
        return self.row.spent.cached

    @property
    def rounds(self) -> int:
        return self.row.rounds

    @property
    def usage(self) -> Usage:
        return self.row.spent.usage

    @property
    def repairs(self) -> tuple[Repair, ...]:
        return self.row.repairs

    def __getitem__(self, at: int) -> Ranked:
        return self.top[at]

    def __len__(self) -> int:
        return len(self.top)


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """Several lanes over the same documents. ``warnings`` are about the input (a document that was cut, say), or about
    what didn't work as it should."""

    record: Record = field(repr=False)
    board: Board = field(repr=False)
    results: tuple[Result, ...]
    warnings: tuple[str, ...] = ()


def task_of(
    query: str, documents: Sequence[str | Mapping[str, Any] | Document], domain: str | Domain | None = None
) -> tuple[Task, tuple[str, ...]]:
    """A checked task and what there is to say about it.

    Raises:
        InputError: no query, no documents, too many, duplicate ids, or something that is no document.
    """
    found, warnings = datasets.documents(documents)
    if isinstance(domain, Domain):
        field_of, unknown = domain, ""
    else:
        field_of, unknown = fields.domain(domain or fields.DEFAULT)
    task = Task(query=datasets.query(query), documents=found, domain=field_of)
    return task, (*warnings, unknown) if unknown else warnings


def rerank(
    query: str,
    documents: Sequence[str | Mapping[str, Any] | Document],
    *,
    strategy: str = DEFAULT_STRATEGY,
    model: str | Judge | Model | None = None,
    domain: str | Domain | None = None,
    top_k: int | None = None,
    explain: int = 0,
    access: Access | None = None,
    fresh: bool = False,
    budget: float | Decimal | None = None,
    **options: Any,
) -> Result:
    """Reranks documents with one strategy.

    Args:
        strategy: a strategy's or scorer's name; ``options`` are its options.
        model: ``provider:name``, or a judge or model of your own (see ``playground.testing``).
        top_k: how many results are wanted; ``ranking`` holds all of them.
        explain: write reasons for the first so many documents that have none.
        fresh: take no replies of earlier runs.
        budget: US dollars that are spent at the most. Questions that no longer fit stay unanswered.

    Raises:
        InputError: something given can't be used.
        LaneError: the lane can't work: no key, no such model, no server.
    """
    ref, given = _judge(model)
    named = {"model": ref, "top_k": top_k}
    words = options | {name: value for name, value in named.items() if value is not None}
    made = lane(build(strategy, words, files=True))
    how = _How(explain=explain, access=access, fresh=fresh, budget=budget)
    task, about_input = task_of(query, documents, domain)
    result = _ran(task, [made], how, about_input, given=given)
    row = result.board.lanes[0]
    if row.error is not None:
        raise LaneError(row.error.message, hint=row.error.hint)
    return result.results[0]


def compare(
    query: str,
    documents: Sequence[str | Mapping[str, Any] | Document],
    lanes: Sequence[str | Lane],
    *,
    domain: str | Domain | None = None,
    qrels: Mapping[DocId, int] | None = None,
    explain: int = 0,
    access: Access | None = None,
    fresh: bool = False,
    budget: float | Decimal | None = None,
    watch: Callable[[LiveRun], None] | None = None,
) -> Comparison:
    """Runs several lanes over the same documents, side by side; a lane that fails says so and leaves the others alone.

    ``lanes`` are words (``"listwise model=openai:gpt-6-luna window=all"``) or lanes; ``watch`` is called with the run
    once it has started, to follow or stop it; the rest is as for ``rerank``.

    Raises:
        InputError: something given can't be used.
    """
    made = [parse(entry, files=True) if isinstance(entry, str) else entry for entry in lanes]
    how = _How(explain=explain, access=access, fresh=fresh, budget=budget)
    task, about_input = task_of(query, documents, domain)
    return _ran(task, made, how, about_input, qrels=qrels or {}, watch=watch)


def retry(
    made: Record,
    *,
    access: Access | None = None,
    budget: float | Decimal | None = None,
    watch: Callable[[LiveRun], None] | None = None,
) -> Comparison:
    """Completes a run: its lanes once more over its documents. What it was answered well is used again, and so are
    replies kept from other runs; only the rest is asked.

    The outcome has the run's human grades and warnings, reasons as far down as it had them, and its checks unless an
    order has changed. ``budget`` and ``watch`` are as for ``compare``.

    Raises:
        InputError: a lane can't be built here, or the budget can't be read.
    """
    how = _How(explain=made.explained, access=access, fresh=False, budget=budget, before=made.events)
    done = _ran(made.task, built(made.lanes), how, made.warnings, qrels=made.qrels, watch=watch)
    return replace(done, record=completed(done.record, made))


@dataclass(frozen=True, kw_only=True)
class _How:
    """What the calls can be told about the run. ``before`` are the events of the one that it completes."""

    explain: int
    access: Access | None
    fresh: bool
    budget: float | Decimal | None
    before: Sequence[Event] = ()


def _ran(
    task: Task,
    lanes: Sequence[Lane],
    how: _How,
    about_input: tuple[str, ...],
    *,
    given: Mapping[ModelRef, Judge | Model] = MappingProxyType({}),
    qrels: Mapping[DocId, int] = MappingProxyType({}),
    watch: Callable[[LiveRun], None] | None = None,
) -> Comparison:
    if how.explain < 0:
        raise InputError(
            f"explain={how.explain} is out of range.", hint="Give the number of documents to explain, 0 for none."
        )
    budget = None if how.budget is None else Budget(dollars(how.budget))
    access = how.access or Access.from_env()
    live = LiveRun(
        task, lanes, access, explain=how.explain, budget=budget, fresh=how.fresh, given=given, before=how.before
    )
    try:
        if watch is not None:
            watch(live)
        board = live.join()
    except BaseException:  # Ctrl-C, say: nobody would see what it goes on to spend
        live.stop()
        raise
    warnings = (*about_input, *board.warnings)
    return Comparison(
        record=record(task, lanes, live.events, qrels=qrels, warnings=about_input),
        board=board,
        results=tuple(_result(row, entry, warnings) for row, entry in zip(board.lanes, lanes, strict=True)),
        warnings=warnings,
    )


def _result(row: LaneBoard, made: Lane, warnings: tuple[str, ...]) -> Result:
    ranking = row.ranking or Ranking(items=())
    return Result(row=row, top=ranking.top(made.strategy.top_k), warnings=warnings)


def _judge(model: str | Judge | Model | None) -> tuple[ModelRef | None, dict[ModelRef, Judge | Model]]:
    if model is None or isinstance(model, str):
        return (ModelRef.parse(model) if model else None), {}
    ref = ModelRef("given", type(model).__name__)
    return ref, {ref: model}
