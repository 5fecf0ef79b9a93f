"""The Judge page: documents come blind, grades are kept as they are given, and agreement is shown afterwards."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from playground.models import Access
from playground.store import Label, Store, url
from tests.pages.driving import asking, linked, opened, panel, ran, said, surroundings
from tests.pages.judging import Judging
from tests.provider import Provider
from tests.saving import saved

PAGE = "pages/judge.py"
TEXTS = ["cats purr", "dogs bark", "cows moo"]
WORTH = {"purr": 0, "bark": 9, "moo": 5}
BEST = {"cats purr": 0, "dogs bark": 3, "cows moo": 1}


@pytest.fixture(autouse=True)
def folder(tmp_path: Path) -> Iterator[Path]:
    """Labels are kept here, for this test."""
    with surroundings(PLAYGROUND_CACHE_DIR=str(tmp_path), PLAYGROUND_REPLIES="off"):
        yield tmp_path


@pytest.fixture
def app(provider: Provider) -> AppTest:
    """The Judge page with a finished run of a lane that grades."""
    provider.script(Judging(words=WORTH))
    words = ("pointwise model=openai:gpt-4o name=Grades", "bm25 name=Words")
    app = ran(asking(provider, "who barks", TEXTS, *words))
    return judging(app)


def judging(app: AppTest) -> AppTest:
    app.switch_page(PAGE).run()
    assert not app.exception
    return app


def named(app: AppTest, name: str) -> AppTest:
    app.text_input(key="judge_grader").set_value(name).run()
    assert not app.exception
    return app


def text(app: AppTest) -> str:
    """The document that is shown; "" where none is."""
    return str(app.text[0].value) if any((b.key or "").startswith("judge_0_") for b in app.button) else ""


def press(app: AppTest, what: str) -> AppTest:
    """A grade's button or another one's, by how its label begins."""
    next(button for button in app.button if button.label.startswith(what)).click().run()
    assert not app.exception
    return app


def graded(app: AppTest, **other: int) -> AppTest:
    """The page after every document got its best grade, or this other one by its animal."""
    while shown := text(app):
        press(app, f"{other.get(shown.split()[0], BEST[shown])} ·")
    return app


def kept(folder: Path) -> list[Label]:
    with closing(Store(url(Access.from_env({"PLAYGROUND_CACHE_DIR": str(folder)}), {}))) as store:
        return store.labels()


def kappas(app: AppTest) -> dict[tuple[str, str], tuple[str, int]]:
    frame = next(frame.value for frame in app.dataframe if "weighted κ" in frame.value.columns)
    return {(row["person"], row["and"]): (row["weighted κ"], row["n"]) for row in frame.to_dict("records")}


def test_nothing_is_shown_before_somebody_says_who_they_are_and_then_neither_lane_nor_rank(app: AppTest) -> None:
    """One document, its text, four grades and what they mean."""
    assert not text(app)
    named(app, "Ann")
    assert text(app) in TEXTS
    everything = said([*app.markdown, *app.caption, *app.text]) + " ".join(button.label for button in app.button)
    assert "Grades" not in everything.replace("Grades are kept", "") and "Words" not in everything
    assert "3 · answers it" in everything and "who barks" in everything


def test_a_grade_is_kept_at_once_with_its_note_and_the_next_document_comes(app: AppTest, folder: Path) -> None:
    """Under the grader's name."""
    named(app, "Ann")
    first = text(app)
    next(field for field in app.text_input if (field.key or "").startswith("judge_note")).set_value("sure").run()
    press(app, "2 ·")
    (label,) = kept(folder)
    assert (label.query, label.grade, label.grader, label.note) == ("who barks", 2, "Ann", "sure")
    assert text(app) != first and app.get("progress")[0].proto.text.startswith("1 of 3 done")


def test_undo_takes_back_the_last_one_and_a_skipped_one_counts_as_done(app: AppTest, folder: Path) -> None:
    """Undone, the document is there again; there is nothing to undo at first."""
    named(app, "Ann")
    first = text(app)
    assert app.button(key="judge_undo").disabled
    press(app, "Skip")
    assert "1 of them skipped" in app.get("progress")[0].proto.text
    press(app, "Undo")
    assert text(app) == first and not kept(folder) and app.button(key="judge_undo").disabled


def test_who_comes_back_goes_on_where_they_stopped(app: AppTest, provider: Provider) -> None:
    """Also in another session, in the same order."""
    named(app, "Ann")
    press(app, "1 ·")
    second = text(app)
    again = opened("bm25")
    again.session_state.shown = app.session_state.shown
    named(judging(again), "Ann")
    assert text(again) == second and again.get("progress")[0].proto.text.startswith("1 of 3 done")


