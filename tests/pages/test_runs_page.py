"""The Runs page: what was saved is found, opened, noted, compared, deleted and brought in from a file."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from playground import runs
from playground.checks import Check
from playground.domains import custom
from playground.facade import compare
from playground.live import LiveRun
from playground.models import Access
from playground.runs import LaneWords, Record
from playground.store import Store, url
from playground.ui.literal import literal
from playground.ui.shown import Shown
from tests.pages.driving import APP, board, comparison, lanes, linked, offers, opened, panel, ran, said, surroundings
from tests.provider import Answer, Hang, Provider, Say
from tests.saving import saved

ANIMALS: list[Any] = [{"id": "cat", "content": "cats purr"}, {"id": "dog", "content": "dogs bark"}]
PIRATE = custom("a pirate", "gold\nrum")
SORCERY = LaneWords(name="mine", strategy="sorcery", model="local", words="sorcery model=local")
HOSTILE = "[link](http://evil.example) :red[*x*] $a$"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path) -> Iterator[Path]:
    """Runs are saved here, for this test."""
    with surroundings(PLAYGROUND_CACHE_DIR=str(tmp_path), PLAYGROUND_REPLIES=str(tmp_path / "replies.sqlite")):
        yield tmp_path


@pytest.fixture(scope="module")
def record() -> Record:
    """A run that asked no server."""
    return made("who barks")


def made(query: str, *words: str) -> Record:
    given = words or ("bm25 name='my words'",)
    return compare(query, ANIMALS, given, qrels={"dog": 3}, access=Access(), domain="general").record


def page() -> AppTest:
    """A new session that comes to Runs first."""
    app = AppTest.from_file(str(APP), default_timeout=30).run()
    del app.session_state.begun
    app.session_state.shown = None
    return shown(app)


def shown(app: AppTest) -> AppTest:
    """The same session on the Runs page."""
    app.switch_page("pages/runs.py").run()
    assert not app.exception
    return app


def listed(app: AppTest) -> list[str]:
    """The ids on the page, from the top."""
    return [
        (button.key or "")[len("run_open_") :] for button in app.button if (button.key or "").startswith("run_open")
    ]


def kept(folder: Path) -> Store:
    return Store(url(Access.from_env({"PLAYGROUND_CACHE_DIR": str(folder)}), {}))


def clicked(app: AppTest, key: str) -> AppTest:
    app.button(key=key).click().run()
    assert not app.exception
    return app


def brought_in(app: AppTest, record: Record) -> None:
    file = app.file_uploader(key="runs_file")
    file.set_value(("run.json", runs.dump(record).encode(), "application/json")).run()
    assert not app.exception


def test_nothing_is_kept_that_nobody_asked_for() -> None:
    """A run is listed once it was saved, not before; until then the page says how."""
    app = opened("bm25")
    app.toggle(key="explain").set_value(False).run()
    ran(app)
    assert "Nothing is kept that nobody asked for" in said(shown(app).info) and not listed(app)
    app.switch_page("pages/playground.py").run()
    panel(app, "Share and export").button(key="make_link").click().run()
    id = app.session_state.shown.saved
    assert listed(shown(app)) == [id] and not app.info


def test_a_run_opens_in_a_session_that_never_saw_it(record: Record, folder: Path) -> None:
    """Lanes, query and orders; it says that it is a replay, and the first visit's sample doesn't come in between."""
    id = saved(record, folder)
    app = clicked(page(), f"run_open_{id}")
    assert comparison(app)["columns"][1]["name"] == "my words"
    assert [lane.name for lane in lanes(app)] == ["my words"]
    assert app.text_area(key="query").value == "who barks"
    assert "nothing was asked now" in said(app.caption)
    assert app.session_state.shown.saved == id
    assert offers(app, "reversed")


def test_a_lane_that_failed_before_it_asked_anything_looks_like_one(folder: Path) -> None:
    """Its card's bar is empty, and it took no time; the one beside it is full."""
    id = saved(made("who barks", "bm25", "pointwise model=openai:gpt-4o name=grades"), folder)
    app = clicked(page(), f"run_open_{id}")
    assert [bar.proto.value for bar in app.get("progress")] == [100, 0]
    captions = [said([caption]) for caption in app.caption]
    at = next(at for at, caption in enumerate(captions) if caption.endswith("· failed"))
    assert captions[at : at + 2] == ["0/2 · failed", "$0"]


