"""A run in other programs' forms: what they read is what happened, and what runs it again gives it again."""

from __future__ import annotations

import csv
import io
import json
import re
import runpy
import shlex
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
import pytrec_eval

from playground import runs
from playground.cli import main
from playground.datasets import Example, read_examples
from playground.domains import custom, domains
from playground.errors import InputError
from playground.events import Answered
from playground.export import DOCUMENTS, command, csv_text, documents_jsonl, python, trec_qrels, trec_run, trec_runs
from playground.facade import Comparison, compare, task_of
from playground.lanes import Lane, lane, parse
from playground.live import LiveRun
from playground.metrics import measured
from playground.models import Access
from playground.runs import Record, record
from playground.strategies.pointwise import Pointwise
from playground.testing import Oracle, Scripted
from playground.types import DocId, Document, Domain, Judge, Model, ModelRef
from tests.provider import Answer, Provider, Say

DOCUMENTS_GIVEN: list[Any] = [
    {"id": "a", "title": "Wale – グジラ", "content": "Whales\tsleep. 🐋", "year": 1999, "first_stage_score": 0.1},
    {"id": "b", "content": 'Trains, "fast"\r\nto Boston.'},
    {"id": "c", "content": "Do whales sleep? They doze.\u2028Really.", "metadata": {"content": "x", "empty": ""}},
    {"id": "d", "content": "Boats."},
]
LANES = [
    "bm25 name='my words'",
    "pointwise model=openai:gpt-6-luna temperature=0.3",
    "cascade first=bm25 then=(listwise model=anthropic:claude-haiku-5-5 reasons=false) keep=2",
    "pointwise model=openai:gone",
]
QRELS = {"a": 3, "c": 2, "b": 0}


@pytest.fixture(scope="module")
def done() -> Iterator[Comparison]:
    """A comparison with scores, reasons, quotes, a failed document, a cascade and a failed lane; no explanations."""
    with Provider() as provider:
        provider.script(Answer('{"quote": "Whales\\tsleep", "reason": "It says – so.", "grade": 7.25}'))
        provider.script(Say(status=400), about="Boston")
        provider.script(Answer('{"ranking": [2, 1]}'), about="claude-haiku")
        provider.script(Say(status=404), about='"gone"')
        access = provider.access()
        yield compare("do whales sleep", DOCUMENTS_GIVEN, LANES, domain="legal", qrels=QRELS, access=access)


def ran(
    documents: Sequence[Any],
    lanes: Sequence[Lane],
    *,
    domain: str | Domain | None = None,
    explain: int = 0,
    given: Mapping[ModelRef, Judge | Model] | None = None,
    qrels: Mapping[DocId, int] | None = None,
) -> Record:
    """The record of a run that asks no server."""
    task, _ = task_of("do whales sleep", documents, domain)
    live = LiveRun(task, lanes, Access(), explain=explain, given=given)
    live.join(10)
    return record(task, lanes, live.events, qrels=qrels)


def explained(top: int) -> Record:
    """A run of four documents whose reasons were asked for after the ranking."""
    replies = ['{"grade": 5}'] * 4 + ['{"quote": "Boats.", "reason": "It says so."}']
    lanes = [parse("pointwise model=local reasons=no")]
    return ran(DOCUMENTS_GIVEN, lanes, explain=top, given={ModelRef("local"): Scripted(replies)})


def orders(made: Record) -> list[tuple[DocId, ...] | None]:
    return [None if row.ranking is None else row.ranking.ids for row in made.board.lanes]


def rows(made: Record) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(csv_text(made), newline="")))


def read_back(made: Record) -> Example:
    (found,) = read_examples(documents_jsonl(made).encode(), DOCUMENTS)
    return found


# CSV


def test_a_table_holds_every_lane_and_document_best_first(done: Comparison) -> None:
    """Each lane that has a ranking gives a row a document in its order; a lane that failed gives none."""
    found = rows(done.record)
    for row, order in zip(done.board.lanes, orders(done.record), strict=True):
        mine = [cells for cells in found if cells["lane"] == row.name]
        assert [cells["id"] for cells in mine] == list(order or ())
        assert [cells["rank"] for cells in mine] == [str(rank) for rank in range(1, len(mine) + 1)]
    assert len(found) == 12


