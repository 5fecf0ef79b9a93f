"""The comparison as one JSON value: what ``web/`` draws, on the page and in a report. Every choice of a baseline is
worked out, so that whoever looks can change it without asking anybody."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal
from weakref import WeakKeyDictionary

from playground.comparison import kendall_tau, rbo
from playground.metrics import shares
from playground.types import DocId
from playground.view.columns import columns
from playground.view.detail import detail
from playground.view.numbers import number
from playground.view.outcome import INPUT, Outcome
from playground.view.sentence import sentence

View = Literal["ladder", "matrix", "details"]
METRICS: Mapping[str, str] = {
    "nDCG@10": "How close the first ten come to the ideal order, 0 to 1; linear gain from the human grades.",
    "nDCG@3": "How close the first three come to the ideal order, 0 to 1; linear gain from the human grades.",
    "RR": "1 / rank of the first relevant document (grade 1 or more); averaged over queries it is MRR.",
    "P@1": "Whether the first document is relevant (grade 1 or more).",
}
_GAIN_DEPTH = 10
_NEAR_TOP = 3
_kept: WeakKeyDictionary[Outcome, dict[str, Any]] = WeakKeyDictionary()


@dataclass(frozen=True, kw_only=True)
class Choice:
    """What a person has chosen to see. ``selected`` "" = whatever comes first; ``k`` = how many places a column shows,
    0 = as many as fit; ``gains`` = moves are shown by what they add to nDCG@10; ``movers`` = documents that moved
    only; ``hidden`` columns are left out."""

    selected: DocId = ""
    baseline: int = INPUT
    view: View = "ladder"
    metric: str = "nDCG@10"
    k: int = 0
    gains: bool = False
    movers: bool = False
    hidden: tuple[int, ...] = ()


def stage(outcome: Outcome, choice: Choice, *, everything: bool = False) -> dict[str, Any]:
    """``details`` holds the selected document's, or with ``everything`` those of all."""
    selected = choice.selected if choice.selected in outcome.documents else first(outcome)
    ids: Sequence[DocId] = outcome.given if everything else (selected,)
    return {
        "choice": {
            **asdict(choice),
            "selected": selected,
            "baseline": outcome.baseline(choice.baseline),
            "metric": choice.metric if choice.metric in METRICS else "nDCG@10",
        },
        **_lasting(outcome),
        "details": {id: detail(outcome, id) for id in ids},
    }


def _lasting(outcome: Outcome) -> dict[str, Any]:
    """What no choice changes, worked out once: a person's every click comes here."""
    if outcome not in _kept:
        _kept[outcome] = {
            "columns": columns(outcome),
            "documents": {id: {"title": title, "grade": outcome.qrels.get(id)} for id, title in outcome.titles.items()},
            "metrics": METRICS if outcome.graded else {},
            "bases": [_base(outcome, at) for at in range(len(outcome.orders))],
        }
    return _kept[outcome]


def first(outcome: Outcome) -> DocId:
    """The document that is looked at before any is chosen: of those that a lane puts near its top the one that rose
    most, else the first."""
    before = {id: rank for rank, id in enumerate(outcome.given)}
    near = [
        (before[id] - rank, -rank, id) for order in outcome.lane_orders for rank, id in enumerate(order[:_NEAR_TOP])
    ]
    return max(near)[2] if near else outcome.given[0]


def _base(outcome: Outcome, baseline: int) -> dict[str, Any] | None:
    """Everything that is said against this baseline; None where it is none."""
    before = outcome.orders[baseline]
    if before is None:
        return None
    return {
        "sentence": [{"text": text, "id": id} for text, id in sentence(outcome, baseline)],
        "columns": [_against(outcome, order, before) for order in outcome.orders],
    }


def _against(outcome: Outcome, order: tuple[DocId, ...] | None, before: tuple[DocId, ...]) -> dict[str, Any] | None:
    if order is None:
        return None
    tau, overlap = kendall_tau(order, before), rbo(order, before)
    gains = shares(order, before, outcome.qrels, _GAIN_DEPTH) if outcome.qrels else {}
    return {
        "tau": None if tau is None else number(tau),
        "rbo": None if overlap is None else number(overlap),
        "gains": {id: round(gain, 4) for id, gain in gains.items() if abs(gain) >= 0.00005},
    }
