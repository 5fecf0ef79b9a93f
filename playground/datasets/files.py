"""Files of queries and documents: what may be read at all, and by whom."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from playground.datasets.example import Example
from playground.datasets.objects import read_json, read_jsonl
from playground.datasets.plain import read_text
from playground.datasets.tables import read_csv
from playground.errors import InputError
from playground.limits import LIMITS

_READERS: dict[str, Callable[[str, str], list[Example]]] = {
    ".jsonl": read_jsonl,
    ".json": read_json,
    ".csv": read_csv,
    ".txt": read_text,
}
_ACCEPTED = f"Accepted are {', '.join(_READERS)} (documents without a query), as UTF-8 text."
_MAGIC = {
    b"PK\x03\x04": "a zip archive (or a spreadsheet)",
    b"PK\x05\x06": "an empty zip archive",
    b"\x1f\x8b": "a gzip archive",
    b"7z\xbc\xaf\x27\x1c": "a 7-Zip archive",
    b"\xfd7zXZ\x00": "an xz archive",
    b"\x28\xb5\x2f\xfd": "a Zstandard archive",
    b"%PDF-": "a PDF",
    b"\xd0\xcf\x11\xe0": "an old Office document",
    b"\xff\xfe": "UTF-16 text",
    b"\xfe\xff": "UTF-16 text",
}
_SAMPLES = Path(__file__).parents[2] / "assets" / "samples"
_ORDER = ("general", "legal", "medical", "ecommerce", "finance", "support", "multihop")


def load_examples(path: Path) -> list[Example]:
    """The examples of a file. Raises InputError where it can't be opened, and as ``read_examples`` does."""
    return read_examples(load(path), path.name)


def load(path: Path) -> bytes:
    """A file's bytes, no more than show that it is too large. Raises InputError where it can't be opened."""
    try:
        with path.open("rb") as file:
            return file.read(LIMITS.file_bytes + 1)
    except (OSError, ValueError) as error:
        why = (error.strerror if isinstance(error, OSError) else None) or str(error)
        raise InputError(f"{_printable(str(path))} can't be read: {why}.", hint="Check the path.") from None


def read_examples(data: bytes, filename: str) -> list[Example]:
    """The examples of a file's bytes; the ending of its name says how to read them: .jsonl, .json, .csv or .txt.

    Raises InputError, naming file, line and field as far as they apply: over 10 MiB, empty, an archive or other binary
    data, not UTF-8, an unknown ending, and whatever doesn't fit the format.
    """
    file = shown(filename)
    _refuse_archives(data, file)
    ending = Path(file).suffix.lower()
    if ending not in _READERS:
        raise InputError(f"{file} has an unknown ending.", hint=_ACCEPTED)
    return _READERS[ending](_text(data, file), file)


def text_of(data: bytes, filename: str) -> str:
    """The text of a file of any ending. Raises InputError as ``read_examples`` does."""
    file = shown(filename)
    _refuse_archives(data, file)
    return _text(data, file)


def shown(filename: str) -> str:
    """A file's name without its folders, safe to print."""
    return _printable(re.split(r"[/\\]", filename)[-1])


def _refuse_archives(data: bytes, file: str) -> None:
    """And what is too large."""
    if len(data) > LIMITS.file_bytes:
        raise InputError(
            f"{file} is larger than {LIMITS.file_bytes // 2**20} MiB.", hint="Split it into several files."
        )
    for magic, what in _MAGIC.items():
        if data.startswith(magic):
            raise InputError(f"{file} is {what}, not UTF-8 text.", hint=f"Unpack or convert it first. {_ACCEPTED}")


def _text(data: bytes, file: str) -> str:
    text = _decoded(data, file)
    if not text.strip():
        raise InputError(f"{file} is empty.", hint="Choose a file with something in it.")
    if max(text.count("\n"), text.count("\r")) > LIMITS.file_values:
        raise InputError(f"{file} has over {LIMITS.file_values:,} lines.", hint="Split it into several files.")
    return text


def samples() -> dict[str, Path]:
    """The built-in samples by name, in the order in which to offer them."""
    found = {path.stem: path for path in _SAMPLES.glob("*.json")}
    known = [stem for stem in _ORDER if stem in found]
    return {stem: found[stem] for stem in [*known, *sorted(found.keys() - set(known))]}


def _decoded(data: bytes, file: str) -> str:
    if (nul := data.find(b"\0")) >= 0:
        raise InputError(f"{file} is binary: byte {nul + 1:,} is NUL.", hint=_ACCEPTED)
    try:
        return data.decode("utf-8").removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise InputError(
            f"{file}, line {line}: byte {error.start + 1:,} of the file (0x{data[error.start]:02X}) is not UTF-8.",
            hint='Save it as UTF-8; in spreadsheets: "CSV UTF-8".',
        ) from None


def _printable(name: str) -> str:
    """A file's name as safe to print: any longer than 100 characters is known by its end."""
    return "".join(char if char.isprintable() else "\ufffd" for char in name[-100:])
