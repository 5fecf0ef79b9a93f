"""The Judge page: documents come blind, grades are kept as they are given, and agreement is shown afterwards."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import TextInput

from playground import compare
from playground.models import Access
from playground.runs import Record
from playground.store import Label, Store, url
from tests.pages.driving import asking, linked, opened, panel, ran, said, settled, surroundings
from tests.pages.judging import Judging
from tests.provider import Provider, Say
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
    asking_anew(app).text_input(key="judge_grader").set_value(name)
    return press(app, "Begin")


def asking_anew(app: AppTest) -> AppTest:
    """The page where it asks who grades what."""
    return press(app, "Change") if any(button.key == "judge_change" for button in app.button) else app


def note(app: AppTest) -> TextInput:
    """The field beside the document that is shown."""
    return next(field for field in app.text_input if (field.key or "").startswith("judge_note"))


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


def with_texts(record: Record, *texts: str) -> Record:
    """The run as if it had been made of these documents, at another time."""
    task = record.task
    documents = tuple(replace(each, content=text) for each, text in zip(task.documents, texts, strict=True))
    return replace(record, task=replace(task, documents=documents), made="2026-05-06T07:08:09+00:00")


def with_query(record: Record, query: str) -> Record:
    return replace(record, task=replace(record.task, query=query))


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
    note(app).set_value("sure").run()
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


def test_skipped_documents_come_once_more_when_all_are_done(app: AppTest, folder: Path) -> None:
    """These only, with the note that was made; in another session too. Undo takes back what is said then, and the note
    stands there again."""
    named(app, "Ann")
    skipped = text(app)
    note(app).set_value("later").run()
    press(app, "Skip")
    assert not any(button.key == "judge_skipped" for button in app.button)
    graded(app)
    press(app, "Grade the skipped one")
    assert text(app) == skipped and app.get("progress")[0].proto.text == "2 of 3 done" and not app.dataframe
    assert note(app).value == "later"
    again = opened("bm25")
    again.session_state.shown = app.session_state.shown
    assert text(named(judging(again), "Ann")) == skipped
    assert again.button(key="judge_undo").disabled  # what is left was said in the other session
    press(press(app, "2 ·"), "Undo")
    assert text(app) == skipped and len(kept(folder)) == 2
    press(app, "2 ·")
    assert not text(app) and [label.note for label in kept(folder)][-1] == "later"


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


def test_of_a_document_that_somebody_has_not_graded_nothing_is_shown(app: AppTest) -> None:
    """Neither once the few that they asked for are done nor when they skip the rest: all of these may still come."""
    graded(named(app, "Ann"))
    named(app, "Bob")
    asking_anew(app).number_input(key="judge_most").set_value(1)
    press(app, "Begin")
    other = 3 - BEST[text(app)]
    press(app, f"{other} ·")
    assert {people: n for people, (_, n) in kappas(app).items()} == {
        ("Ann", "Bob"): 1,
        ("Ann", "lane Grades"): 1,
        ("Bob", "lane Grades"): 1,
    }
    asking_anew(app).number_input(key="judge_most").set_value(None)
    press(app, "Begin")
    assert text(app) and not app.dataframe
    press(press(app, "Skip"), "Skip")
    assert {n for _, n in kappas(app).values()} == {1} and "n = 1 document" in said(app.markdown)
    assert "1 document, " in said(app.caption) and said(app.markdown).count("Ann: ") == 1
    app.selectbox(key="judge_whose").set_value("Ann").run()
    press(app, "Use these grades")
    assert len(app.session_state.shown.outcome.qrels) == 1


def test_who_skips_everything_sees_nobodys_grades(app: AppTest) -> None:
    """They can be asked for all of it again."""
    graded(named(app, "Ann"))
    named(app, "Bob")
    while text(app):
        press(app, "Skip")
    assert "You skipped every document" in said(app.info) and not app.dataframe
    assert "Ann" not in said([*app.markdown, *app.caption, *app.info])


def other_session(app: AppTest) -> AppTest:
    """The same run before somebody else."""
    other = opened("bm25")
    other.session_state.shown = app.session_state.shown
    return judging(other)


def test_a_name_that_was_taken_before_is_told_once_its_grades_are_not_this_sessions(app: AppTest) -> None:
    """Whether they were there at the start or came meanwhile; not to who gave them, nor under another name."""
    told = "If that wasn't you, take another name."
    press(named(app, "Ann"), "1 ·")
    other = named(other_session(app), "Ann")
    assert f"Ann has graded 1 of these. {told}" in said(other.info)
    press(press(other, "1 ·"), "Skip")
    assert f"Ann has graded 1 of these. {told}" in said(other.info)
    assert f"Ann has graded 1 of these. {told}" in said(app.run().info)
    assert told not in said(named(app, "Bob").info)


def test_undo_takes_back_what_this_session_said_and_nobody_elses(app: AppTest, folder: Path) -> None:
    """Though they grade under the same name, and later; after another grader's turn in the same session, too."""
    press(named(app, "Ann"), "1 ·")
    first = kept(folder)[0].document
    other = named(other_session(app), "Ann")
    assert other.button(key="judge_undo").disabled
    press(other, "2 ·")
    press(named(app, "Bob"), "3 ·")
    press(named(app, "Ann"), "Undo")
    assert [(label.grader, label.grade) for label in kept(folder)] == [("Ann", 2), ("Bob", 3)]
    assert first not in [label.document for label in kept(folder) if label.grader == "Ann"]
    assert app.button(key="judge_undo").disabled