def test_a_row_says_what_is_known_of_a_document(done: Comparison) -> None:
    """Scores to the last digit, human grades, moves against the input, quotes with whether they were found, what went
    wrong; and an empty cell for whatever isn't known."""
    found = {(cells["lane"], cells["id"]): cells for cells in rows(done.record)}
    for row in done.board.lanes:
        for item in row.ranking.items if row.ranking else ():
            cells = found[row.name, item.id]
            assert cells["score"] == ("" if item.score is None else repr(item.score))
            assert int(cells["change"]) == "abcd".index(item.id) + 1 - item.rank
            assert cells["grade"] == {"a": "3", "c": "2", "b": "0", "d": ""}[item.id]
            assert cells["provenance"] == " ".join(item.provenance) and cells["stage"] == item.stage
            assert cells["characters_read"] == ("" if item.seen is None else str(item.seen))
    asked = done.board.lanes[1].name
    good, missed, failed = found[asked, "a"], found[asked, "d"], found[asked, "b"]
    assert (good["title"], good["reason"], good["why"]) == ("Wale – グジラ", "It says – so.", "")
    assert good["quote_found"] == "true" and missed["quote_found"] == "false"
    assert failed["why"] and failed["score"] == failed["reason"] == failed["quote_found"] == ""


def test_a_table_shows_reasons_that_were_written_after_the_ranking() -> None:
    """An explanation stands in its document's row, with its quote; documents that were not explained have none."""
    made = explained(2)
    assert [bool(cells["reason"]) for cells in rows(made)] == [True, True, False, False]


def test_lines_end_as_rfc_4180_says(done: Comparison) -> None:
    """CR LF after every row, and as many columns in each."""
    text = csv_text(done.record)
    assert text.endswith("\r\n") and "\n" not in text.replace("\r\n", "")
    assert len({len(row) for row in csv.reader(io.StringIO(text, newline=""), strict=True)}) == 1


@pytest.mark.parametrize(
    "text",
    [
        *("=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\rx", "\nx", "  =1", "\u00a0=1", "\u3000@x", "\u200b=1", "\ufeff+1"),
        *("＝1+1", "＋1", "－1", "＠x", " ＝1", "﹦1", '=HYPERLINK("http://x","y")', "\x01=1"),
    ],
)
def test_no_text_is_run_as_a_formula(text: str) -> None:
    """What a spreadsheet would compute stands behind an apostrophe, wherever it comes from, and is whole otherwise."""
    lanes = [lane(parse("bm25").strategy, text)]
    made = ran([{"id": "a", "title": text, "content": "x"}, "y"], lanes)
    cells = next(cells for cells in rows(made) if cells["id"] == "a")
    assert cells["title"] == f"'{text}" and cells["lane"] == f"'{text}"


def test_no_column_lets_a_formula_through() -> None:
    """Nor do ids, or what a model says."""
    reply = '{"grade": 5, "quote": "=1+1", "reason": "@x"}'
    lanes, given = [parse("pointwise model=local")], {ModelRef("local"): Scripted([reply])}
    (cells,) = rows(ran([{"id": "-a", "content": "=1+1"}], lanes, given=given))
    assert (cells["id"], cells["quote"], cells["reason"]) == ("'-a", "'=1+1", "'@x")


@pytest.mark.parametrize("text", ["a=b", "1-2", "x@y", "'=1", "…", "a\t=1", "–1", "", "12", "5 + 1"])
def test_a_text_that_is_no_formula_stays_as_it_is(text: str) -> None:
    """Signs further inside are a text like any other."""
    made = ran([{"id": "a", "title": text, "content": "x"}, "y"], [parse("bm25")])
    assert {cells["title"] for cells in rows(made)} == {text, ""}


def test_numbers_stay_numbers() -> None:
    """A negative score or move begins with a minus and is no text."""
    made = ran(["x", "y"], [parse("bm25")], given={ModelRef("bm25"): Scripted([(-2.5, -1.25)])})
    assert [(cells["score"], cells["change"]) for cells in rows(made)] == [("-1.25", "1"), ("-2.5", "-1")]


# TREC


