"""Opening a database: found or missed with a word on what to do, brought up to date, and never told the password of."""

from __future__ import annotations

import logging
import resource
import sqlite3
import subprocess
import sys
import traceback
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import create_engine
from sqlalchemy.engine import URL

import playground.store
from playground.datasets import Example
from playground.errors import InputError
from playground.models import Access
from playground.runs import Record
from playground.store import Label, RunRow, SetRow, Store, content_hash
from playground.store.tables import METADATA
from playground.types import Document
from tests.store.conftest import Opened, connected

ROOT = Path(__file__).parents[2]
SECRET = "sentinel9f3c1e"  # noqa: S105
MADE = "2026-11-24T09:00:00+00:00"
WHALES = Document(id="a", title="Wale", content="Whales\tdoze. 🐋", metadata={"year": "1999"}, first_stage_score=0.5)
BOATS = Document(id="b", content="Boats, 'quoted' \\ 100%.")


def execute(url: URL, statement: str) -> list[tuple[Any, ...]]:
    """Past the store."""
    if url.drivername == "sqlite":
        with closing(sqlite3.connect(url.database or "")) as connection, connection:
            return connection.execute(statement).fetchall()
    with connected(url) as rows:
        made = rows.execute(statement)
        return made.fetchall() if made.description else []


def everything(url: URL) -> object:
    """All that a database holds: the file's bytes, or the rows of every table."""
    if url.drivername == "sqlite":
        return Path(url.database or "").read_bytes()
    tables = sorted(execute(url, "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"))
    return [(name, execute(url, f'SELECT * FROM "{name}"')) for (name,) in tables]  # noqa: S608


@contextmanager
def room_for(size: int) -> Iterator[None]:
    """No file may grow beyond so many bytes: the system refuses to write on, as on a full disk."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_the_database_is_a_file_in_the_cache_folder_or_the_one_that_is_named(tmp_path: Path) -> None:
    """``PLAYGROUND_DATABASE_URL`` names it, in either spelling of PostgreSQL; its text hides the password."""
    access = Access(cache_dir=tmp_path / "data %20?")
    default = playground.store.url(access, {})
    with closing(Store(default)) as store:
        assert store.runs() == []
    assert (tmp_path / "data %20?" / "playground.sqlite").exists()
    assert playground.store.url(access, {"PLAYGROUND_DATABASE_URL": " "}) == default
    named = playground.store.url(access, {"PLAYGROUND_DATABASE_URL": f"sqlite:///{tmp_path}/other.sqlite"})
    assert named.database == f"{tmp_path}/other.sqlite"
    for scheme in ("postgres", "postgresql", "postgresql+psycopg"):
        found = playground.store.url(access, {"PLAYGROUND_DATABASE_URL": f"{scheme}://ada:{SECRET}@db:5433/play"})
        assert (found.host, found.port, found.database, found.password) == ("db", 5433, "play", SECRET)
        assert SECRET not in f"{found} {found!r}"


@pytest.mark.parametrize(
    "given",
    [
        SECRET,
        f"/home/{SECRET}",
        f"mysql://ada:{SECRET}@db/play",
        f"postgresql+asyncpg://ada:{SECRET}@db/play",
        f"postgresql://ada:{SECRET}/play",
        f"postgresql://ada:{SECRET}@db:port/play",
        f"postgresql://ada:{SECRET}@db",
        f"postgresql://ada:{SECRET}@db/",
        f"http://{SECRET}",
        f"sqlite://{SECRET}/play",
        f"sqlite:///play?password={SECRET}",
        "sqlite://",
        "sqlite:///:memory:",
    ],
)
def test_what_is_no_address_of_a_database_is_refused(given: str, tmp_path: Path) -> None:
    """The error names the variable and a good address, and repeats nothing of the bad one."""
    with pytest.raises(InputError, match="PLAYGROUND_DATABASE_URL") as caught:
        playground.store.url(Access(cache_dir=tmp_path), {"PLAYGROUND_DATABASE_URL": given})
    assert "postgresql://USER:PASSWORD@HOST:PORT/DATABASE" in caught.value.hint
    assert SECRET not in "".join(traceback.format_exception(caught.value))
    with pytest.raises(InputError):
        Store(given)


def test_a_file_that_is_no_database_is_said_to_be_none(tmp_path: Path) -> None:
    """And stays as it is; neither a folder nor a place that isn't there is one."""
    file = tmp_path / "notes.txt"
    file.write_text("my notes " * 1_000)
    for path in (file, tmp_path, tmp_path / "nowhere" / "x.sqlite", file / "x.sqlite"):
        with pytest.raises(InputError, match=r"The database .*can't be (used|opened): ") as caught:
            Store(f"sqlite:///{path}")
        assert caught.value.hint and str(tmp_path) not in caught.value.message
    assert file.read_text() == "my notes " * 1_000
    assert [path.name for path in tmp_path.iterdir()] == ["notes.txt"]


def test_a_server_that_does_not_let_us_in_says_why_without_the_password(
    server: URL, caplog: pytest.LogCaptureFixture
) -> None:
    """Nobody there, no such database, a wrong password, given in either place: no error, traceback or log has it."""
    caplog.set_level(logging.DEBUG)
    caplog.set_level(logging.DEBUG, logger="sqlalchemy")
    wrong = server.set(password=SECRET)
    for url, told in [
        (wrong.set(port=1), "refused"),
        (server.set(database="nowhere"), "does not exist"),
        (wrong, "password authentication failed"),
        (server.set(password=None, query={"password": SECRET}), "password authentication failed"),
    ]:
        with pytest.raises(InputError, match="The database can't be used: ") as caught:
            Store(url)
        assert told in caught.value.message and "PLAYGROUND_DATABASE_URL" in caught.value.hint
        said = "".join(traceback.format_exception(caught.value)) + caplog.text
        assert SECRET not in said and str(server.password) not in said
    with pytest.raises(InputError, match="sslmode") as caught:
        Store(wrong.set(query={"sslmode": SECRET}))  # which the driver repeats
    assert SECRET not in "".join(traceback.format_exception(caught.value))


