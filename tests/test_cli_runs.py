"""``runs``: what is saved, from a terminal."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from playground import runs
from playground.cli import main
from playground.events import Failure, LaneFailed
from playground.facade import compare
from playground.models import Access
from playground.runs import Record
from tests.pages.driving import surroundings
from tests.provider import Answer, Provider, Say

Cli = Callable[..., tuple[int, str, str]]
REFUSED = "pointwise model=openai:gpt-4o name=grades"
"""A lane that fails without a key."""


@pytest.fixture(autouse=True)
def folder(tmp_path: Path) -> Iterator[Path]:
    with surroundings(PLAYGROUND_CACHE_DIR=str(tmp_path)):
        yield tmp_path


@pytest.fixture(scope="module")
def record() -> Record:
    return compare("who barks", ["cats purr", "dogs bark"], ["bm25"], access=Access()).record


@pytest.fixture
def cli(capsys: pytest.CaptureFixture[str]) -> Cli:
    def called(*words: str) -> tuple[int, str, str]:
        code = main(["runs", *words])
        printed = capsys.readouterr()
        return code, printed.out, printed.err

    return called


def told(cli: Cli, *words: str) -> dict[str, Any]:
    code, out, err = cli(*words, "--json")
    assert code == 0, err
    found: dict[str, Any] = json.loads(out)  # fails where there is more than one object
    assert isinstance(found["schema"], int)
    return found


def imported(cli: Cli, record: Record, folder: Path, *more: str) -> str:
    file = folder / "run.json"
    file.write_text(runs.dump(record), encoding="utf-8")
    id: str = told(cli, "import", str(file), *more)["id"]
    return id


def test_a_run_goes_in_and_comes_out_as_it_was(cli: Cli, record: Record, folder: Path) -> None:
    """To standard output or a file."""
    id = imported(cli, record, folder)
    assert cli("export", id) == (0, runs.dump(record), "")
    assert cli("export", id, "--out", str(folder / "out.json")) == (0, "", "")
    assert runs.read(folder / "out.json") == record


def test_runs_are_listed_and_found_by_what_people_wrote(cli: Cli, record: Record, folder: Path) -> None:
    """The last saved first, with a note; deleted ones are gone."""
    first = imported(cli, replace(record, made="2026-01-02T03:04:05+00:00"), folder, "--note", "with the old prompt")
    second = imported(cli, record, folder)
    assert [row["id"] for row in told(cli, "list")["runs"]] == [second, first]
    (row,) = told(cli, "list", "--search", "OLD prompt")["runs"]
    assert (row["id"], row["query"], row["documents"], row["states"]) == (first, "who barks", 2, ["complete"])
    assert [row["id"] for row in told(cli, "list", "--limit", "1")["runs"]] == [second]
    _, out, _ = cli("list", "--search", "old")
    assert first in out and "bm25 (complete)" in out and "with the old prompt" in out
    assert cli("delete", first) == (0, "", "")
    assert [row["id"] for row in told(cli, "list")["runs"]] == [second]


def test_a_lane_is_told_from_the_next_though_names_hold_commas(cli: Cli, record: Record, folder: Path) -> None:
    """The list separates them by what no name is made of."""
    lane = replace(record.lanes[0], name="Pointwise, OpenAI")
    imported(cli, replace(record, lanes=(lane, *record.lanes)), folder)
    _, out, _ = cli("list")
    assert "[Pointwise, OpenAI (complete); bm25 (waiting)]" in out


def test_a_record_that_is_saved_already_is_not_saved_again(cli: Cli, record: Record, folder: Path) -> None:
    """Its id is printed, and that it was there; the note that it has stays. One that differs is saved."""
    id = imported(cli, record, folder, "--note", "mine")
    said = "note: this record is saved already: it was not saved again"
    assert cli("import", str(folder / "run.json")) == (0, f"{id}\n", f"{said}\n")
    code, out, err = cli("import", str(folder / "run.json"), "--note", "other")
    assert (code, out, err) == (0, f"{id}\n", f"{said}; its note is left as it was\n")
    assert [(row["id"], row["note"]) for row in told(cli, "list")["runs"]] == [(id, "mine")]
    assert imported(cli, replace(record, warnings=("The text was cut.",)), folder) != id


def test_a_run_is_shown_as_replay_shows_its_file(
    cli: Cli, record: Record, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The same object and the same text."""
    id = imported(cli, record, folder)
    for form in ([], ["--json"]):
        _, out, _ = cli("show", id, *form)
        main(["replay", str(folder / "run.json"), *form])
        assert out == capsys.readouterr().out


