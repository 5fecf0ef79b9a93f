"""The evaluation on the page: under way, paused or ended; with what it comes to so far."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import streamlit as st

from playground.datasets import Example
from playground.domains import domains
from playground.evaluation import LiveEvaluation, Outcome, Place, Summary, resume, summary, to_json
from playground.lanes import Lane
from playground.ui import session, spending, storage

_KEY = "evaluation"
_SHARE = 5
"""While it runs, no more than one part in so many of the time goes into summing it up."""


@dataclass(frozen=True, kw_only=True)
class Seen:
    """What is drawn: outcomes of one moment, and what they come to."""

    summary: Summary
    outcomes: Mapping[Place, Outcome]


@dataclass(kw_only=True)
class Held:
    """``title`` is the query set's; ``domain`` is that of queries that name none; ``id`` is what outcomes are kept
    under; ``fresh`` = nothing of earlier runs is taken."""

    live: LiveEvaluation
    id: str
    title: str
    domain: str
    fresh: bool
    _kept: tuple[tuple[tuple[str, ...], int], tuple[int, bool], Seen] | None = None
    _due: float = 0.0

    @property
    def lanes(self) -> tuple[Lane, ...]:
        return self.live.lanes

    @property
    def names(self) -> list[str]:
        return [made.name for made in self.live.lanes]

    @property
    def cut_short(self) -> bool:
        """Whether it ended before all outcomes were there."""
        return not self.live.running and len(self.live.outcomes) < self.live.total

    @cached_property
    def examples(self) -> dict[str, Example]:
        """The queries by id."""
        return {each.query_id: each for each in self.live.examples}

    def seen(self, measures: tuple[str, ...], baseline: int) -> Seen:
        """Summed up anew when something is there that wasn't; while it runs, only now and then."""
        wanted, state = (measures, baseline), (len(self.live.outcomes), self.live.running)
        early = self.live.running and time.monotonic() < self._due
        if self._kept is not None and self._kept[0] == wanted and (early or self._kept[1] == state):
            return self._kept[2]
        began = time.monotonic()
        outcomes = dict(self.live.outcomes)
        made = summary(self.live.examples, self.names, outcomes, measures=measures, baseline=baseline)
        found = Seen(summary=made, outcomes=outcomes)
        self._kept = (wanted, state, found)
        self._due = time.monotonic() + (_SHARE - 1) * (time.monotonic() - began)
        return found


def current() -> Held | None:
    """The evaluation on the page; None before the first."""
    found: Held | None = st.session_state.get(_KEY)
    return found


def running() -> bool:
    """Whether one is under way."""
    held = current()
    return held is not None and held.live.running


def start(title: str, examples: Sequence[Example], lanes: Sequence[Lane], domain: str) -> None:
    """Begins one, or goes on where one with the same settings was left.

    Raises:
        InputError: what is given is no query set, two lanes have one name, or the store can't be used.
    """
    fresh = not session.reuses()
    wanted = resume.settings(examples, lanes, domain)
    id, known = resume.begin(storage.store(), wanted, lanes, fresh=fresh)
    _take(id, title, examples, lanes, domain, known, fresh=fresh)


def go_on(held: Held) -> None:
    """What is missing of a paused one, and what came to no ranking.

    Raises:
        InputError: the store can't be used.
    """
    known = {place: outcome for place, outcome in held.live.outcomes.items() if not outcome.failed}
    _take(held.id, held.title, held.live.examples, held.lanes, held.domain, known, fresh=held.fresh)


def _take(
    id: str,
    title: str,
    examples: Sequence[Example],
    lanes: Sequence[Lane],
    domain: str,
    known: Mapping[Place, Outcome],
    *,
    fresh: bool,
) -> None:
    kept, names = storage.store(), [made.name for made in lanes]
    live = LiveEvaluation(
        examples,
        lanes,
        session.access(),
        domain=domains()[domain],
        known=known,
        keep=lambda place, outcome: kept.put_outcome(id, names[place[0]], place[1], to_json(outcome)),
        budget=spending.budget(),
        fresh=fresh,
    )
    st.session_state[_KEY] = Held(live=live, id=id, title=title, domain=domain, fresh=fresh)