def test_trec_eval_measures_the_files_as_we_do(done: Comparison) -> None:
    """trec_eval, given a lane's run and the qrels, comes to our own nDCG and reciprocal rank."""
    qrels = pytrec_eval.parse_qrel(io.StringIO(trec_qrels(done.record)))
    assert qrels == {"q1": QRELS}
    for at, order in enumerate(orders(done.record)[:3]):
        run = pytrec_eval.parse_run(io.StringIO(trec_run(done.record, at)))
        found = pytrec_eval.RelevanceEvaluator(qrels, {"ndcg_cut.3", "recip_rank"}).evaluate(run)["q1"]
        ours = measured(order or (), QRELS)
        assert (found["ndcg_cut_3"], found["recip_rank"]) == pytest.approx((ours["nDCG@3"], ours["RR"]))


def test_the_scores_of_a_trec_run_give_the_lanes_order_even_where_its_own_are_equal() -> None:
    """Scores fall with every rank: a reader that sorts by them alone finds the order that the lane found."""
    oracle = Oracle(dict.fromkeys(("z", "y", "x"), 1.0))
    given: dict[ModelRef, Judge | Model] = {ModelRef("bm25"): oracle}
    made = ran([{"id": id, "content": id} for id in ("z", "y", "x", "w")], [parse("bm25")], given=given)
    lines = [line.split(" ") for line in trec_run(made, 0).splitlines()]
    assert sorted(lines, key=lambda line: -float(line[4])) == lines
    assert len({line[4] for line in lines}) == 4
    assert tuple(line[2] for line in lines) == orders(made)[0]


def test_an_id_survives_a_file_that_has_no_quotes() -> None:
    """Ids with spaces and percent signs take one field each, in runs and qrels, and can be told back."""
    ids = ["a b", "a%20b", "100%", "x\ty", "x\u2003y", "日本", "a\u2028b", "é"]
    made = ran([{"id": id, "content": "x"} for id in ids], [parse("bm25")], qrels=dict.fromkeys(ids, 1))
    for text, fields in ((trec_run(made, 0), 6), (trec_qrels(made), 4)):
        lines = [line.split() for line in text.splitlines()]
        assert {len(line) for line in lines} == {fields}
        assert {unquote(line[2]) for line in lines} == set(ids)


@pytest.mark.parametrize(
    ("names", "tags"),
    [
        (["bm25", "my  lane\tof old"], ["bm25", "my_lane_of_old"]),
        (["x", "x"], ["1-x", "2-x"]),
        (["a b", "a_b", "c"], ["1-a_b", "2-a_b", "3-c"]),
        (["\u00a0", "x"], ["1-", "2-x"]),
    ],
)
def test_every_lane_has_a_tag_of_its_own(names: list[str], tags: list[str]) -> None:
    """The tag is the lane's name in one word, numbered where names alone would run two lanes together."""
    made = ran(["x", "y"], [lane(parse("bm25").strategy, name) for name in names])
    lines = [line.split(" ") for line in trec_runs(made).splitlines()]
    assert [line[5] for line in lines] == [tag for tag in tags for _ in range(2)]


def test_a_lane_that_judged_nothing_is_in_no_run(done: Comparison) -> None:
    """The input order is not given out as a lane's work; where no lane has any, the error says so."""
    assert trec_run(done.record, 3) == ""
    assert len(trec_runs(done.record).splitlines()) == 12
    broken = Scripted([(None, None)])
    made = ran(["x", "y"], [parse("bm25")], given={ModelRef("bm25"): broken})
    assert orders(made) == [("d1", "d2")]
    with pytest.raises(InputError, match="No lane"):
        trec_runs(made)


def test_qrels_without_grades_are_an_error_that_says_so(done: Comparison) -> None:
    """Nothing is made up where nobody graded."""
    with pytest.raises(InputError, match="no human grades") as caught:
        trec_qrels(replace(done.record, qrels={}))
    assert caught.value.hint


# Documents


def test_documents_come_back_as_they_were(done: Comparison) -> None:
    """The file is read as the same query, documents, titles, metadata, scores, grades and domain, without a warning."""
    found = read_back(done.record)
    assert (found.query, found.domain, found.qrels) == ("do whales sleep", "legal", QRELS)
    assert found.documents == done.record.task.documents
    assert [document.metadata for document in found.documents] == [
        document.metadata for document in done.record.task.documents
    ]
    assert not found.warnings
    assert documents_jsonl(done.record).count("\n") == 1


