"""What stands in each column: the input order, every lane, and the ideal order where there are human grades."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from playground.belief import Belief
from playground.metrics import measured
from playground.types import DocId, Ranked, Ranking
from playground.view.numbers import number
from playground.view.outcome import Outcome

_STATES = ("failed", "cut", "repaired", "tied")


def columns(outcome: Outcome) -> list[dict[str, Any]]:
    """All of them as JSON, left to right."""
    qrels = outcome.qrels
    found = [_plain("Input", "first stage", outcome.given, qrels)]
    so_far = outcome.provisional or (None,) * len(outcome.board.lanes)
    found += [_lane(outcome, lane, before) for lane, before in enumerate(so_far)]
    if len(outcome.orders) > len(found):
        found.append(_plain("Ideal", "by the human grades", outcome.orders[-1] or (), qrels))
    return found


def _plain(name: str, model: str, ids: Sequence[DocId], qrels: Mapping[DocId, int]) -> dict[str, Any]:
    items = [{"id": id, "rank": rank, "state": ""} for rank, id in enumerate(ids, 1)]
    return {"name": name, "model": model, "metrics": _metrics(ids, qrels), "items": items}


def _lane(outcome: Outcome, lane: int, so_far: Ranking | None) -> dict[str, Any]:
    row = outcome.board.lanes[lane]
    ranking = row.ranking or so_far
    head: dict[str, Any] = {"name": row.name, "model": row.model, "state": row.state}
    if ranking is None:
        error = f"{row.error.message} {row.error.hint}".strip() if row.error else ""
        return {**head, "metrics": {}, "items": [], "error": error}
    final = row.ranking is not None
    judged = final and ranking.judged
    shares = _shares(ranking.items)
    cut = outcome.cutoff(lane)
    return {
        **head,
        "provisional": not final,
        "metrics": _metrics(ranking.ids, outcome.qrels) if judged else {},
        "cutoff": None if cut is None else {"keep": cut.keep, "why": cut.why},
        "items": [_item(item, shares, outcome.beliefs[lane], final=final) for item in ranking.items],
    }


def _item(item: Ranked, shares: Mapping[DocId, float], belief: Belief, *, final: bool) -> dict[str, Any]:
    value = item.value
    state = next((how for how in _STATES if how in item.provenance), "")
    return {
        "id": item.id,
        "rank": item.rank,
        "state": state if final or state != "failed" else "waiting",
        "score": "" if value is None else number(value),
        "share": shares.get(item.id),
        "band": list(belief.intervals[item.id]) if item.id in belief.intervals else None,
        "reason": item.reason or item.why,
        "quote": "" if item.quote is None else item.quote.text,
        "found": item.quote_found,
    }


def _shares(items: Sequence[Ranked]) -> dict[DocId, float]:
    """Each score's place between the least and the greatest of its own stage."""
    found: dict[DocId, float] = {}
    for stage in {item.stage for item in items}:
        scored = [(item.id, item.score) for item in items if item.stage == stage and item.score is not None]
        if scored:
            low, high = min(score for _, score in scored), max(score for _, score in scored)
            found |= {id: (score - low) / (high - low) if high > low else 1.0 for id, score in scored}
    return found


def _metrics(ids: Sequence[DocId], qrels: Mapping[DocId, int]) -> dict[str, str]:
    return {name: number(value) for name, value in measured(ids, qrels).items()} if qrels else {}
