"""What of a run is at hand before it starts, and the price of the rest: the same generators as for the plan, but where
an earlier run has left the reply, that is what they are told, so that they go on as they really would."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from playground.events import Plan
from playground.plan import Course, Judging, course, courses, plan, plan_reasons, ranged
from playground.question import questions
from playground.reuse import Replies
from playground.strategies import Strategy
from playground.strategies.explaining import explain
from playground.strategies.rounds import play
from playground.types import Ask, Judgment, Payload, Reply, Rounds, Task

_SAMPLE = 20


@dataclass(frozen=True, kw_only=True)
class Net:
    """The price of what is still to be asked. ``cached`` questions at the least are at hand; rounds that are so as a
    whole don't count. Of a question whose texts are known in part, only the others' tokens do."""

    plan: Plan
    cached: int


class AtHand:
    """Of one task's questions, whatever the lane. ``replies`` says whose, and measures how long calls take. What was
    looked up once is not looked up again."""

    def __init__(self, task: Task, replies: Replies) -> None:
        self._task, self._replies = task, replies
        self._known: dict[Ask, Judgment] = {}
        self._open: dict[Ask, Payload] = {}

    def ranking(self, strategy: Strategy) -> Net:
        """What is left of ranking by this strategy.

        Raises:
            LaneError: the strategy asks more than ``LIMITS.questions``.
        """
        if not self._begun(strategy):
            return Net(plan=plan(self._task, strategy, self._replies.latency), cached=0)
        return self._net(lambda judge: strategy.rank(self._task))

    def reasons(self, strategy: Strategy, top: int) -> Net:
        """What is left of the reasons that are written after the ranking.

        Raises:
            LaneError: as for the ranking.
        """
        if not self._begun(strategy):  # nobody knows yet which documents they will be about
            return Net(plan=plan_reasons(self._task, strategy, top, self._replies.latency), cached=0)

        def explained(judge: Judging) -> Rounds:
            ranking, _ = play(strategy.rank(self._task), judge)
            return explain(self._task, strategy, ranking, top)

        return self._net(explained)

    def _begun(self, strategy: Strategy) -> bool:
        """Whether anything of its first round is at hand. A sample tells: whoever asked it before asked all of it."""
        asks = next(strategy.rank(self._task), ())
        for ask in asks[:: -(-len(asks) // _SAMPLE) or 1]:
            if self._judged(ask) is not None or self._open[ask] != ask.form.word(self._task, ask.shown):
                return True
        return False

    def _net(self, rounds: Callable[[Judging], Rounds]) -> Net:
        cached: list[int] = []

        def one(canned: Judging) -> Course:
            def judge(ask: Ask) -> Judgment:
                known = self._judged(ask)
                return canned(ask) if known is None else known

            _, asked = play(rounds(judge), judge)
            left = [[ask for ask in asks if ask in self._open] for asks in asked]
            made = course([asks for asks in left if asks], self._open.__getitem__, self._replies.latency)
            cached.append(sum(map(len, asked)) - made.calls)
            return made

        return Net(plan=ranged(courses(self._task, one)), cached=min(cached))

    def _judged(self, ask: Ask) -> Judgment | None:
        """The judgment that is at hand; None where something is still to be asked."""
        if ask not in self._known and ask not in self._open:
            self._look_up(ask)
        return self._known.get(ask)

    def _look_up(self, ask: Ask) -> None:
        asking = questions(self._task, ask)
        try:
            question = next(asking)
            while isinstance(found := self._replies.at_hand(question), Reply):
                question = asking.send(found)
        except StopIteration as end:
            self._known[ask] = end.value
        else:
            self._open[ask] = found
