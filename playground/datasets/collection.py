"""Test collections by their id in ir_datasets (MacAvaney et al. 2021), which downloads what it doesn't have."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from difflib import get_close_matches
from heapq import heappush, heappushpop
from itertools import islice
from typing import Any

from playground.datasets.example import HIGHEST, Example, graded, within
from playground.datasets.inputs import documents, listed, query
from playground.errors import InputError, PlaygroundError
from playground.limits import LIMITS
from playground.models.bm25 import load
from playground.types import DocId, Document

DEPTH = 20
"""Candidates a query."""
_CATALOG = "https://ir-datasets.com"
_JUDGED = "The candidates are judged documents in BM25's order: the collection brings no ranking of its own."
_UNSCORED = "The candidates are in BM25's order: the collection's own ranking of them has no scores."
_INSTALL = "Install it beside the playground: .venv/bin/pip install ir_datasets"
_LONGEST = 400
"""Characters shown of an error that isn't ours."""


@dataclass(frozen=True, kw_only=True)
class _Collection:
    """What is read of one: ``queries`` by id, ``grades`` by query and document, and each query's best ``scores`` by
    document, None = it brings no ranking. ``store`` gives texts; ``more`` = there are more queries than were taken."""

    id: str
    queries: Mapping[str, str]
    grades: Mapping[str, Mapping[DocId, int]]
    scores: Mapping[str, Mapping[DocId, float]] | None
    store: Any
    more: bool


def from_ir_datasets(id: str, *, depth: int = DEPTH, limit: int | None = None) -> list[Example]:
    """The first ``limit`` queries that have grades (any, where the collection has none), each with ``depth``
    candidates: the best of the collection's own ranking, as trec_eval sorts it: by score, equal ones by id backwards.
    A collection without one lends its judged documents, in BM25's order; MS MARCO's has no scores, and gets BM25's.
    At most 1,000 queries.

    Warned about: candidates in BM25's order, those left out for want of a text (the next best take their places),
    relevant documents that are not among them, grades below 0 (they count 0), queries that are left out.

    Raises:
        InputError: ir_datasets is not installed; it knows no such collection or can't download or read it; there are no
            queries with candidates, or grades above 4.
        ModelUnavailable: BM25 is needed, and not installed.
    """
    if depth < 1 or (limit is not None and limit < 1):
        raise InputError("That leaves no query, or no candidate.", hint="Give 1 or more.")
    source = _read(id, min(limit or LIMITS.queries, LIMITS.queries))
    found, bare, odd = [], 0, 0
    for qid, words in source.queries.items():
        try:
            asked = query(words)
        except InputError:  # nobody can mend a published query
            odd += 1
            continue
        candidates, notes = _candidates(source, qid, asked, depth)
        if candidates:
            found.append(_example(source, qid, asked, candidates, notes))
        else:
            bare += 1
    if not found:
        raise InputError(f"{id} has no query with candidates.", hint=f"Choose another: {_CATALOG}")
    about = []
    if source.more and (limit is None or limit > LIMITS.queries):
        about.append(f"The first {LIMITS.queries:,} queries were taken; the collection has more.")
    if bare:
        about.append(f"Queries left out for want of candidates: {bare:,}.")
    if odd:
        about.append(f"Queries left out for having no words, or over {LIMITS.query_chars:,} characters: {odd:,}.")
    return [replace(found[0], warnings=(*about, *found[0].warnings)), *found[1:]]


def _read(id: str, most: int) -> _Collection:
    try:
        import ir_datasets
    except ImportError:
        raise InputError("ir_datasets is not installed.", hint=_INSTALL) from None
    with _reading(id):
        try:
            source = ir_datasets.load(id)
        except KeyError:
            near = get_close_matches(id, ir_datasets.registry, 3, 0.5)
            like = f"Like it are: {listed(near)}. " if near else ""
            raise InputError(
                f"ir_datasets has no {listed([id])}.", hint=f"{like}All are listed at {_CATALOG}"
            ) from None
    _refuse_parts(id, source)
    grades = _grades(id, _each(id, source.qrels_iter)) if source.has_qrels() else {}
    those = (each for each in _each(id, source.queries_iter) if not grades or each.query_id in grades)
    queries = {each.query_id: _words(each) for each in islice(those, most)}
    more = next(those, None) is not None
    scores = _scores(_each(id, source.scoreddocs_iter), queries) if source.has_scoreddocs() else None
    with _reading(id):
        store = source.docs_store()
    return _Collection(id=id, queries=queries, grades=grades, scores=scores, store=store, more=more)


def _refuse_parts(id: str, source: Any) -> None:
    """Many ids name a whole of which only parts have queries or grades."""
    missing = [part for part in ("docs", "queries") if not source.has(part)]
    if not source.has_qrels() and not source.has_scoreddocs():
        missing.append("qrels or scoreddocs")
    if missing:
        raise InputError(
            f"{id} has no {', no '.join(missing)}.", hint=f"A part of it, or another, may have: {_CATALOG}"
        )