def test_a_grade_that_another_session_changed_is_not_undone(app: AppTest, folder: Path) -> None:
    """It is said, once."""
    named(app, "Ann")
    other = named(other_session(app), "Ann")
    assert text(app) == text(other)
    press(app, "1 ·")
    press(other, "2 ·")
    press(app, "Undo")
    assert "changed in another session" in said(app.error)
    assert [label.grade for label in kept(folder)] == [2]
    assert not app.run().error and app.button(key="judge_undo").disabled


def test_disagreements_stand_beside_the_lanes_reasons(app: AppTest) -> None:
    """The dog, 3 grades apart, with everybody's grade and what the model said of it."""
    graded(named(app, "Ann"))
    graded(named(app, "Bob"), dogs=0)
    assert "1 document, 1 of them 2 grades apart or more" in said(app.caption)
    written = said(app.markdown)
    assert "Ann: 3 · Bob: 0 · lane Grades: 3" in written
    assert "Grades: The reason of a model." in written


def again(app: AppTest, grade: int) -> AppTest:
    """Another grade for the first document in dispute."""
    next(button for button in app.button if (button.key or "").startswith(f"judge_again_{grade}_")).click().run()
    assert not app.exception
    return app


def test_every_persons_note_stands_beside_their_grade_in_a_disagreement(app: AppTest) -> None:
    """As it was written."""
    for grader, grade, written in (("Ann", 3, "it *does* bark"), ("Bob", 0, "")):
        named(app, grader)
        while shown := text(app):
            if shown == "dogs bark":
                note(app).set_value(written).run()
            press(app, f"{grade if shown == 'dogs bark' else BEST[shown]} ·")
    assert "Ann: 3 “it *does* bark” · Bob: 0 · lane Grades: 3" in said(app.markdown)


def test_a_disagreement_is_settled_where_it_stands_and_undone_there(app: AppTest, folder: Path) -> None:
    """The grade is the grader's own, in place of the first and with its note; undone, the first one stands again."""
    graded(named(app, "Ann"))
    named(app, "Bob")
    while shown := text(app):
        note(app).set_value("heard none").run()
        press(app, "0 ·" if shown == "dogs bark" else f"{BEST[shown]} ·")
    before = kept(folder)
    again(app, 2)
    assert "Ann: 3 · Bob: 2 “heard none” · lane Grades: 3" in said(app.markdown)
    again(app, 3)
    assert "Nobody disagrees" in said(app.caption) and kappas(app)["Ann", "Bob"] == ("1.00", 3)
    assert ("Bob", 3, "heard none") in [(label.grader, label.grade, label.note) for label in kept(folder)]
    press(press(app, "Undo"), "Undo")
    assert "Ann: 3 · Bob: 0 “heard none” · lane Grades: 3" in said(app.markdown)
    assert sorted(kept(folder), key=str) == sorted(before, key=str)


def test_with_one_grader_nothing_is_said_of_what_was_graded_twice(app: AppTest) -> None:
    """Nothing was, but by a lane."""
    graded(named(app, "Ann"))
    assert "Only one person has graded" in said(app.caption) and "graded twice" not in said(app.caption)


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


