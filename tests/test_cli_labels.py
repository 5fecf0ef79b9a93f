"""``labels``: people's grades, from a terminal."""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from playground import compare, judging, runs
from playground.cli import main, query_sets
from playground.domains import domains
from playground.lanes import lane, parse
from playground.live import LiveRun
from playground.models import Access
from playground.store import Label, Store, url
from playground.strategies.pointwise import Pointwise
from playground.testing import Oracle
from playground.types import Document, ModelRef, Task
from tests.pages.driving import surroundings
from tests.saving import saved

Cli = Callable[..., tuple[int, str, str]]
SET: dict[str, Any] = {
    "query_id": "q7",
    "query": "who barks",
    "documents": [{"id": id, "content": f"{id} text"} for id in ("cat", "dog", "big owl")],
}


@pytest.fixture(autouse=True)
def folder(tmp_path: Path) -> Iterator[Path]:
    with surroundings(PLAYGROUND_CACHE_DIR=str(tmp_path)):
        yield tmp_path


@pytest.fixture
def cli(capsys: pytest.CaptureFixture[str]) -> Cli:
    def called(*words: str) -> tuple[int, str, str]:
        code = main(["labels", *words])
        printed = capsys.readouterr()
        return code, printed.out, printed.err

    return called


def file(folder: Path, name: str, *rows: object) -> str:
    path = folder / name
    path.write_text("".join((row if isinstance(row, str) else json.dumps(row)) + "\n" for row in rows), "utf-8")
    return str(path)


def graded(folder: Path, cli: Cli, grader: str, *lines: str) -> None:
    path = file(folder, "g.qrels", *lines)
    code, _, err = cli("import", path, "--grader", grader, "--set", file(folder, "set.jsonl", SET))
    assert code == 0, err


def exported(cli: Cli, *words: str) -> list[dict[str, Any]]:
    code, out, err = cli("export", *words)
    assert code == 0, err
    return [json.loads(line) for line in out.splitlines()]


def test_qrels_find_their_documents_in_the_set(cli: Cli, folder: Path) -> None:
    """Labels are kept for the query's text and the document's, and come out as qrels again."""
    graded(folder, cli, "Ann", "q7 0 dog 3", "q7 0 big%20owl 0")
    assert [(row["query"], row["id"], row["grade"], row["grader"]) for row in exported(cli)] == [
        ("who barks", "dog", 3, "Ann"),
        ("who barks", "big owl", 0, "Ann"),
    ]
    assert cli("export", "--to", "qrels") == (0, "q1 0 dog 3\nq1 0 big%20owl 0\n", "")


def test_what_was_exported_can_be_imported_elsewhere(cli: Cli, folder: Path) -> None:
    """Without the set, skipped ones and notes included, under another name."""
    path = file(
        folder,
        "in.jsonl",
        {"query": "who barks", "id": "dog", "content": "dog text", "grade": 3, "note": "does"},
        {"query": "who barks", "id": "cat", "content": "cat text", "grade": None},
    )
    assert cli("import", path, "--grader", "Ann")[:2] == (0, "2 labels by Ann\n")
    out = file(folder, "out.jsonl", *exported(cli, "--grader", "Ann"))
    assert cli("import", out, "--grader", "Bob")[0] == 0
    ann, bob = exported(cli, "--grader", "Ann"), exported(cli, "--grader", "Bob")
    assert bob == [{**row, "grader": "Bob"} for row in ann]
    assert [(row["grade"], row["note"]) for row in bob] == [(3, "does"), (None, "")]


ROW = {"query": "a", "id": "b", "content": "c", "grade": 1}


def test_what_several_graded_comes_back_as_it_went(cli: Cli, folder: Path) -> None:
    """By each of them, with its time."""
    graded(folder, cli, "Ann", "q7 0 dog 3", "q7 0 cat 0")
    graded(folder, cli, "Bob", "q7 0 dog 1")
    rows = exported(cli)
    out = file(folder, "out.jsonl", *rows)
    with surroundings(PLAYGROUND_CACHE_DIR=str(folder / "elsewhere")):
        assert cli("import", out) == (0, "2 labels by Ann\n1 label by Bob\n", "")
        assert exported(cli) == rows
        assert json.loads(cli("import", out, "--json")[1])["graders"] == {"Ann": 2, "Bob": 1}


