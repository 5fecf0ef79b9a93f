"""``labels``: people's grades, from a terminal."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from playground.cli import main
from tests.pages.driving import surroundings

Cli = Callable[..., tuple[int, str, str]]
SET = {
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
    assert "Ann and Bob: weighted kappa 1.00, n = 2" in out and "alpha (ordinal) 1.00, n = 2, 2 graders" in out


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
