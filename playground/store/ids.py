"""Ids that only the server makes and nobody can guess."""

from __future__ import annotations

import re
import secrets

from playground.errors import InputError

LENGTH = 16
_ID = re.compile(r"[0-9a-f]{16}")


def new() -> str:
    """16 hexadecimal digits."""
    return secrets.token_hex(LENGTH // 2)


def check(id: str, what: str) -> None:
    """Raises InputError, before any database is asked: an id comes from an address that anybody may type."""
    if not _ID.fullmatch(id):
        raise unknown(what)


def unknown(what: str) -> InputError:
    """Nothing has this id; ``what`` is the noun."""
    return InputError(
        f"There is no {what} of this id.",
        hint="Check that the address is whole; it may also be deleted, or saved on another installation.",
    )