def test_grades_of_documents_that_were_not_there_are_left_out(done: Comparison) -> None:
    """A query set grades its own documents: any other grade would make the file unreadable."""
    assert read_back(replace(done.record, qrels={**QRELS, "elsewhere": 1})).qrels == QRELS


def test_a_grade_that_no_file_may_hold_is_refused(done: Comparison) -> None:
    """Rather than a file that can't be read: the error names the grade."""
    with pytest.raises(InputError, match="-1 is not a grade"):
        documents_jsonl(replace(done.record, qrels={"a": -1}))


@pytest.mark.parametrize("domain", [custom("You are a whaler."), replace(domains()["legal"], role="You are a pirate.")])
def test_a_domain_of_ones_own_is_not_named_in_the_file(domain: Domain) -> None:
    """A name alone would bring another domain, or none: also where a known one's name stands for other words."""
    assert read_back(ran(["x", "y"], [parse("bm25")], domain=domain)).domain is None


# What runs it again


def words_of(text: str) -> list[str]:
    """The arguments after ``python -m playground``, as a shell hands them over."""
    first, *words = shlex.split(text, comments=True)
    assert (first, *words[:2]) == ("python", "-m", "playground")
    return words[2:]


def lanes_of(words: list[str]) -> list[str]:
    return [word for flag, word in pairwise(words) if flag == "--lane"]


RUNNABLE = ["bm25", "bm25 name='it'\"'\"'s $HOME; \"mine\"'", "cascade first=bm25 then=bm25 keep=2", "bm25 top_k=2"]


