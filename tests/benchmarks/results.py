"""What the embedded lanes reach on judged query sets: a table with intervals, and the largest difference between its
measures and trec_eval's. Run: make results DATA=FOLDER

FOLDER holds query sets as JSON Lines; those of ``ORIGINS`` were made of public collections and are in no repository.
Each is evaluated by the command line in a process of its own, with no replies at hand.
"""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from statistics import fmean
from typing import Any

import pytrec_eval

from playground.datasets import Example, load_examples
from playground.metrics import measure

ROOT = Path(__file__).parents[2]
LANES = ("bm25", "embedding", "cascade first=embedding then=likelihood")
LIMIT = 20
SHOWN = "nDCG@10"
TREC = {
    "nDCG@10": "ndcg_cut_10",
    "nDCG@3": "ndcg_cut_3",
    "RR": "recip_rank",
    "P@1": "P_1",
    "AP": "map",
    "R@10": "recall_10",
}
"""Our names of measures, and trec_eval's of the same."""
ORIGINS = {
    "dl19_bm25": "TREC Deep Learning 2019, MS MARCO passages",
    "policyqa_legal": "PolicyQA, privacy policies",
    "mediqa19": "MEDIQA 2019, task 3",
    "tatqa": "TAT-QA, financial reports",
    "trecqa": "TREC QA",
}


def main(folder: str) -> None:
    files = sorted(Path(folder).glob("*.jsonl"))
    if not files:
        raise SystemExit(f"There is no .jsonl file in {folder}.")
    load = "/".join(f"{each:.1f}" for each in os.getloadavg())
    python = f"Python {platform.python_version()}"
    print(f"{platform.machine()}, {os.cpu_count()} cores, {python}, {time.strftime('%Y-%m-%d')}, load {load}")
    print(f"The first {LIMIT} queries of each set.\n")
    print(_row(["query set", "lane", f"{SHOWN} [95%]", "against the input [95%]", "p", "win/tie/loss", "p50 s"]))
    print(_row(["---"] * 7))
    furthest = 0.0
    for path in files:
        found = _evaluated(path)
        for row in _rows(path.stem, found):
            print(_row(row), flush=True)
        furthest = max([furthest, *_differences(load_examples(path)[:LIMIT], found)])
    print("\nIntervals: paired bootstrap. p: randomisation test, Holm-corrected over the lanes of a set.")
    print(f"Largest difference of {', '.join(TREC)} to trec_eval's, each query and each mean: {furthest:.2g}")


def _evaluated(path: Path) -> Any:
    """What ``evaluate --json`` says of the set."""
    with tempfile.TemporaryDirectory() as folder:
        lanes = [word for words in LANES for word in ("--lane", words)]
        command = [sys.executable, "-m", "playground", "evaluate", "--json", "--set", str(path), *lanes]
        command += ["--limit", str(LIMIT), "--metrics", ",".join(TREC)]
        env = {
            **os.environ,
            "PLAYGROUND_DATABASE_URL": f"sqlite:///{folder}/kept.sqlite",
            "PLAYGROUND_REPLIES": f"{folder}/replies.sqlite",
        }
        done = subprocess.run(command, cwd=ROOT, env=env, stdout=subprocess.PIPE, check=True)
    return json.loads(done.stdout)


def _rows(name: str, found: Mapping[str, Any]) -> Iterator[list[str]]:
    title = f"{ORIGINS[name]} ({name})" if name in ORIGINS else name
    for lane in found["lanes"]:
        against, p50 = lane["against"].get(SHOWN), lane["latency"]["p50"]
        yield [
            title,
            lane["name"],
            _span(lane["metrics"][SHOWN], ".3f"),
            "" if against is None else _span(against["difference"], "+.3f"),
            "" if against is None else f"{against['holm']:.3f}",
            "" if against is None else f"{against['wins']}/{against['ties']}/{against['losses']}",
            "" if p50 is None else f"{p50:.2f}",
        ]
        title = ""


def _span(found: Mapping[str, float | None], form: str) -> str:
    """A mean of one query alone has no interval."""
    mean, *ends = (None if value is None else f"{value:{form}}" for value in map(found.get, ("mean", "low", "high")))
    return f"{mean} [{', '.join(ends)}]" if None not in ends else f"{mean}"


def _differences(examples: Sequence[Example], found: Mapping[str, Any]) -> Iterator[float]:
    """Of every query's measures, and of the means that were printed, to trec_eval's."""
    graded = {each.query_id: each for each in examples if any(grade > 0 for grade in each.qrels.values())}
    qrels = {id: dict(each.qrels) for id, each in graded.items()}
    trec = pytrec_eval.RelevanceEvaluator(qrels, set(TREC.values()))
    given = {id: [document.id for document in each.documents] for id, each in graded.items()}
    for lane in found["lanes"]:
        orders = {id: order for id, order in (lane["orders"] or given).items() if id in graded and order}
        scores = {id: {each: -float(at) for at, each in enumerate(order)} for id, order in orders.items()}
        theirs = trec.evaluate(scores)
        for ours, name in TREC.items():
            value = measure(ours)
            yield from (abs(value(order, qrels[id]) - theirs[id][name]) for id, order in orders.items())
            yield abs(lane["metrics"][ours]["mean"] - fmean(theirs[id][name] for id in orders))


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


if __name__ == "__main__":
    if len(sys.argv) != 2:
        raise SystemExit("Name the folder of the query sets: make results DATA=FOLDER")
    main(sys.argv[1])
