"""The run record: everything that happened in one file, read back as it was, or refused by name."""

from __future__ import annotations

import json
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from playground import runs
from playground.cli import main
from playground.errors import InputError
from playground.facade import Comparison, compare, task_of
from playground.lanes import parse
from playground.limits import Limits
from playground.live import LiveRun
from playground.models import Access
from playground.testing import Scripted
from playground.types import ModelRef, Reply, Usage
from tests.provider import Answer, Provider, Say

KEY = "sk-sentinel-5f3a9c1e7b"
DOCUMENTS: list[Any] = [
    {"id": "1", "title": "Wale – グジラ", "content": "Whales\tsleep. 🐋", "year": 1999, "first_stage_score": 0.1},
    {"id": "b", "content": "Trains to Boston."},
    {"id": "c", "content": "Do whales sleep? They doze."},
    {"id": "d", "content": "Boats."},
]
LANES = [
    "bm25 name='my words'",
    "pointwise model=openai:gpt-6-luna temperature=0.3",
    "cascade first=bm25 then=(listwise model=anthropic:claude-haiku-5-5 reasons=false) keep=2",
    "pointwise model=openai:gone",
]


@pytest.fixture(scope="module")
def done() -> Iterator[Comparison]:
    """A comparison with all that a record may hold: scores, quotes, repairs, failures, stages, costs, a failed lane."""
    with Provider() as provider:
        provider.script(Answer('{"quote": "Whales\\tsleep", "reason": "It says – so.", "grade": 7.25}'))
        provider.script(Answer("hm"), Answer('{"grade": 11}'), about="Boats")
        provider.script(Say(status=400), about="Boston")
        provider.script(Answer('{"ranking": [2, 1]}', usage=None), about="claude-haiku")
        provider.script(Say(status=404), about='"gone"')
        qrels = {"1": 3, "c": 2, "elsewhere": 1}
        yield compare("do whales sleep", DOCUMENTS, LANES, domain="nowhere", qrels=qrels, access=provider.access(KEY))


@pytest.fixture
def file(done: Comparison, tmp_path: Path) -> Path:
    path = tmp_path / "run.json"
    path.write_text(runs.dump(done.record), encoding="utf-8")
    return path


def test_there_and_back(done: Comparison) -> None:
    """A record read from its JSON is the record, and folds to the board that the run ended with."""
    assert {row.state for row in done.board.lanes} == {"complete", "partial", "failed"}
    assert done.board.lanes[1].spent.cost_usd and done.board.lanes[2].spent.cost_usd is None
    again = runs.load(runs.dump(done.record))
    assert again == done.record
    assert again.board == done.board
    assert isinstance(again.board.lanes[1].spent.cost_usd, Decimal)
    assert runs.dump(again) == runs.dump(done.record)


def test_a_stopped_run_is_a_record_too() -> None:
    """A run that was cut short is recorded with what it had, and why it ended."""
    task, _ = task_of("q", DOCUMENTS)
    live = LiveRun(task, [parse("bm25")], Access(), limits=Limits(run_seconds=0))
    board = live.join(5)
    assert runs.load(runs.dump(runs.record(task, live.lanes, live.events))).board == board
    assert board.halted == "out of time (0 s)"


def test_numbers_and_unsaid_usage_survive() -> None:
    """Scores with None among them, a reply without usage, and usages in every bucket come back as they were."""
    replies = [
        Reply(content='{"grade": 0.1}', model="m", seconds=0.1, usage=None, stop="length"),
        Reply(
            content='{"grade": 3}',
            model="m",
            seconds=1e-9,
            usage=Usage(input=1, cached=2, cache_write=3, output=4, reasoning=5),
        ),
    ]
    given = {ModelRef("bm25"): Scripted([(1.5, None, -0.0, 3)]), ModelRef("local"): Scripted(replies)}
    task, _ = task_of("q", DOCUMENTS)
    live = LiveRun(task, [parse("bm25"), parse("pointwise model=local")], Access(), given=given)
    board = live.join(5)
    assert board.lanes[0].state == "partial"
    again = runs.load(runs.dump(runs.record(task, live.lanes, live.events)))
    assert again.board == board and again.events == tuple(live.events)


def test_no_key_gets_into_a_record(done: Comparison) -> None:
    """The record holds every question and answer, and no key."""
    text = runs.dump(done.record)
    assert KEY not in text and KEY[:12] not in text
    assert "Do whales sleep? They doze." in text and "It says" in text