def test_what_failed_is_asked_for_from_the_list(folder: Path, provider: Provider) -> None:
    """One click opens the run in the Playground and asks the one question that was refused, though no reply was kept,
    and no reasons that the run didn't have; the run in the list stays as it was."""
    provider.script(Say(status=400), Answer('{"grade": 9}'), about="dogs bark")
    with surroundings(PLAYGROUND_REPLIES="off"):
        words = "pointwise model=openai:gpt-4o reasons=false"
        done = compare("who barks", ANIMALS, [words], domain=PIRATE, qrels={"dog": 3}, access=provider.access())
        id, asked = saved(done.record, folder, "before lunch"), len(provider.journal)
        app = page()
        app.session_state.typed_keys = dict(provider.access().keys)
        app.session_state.typed_urls = dict(provider.access().base_urls)
        clicked(app, f"run_complete_{id}")
        app.session_state.shown.live.join(30)
        app.run()
    assert board(app).lanes[0].state == "complete" and len(provider.journal) == asked + 1
    assert app.session_state.shown.task == done.record.task and app.session_state.shown.qrels == {"dog": 3}
    assert [lane.words for lane in lanes(app)] == [words]
    assert not offers(app, "missing") and not app.session_state.shown.saved
    assert kept(folder).run(id) == done.record


@pytest.mark.parametrize("grade", [1, 9])
def test_a_completed_run_keeps_what_was_said_of_it(grade: int, folder: Path, provider: Provider) -> None:
    """Its warnings, and its checks as long as no order changes; the next check of a kind is counted on from there."""
    provider.script(Say(status=400), Answer(f'{{"grade": {grade}}}'), about="dogs bark")
    words = "pointwise model=openai:gpt-4o reasons=false"
    done = compare("who barks", ANIMALS, [words], access=provider.access(), domain="general").record
    check = Check(kind="reversed", number=1, order=("dog", "cat"), events=())
    id = saved(replace(done, warnings=("The text was cut.",), checks=(check,)), folder)
    app = page()
    app.session_state.typed_keys = dict(provider.access().keys)
    app.session_state.typed_urls = dict(provider.access().base_urls)
    clicked(app, f"run_complete_{id}")
    app.session_state.shown.live.join(30)
    current = app.run().session_state.shown
    assert current.board.lanes[0].state == "complete"
    assert current.outcome.record.warnings == ("The text was cut.",)
    assert current.outcome.record.checks == ((check,) if grade == 1 else ())
    assert current.count("reversed") == (1 if grade == 1 else 0)


def test_only_a_run_that_lacks_answers_offers_to_ask_for_them(record: Record, folder: Path) -> None:
    """A run with failed or partial lanes."""
    whole, failed = saved(record, folder), saved(made("who barks", "bm25", "pointwise model=openai:gpt-4o"), folder)
    app = page()
    assert offers(app, f"run_complete_{failed}") and not offers(app, f"run_complete_{whole}")


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"lanes": (SORCERY,)}, "The lane mine can't be built here"),
        ({"schema": runs.SCHEMA + 1}, "was written by a newer version"),
        ({}, "sends text out, and only local lanes are allowed"),
    ],
)
def test_what_stands_in_the_way_of_asking_is_said_at_the_click(
    changed: dict[str, Any], why: str, folder: Path, provider: Provider
) -> None:
    """A lane that can't be built here, a rule that no text goes out, a record that can't be read: nothing is asked or
    opened, and until then the list is drawn as ever."""
    id = saved(replace(made("who barks", "pointwise model=openai:gpt-4o"), **changed), folder)
    app = page()
    app.session_state.typed_keys = dict(provider.access().keys)
    app.session_state.local_only = True
    shown(app)
    assert offers(app, f"run_complete_{id}") and not app.error
    clicked(app, f"run_complete_{id}")
    assert why in said(app.error) and listed(app) == [id]
    assert app.session_state.shown is None and not provider.journal


