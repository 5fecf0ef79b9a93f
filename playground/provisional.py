"""How a lane would rank if it had to end now: the same generator, replayed with the judgments that have come."""

from __future__ import annotations

import logging
from collections import defaultdict, deque
from collections.abc import Sequence

from playground.events import Answered, Asked
from playground.question import recorded
from playground.strategies import Strategy
from playground.types import Judgment, Ranking, Task, unanswered

_MOST = 3_000
"""Questions after which a replay is given up: it is done again every time the page looks."""

_log = logging.getLogger(__name__)


def provisional(task: Task, strategy: Strategy, answered: Sequence[Answered]) -> Ranking | None:
    """The ranking of one lane with these of its questions answered and all others not yet; documents that nobody has
    judged are *failed*. None where nothing is answered, or where the replay is too long or fails: never raises."""
    heard: dict[tuple[int, Asked], deque[Judgment]] = defaultdict(deque)
    for event in answered:
        if event.phase == "rank":
            heard[event.round, event.ask].append(event.judgment)
    if not heard:
        return None
    try:
        return _replayed(task, strategy, heard)
    except Exception:  # the lane itself will say what is wrong
        _log.debug("no provisional ranking by %s", strategy.name, exc_info=True)
        return None


def _replayed(task: Task, strategy: Strategy, heard: dict[tuple[int, Asked], deque[Judgment]]) -> Ranking | None:
    """Equal questions of a round take the judgments one each."""
    rounds = strategy.rank(task)
    judgments: Sequence[Judgment] | None = None
    number = asked = 0
    while True:
        try:
            asks = next(rounds) if judgments is None else rounds.send(judgments)
        except StopIteration as end:
            ranking: Ranking = end.value
            return ranking
        number, asked = number + 1, asked + len(asks)
        if asked > _MOST:
            return None
        waiting = [heard.get((number, recorded(ask))) for ask in asks]
        judgments = [come.popleft() if come else unanswered("not yet") for come in waiting]
