"""What of a run is at hand before it starts, and the price of the rest: the same generators as for the plan, but where
an earlier run has left the reply, that is what they are told, so that they go on as they really would."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

from playground.events import Plan
from playground.forms.explain import Because, Closest, Explain
from playground.plan import Course, Judging, course, courses, plan_reasons, ranged, worded
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
    whole don't count. Of a question whose texts are known in part, only the others' tokens do.

    ``asks`` are the open ones that come whatever the answers; ``played`` questions were answered to find all that out.
    """

    plan: Plan
    cached: int
    asks: tuple[Ask, ...] = field(default=(), compare=False, repr=False)
    played: int = field(default=0, compare=False)


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
        known = self._judged if self._begun(strategy) else _nothing
        return self._net(lambda: strategy.rank(self._task), known, lambda ask: True)

    def reasons(self, strategy: Strategy, top: int) -> Net:
        """What is left of the reasons that are written after the ranking.

        Raises:
            LaneError: as for the ranking.
        """
        if not self._begun(strategy):  # nobody knows yet which documents they will be about
            return Net(plan=plan_reasons(self._task, strategy, top, self._replies.latency), cached=0)

        def explained() -> Rounds:
            ranking = yield from strategy.rank(self._task)
            return (yield from explain(self._task, strategy, ranking, top))

        return self._net(explained, self._judged, lambda ask: isinstance(ask.form, Explain | Closest | Because))

    def _begun(self, strategy: Strategy) -> bool:
        """Whether anything of its first round is at hand. A sample tells: whoever asked it before asked all of it."""
        asks = next(strategy.rank(self._task), ())
        for ask in asks[:: -(-len(asks) // _SAMPLE) or 1]:
            if self._judged(ask) is not None or self._open[ask] != ask.form.word(self._task, ask.shown):
                return True
        return False

    def _net(
        self, rounds: Callable[[], Rounds], known: Callable[[Ask], Judgment | None], counts: Callable[[Ask], bool]
    ) -> Net:
        """Of those asks that count."""
        word = worded(self._task) if known is _nothing else self._open.__getitem__
        ways: list[list[Ask]] = []
        cached: list[int] = []
        played = 0

        def one(canned: Judging) -> Course:
            nonlocal played

            def judge(ask: Ask) -> Judgment:
                judgment = known(ask)
                return canned(ask) if judgment is None else judgment

            _, asked = play(rounds(), judge)
            wanted = [[ask for ask in asks if counts(ask)] for asks in asked]
            left = [[ask for ask in asks if known(ask) is None] for asks in wanted]
            ways.append([ask for asks in left for ask in asks])
            cached.append(sum(map(len, wanted)) - len(ways[-1]))
            played += sum(map(len, asked))
            made = course([asks for asks in left if asks], word, self._replies.latency)
            return replace(made, played=len(asked))

        plan = ranged(courses(self._task, one))
        return Net(plan=plan, cached=min(cached), asks=_in_all(ways), played=played)

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


def apart(task: Task, nets: Sequence[Net]) -> list[Net]:
    """The nets of a run's lanes as they add up: a question that several lanes ask is asked once, and left to the first
    of them. Of those that only some answers lead to nobody knows, so they count in every lane."""
    taken: set[Ask] = set()
    made = []
    for net in nets:
        again = [ask for ask in net.asks if ask in taken]
        taken.update(net.asks)
        made.append(replace(net, plan=_without(net.plan, course([again], worded(task), None))) if again else net)
    return made


def _without(plan: Plan, less: Course) -> Plan:
    """Rounds and seconds stay: the lane waits for the answer, whoever asks."""
    (low, high), tokens, cost = plan.calls, plan.tokens, plan.cost_usd
    return replace(
        plan,
        calls=(low - less.calls, high - less.calls),
        tokens=(max(0, tokens[0] - less.tokens), max(0, tokens[1] - less.tokens)),  # estimates from samples
        cost_usd=None
        if cost is None or less.cost_usd is None
        else (max(Decimal(0), cost[0] - less.cost_usd), max(Decimal(0), cost[1] - less.cost_usd)),
    )


def _nothing(ask: Ask) -> None:
    """Where nothing is at hand."""


def _in_all(ways: Sequence[Sequence[Ask]]) -> tuple[Ask, ...]:
    first, *others = ways
    both = [set(way) for way in others]
    return tuple(ask for ask in dict.fromkeys(first) if all(ask in way for way in both))
