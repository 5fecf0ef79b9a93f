"""A comparison that is handed on: as a link that opens the same view, as a record, as files. Nothing is asked again."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from streamlit.testing.v1 import AppTest

from playground import runs
from playground.datasets import read_examples
from playground.domains import custom
from playground.facade import compare
from playground.models import Access
from playground.runs import Record
from playground.ui import comparison as choosing
from playground.ui import share
from playground.ui.lane_menu import BASELINE
from playground.view.stage import METRICS, Choice
from tests.pages.driving import (
    asking,
    chosen,
    comparison,
    lanes,
    linked,
    offers,
    opened,
    panel,
    ran,
    said,
    sentence,
    settled,
    surroundings,
    trust,
)
from tests.pages.judging import Judging
from tests.provider import Provider
from tests.saving import saved
from tests.view.looking import looked_at

ANIMALS: list[Any] = [
    {"id": "cat", "title": "Cats", "content": "cats purr\n", "metadata": {"year": "1999"}},
    {"id": "dog", "content": "dogs bark", "first_stage_score": 0.5},
    {"id": "7", "content": "cows bark  loudly", "metadata": {"farm": "yes", "empty": ""}},
]
QRELS = {"dog": 3, "cat": 0}
PIRATE = custom("a pirate", "gold\nrum")
CHOICES = st.builds(
    Choice,
    selected=st.text(),
    baseline=st.integers(0, 1_000),
    view=st.sampled_from(["ladder", "matrix", "details"]),
    metric=st.sampled_from(list(METRICS)),
    k=st.integers(0, 1_000),
    gains=st.booleans(),
    movers=st.booleans(),
    hidden=st.lists(st.integers(0, 1_000)).map(tuple),
)
JUNK = st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.lists(st.integers() | st.booleans())


@pytest.fixture(autouse=True)
def folder(tmp_path: Path) -> Iterator[Path]:
    """Runs are saved here, for this test."""
    with surroundings(PLAYGROUND_CACHE_DIR=str(tmp_path)):
        yield tmp_path


@pytest.fixture(scope="module")
def record() -> Record:
    """A run of two lanes that asked no server."""
    return made("bm25", "bm25 name='my words'")


def made(*words: str, **more: Any) -> Record:
    return compare("who barks", ANIMALS, words, **{"qrels": QRELS, "domain": PIRATE, "access": Access(), **more}).record


def uploaded(app: AppTest, text: str) -> AppTest:
    """The page after this file was given as a run record."""
    panel(app, "Share and export")
    app.file_uploader(key="opened_file").set_value(("run.json", text.encode(), "application/json")).run()
    assert not app.exception
    return app


# A choice in words


@settings(deadline=None)
@given(CHOICES)
def test_a_link_holds_every_choice_there_is(choice: Choice) -> None:
    """What is as usual is not in it."""
    words = choosing.in_words(choice)
    assert choosing.from_words(words) == choice
    assert choosing.in_words(Choice()) == {}


@settings(deadline=None)
@given(
    st.dictionaries(st.sampled_from([*vars(Choice()), "run", "token"]), st.text() | st.sampled_from(["9" * 5_000, "٣"]))
)
def test_nothing_that_a_link_holds_breaks_the_page(words: dict[str, str]) -> None:
    """Whatever somebody writes into an address comes to a choice, and what can't be one to the usual one."""
    found = choosing.from_words(words)
    assert choosing.from_words(choosing.in_words(found)) == found
    assert found.view in ("ladder", "matrix", "details") and found.metric in METRICS
    assert all(0 <= number <= 1_000 for number in (found.baseline, found.k, *found.hidden))