def test_only_its_owner_reads_the_file(record: Record, tmp_path: Path) -> None:
    """A run holds whatever was pasted into the page: so do the files that SQLite lays beside its own."""
    with closing(Store(f"sqlite:///{tmp_path}/x.sqlite")) as store:
        store.save_run(record)
        files = list(tmp_path.iterdir())
        assert len(files) > 1 and not any(file.stat().st_mode & 0o077 for file in files)


def test_what_is_saved_is_not_logged(url: URL, record: Record, caplog: pytest.LogCaptureFixture) -> None:
    """Where statements are logged, what people wrote is not."""
    caplog.set_level(logging.INFO, logger="sqlalchemy.engine")
    with closing(Store(url)) as store:
        store.save_run(record, note="my note")
        assert [row.note for row in store.runs("my")] == ["my note"]
    assert "INSERT INTO runs" in caplog.text
    assert "my note" not in caplog.text and "Whales" not in caplog.text


def test_what_does_not_fit_on_the_disk_is_not_saved(record: Record, tmp_path: Path) -> None:
    """The error says why, nothing of the run is kept, and saving works again once there is room."""
    large = replace(record, warnings=("x" * 1_000_000,))
    with closing(Store(f"sqlite:///{tmp_path}/x.sqlite")) as store:
        kept = store.save_run(record)
        with room_for(500_000), pytest.raises(InputError, match="can't be used: ") as caught:
            store.save_run(large)
        assert "room" in caught.value.hint and "xxx" not in str(caught.value)
        assert [row.id for row in store.runs()] == [kept]
        assert store.run(store.save_run(large)) == large


def test_a_server_that_was_restarted_is_there_again(server: URL, record: Record) -> None:
    """The store finds its connections dead and makes new ones."""
    with closing(Store(server)) as store:
        store.save_run(record)
        execute(server, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()")
        store.save_run(record)
        assert len(store.runs()) >= 2


def test_a_database_of_a_newer_version_is_refused_untouched(store: Store, url: URL, record: Record) -> None:
    """Its bytes, or its rows, are the same afterwards, and the error says to update."""
    store.save_run(record)
    store.close()
    execute(url, "UPDATE alembic_version SET version_num = '999'")
    before = everything(url)
    for _ in range(2):
        with pytest.raises(InputError, match="newer version") as caught:
            Store(url)
        assert "Update" in caught.value.hint
    assert everything(url) == before


def test_a_database_of_version_1_keeps_its_rows(url: URL, opened: Opened) -> None:
    """As version 1 dumped it: all that was saved then is what is read now, and more can be saved beside it."""
    script = (Path(__file__).parent / f"version-1-{url.drivername}.sql").read_text("utf-8")
    if url.drivername == "sqlite":
        with closing(sqlite3.connect(url.database or "")) as connection:
            connection.executescript(script)
    else:
        execute(url, script)
    store = opened("ada")
    row = RunRow(
        id="0000000000000001",
        made=MADE,
        query="do whales sleep",
        domain="general",
        documents=2,
        lanes=("bm25",),
        states=("complete",),
        note="a note – 100%",
    )
    assert store.runs() == store.runs("NOTE – 100%") == [row]
    run = store.run(row.id)
    assert run.task.documents == (WHALES, BOATS) and run.qrels == {"a": 3} and run.made == MADE
    assert run.board.lanes[0].state == "complete"
    assert store.sets() == [SetRow(id="0000000000000002", name="whales", made=MADE, queries=2)]
    assert store.query_set("0000000000000002") == [
        Example(
            query_id="q1",
            query="do whales sleep",
            documents=(WHALES, BOATS),
            qrels={"a": 3},
            domain="legal",
            name="n",
            note="o",
            warnings=("w",),
        ),
        Example(query_id="q2", query="boats", documents=(BOATS,)),
    ]
    labels = [
        Label(
            query=row.query,
            document="a",
            content=content_hash(WHALES),
            grade=3,
            grader="Ada",
            note="it says so",
            made=MADE,
        ),
        Label(query=row.query, document="b", content=content_hash(BOATS), grade=None, grader="Ada", made=MADE),
    ]
    assert store.labels() == labels
    found = store.find_evaluation({"seed": 1, "lanes": ["bm25"]})
    assert found == "0000000000000003"
    assert store.outcomes(found) == {("bm25", "q1"): {"order": ["a", "b"], "cost_usd": None}}
    assert store.run(store.save_run(run)) == run and len(store.runs()) == 2
    store.put_label(labels[0])
    assert store.labels() == labels[::-1]  # given anew, it is the same label


def test_the_migrations_make_the_tables_that_the_store_uses(store: Store, url: URL) -> None:
    """Column for column, index for index."""
    engine = create_engine(url)
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), METADATA) == []
    engine.dispose()


def test_importing_the_engine_does_not_load_the_database() -> None:
    """A fresh interpreter that has it, and the command line, has no SQLAlchemy in memory."""
    code = "import sys, playground, playground.cli; print(*sys.modules)"
    loaded = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.split()
    assert "playground.facade" in loaded
    assert not {"sqlalchemy", "alembic", "psycopg", "playground.store"} & set(loaded)
