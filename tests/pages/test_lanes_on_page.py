"""The cards of the lanes: their menus, what leaves the machine, and whole sets of lanes."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from playground.domains import domains
from playground.lanes import parse
from playground.ui.lane_menu import BASELINE, DUPLICATE, LEFT, OFF, ON, REMOVE, RIGHT
from playground.ui.presets import SETS, PresetSet
from playground.ui.session import MAX_LANES
from tests.pages.driving import asking, badges, chosen, comparison, lanes, opened, ran, said
from tests.provider import Hang, Provider

REMOTE = "pointwise model=anthropic:claude-haiku-5-5"


def names(app: AppTest) -> list[str]:
    return [made.name for made in lanes(app)]


def offered(app: AppTest, at: int = 0) -> list[str]:
    """What the menu of this lane offers."""
    return app.menu_button(key=f"menu_{at}").options


def baseline(app: AppTest) -> int:
    """The column of the comparison that the others are told against."""
    found: int = comparison(app)["choice"]["baseline"]
    return found


def ran_lanes(app: AppTest) -> list[str]:
    """The lanes that took part when Run was clicked."""
    app.toggle(key="explain").set_value(False).run()
    ran(app)
    return [made.name for made in app.session_state.shown.live.lanes]


def local_only(app: AppTest, on: bool = True) -> AppTest:
    app.toggle(key="local_only").set_value(on).run()
    assert not app.exception
    return app


def test_a_copy_stands_beside_its_lane_under_a_name_of_its_own() -> None:
    """Numbered from 2 on, a copy of a copy too; a number that belongs to a name stays in it."""
    app = chosen(opened("bm25", "embedding"), DUPLICATE)
    assert names(app) == ["bm25", "bm25 2", "embedding"]
    assert lanes(app)[1].strategy == lanes(app)[0].strategy
    assert names(chosen(app, DUPLICATE, 1)) == ["bm25", "bm25 2", "bm25 3", "embedding"]
    app = chosen(opened("bm25 name='top 10'"), DUPLICATE)
    assert names(app) == ["top 10", "top 10 2"]


def test_a_preset_added_twice_makes_two_lanes_that_can_be_told_apart() -> None:
    """Names are what tables and results call lanes by."""
    app = opened("bm25")
    for _ in range(2):
        app.button(key="preset_Embedding").click().run()
    assert names(app) == ["bm25", "Embedding", "Embedding 2"]


def test_lanes_move_one_place_and_the_outer_ones_not_beyond_it() -> None:
    """Left and right, and nothing that can't be done is offered."""
    app = opened("bm25", "embedding", "likelihood")
    assert LEFT not in offered(app, 0) and RIGHT not in offered(app, 2)
    assert names(chosen(app, RIGHT, 0)) == ["embedding", "bm25", "likelihood"]
    assert names(chosen(app, LEFT, 2)) == ["embedding", "likelihood", "bm25"]


def test_a_lane_that_is_off_takes_no_part_and_comes_back_as_it_was() -> None:
    """The estimate and the run are of the others; its card says off."""
    app = chosen(opened("embedding", "bm25 name=other"), OFF)
    assert "off" in [caption.value for caption in app.caption]
    assert "**1 call** " in said(app.caption)
    assert ran_lanes(app) == ["other"]
    assert names(chosen(app, ON)) == ["embedding", "other"]
    assert "**2 calls** " in said(app.caption)
    assert "off" not in [caption.value for caption in app.caption]


def test_a_page_with_nothing_to_run_says_so() -> None:
    """Where every lane is off nothing can be started, and the way out is told in words."""
    app = chosen(opened("bm25"), OFF)
    assert "No lane takes part" in said(app.info)
    assert app.button(key="run").disabled
    assert not chosen(app, ON).button(key="run").disabled
    assert "No lane takes part" not in said(app.info)


def test_the_last_lane_can_not_be_removed() -> None:
    """Remove takes the lane away, down to one."""
    app = chosen(opened("bm25", "embedding"), REMOVE)
    assert names(app) == ["embedding"]
    assert REMOVE not in offered(app)


def test_six_lanes_are_the_most() -> None:
    """Then neither a copy nor another preset is offered."""
    app = opened(*["bm25"] * (MAX_LANES - 1))
    chosen(app, DUPLICATE)
    assert len(lanes(app)) == MAX_LANES
    assert all(DUPLICATE not in offered(app, at) for at in range(MAX_LANES))
    assert not [button for button in app.button if (button.key or "").startswith("preset_")]


