"""The rankings side by side with the selected document beside them: data for ``ladder.js``."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import streamlit as st

from playground.board import Board, LaneBoard
from playground.comparison import kendall_tau, moves
from playground.live import LiveRun
from playground.metrics import measured
from playground.types import DocId, Document, Ranked, Task
from playground.ui import evidence
from playground.ui.numbers import number

_FOLDER = Path(__file__).parent
_KEY = "ladder"
SHOWN = 30  # documents a column; the table below holds them all
_TEXT = 8_000  # characters of the selected document

_component = st.components.v2.component(
    "rerank_ladder",
    html='<div class="stage"></div>\n',
    css=(_FOLDER / "ladder.css").read_text(encoding="utf-8"),
    js=(_FOLDER / "ladder.js").read_text(encoding="utf-8"),
)


def draw(live: LiveRun, qrels: Mapping[DocId, int], metric: str) -> None:
    """Columns for the input order and every lane; a click selects a document in all of them."""
    task, board = live.task, live.board
    selected = _selected(task, board)
    given = [document.id for document in task.documents]
    titles = {document.id: title(document) for document in task.documents}
    lanes = [_input(task, qrels, metric, titles), *(_lane(row, given, qrels, metric, titles) for row in board.lanes)]
    _component(
        key=_KEY,
        data={"lanes": lanes, "selected": selected, "detail": _detail(live, board, qrels, selected)},
        on_selected_change=lambda: None,
    )


def title(document: Document) -> str:
    """What a card calls the document: its title, or how it begins."""
    return document.title or " ".join(document.content.split())[:80] or document.id


def _selected(task: Task, board: Board) -> DocId:
    """The clicked document; before any click the one the last lane puts first."""
    clicked = (st.session_state.get(_KEY) or {}).get("selected")
    if clicked in {document.id for document in task.documents}:
        return str(clicked)
    firsts = [row.ranking.ids[0] for row in board.lanes if row.ranking is not None]
    return firsts[-1] if firsts else task.documents[0].id


def _input(task: Task, qrels: Mapping[DocId, int], metric: str, titles: Mapping[DocId, str]) -> dict[str, Any]:
    ids = [document.id for document in task.documents]
    items = [
        {"id": id, "rank": rank, "title": titles[id], "move": None, "share": None, "grade": qrels.get(id), "state": ""}
        for rank, id in enumerate(ids[:SHOWN], 1)
    ]
    line = f"{metric} {number(measured(ids, qrels)[metric])}" if qrels else ""
    return {"name": "Input", "model": "first stage", "line": line, "baseline": True, "error": "", "items": items}


def _lane(
    row: LaneBoard, given: list[DocId], qrels: Mapping[DocId, int], metric: str, titles: Mapping[DocId, str]
) -> dict[str, Any]:
    head = {"name": row.name, "model": row.model, "baseline": False}
    if row.ranking is None:
        error = f"{row.error.message} {row.error.hint}" if row.error else ""
        return {**head, "line": "", "error": error, "waiting": "" if row.error else "running…", "items": []}
    ids = row.ranking.ids
    change = moves(ids, given)
    shares = _shares(row.ranking.items)
    tau = kendall_tau(ids, given) if row.ranking.judged else None
    parts = [f"{metric} {number(measured(ids, qrels)[metric])}"] if qrels and row.ranking.judged else []
    parts += [f"τ {number(tau)}"] if tau is not None else []
    items = [
        {
            "id": item.id,
            "rank": item.rank,
            "title": titles[item.id],
            "move": change[item.id],
            "share": shares.get(item.id),
            "grade": qrels.get(item.id),
            "state": next((how for how in ("failed", "cut", "repaired", "tied") if how in item.provenance), ""),
        }
        for item in row.ranking.items[:SHOWN]
    ]
    return {**head, "line": " · ".join(parts), "error": "", "items": items}


def _shares(items: tuple[Ranked, ...]) -> dict[DocId, float]:
    """Each score's place between the least and the greatest of its own stage."""
    found: dict[DocId, float] = {}
    for stage in {item.stage for item in items}:
        scored = [(item.id, item.score) for item in items if item.stage == stage and item.score is not None]
        if scored:
            low, high = min(score for _, score in scored), max(score for _, score in scored)
            found |= {id: (score - low) / (high - low) if high > low else 1.0 for id, score in scored}
    return found


def _detail(live: LiveRun, board: Board, qrels: Mapping[DocId, int], selected: DocId) -> dict[str, Any]:
    at, document = next((at, found) for at, found in enumerate(live.task.documents, 1) if found.id == selected)
    found = [
        (lane, item)
        for lane, row in enumerate(board.lanes)
        if row.ranking
        for item in row.ranking.items
        if item.id == selected
    ]
    wrote = evidence.written(live.events)
    quotes = [item.quote for _, item in found if item.quote is not None]
    spans = sorted({(quote.start, quote.end) for quote in quotes if quote.start is not None and quote.end is not None})
    about = [selected]
    if selected in qrels:
        about.append(f"grade {qrels[selected]}")
    about += [f"input rank {at}", f"{len(document.content.split())} words", *document.metadata.values()]
    return {
        "title": title(document),
        "about": " · ".join(about),
        "text": _pieces(document.content, spans),
        "reasons": [_reason(live, lane, item, document, wrote.get((lane, selected), "")) for lane, item in found],
    }


def _pieces(content: str, spans: list[tuple[int, int]]) -> list[dict[str, Any]]:
    """The text cut where a highlight begins or ends."""
    pieces: list[dict[str, Any]] = []
    done = 0
    for start, end in spans:
        start = max(start, done)
        if start >= min(end, _TEXT):
            continue
        pieces += [
            {"text": content[done:start], "mark": False},
            {"text": content[start : min(end, _TEXT)], "mark": True},
        ]
        done = min(end, _TEXT)
    pieces.append({"text": content[done:_TEXT] + ("…" if len(content) > _TEXT else ""), "mark": False})
    return [piece for piece in pieces if piece["text"]]


def _reason(live: LiveRun, at: int, item: Ranked, document: Document, wrote: str) -> dict[str, Any]:
    row, lane = live.board.lanes[at], live.lanes[at]
    value = item.score if item.score is not None else item.grade
    titles = {each.id: title(each) for each in live.task.documents}
    return {
        "lane": row.name,
        "model": "",
        "place": f"rank {item.rank}" if value is None else f"{number(value)} · rank {item.rank}",
        "text": item.reason or "",
        "none": evidence.no_reason(lane, item),
        "quote": item.quote.text if item.quote else "",
        "checked": evidence.checked(item.quote) if item.quote else "",
        "found": bool(item.quote_found),
        "note": evidence.notes(lane, row, item, document, titles, wrote),
    }
