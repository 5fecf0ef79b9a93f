"""The command line: one JSON object on standard output, errors with a hint on standard error."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from playground import export, runs
from playground.catalog import PROVIDERS
from playground.cli import main
from playground.facade import task_of
from playground.lanes import parse
from playground.live import LiveRun
from playground.models import Access
from playground.plan import plan
from playground.strategies import strategies
from playground.strategies.base import options
from playground.testing import Oracle
from tests.pages.driving import surroundings
from tests.provider import Provider

LEGAL = "assets/samples/legal.json"
LANE = {
    "name", "strategy", "model", "state", "error", "ranking", "calls", "rounds", "usage", "cost_usd", "seconds",
    "repairs", "metrics",
}  # fmt: skip
ITEM = {"id", "rank", "score", "grade", "reason", "quote", "quote_found", "provenance", "seen"}


class Cli:
    """``main`` with what it printed."""

    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        self._capsys = capsys

    def __call__(self, *words: str) -> tuple[int, str, str]:
        try:
            code = main(words)
        except SystemExit as exit_:  # argparse's own
            code = int(exit_.code or 0)
        printed = self._capsys.readouterr()
        return code, printed.out, printed.err

    def json(self, *words: str) -> dict[str, Any]:
        code, out, _ = self(*words, "--json")
        assert code == 0
        found = json.loads(out)  # fails where there is more than one object
        assert isinstance(found, dict) and isinstance(found["schema"], int)
        return found


@pytest.fixture
def cli(capsys: pytest.CaptureFixture[str]) -> Cli:
    return Cli(capsys)


@pytest.fixture
def pair(tmp_path: Path) -> str:
    """A query set of two queries."""
    lines = [
        {
            "query_id": f"q{at}",
            "query": f"whales {at}",
            "documents": [{"id": "a", "content": "Whales."}, {"id": "b", "content": str(at)}],
        }
        for at in (1, 2)
    ]
    path = tmp_path / "pair.jsonl"
    path.write_text("\n".join(map(json.dumps, lines)))
    return str(path)


def check_comparison(found: dict[str, Any], lanes: int) -> None:
    assert len(found["lanes"]) == lanes and "Massachusetts" in found["query"]
    for lane in found["lanes"]:
        assert set(lane) >= LANE
        assert lane["state"] in ("complete", "repaired", "partial", "failed")
        if lane["ranking"] is not None:
            items = lane["ranking"]["items"]
            assert [item["rank"] for item in items] == list(range(1, 13))
            assert len({item["id"] for item in items}) == 12
            assert all(set(item) >= ITEM for item in items)
            assert set(lane["metrics"]) >= {"nDCG@10", "RR", "P@1"}


def test_strategies(cli: Cli) -> None:
    """Every strategy is listed with what it is and its options, each with title, help, range and default."""
    rows = cli.json("strategies")["strategies"]
    assert [row["name"] for row in rows] == list(strategies())
    for row in rows:
        assert row["about"]
        assert [option["name"] for option in row["options"]] == list(options(strategies()[row["name"]]))
        assert all({"title", "help", "default", "low", "high", "choices"} <= set(option) for option in row["options"])


def test_rerank(cli: Cli) -> None:
    """One lane, in the shape of a comparison."""
    found = cli.json("rerank", "--strategy", "bm25", "--top-k", "3", "--set", LEGAL)
    check_comparison(found, 1)
    assert found["lanes"][0]["words"] == "bm25 top_k=3"


def test_compare(cli: Cli) -> None:
    """Several lanes; one that fails has an error and no ranking, and the others are whole."""
    found = cli.json("compare", "--lane", "bm25", "--lane", "pointwise model=compatible:x", "--set", LEGAL)
    check_comparison(found, 2)
    good, bad = found["lanes"]
    assert good["state"] == "complete" and good["error"] is None and good["cost_usd"] == 0
    assert bad["state"] == "failed" and bad["ranking"] is None and bad["error"]["kind"] == "UnknownModel"


def test_compare_and_replay(cli: Cli, tmp_path: Path) -> None:
    """A saved run replays to the same object."""
    saved = str(tmp_path / "run.json")
    found = cli.json("compare", "--lane", "bm25", "--set", LEGAL, "--out", saved)
    assert cli.json("replay", saved) == found


@pytest.fixture
def saved(cli: Cli, tmp_path: Path) -> Path:
    """A saved run of the legal sample."""
    path = tmp_path / "run.json"
    cli.json("compare", "--lane", "bm25", "--lane", "bm25 top_k=3 name=three", "--set", LEGAL, "--out", str(path))
    return path


FORMS = {
    "csv": export.csv_text,
    "trec": export.trec_runs,
    "qrels": export.trec_qrels,
    "documents": export.documents_jsonl,
    "command": export.command,
    "python": export.python,
}


@pytest.mark.parametrize("form", FORMS)
def test_a_saved_run_is_exported(cli: Cli, saved: Path, form: str) -> None:
    """On standard output stands that form of the run and nothing else; --out writes the very same into a file."""
    text = FORMS[form](runs.read(saved))
    assert cli("export", str(saved), "--to", form) == (0, text, "")
    written = saved.with_name("written")
    assert cli("export", str(saved), "--to", form, "--out", str(written)) == (0, "", "")
    assert written.read_bytes() == text.encode()


def test_exported_documents_are_a_set(cli: Cli, saved: Path) -> None:
    """What ``export --to documents`` writes is taken by --set, grades and domain with it."""
    written = str(saved.with_name("documents.jsonl"))
    cli("export", str(saved), "--to", "documents", "--out", written)
    first, again = (cli.json("compare", "--lane", "bm25", "--set", of)["lanes"][0] for of in (LEGAL, written))
    assert (again["ranking"], again["metrics"]) == (first["ranking"], first["metrics"])


def test_an_export_that_cannot_be_made_says_why(cli: Cli, saved: Path, pair: str) -> None:
    """No grades, no record, no place to write it: 2, a line on what is wrong and a hint, and no output."""
    bare = str(saved.with_name("bare.json"))
    cli.json("compare", "--lane", "bm25", "--set", pair, "--query-id", "q1", "--out", bare)
    for words, told in (
        ((bare, "--to", "qrels"), "no human grades"),
        (("nowhere.json", "--to", "csv"), "can't be read"),
        ((LEGAL, "--to", "csv"), "not a run record"),
        ((str(saved), "--to", "csv", "--out", str(saved.parent)), "can't be written"),
    ):
        code, out, err = cli("export", *words)
        wrong, hint = err.splitlines()
        assert (code, out) == (2, "") and told in wrong and len(hint) > 10


def test_estimate(cli: Cli) -> None:
    """The price before the run: calls as a range, rounds, tokens, cost (null where unknown), seconds."""
    found = cli.json(
        "estimate",
        "--lane",
        "bm25",
        "--lane",
        "pointwise model=openai:gpt-6-luna",
        "--lane",
        "pointwise model=ollama:x",
        "--set",
        LEGAL,
    )
    assert all(set(lane) >= {"name", "calls", "rounds", "tokens", "cost_usd", "seconds"} for lane in found["lanes"])
    free, priced, unpriced = found["lanes"]
    assert (free["calls"], free["cost_usd"]) == ([1, 1], 0)
    assert priced["calls"] == [12, 12] and 0 < priced["cost_usd"] < 0.1 and priced["tokens"] > 1_000
    assert unpriced["cost_usd"] is None


def test_an_estimate_tells_what_is_at_hand(cli: Cli, tmp_path: Path) -> None:
    """``net`` is the price of what no earlier run was answered: all of it at first, then nothing; the rest stays as it
    was. The table says how many questions are cached."""
    words = ("estimate", "--lane", "bm25", "--lane", "pointwise model=openai:gpt-6-luna", "--set", LEGAL)
    with surroundings(PLAYGROUND_REPLIES=str(tmp_path / "replies.sqlite")):
        before = cli.json(*words)["lanes"]
        assert "cached" not in cli(*words)[1]
        cli.json("rerank", "--strategy", "bm25", "--set", LEGAL)
        after = cli.json(*words)["lanes"]
        assert "bm25: 1 calls (1 cached) in 1 rounds" in cli(*words)[1]
    for lane in before:
        gross = {name: lane[name] for name in ("calls", "tokens", "cost_usd", "seconds")}
        assert lane["net"] == {**gross, "cached": 0}
    assert after[0]["net"] == {"calls": [0, 0], "tokens": 0, "cost_usd": 0, "seconds": 0, "cached": 1}
    assert after[1] == before[1]
    assert {**after[0], "net": None, "seconds": None, "low": None} == {**before[0], "net": None, "low": None}


def test_estimate_asks_nobody(cli: Cli) -> None:
    """Estimating sends nothing and needs no key, no server and no address."""
    with Provider() as provider:
        cli.json(
            "estimate",
            "--lane",
            "pointwise model=compatible:x",
            "--lane",
            "cascade first=embedding then=(listwise model=local)",
            "--set",
            LEGAL,
        )
        assert provider.journal == []
    for row in (row for row in PROVIDERS.values() if row.kind == "chat"):
        assert cli.json("estimate", "--lane", f"pointwise model={row.name}:x", "--set", LEGAL)["lanes"][0]["calls"] == [
            12,
            12,
        ]


@pytest.mark.parametrize(
    "words",
    [
        "bm25",
        "pointwise model=openai:x",
        "listwise model=openai:x window=4 stride=2 passes=2",
        "listwise model=openai:x window=all",
        "cascade first=bm25 then=(pointwise model=openai:x) keep=5",
        "cascade first=(pointwise model=openai:x) then=(listwise model=openai:x window=3 stride=1)",
    ],
)
@pytest.mark.parametrize("count", [1, 2, 7, 13])
def test_the_estimate_is_what_a_run_takes(words: str, count: int) -> None:
    """With documents in a usual order a run settles as many questions, in as many rounds, as were estimated."""
    task, _ = task_of("whales", [f"whale {at}" for at in range(count)])
    lane = parse(words)
    expected = plan(task, lane.strategy)
    oracle = Oracle({document.id: count - at for at, document in enumerate(task.documents)})
    row = LiveRun(task, [lane], Access(), given=dict.fromkeys(lane.strategy.models(), oracle)).join(10).lanes[0]
    assert expected.calls[0] <= row.spent.questions <= expected.calls[1]
    assert expected.rounds[0] <= row.rounds <= expected.rounds[1]
    assert row.plan == expected


def test_several_queries_need_an_id(cli: Cli, pair: str) -> None:
    """A set of several queries needs --query-id; the hint gives one that works."""
    code, out, err = cli("rerank", "--strategy", "bm25", "--set", pair)
    assert (code, out) == (2, "") and "--query-id q1" in err
    found = cli.json("rerank", "--strategy", "bm25", "--set", pair, "--query-id", "q2")
    assert found["query"] == "whales 2"


def test_grades_of_another_query_measure_nothing(cli: Cli) -> None:
    """A set's grades belong to its own query: asked another one, there are no metrics, and a note says so."""
    code, out, err = cli("compare", "--lane", "bm25", "--set", LEGAL, "--query", "xylophone", "--json")
    assert code == 0 and json.loads(out)["lanes"][0]["metrics"] is None
    assert "grades belong to its own query" in err


