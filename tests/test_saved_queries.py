"""Saved runs as a query set: which run counts, and whose grades."""

from __future__ import annotations

from dataclasses import replace

from playground.domains import custom, domains
from playground.runs import Record, record
from playground.saved_queries import examples
from playground.store import Label, content_hash
from playground.types import Document, Domain, Task

DOCS = (Document(id="a", content="cats purr"), Document(id="b", content="dogs bark"))


def run(
    query: str, made: str = "2026-01-01", *, qrels: dict[str, int] | None = None, domain: Domain | None = None
) -> Record:
    task = Task(query=query, documents=DOCS, domain=domain or domains()["legal"])
    return replace(record(task, [], [], qrels=qrels), made=made)


def label(query: str, document: Document, grade: int | None, grader: str) -> Label:
    return Label(query=query, document=document.id, content=content_hash(document), grade=grade, grader=grader)


def test_each_query_comes_once_from_its_newest_run() -> None:
    """In the order given, under ids of their own, with the run's documents and domain."""
    newest = replace(run("who barks", "2026-03-01"), task=replace(run("who barks").task, documents=DOCS[:1]))
    found = examples([run("who barks", "2026-02-01"), run("who moos"), newest, run("who barks")])
    assert [(each.query_id, each.query, each.domain) for each in found] == [
        ("q1", "who barks", "legal"),
        ("q2", "who moos", "legal"),
    ]
    assert [each.documents for each in found] == [DOCS[:1], DOCS]


def test_of_equally_new_runs_the_first_given_counts() -> None:
    """Two may end within the same second."""
    other = replace(run("who barks"), task=replace(run("who barks").task, documents=DOCS[:1]))
    assert [each.documents for each in examples([run("who barks"), other])] == [DOCS]
    assert [each.documents for each in examples([other, run("who barks")])] == [DOCS[:1]]


def test_peoples_median_stands_before_the_runs_own_grade() -> None:
    """A skip is no grade; where nobody gave one the run's stays; and a document that was edited since is another."""
    labels = [label("who barks", DOCS[1], grade, grader) for grade, grader in ((3, "ann"), (2, "bob"), (0, "cy"))]
    labels += [label("who barks", DOCS[0], None, "ann"), label("who moos", DOCS[0], 3, "ann")]
    labels += [label("who barks", replace(DOCS[0], content="cats bark"), 3, "ann")]
    (found,) = examples([run("who barks", qrels={"a": 1, "b": 0})], labels)
    assert found.qrels == {"a": 1, "b": 2}
    (bare,) = examples([run("who barks")], labels)
    assert bare.qrels == {"b": 2}


def test_a_domain_that_nobody_knows_is_told_and_left_out() -> None:
    """Typed by hand for a run, it has no name under which others could ask in it."""
    (found,) = examples([run("who barks", domain=custom("You are a vet."))])
    assert found.domain is None
    assert "'custom'" in found.warnings[0]
