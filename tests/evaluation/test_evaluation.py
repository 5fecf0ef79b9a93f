"""Many queries x lanes: what is asked, kept, resumed, counted and said."""

from __future__ import annotations

import csv
import io
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from playground import compare
from playground.cli import main
from playground.datasets import Example
from playground.errors import InputError
from playground.evaluation import (
    LOSS,
    LiveEvaluation,
    Outcome,
    from_json,
    frontier,
    notes,
    report,
    resume,
    sentence,
    summary,
    to_json,
)
from playground.lanes import Lane, parse
from playground.models import Access
from playground.store import Label, Store, content_hash, url
from playground.strategies.pointwise import Pointwise
from playground.testing import Oracle
from playground.types import Document, ModelRef
from tests.collecting import registered
from tests.pages.driving import surroundings
from tests.provider import Answer, Hang, Provider, Say

JUDGE = ModelRef("given", "judge")
ROOT = Path(__file__).parents[2]


def example(number: int, grades: tuple[int, ...] = (0, 1, 3, 2)) -> Example:
    """A query whose documents are named by their grades' places."""
    documents = tuple(Document(id=f"{number}-{at}", content=f"text {number} {at}") for at in range(len(grades)))
    return Example(
        query_id=f"q{number}",
        query=f"query {number}",
        documents=documents,
        qrels={document.id: grade for document, grade in zip(documents, grades, strict=True)},
    )


def oracle(examples: list[Example]) -> Oracle:
    return Oracle({id: grade for each in examples for id, grade in each.qrels.items()})


def pointwise() -> Lane:
    return Lane(name="perfect", strategy=Pointwise(model=JUDGE))


def evaluated(examples: list[Example], lanes: list[Lane], **more: Any) -> LiveEvaluation:
    live = LiveEvaluation(examples, lanes, Access(), given={JUDGE: oracle(examples)}, **more)
    live.join(60)
    return live


def made(order: tuple[str, ...], **more: Any) -> Outcome:
    """An outcome with this order."""
    given: dict[str, Any] = {
        "state": "complete", "calls": 1, "cached": 0, "rounds": 1, "tokens": 10, "cost_usd": Decimal("0.1"),
        "seconds": 1.0, "critical": 1.0,
    }  # fmt: skip
    return Outcome(order=order, **{**given, **more})


def test_every_lane_is_run_on_every_query_and_a_perfect_judge_gets_everything_right() -> None:
    """Outcomes for all places; nDCG 1 for the oracle, and the input order is a row to compare with."""
    examples = [example(at) for at in range(6)]
    live = evaluated(examples, [pointwise(), parse("bm25")])
    assert set(live.outcomes) == {(lane, f"q{at}") for lane in (0, 1) for at in range(6)}
    found = summary(examples, ["perfect", "bm25"], live.outcomes)
    assert [row.name for row in found.rows] == ["Input", "perfect", "bm25"]
    assert found.rows[1].means["nDCG@10"].mean == 1.0  # type: ignore[union-attr]
    assert found.rows[1].against["nDCG@10"].tally.wins == 6
    assert live.total == len(live.outcomes) == 12


def test_what_is_known_is_not_run_again_and_every_new_outcome_is_handed_over() -> None:
    """A resumed evaluation asks only for what is missing and ends with the same outcomes."""
    examples = [example(at) for at in range(5)]
    whole = evaluated(examples, [pointwise()])
    kept: list[Any] = []
    known = {place: outcome for place, outcome in whole.outcomes.items() if place[1] in ("q0", "q3")}
    again = evaluated(examples, [pointwise()], known=known, keep=lambda place, outcome: kept.append(place))
    assert sorted(kept) == [(0, "q1"), (0, "q2"), (0, "q4")]
    assert {place: outcome.order for place, outcome in again.outcomes.items()} == {
        place: outcome.order for place, outcome in whole.outcomes.items()
    }


def test_what_cannot_be_kept_stops_the_evaluation() -> None:
    """A full disk must not have a thousand queries paid for and lost."""

    def full(place: Any, outcome: Outcome) -> None:
        raise InputError("No room.")

    live = evaluated([example(at) for at in range(50)], [pointwise()], keep=full)
    assert live.problem == "No room."
    assert not live.outcomes


