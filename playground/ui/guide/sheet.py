"""A table whose cells are read, not scanned: text wraps, one cell may stand beside several rows, and on a narrow screen
each row becomes a short list. The browser draws what is made here; all text in it is escaped."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path

import streamlit as st

from playground.text import straight

_STYLE = Path(__file__).with_name("sheet.css")


@dataclass(frozen=True, kw_only=True)
class Cell:
    """``html`` is made by the functions below. ``kind``: ``figure`` doesn't wrap, ``said`` and ``words`` have room for
    sentences and lanes. ``rows`` counts those that it stands beside."""

    html: str
    kind: str = ""
    rows: int = 1


@dataclass(frozen=True, kw_only=True)
class Group:
    """Rows that belong together under one name. ``chosen`` = marked among the others."""

    name: str
    rows: Sequence[Sequence[Cell]]
    chosen: bool = False


def style() -> None:
    """To be called once a page."""
    st.html(_STYLE)


def draw(caption: str, heads: Sequence[str], groups: Sequence[Group]) -> None:
    """``caption`` is for those who hear the table. ``heads`` begin with that of the groups' names; the part of one that
    follows a line break is smaller."""
    st.html(
        f'<table class="sheet"><caption>{plain(caption)}</caption><thead><tr>{"".join(map(_head, heads))}</tr></thead>'
        f"{''.join(_group(heads, group) for group in groups)}</table>"
    )


def plain(text: str) -> str:
    """Text from anywhere."""
    return escape(straight(text))


def small(text: str) -> str:
    """What is said beside a figure, on a line of its own."""
    return f'<small class="block">{plain(text)}</small>'


def code(text: str) -> str:
    """Words of a lane."""
    return f"<code>{plain(text)}</code>"


def lines(found: Sequence[tuple[str, str]]) -> str:
    """Sentences below each other, each behind its mark."""
    return f"<ul>{''.join(f'<li><span>{plain(mark)}</span> {plain(line)}</li>' for mark, line in found)}</ul>"


def folded(title: str, found: Sequence[tuple[str, str]]) -> str:
    """The same, to be opened."""
    return f"<details><summary>{plain(title)}</summary>{lines(found)}</details>"


def _head(text: str) -> str:
    title, _, rest = text.partition("\n")
    return f'<th scope="col">{plain(title)}{f"<small>{plain(rest)}</small>" if rest else ""}</th>'


def _group(heads: Sequence[str], group: Group) -> str:
    made = []
    for at, row in enumerate(group.rows):
        # A row that another one's cells reach into has only the last of the columns.
        cells = "".join(_cell(head, cell) for head, cell in zip(heads[-len(row) :], row, strict=True))
        name = f'<th scope="rowgroup" rowspan="{len(group.rows)}">{plain(group.name)}</th>' if at == 0 else ""
        made.append(f'<tr class="{"chosen" if group.chosen else ""}">{name}{cells}</tr>')
    return f"<tbody>{''.join(made)}</tbody>"


def _cell(head: str, cell: Cell) -> str:
    title = plain(", ".join(head.splitlines()))
    return f'<td class="{cell.kind}" rowspan="{cell.rows}" data-head="{title}">{cell.html}</td>'
