"""Replies kept for later runs: one SQLite file that any number of processes may share.

A question is found again by a hash of everything its answer depends on. The file holds those hashes, the replies
themselves and how long calls took: no key, and of a document only what a reply quotes.
"""

from __future__ import annotations

import hashlib
import json
import logging
import sqlite3
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from functools import cache
from pathlib import Path
from statistics import median
from typing import Any, TypeVar

from playground import catalog
from playground.limits import LIMITS
from playground.models import Access
from playground.types import ModelRef, Payload, Reply

SCHEMA = 1
_MEANING = 1
"""Part of every key. To be raised when the same payload comes to ask for something else: a model is replaced, say."""
_PATIENCE = 10.0
"""Seconds to wait for another process's write."""
_RECENT = 50
_OLDEST = 20_000
"""Measured calls after which one is forgotten."""
_ROW = 100
"""Bytes that a reply takes up beside its own."""

_TABLES = (
    "CREATE TABLE replies (key BLOB PRIMARY KEY, reply TEXT NOT NULL, bytes INTEGER NOT NULL, used INTEGER NOT NULL) "
    "WITHOUT ROWID",
    "CREATE INDEX replies_by_use ON replies (used)",
    "CREATE TABLE held (bytes INTEGER NOT NULL)",
    "INSERT INTO held VALUES (0)",
    "CREATE TRIGGER reply_added AFTER INSERT ON replies BEGIN UPDATE held SET bytes = bytes + new.bytes; END",
    "CREATE TRIGGER reply_removed AFTER DELETE ON replies BEGIN UPDATE held SET bytes = bytes - old.bytes; END",
    "CREATE TABLE calls (number INTEGER PRIMARY KEY AUTOINCREMENT, model TEXT NOT NULL, kind TEXT NOT NULL, "
    "seconds REAL NOT NULL, at REAL NOT NULL)",
    "CREATE INDEX calls_by_model ON calls (model, kind, number)",
    f"PRAGMA user_version = {SCHEMA}",
)
_MEND = "If that doesn't pass, delete the file."

_log = logging.getLogger(__name__)

Key = bytes
_T = TypeVar("_T")


def key(payload: Payload, *, ref: ModelRef, access: Access, trial: int = 0, repeat: int = 0) -> Key:
    """What a question is found by: everything its answer depends on, and who asks.

    Asked once more (``repeat`` from 1) it is another question, since a model may answer otherwise. Not so to a scoring
    model of this process: that gives the same number for the same text, and computing it again would show nothing.
    """
    row = catalog.provider(ref)
    asked: dict[str, Any] = {
        "meaning": _MEANING,
        "user": access.user,
        "provider": ref.provider,
        "base_url": access.base_url(ref.provider),
        "model": ref.name,
        "effort": row.effort,
        "kind": type(payload).__name__,
        "payload": payload,
        "trial": trial,
    }
    if repeat and not (row.embedded and row.kind == "scores"):
        asked["repeat"] = repeat
    # In the order of their fields: a model is held to a schema's order too.
    return hashlib.sha256(json.dumps(asked, default=vars).encode()).digest()


class _Newer(Exception):
    """The file was written by a newer version of this module."""


@contextmanager
def kept(access: Access) -> Iterator[Cache | None]:
    """The file of this access until the end of the block; None where replies aren't kept."""
    if access.replies is None:
        yield None
        return
    with closing(Cache(access.replies)) as cache:
        yield cache