def test_nothing_is_completed_while_a_run_is_under_way(folder: Path, provider: Provider) -> None:
    """The button says so."""
    record = made("who barks", "pointwise model=openai:gpt-4o")
    id = saved(record, folder)
    provider.script(Hang())
    live = LiveRun(record.task, runs.built(record.lanes), provider.access())
    app = page()
    app.session_state.shown = Shown(run=live, qrels={})
    button = shown(app).button(key=f"run_complete_{id}")
    assert button.disabled and "A run is under way" in button.help
    live.stop()


def test_the_list_is_searched_and_turned_twenty_at_a_time(record: Record, folder: Path) -> None:
    """The last saved first; a search begins on its first page."""
    ids = [saved(record, folder) for _ in range(21)]
    owls = saved(made("who hoots"), folder, "for the owls")
    app = page()
    assert listed(app) == [owls, *ids[:1:-1]]
    assert not app.button(key="runs_older").disabled and app.button(key="runs_newer").disabled
    assert listed(clicked(app, "runs_older")) == [ids[1], ids[0]]
    assert app.button(key="runs_older").disabled
    app.text_input(key="runs_search").set_value("OWLS").run()
    assert listed(app) == [owls]
    app.text_input(key="runs_search").set_value("nothing").run()
    assert not listed(app) and "has all of these words" in said(app.info)


def test_a_note_is_kept_where_it_is_typed(record: Record, folder: Path) -> None:
    """Another session reads it."""
    id = saved(record, folder)
    page().text_input(key=f"run_note_{id}").set_value("with the old prompt").run()
    assert page().text_input(key=f"run_note_{id}").value == "with the old prompt"
    assert kept(folder).runs("old prompt")[0].id == id


def test_a_run_is_deleted_only_once_that_is_confirmed(record: Record, folder: Path) -> None:
    """Kept where it isn't. Its link opens nothing afterwards."""
    id, other = saved(record, folder), saved(record, folder)
    app = clicked(page(), f"run_delete_{id}")
    clicked(app, f"run_kept_{id}")
    assert listed(app) == [other, id] and not offers(app, f"run_deleted_{id}")
    app.checkbox(key=f"run_chosen_{id}").check().run()
    clicked(clicked(app, f"run_delete_{id}"), f"run_deleted_{id}")
    assert listed(app) == [other]
    assert "There is no saved run of this id" in said(linked(id).error)
    assert app.button(key="runs_compare").label == "Compare", "what is gone is not chosen"


def test_a_record_is_brought_in_from_a_file(record: Record, folder: Path) -> None:
    """As it was; a broken one says what is wrong and nothing is saved."""
    app = page()
    file = app.file_uploader(key="runs_file")
    file.set_value(("run.json", b"[]", "application/json")).run()
    assert "run.json is not a run record" in said(app.error) and not listed(app)
    brought_in(app, record)
    (id,) = listed(app)
    assert kept(folder).run(id) == record and not app.error
    assert "Imported" in said(app.success)
    assert "who barks" in said(app.success) and "my words" in said(app.success)
    assert not app.run().success, "said once"


def test_a_record_that_is_saved_already_is_shown_and_not_saved_again(record: Record, folder: Path) -> None:
    """Whatever page of the list it is on and whatever was searched for; it is said which one it is."""
    id = saved(record, folder, "the first")
    others = [saved(replace(record, warnings=(f"Warning {number}.",)), folder) for number in range(20)]
    app = page()
    assert listed(app) == others[::-1]
    app.text_input(key="runs_search").set_value("nothing").run()
    brought_in(app, record)
    assert listed(app) == [id] and app.text_input(key="runs_search").value == ""
    assert "Already saved" in said(app.info) and "the first" in said(app.info) and not app.success
    brought_in(app, replace(record, warnings=("Another.",)))
    assert len(listed(app)) == 20 and listed(app)[0] not in [id, *others]