def test_an_estimate_goes_on_without_a_lane_that_asks_too_much(cli: Cli, tmp_path: Path) -> None:
    """One lane that would ask more than anybody can mean is named; the others have their price."""
    many = tmp_path / "many.txt"
    many.write_text("\n".join(f"whale {at}" for at in range(200)), "utf-8")
    lanes = ("--lane", "bm25", "--lane", "pairwise model=local sort=allpair")
    code, out, err = cli("estimate", *lanes, "--set", str(many), "--query", "q", "--json")
    assert (code, [lane["name"] for lane in json.loads(out)["lanes"]]) == (0, ["bm25"])
    assert "39,800 questions" in err and "cascade first=embedding" in err


def test_a_query_of_ones_own(cli: Cli) -> None:
    """--query is asked in place of the set's."""
    assert cli.json("rerank", "--strategy", "bm25", "--set", LEGAL, "--query", "who pays?")["query"] == "who pays?"


BAD: list[list[str]] = [
    ["rerank", "--strategy", "bm52", "--set", LEGAL],
    ["rerank", "--strategy", "pointwise", "--set", LEGAL],
    ["rerank", "--strategy", "pointwise", "--model", "nobody:x", "--set", LEGAL],
    ["rerank", "--strategy", "bm25", "--model", "openai:gpt-6-luna", "--set", LEGAL],
    ["rerank", "--strategy", "bm25", "--top-k", "0", "--set", LEGAL],
    ["rerank", "--strategy", "bm25", "--top-k", "many", "--set", LEGAL],
    ["rerank", "--strategy", "bm25", "--set", "nowhere.json"],
    ["rerank", "--strategy", "bm25", "--set", LEGAL, "--query", " "],
    ["rerank", "--strategy", "bm25", "--set", LEGAL, "--query-id", "nobody"],
    ["rerank", "--strategy", "bm25", "--set", LEGAL, "--explain", "-1"],
    ["compare", "--lane", "listwise model=local stride=20", "--set", LEGAL],
    ["compare", "--lane", "pointwise model=local (", "--set", LEGAL],
    ["compare", "--lane", "", "--set", LEGAL],
    ["estimate", "--lane", "bm25 bm25", "--set", LEGAL],
    ["replay", "nowhere.json"],
    ["replay", LEGAL],
]