def test_a_pause_ends_at_once_and_keeps_only_whole_outcomes() -> None:
    """Nothing that was cut short counts as done."""
    with Provider() as provider:
        provider.script(Hang())
        examples = [example(at) for at in range(8)]
        live = LiveEvaluation(examples, [parse("pointwise model=openai:gpt-4o")], provider.access())
        assert provider.until(lambda: len(provider.journal) > 0)
        live.pause()
        live.join(10)
        assert not live.running
        assert live.paused
        assert not live.outcomes


def test_failures_are_counted_and_never_averaged_in() -> None:
    """A query without a ranking is left out of the mean and told; one that lacks answers counts, and is told."""
    examples = [example(1), example(2), example(3)]
    outcomes = {
        (0, "q1"): made(("1-2", "1-3", "1-1", "1-0")),
        (0, "q2"): made((), state="failed", why="no key"),
        (0, "q3"): made(("3-2", "3-3", "3-1", "3-0"), state="partial", unanswered=2),
    }
    row = summary(examples, ["lane"], outcomes).rows[1]
    assert (row.failed, row.degraded, row.queries) == (1, 1, 3)
    assert row.means["nDCG@10"].mean == 1.0  # type: ignore[union-attr]
    assert set(row.values["nDCG@10"]) == {"q1", "q3"}


def test_queries_without_grades_have_no_measures_and_are_counted() -> None:
    """Neither 0 nor 1: they say nothing."""
    examples = [example(1), example(2, (0, 0, 0, 0))]
    found = summary(examples, ["lane"], {(0, "q1"): made(("1-2", "1-3", "1-1", "1-0"))})
    assert (found.queries, found.ungraded) == (1, 1)


def test_unjudged_documents_make_a_range_around_the_mean() -> None:
    """What grades for them could still change is told beside the share that is judged."""
    graded = example(1)
    partly = Example(**{**vars(graded), "qrels": {"1-1": 1, "1-2": 3}})
    row = summary([partly], ["lane"], {(0, "q1"): made(("1-0", "1-2", "1-1", "1-3"))}).rows[1]
    low, high = row.ranges["nDCG@10"]  # type: ignore[misc]
    assert low <= row.means["nDCG@10"].mean < high  # type: ignore[union-attr]
    assert row.judged == 0.5


def test_the_cheapest_lane_within_a_loss_changes_with_the_loss() -> None:
    """The dear lane is best; a tolerance lets a cheaper one in; an unpriced one never is the cheapest."""
    examples = [example(at) for at in range(4)]
    best, fair = (2, 3, 1, 0), (3, 2, 1, 0)
    orders = {"dear": best, "cheap": fair, "unpriced": best}
    costs = {"dear": Decimal(1), "cheap": Decimal("0.01"), "unpriced": None}
    outcomes = {
        (lane, f"q{at}"): made(tuple(f"{at}-{place}" for place in order), list_usd=costs[name])
        for lane, (name, order) in enumerate(orders.items())
        for at in range(4)
    }
    found = summary(examples, list(orders), outcomes)
    assert found.rows[found.cheapest(0.0)].name == "dear"  # type: ignore[index]
    assert found.rows[found.cheapest(0.1)].name == "cheap"  # type: ignore[index]


BEST, GOOD, INPUT_ORDER = (2, 3, 1, 0), (3, 2, 1, 0), (0, 1, 2, 3)
"""Places of ``example``'s documents."""


def ordered(number: int, order: tuple[int, ...], **more: Any) -> Outcome:
    """An outcome of ``example(number)``."""
    return made(tuple(f"{number}-{place}" for place in order), **more)


FAILED = made((), state="failed", why="no key", cost_usd=Decimal(0), list_usd=Decimal(0))


def test_a_lane_that_fails_is_not_cheaper_for_it() -> None:
    """Its price is that of its rankings: unknown where there are none, and the same however many it owes."""
    outcomes = {(0, "q0"): ordered(0, BEST, list_usd=Decimal("0.01"))}
    outcomes |= {(0, f"q{at}"): FAILED for at in (1, 2, 3)}
    outcomes |= {(1, f"q{at}"): ordered(at, BEST, list_usd=Decimal("0.006")) for at in range(4)}
    outcomes |= {(2, f"q{at}"): FAILED for at in range(4)}
    found = summary([example(at) for at in range(4)], ["shaky", "sound", "down"], outcomes)
    assert [row.per_thousand for row in found.rows[1:]] == [Decimal(10), Decimal(6), None]
    assert found.cheapest(0.0) == 2