def test_used_grades_stand_beside_the_documents_so_that_the_next_run_has_them(app: AppTest) -> None:
    """Run again, it is measured."""
    graded(named(app, "Ann"))
    press(app, "Use these grades")
    assert "and beside its documents" in said(app.success)
    app.switch_page("pages/playground.py").run()
    before = app.session_state.shown
    ran(app)
    assert not app.exception and app.session_state.shown is not before
    assert app.session_state.shown.outcome.qrels == {"d1": 0, "d2": 3, "d3": 1}
    metrics = next(frame.value for frame in panel(app, "Tables").dataframe if "nDCG@10" in frame.value.columns)
    assert metrics["nDCG@10"].notna().all()


@pytest.mark.parametrize(("field", "changed"), [("query", "who moos"), ("pasted", "cats hiss\ndogs bark\ncows moo")])
def test_inputs_that_are_no_longer_the_runs_keep_their_own_grades(app: AppTest, field: str, changed: str) -> None:
    """Whether the query was changed or a document; and it is said."""
    app.switch_page("pages/playground.py").run()
    app.text_area(key=field).set_value(changed).run()
    graded(named(judging(app), "Ann"))
    press(app, "Use these grades")
    assert app.session_state.shown.outcome.qrels and "they keep their own grades" in said(app.success)
    app.switch_page("pages/playground.py").run()
    assert not ran(app).exception
    assert app.session_state.shown.outcome.qrels == {}


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


def test_grades_that_came_in_are_counted_and_the_file_s_query_is_named(app: AppTest) -> None:
    """Said once; with how many of them nobody is asked for here."""
    named(app, "Ann")
    file = ("g.trec", b"other 0 d1 0\nother 0 d2 3\nother 0 d3 2\n", "text/plain")
    app.file_uploader(key="judge_file").set_value(file).run()
    assert '3 grades of query id "other" taken over as grades of this run\'s query.' in said(app.success)
    assert not app.run().success
    asking_anew(app).number_input(key="judge_depth").set_value(1)
    press(app, "Begin")
    app.file_uploader(key="judge_file").set_value(("h.trec", *file[1:])).run()
    assert "1 of them of documents that nobody is asked for here" in said(app.success)


def test_a_grade_that_came_in_over_another_one_is_undone_to_it(app: AppTest, folder: Path) -> None:
    """One at a time."""
    graded(named(app, "Ann"))
    app.file_uploader(key="judge_file").set_value(("g.trec", b"q1 0 d2 0\n", "text/plain")).run()
    assert {label.document: label.grade for label in kept(folder)}["d2"] == 0
    press(app, "Undo")
    assert {label.document: label.grade for label in kept(folder)}["d2"] == 3


def test_few_documents_are_graded_where_few_are_wanted(app: AppTest) -> None:
    """The first of every lane and of the input alone."""
    named(app, "Ann")
    asking_anew(app).number_input(key="judge_depth").set_value(1)
    press(app, "Begin")
    assert app.get("progress")[0].proto.text == "0 of 2 done"
    asking_anew(app).number_input(key="judge_most").set_value(1)
    press(app, "Begin")
    assert app.get("progress")[0].proto.text == "0 of 1 done"


def test_saved_runs_of_the_same_query_are_pooled_and_nothing_else_is_offered(app: AppTest, folder: Path) -> None:
    """Documents of one id and another text are two; the lanes of both runs are compared, told apart by their run; what
    is used is what the Playground's run has."""
    record = replace(app.session_state.shown.outcome.record, made="2026-01-02T03:04:05+00:00")
    other = with_texts(record, "cats purr", "dogs whine", "owls hoot")
    ids = [saved(each, folder) for each in (record, other, with_query(record, "who barks at night"))]
    app = named(judging(linked(ids[0])), "Ann")
    assert app.get("progress")[0].proto.text == "0 of 3 done"
    assert len(asking_anew(app).multiselect(key="judge_runs").options) == 1
    app.multiselect(key="judge_runs").set_value([ids[1]])
    press(app, "Begin")
    assert app.get("progress")[0].proto.text == "0 of 5 done"
    seen = []
    while shown := text(app):
        seen.append(shown)
        press(app, "3 ·" if shown == "dogs whine" else f"{BEST.get(shown, 0)} ·")
    assert sorted(seen) == sorted([*TEXTS, "dogs whine", "owls hoot"])
    assert {lane: n for (_, lane), (_, n) in kappas(app).items()} == {
        "lane Grades (run of 2026-01-02 03:04)": 3,
        "lane Grades (run of 2026-05-06 07:08)": 3,
    }
    assert "Ann: 0 · lane Grades (run of 2026-05-06 07:08): 1" in said(app.markdown)
    assert "Grades (run of 2026-05-06 07:08): The reason of a model." in said(app.markdown)
    press(app, "Use these grades")
    assert app.session_state.shown.outcome.qrels == {"d1": 0, "d2": 3, "d3": 1}
    assert len(asking_anew(app).multiselect(key="judge_runs").options) == 1  # the run itself is not offered now


