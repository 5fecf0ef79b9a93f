"""Every test of the store runs on a SQLite file and on a real PostgreSQL."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy.engine import URL

from playground.facade import compare
from playground.models import Access
from playground.runs import Record
from playground.store import Store
from tests.store import postgres

Opened = Callable[..., Store]


@pytest.fixture(scope="session")
def server() -> Iterator[URL]:
    """A PostgreSQL to make databases in. Where CI has none, that is a failure."""
    bin = postgres.programs()
    if bin is None:
        assert "CI" not in os.environ, "PostgreSQL must be installed here"
        pytest.skip("PostgreSQL is not installed: apt-get install postgresql")
    with postgres.server(bin) as port:
        yield URL.create(
            "postgresql",
            username="playground",
            password=postgres.PASSWORD,
            host="127.0.0.1",
            port=port,
            database="postgres",
        )


def connected(url: URL) -> psycopg.Connection[tuple[Any, ...]]:
    """A way into a PostgreSQL past the store; each statement is a transaction."""
    return psycopg.connect(
        host=url.host, port=url.port, user=url.username, password=url.password, dbname=url.database, autocommit=True
    )


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> URL:
    """A database that nothing has been written to."""
    if request.param == "sqlite":
        return URL.create("sqlite", database=str(tmp_path / "playground.sqlite"))
    server: URL = request.getfixturevalue("server")
    with connected(server) as connection:
        connection.execute("DROP SCHEMA public CASCADE")
        connection.execute("CREATE SCHEMA public")
    return server


@pytest.fixture
def opened(url: URL) -> Iterator[Opened]:
    """Opens the database, as often as wanted, and closes it after the test."""
    with ExitStack() as stack:

        def store(user: str = "") -> Store:
            made = Store(url, user=user)
            stack.callback(made.close)
            return made

        yield store


@pytest.fixture
def store(opened: Opened) -> Store:
    return opened()


@pytest.fixture(scope="session")
def record() -> Record:
    return compare("do whales sleep", ["Whales doze. 🐋", "Boats."], ["bm25"], access=Access()).record