def test_lanes_are_compared_over_the_queries_that_all_have_ranked() -> None:
    """Who has failed on the hard queries, or not come to them yet, is no better for it; over how many is told."""
    outcomes = {
        (0, "q0"): ordered(0, BEST, list_usd=Decimal(1)),
        (0, "q1"): FAILED,
        (1, "q0"): ordered(0, BEST, list_usd=Decimal("0.1")),
        (1, "q1"): ordered(1, INPUT_ORDER, list_usd=Decimal("0.1")),
    }
    found = summary([example(at) for at in range(3)], ["fails", "tries"], outcomes)
    assert found.common == ("q0",)
    assert (found.mean(1, "nDCG@10"), found.mean(2, "nDCG@10")) == (1.0, 1.0)
    assert sentence(found, 0.0) == (
        "tries is the cheapest: nDCG@10 1.00, and the best there is; $100.00 per 1,000 queries. "
        "Over 1 of 3 queries with grades: those that all have ranked."
    )
    assert [len(row.values["nDCG@10"]) for row in found.rows] == [3, 1, 2]
    whole = {(lane, f"q{at}"): ordered(at, BEST) for lane in (0, 1) for at in range(3)}
    assert "Over" not in sentence(summary([example(at) for at in range(3)], ["fails", "tries"], whole), 0.0)


def test_lanes_without_a_common_query_are_not_compared() -> None:
    """Each has ranked another one."""
    outcomes = {(0, "q0"): ordered(0, BEST), (0, "q1"): FAILED, (1, "q0"): FAILED, (1, "q1"): ordered(1, BEST)}
    found = summary([example(0), example(1)], ["one", "other"], outcomes)
    assert found.cheapest(0.0) is None
    assert "There is no query that all have ranked" in sentence(found, 0.0)


def test_a_lane_without_any_ranking_is_named_in_the_verdict() -> None:
    """It is not among those that were found no better."""
    outcomes = {(0, "q1"): ordered(1, INPUT_ORDER), (1, "q1"): FAILED, (2, "q1"): FAILED}
    found = summary([example(1)], ["same", "down", "dead"], outcomes)
    said = sentence(found, 0.0)
    assert said.startswith("None of the lanes with a ranking is better than the input order: nDCG@10 .")
    assert said.endswith("down and dead have no ranking to compare.")
    assert sentence(summary([example(1)], ["down"], {(0, "q1"): FAILED}), 0.0).endswith(
        "down has no ranking to compare."
    )


def test_figures_that_read_the_same_are_told_apart() -> None:
    """The best is not better by nothing."""
    examples = [example(at, (3, 2, 1, 0)) for at in range(1, 20)] + [example(0, (3, 2, 0, 1))]
    orders = {
        f"q{each.query_id[1:]}": sorted(each.qrels, key=each.qrels.__getitem__, reverse=True) for each in examples
    }
    outcomes = {(0, id): made(tuple(order), list_usd=Decimal(1)) for id, order in orders.items()}
    said = sentence(summary(examples, ["dear"], outcomes), LOSS)
    assert said == "The input order is good enough: nDCG@10 1.00, less than .01 below the best, dear."


def test_of_one_query_there_is_a_mean_and_no_interval() -> None:
    """It tells nothing of others: unknown, not narrow."""
    outcomes = {(0, "q1"): ordered(1, BEST), (0, "q2"): FAILED}
    found = summary([example(1), example(2)], ["lane"], outcomes)
    lane = report.evaluation(found, outcomes)["lanes"][1]
    assert lane["metrics"]["nDCG@10"] == {"mean": 1.0, "low": None, "high": None}
    assert lane["against"]["nDCG@10"]["difference"]["low"] is None
    assert report.evaluation(found, outcomes)["lanes"][0]["metrics"]["nDCG@10"]["low"] is not None
    assert "| lane | 1.000 |" in report.table(found)


def test_a_query_of_which_nothing_was_answered_says_why() -> None:
    """Though the lane itself came to its end."""
    with Provider() as provider:
        provider.script(Say(status=400))
        live = LiveEvaluation([example(1)], [parse("pointwise model=openai:gpt-4o")], provider.access())
        (outcome,) = live.join(30).values()
    assert outcome.failed and outcome.unanswered == 4
    assert "400" in outcome.why