@settings(deadline=None)
@given(st.dictionaries(st.sampled_from(list(vars(Choice()))), JUNK))
def test_what_a_browser_tells_is_taken_only_where_it_can_be_a_choice(told: dict[str, Any]) -> None:
    """Numbers that are none, lists for words, columns beyond all: what was wanted before holds."""
    before = Choice(selected="x", baseline=2, view="matrix", metric="RR", k=5)
    found = choosing.read(told, before)
    assert isinstance(found.selected, str) and isinstance(found.gains, bool) and isinstance(found.movers, bool)
    assert found.view == before.view or found.view == told["view"]
    assert found.metric == before.metric or found.metric == told["metric"]
    for number in (found.baseline, found.k, *found.hidden):
        assert type(number) is int and 0 <= number <= 1_000


# Links


def test_a_link_opens_the_same_view_of_the_same_run_and_asks_nobody(provider: Provider, folder: Path) -> None:
    """Baseline and sentence, lanes, inputs and orders; it says that it is a replay. It is kept without keys."""
    provider.script(Judging({"loudly": 3, "bark": 2}))
    texts = [document["content"] for document in ANIMALS]
    app = ran(asking(provider, "who barks", texts, "listwise reasons=false model=openai:gpt-4o name=judge", "bm25"))
    chosen(app, BASELINE, at=0)
    panel(app, "Share and export").button(key="make_link").click().run()
    address = urlsplit(next(code.value for code in app.code if "?run=" in code.value))
    link = dict(parse_qsl(address.query))
    assert link["baseline"] == "1"
    asked = len(provider.journal)

    there = linked(link.pop("run"), **link)
    assert not there.exception
    assert len(provider.journal) == asked
    assert lanes(there) == lanes(app)
    assert there.text_area(key="query").value == "who barks"
    assert there.session_state.shown.task == app.session_state.shown.task
    assert comparison(there) == {**comparison(app), "token": comparison(there)["token"]}
    assert "against judge" in sentence(there)
    assert "nothing was asked now" in said(there.caption)
    held = b"".join(file.read_bytes() for file in folder.glob("playground.sqlite*"))
    assert b"who barks" in held and b"sk-test" not in held


def test_every_part_of_the_view_is_opened(record: Record, folder: Path) -> None:
    """What is selected, the view, the metric, how many places, gains, movers and what is hidden."""
    choice = Choice(selected="7", baseline=2, view="matrix", metric="P@1", k=2, gains=True, movers=True, hidden=(0, 1))
    app = linked(saved(record, folder), **choosing.in_words(choice))
    assert Choice(**{**comparison(app)["choice"], "hidden": tuple(comparison(app)["choice"]["hidden"])}) == choice


def test_a_run_that_was_opened_can_be_checked(record: Record, folder: Path) -> None:
    """The inputs are the run's own, down to spaces, metadata, a retriever's scores and a domain of one's own; checks
    that it brought along are counted on, and saved with it again."""
    app = linked(saved(record, folder))
    assert offers(app, "reversed")
    app.button(key="reversed").click().run()
    settled(app)
    assert trust(app)["my words"]["τ to reversed input"] == 1
    assert not app.session_state.shown.saved, "the link is to the run without the check"
    panel(app, "Share and export").button(key="make_link").click().run()

    there = linked(app.session_state.shown.saved)
    assert trust(there)["my words"]["τ to reversed input"] == 1
    there.button(key="reversed").click().run()
    settled(there)
    assert [check.number for check in there.session_state.shown.outcome.record.checks] == [1, 2]


def test_a_run_of_a_sample_comes_back_with_its_own_query_and_grades(folder: Path) -> None:
    """The sample is chosen again where its grades are untouched; changed ones are the visitor's and stay."""
    app = opened("bm25")
    app.toggle(key="explain").set_value(False).run()
    app.text_area(key="query").set_value("may a tenant move out").run()
    asked = ran(app).session_state.shown.outcome.record
    there = linked(saved(asked, folder))
    assert there.segmented_control(key="source").value == "Sample"
    assert there.text_area(key="query").value == "may a tenant move out"
    assert not graded(there) and offers(there, "reversed")

    changed = replace(asked, qrels={"d1": 3})
    there = linked(saved(changed, folder))
    assert there.text_area(key="query").value == "may a tenant move out"
    assert graded(there) and offers(there, "reversed") and not there.warning
    there.toggle(key="explain").set_value(False).run()
    assert ran(there).session_state.shown.qrels == {"d1": 3}


