"""The second phase: reasons for a ranking that is already made. Never changes a rank; top documents come first.

The reasons and quotes are in the judgments; whoever keeps the ranking adds them to it, as the board does.
"""

from __future__ import annotations

import dataclasses
from typing import Any

from playground import catalog
from playground.forms.explain import Because, Closest, Explain
from playground.strategies.base import Asking, Strategy
from playground.strategies.rounds import Steps
from playground.types import Ask, Document, ModelRef, Ranked, Ranking, Rounds, Task

READER = ModelRef("embedding")
WRITER = ModelRef("local")


def explain(task: Task, strategy: Strategy, ranking: Ranking, top: int) -> Rounds:
    """Reasons for those of the first ``top`` documents that have none: asked of the lane's own LLM, or computed where
    the lane only scores."""
    by_id = {document.id: document for document in task.documents}
    wanted = [
        (item, by_id[item.id])
        for item in ranking.items[:top]
        if item.reason is None and "failed" not in item.provenance and by_id[item.id].content.strip()
    ]
    asking = _asking(strategy)
    if wanted and asking is not None:
        form = Explain(domain=asking.domain, temperature=asking.temperature, effort=asking.effort, tokens=asking.tokens)
        yield [Ask(form=form, shown=(document,), model=asking.model) for _, document in wanted]
    elif wanted and only_scores(strategy):
        yield from _computed(wanted, (len(ranking.items) + 1) / 2)
    return ranking


def only_scores(strategy: Strategy) -> bool:
    """Whether nothing but scoring models is asked."""
    rows = [catalog.PROVIDERS.get(ref.provider) for ref in strategy.models()]
    return all(row is not None and row.kind == "scores" for row in rows)


def _asking(strategy: Any) -> Asking | None:
    """The stage that decides by asking an LLM: the last one, where there are several."""
    if isinstance(strategy, Asking):
        return strategy
    values = [getattr(strategy, field.name) for field in dataclasses.fields(strategy)]
    stages = [stage for value in values for stage in (value if isinstance(value, tuple) else (value,))]
    found = [_asking(stage) for stage in stages if isinstance(stage, Strategy)]
    return next((stage for stage in reversed(found) if stage is not None), None)


def _computed(wanted: list[tuple[Ranked, Document]], half: float) -> Steps[None]:
    """The sentence closest to the query, then a reason written from it."""
    closest = Closest()
    found = yield [Ask(form=closest, shown=(document,), model=READER) for _, document in wanted]
    quoted = [
        (item, document, judgment.quotes[item.id])
        for (item, document), judgment in zip(wanted, found, strict=True)
        if item.id in judgment.quotes
    ]
    yield [
        Ask(form=Because(quote=quote.text, relevant=item.rank <= half), shown=(document,), model=WRITER)
        for item, document, quote in quoted
    ]