def test_a_second_grader_sees_nothing_of_the_first_until_they_are_through(app: AppTest) -> None:
    """Not even kappa. Then it is there with its n, of people and of people and the lane that graded."""
    graded(named(app, "Ann"))
    assert kappas(app) == {("Ann", "lane Grades"): ("1.00", 3)}
    named(app, "Bob")
    assert text(app) and not app.dataframe and "Ann" not in said([*app.markdown, *app.caption])
    graded(app, dogs=0)
    found = kappas(app)
    assert found["Ann", "Bob"][1] == 3 and found["Ann", "Bob"][0] != "1.00"
    assert set(found) == {("Ann", "Bob"), ("Ann", "lane Grades"), ("Bob", "lane Grades")}
    table = next(frame.value for frame in app.dataframe if "Bob: 0" in frame.value.columns)
    assert table.loc["Ann: 3", "Bob: 0"] == 1
    assert "Krippendorff's alpha" in said(app.markdown) and "n = 3 documents, 2 graders" in said(app.markdown)


def test_disagreements_stand_beside_the_lanes_reasons(app: AppTest) -> None:
    """The dog, 3 grades apart, with everybody's grade and what the model said of it."""
    graded(named(app, "Ann"))
    graded(named(app, "Bob"), dogs=0)
    assert "1 document, 1 of them 2 grades apart or more" in said(app.caption)
    written = said(app.markdown)
    assert "Ann: 3 · Bob: 0 · lane Grades: 3" in written
    assert "Grades: The reason of a model." in written


def test_used_grades_bring_metrics_to_the_playground(app: AppTest) -> None:
    """The run had none before; now its ideal order is drawn."""
    assert not app.session_state.shown.outcome.qrels
    graded(named(app, "Ann"))
    press(app, "Use these grades")
    assert app.session_state.shown.outcome.qrels == {"d1": 0, "d2": 3, "d3": 1}
    assert len(app.session_state.shown.outcome.orders) == 4
    app.switch_page("pages/playground.py").run()
    assert not app.exception
    metrics = next(frame.value for frame in panel(app, "Tables").dataframe if "nDCG@10" in frame.value.columns)
    assert metrics["nDCG@10"].notna().all()


def test_used_grades_go_into_an_opened_run_too(app: AppTest, folder: Path) -> None:
    """The median of several graders, by choice; it is not the saved run any more."""
    id = saved(app.session_state.shown.outcome.record, folder)
    other = judging(linked(id))
    graded(named(other, "Ann"))
    graded(named(other, "Bob"), dogs=0)
    other.selectbox(key="judge_whose").set_value("Median of 2 graders").run()
    press(other, "Use these grades")
    assert other.session_state.shown.run.qrels == {"d1": 0, "d2": 0, "d3": 1}
    assert other.session_state.shown.saved == ""


def test_grades_come_in_from_qrels_and_a_wrong_file_is_refused(app: AppTest, folder: Path) -> None:
    """As the grader's own; nothing of a file that names another document."""
    named(app, "Ann")
    app.file_uploader(key="judge_file").set_value(("g.trec", b"q1 0 d1 0\nq1 0 nobody 3\n", "text/plain")).run()
    assert "no document 'nobody'" in said(app.error) and not kept(folder)
    app.file_uploader(key="judge_file").set_value(("h.trec", b"q1 0 d1 0\nq1 0 d2 3\nq1 0 d3 2\n", "text/plain")).run()
    assert not app.error and [label.grade for label in kept(folder)] == [0, 3, 2]
    assert not text(app) and kappas(app)


def test_few_documents_are_graded_where_few_are_wanted(app: AppTest) -> None:
    """The first of every lane and of the input alone."""
    named(app, "Ann")
    app.number_input(key="judge_depth").set_value(1).run()
    assert app.get("progress")[0].proto.text == "0 of 2 done"
    app.number_input(key="judge_most").set_value(1).run()
    assert app.get("progress")[0].proto.text == "0 of 1 done"


def test_text_is_shown_as_it_is_written(provider: Provider) -> None:
    """No markup, whatever a document holds."""
    hostile = "[link](http://evil.example) :red[*x*] <b>$a$</b>"
    app = named(judging(ran(asking(provider, "who", [hostile], "bm25"))), "Ann")
    assert text(app) == hostile


def test_a_page_without_a_run_says_where_to_get_one() -> None:
    app = opened("bm25")
    assert "no run to judge" in said(judging(app).info)