class Cache:
    """The file at ``path``, made if it isn't there. For one thread.

    Nothing here raises: a file that can't be used is left as it is, ``problem`` says why ("" = none), nothing is found
    in it and nothing kept. ``max_bytes`` bounds the replies; the least recently used go first.
    """

    def __init__(self, path: Path, *, max_bytes: int = LIMITS.cache_bytes) -> None:
        self.problem = ""
        self._path, self._max_bytes = path.expanduser(), max_bytes
        self._db: sqlite3.Connection | None = None
        try:
            self._db = _opened(self._path)
        except _Newer:
            self._failed("a newer version wrote it", "Update the playground to use it.")
        except OSError as error:
            self._failed(error.strerror or str(error), _MEND)
        except sqlite3.Error as error:
            self._failed(str(error), _MEND)

    def get(self, keys: Iterable[Key]) -> dict[Key, Reply]:
        """Those replies that are here. They count as used."""
        found = self.peek(keys)

        def work(db: sqlite3.Connection) -> None:
            with _transaction(db):
                used = time.time_ns()
                db.executemany("UPDATE replies SET used = ? WHERE key = ?", [(used, each) for each in found])

        if found:
            self._tried(work, None)
        return found

    def peek(self, keys: Iterable[Key]) -> dict[Key, Reply]:
        """The same without using them: nothing is written."""

        def work(db: sqlite3.Connection) -> dict[Key, Reply]:
            rows = ((each, db.execute("SELECT reply FROM replies WHERE key = ?", (each,)).fetchone()) for each in keys)
            return {each: reply for each, row in rows if row is not None and (reply := _read(row[0])) is not None}

        return self._tried(work, {})

    def put(self, replies: Mapping[Key, Reply]) -> None:
        """Keeps these replies, in place of those under the same keys."""
        texts = {each: _written(reply) for each, reply in replies.items()}
        rows = [(each, text, len(text.encode()) + _ROW, time.time_ns()) for each, text in texts.items()]

        def work(db: sqlite3.Connection) -> None:
            with _transaction(db):
                for row in rows:
                    db.execute("DELETE FROM replies WHERE key = ?", row[:1])
                    if row[2] <= self._max_bytes:
                        db.execute("INSERT INTO replies VALUES (?, ?, ?, ?)", row)
                while db.execute("SELECT bytes FROM held").fetchone()[0] > self._max_bytes:
                    db.execute("DELETE FROM replies WHERE key = (SELECT key FROM replies ORDER BY used LIMIT 1)")

        self._tried(work, None)

    def measured(self, ref: ModelRef, kind: str, seconds: float) -> None:
        """Notes how long a call took that asked a model this kind of question."""
        pair = (str(ref), kind)

        def work(db: sqlite3.Connection) -> None:
            with _transaction(db):
                made = db.execute(
                    "INSERT INTO calls (model, kind, seconds, at) VALUES (?, ?, ?, ?)", (*pair, seconds, time.time())
                ).lastrowid
                db.execute(
                    "DELETE FROM calls WHERE number <= ? OR number IN "
                    "(SELECT number FROM calls WHERE model = ? AND kind = ? ORDER BY number DESC LIMIT -1 OFFSET ?)",
                    ((made or 0) - _OLDEST, *pair, _RECENT),
                )

        self._tried(work, None)

    def latency(self, ref: ModelRef, kind: str) -> float | None:
        """Median seconds of the last 50 calls that asked this model this kind of question; None = never measured."""
        seconds = self.latencies(ref, kind)
        return median(seconds) if seconds else None

    def latencies(self, ref: ModelRef, kind: str) -> tuple[float, ...]:
        """The seconds of each of those calls, oldest first; () = never measured. Nothing is written."""

        def work(db: sqlite3.Connection) -> tuple[float, ...]:
            found = "SELECT seconds FROM calls WHERE model = ? AND kind = ? ORDER BY number"
            return tuple(float(row[0]) for row in db.execute(found, (str(ref), kind)))

        return self._tried(work, ())

    def close(self) -> None:
        """Lets go of the file. What was kept is safe without it."""
        if self._db is not None:
            self._db.close()
            self._db = None

    def _tried(self, work: Callable[[sqlite3.Connection], _T], otherwise: _T) -> _T:
        """What the work comes to; ``otherwise`` where the file can't be used."""
        if self._db is None:
            return otherwise
        try:
            return work(self._db)
        except sqlite3.Error as error:
            self._failed(str(error), _MEND)
            return otherwise

    def _failed(self, why: str, mend: str) -> None:
        self.problem = f"No replies are reused or kept: {self._path.name} can't be used ({why}). {mend}"
        _log.warning("%s: %s", self._path, self.problem)
        self.close()


def _opened(path: Path) -> sqlite3.Connection:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch(mode=0o600)
    db = sqlite3.connect(path, timeout=_PATIENCE, isolation_level=None)
    try:
        if not _version(db):
            db.execute("PRAGMA journal_mode = WAL")
            with _transaction(db):
                if not _version(db):  # else another process was quicker
                    for statement in _TABLES:
                        db.execute(statement)
        if _version(db) > SCHEMA:
            raise _Newer
        # What a crash of the whole machine loses is asked again.
        db.execute("PRAGMA synchronous = NORMAL")
    except BaseException:
        db.close()
        raise
    return db


def _version(db: sqlite3.Connection) -> int:
    found: int = db.execute("PRAGMA user_version").fetchone()[0]
    return found


@contextmanager
def _transaction(db: sqlite3.Connection) -> Iterator[None]:
    """Holds the write lock from its start: who gets it later may find that there is no waiting for it."""
    db.execute("BEGIN IMMEDIATE")
    try:
        yield
        db.execute("COMMIT")
    except BaseException:
        if db.in_transaction:
            db.execute("ROLLBACK")
        raise


@cache
def _adapter() -> Any:
    from pydantic import TypeAdapter

    return TypeAdapter(Reply)


def _written(reply: Reply) -> str:
    text: bytes = _adapter().dump_json(reply)
    return text.decode()


def _read(text: str) -> Reply | None:
    """The reply; None where this version can't read what another one wrote."""
    from pydantic import ValidationError

    try:
        reply: Reply = _adapter().validate_json(text)
    except ValidationError:
        return None
    return reply
