"""An evaluation of 1,000 queries x 20 documents x 3 lanes through a provider on loopback, killed half-way and gone on
with; then the same uninterrupted. Prints what was asked and how long it took; ends with an error where the two come to
different results or a question that had been answered is asked again. Run: make bench-resuming
"""

from __future__ import annotations

import json
import os
import platform
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from playground.limits import LIMITS
from tests.pages.judging import Judging
from tests.provider import Grades, Provider, Seen

ROOT = Path(__file__).parents[2]
QUERIES, DOCUMENTS = 1_000, 20
WORTH = {"vital": 9, "useful": 6, "related": 3}
GRADES = {"vital": 3, "useful": 2, "related": 1, "noise": 0}
LANES = (
    "pointwise model=openai:gpt-4o reasons=false",
    "listwise model=openai:gpt-4o reasons=false",
    "cohere:rerank-v4.0-fast",
)

PROVIDERS = ("openai", "cohere")


def main() -> None:
    python = f"Python {platform.python_version()}"
    print(f"{platform.machine()}, {os.cpu_count()} cores, {python}, {time.strftime('%Y-%m-%d')}")
    with tempfile.TemporaryDirectory() as folder, Provider() as provider:
        provider.script(Judging(words=WORTH))
        provider.script(Grades(words={word: worth / 10 for word, worth in WORTH.items()}), about="rerank-v4.0-fast")
        command = _command(_set(Path(folder)))
        whole, seconds = _timed(command, _env(provider, Path(folder) / "whole"))
        asked = len(provider.journal)
        print(f"uninterrupted: {asked:,} questions, {seconds:.0f} s")

        env = _env(provider, Path(folder) / "killed")
        first = subprocess.Popen(command, cwd=ROOT, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        if not provider.until(lambda: len(provider.journal) >= asked + asked // 2, 600):
            raise SystemExit("It never came half-way.")
        first.send_signal(signal.SIGKILL)
        first.wait()
        before = len(provider.journal) - asked
        resumed, seconds = _timed(command, env)
        journal = provider.journal[asked:]
    after = len(journal) - before
    twice = sum(times - 1 for times in Counter(map(_question, journal)).values())
    print(f"killed after {before:,} questions; gone on with: {after:,} more, {seconds:.0f} s")
    flying = LIMITS.at_once * len(PROVIDERS)
    print(f"asked twice: {twice:,}; up to {flying} can have been in flight when it was killed")
    if _results(whole) != _results(resumed):
        raise SystemExit("The results differ.")
    print(f"orders and measures of {QUERIES:,} queries x {len(LANES)} lanes: the same")
    if twice > flying:
        raise SystemExit("Something that had been answered was asked again.")


def _set(folder: Path) -> Path:
    """Documents say what they are worth; no two queries have a text in common."""
    dice = random.Random(5)
    path = folder / "queries.jsonl"
    with path.open("w", encoding="utf-8") as file:
        for number in range(QUERIES):
            words = [dice.choice(list(GRADES)) for _ in range(DOCUMENTS)]
            documents = [
                {"id": f"d{at}", "content": f"Text {at}, {word} to {number}."} for at, word in enumerate(words)
            ]
            qrels = {f"d{at}": GRADES[word] for at, word in enumerate(words)}
            row = {"query_id": f"q{number}", "query": f"query {number}", "documents": documents, "qrels": qrels}
            file.write(json.dumps(row) + "\n")
    return path


def _command(path: Path) -> list[str]:
    lanes = [word for words in LANES for word in ("--lane", words)]
    return [sys.executable, "-m", "playground", "evaluate", "--json", "--set", str(path), *lanes]


def _env(provider: Provider, folder: Path) -> dict[str, str]:
    """Nothing is at hand in a new folder."""
    access = provider.access()
    return {
        **os.environ,
        **{f"{name.upper()}_API_KEY": access.keys[name] for name in PROVIDERS},
        **{f"{name.upper()}_BASE_URL": access.base_urls[name] for name in PROVIDERS},
        "PLAYGROUND_CACHE_DIR": str(folder),
        "PLAYGROUND_DATABASE_URL": f"sqlite:///{folder}.sqlite",
        "PLAYGROUND_REPLIES": str(folder / "replies.sqlite"),
    }


def _timed(command: Sequence[str], env: dict[str, str]) -> tuple[Any, float]:
    """What the command printed, and its seconds."""
    began = time.monotonic()
    done = subprocess.run(command, cwd=ROOT, env=env, stdout=subprocess.PIPE, check=True)
    return json.loads(done.stdout), time.monotonic() - began


def _question(seen: Seen) -> str:
    return json.dumps([seen.path, seen.body], sort_keys=True)


def _results(made: Any) -> Any:
    return [(lane["name"], dict(sorted(lane["orders"].items())), lane["metrics"]) for lane in made["lanes"]]


if __name__ == "__main__":
    main()