def test_a_lane_is_priced_as_if_nothing_had_been_at_hand(tmp_path: Path) -> None:
    """Asked or replayed, its list price is the same: a replay must not look like a bargain. What was paid differs."""
    lane = parse("pointwise model=openai:gpt-4o reasons=false")
    with Provider() as provider:
        provider.script(Answer('{"grade": 7}', usage={"prompt_tokens": 1_000, "completion_tokens": 100}))
        access = replace(provider.access(), replies=tmp_path / "replies.sqlite")
        asked, replayed = (LiveEvaluation([example(1)], [lane], access).join(60)[0, "q1"] for _ in range(2))
    assert asked.cost_usd == asked.list_usd == Decimal("0.014")
    assert (replayed.cost_usd, replayed.list_usd) == (Decimal(0), Decimal("0.014"))


def test_a_table_of_all_queries_runs_nothing_in_a_spreadsheet() -> None:
    """A row a lane and query; a query that begins like a formula is behind an apostrophe, unknown is empty."""
    graded = replace(example(1), query="=cmd()")
    outcomes = {(0, "q1"): made(("1-2", "1-3", "1-1", "1-0"), list_usd=None)}
    found = summary([graded], ["@lane"], outcomes, measures=("P@1",))
    rows = list(csv.DictReader(io.StringIO(report.csv_text(found, [graded], outcomes))))
    assert [(row["lane"], row["query"], row["P@1"]) for row in rows] == [
        ("Input", "'=cmd()", "0.0"),
        ("'@lane", "'=cmd()", "1.0"),
    ]
    assert (rows[1]["cost_usd"], rows[1]["list_usd"]) == ("0.1", "")


def test_the_price_of_a_thousand_queries_is_told_where_there_is_one() -> None:
    """With nothing at hand, over the queries that were ranked."""
    examples = [example(1), example(2)]
    orders = {f"q{at}": tuple(f"{at}-{place}" for place in range(4)) for at in (1, 2)}
    outcomes = {(0, id): made(order, list_usd=Decimal("0.02"), cost_usd=Decimal(0)) for id, order in orders.items()}
    outcomes |= {(1, id): made(order, list_usd=None) for id, order in orders.items()}
    found = summary(examples, ["priced", "unpriced", "not yet"], outcomes)
    assert [row.per_thousand for row in found.rows[1:]] == [Decimal(20), None, None]


def test_a_domain_that_nobody_knows_is_told_once() -> None:
    """Its queries are asked in the general one, which would else be silent; so is what was changed on reading."""
    odd, plain = replace(example(1), domain="astrology", warnings=("cut",)), replace(example(3), domain="legal")
    said = notes([odd, replace(odd, query_id="q2"), plain])
    assert said[0] == "cut"
    assert len(said) == 2
    assert "no domain 'astrology'; used general" in said[1]


def test_what_came_to_no_ranking_is_not_known_when_an_evaluation_goes_on(tmp_path: Path) -> None:
    """Settings in other words begin another one; grades may change."""
    lanes, examples = [parse("bm25")], [example(1), example(2)]
    with closing(Store(f"sqlite:///{tmp_path}/kept.sqlite")) as store:
        wanted = resume.settings(examples, lanes, None)
        id, known = resume.begin(store, wanted, lanes)
        assert not known
        store.put_outcome(id, "bm25", "q1", to_json(made(("1-0",))))
        store.put_outcome(id, "bm25", "q2", to_json(made((), state="partial", unanswered=4)))
        regraded = [replace(each, qrels={}) for each in examples]
        again, known = resume.begin(store, resume.settings(regraded, lanes, "general"), lanes)
        assert again == id
        assert list(known) == [(0, "q1")]
        assert resume.begin(store, resume.settings(examples, lanes, "legal"), lanes)[0] != id
        assert resume.begin(store, wanted, lanes, fresh=True)[0] != id


def test_where_reranking_hurt_is_listed_worst_first() -> None:
    """Against the input order, beyond a twentieth."""
    examples = [example(1, (3, 2, 1, 0)), example(2, (3, 2, 1, 0)), example(3, (0, 1, 2, 3))]
    outcomes = {
        (0, "q1"): made(("1-1", "1-0", "1-2", "1-3")),
        (0, "q2"): made(("2-3", "2-2", "2-1", "2-0")),
        (0, "q3"): made(("3-3", "3-2", "3-1", "3-0")),
    }
    assert [id for id, _ in summary(examples, ["lane"], outcomes).hurt(1)] == ["q2", "q1"]


def test_the_frontier_holds_what_nothing_beats_in_both() -> None:
    """Cheapest first; of equals in price the better."""
    assert frontier([(1.0, 0.5), (1.0, 0.6), (2.0, 0.55), (3.0, 0.9), (0.5, 0.1)]) == [4, 1, 3]
    assert frontier([]) == []


