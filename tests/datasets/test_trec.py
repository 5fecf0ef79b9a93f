"""TREC runs, qrels and texts as a query set."""

from __future__ import annotations

import pytest

from playground import compare, export
from playground.datasets import Example
from playground.datasets.trec import File, read_trec
from playground.errors import InputError

RUN = "q1 Q0 a 1 2.5 tag\nq1 Q0 b 2 1 tag\nq2 Q0 b 1 0.25 tag\n"
QUERIES = "q1\twho barks\nq2\twho moos\n"
TEXTS = '{"_id": "a", "title": "Cats", "text": "cats purr"}\nb\tdogs bark\n'
SET = '{"query_id": "q1", "query": "who barks", "documents": [{"id": "a", "content": "x"}]}\n'
QRELS = "q1 0 b 3\nq1 0 a 0\nq2 0 b 1\n"


def read(run: str = RUN, queries: str = QUERIES, texts: str = TEXTS, qrels: str = QRELS) -> list[Example]:
    def file(name: str, text: str) -> File:
        return text.encode(), name

    return read_trec(
        run=file("run.trec", run),
        queries=file("queries.tsv", queries),
        texts=file("corpus.jsonl", texts),
        qrels=file("qrels.txt", qrels) if qrels else None,
    )


def test_a_run_becomes_queries_with_their_documents_in_its_order() -> None:
    """Texts, titles, first-stage scores and grades stand where they belong."""
    first, second = read()
    assert (first.query_id, first.query, second.query) == ("q1", "who barks", "who moos")
    assert [(each.id, each.title, each.content, each.first_stage_score) for each in first.documents] == [
        ("a", "Cats", "cats purr", 2.5),
        ("b", "", "dogs bark", 1.0),
    ]
    assert (first.qrels, second.qrels) == ({"b": 3, "a": 0}, {"b": 1})
    assert not first.warnings


def test_the_order_is_trec_evals() -> None:
    """The score decides, not the rank that is written; of equal ones the greater id is first."""
    (found,) = read("q1 Q0 a 1 1 tag\nq1 Q0 b 2 1 tag\nq1 Q0 c 3 9 tag\n", texts="a\tx\nb\ty\nc\tz\n")
    assert [each.id for each in found.documents] == ["c", "b", "a"]


def test_a_run_without_grades_is_read() -> None:
    """It can be ranked, though not measured."""
    assert [example.qrels for example in read(qrels="")] == [{}, {}]


def test_grades_that_cannot_count_are_told() -> None:
    """Junk counts 0; what the run doesn't have is left out."""
    first, _ = read(qrels="q1 0 a -2\nq1 0 nowhere 2\n")
    assert first.qrels == {"a": 0}
    assert first.warnings == (
        "1 relevant document is not among the candidates: measures are of the candidates alone.",
        "Grades below 0 count 0.",
    )


def test_what_a_run_exports_is_read_back() -> None:
    """Also ids with spaces and percent signs, which TREC has no other way to write."""
    texts = {"a 1": "cats purr", "50%": "dogs bark who barks"}
    record = compare(
        "who barks", [{"id": id, "content": text} for id, text in texts.items()], ["bm25"], qrels={"50%": 2}
    ).record
    (found,) = read(
        export.trec_run(record, 0),
        f"{export.QUERY_ID}\twho barks\n",
        "".join(f"{id}\t{text}\n" for id, text in texts.items()),
        export.trec_qrels(record),
    )
    assert [each.id for each in found.documents] == ["50%", "a 1"]
    assert found.qrels == {"50%": 2}


def test_runs_of_different_queries_may_be_in_one_file() -> None:
    """As they are where a system names its run anew for each."""
    assert [each.query_id for each in read("q1 Q0 a 1 2.5 one\nq2 Q0 b 1 0.25 two\n")] == ["q1", "q2"]


def test_what_the_app_exports_elsewhere_says_where_it_belongs() -> None:
    """Several lanes' runs in one file, and the documents as a query set."""
    record = compare("who barks", ["cats purr", "dogs bark"], ["bm25", "bm25 name=Other"]).record
    with pytest.raises(InputError) as several:
        read(export.trec_runs(record))
    assert "Keep the lines of one" in several.value.hint
    with pytest.raises(InputError) as whole:
        read(texts=export.documents_jsonl(record))
    assert "Upload" in whole.value.hint and "--set" in whole.value.hint


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"run": "q1 Q0 a 1 tag\n"}, "run.trec, line 1: 5 words"),
        ({"run": "q1 Q0 a 1 nan tag\n"}, 'run.trec, line 1: "nan" is not a score'),
        ({"run": RUN + "\nq1 Q0 a 3 0 tag\n"}, 'run.trec, line 5: "a" is ranked twice'),
        ({"run": RUN + "q2 Q0 a 1 9 other\n"}, 'run.trec holds several runs, by their tags "tag", "other"'),
        ({"run": "q1 Q0 a 1 2 x\nq1 Q0 a 1 9 y\n"}, 'run.trec holds several runs, by their tags "x", "y"'),
        ({"queries": SET}, "queries.tsv, line 1: this is a query set"),
        ({"texts": SET}, "corpus.jsonl, line 1: this is a query set"),
        ({"queries": "q1 who barks\n"}, "queries.tsv, line 1: there is no tab"),
        ({"queries": "q1\twho\n"}, 'queries.tsv: no text for the query "q2"'),
        ({"queries": "q1\t \nq2\tx\n"}, 'run.trec, query "q1": There is no query'),
        ({"texts": "a\tx\n"}, 'corpus.jsonl: no text for the document "b"'),
        ({"texts": '{"_id": "a", "body": "x"}\n'}, "corpus.jsonl, line 1: there is no id or no text"),
        ({"texts": '{"_id": '}, "corpus.jsonl, line 1: this is not JSON"),
        ({"texts": "a\tx\na\ty\n"}, 'corpus.jsonl, line 2: "a" is there twice'),
        ({"qrels": "q1 0 a 2.5\n"}, "qrels.txt, line 1: 2.5 is not a grade"),
        ({"qrels": "q1 0 a 9\n"}, "qrels.txt, line 1: 9 is not a grade"),
        ({"qrels": "q1 0 a 1\nq1 0 a 2\n"}, 'qrels.txt, line 2: "a" is graded twice'),
        ({"run": "\0"}, "run.trec is binary"),
    ],
)
def test_what_does_not_fit_is_refused_by_file_and_line(given: dict[str, str], said: str) -> None:
    """Rather than guessed."""
    with pytest.raises(InputError) as caught:
        read(**given)
    assert said in caught.value.message