def test_runs_are_compared_under_their_ids(cli: Cli, record: Record, folder: Path) -> None:
    """Settings, results and agreement, as one object."""
    other = compare("who purrs", ["cats purr", "dogs bark"], ["bm25"], access=Access()).record
    ids = [imported(cli, each, folder) for each in (record, other)]
    found = told(cli, "compare", *ids)
    assert found["runs"] == ids
    (query,) = [row for row in found["settings"] if row["setting"] == "query"]
    assert query == {"setting": "query", "differs": True, ids[0]: "who barks", ids[1]: "who purrs"}
    assert [row["top 5"][0] for row in found["results"]] == ["d2: dogs bark", "d1: cats purr"]
    (agreed,) = found["agreement"]
    assert (agreed["common documents"], agreed["Kendall τ"]) == (2, -1.0)


def test_compared_runs_are_read_across(cli: Cli, record: Record, folder: Path) -> None:
    """A heading each with id, time and note; a table a section, its columns the runs; what is unknown stays empty; a
    long cell goes on below."""
    long = " ".join(f"w{number}" for number in range(100))
    graded = replace(record, qrels={"d1": 1}, made="2026-01-02T03:04:05+00:00")
    other = compare(long, ["cats purr", "dogs bark"], ["bm25", REFUSED], access=Access()).record
    first, second = imported(cli, graded, folder, "--note", "with grades"), imported(cli, other, folder)
    with surroundings(COLUMNS="120"):
        code, out, _ = cli("compare", first, second)
    assert code == 0 and max(map(len, out.splitlines())) <= 120
    lines = [" ".join(line.split()) for line in out.splitlines()]
    assert f"A {first} 2026-01-02 03:04:05 UTC · with grades who barks" in lines
    assert any(line.startswith(f"B {second} {other.made[:10]}") for line in lines)
    assert {"setting differs A B", "documents 2 2", "human grades yes 1 0"} <= {*lines}
    assert "B grades failed $0 0.00" in lines
    assert any(line.startswith("A bm25 complete .63 $0 ") for line in lines)
    assert "A bm25 d2: dogs bark · d1: cats purr" in lines
    assert "w99" in out and "None" not in out and "Prompts" not in out


@pytest.fixture
def provider() -> Iterator[Provider]:
    """It refuses the first question about the dogs. No reply is kept."""
    with Provider() as server, surroundings(OPENAI_API_KEY="sk-test", OPENAI_BASE_URL=server.url):
        server.script(Say(status=400), Answer('{"grade": 9}'), about="dogs bark")
        yield server


def test_a_run_is_completed_under_an_id_of_its_own(cli: Cli, provider: Provider, folder: Path) -> None:
    """One question more; the note says of what run, and what was noted there. The run itself stays as it was."""
    failed = compare("who barks", ["cats purr", "dogs bark"], ["pointwise model=openai:gpt-4o reasons=false"]).record
    id = imported(cli, failed, folder, "--note", "before lunch")
    code, out, err = cli("retry", id, "--out", str(folder / "out.json"))
    assert (code, len(provider.journal)) == (0, 3), err
    rows = told(cli, "list")["runs"]
    assert [(row["states"], row["note"]) for row in rows] == [
        (["complete"], f"retried from {id}; before lunch"),
        (["partial"], "before lunch"),
    ]
    new = rows[0]["id"]
    assert out.startswith(f"{new}\n\nQuery: who barks\n") and "[complete] 1 calls, 1 cached" in out
    assert cli("export", new)[1] == runs.dump(runs.read(folder / "out.json"))
    assert cli("export", id)[1] == runs.dump(failed)


def test_a_completed_run_and_its_id_are_one_object(cli: Cli, provider: Provider, folder: Path) -> None:
    """With --json."""
    failed = compare("who barks", ["cats purr", "dogs bark"], ["pointwise model=openai:gpt-4o reasons=false"]).record
    found = told(cli, "retry", imported(cli, failed, folder))
    assert told(cli, "list")["runs"][0]["id"] == found["id"]
    assert found["lanes"] == told(cli, "show", found["id"])["lanes"]