def test_an_outcome_comes_back_as_it_was_kept() -> None:
    """Through JSON, an unknown price included."""
    priced = made(("a", "b"), list_usd=Decimal("0.2"))
    for one in (priced, made((), state="failed", cost_usd=None, seconds=None, why="–")):
        assert from_json(json.loads(json.dumps(to_json(one)))) == one


@pytest.mark.parametrize(
    ("examples", "complaint"),
    [
        ([], "no queries"),
        ([example(1), example(1)], "there twice"),
        ([Example(query_id="e", query=" ", documents=example(1).documents)], "no words"),
    ],
)
def test_what_is_no_query_set_is_refused(examples: list[Example], complaint: str) -> None:
    """Before anything is asked."""
    with pytest.raises(InputError, match=complaint):
        LiveEvaluation(examples, [parse("bm25")], Access())


def query_set(folder: Path, queries: int, documents: int) -> Path:
    """A file whose documents say their grade."""
    path = folder / "set.jsonl"
    rows = []
    for number in range(queries):
        docs = [
            {"id": f"{number}-{at}", "content": f"query {number} document {at} worth {at % 4}"}
            for at in range(documents)
        ]
        rows.append(
            {
                "query_id": f"q{number}",
                "query": f"query {number}",
                "documents": docs,
                "qrels": {each["id"]: at % 4 for at, each in enumerate(docs)},
            }
        )
    path.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    return path


def test_one_that_was_killed_goes_on_where_it_was_and_asks_nothing_twice(tmp_path: Path) -> None:
    """kill -9 half-way, then the same command: the outcome of one that was never interrupted."""
    with Provider() as provider:
        provider.script(Answer('{"grade": 7}'))
        command = [sys.executable, "-m", "playground", "evaluate", "--json", "--set", str(query_set(tmp_path, 60, 5))]
        for words in ("bm25", "pointwise model=openai:gpt-4o reasons=false", "fusion lanes=bm25,bm25"):
            command += ["--lane", words]
        access = provider.access()
        env = {
            **os.environ,
            "OPENAI_API_KEY": access.keys["openai"],
            "OPENAI_BASE_URL": access.base_urls["openai"],
            "PLAYGROUND_CACHE_DIR": str(tmp_path / "cache"),
            "PLAYGROUND_REPLIES": str(tmp_path / "replies.sqlite"),
        }
        first = subprocess.Popen(command, cwd=ROOT, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        assert provider.until(lambda: len(provider.journal) >= 120, 60)
        first.send_signal(signal.SIGKILL)
        first.wait()
        asked = len(provider.journal)
        done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=True)
        assert "are at hand" in done.stderr
        resumed = json.loads(done.stdout)
        # What was in flight when it was killed may have been answered without anybody to keep it: 16 at the most.
        assert 300 <= len(provider.journal) <= 300 + 16
        assert asked < 300
        env["PLAYGROUND_CACHE_DIR"] = str(tmp_path / "other")
        env["PLAYGROUND_REPLIES"] = str(tmp_path / "other.sqlite")
        whole = json.loads(subprocess.run(command, cwd=ROOT, env=env, capture_output=True, check=True).stdout)
    for one, other in zip(resumed["lanes"], whole["lanes"], strict=True):
        assert {id: one["orders"][id] for id in sorted(one["orders"])} == dict(sorted(other["orders"].items()))
        assert one["metrics"] == other["metrics"]


