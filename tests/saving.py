"""Runs that somebody saved before."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

from playground.models import Access
from playground.runs import Record
from playground.store import Store, url


def saved(record: Record, folder: Path, note: str = "") -> str:
    """Saves a run where an app with this cache folder finds it, and returns its id."""
    with closing(Store(url(Access.from_env({"PLAYGROUND_CACHE_DIR": str(folder)}), {}))) as store:
        return store.save_run(record, note)