def test_a_baseline_is_the_lane_whose_menu_said_so() -> None:
    """Before a run it is counted among those that will run; after one, its place in that run holds though the cards
    have moved. A lane that is off, or was not part of the run, is none."""
    app = opened("bm25", "bm25 name=a", "bm25 name=b")
    chosen(app, OFF, 0)
    assert BASELINE not in offered(app, 0)
    chosen(app, BASELINE, 2)
    assert ran_lanes(app) == ["a", "b"]
    assert baseline(app) == 2
    chosen(chosen(app, ON, 0), LEFT, 2)
    assert names(app) == ["bm25", "b", "a"]
    assert BASELINE not in offered(app, 0)
    assert baseline(chosen(app, BASELINE, 2)) == 1
    assert baseline(chosen(app, BASELINE, 1)) == 2


def test_no_lane_is_changed_while_a_run_goes_on(provider: Provider) -> None:
    """Menus, presets and the switch wait for its end."""
    provider.script(Hang())
    app = asking(provider, "who barks", ["dogs bark"], "pointwise model=openai:gpt-4o", "bm25")
    app.button(key="run").click().run()
    changing = [*app.menu_button, app.toggle(key="local_only")]
    assert len(changing) == 3 and all(each.disabled for each in changing)
    app.button(key="stop").click().run()
    app.session_state.shown.live.join(30)
    app.run()
    assert not any(each.disabled for each in [*app.menu_button, app.toggle(key="local_only")])


def test_with_local_lanes_only_no_other_takes_part() -> None:
    """Its card says why, also of one hidden in a stage; the switch back brings them in again."""
    app = local_only(opened("bm25", REMOTE, f"cascade first=bm25 then=({REMOTE})"))
    assert [caption.value for caption in app.caption].count("off: sends text out") == 2
    assert badges(app) == ["local", "sends text out", "sends text out"]
    assert BASELINE not in offered(app, 1)
    assert ran_lanes(app) == ["bm25"]
    assert app.toggle(key="local_only").value
    assert "ANTHROPIC_API_KEY" in said(local_only(app, False).caption)


def test_a_server_elsewhere_is_not_local() -> None:
    """What counts is the address: the same provider is allowed on this machine only."""
    app = local_only(opened("listwise model=ollama:x", "bm25"))
    assert "off: sends text out" not in said(app.caption)
    app.session_state.typed_urls = {"ollama": "http://elsewhere.example/v1"}
    assert "off: sends text out" in said(app.run().caption)


def test_with_local_lanes_only_presets_that_send_text_out_can_not_be_added() -> None:
    """They stay in sight with the reason; so do sets that would bring none but such."""
    app = opened("bm25")
    wanted = {"preset_Cohere Rerank", "preset_Hybrid, Claude", "set_Legal review"}
    free = {"preset_BM25", "preset_Listwise, Ollama", "set_Cheap and fast", "set_Without a key"}
    assert not any(app.button(key=key).disabled for key in wanted | free)
    local_only(app)
    assert all(app.button(key=key).disabled for key in wanted)
    assert all("only local lanes are allowed" in app.button(key=key).help for key in wanted)
    assert not any(app.button(key=key).disabled for key in free)


@pytest.mark.parametrize("wanted", SETS, ids=lambda each: each.title)
def test_every_set_can_be_put_on_the_page(wanted: PresetSet) -> None:
    """Its lanes fit, have names of their own, and none is refused; the domain is one there is."""
    app = opened("bm25")
    app.button(key=f"set_{wanted.title}").click().run()
    assert not app.exception
    assert lanes(app) == [parse(words) for words in wanted.words]
    assert len(set(names(app))) == len(lanes(app)) <= MAX_LANES
    assert wanted.domain is None or wanted.domain in domains()
    assert "calls**" in said(app.caption), "the estimate plays every lane through"


def test_what_a_set_took_the_place_of_comes_back_with_one_click() -> None:
    """Lanes as they were, off ones off, and the domain; two sets are undone one after the other."""
    app = chosen(opened("bm25", "embedding name=mine"), OFF)
    app.selectbox(key="domain").set_value("medical").run()
    before = list(app.session_state.columns)
    app.button(key="set_Legal review").click().run()
    assert app.selectbox(key="domain").value == "legal"
    first = list(app.session_state.columns)
    app.button(key="set_Cheap and fast").click().run()
    app.button(key="undo_set").click().run()
    assert app.session_state.columns == first
    assert app.selectbox(key="domain").value == "legal"
    app.button(key="undo_set").click().run()
    assert app.session_state.columns == before
    assert app.selectbox(key="domain").value == "medical"
    assert not [button for button in app.button if button.key == "undo_set"]


def test_undo_goes_with_the_next_change() -> None:
    """It would throw away what was made since; a domain chosen since stays chosen."""
    app = opened("bm25")
    app.button(key="set_Legal review").click().run()
    app.selectbox(key="domain").set_value("finance").run()
    app.button(key="undo_set").click().run()
    assert names(app) == ["bm25"] and app.selectbox(key="domain").value == "finance"
    app.button(key="set_Legal review").click().run()
    chosen(app, DUPLICATE)
    assert not [button for button in app.button if button.key == "undo_set"]