@pytest.mark.parametrize("id", ["f" * 16, "../../etc/passwd", "", "x" * 9_999])
def test_a_link_to_no_run_says_so_and_the_page_can_be_used(id: str) -> None:
    """The complaint goes with the first run."""
    app = linked(id)
    assert not app.exception
    assert "There is no saved run of this id" in said(app.error)
    app.session_state.columns = app.session_state.columns[:1]
    app.toggle(key="explain").set_value(False).run()
    assert not ran(app).error
    assert "The top result changed in" in sentence(app)


def test_a_run_that_cannot_be_saved_says_so_and_stays(folder: Path) -> None:
    """A folder stands where the database should be."""
    app = opened("bm25")
    app.toggle(key="explain").set_value(False).run()
    ran(app)
    (folder / "playground.sqlite").mkdir()
    panel(app, "Share and export").button(key="make_link").click().run()
    assert "The database can't be used" in said(app.error)
    assert not any("?run=" in code.value for code in app.code)


# Records


def test_a_broken_record_says_what_is_wrong_and_loses_nothing(record: Record) -> None:
    """The comparison, the lanes and the query stand; a sound record is opened afterwards."""
    app = opened("bm25 name=mine")
    app.toggle(key="explain").set_value(False).run()
    drawn = comparison(ran(app))
    uploaded(app, runs.dump(record)[:-200])
    assert "run.json is not JSON" in said(app.error)
    assert comparison(app) == drawn and [made.name for made in lanes(app)] == ["mine"]
    uploaded(app, "[]")
    assert "run.json is not a run record" in said(app.error)
    uploaded(app, runs.dump(record))
    assert not app.error
    assert [made.name for made in lanes(app)] == ["bm25", "my words"]
    assert app.text_area(key="query").value == "who barks"
    assert [column["name"] for column in comparison(app)["columns"]] == ["Input", "bm25", "my words", "Ideal"]


def test_a_record_with_a_lane_that_cannot_be_built_here_is_shown_without_its_lanes(record: Record) -> None:
    """The comparison is whole; the page's lanes stay; there is nothing to check it with."""
    strange, known = record.lanes
    app = opened("bm25 name=mine")
    app.toggle(key="explain").set_value(False).run()
    ran(app)
    uploaded(app, runs.dump(replace(record, lanes=(replace(strange, words="gone keep=3"), known))))
    assert [column["name"] for column in comparison(app)["columns"]] == ["Input", "bm25", "my words", "Ideal"]
    assert [made.name for made in lanes(app)] == ["mine"]
    assert app.text_area(key="query").value == "who barks"
    assert not offers(app, "reversed") and not offers(app, "again")


def test_a_record_is_never_read_as_a_way_to_this_machines_files(record: Record, folder: Path) -> None:
    """A lane whose prompt names a file isn't built: its text would be shown, and sent to a model."""
    words = "listwise model=openai:gpt-4o prompt=@/etc/hostname"
    lane = replace(record.lanes[0], words=words)
    app = linked(saved(replace(record, lanes=(lane, record.lanes[1])), folder))
    assert not app.exception and not app.error
    assert all("hostname" not in made.words for made in lanes(app))


# Files


def files(record: Record) -> dict[str, str]:
    """Every file that is offered, made."""
    return {name: make() for _, name, _, make in share.files(record)}