def test_several_graders_are_not_made_one_and_nobody_is_made_up(cli: Cli, folder: Path) -> None:
    """A file of several doesn't become another's, and one that names nobody is nobody's; nothing of either is kept."""
    both = file(folder, "both.jsonl", {**ROW, "grader": "Ann"}, {**ROW, "grader": "Bob"})
    code, _, err = cli("import", both, "--grader", "Yan")
    assert code == 2 and '"Ann", "Bob"' in err and "Leave --grader out" in err
    code, _, err = cli("import", file(folder, "some.jsonl", {**ROW, "grader": "Ann"}, {**ROW, "id": "x"}))
    assert code == 2 and "some.jsonl, line 2: nothing says who graded" in err
    code, _, err = cli("import", file(folder, "g.qrels", "q7 0 dog 3"), "--set", file(folder, "set.jsonl", SET))
    assert code == 2 and "--grader" in err
    assert exported(cli) == []


def test_a_document_that_one_grader_graded_twice_is_refused_with_its_line(cli: Cli, folder: Path) -> None:
    """Whatever the grades are, and whether the name is the file's or the command's; two graders may grade it."""
    twice = file(folder, "in.jsonl", {**ROW, "grader": "Ann"}, {**ROW, "grader": "Bob"}, {**ROW, "grader": "Ann"})
    code, _, err = cli("import", twice)
    assert code == 2 and 'in.jsonl, line 3: "Ann" grades this document a second time' in err
    code, _, err = cli("import", file(folder, "in.jsonl", ROW, {**ROW, "grade": 2}), "--grader", "Eve")
    assert code == 2 and 'in.jsonl, line 2: "Eve"' in err
    assert exported(cli) == []


def test_grades_of_a_set_and_of_the_text_itself_are_of_the_same_document(cli: Cli, folder: Path) -> None:
    """So two graders who came by different ways can be compared."""
    graded(folder, cli, "Ann", "q7 0 dog 3", "q7 0 cat 0")
    rows = [{"query": "who barks", "id": id, "content": f"{id} text", "grade": 3} for id in ("dog", "cat")]
    cli("import", file(folder, "in.jsonl", *rows), "--grader", "Bob")
    code, out, _ = cli("agreement", "--json")
    found = json.loads(out)
    assert code == 0 and found["graders"] == {"Ann": 2, "Bob": 2}
    (pair,) = found["pairs"]
    assert (pair["graders"], pair["n"], pair["observed"]) == (["Ann", "Bob"], 2, 0.5)
    assert pair["table"][0][3] == 1 and pair["table"][3][3] == 1
    assert (found["alpha"]["n"], found["alpha"]["graders"]) == (2, 2)


def test_agreement_is_said_with_its_n(cli: Cli, folder: Path) -> None:
    """And that there is none to speak of, where nobody met."""
    graded(folder, cli, "Ann", "q7 0 dog 3", "q7 0 cat 0")
    assert "No document has grades of two graders" in cli("agreement")[1]
    graded(folder, cli, "Bob", "q7 0 dog 3", "q7 0 cat 0")
    out = cli("agreement")[1]
    assert "graded differently" not in out
    assert "  Ann down, Bob across:\n            0     1     2     3\n      0     1     0     0     0\n" in out
    assert "Ann and Bob: weighted kappa 1.00, n = 2" in out and "alpha (ordinal) 1.00, n = 2, 2 graders" in out


def ranked(folder: Path, name: str, grades: dict[str, float]) -> Path:
    """The record of a run over the set by BM25 and a lane that gives these grades from 0 to 10."""
    ref = ModelRef("oracle")
    documents = tuple(Document(**each) for each in SET["documents"])
    task = Task(query="who barks", documents=documents, domain=domains()["general"])
    lanes = [parse("bm25"), lane(Pointwise(model=ref), name=name)]
    live = LiveRun(task, lanes, Access(), given={ref: Oracle(grades)})
    live.join(30)
    path = folder / f"{name}.json"
    path.write_text(runs.dump(runs.record(task, lanes, live.events)), "utf-8")
    return path


def test_people_are_compared_with_the_lanes_of_runs(cli: Cli, folder: Path) -> None:
    """Of a file and of a saved run; with the documents that somebody should look at again, the furthest apart first."""
    graded(folder, cli, "Ann", "q7 0 dog 3", "q7 0 cat 0")
    file, other = ranked(folder, "kind", {"dog": 10, "cat": 5}), ranked(folder, "blind", {"dog": 0, "cat": 0})
    id = saved(runs.read(other), folder)
    other.unlink()
    words = ("agreement", "--run", str(file), "--run", id)
    code, out, err = cli(*words, "--json")
    assert code == 0, err
    found = json.loads(out)
    assert [(pair["graders"], pair["lane"], pair["n"], pair["observed"]) for pair in found["pairs"]] == [
        (["Ann", "kind"], True, 2, 0.5),
        (["Ann", "blind"], True, 2, 0.5),
    ]
    assert [(each["query"], each["id"], each["people"], each["lanes"]) for each in found["disagreements"]] == [
        ("who barks", "dog", {"Ann": 3}, {"kind": 3, "blind": 0}),
        ("who barks", "cat", {"Ann": 0}, {"kind": 1, "blind": 0}),
    ]
    out = cli(*words)[1]
    assert "Ann and lane kind: weighted kappa .86, n = 2" in out and "2 documents graded differently" in out


