"""Runs saved as files, one a run, under ids that only the server makes. Their folder is ``access.folder / "runs"``."""

from __future__ import annotations

import os
import re
import secrets
from pathlib import Path

from playground import runs
from playground.errors import InputError
from playground.runs import Record

_ID = re.compile(r"[0-9a-f]{16}")


def save(record: Record, folder: Path) -> str:
    """Saves a run and returns its id. The file is whole or isn't there, whatever happens meanwhile; the folder is made
    if it is missing.

    Raises:
        InputError: it can't be written.
    """
    id = secrets.token_hex(8)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        _write(_file(id, folder), runs.dump(record).encode())
    except OSError as error:
        raise InputError(
            f"The run can't be saved: {error.strerror}.",
            hint="Make room, or name a folder that can be written to in PLAYGROUND_CACHE_DIR; or export the run.",
        ) from None
    return id


def load(id: str, folder: Path) -> Record:
    """The run saved under this id.

    Raises:
        InputError: there is none, or its file can't be used.
    """
    # Before any path is made of it: an id comes from an address that anybody may type.
    if not _ID.fullmatch(id):
        raise _unknown()
    try:
        text = _file(id, folder).read_text(encoding="utf-8")
    except (FileNotFoundError, NotADirectoryError):
        raise _unknown() from None
    except (OSError, UnicodeDecodeError):
        raise InputError(f"The saved run {id} can't be read.", hint="Its file was damaged or locked away.") from None
    return runs.load(text, f"The saved run {id}")


def _file(id: str, folder: Path) -> Path:
    return folder / f"{id}.json"


def _unknown() -> InputError:
    return InputError(
        "There is no saved run of this id.",
        hint="Check that the address is whole; the run may also be deleted, or saved on another installation.",
    )


def _write(path: Path, data: bytes) -> None:
    """Raises OSError. A file of ours alone: a run holds whatever was pasted into the page."""
    unfinished = path.with_suffix(".unfinished")
    try:
        unfinished.touch(mode=0o600, exist_ok=False)
        with unfinished.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)
