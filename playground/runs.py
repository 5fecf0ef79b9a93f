"""The run record: one JSON with everything that happened, enough to show the run again without asking anybody. No
key ever gets in: nothing that holds one is part of a task, a lane or an event."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import cache, cached_property
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from playground.board import Board, LaneBoard, fold
from playground.checks import Check
from playground.errors import InputError, PlaygroundError
from playground.events import Answered, Event, LaneFinished, RunFinished
from playground.lanes import Lane, parse
from playground.live import blank
from playground.types import DocId, Task

if TYPE_CHECKING:
    from pydantic import ValidationError

SCHEMA = 1
_BROKEN = "The file was changed by hand or cut short."
_LIBRARIES = (
    "openai",
    "anthropic",
    "sentence-transformers",
    "transformers",
    "torch",
    "genai-prices",
    "xllamacpp",
    "bm25s",
)


@dataclass(frozen=True, kw_only=True)
class LaneWords:
    """A lane as it is recorded: its words, and what a card shows of it."""

    name: str
    strategy: str
    model: str
    words: str


@dataclass(frozen=True, kw_only=True)
class Record:
    """One run. ``made`` is an ISO time in UTC; ``checks`` are what was run once more to see whether it holds;
    ``libraries`` the versions that took part."""

    schema: int
    made: str
    task: Task
    lanes: tuple[LaneWords, ...]
    events: tuple[Event, ...]
    qrels: Mapping[DocId, int] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()
    checks: tuple[Check, ...] = ()
    libraries: Mapping[str, str] = field(default_factory=dict)

    @property
    def blank(self) -> tuple[LaneBoard, ...]:
        """The lanes' boards before anything has happened."""
        return tuple(
            LaneBoard(name=row.name, strategy=row.strategy, model=row.model, words=row.words) for row in self.lanes
        )

    @cached_property
    def board(self) -> Board:
        """The run's board, folded from the recorded events; nothing is read or asked again."""
        return fold(self.blank, self.events)

    @property
    def explained(self) -> int:
        """How many of a lane's first documents were to have a reason, as far as the events tell."""
        ranks = [
            {} if row.ranking is None else {id: rank for rank, id in enumerate(row.ranking.ids, 1)}
            for row in self.board.lanes
        ]
        return max(
            (
                ranks[event.lane].get(id, 0)
                for event in self.events
                if isinstance(event, Answered) and event.phase == "explain"
                for id in event.ask.shown
            ),
            default=0,
        )


def record(
    task: Task,
    lanes: Sequence[Lane],
    events: Sequence[Event],
    *,
    qrels: Mapping[DocId, int] | None = None,
    warnings: tuple[str, ...] = (),
    checks: Sequence[Check] = (),
) -> Record:
    """The record of a run, as far as it has come."""
    return Record(
        schema=SCHEMA,
        made=datetime.now(UTC).isoformat(timespec="seconds"),
        task=task,
        lanes=tuple(
            LaneWords(name=row.name, strategy=row.strategy, model=row.model, words=row.words) for row in blank(lanes)
        ),
        events=tuple(events),
        qrels=dict(qrels or {}),
        warnings=warnings,
        checks=tuple(checks),
        libraries={name: found for name in _LIBRARIES if (found := _version(name))},
    )


def completed(done: Record, before: Record) -> Record:
    """The record of a run that completed another, with what still holds of that one: its warnings, and its checks
    unless an order has changed."""
    same = _orders(done.board) == _orders(before.board)
    return replace(done, warnings=before.warnings, checks=before.checks if same else ())


def built(lanes: Sequence[LaneWords]) -> list[Lane]:
    """Recorded lanes, to be run again.

    Raises:
        InputError: this installation doesn't know what a lane is made of.
    """
    made = []
    for row in lanes:
        try:
            made.append(parse(row.words))
        except PlaygroundError as error:
            raise InputError(f"The lane {row.name} can't be built here: {error.message}", hint=error.hint) from None
    return made


def dump(made: Record) -> str:
    """The record as JSON text."""
    text: bytes = _adapter(Record).dump_json(made, indent=1)
    return text.decode()


