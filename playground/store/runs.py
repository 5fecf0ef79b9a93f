"""Saved runs."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import ColumnElement, RowMapping, and_, delete, func, insert, select, update

from playground import runs
from playground.board import State
from playground.errors import InputError
from playground.limits import LIMITS
from playground.runs import Record
from playground.store import ids
from playground.store.database import Database
from playground.store.tables import LABELS, RUNS

_NOUN = "saved run"
_MOST_WORDS = 500
"""That one search may have: SQLite takes a thousand conditions."""
_COLUMNS = [column for column in RUNS.c if column.name not in ("number", "user", "searched", "record")]


@dataclass(frozen=True, kw_only=True)
class RunRow:
    """What a list shows of a saved run. ``made`` is the record's, ``documents`` their number; ``states`` are the
    lanes', in the lanes' order."""

    id: str
    made: str
    query: str
    domain: str
    documents: int
    lanes: tuple[str, ...]
    states: tuple[State, ...]
    note: str

    @property
    def ended(self) -> str:
        """Every lane with its state. Names hold commas."""
        return "; ".join(f"{name} ({state})" for name, state in zip(self.lanes, self.states, strict=True))


class Runs(Database):
    def save_run(self, record: Record, note: str = "") -> str:
        """Saves a run and returns its id: a new one, also for a run that was saved before."""
        id, lanes = ids.new(), [(lane.name, lane.state) for lane in record.board.lanes]
        row = {
            "id": id,
            "user": self.user,
            "made": record.made,
            "query": record.task.query,
            "domain": record.task.domain.name,
            "documents": len(record.task.documents),
            "lanes": lanes,
            "note": note,
            "searched": _searched(record.task.query, note, (name for name, _ in lanes)),
            "record": runs.dump(record),
        }
        with self._writing() as connection:
            connection.execute(insert(RUNS).values(row))
        return id

    def find_run(self, record: Record) -> str | None:
        """The user's last saved run that is this record to the letter; None without one."""
        same = and_(
            RUNS.c.user == self.user,
            RUNS.c.made == record.made,
            RUNS.c.query == record.task.query,
            RUNS.c.record == runs.dump(record),
        )
        with self._reading() as connection:
            return connection.scalar(select(RUNS.c.id).where(same).order_by(RUNS.c.number.desc()).limit(1))

    def place(self, id: str) -> int:
        """How many runs stand above this one in the list of all the user's.

        Raises:
            InputError: the user has no run of this id.
        """
        ids.check(id, _NOUN)
        with self._reading() as connection:
            number = connection.scalar(select(RUNS.c.number).where(self._own(id)))
            if number is None:
                raise ids.unknown(_NOUN)
            later = select(func.count()).where(RUNS.c.user == self.user, RUNS.c.number > number)
            return connection.scalars(later).one()

    def run(self, id: str) -> Record:
        """The run of this id, whoever saved it.

        Raises:
            InputError: there is none, or a newer version wrote it.
        """
        ids.check(id, _NOUN)
        with self._reading() as connection:
            found = connection.scalar(select(RUNS.c.record).where(RUNS.c.id == id))
        if found is None:
            raise ids.unknown(_NOUN)
        return runs.load(found, f"The saved run {id}")

    def note(self, id: str) -> str:
        """What the user has noted beside the run of this id; "" also where the run is somebody else's.

        Raises:
            InputError: it is no id.
        """
        ids.check(id, _NOUN)
        with self._reading() as connection:
            return connection.scalar(select(RUNS.c.note).where(self._own(id))) or ""

    def runs(self, search: str = "", limit: int = 50, offset: int = 0) -> list[RunRow]:
        """The user's runs in whose query, note or lane names, taken together, each of these words is found, in
        capitals or not; the last saved first.

        Raises:
            InputError: the search is too long, or of too many words.
        """
        if len(search) > LIMITS.query_chars:
            raise InputError(
                f"The search has {len(search):,} characters; at most {LIMITS.query_chars:,} are allowed.",
                hint="Search for a few words.",
            )
        words = dict.fromkeys(search.casefold().split())
        if len(words) > _MOST_WORDS:
            raise InputError(
                f"The search has {len(words):,} words; at most {_MOST_WORDS:,} are allowed.",
                hint="Search for a few words.",
            )
        wanted = select(*_COLUMNS).where(
            RUNS.c.user == self.user, *(RUNS.c.searched.contains(word, autoescape=True) for word in words)
        )
        with self._reading() as connection:
            rows = connection.execute(wanted.order_by(RUNS.c.number.desc()).limit(limit).offset(offset)).mappings()
            return [_listed(row) for row in rows]

    def set_note(self, id: str, note: str) -> None:
        """Raises:
        InputError: the user has no run of this id.
        """
        ids.check(id, _NOUN)
        with self._writing() as connection:
            found = connection.execute(select(RUNS.c.query, RUNS.c.lanes).where(self._own(id))).first()
            if found is None:
                raise ids.unknown(_NOUN)
            searched = _searched(found.query, note, (name for name, _ in found.lanes))
            connection.execute(update(RUNS).where(self._own(id)).values(note=note, searched=searched))

    def delete_run(self, id: str) -> None:
        """Deletes a run and the labels that were given together to it.

        Raises:
            InputError: the user has no run of this id.
        """
        ids.check(id, _NOUN)
        with self._writing() as connection:
            if not connection.execute(delete(RUNS).where(self._own(id))).rowcount:
                raise ids.unknown(_NOUN)
            connection.execute(delete(LABELS).where(LABELS.c.user == self.book(id).user))

    def _own(self, id: str) -> ColumnElement[bool]:
        return and_(RUNS.c.id == id, RUNS.c.user == self.user)


def _listed(row: RowMapping) -> RunRow:
    lanes = row["lanes"]
    return RunRow(**{**row, "lanes": tuple(name for name, _ in lanes), "states": tuple(state for _, state in lanes)})


def _searched(query: str, note: str, lanes: Iterable[str]) -> str:
    """What a search looks through. Folded here, as databases differ in what they take for the same letter."""
    return "\n".join((query, note, *lanes)).casefold()