def test_a_run_without_grades_is_said_to_have_none_and_one_that_is_not_there_is_refused(cli: Cli, folder: Path) -> None:
    """By the name that was given."""
    graded(folder, cli, "Ann", "q7 0 dog 3")
    plain = saved(compare("who barks", SET["documents"], ["bm25"]).record, folder)
    assert "No lane of these runs wrote grades" in cli("agreement", "--run", plain)[1]
    code, _, err = cli("agreement", "--run", "lost.json")
    assert code == 2 and '"lost.json" is no file. There is no saved run of this id.' in err
    code, _, err = cli("agreement", "--run", "x" * 5_000)
    assert code == 2 and "… is no file" in err.replace('"', "") and len(err) < 500


def test_documents_that_people_graded_differently_are_counted_without_any_run(cli: Cli, folder: Path) -> None:
    """Where there are none, nothing is said of them."""
    graded(folder, cli, "Ann", "q7 0 dog 3", "q7 0 cat 0")
    assert "graded differently" not in cli("agreement")[1]
    graded(folder, cli, "Bob", "q7 0 dog 1", "q7 0 cat 0")
    assert "1 document graded differently; --json lists them" in cli("agreement")[1]


def test_those_who_graded_a_run_together_agree_or_not_where_it_is_named(cli: Cli, folder: Path) -> None:
    """Its grades are nobody's own; an evaluation on that run has them, too."""
    record = compare("who barks", SET["documents"], ["bm25"]).record
    id, dog = saved(record, folder), record.task.documents[1]
    with closing(Store(url(Access.from_env({"PLAYGROUND_CACHE_DIR": str(folder)}), {}))) as store:
        for grader, grade in (("Ann", 3), ("Bob", 2)):
            item = judging.item("who barks", dog)
            store.book(id).put_label(Label(**item._asdict(), grade=grade, grader=grader))
    assert json.loads(cli("agreement", "--json")[1])["graders"] == {}
    assert json.loads(cli("agreement", "--run", id, "--json")[1])["graders"] == {"Ann": 1, "Bob": 1}
    parser = argparse.ArgumentParser()
    query_sets.add(parser)
    (example,) = query_sets.read(parser.parse_args(["--runs", id]))
    assert example.qrels == {"dog": 2}


def test_the_qrels_of_several_graders_hold_their_median(cli: Cli, folder: Path) -> None:
    """One grader's are theirs."""
    for grader, grade in (("Ann", 0), ("Bob", 2), ("Eve", 3)):
        graded(folder, cli, grader, f"q7 0 dog {grade}")
    assert cli("export", "--to", "qrels")[1] == "q1 0 dog 2\n"
    assert cli("export", "--to", "qrels", "--grader", "Eve")[1] == "q1 0 dog 3\n"


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        (["no json"], "line 1 is not JSON"),
        ([{"query": "a", "id": "b", "content": "c", "grade": 4}], "the grade is none"),
        ([{"query": "a", "id": "b", "content": "c", "grade": True}], "the grade is none"),
        ([{"query": "a", "id": "b", "content": "c"}], "the grade is none"),
        ([{"query": "a", "id": "b", "grade": 1}], "nothing says what the document 'b' holds"),
        ([{"query": "a", "id": 7, "content": "c", "grade": 1}], "field 'id': expected text"),
        ([{"query": "a", "id": "b", "content": "c", "grade": 1, "grader": 7}], "field 'grader': expected text"),
        ([], "is empty"),
    ],
)
def test_a_file_with_a_bad_line_is_refused_and_nothing_of_it_kept(
    cli: Cli, folder: Path, rows: list[object], said: str
) -> None:
    """Also what was good before it."""
    good = [{"query": "a", "id": "x", "content": "y", "grade": 1}] if rows else []
    code, _, err = cli("import", file(folder, "in.jsonl", *rows, *good), "--grader", "Ann")
    assert code == 2 and said in err
    assert exported(cli) == []


def test_qrels_without_their_set_and_of_several_queries_are_refused(cli: Cli, folder: Path) -> None:
    """With what to do instead."""
    path = file(folder, "g.qrels", "q7 0 dog 3")
    assert "--set" in cli("import", path, "--grader", "Ann")[2]
    rows = [{"query": query, "id": "b", "content": "c", "grade": 1} for query in ("one", "two")]
    cli("import", file(folder, "in.jsonl", *rows), "--grader", "Ann")
    code, _, err = cli("export", "--to", "qrels")
    assert code == 2 and "--query" in err
    assert cli("export", "--to", "qrels", "--query", "two")[1] == "q1 0 b 1\n"
