"""The price before the run: the same generator, played against a canned judge, its questions worded and counted."""

from __future__ import annotations

from decimal import Decimal

from playground import pricing
from playground.events import Plan
from playground.strategies import Strategy
from playground.testing import Oracle, play
from playground.types import Chat, Completion, Payload, Task, Usage

_BYTES_A_TOKEN = 4  # of English text, near enough for a "~"


def plan(task: Task, strategy: Strategy) -> Plan:
    """Calls, rounds on the critical path, tokens and list price of this strategy on this task. No model is asked."""
    # Input order kept and every grade apart: the usual course, since most input is roughly in order.
    last = len(task.documents)
    judge = Oracle({document.id: last - at for at, document in enumerate(task.documents)})
    _, rounds = play(strategy.rank(task), judge.judge)
    total, cost, calls = Usage(), Decimal(0), 0
    unpriced = False
    for ask in (ask for asks in rounds for ask in asks):
        usage = _expected(ask.form.word(task, ask.shown))
        price = pricing.cost(ask.model, usage)
        unpriced = unpriced or price is None
        cost += price or 0
        total, calls = total + usage, calls + 1
    return Plan(
        calls=(calls, calls),
        rounds=len(rounds),
        tokens=(total.input, total.output),
        cost_usd=None if unpriced else cost,
    )


def _expected(payload: Payload) -> Usage:
    match payload:
        case Chat():
            return Usage(
                input=sum(map(_tokens, (message.content for message in payload.messages))), output=payload.expected
            )
        case Completion():
            return Usage(input=_tokens(payload.prompt), output=payload.max_tokens)
        case _:
            return Usage(input=sum(_tokens(text) + _tokens(payload.query) for text in payload.texts))


def _tokens(text: str) -> int:
    return -(-len(text.encode()) // _BYTES_A_TOKEN)
