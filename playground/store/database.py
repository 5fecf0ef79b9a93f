"""Opening a database and speaking to it: transactions, the newest tables, and errors that say what to do."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from copy import copy
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Self

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, Table, create_engine, event, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError

from playground.errors import InputError
from playground.store.address import VARIABLE, parse, without_secrets

_PATIENCE = 30
"""Seconds to wait for another process's write."""
_CONNECTING = 10
"""Seconds after which a PostgreSQL that says nothing isn't there."""
_UPGRADING = 7_249_310_551
"""The number of the lock in PostgreSQL under which tables are made: any that nobody else takes."""


class Database:
    """A database at ``url`` with the newest tables; ``user`` is whose rows are read and written."""

    def __init__(self, url: str | URL, *, user: str = "") -> None:
        """Raises:
        InputError: no such database, no way in, or a newer version of the playground has written to it.
        """
        self.user = user
        self._url = parse(url)
        self._engine = _engine(self._url)
        self._writer = self._engine.execution_options(writes=True)
        try:
            self._upgrade()
        except BaseException:
            self.close()
            raise

    def as_user(self, user: str) -> Self:
        """The same database for another user. It shares the connections, of which a server has few: close one, and
        both are."""
        other = copy(self)
        other.user = user
        return other

    def book(self, run: str) -> Self:
        """The same database for all who open the saved run of this id: where they keep what they say of it together."""
        return self.as_user(f"run {run}")

    def close(self) -> None:
        """Lets go of the database. What was saved is safe without it."""
        self._engine.dispose()

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        with self._clear_errors(), self._engine.begin() as connection:
            yield connection

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        """One transaction: all of it is saved when it ends, or nothing."""
        with self._clear_errors(), self._writer.begin() as connection:
            yield connection

    @contextmanager
    def _clear_errors(self) -> Iterator[None]:
        try:
            yield
        except DBAPIError as error:
            said = without_secrets(str(error.orig).strip().partition("\n")[0], self._url).rstrip(".")
            raise InputError(
                f"The database can't be used: {said}.",
                hint=f"Check that it is there, has room and may be written to; and {VARIABLE}, if that is set.",
            ) from None

    def _upgrade(self) -> None:
        """Brings the tables up to date. Whoever else opens the database at this moment waits, and finds it done."""
        with self._reading() as connection:
            if not _behind(connection):
                return
        with self._writing() as connection:
            if connection.dialect.name == "postgresql":
                connection.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": _UPGRADING})
            config = _migrations()
            config.attributes["connection"] = connection
            command.upgrade(config, "head")  # which looks again what there is to do


def now() -> str:
    """The time in UTC, ISO 8601, whole seconds."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def put(connection: Connection, table: Table, row: Mapping[str, Any]) -> None:
    """A row in place of the one with the same primary key, if there is one."""
    # Both take the same words, which SQLAlchemy has once for each.
    made: postgresql.Insert | sqlite.Insert = (
        postgresql.insert(table) if connection.dialect.name == "postgresql" else sqlite.insert(table)
    )
    keys = [column.name for column in table.primary_key]
    others = {name: made.excluded[name] for name in row if name not in keys}
    connection.execute(made.values(**row).on_conflict_do_update(index_elements=keys, set_=others))


def _engine(url: URL) -> Engine:
    if url.drivername == "sqlite":
        _own_file(Path(url.database or ""))
        made = create_engine(url, hide_parameters=True, connect_args={"timeout": _PATIENCE, "isolation_level": None})
        event.listen(made, "connect", _prepare)
        event.listen(made, "begin", _begin)
        return made
    # A kept connection may be of before the server's last restart.
    options = {"connect_timeout": _CONNECTING}
    return create_engine(url, hide_parameters=True, pool_pre_ping=True, connect_args=options)


def _own_file(path: Path) -> None:
    """A file that its owner alone reads, before SQLite makes one that everybody does."""
    try:
        path.touch(mode=0o600)
    except (OSError, ValueError) as error:
        why = (error.strerror if isinstance(error, OSError) else None) or str(error)
        raise InputError(
            f"The database {path.name} can't be opened: {why}.",
            hint="Name a file in a folder that is there and can be written to.",
        ) from None


def _prepare(connection: Any, _: Any) -> None:
    for pragma in ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON"):
        connection.execute(f"PRAGMA {pragma}")


def _begin(connection: Connection) -> None:
    """Who means to write holds the lock from the start: got later, there may be no waiting for it."""
    writes = connection.get_execution_options().get("writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _migrations() -> Config:
    config = Config()
    config.set_main_option("script_location", "playground.store:migrations")
    return config


def _behind(connection: Connection) -> bool:
    """Whether the tables are older than this version's, or not made yet.

    Raises:
        InputError: they are newer.
    """
    scripts = ScriptDirectory.from_config(_migrations())
    there = set(MigrationContext.configure(connection).get_current_heads())
    if there - {script.revision for script in scripts.walk_revisions()}:
        raise InputError(
            "A newer version of the playground has written to the database.",
            hint=f"Update the playground to open it, or name another one in {VARIABLE}.",
        )
    return there != set(scripts.get_heads())
