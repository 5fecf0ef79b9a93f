"""The rankings side by side with the selected document beside them: data for ``ladder.js``."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import streamlit as st

from playground.board import Board, LaneBoard
from playground.comparison import kendall_tau, moves
from playground.forms.explain import WRITTEN_BY
from playground.metrics import measured
from playground.types import DocId, Document, Ranked, Task

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


def draw(task: Task, board: Board, qrels: Mapping[DocId, int], metric: str) -> None:
    """Columns for the input order and every lane; a click selects a document in all of them."""
    selected = _selected(task, board)
    given = [document.id for document in task.documents]
    titles = {document.id: title(document) for document in task.documents}
    lanes = [_input(task, qrels, metric, titles), *(_lane(row, given, qrels, metric, titles) for row in board.lanes)]
    _component(
        key=_KEY,
        data={"lanes": lanes, "selected": selected, "detail": _detail(task, board, qrels, selected)},
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
    line = f"{metric} {_number(measured(ids, qrels)[metric])}" if qrels else ""
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
    tau = kendall_tau(ids, given)
    parts = [f"{metric} {_number(measured(ids, qrels)[metric])}"] if qrels else []
    parts += [f"τ {_number(tau)}"] if tau is not None else []
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


def _detail(task: Task, board: Board, qrels: Mapping[DocId, int], selected: DocId) -> dict[str, Any]:
    at, document = next((at, found) for at, found in enumerate(task.documents, 1) if found.id == selected)
    found = [(row, item) for row in board.lanes if row.ranking for item in row.ranking.items if item.id == selected]
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
        "reasons": [_reason(row, item, document) for row, item in found],
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


def _reason(row: LaneBoard, item: Ranked, document: Document) -> dict[str, Any]:
    value = item.score if item.score is not None else item.grade
    place = f"rank {item.rank}" if value is None else f"{_number(value)} · rank {item.rank}"
    notes = []
    if item.earlier:
        notes.append(
            "Decided in the last stage; before: "
            + ", ".join(f"{_stage(before.stage)} rank {before.rank}" for before in item.earlier)
            + "."
        )
    if "cut" in item.provenance:
        notes.append("Cut by the first stage; it stays in that stage's order.")
    if item.seen is not None and item.seen < len(document.content):
        notes.append(f"The model read {item.seen:,} of {len(document.content):,} characters.")
    if item.reason and row.explaining.questions:
        notes.append(
            f"Reason {WRITTEN_BY}; the quote is the sentence closest to the query. Neither is the cause of the score."
        )
    return {
        "lane": row.name,
        "model": "",
        "place": place,
        "text": item.reason or "",
        "none": item.why or "No reason: this lane only scores.",
        "quote": item.quote.text if item.quote else "",
        "found": bool(item.quote_found),
        "note": " ".join(notes),
    }


def _stage(name: str) -> str:
    return name.partition(". ")[2] or name


def _number(value: float) -> str:
    """Three figures, no leading zero: .78, 9.0, 12.4."""
    if abs(value) >= 9.995:
        return f"{value:.1f}"
    return f"{value:.2f}".replace("0.", ".", 1) if abs(value) < 1 else f"{value:.2f}"