def test_a_run_that_comes_no_further_is_not_saved_again(cli: Cli, provider: Provider, folder: Path) -> None:
    """Without a key, or within a budget that allows no question: it says so and why, and the code is 1. A file that was
    asked for holds what was tried."""
    failed = compare("who barks", ["cats purr", "dogs bark"], ["pointwise model=openai:gpt-4o reasons=false"]).record
    id, out = imported(cli, failed, folder), folder / "out.json"
    said = f"note: nothing more was answered than in {id}: no new run was saved\n"
    code, printed, err = cli("retry", id, "--budget", "0.000001", "--out", str(out))
    assert (code, printed) == (1, "") and said in err
    assert "budget" in runs.read(out).board.halted
    with surroundings(OPENAI_API_KEY=""):
        keyless = compare("who barks", ["cats purr", "dogs bark"], [REFUSED]).record
        other = imported(cli, keyless, folder)
        code, printed, err = cli("retry", other)
        assert (code, printed) == (1, "") and "note: grades: OpenAI needs a key" in err
        code, printed, _ = cli("retry", other, "--json")
        assert code == 1 and json.loads(printed)["id"] is None
    assert [row["id"] for row in told(cli, "list")["runs"]] == [other, id]
    assert len(provider.journal) == 2


def test_one_answer_more_is_worth_saving(cli: Cli, provider: Provider, folder: Path) -> None:
    """Though others are still missing."""
    texts = ["cats purr", "dogs bark", "owls hoot"]
    provider.script(Say(status=400), Say(status=400), Answer('{"grade": 9}'), about="owls hoot")
    failed = compare("who barks", texts, ["pointwise model=openai:gpt-4o reasons=false"]).record
    id = imported(cli, failed, folder)
    new = told(cli, "retry", id)["id"]
    assert [row["states"] for row in told(cli, "list")["runs"]] == [["partial"], ["partial"]]
    assert told(cli, "list")["runs"][0]["id"] == new != id


def test_a_run_stopped_after_all_lanes_had_ranked_is_completed_too(cli: Cli, provider: Provider, folder: Path) -> None:
    """Its budget was used up before the reason: that is asked for, nothing else."""
    grade = Answer(usage={"prompt_tokens": 40_000, "completion_tokens": 0})  # 0.10 dollars
    provider.script(grade, grade, Answer('{"quote": "cats purr", "reason": "It says so."}'))
    words = "pointwise model=openai:gpt-4o reasons=false"
    stopped = compare("who purrs", ["cats purr", "cows moo"], [words], explain=1, budget=0.2)
    assert stopped.board.halted and [row.state for row in stopped.board.lanes] == ["complete"]
    assert len(provider.journal) == 2
    found = told(cli, "retry", imported(cli, stopped.record, folder))
    assert len(provider.journal) == 3
    assert {item["reason"] for item in found["lanes"][0]["ranking"]["items"]} == {"It says so.", None}
    assert told(cli, "list")["runs"][0]["id"] == found["id"]


def test_where_nothing_is_missing_nothing_is_asked_or_saved(cli: Cli, record: Record, folder: Path) -> None:
    """It says so, and that is no error; a file that was asked for holds the run as it is."""
    id, out = imported(cli, record, folder), folder / "out.json"
    note = f"note: nothing is missing in {id}: nothing was asked, no new run was saved\n"
    assert cli("retry", id, "--out", str(out)) == (0, "", note)
    assert runs.read(out) == record
    assert told(cli, "retry", id)["id"] is None
    assert len(told(cli, "list")["runs"]) == 1


def test_a_run_whose_lanes_cannot_be_built_here_is_not_completed(cli: Cli, record: Record, folder: Path) -> None:
    """A strategy of another version, say."""
    lane = replace(record.lanes[0], name="mine", words="sorcery")
    failed = LaneFailed(lane=0, at=1.0, error=Failure(kind="KeyRefused", message="No key."))
    code, out, err = cli("retry", imported(cli, replace(record, lanes=(lane,), events=(failed,)), folder))
    assert (code, out) == (2, "") and "The lane mine can't be built here" in err


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (("show", "f" * 16), "no saved run of this id"),
        (("export", "../x"), "no saved run of this id"),
        (("retry", "f" * 16), "no saved run of this id"),
        (("retry", "f" * 16, "--budget", "much"), "much"),
        (("delete", "f" * 16), "no saved run of this id"),
        (("compare", "f" * 16), "1 runs can't be compared"),
        (("compare", "f" * 16, "f" * 16), "1 runs can't be compared"),
        (("list", "--limit", "0"), "--limit 0 leaves no run"),
        (("import", "nowhere.json"), "nowhere.json can't be read"),
    ],
)
def test_what_cannot_be_done_says_why(cli: Cli, words: tuple[str, ...], complaint: str) -> None:
    """With the code of unusable input, and nothing on standard output."""
    code, out, err = cli(*words)
    assert (code, out) == (2, "") and complaint in err
