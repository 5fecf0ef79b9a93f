"""Runs, query sets, labels and evaluations."""

from __future__ import annotations

from alembic import op
from sqlalchemy import Column, ForeignKey, Integer, String, Text

revision = "1"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "runs",
        Column("number", Integer, primary_key=True),
        Column("id", String(16), nullable=False, unique=True),
        Column("user", Text, nullable=False),
        Column("made", Text, nullable=False),
        Column("query", Text, nullable=False),
        Column("domain", Text, nullable=False),
        Column("documents", Integer, nullable=False),
        Column("lanes", Text, nullable=False),
        Column("note", Text, nullable=False),
        Column("searched", Text, nullable=False),
        Column("record", Text, nullable=False),
    )
    op.create_index("runs_by_user", "runs", ["user", "number"])
    op.create_table(
        "query_sets",
        Column("number", Integer, primary_key=True),
        Column("id", String(16), nullable=False, unique=True),
        Column("user", Text, nullable=False),
        Column("name", Text, nullable=False),
        Column("made", Text, nullable=False),
    )
    op.create_index("query_sets_by_user", "query_sets", ["user", "number"])
    op.create_table(
        "set_queries",
        Column("query_set", Integer, ForeignKey("query_sets.number", ondelete="CASCADE"), primary_key=True),
        Column("position", Integer, primary_key=True),
        Column("query_id", Text, nullable=False),
        Column("query", Text, nullable=False),
        Column("domain", Text),
        Column("name", Text, nullable=False),
        Column("note", Text, nullable=False),
        Column("documents", Text, nullable=False),
        Column("qrels", Text, nullable=False),
        Column("warnings", Text, nullable=False),
    )
    op.create_table(
        "labels",
        Column("user", Text, primary_key=True),
        Column("key", String(64), primary_key=True),
        Column("turn", Integer, nullable=False),
        Column("query", Text, nullable=False),
        Column("document", Text, nullable=False),
        Column("content", Text, nullable=False),
        Column("grade", Integer),
        Column("grader", Text, nullable=False),
        Column("note", Text, nullable=False),
        Column("made", Text, nullable=False),
    )
    op.create_table(
        "evaluations",
        Column("number", Integer, primary_key=True),
        Column("id", String(16), nullable=False, unique=True),
        Column("user", Text, nullable=False),
        Column("hash", String(64), nullable=False),
        Column("settings", Text, nullable=False),
        Column("made", Text, nullable=False),
    )
    op.create_index("evaluations_by_settings", "evaluations", ["user", "hash", "number"])
    op.create_table(
        "outcomes",
        Column("evaluation", Integer, ForeignKey("evaluations.number", ondelete="CASCADE"), primary_key=True),
        Column("key", String(64), primary_key=True),
        Column("lane", Text, nullable=False),
        Column("query_id", Text, nullable=False),
        Column("outcome", Text, nullable=False),
    )