def evaluated_by_command(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[dict[str, Any], str]:
    """The JSON of ``evaluate`` with BM25, and what it said beside it."""
    assert main(["evaluate", "--lane", "bm25", "--json", *words]) == 0
    said = capsys.readouterr()
    return json.loads(said.out), said.err


@pytest.fixture
def kept(tmp_path: Path) -> Iterator[Path]:
    """A store of this test's own."""
    with surroundings(PLAYGROUND_CACHE_DIR=str(tmp_path / "kept")):
        yield tmp_path / "kept"


def test_the_table_of_the_command_ends_in_a_verdict_and_failures_say_why(
    kept: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Once a reason, beside the output; as long as any lane has rankings the command has succeeded."""
    command = [
        "evaluate",
        "--set",
        str(query_set(tmp_path, 2, 4)),
        "--lane",
        "pointwise model=openai:gpt-4o name=Keyless",
    ]
    assert main([*command, "--lane", "bm25"]) == 0
    said = capsys.readouterr()
    assert said.err.count("Keyless failed on 2 queries: ") == 1
    assert "key" in said.err
    assert "judged | " in said.out and "| 100% |" in said.out and "US$ per 1,000" in said.out
    assert "Keyless has no ranking to compare." in said.out.splitlines()[-1]
    assert main([*command, "--limit", "1"]) == 1
    said = capsys.readouterr()
    assert "Keyless failed on 1 query: " in said.err
    assert "1 query with grades" in said.out


def test_a_collection_can_be_evaluated(kept: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """By its id in ir_datasets, as many candidates as wanted; what there is to say of them goes beside the JSON."""
    id = registered(tmp_path)
    found, said = evaluated_by_command(capsys, "--ir-dataset", id, "--depth", "2")
    assert found["lanes"][1]["orders"] == {"q1": ["d", "b"], "q2": ["c"]}
    assert "note: The candidates are judged documents in BM25's order" in said
    assert evaluated_by_command(capsys, "--ir-dataset", id, "--limit", "1")[0]["queries"] == 1


def test_trec_files_can_be_evaluated(kept: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A run with the texts behind it, with or without grades."""
    words = []
    for option, text in {
        "trec-run": "q1 Q0 c 1 2 x\nq1 Q0 d 2 1 x\n",
        "queries": "q1\twho barks\n",
        "texts": "c\tcats purr\nd\tdogs bark; who barks\n",
        "qrels": "q1 0 d 1\n",
    }.items():
        (tmp_path / option).write_text(text, encoding="utf-8")
        words += [f"--{option}", str(tmp_path / option)]
    assert evaluated_by_command(capsys, *words[:-2])[0]["queries"] == 0
    found, _ = evaluated_by_command(capsys, *words)
    assert found["lanes"][1]["orders"] == {"q1": ["d", "c"]}
    assert found["lanes"][1]["metrics"]["nDCG@10"]["mean"] == 1.0


def test_saved_runs_can_be_evaluated(kept: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """With the grades that people gave their documents."""
    record = compare("who barks", ["cats purr", "dogs bark; who barks"], ["bm25"]).record
    dogs = record.task.documents[1]
    with closing(Store(url(Access.from_env({"PLAYGROUND_CACHE_DIR": str(kept)}), {}))) as store:
        id = store.save_run(record)
        store.put_label(Label(query="who barks", document=dogs.id, content=content_hash(dogs), grade=3, grader="ann"))
    found, _ = evaluated_by_command(capsys, "--runs", id, id)
    assert found["lanes"][1]["orders"] == {"q1": ["d2", "d1"]}
    assert found["lanes"][1]["metrics"]["nDCG@10"]["mean"] == 1.0


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (["--trec-run", "run.txt"], "--trec-run needs --queries and --texts"),
        (["--trec-run", "run.txt", "--queries", "queries.tsv"], "--trec-run needs --texts"),
        (["--trec-run", "run.txt", "--queries", "queries.tsv", "--texts", "nowhere.tsv"], "run.txt can't be read"),
        (["--set", "set.jsonl", "--qrels", "qrels.txt"], "--qrels belongs to --trec-run"),
        (["--set", "set.jsonl", "--depth", "5"], "--depth belongs to --ir-dataset"),
        (["--runs", "nosuchrun"], "no saved run"),
    ],
)
def test_a_source_that_lacks_something_is_refused(
    kept: Path, words: list[str], complaint: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """What it is, and before anything is read or asked."""
    assert main(["evaluate", "--lane", "bm25", *words]) == 2
    assert complaint in capsys.readouterr().err


def test_exactly_one_source_is_wanted(capsys: pytest.CaptureFixture[str]) -> None:
    """None or two: the command's own usage says so."""
    for words in ([], ["--set", "set.jsonl", "--runs", "abc"]):
        with pytest.raises(SystemExit):
            main(["evaluate", "--lane", "bm25", *words])
        assert "--ir-dataset" in capsys.readouterr().err


def test_the_command_line_says_what_cannot_be(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """An unknown measure, lane or limit: a clear word and no evaluation."""
    path = str(query_set(tmp_path, 1, 2))
    for words, complaint in (
        (["--metrics", "nDCG@x"], "nDCG@x"),
        (["--baseline", "nobody"], "no lane 'nobody'"),
        (["--limit", "0"], "leaves no query"),
        (["--lane", "bm25"], "the same name"),
    ):
        assert main(["evaluate", "--set", path, "--lane", "bm25", *words]) == 2
        assert complaint in capsys.readouterr().err
