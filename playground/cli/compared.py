"""Saved runs beside each other as plain text for a terminal."""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from itertools import zip_longest
from string import ascii_uppercase
from textwrap import indent, wrap

from playground.view import side_by_side
from playground.view.outcome import Outcome

_GAP = "  "
_NARROWEST = 8
"""Characters that every column may have, however narrow the terminal."""


def text(outcomes: Mapping[str, Outcome], notes: Mapping[str, str]) -> str:
    """The runs, by id, as A, B ..., and a table a section; a section without rows is left out."""
    found = dict(zip(ascii_uppercase, outcomes.values(), strict=False))
    results = side_by_side.results(found)
    firsts = [
        {"run": row["run"], "lane": row["lane"], side_by_side.FIRST: " · ".join(row[side_by_side.FIRST])}
        for row in results
    ]
    runs = [
        {
            "run": label,
            "id": id,
            "made": side_by_side.heading(outcome.record, notes[id]),
            "query": outcome.record.task.query,
        }
        for id, (label, outcome) in zip(outcomes, found.items(), strict=True)
    ]
    sections = {
        "Runs": _grid(runs),
        "Settings": _grid(side_by_side.told(side_by_side.settings(found))),
        "Prompts": "\n".join(
            f"{_GAP}{row['lane']}, {row['runs']}\n{indent(row['change'], 2 * _GAP)}"
            for row in side_by_side.prompts(found)
        ),
        "Results": _grid(side_by_side.told(results)),
        f"Top {side_by_side.TOP}": _grid(firsts),
        "Agreement": _grid(side_by_side.told(side_by_side.agreement(found))),
    }
    return "\n\n".join(f"{title}\n{body}" for title, body in sections.items() if body)


def _grid(rows: Sequence[Mapping[str, str]]) -> str:
    """The rows under their names, in columns; a cell that is too long for its column goes on below."""
    if not rows:
        return ""
    table = [list(rows[0]), *(list(row.values()) for row in rows)]
    widths = _widths([max(map(len, column)) for column in zip(*table, strict=True)])
    lines = []
    for row in table:
        cells = [wrap(cell, width) for cell, width in zip(row, widths, strict=True)]
        for parts in zip_longest(*cells, fillvalue=""):
            line = _GAP.join(part.ljust(width) for part, width in zip(parts, widths, strict=True))
            lines.append(f"{_GAP}{line}".rstrip())
    return "\n".join(lines)


def _widths(wanted: Sequence[int]) -> list[int]:
    """What the columns want, the widest cut to what the terminal has room for."""
    room = shutil.get_terminal_size((120, 24)).columns - len(_GAP) * len(wanted)
    cuts = range(max(wanted), _NARROWEST, -1)
    most = next((cut for cut in cuts if sum(min(width, cut) for width in wanted) <= room), _NARROWEST)
    return [max(min(width, most), 1) for width in wanted]
