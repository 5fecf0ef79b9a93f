"""What other processes do to a database while the tests look on."""

from __future__ import annotations

import multiprocessing
from dataclasses import replace
from multiprocessing.connection import Connection

from playground import runs
from playground.datasets import Example
from playground.domains import domain
from playground.errors import InputError
from playground.lanes import parse
from playground.store import Label, Store
from playground.types import Document, Task

QUERIES = 20
"""In a set."""
SETTINGS = {"lanes": ["bm25"], "set": "whales"}

# Processes forked from one that has all this loaded: importing it a hundred times would take minutes.
fresh = multiprocessing.get_context("forkserver")
fresh.set_forkserver_preload([__name__, "alembic.command", "psycopg"])


def queries(name: str) -> list[Example]:
    """A set whose queries are all of one name."""
    documents = (Document(id="a", content=name * 50), Document(id="b", content="Boats."))
    return [
        Example(query_id=f"q{number}", query=name, documents=documents, qrels={"a": 3}) for number in range(QUERIES)
    ]


TASK = Task(query="whales", documents=queries("whales")[0].documents, domain=domain("general")[0])
# Of one time: each process makes its own.
RUN = replace(runs.record(TASK, [parse("bm25")], []), made="2026-11-24T09:00:00+00:00")
runs.dump(RUN)  # for the first time, which is slow


def save_for_ever(url: str, evaluation: str, saved: Connection) -> None:
    """Saves one thing after another, and says so of each once the store has."""
    store = Store(url)
    number = 0
    while True:
        saved.send(("run", store.save_run(RUN, note="kept")))
        saved.send(("set", store.save_set("whales", queries("whales"))))
        query_id = f"{multiprocessing.current_process().pid} {number}"
        store.put_outcome(evaluation, "bm25", query_id, {"order": ["a", "b"]})
        saved.send(("outcome", query_id))
        number += 1


def write(url: str, name: str, times: int, told: Connection) -> None:
    """Opens the database and writes so many times, labels and outcomes in turn; tells "" or what went wrong."""
    try:
        store = Store(url)
        evaluation = store.begin_evaluation({"by": name})
        for number in range(0, times, 2):
            store.put_label(Label(query=f"q{number}", document="a", content="", grade=number % 4, grader=name))
            store.put_outcome(evaluation, "bm25", f"q{number}", {"by": name})
        store.close()
        told.send("")
    except InputError as error:
        told.send(str(error))
