"""Processes that die while they write, and many that write at once."""

from __future__ import annotations

import os
import random
import sqlite3
from contextlib import closing
from multiprocessing.connection import Connection
from typing import Any

from sqlalchemy.engine import URL

from playground.store import Store
from tests.store.conftest import Opened
from tests.store.writers import RUN, SETTINGS, fresh, queries, save_for_ever, write

LONG = "SOAK" in os.environ
"""As ``make soak`` runs them: too long for every day."""
KILLS = 100 if LONG else 10
WRITERS, WRITES = 8, 1_000 if LONG else 100


def plain(url: URL) -> str:
    return url.render_as_string(hide_password=False)


def received(told: Connection) -> list[Any]:
    """All that was sent before the sender died."""
    found = []
    while True:
        try:
            found.append(told.recv())
        except EOFError:
            return found


def test_what_was_saved_survives_a_kill_and_nothing_is_torn(store: Store, url: URL) -> None:
    """``kill -9`` again and again, at any moment of writing: every run, set and outcome whose saving was acknowledged
    is there and whole, and so is whatever else got in."""
    evaluation = store.begin_evaluation(SETTINGS)
    random.seed(11)
    acknowledged = []
    for _ in range(KILLS):
        told, saved = fresh.Pipe(duplex=False)
        writer = fresh.Process(target=save_for_ever, args=(plain(url), evaluation, saved))
        writer.start()
        saved.close()
        acknowledged += [told.recv() for _ in range(random.randint(1, 4))]
        writer.join(random.uniform(0, 0.01))  # it writes on meanwhile
        writer.kill()
        acknowledged += received(told)
        writer.join()
        assert writer.exitcode == -9
    by_kind = {kind: [what for each, what in acknowledged if each == kind] for kind in ("run", "set", "outcome")}
    assert all(by_kind.values())

    listed = store.runs(limit=100_000)
    assert {row.id for row in listed} >= set(by_kind["run"])
    assert all(row.note == "kept" and store.run(row.id) == RUN for row in listed)
    sets = store.sets()
    assert {row.id for row in sets} >= set(by_kind["set"])
    assert all(store.query_set(row.id) == queries("whales") for row in sets)
    outcomes = store.outcomes(evaluation)
    assert {query_id for _, query_id in outcomes} >= set(by_kind["outcome"])
    assert all(outcome == {"order": ["a", "b"]} for outcome in outcomes.values())
    if url.drivername == "sqlite":
        with closing(sqlite3.connect(url.database or "")) as connection:
            assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]


def test_many_may_open_a_new_database_and_write_at_once(url: URL, opened: Opened) -> None:
    """Eight processes make its tables and write all the time: everything is there, and nobody heard of a lock."""
    pipes = [fresh.Pipe(duplex=False) for _ in range(WRITERS)]
    writers = [
        fresh.Process(target=write, args=(plain(url), f"grader {number}", WRITES, saved))
        for number, (_, saved) in enumerate(pipes)
    ]
    for writer in writers:
        writer.start()
    for _, saved in pipes:
        saved.close()
    assert [received(told) for told, _ in pipes] == [[""]] * WRITERS
    for writer in writers:
        writer.join()
        assert writer.exitcode == 0
    store = opened()
    wanted = [f"q{number}" for number in range(0, WRITES, 2)]
    for grader in (names := [f"grader {number}" for number in range(WRITERS)]):
        assert [label.query for label in store.labels(grader=grader)] == wanted
        evaluation = store.find_evaluation({"by": grader})
        assert evaluation and set(store.outcomes(evaluation)) == {("bm25", query_id) for query_id in wanted}
    assert store.graders() == names