@pytest.mark.parametrize("words", BAD, ids=" ".join)
def test_errors(cli: Cli, words: list[str]) -> None:
    """Unusable input ends with 2: nothing on standard output; on standard error a line on what is wrong and a hint."""
    for more in ([], ["--json"]):
        code, out, err = cli(*words, *more)
        assert (code, out) == (2, "")
        wrong, hint = err.splitlines()
        assert wrong.startswith("playground: ") and len(wrong) > 25 and len(hint) > 10


@pytest.mark.parametrize(
    "words",
    [
        [],
        ["nonsense"],
        ["rerank"],
        ["compare", "--set", LEGAL],
        ["rerank", "--strategy", "bm25", "--set", LEGAL, "--domain", "x"],
        ["export", "run.json"],
        ["export", "run.json", "--to", "xlsx"],
    ],
)
def test_usage(cli: Cli, words: list[str]) -> None:
    """What the parser itself refuses ends with 2 as well, and with the usage."""
    code, out, err = cli(*words)
    assert (code, out) == (2, "") and "usage:" in err


@pytest.mark.parametrize("command", ["strategies", "rerank", "compare", "estimate", "replay", "export"])
def test_help(cli: Cli, command: str) -> None:
    """Every command explains itself."""
    code, out, _ = cli(command, "--help")
    assert code == 0 and "usage:" in out


