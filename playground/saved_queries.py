"""A query set of the queries that somebody ran: their documents, and the grades that people gave them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from playground.datasets import Example
from playground.domains import domains
from playground.judging import Item, item, median, people
from playground.runs import Record
from playground.store import Label
from playground.types import DocId


def examples(records: Sequence[Record], labels: Iterable[Label] = ()) -> list[Example]:
    """One for each query, in the order in which they come first: the newest of its runs gives the documents, the first
    given of equally new ones.

    A document's grade is the median of people's where they gave one, else the run's own. A domain that is none of the
    known ones is left out, with a warning.
    """
    newest: dict[str, Record] = {}
    for record in records:
        query = record.task.query
        if query not in newest or record.made > newest[query].made:
            newest[query] = record
    given = median(people(labels))
    return [_example(f"q{number}", record, given) for number, record in enumerate(newest.values(), 1)]


def _example(id: str, record: Record, given: dict[Item, int]) -> Example:
    task, domain = record.task, record.task.domain.name
    qrels: dict[DocId, int] = {}
    for document in task.documents:
        grade = given.get(item(task.query, document), record.qrels.get(document.id))
        if grade is not None:
            qrels[document.id] = grade
    known = domain in domains()
    lost = f"The domain {domain!r} of a run is none of the known ones: its query names none here."
    return Example(
        query_id=id,
        query=task.query,
        documents=task.documents,
        qrels=qrels,
        domain=domain if known else None,
        warnings=() if known else (lost,),
    )
