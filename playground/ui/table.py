"""Every lane's ranking as one plain table: the text equivalent of the ladder, whole where that shows the top."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from playground.board import Board
from playground.comparison import moves
from playground.types import DocId, Task
from playground.ui import evidence
from playground.ui.ladder import title


def rankings(task: Task, board: Board, qrels: Mapping[DocId, int]) -> pd.DataFrame:
    """A row a lane and document, best first."""
    titles = {document.id: title(document) for document in task.documents}
    given = [document.id for document in task.documents]
    rows = [
        {
            "lane": row.name,
            "rank": item.rank,
            "change": change[item.id],
            "id": item.id,
            "title": titles[item.id],
            "grade": qrels.get(item.id),
            "score": item.score if item.score is not None else item.grade,
            "reason": item.reason or item.why,
            "quote": item.quote.text if item.quote else "",
            "quote check": evidence.checked(item.quote) if item.quote else "",
            "provenance": ", ".join(item.provenance),
            "characters read": item.seen,
        }
        for row in board.lanes
        if row.ranking is not None
        for change in [moves(row.ranking.ids, given)]
        for item in row.ranking.items
    ]
    return pd.DataFrame(rows)