def test_no_ranking_is_told_by_the_exit_code(cli: Cli) -> None:
    """Where no lane came to a ranking the exit code is 1, and the object still says why."""
    code, out, _ = cli("compare", "--lane", "pointwise model=compatible:x", "--set", LEGAL, "--json")
    assert code == 1 and json.loads(out)["lanes"][0]["state"] == "failed"


def test_results_are_shown_even_if_they_cannot_be_saved(cli: Cli, tmp_path: Path) -> None:
    """A path that can't be written costs the file, not the results that were paid for."""
    code, out, err = cli("rerank", "--strategy", "bm25", "--set", LEGAL, "--json", "--out", str(tmp_path))
    assert code == 2 and "can't be written" in err
    check_comparison(json.loads(out), 1)


def test_tables(cli: Cli, tmp_path: Path) -> None:
    """Without --json the same is printed for people: each document with its rank, cost and state on top."""
    code, out, _ = cli("compare", "--lane", "bm25", "--lane", "pointwise model=compatible:x", "--set", LEGAL)
    assert code == 0
    assert "[complete] 1 calls" in out and "[failed]" in out and "base URL" in out
    assert all(f"  d{at}  " in out for at in range(1, 13))
    code, out, _ = cli("estimate", "--lane", "pointwise model=ollama:x", "--set", LEGAL)
    assert "12 calls in 1 rounds" in out and "unpriced" in out
    code, out, _ = cli("strategies")
    assert all(f"{name}: " in out for name in strategies())
