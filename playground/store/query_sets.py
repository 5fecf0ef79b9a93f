"""Saved query sets."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import RowMapping, delete, func, insert, select

from playground.datasets import Example
from playground.datasets.inputs import clean, listed
from playground.errors import InputError
from playground.store import ids
from playground.store.database import Database, now
from playground.store.tables import QUERY_SETS, SET_QUERIES
from playground.types import Document

_NOUN = "query set"


@dataclass(frozen=True, kw_only=True)
class SetRow:
    """What a list shows of a query set; ``queries`` is their number."""

    id: str
    name: str
    made: str
    queries: int


class QuerySets(Database):
    def save_set(self, name: str, examples: Sequence[Example]) -> str:
        """Saves a query set and returns its id. Several may have the same name.

        Raises:
            InputError: no name, no queries, or several of the same id.
        """
        name = clean(name)[0].strip()
        if not name:
            raise InputError("The query set has no name.", hint="Give it one.")
        if not examples:
            raise InputError("The query set has no queries.", hint="Give at least one.")
        counts = Counter(example.query_id for example in examples)
        if twice := [each for each, count in counts.items() if count > 1]:
            raise InputError(f"Several queries have the same id: {listed(twice)}.", hint="Give each its own.")
        id = ids.new()
        with self._writing() as connection:
            number = connection.execute(
                insert(QUERY_SETS).values(id=id, user=self.user, name=name, made=now()).returning(QUERY_SETS.c.number)
            ).scalar_one()
            rows = [
                {"query_set": number, "position": position, **_row(example)}
                for position, example in enumerate(examples)
            ]
            connection.execute(insert(SET_QUERIES), rows)
        return id

    def find_set(self, name: str, examples: Sequence[Example]) -> str | None:
        """The id of a query set that was saved under this name with the same queries; None without one."""
        name = clean(name)[0].strip()
        like = (row.id for row in self.sets() if (row.name, row.queries) == (name, len(examples)))
        return next((id for id in like if self.query_set(id) == list(examples)), None)

    def sets(self) -> list[SetRow]:
        """The last saved first."""
        queries = (
            select(func.count())
            .where(SET_QUERIES.c.query_set == QUERY_SETS.c.number)
            .scalar_subquery()
            .label("queries")
        )
        wanted = select(QUERY_SETS.c.id, QUERY_SETS.c.name, QUERY_SETS.c.made, queries)
        with self._reading() as connection:
            rows = connection.execute(wanted.where(QUERY_SETS.c.user == self.user).order_by(QUERY_SETS.c.number.desc()))
            return [SetRow(**row) for row in rows.mappings()]

    def query_set(self, id: str) -> list[Example]:
        """The queries as they were saved, in their order.

        Raises:
            InputError: the user has no query set of this id.
        """
        ids.check(id, _NOUN)
        shown = [column for column in SET_QUERIES.c if column.name not in ("query_set", "position")]
        wanted = (
            select(*shown)
            .join_from(SET_QUERIES, QUERY_SETS)
            .where(QUERY_SETS.c.id == id, QUERY_SETS.c.user == self.user)
        )
        with self._reading() as connection:
            found = [_example(row) for row in connection.execute(wanted.order_by(SET_QUERIES.c.position)).mappings()]
        if not found:
            raise ids.unknown(_NOUN)
        return found

    def delete_set(self, id: str) -> None:
        """Raises:
        InputError: the user has no query set of this id.
        """
        ids.check(id, _NOUN)
        with self._writing() as connection:
            own = delete(QUERY_SETS).where(QUERY_SETS.c.id == id, QUERY_SETS.c.user == self.user)
            if not connection.execute(own).rowcount:
                raise ids.unknown(_NOUN)


def _row(example: Example) -> dict[str, Any]:
    return {
        **vars(example),
        "documents": [{**vars(document), "metadata": dict(document.metadata)} for document in example.documents],
        "qrels": dict(example.qrels),
    }


def _example(row: RowMapping) -> Example:
    return Example(
        **{
            **row,
            "documents": tuple(Document(**fields) for fields in row["documents"]),
            "warnings": tuple(row["warnings"]),
        }
    )