def test_every_file_that_is_offered_can_be_made_and_holds_the_run(record: Record) -> None:
    """A report, the record itself, a table, a TREC run with grades, and the documents as a query set."""
    found = files(record)
    assert set(found) == {"report.html", "run.json", "rankings.csv", "run.trec", "qrels.trec", "documents.jsonl"}
    assert found["report.html"].startswith("<!doctype html>") and "who barks" in found["report.html"]
    assert runs.load(found["run.json"]) == record
    assert len(found["rankings.csv"].splitlines()) == 1 + 2 * len(ANIMALS)
    assert len(found["run.trec"].splitlines()) == 2 * len(ANIMALS)
    assert found["qrels.trec"] == "q1 0 dog 3\nq1 0 cat 0\n"
    (example,) = read_examples(found["documents.jsonl"].encode(), "documents.jsonl")
    assert (example.query, example.documents) == (record.task.query, record.task.documents)


def test_a_file_that_would_hold_nothing_is_not_offered() -> None:
    """Grades where there are none; a TREC run where no lane came to a ranking."""
    ungraded = made("bm25", qrels={})
    assert "qrels.trec" not in files(ungraded) and "run.trec" in files(ungraded)
    for nothing in (made("pointwise model=openai:gpt-4o"), looked_at({"mute": "ABC"}).record):
        assert "run.trec" not in files(nothing) and "report.html" in files(nothing)


def test_words_that_no_command_line_can_carry_leave_the_rest_of_the_panel(record: Record, folder: Path) -> None:
    """A bell in a lane's name: the panel says so and shows the Python."""
    lane = replace(record.lanes[0], words="bm25 name='ring\a'")
    app = panel(linked(saved(replace(record, lanes=(lane, record.lanes[1])), folder)), "Share and export")
    assert not app.exception
    assert "control characters" in said(app.info)
    assert any("from playground import" in code.value for code in app.code)


# Grades


def graded(app: AppTest) -> bool:
    """Whether the last run has human grades."""
    return [column["name"] for column in comparison(app)["columns"]][-1] == "Ideal"


def edited(app: AppTest, change: Any) -> AppTest:
    """The page with its documents changed, as the table hands them over when another source was looked at."""
    source = app.session_state.sources["Sample"]
    app.session_state.sources["Sample"] = replace(
        source, base=change(source.latest.copy()), latest=None, generation=source.generation + 1
    )
    return app.run()


def test_grades_count_for_their_own_query_only() -> None:
    """Another query drops them with a word, also with a document less; with a grade changed they are one's own and
    count again, and so they do with the query as it was."""
    app = opened("bm25")
    app.toggle(key="explain").set_value(False).run()
    query = app.text_area(key="query").value
    assert graded(ran(app)) and not app.warning
    app.text_area(key="query").set_value("what is mould made of").run()
    assert "grades belong to its own query" in said(app.warning)
    assert not graded(ran(app))
    edited(app, lambda table: table.iloc[1:])
    assert "grades belong to its own query" in said(app.warning)
    assert not graded(ran(app))

    def regraded(table: Any) -> Any:
        table.loc[table.index[0], "grade"] = (int(table["grade"].iloc[0]) + 1) % 4
        return table

    edited(app, regraded)
    assert not app.warning
    assert graded(ran(app))
    app.text_area(key="query").set_value(query).run()
    assert graded(ran(app))


def test_metadata_may_be_called_anything() -> None:
    """A name that the table has for something else is left out with a word; the document's own fields are untouched."""
    app = opened("bm25")
    app.segmented_control(key="source").set_value("Upload").run()
    document = {"id": "a", "content": "dogs bark", "metadata": {"grade": "A", "content": "x", "year": "1999"}}
    file = json.dumps([document, {"id": "b", "content": "cats"}]).encode()
    app.file_uploader(key="uploaded").set_value(("a.json", file, "application/json")).run()
    assert not app.exception
    assert "Metadata left out, its name being that of a field: grade, content." in said(app.warning)
    app.toggle(key="explain").set_value(False).run()
    first, second = ran(app).session_state.shown.task.documents
    assert (first.content, dict(first.metadata), dict(second.metadata)) == ("dogs bark", {"year": "1999"}, {})
    assert not graded(app)