@contextmanager
def _reading(id: str) -> Iterator[None]:
    """Whatever goes wrong inside, in a library that downloads and unpacks, is told in its own words. For the library's
    calls alone: a mistake of ours is not to be blamed on the network."""
    try:
        yield
    except PlaygroundError:
        raise
    except Exception as error:
        said = " ".join(f"{type(error).__name__}: {error}".split())
        raise InputError(
            f"{id} can't be downloaded or read. {said[:_LONGEST]}{'…' if len(said) > _LONGEST else ''}",
            hint=f"Is there a network? Some collections are to be asked for and put in place by hand: {_CATALOG}",
        ) from error


def _each(id: str, begin: Callable[[], Iterable[Any]]) -> Iterator[Any]:
    """What the library gives one after another: it may download and read meanwhile."""
    with _reading(id):
        yield from begin()


def _grades(id: str, judged: Iterable[Any]) -> dict[str, dict[DocId, int]]:
    """By query and document; the best of a document that is graded more than once, by subtopic for example."""
    found: dict[str, dict[DocId, int]] = {}
    for each in judged:
        if each.relevance > HIGHEST or each.relevance != int(each.relevance):
            raise InputError(
                f"{id}, query {listed([each.query_id])}: {each.relevance:g} is not a grade.",
                hint=f"Grades are whole numbers up to {HIGHEST}.",
            )
        grades = found.setdefault(each.query_id, {})
        grades[each.doc_id] = max(int(each.relevance), grades.get(each.doc_id, int(each.relevance)))
    return found


def _scores(scored: Iterable[Any], queries: Mapping[str, str]) -> dict[str, dict[DocId, float]]:
    """Each query's best, as many as can be ranked together: the file may be longer than memory."""
    best: dict[str, list[tuple[float, DocId]]] = {}
    for each in scored:
        if each.query_id in queries:
            kept, one = best.setdefault(each.query_id, []), (float(each.score), each.doc_id)
            if len(kept) < LIMITS.documents:
                heappush(kept, one)
            else:
                heappushpop(kept, one)
    return {qid: {id: score for score, id in kept} for qid, kept in best.items()}


def _words(asked: Any) -> str:
    return str(asked.default_text() if hasattr(asked, "default_text") else asked.text)


def _candidates(source: _Collection, qid: str, asked: str, depth: int) -> tuple[list[Document], tuple[str, ...]]:
    """The best ``depth`` that have a text, and what there is to say of them."""
    if source.scores is None:
        return _by_bm25(source, asked, source.grades.get(qid, ()), depth, _JUDGED)
    scores = source.scores.get(qid, {})
    if len(scores) > 1 and len(set(scores.values())) == 1:
        return _by_bm25(source, asked, scores, depth, _UNSCORED)
    best = sorted(scores, key=lambda each: (scores[each], each), reverse=True)
    texts: dict[DocId, Document] = {}
    tried = 0
    while len(texts) < depth and tried < len(best):
        some = best[tried : tried + depth - len(texts)]
        texts |= _texts(source, some)
        tried += len(some)
    found = [replace(texts[each], first_stage_score=scores[each]) for each in best[:tried] if each in texts]
    return found, _lost(tried - len(found))


def _by_bm25(
    source: _Collection, asked: str, ids: Collection[DocId], depth: int, why: str
) -> tuple[list[Document], tuple[str, ...]]:
    texts = list(_texts(source, ids).values())
    values = load()(asked, [f"{each.title}\n{each.content}" for each in texts]).values if texts else ()
    scored = [replace(each, first_stage_score=value) for each, value in zip(texts, values, strict=True)]
    best = sorted(scored, key=lambda each: (each.first_stage_score, each.id), reverse=True)
    return best[:depth], (*_lost(len(ids) - len(texts)), why)


def _lost(count: int) -> tuple[str, ...]:
    return (f"Candidates left out for want of a text: {count:,}.",) if count else ()


def _texts(source: _Collection, ids: Iterable[DocId]) -> dict[DocId, Document]:
    with _reading(source.id):
        found = source.store.get_many(list(ids))
    return {id: _document(id, each) for id, each in found.items()}


def _document(id: DocId, raw: Any) -> Document:
    """Its collection says what counts as the text; a title in front of it is told apart."""
    if hasattr(raw, "default_text"):
        text = str(raw.default_text())
    else:
        text = "\n".join(value for name, value in raw._asdict().items() if name != "doc_id" and isinstance(value, str))
    title = getattr(raw, "title", None)
    if not isinstance(title, str) or not text.startswith(title):
        title = ""
    return Document(id=id, title=title.strip(), content=text[len(title) :].strip())


def _example(source: _Collection, qid: str, asked: str, candidates: list[Document], notes: tuple[str, ...]) -> Example:
    with within(f"{source.id}, query {listed([qid])}"):
        made, warnings = documents(candidates)
    grades, more = graded(source.grades.get(qid, {}), {each.id: each.id for each in made})
    return Example(query_id=qid, query=asked, documents=made, qrels=grades, warnings=(*warnings, *more, *notes))
