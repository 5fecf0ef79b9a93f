"""The database behind the pages."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from playground.ui import session

if TYPE_CHECKING:
    from sqlalchemy.engine import URL

    from playground.store import Store


def store() -> Store:
    """The visitor's. Opened once a process: threads share it.

    Raises:
        InputError: the database can't be used.
    """
    from playground.store import url  # not before it is needed: a first visit needn't wait for it

    access = session.access()
    return _opened(url(access)).as_user(access.user)


@cache
def _opened(found: URL) -> Store:
    from playground.store import Store

    return Store(found)
