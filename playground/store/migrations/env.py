"""What Alembic runs: the missing steps, within the transaction of whoever opened the database."""

from __future__ import annotations

from alembic import context

context.configure(connection=context.config.attributes["connection"])
context.run_migrations()
