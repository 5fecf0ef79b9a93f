"""What one lane came to on one query: all that an evaluation keeps of a run."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from decimal import Decimal
from typing import Any

from playground import pricing
from playground.board import LaneBoard, State
from playground.events import Answered
from playground.timing import Timing
from playground.types import DocId, ModelRef

_DOLLARS = ("cost_usd", "list_usd")


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """``order`` is best first, () where there is no ranking that says anything. ``cost_usd`` was paid;
    ``list_usd`` is that and what the replies at hand would have cost at list price; None = unpriced.

    ``seconds`` is wall-clock, None where nothing was asked anew; ``critical`` the seconds that the calls take with all
    questions of a round at once, those at hand counted as they once took. ``unanswered`` counts questions; ``why`` says
    what went wrong with the whole lane, or where none of its questions brought anything, why that was most often.
    """

    order: tuple[DocId, ...]
    state: State
    calls: int
    cached: int
    rounds: int
    tokens: int
    cost_usd: Decimal | None
    seconds: float | None
    critical: float
    list_usd: Decimal | None = None
    unanswered: int = 0
    why: str = ""

    @property
    def degraded(self) -> bool:
        """Whether a question went without an answer, or a document without a judgment."""
        return self.state == "partial"

    @property
    def failed(self) -> bool:
        return not self.order


def outcome(row: LaneBoard, timing: Timing, answered: Sequence[Answered]) -> Outcome:
    """A finished lane's, from what was ``answered`` on its way."""
    order = row.ranking.ids if row.ranking is not None and row.ranking.judged else ()
    return Outcome(
        order=order,
        state=row.state,
        calls=row.spent.calls,
        cached=row.spent.cached,
        rounds=row.rounds,
        tokens=row.spent.usage.total,
        cost_usd=row.spent.cost_usd,
        seconds=timing.wall,
        critical=timing.critical,
        list_usd=_listed(answered),
        unanswered=row.spent.failed,
        why=f"{row.error.message} {row.error.hint}".strip() if row.error else "" if order else _commonest(answered),
    )


def _commonest(answered: Sequence[Answered]) -> str:
    """Why most questions brought nothing; "" where nothing says so."""
    why = Counter(event.judgment.why for event in answered if event.judgment.why)
    return why.most_common(1)[0][0] if why else ""


def _listed(answered: Sequence[Answered]) -> Decimal | None:
    total = Decimal(0)
    for event in answered:
        for call in event.calls:
            at_hand = call.reply.cached
            cost = pricing.cost(ModelRef.parse(event.ask.model), call.reply.usage) if at_hand else call.cost_usd
            if cost is None:
                return None
            total += cost
    return total


def to_json(made: Outcome) -> dict[str, Any]:
    """As it is kept."""
    found: dict[str, Any] = {field.name: getattr(made, field.name) for field in fields(made)}
    return {
        **found,
        "order": list(made.order),
        **{name: None if found[name] is None else str(found[name]) for name in _DOLLARS},
    }


def from_json(kept: Mapping[str, Any]) -> Outcome:
    """The outcome that was kept."""
    dollars = {name: None if kept[name] is None else Decimal(kept[name]) for name in _DOLLARS}
    return Outcome(**{**kept, "order": tuple(kept["order"]), **dollars})
