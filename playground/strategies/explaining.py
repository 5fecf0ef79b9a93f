"""The second phase: reasons for a ranking that is already made. Never changes a rank; top documents come first.

The reasons and quotes are in the judgments; whoever keeps the ranking adds them to it, as the board does.
"""

from __future__ import annotations

from playground.forms.explain import Because, Closest
from playground.types import Ask, ModelRef, Ranking, Rounds, Task

READER = ModelRef("embedding")
WRITER = ModelRef("local")


def computed(task: Task, ranking: Ranking, top: int) -> Rounds:
    """For the first ``top`` documents: the sentence closest to the query, then a reason written from it."""
    by_id = {document.id: document for document in task.documents}
    wanted = [item for item in ranking.items[:top] if item.reason is None and by_id[item.id].content.strip()]
    if not wanted:
        return ranking
    closest = Closest()
    found = yield [Ask(form=closest, shown=(by_id[item.id],), model=READER) for item in wanted]
    quoted = [
        (item, judgment.quotes[item.id])
        for item, judgment in zip(wanted, found, strict=True)
        if item.id in judgment.quotes
    ]
    half = len(ranking.items) / 2
    yield [
        Ask(form=Because(quote=quote.text, relevant=item.rank <= half), shown=(by_id[item.id],), model=WRITER)
        for item, quote in quoted
    ]
    return ranking
