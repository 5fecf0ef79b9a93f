"""Where the database is, and what may be told of it: never its password."""

from __future__ import annotations

import os
from collections.abc import Mapping

from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from playground.errors import InputError
from playground.models import Access

VARIABLE = "PLAYGROUND_DATABASE_URL"
HINT = "Give postgresql://USER:PASSWORD@HOST:PORT/DATABASE or sqlite:////FOLDER/FILE."
# The two schemes that PostgreSQL's own tools take, and the driver we come with.
_DRIVERS = {
    "sqlite": "sqlite",
    "postgresql": "postgresql+psycopg",
    "postgres": "postgresql+psycopg",
    "postgresql+psycopg": "postgresql+psycopg",
}


def url(access: Access, env: Mapping[str, str] | None = None) -> URL:
    """The database that ``PLAYGROUND_DATABASE_URL`` names, else a file in the cache folder. Its ``str`` hides the
    password.

    Raises:
        InputError: what is named is no URL of a database that can be used; the folder can't be made.
    """
    given = (os.environ if env is None else env).get(VARIABLE, "").strip()
    if given:
        try:
            return parse(given)
        except InputError as error:
            raise InputError(f"{VARIABLE}: {error.message}", hint=error.hint) from None
    try:
        return URL.create("sqlite", database=str(access.folder / "playground.sqlite"))
    except OSError as error:
        raise InputError(
            f"The folder of the database can't be made: {error.strerror}.",
            hint="Name one that can be written to in PLAYGROUND_CACHE_DIR.",
        ) from None


def parse(text: str | URL) -> URL:
    """Raises:
    InputError: no URL, neither SQLite nor PostgreSQL, or no database named. It repeats nothing of the text.
    """
    try:
        found = make_url(text)
    except (ArgumentError, ValueError):
        raise InputError("This is not the URL of a database.", hint=HINT) from None
    if found.drivername not in _DRIVERS:
        raise InputError("This is the URL of neither PostgreSQL nor SQLite.", hint=HINT)
    if not found.database or found.database == ":memory:":
        raise InputError("The URL names no database.", hint=HINT)
    if found.drivername == "sqlite" and (found.host or found.query):
        raise InputError("A SQLite URL is a path and nothing else.", hint=HINT)
    return found.set(drivername=_DRIVERS[found.drivername])


def without_secrets(message: str, url: URL) -> str:
    """What a driver says, without the passwords of the URL."""
    given = [url.password, *(value for name, value in url.query.items() if "password" in name.lower())]
    for secret in given:
        for each in [secret] if isinstance(secret, str) else secret or []:
            message = message.replace(each, "***") if each else message
    return message
