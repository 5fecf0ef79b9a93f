"""The snippets are code that runs, and hold no keys."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from playground.guide.snippets import with_package, without_package
from playground.lanes import parse
from tests.provider import Answer, Grades, Provider

ROOT = Path(__file__).parents[2]
LISTWISE = "listwise model=openai:gpt-6-luna"
PLAIN = ["cross-encoder", "cohere:rerank-v3.5", LISTWISE, f"{LISTWISE} temperature=0.5 effort=none chars=900"]
ODD = (
    """pointwise model=openai:gpt-6-luna prompt="Say it's \\"{query}\\" \\ {documents} {answer}" name='it is "mine"'"""
)
WORDS = [*PLAIN, "bm25", "embedding", "cascade first=bm25 then=(pairwise model=openai:gpt-4o) keep=5", ODD]
KEY = "sk-test-of-a-snippet"


@pytest.mark.parametrize("words", WORDS)
def test_every_lane_has_code_with_this_package(words: str) -> None:
    """It compiles, and the lane in it is this lane."""
    lane = parse(words)
    code = with_package(lane)
    (line,) = [each for each in ast.parse(code).body if isinstance(each, ast.Assign)]
    assert parse(ast.literal_eval(line.value)) == lane
    assert "KEY" not in code


@pytest.mark.parametrize("words", PLAIN)
def test_code_without_it_compiles_and_reads_its_key_from_the_environment(words: str) -> None:
    """A key stands in it by the variable's name only, and the model is the lane's."""
    code = without_package(parse(words))
    assert code is not None
    ast.parse(code)
    assert "playground" not in code and not re.search(r"sk-|api_key=", code)
    name = parse(words).strategy.models()[0].name or "cross-encoder/ms-marco-MiniLM-L-6-v2"
    assert repr(name) in code


def test_a_lanes_settings_are_in_its_code() -> None:
    """Temperature, effort and characters, where it has some."""
    bare, full = (without_package(parse(words)) or "" for words in PLAIN[2:])
    assert "temperature" not in bare and "CHARS = 500 " in bare
    assert "temperature=0.5," in full and "reasoning_effort='none'," in full and "CHARS = 900 " in full


@pytest.mark.parametrize("words", ["pairwise model=openai:gpt-4o", "bm25", "listwise model=anthropic:claude-haiku-5-5"])
def test_what_is_no_few_lines_has_none(words: str) -> None:
    assert without_package(parse(words)) is None


def ran(code: str, folder: Path, **env: str) -> subprocess.CompletedProcess[str]:
    file = folder / "snippet.py"
    file.write_text(code, "utf-8")
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    return subprocess.run(
        [sys.executable, file],
        env=kept | {"PYTHONPATH": str(ROOT), "PLAYGROUND_REPLIES": "off"} | env,
        capture_output=True,
        text=True,
        timeout=60,
    )


def test_code_that_needs_no_network_runs(tmp_path: Path) -> None:
    """Who barks? The second."""
    done = ran(with_package(parse("bm25")), tmp_path)
    assert done.stdout == "[1, 0]\n", done.stderr


def test_a_lane_that_fails_is_an_error(tmp_path: Path) -> None:
    """Not an order: without a key nobody was asked."""
    done = ran(with_package(parse(LISTWISE)), tmp_path)
    assert done.returncode != 0 and "needs a key" in done.stderr and done.stdout == ""


def test_plain_openai_code_asks_once_and_mends_the_order(tmp_path: Path) -> None:
    """What is repeated or made up is dropped, what is left out follows."""
    code = without_package(parse(LISTWISE)) or ""
    with Provider() as provider:
        provider.script(Answer('{"ranking": [7, 2, 2, 0]}'))
        done = ran(code, tmp_path, OPENAI_API_KEY=KEY, OPENAI_BASE_URL=provider.url)
        assert done.stdout == "[1, 0]\n", done.stderr
        (asked,) = provider.journal
    assert asked.body["model"] == "gpt-6-luna" and asked.body["response_format"]["json_schema"]["strict"] is True
    assert "[2] Dogs bark." in asked.words


def test_plain_openai_code_raises_where_the_answer_is_cut(tmp_path: Path) -> None:
    choice = {"index": 0, "finish_reason": "length", "message": {"role": "assistant", "content": '{"ranking": [2'}}
    with Provider() as provider:
        provider.script(Answer(more={"choices": [choice]}))
        done = ran(without_package(parse(LISTWISE)) or "", tmp_path, OPENAI_API_KEY=KEY, OPENAI_BASE_URL=provider.url)
    assert done.returncode != 0 and "No ranking: length" in done.stderr


def test_plain_cohere_code_orders_by_score(tmp_path: Path) -> None:
    code = without_package(parse("cohere:rerank-v3.5")) or ""
    with Provider() as provider:
        provider.script(Grades({"bark": 0.9, "purr": 0.1}))
        done = ran(code, tmp_path, COHERE_API_KEY=KEY, COHERE_BASE_URL=f"{provider.root}/cohere")
        assert done.stdout == "[1, 0]\n", done.stderr
        (asked,) = provider.journal
    assert asked.path == "/cohere/v2/rerank" and asked.body["model"] == "rerank-v3.5"
