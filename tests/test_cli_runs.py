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
    first = imported(cli, record, folder, "--note", "with the old prompt")
    second = imported(cli, record, folder)
    assert [row["id"] for row in told(cli, "list")["runs"]] == [second, first]
    (row,) = told(cli, "list", "--search", "OLD prompt")["runs"]
    assert (row["id"], row["query"], row["documents"], row["states"]) == (first, "who barks", 2, ["complete"])
    assert [row["id"] for row in told(cli, "list", "--limit", "1")["runs"]] == [second]
    _, out, _ = cli("list", "--search", "old")
    assert first in out and "bm25 (complete)" in out and "with the old prompt" in out
    assert cli("delete", first) == (0, "", "")
    assert [row["id"] for row in told(cli, "list")["runs"]] == [second]


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
    """Settings, results and agreement, as an object and as text."""
    other = compare("who purrs", ["cats purr", "dogs bark"], ["bm25"], access=Access()).record
    ids = [imported(cli, each, folder) for each in (record, other)]
    found = told(cli, "compare", *ids)
    assert found["runs"] == ids
    (query,) = [row for row in found["settings"] if row["setting"] == "query"]
    assert query == {"setting": "query", "differs": True, ids[0]: "who barks", ids[1]: "who purrs"}
    assert [row["top 5"][0] for row in found["results"]] == ["d2: dogs bark", "d1: cats purr"]
    (agreed,) = found["agreement"]
    assert (agreed["common documents"], agreed["Kendall τ"]) == (2, -1.0)
    _, out, _ = cli("compare", *ids)
    assert "Kendall τ: -1.0" in out and "Prompts" not in out


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
    """With --json; a budget that is used up leaves the rest unanswered, and the run is saved all the same."""
    failed = compare("who barks", ["cats purr", "dogs bark"], ["pointwise model=openai:gpt-4o reasons=false"]).record
    found = told(cli, "retry", imported(cli, failed, folder), "--budget", "0.000001")
    assert "budget" in found["halted"] and len(provider.journal) == 2
    assert told(cli, "list")["runs"][0]["id"] == found["id"]
    assert found["lanes"] == told(cli, "show", found["id"])["lanes"]


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