def load(text: str, filename: str = "the record") -> Record:
    """A record from its JSON.

    Raises:
        InputError: no JSON, not a record, or written by a newer version.
    """
    try:
        found = json.loads(text, parse_constant=_no_number, parse_float=_finite)
    except (ValueError, RecursionError):
        raise InputError(
            f"{filename} is not JSON.", hint="Give a file written with --out or exported by the app."
        ) from None
    schema = found.get("schema") if isinstance(found, dict) else None
    if type(schema) is not int or "events" not in found:
        raise InputError(
            f"{filename} is not a run record.", hint="Give a file written with --out or exported by the app."
        )
    if schema > SCHEMA:
        raise InputError(f"{filename} was written by a newer version.", hint="Update the playground to open it.")
    from pydantic import ValidationError

    try:
        made: Record = _adapter(Record).validate_json(text)
    except ValidationError as error:
        raise _refused(filename, (), error) from None
    if not made.task.documents or not made.lanes:
        raise InputError(f"{filename} holds no {'lanes' if made.task.documents else 'documents'}.", hint=_BROKEN)
    _check_events(made, "events", made.events, filename)
    for at, check in enumerate(made.checks):
        _check_events(made, f"checks.{at}.events", check.events, filename)
    return made


def read(path: Path) -> Record:
    """A record from a file.

    Raises:
        InputError: as ``load``, or no such file.
    """
    try:
        return load(path.read_text(encoding="utf-8"), path.name)
    except (OSError, UnicodeDecodeError):
        raise InputError(f"{path} can't be read.", hint="Check the path.") from None


def _orders(board: Board) -> list[tuple[DocId, ...] | None]:
    return [None if row.ranking is None else row.ranking.ids for row in board.lanes]


def _check_events(made: Record, field: str, events: Sequence[Event], filename: str) -> None:
    """Raises:
    InputError: an event of a lane or document that the record doesn't have, or details that no strategy leaves.
    """
    from pydantic import ValidationError

    ids = {document.id for document in made.task.documents}
    for at, event in enumerate(events):
        if not isinstance(event, RunFinished) and not 0 <= event.lane < len(made.lanes):
            raise InputError(f"{filename}, field {field}.{at}.lane: there is no lane {event.lane}.", hint=_BROKEN)
        if isinstance(event, LaneFinished):
            try:
                met = _met(event.ranking.details)
            except ValidationError as error:
                raise _refused(filename, (field, str(at), "ranking", "details"), error) from None
            if unknown := {*event.ranking.ids, *met} - ids:
                raise InputError(
                    f"{filename}, field {field}.{at}.ranking: there is no document {min(unknown)!r}.", hint=_BROKEN
                )


@dataclass(frozen=True, kw_only=True)
class _Duels:
    wins: int
    losses: int
    ties: int
    beat: DocId | None
    lost_to: DocId | None


@dataclass(frozen=True, kw_only=True)
class _Picks:
    wins: int
    losses: int


@dataclass(frozen=True, kw_only=True)
class _Details:
    """What is read from a ranking's details; the rest of them may be anything."""

    duels: Mapping[DocId, _Duels] = field(default_factory=dict)
    picks: Mapping[DocId, _Picks] = field(default_factory=dict)
    intervals: Mapping[DocId, tuple[int, int]] = field(default_factory=dict)
    answered: int = 0
    label_mass: Mapping[DocId, float] = field(default_factory=dict)
    cycles: int = 0
    tie_rate: float | None = None
    first_won: float | None = None


def _met(details: Mapping[str, Any]) -> set[DocId]:
    """The documents that others are said to have met in duels.

    Raises:
        ValidationError: the details are of wrong types.
    """
    read: _Details = _adapter(_Details).validate_json(json.dumps(details), strict=True)
    return {id for each in read.duels.values() for id in (each.beat, each.lost_to) if id is not None}


def _refused(filename: str, where: Sequence[str], error: ValidationError) -> InputError:
    """The first mistake, with the whole way to it."""
    first = error.errors()[0]
    field = ".".join(map(str, (*where, *first["loc"])))
    return InputError(f"{filename}, field {field}: {first['msg']}.", hint=_BROKEN)


def _finite(text: str) -> float:
    value = float(text)
    if math.isinf(value):
        raise ValueError(text)
    return value


def _no_number(name: str) -> None:
    raise ValueError(name)  # NaN and the infinities: no JSON, though Python reads them


@cache
def _adapter(kind: type) -> Any:
    from pydantic import TypeAdapter

    return TypeAdapter(kind)


@cache
def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return ""