def test_in_shared_mode_all_who_open_a_runs_link_grade_together(app: AppTest, folder: Path) -> None:
    """Two visitors' grades meet, blind as anywhere; those of another run are not seen, nor is anything of theirs by
    whoever opens that one. Used, they are still there."""
    record = app.session_state.shown.outcome.record
    id, other = saved(record, folder), saved(record, folder)
    with surroundings(PLAYGROUND_MODE="shared"):
        ann = graded(named(judging(linked(id)), "Ann"))
        assert "all who open the link of this run grade it together" in said(ann.caption)
        bob = named(judging(linked(id)), "Bob")
        assert text(bob) and not bob.dataframe
        graded(bob, dogs=0)
        assert ann.session_state.visitor != bob.session_state.visitor
        assert kappas(bob)["Ann", "Bob"][1] == 3
        assert {people for people, _ in kappas(ann.run())} == {"Ann", "Bob"}
        eve = graded(named(judging(linked(other)), "Eve"))
        assert set(kappas(eve)) == {("Eve", "lane Grades")}
        assert text(named(judging(linked(other)), "Ann"))
        press(bob, "Use these grades")
        assert bob.session_state.shown.saved == "" and ("Ann", "Bob") in kappas(bob.run())
    assert kept(folder) == []


def test_a_saved_run_that_was_completed_is_another_run(provider: Provider, folder: Path) -> None:
    """The grades that are given together to the saved one are not its; those of a run that was checked are."""
    provider.script(Judging(words=WORTH))
    provider.script(Say(status=400), Judging(words=WORTH), about="dogs bark")
    lane = "pointwise model=openai:gpt-4o"
    id = saved(compare("who barks", TEXTS, [lane], access=provider.access()).record, folder)
    with surroundings(PLAYGROUND_MODE="shared"):
        app = linked(id)
        app.session_state.typed_keys = dict(provider.access().keys)
        app.session_state.typed_urls = dict(provider.access().base_urls)
        app.session_state.explain = False
        together = "grade it together"
        graded(named(judging(app), "Ann"))
        assert together in said(app.caption)
        app.switch_page("pages/playground.py").run()
        app.button(key="reversed").click().run()
        settled(app)
        assert together in said(judging(app).caption) and not text(app)
        app.switch_page("pages/playground.py").run()
        ran(app, "missing")
        assert "Save the run first" in said(judging(app).caption) and together not in said(app.caption)
        assert text(app)


def test_in_shared_mode_a_run_is_graded_together_once_it_is_saved_and_no_more_once_it_is_deleted(
    provider: Provider,
) -> None:
    """By whoever saved it, too."""
    with surroundings(PLAYGROUND_MODE="shared"):
        app = ran(asking(provider, "who barks", TEXTS, "bm25"))
        panel(app, "Share and export").button(key="make_link").click().run()
        id = app.session_state.shown.saved
        assert "grade it together" in said(judging(app).caption)
        app.switch_page("pages/runs.py").run()
        app.button(key=f"run_delete_{id}").click().run()
        app.button(key=f"run_deleted_{id}").click().run()
        assert "Save the run first" in said(judging(app).caption)


def test_in_shared_mode_the_grades_of_a_run_that_is_not_saved_are_the_visitors_alone(provider: Provider) -> None:
    """And it is said how to grade together."""
    with surroundings(PLAYGROUND_MODE="shared"):
        one = graded(named(judging(ran(asking(provider, "who barks", TEXTS, "bm25"))), "Ann"))
        assert "Save the run first and pass its link on" in said(one.caption)
        other = opened("bm25")
        other.session_state.shown = one.session_state.shown
        assert text(named(judging(other), "Ann"))


def test_text_is_shown_as_it_is_written(provider: Provider) -> None:
    """No markup, whatever a document holds."""
    hostile = "[link](http://evil.example) :red[*x*] <b>$a$</b>"
    app = named(judging(ran(asking(provider, "who", [hostile], "bm25"))), "Ann")
    assert text(app) == hostile


def test_a_page_without_a_run_says_where_to_get_one() -> None:
    app = opened("bm25")
    assert "no run to judge" in said(judging(app).info)
