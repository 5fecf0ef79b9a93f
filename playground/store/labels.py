"""Human labels: what somebody said of one document for one query, in whatever set or run they met it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field

from sqlalchemy import ColumnElement, and_, delete, func, select

from playground.datasets.inputs import clean, kind
from playground.errors import InputError
from playground.store.database import Database, now, put
from playground.store.tables import LABELS, digest
from playground.types import DocId, Document

BEST = 3
"""The best grade a grader can give; 0 is the worst."""
_COLUMNS = [column for column in LABELS.c if column.name not in ("user", "key", "turn")]


@dataclass(frozen=True, kw_only=True)
class Label:
    """``grade`` is 0-3, None = skipped; ``content`` the document's ``content_hash``, since many documents are called
    d1; ``made`` an ISO time in UTC."""

    query: str
    document: DocId
    content: str
    grade: int | None
    grader: str
    note: str = ""
    made: str = field(default_factory=now)


def content_hash(document: Document) -> str:
    """64 hexadecimal digits that change with the title or the content."""
    return hashlib.sha256(f"{document.title}\0{document.content}".encode(errors="replace")).hexdigest()


class Labels(Database):
    def put_label(self, label: Label) -> None:
        """Saves a label in place of the one that its grader gave the same document for the same query.

        Raises:
            InputError: the grade is none.
        """
        if label.grade is not None and (type(label.grade) is not int or not 0 <= label.grade <= BEST):
            found = label.grade if type(label.grade) is int else kind(label.grade)
            raise InputError(f"{found} is not a grade.", hint=f"Grades are whole numbers from 0 to {BEST}.")
        turn = select(func.coalesce(func.max(LABELS.c.turn), 0) + 1).where(LABELS.c.user == self.user)
        with self._writing() as connection:
            put(
                connection,
                LABELS,
                {**vars(label), "user": self.user, "key": _key(label), "turn": turn.scalar_subquery()},
            )

    def labels(self, query: str | None = None, grader: str | None = None, runs: Iterable[str] = ()) -> list[Label]:
        """The labels for this query and by this grader, all of them for None; the last given last. After the user's
        own come those that were given together to the saved runs of these ids."""
        users = [self.user, *(self.book(run).user for run in runs)]
        wanted = select(*_COLUMNS).where(LABELS.c.user.in_(users))
        if query is not None:
            wanted = wanted.where(LABELS.c.query == query)
        if grader is not None:
            wanted = wanted.where(LABELS.c.grader == grader)
        order = (LABELS.c.user != self.user, LABELS.c.user, LABELS.c.turn)
        with self._reading() as connection:
            return [Label(**row) for row in connection.execute(wanted.order_by(*order)).mappings()]

    def take_back(self, labels: Iterable[Label]) -> list[Label]:
        """Deletes these labels and returns them, as far as they stand as they were given: what their grader said of
        the same document since stays."""
        with self._writing() as connection:
            return [label for label in labels if connection.execute(delete(LABELS).where(self._is(label))).rowcount]

    def graders(self) -> list[str]:
        """Whoever has given a label, by name."""
        wanted = select(LABELS.c.grader).where(LABELS.c.user == self.user).distinct()
        with self._reading() as connection:
            return sorted(connection.scalars(wanted))

    def _is(self, label: Label) -> ColumnElement[bool]:
        return and_(
            LABELS.c.user == self.user,
            LABELS.c.key == _key(label),
            LABELS.c.grade.is_not_distinct_from(label.grade),
            LABELS.c.note == label.note,
            LABELS.c.made == label.made,
        )


def _key(label: Label) -> str:
    """What a label is one of: cleaned, as the row that it finds is."""
    return digest([clean(each)[0] for each in (label.query, label.document, label.content, label.grader)])