def test_the_record_says_what_took_part(done: Comparison) -> None:
    """The lanes in words that give them back, the libraries' versions, the warnings, and when it was."""
    record = runs.load(runs.dump(done.record))
    assert [parse(row.words).name for row in record.lanes] == [row.name for row in record.lanes]
    assert {"openai", "anthropic", "genai-prices"} <= set(record.libraries)
    assert "nowhere" in record.warnings[0]
    assert record.made.endswith("+00:00")


@pytest.mark.parametrize("options", [[], ["--json"]])
def test_replay_prints_what_compare_printed(
    options: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """``replay`` of a saved run prints byte for byte what the run itself printed."""
    given, saved = tmp_path / "set.json", tmp_path / "run.json"
    given.write_text(json.dumps({"query": "do whales sleep", "documents": DOCUMENTS, "qrels": {"c": 2, "1": 1}}))
    lanes = ["--lane", "bm25", "--lane", "bm25 top_k=1 name=top", "--lane", "pointwise model=anthropic:nokey-$"]
    assert main(["compare", *lanes, "--set", str(given), "--out", str(saved), *options]) == 0
    printed = capsys.readouterr().out
    assert main(["replay", str(saved), *options]) == 0
    assert capsys.readouterr().out == printed
    assert "bm25" in printed


DUELS = {"wins": 1, "losses": 0, "ties": 0, "beat": "b", "lost_to": None}
FORGED: list[tuple[dict[str, Any], str]] = [
    ({"duels": 7}, "details.duels"),
    ({"duels": {"1": {**DUELS, "wins": "many"}}}, "details.duels.1.wins"),
    ({"duels": {"1": {**DUELS, "beat": "ghost"}}}, "ghost"),
    ({"picks": {"1": True}}, "details.picks.1"),
    ({"intervals": {"1": [1]}}, "details.intervals.1"),
    ({"label_mass": {"1": "all"}}, "details.label_mass.1"),
    ({"tie_rate": "often"}, "details.tie_rate"),
    ({"cycles": None}, "details.cycles"),
]
"""What no strategy leaves, and what is said of it."""


def broken(text: str) -> Iterator[tuple[str, str]]:
    """Ways to break a record, each with a word that the message must hold."""
    whole = json.loads(text)

    def changed(**fields: Any) -> str:
        return json.dumps(whole | fields)

    first, *rest = whole["events"]
    ended = next(event for event in whole["events"] if event["event"] == "lane_finished")
    ghost = json.loads(json.dumps(ended).replace('"id": "c"', '"id": "ghost"'))
    yield "", "not JSON"
    yield text[: len(text) // 2], "not JSON"
    yield "[" * 100_000, "not JSON"
    yield "[]", "not a run record"
    yield "{}", "not a run record"
    yield changed(schema="1"), "not a run record"
    yield changed(schema=True), "not a run record"
    yield changed(schema=runs.SCHEMA + 1), "newer"
    yield changed(task={}), "task"
    yield changed(lanes=7), "lanes"
    yield changed(lanes=[]), "holds no lanes"
    yield changed(lanes=[], events=[]), "holds no lanes"
    yield changed(task={**whole["task"], "documents": []}, events=[]), "holds no documents"
    yield json.dumps(whole).replace('"at": ', '"at": 1e999, "x": ', 1), "not JSON"
    yield changed(events=[{**first, "lane": 99}, *rest]), "lane 99"
    yield changed(events=[{**first, "lane": -1}, *rest]), "lane -1"
    yield changed(events=[{**first, "event": "lane_exploded"}, *rest]), "events.0"
    yield changed(events=[first, ghost]), "ghost"
    yield changed(events=[{**first, "at": float("nan")}, *rest]), "not JSON"
    yield changed(qrels={"1": "high"}), "qrels"
    for details, told in FORGED:
        yield changed(events=[first, {**ended, "ranking": {**ended["ranking"], "details": details}}]), told


def test_broken_records_are_refused_by_name(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """However a file is broken, the message names it and what is wrong, and ``replay`` ends with 2, no traceback."""
    for text, told in broken(file.read_text(encoding="utf-8")):
        file.write_text(text)
        with pytest.raises(InputError) as caught:
            runs.read(file)
            pytest.fail(f"read although it is broken: {told}")
        assert "run.json" in caught.value.message and told in caught.value.message
        assert caught.value.hint
        assert main(["replay", str(file)]) == 2
        assert capsys.readouterr().out == ""


def test_files_that_are_none(tmp_path: Path) -> None:
    """No file, a folder and binary data are refused with the path."""
    binary = tmp_path / "binary.json"
    binary.write_bytes(b"\xff\xfe\x00")
    for path in (tmp_path / "nowhere.json", tmp_path, binary):
        with pytest.raises(InputError, match=path.name):
            runs.read(path)
