"""What happens in a run, as frozen facts.

The page, the command line, the saved run and the tests all read these, folded into a board; nothing else carries news
out of the runner. ``at`` is seconds since the run began.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from playground.types import Chat, Completion, DocId, Judgment, Ranking, Reply, Score

Phase = Literal["rank", "explain"]


@dataclass(frozen=True, kw_only=True)
class Plan:
    """The price before the run: the same strategy played against canned judges. Pairs are (low, high); ``cost_usd``
    None = unpriced; ``seconds`` None = never measured here."""

    calls: tuple[int, int]
    rounds: tuple[int, int]
    tokens: tuple[int, int]
    cost_usd: tuple[Decimal, Decimal] | None
    seconds: tuple[float, float] | None


@dataclass(frozen=True, kw_only=True)
class Asked:
    """An ask as it is recorded: without the documents' texts, which the wording of its calls holds."""

    form: str
    shown: tuple[DocId, ...]
    model: str
    trial: int = 0


@dataclass(frozen=True, kw_only=True)
class Call:
    """One question that a model answered, after ``attempts`` tries. Where the reply was at hand already (``cached``),
    nobody was asked: it cost nothing now, and its usage and seconds are those of when it was made."""

    payload: Chat | Completion | Score
    reply: Reply
    cost_usd: Decimal | None
    attempts: int = 1


@dataclass(frozen=True, kw_only=True)
class Failure:
    """Why a lane ended without a ranking."""

    kind: str
    message: str
    hint: str = ""


@dataclass(frozen=True, kw_only=True)
class LaneStarted:
    lane: int
    at: float
    plan: Plan
    event: Literal["lane_started"] = "lane_started"


@dataclass(frozen=True, kw_only=True)
class Answered:
    """One ask is settled: judged by a model (its calls: one, or more where it was asked again or partly known), or
    unanswered (none, or what was asked before)."""

    lane: int
    at: float
    phase: Phase
    round: int
    ask: Asked
    judgment: Judgment
    calls: tuple[Call, ...] = ()
    event: Literal["answered"] = "answered"


@dataclass(frozen=True, kw_only=True)
class LaneFinished:
    lane: int
    at: float
    ranking: Ranking
    event: Literal["lane_finished"] = "lane_finished"


@dataclass(frozen=True, kw_only=True)
class LaneFailed:
    lane: int
    at: float
    error: Failure
    event: Literal["lane_failed"] = "lane_failed"


@dataclass(frozen=True, kw_only=True)
class RunFinished:
    """``halted`` says why the run was cut short, "" if it wasn't; ``warnings`` what didn't work as it should."""

    at: float
    halted: str = ""
    warnings: tuple[str, ...] = ()
    event: Literal["run_finished"] = "run_finished"


Event = LaneStarted | Answered | LaneFinished | LaneFailed | RunFinished
