"""What the commands have in common: the store, and the ways out."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from playground.errors import InputError
from playground.models import Access

if TYPE_CHECKING:
    from playground.store import Store


@contextmanager
def storage(access: Access | None = None) -> Iterator[Store]:
    """This installation's database, closed at the end.

    Raises:
        InputError: the database can't be used.
    """
    from playground.store import Store, url  # it takes longer to import than the rest of the engine

    with closing(Store(url(access or Access.from_env()))) as store:
        yield store


def as_json(value: Mapping[str, Any]) -> None:
    """One object on standard output."""
    print(json.dumps(value, ensure_ascii=False, indent=1, allow_nan=False))


def put(text: str, path: Path | None) -> None:
    """Into the file, or to standard output where none is named. The text's line ends stay as they are.

    Raises:
        InputError: the file can't be written.
    """
    if path is None:
        sys.stdout.write(text)
        return
    try:
        path.write_text(text, encoding="utf-8", newline="")
    except OSError as error:
        raise InputError(f"{path} can't be written: {error.strerror}.", hint="Choose another path.") from None
