"""How far evaluations have come: what was found for each lane and query, so that none is asked twice."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, insert, select

from playground.datasets.inputs import clean
from playground.store import ids
from playground.store.database import Database, now, put
from playground.store.tables import EVALUATIONS, OUTCOMES, digest

_NOUN = "evaluation"


class Evaluations(Database):
    def begin_evaluation(self, settings: Mapping[str, Any]) -> str:
        """A new evaluation's id. ``settings`` are JSON: all that its outcomes depend on, and no key."""
        id, kept = ids.new(), dict(settings)
        with self._writing() as connection:
            connection.execute(
                insert(EVALUATIONS).values(id=id, user=self.user, hash=digest(kept), settings=kept, made=now())
            )
        return id

    def find_evaluation(self, settings: Mapping[str, Any]) -> str | None:
        """The last evaluation that was begun with the same settings, in whatever order their keys stand."""
        wanted = select(EVALUATIONS.c.id).where(
            EVALUATIONS.c.user == self.user, EVALUATIONS.c.hash == digest(dict(settings))
        )
        with self._reading() as connection:
            return connection.scalar(wanted.order_by(EVALUATIONS.c.number.desc()).limit(1))

    def put_outcome(self, evaluation: str, lane: str, query_id: str, outcome: Mapping[str, Any]) -> None:
        """Saves what a lane came to for a query, as JSON, in place of what it came to before.

        Raises:
            InputError: the user has no evaluation of this id.
        """
        ids.check(evaluation, _NOUN)
        row = {
            "key": digest([clean(lane)[0], clean(query_id)[0]]),
            "lane": lane,
            "query_id": query_id,
            "outcome": dict(outcome),
        }
        with self._writing() as connection:
            put(connection, OUTCOMES, {"evaluation": self._number(connection, evaluation), **row})

    def outcomes(self, evaluation: str) -> dict[tuple[str, str], Mapping[str, Any]]:
        """What has been saved so far, by lane and query id.

        Raises:
            InputError: the user has no evaluation of this id.
        """
        ids.check(evaluation, _NOUN)
        with self._reading() as connection:
            number = self._number(connection, evaluation)
            rows = connection.execute(
                select(OUTCOMES.c.lane, OUTCOMES.c.query_id, OUTCOMES.c.outcome).where(OUTCOMES.c.evaluation == number)
            )
            return {(row.lane, row.query_id): row.outcome for row in rows}

    def _number(self, connection: Connection, id: str) -> int:
        found: int | None = connection.scalar(
            select(EVALUATIONS.c.number).where(EVALUATIONS.c.id == id, EVALUATIONS.c.user == self.user)
        )
        if found is None:
            raise ids.unknown(_NOUN)
        return found
