"""``recommend``: the workload's month, the waiting and the verdict, as one JSON object or as text."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from playground.cache import Cache
from playground.cli import main
from playground.types import ModelRef
from tests.pages.driving import surroundings

LANES = ("--lane", "embedding", "--lane", "cohere:rerank-v3.5", "--lane", "listwise model=openai:gpt-6-luna")


@pytest.fixture
def kept(tmp_path: Path) -> Iterator[Path]:
    """A file of this installation's latencies."""
    file = tmp_path / "replies.sqlite"
    cache = Cache(file)
    for model, kind, seconds in (("embedding", "score", 0.1), ("openai:gpt-6-luna", "order", 2.0)):
        cache.measured(ModelRef.parse(model), kind, seconds)
    cache.close()
    with surroundings(PLAYGROUND_REPLIES=str(file)):
        yield file


def told(capsys: pytest.CaptureFixture[str], *words: str, queries: int = 100) -> dict[str, Any]:
    code = main(["recommend", "--queries-a-day", str(queries), "--documents", "10", *words, "--json"])
    printed = capsys.readouterr()
    assert code == 0, printed.err
    found = json.loads(printed.out)  # fails where there is more than one object
    assert isinstance(found, dict) and found["schema"] == 1
    return found


def lanes(found: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {row["words"]: row for row in found["lanes"]}


def test_one_object_with_months_waits_and_verdicts(capsys: pytest.CaptureFixture[str], kept: Path) -> None:
    """Cohere: 3,000 searches of $0.002, never measured. Each verdict has its rules in words."""
    found = told(capsys, *LANES)
    assert found["workload"] == {
        "queries_a_day": 100, "documents": 10, "tokens_a_document": 125, "at_once": 1, "days_a_month": 30,
    }  # fmt: skip
    assert found["recommended"] == "embedding" and found["quality_measured"] is False and "evaluate" in found["why"]
    rows = lanes(found)
    assert rows["cohere:rerank-v3.5"]["month"]["cost_usd"] == [6.0, 6.0]
    assert rows["cohere:rerank-v3.5"]["latency"] is None
    assert rows["embedding"]["latency"]["p95"] == 0.1
    listwise = rows["listwise model=openai:gpt-6-luna"]
    assert listwise["month"]["batch_cost_usd"] == pytest.approx([each / 2 for each in listwise["month"]["cost_usd"]])
    assert all(rule["text"] for row in rows.values() for rule in row["rules"])


def test_the_recommendation_changes_with_the_volume(capsys: pytest.CaptureFixture[str], kept: Path) -> None:
    """An LLM that explains is what fits, until the month costs more than there is."""
    words = (*LANES, "--explanations", "--dollars-a-month", "5", "--latency-ms", "2500")
    assert told(capsys, *words)["recommended"] == "listwise model=openai:gpt-6-luna"
    busy = told(capsys, *words, queries=2_000)
    assert busy["recommended"] is None and any("With a larger budget" in line for line in busy["relax"])


def test_nothing_may_leave(capsys: pytest.CaptureFixture[str], kept: Path) -> None:
    fits = {words: row["fits"] for words, row in lanes(told(capsys, *LANES, "--local-only")).items()}
    assert fits == {
        "embedding": True, "cohere:rerank-v3.5": False, "listwise model=openai:gpt-6-luna": False
    }  # fmt: skip


def test_an_unpriced_lane_is_null_not_zero(capsys: pytest.CaptureFixture[str]) -> None:
    """And without a file of latencies nothing was ever measured."""
    (row,) = told(capsys, "--lane", "pointwise model=ollama:x", "--dollars-a-month", "5")["lanes"]
    assert row["month"]["cost_usd"] is None and row["month"]["batch_cost_usd"] is None
    assert row["latency"] is None and row["fits"] is None


def test_text_for_people(capsys: pytest.CaptureFixture[str], kept: Path) -> None:
    """The verdict first, then each lane with its month and what decided."""
    assert main(["recommend", "--queries-a-day", "100", "--documents", "10", *LANES, "--latency-ms", "500"]) == 0
    text = capsys.readouterr().out
    assert text.startswith("Recommended: embedding\n")
    assert "$6.00" in text and "latency never measured here" in text
    assert "- 95 of 100 queries take up to 2,000 ms with 1 at once, more than the 500 ms allowed." in text


def test_a_number_out_of_range_is_named_as_the_help_names_it(capsys: pytest.CaptureFixture[str]) -> None:
    """In words, not as a field of the code."""
    assert main(["recommend", "--queries-a-day", "999999999999", "--documents", "10", "--lane", "bm25"]) == 2
    told = capsys.readouterr().err
    assert "Queries a day can't be 999,999,999,999." in told and "queries_a_day" not in told


@pytest.mark.parametrize(
    "wrong",
    [
        ("--lane", "nonsense"),
        ("--lane", "bm25", "--documents", "1"),
        ("--lane", "bm25", "--dollars-a-month", "much"),
        ("--lane", "bm25", "--latency-ms", "-3"),
        ("--lane", "bm25", "--simple", "--multi-hop"),
    ],
)
def test_unusable_input_is_said_with_a_hint(capsys: pytest.CaptureFixture[str], wrong: tuple[str, ...]) -> None:
    assert main(["recommend", "--queries-a-day", "100", "--documents", "10", *wrong]) == 2
    printed = capsys.readouterr()
    assert printed.out == "" and len(printed.err.splitlines()) >= 2
