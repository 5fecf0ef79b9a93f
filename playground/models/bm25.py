"""BM25 over the given texts: the collection is the candidates themselves."""

from __future__ import annotations

from collections.abc import Sequence

from playground.models.inprocess import InProcess, ScoreBatch, Scores, needing

K1, B = 0.9, 0.4
"""Anserini's values: on five judged sets as good as 1.2 and 0.75, or better."""


class Bm25(InProcess):
    """Lucene's BM25. Word statistics come from all the texts of a question, so it must be asked about all at once."""

    def __init__(self) -> None:
        super().__init__("bm25", load, name="bm25s", batch=None, worker="bm25")


def load() -> ScoreBatch:
    with needing("BM25"):
        import bm25s
        from Stemmer import Stemmer
    stemmer = Stemmer("english")

    def words(texts: Sequence[str]) -> list[list[str]]:
        found = bm25s.tokenize(list(texts), stopwords="english", stemmer=stemmer, return_ids=False, show_progress=False)
        return list(found)

    def score(query: str, texts: Sequence[str]) -> Scores:
        seen = [len(text) for text in texts]
        collection = words(texts)
        known = {word for text in collection for word in text}
        asked = [word for word in words([query])[0] if word in known]
        if not asked:
            return Scores(values=[0.0] * len(texts), seen=seen)
        index = bm25s.BM25(method="lucene", k1=K1, b=B)
        index.index(collection, show_progress=False)
        return Scores(values=[float(value) for value in index.get_scores(asked)], seen=seen)

    return score
