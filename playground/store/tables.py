"""The tables as this version uses them. ``migrations`` makes them; a test holds the two to be the same.

Text of any length is found by a hash of it: PostgreSQL's indexes take no long text.
"""

from __future__ import annotations

import hashlib
import json
from typing import Any

from sqlalchemy import Column, Dialect, ForeignKey, Index, Integer, MetaData, String, Table, Text, TypeDecorator

from playground.datasets.inputs import clean
from playground.store.ids import LENGTH


class Words(TypeDecorator[str]):
    """Text that people wrote, without the characters that no database can hold. Looked for, it is cleaned alike."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        return None if value is None else clean(value)[0]


class Json(TypeDecorator[Any]):
    """Whatever JSON can hold, as its text: escaped, so that every character fits into every database."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str:
        return json.dumps(value, allow_nan=False)

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any:
        return None if value is None else json.loads(value)


def digest(value: Any) -> str:
    """64 hexadecimal digits that are the same for the same JSON, whatever the order of its keys."""
    return hashlib.sha256(json.dumps(value, sort_keys=True, allow_nan=False).encode()).hexdigest()


METADATA = MetaData()

RUNS = Table(
    "runs",
    METADATA,
    Column("number", Integer, primary_key=True),
    Column("id", String(LENGTH), nullable=False, unique=True),
    Column("user", Text, nullable=False),
    Column("made", Words, nullable=False),
    Column("query", Words, nullable=False),
    Column("domain", Words, nullable=False),
    Column("documents", Integer, nullable=False),
    Column("lanes", Json, nullable=False),
    Column("note", Words, nullable=False),
    Column("searched", Words, nullable=False),
    Column("record", Text, nullable=False),
    Index("runs_by_user", "user", "number"),
)

QUERY_SETS = Table(
    "query_sets",
    METADATA,
    Column("number", Integer, primary_key=True),
    Column("id", String(LENGTH), nullable=False, unique=True),
    Column("user", Text, nullable=False),
    Column("name", Words, nullable=False),
    Column("made", Text, nullable=False),
    Index("query_sets_by_user", "user", "number"),
)

SET_QUERIES = Table(
    "set_queries",
    METADATA,
    Column("query_set", ForeignKey("query_sets.number", ondelete="CASCADE"), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("query_id", Words, nullable=False),
    Column("query", Words, nullable=False),
    Column("domain", Words),
    Column("name", Words, nullable=False),
    Column("note", Words, nullable=False),
    Column("documents", Json, nullable=False),
    Column("qrels", Json, nullable=False),
    Column("warnings", Json, nullable=False),
)

LABELS = Table(
    "labels",
    METADATA,
    Column("user", Text, primary_key=True),
    Column("key", String(64), primary_key=True),
    Column("turn", Integer, nullable=False),
    Column("query", Words, nullable=False),
    Column("document", Words, nullable=False),
    Column("content", Words, nullable=False),
    Column("grade", Integer),
    Column("grader", Words, nullable=False),
    Column("note", Words, nullable=False),
    Column("made", Words, nullable=False),
)

EVALUATIONS = Table(
    "evaluations",
    METADATA,
    Column("number", Integer, primary_key=True),
    Column("id", String(LENGTH), nullable=False, unique=True),
    Column("user", Text, nullable=False),
    Column("hash", String(64), nullable=False),
    Column("settings", Json, nullable=False),
    Column("made", Text, nullable=False),
    Index("evaluations_by_settings", "user", "hash", "number"),
)

OUTCOMES = Table(
    "outcomes",
    METADATA,
    Column("evaluation", ForeignKey("evaluations.number", ondelete="CASCADE"), primary_key=True),
    Column("key", String(64), primary_key=True),
    Column("lane", Words, nullable=False),
    Column("query_id", Words, nullable=False),
    Column("outcome", Json, nullable=False),
)