@pytest.fixture
def runnable(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Record:
    """A run of embedded lanes whose documents lie in the present folder, as a person would put them."""
    monkeypatch.chdir(tmp_path)
    made = ran(DOCUMENTS_GIVEN, [parse(words) for words in RUNNABLE], domain="medical", qrels=QRELS)
    Path(DOCUMENTS).write_text(documents_jsonl(made), encoding="utf-8")
    return made


def test_the_command_makes_the_run_again(runnable: Record, capsys: pytest.CaptureFixture[str]) -> None:
    """Run on the exported documents it gives the same lanes, names, orders, domain and grades."""
    assert main([*words_of(command(runnable)), "--out", "again.json"]) == 0
    capsys.readouterr()
    again = runs.read(Path("again.json"))
    assert (again.lanes, orders(again)) == (runnable.lanes, orders(runnable))
    assert (again.task, again.qrels) == (runnable.task, runnable.qrels)


def test_the_python_makes_the_run_again(runnable: Record, capsys: pytest.CaptureFixture[str]) -> None:
    """The same of the Python; it prints each lane's order."""
    Path("again.py").write_text(python(runnable), encoding="utf-8")
    again: Record = runpy.run_path("again.py")["done"].record
    assert (again.lanes, orders(again)) == (runnable.lanes, orders(runnable))
    assert (again.task, again.qrels) == (runnable.task, runnable.qrels)
    assert " ".join(orders(runnable)[0] or ()) in capsys.readouterr().out


def test_the_python_spells_a_domain_out(runnable: Record) -> None:
    """A domain of one's own, quotes and line breaks in it, is built as it was."""
    made = replace(
        runnable, task=replace(runnable.task, domain=custom('You are a "whaler".\nAhoy \\ it\'s', "one\ntwo"))
    )
    Path(DOCUMENTS).write_text(documents_jsonl(made), encoding="utf-8")
    Path("again.py").write_text(python(made), encoding="utf-8")
    assert runpy.run_path("again.py")["done"].record.task == made.task


PROMPT = "Say \"it's\" $(rm) `x` \\ ;\n---\nAbout {query}:\n\n\t{documents}\n'{answer}'\n"


@pytest.mark.parametrize("prompt", [PROMPT, PROMPT.replace("\n", "\n\n'\"'"), f"'{PROMPT}", f"# {PROMPT}"])
def test_a_prompt_survives_the_command_and_the_python(prompt: str) -> None:
    """Line breaks and quotes of every kind: the shell's words and Python's give back the very lane, stages too."""
    asking = Pointwise(model=ModelRef("openai", "gpt-6-luna"), prompt=prompt)
    made = [lane(asking), lane(replace(parse("cascade first=bm25 then=bm25").strategy, then=asking), "it's")]
    told = ran(["x"], made)
    assert [parse(words) for words in lanes_of(words_of(command(told)))] == made
    listed = re.search(r"\[\n(.*?)\n    \],", python(told), re.DOTALL)
    assert listed is not None
    assert [parse(words) for words in eval(f"[{listed[1]}]")] == made  # noqa: S307


def test_a_domain_of_ones_own_is_not_named_on_the_command_line() -> None:
    """A comment says that it can't be, and the command names none."""
    text = command(ran(["x", "y"], [parse("bm25")], domain=custom("You are a whaler.")))
    comment, line = text.splitlines()
    assert comment.startswith("# ") and "custom" in comment
    assert "--domain" not in words_of(text) and line.startswith("python ")
    assert "--domain legal" in command(ran(["x", "y"], [parse("bm25")], domain="legal"))


@pytest.mark.parametrize(
    "made",
    [
        lane(Pointwise(model=ModelRef("given", "Oracle"))),
        lane(Pointwise(model=ModelRef("openai", "x"), domain=replace(custom("You are a whaler."), name="x\n`rm`; 'y"))),
    ],
    ids=["judge", "domain"],
)
def test_a_lane_that_words_cannot_give_back_is_said(made: Lane) -> None:
    """A judge from Python, or a domain made there, is only named in the words: a comment says which lane it is."""
    told = ran(["x"], [parse("bm25"), made])
    comments = [line for line in command(told).splitlines() if line.startswith("# ")]
    assert len(comments) == 1 and "Lane 2" in comments[0]
    assert comments[0] in python(told)
    assert lanes_of(words_of(command(told))) == [row.words for row in told.lanes]


def test_nothing_pasted_with_a_comment_can_run() -> None:
    """Some shells run what is pasted after a "#": no comment holds a sign that means something, or a word of the
    run's."""
    domain = Domain(name="x\nrm -rf ~", title="; ls $(y)", role="'")
    text = command(ran(["x"], [lane(Pointwise(model=ModelRef("given", "`ls`")))], domain=domain))
    first, second, _ = text.splitlines()
    assert re.fullmatch(r"# [\w ,.]+", first) and re.fullmatch(r"# [\w ,.]+", second)
    assert "rm" not in words_of(text)


@pytest.mark.parametrize("sign", ["\x03", "\x1b", "\r", "\x7f", "\x00", "\x9b"])
def test_a_terminal_is_given_nothing_to_obey(sign: str) -> None:
    """A pasted Ctrl-C would end the line and have the rest run: such words are in no command, but in the Python."""
    made = lane(parse("bm25").strategy, f"x{sign}rm")
    told = ran(["x"], [made])
    with pytest.raises(InputError, match="lane 1") as caught:
        command(told)
    assert "Python" in caught.value.hint
    assert repr(made.words) in python(told)


def test_reasons_that_were_asked_for_are_asked_for_again(runnable: Record) -> None:
    """--explain is as deep as the run's explanations went, though documents that had a reason were passed over."""
    made = explained(3)
    assert "--explain 3" in command(made) and "explain=3," in python(made)
    asked = [event for event in made.events if isinstance(event, Answered) and event.phase == "explain"]
    assert len(asked) == 3
    without = tuple(event for event in made.events if event is not asked[1])  # as if it had had a reason
    assert "--explain 3" in command(replace(made, events=without))
    assert "explain" not in command(runnable) + python(runnable)


def test_a_record_read_from_its_file_gives_the_same_texts(done: Comparison) -> None:
    """What is exported doesn't depend on whether the run has just ended or was saved long ago."""
    again = runs.load(runs.dump(done.record))
    for form in (csv_text, trec_runs, trec_qrels, documents_jsonl, command, python):
        assert form(again) == form(done.record)
    assert json.loads(documents_jsonl(again))["documents"][1] == {"id": "b", "content": 'Trains, "fast"\r\nto Boston.'}


def test_documents_from_python_need_no_title_or_metadata() -> None:
    """What a document doesn't have is not written."""
    made = ran([Document(id="a", content="x")], [parse("bm25")])
    assert json.loads(documents_jsonl(made))["documents"] == [{"id": "a", "content": "x"}]