def test_chosen_runs_are_compared_from_any_page_of_the_list(record: Record, folder: Path) -> None:
    """Settings, results, first documents and agreement under A and B, in the order in which they were chosen; when each
    was made, and what was noted, tells them apart. What is unknown is an empty cell."""
    purrs = replace(made("who purrs"), made="2026-01-02T03:04:05+00:00", libraries={})
    first = saved(purrs, folder, "the old prompt")
    last = [saved(record, folder) for _ in range(20)][-1]
    app = page()
    app.checkbox(key=f"run_chosen_{last}").check().run()
    assert app.button(key="runs_compare").disabled
    clicked(app, "runs_older").checkbox(key=f"run_chosen_{first}").check().run()
    clicked(app, "runs_compare")
    settings, results, tops, agreed = (frame.value for frame in app.dataframe)
    query = settings[settings["setting"] == "query"].iloc[0]
    assert (query["A"], query["B"], query["differs"]) == ("who barks", "who purrs", "yes")
    assert list(settings["B"][settings["setting"].str.startswith("library ")].unique()) == [""]
    assert list(tops["A · my words"]) == ["dog: dogs bark", "cat: cats purr"]
    assert list(tops["B · my words"]) == ["cat: cats purr", "dog: dogs bark"]
    assert list(results["nDCG@10"]) == ["1.00", ".63"]
    assert list(agreed["Kendall τ"]) == ["−1.00"]
    (heading,) = [each.value for each in app.markdown if each.value.startswith("**B**")]
    assert literal("2026-01-02 03:04:05 UTC · the old prompt") in heading
    clicked(app, "runs_back")
    assert app.button(key="runs_compare").label == "Compare 2 runs"


def test_four_runs_are_the_most_that_can_be_chosen(record: Record, folder: Path) -> None:
    """The fifth can't be ticked until another is let go."""
    ids = [saved(record, folder) for _ in range(5)]
    app = page()
    for id in ids[:4]:
        app.checkbox(key=f"run_chosen_{id}").check().run()
    assert app.checkbox(key=f"run_chosen_{ids[4]}").disabled
    app.checkbox(key=f"run_chosen_{ids[0]}").uncheck().run()
    assert not app.checkbox(key=f"run_chosen_{ids[4]}").disabled


def test_a_compared_run_that_is_gone_says_so_and_the_list_is_one_click_away(record: Record, folder: Path) -> None:
    """Somebody else deleted it meanwhile."""
    ids = [saved(record, folder) for _ in range(2)]
    app = page()
    for id in ids:
        app.checkbox(key=f"run_chosen_{id}").check().run()
    kept(folder).delete_run(ids[0])
    clicked(app, "runs_compare")
    assert "There is no saved run of this id" in said(app.error)
    assert listed(clicked(app, "runs_back")) == [ids[1]]
    clicked(app, "runs_none")
    assert app.button(key="runs_compare").label == "Compare"
    assert not app.checkbox(key=f"run_chosen_{ids[1]}").value


def test_a_lane_is_told_from_the_next_though_names_hold_commas(record: Record, folder: Path) -> None:
    lane = replace(record.lanes[0], name="Pointwise, OpenAI")
    saved(replace(record, lanes=(lane, *record.lanes)), folder)
    assert "Pointwise, OpenAI (complete); my words (waiting)" in said(page().caption)


def test_what_people_wrote_stays_text(record: Record, folder: Path) -> None:
    """A query and a lane's name that are markup."""
    lane = replace(record.lanes[0], name=HOSTILE)
    saved(replace(record, task=replace(record.task, query=HOSTILE), lanes=(lane,)), folder)
    app = page()
    written = [element.value for element in [*app.markdown, *app.caption]]
    assert sum("evil" in text for text in written) == 2
    assert not [text for text in written if "evil" in text and ("](http" in text or ":red[" in text)]


def test_a_database_that_cannot_be_used_says_so(folder: Path) -> None:
    """A folder stands in its place."""
    (folder / "playground.sqlite").mkdir()
    assert "The database can't be used" in said(page().error)
