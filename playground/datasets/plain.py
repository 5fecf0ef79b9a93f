"""Documents as plain text."""

from __future__ import annotations

from itertools import groupby

from playground.datasets.example import Example, lines, within
from playground.datasets.inputs import documents


def paste(text: str) -> list[str]:
    """The documents of a plain text: parted by blank lines if there are any inside it, otherwise one a line. Each is
    stripped; none is empty."""
    rows = [line.strip() for line in lines(text.strip())]
    if all(rows):
        return rows
    return ["\n".join(block) for filled, block in groupby(rows, key=bool) if filled]


def read_text(text: str, file: str) -> list[Example]:
    """One example with an empty query, of the documents that ``paste`` finds."""
    with within(file):
        found, warnings = documents(paste(text))
    return [Example(query_id="q1", query="", documents=found, warnings=warnings)]
