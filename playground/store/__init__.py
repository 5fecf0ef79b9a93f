"""What is kept between sessions: runs, query sets, labels and how far evaluations have come, in a SQLite file or in
PostgreSQL."""

from __future__ import annotations

from playground.store.address import url
from playground.store.evaluations import Evaluations
from playground.store.labels import Label, Labels, content_hash
from playground.store.query_sets import QuerySets, SetRow
from playground.store.runs import RunRow, Runs

__all__ = ["Label", "RunRow", "SetRow", "Store", "content_hash", "url"]


class Store(Runs, QuerySets, Labels, Evaluations):
    """The database at ``url``, made or brought up to date on opening; any number of processes and threads may share it.

    Rows are ``user``'s, and only theirs are listed, changed and deleted; a run can be opened by whoever has its id.
    ``book`` holds what all who open it say of it together.
    What a method has returned from is saved for good. Every method raises InputError where the database fails.
    """
