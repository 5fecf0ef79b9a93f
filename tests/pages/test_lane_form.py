"""The dialog of a lane: a form made from any strategy's fields, and an editor for its prompt."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from playground.domains import domains
from playground.lanes import parse
from playground.strategies import strategies
from playground.strategies.base import options
from playground.ui.lane_menu import EDIT
from playground.ui.presets import PRESETS
from tests.pages.driving import chosen, lanes, opened, said

POINTWISE = "pointwise model=openai:gpt-6-luna"
PROMPT = "form1_pointwise_prompt"


def edited(*words: str) -> AppTest:
    """The page with the form of its first lane open."""
    return chosen(opened(*words), EDIT)


def saved(app: AppTest) -> Any:
    """The first lane's strategy after Save."""
    assert not app.button(key="save_lane").disabled, said(app.error)
    app.button(key="save_lane").click().run()
    assert not app.exception
    assert not any(button.key == "save_lane" for button in app.button), "the dialog is closed"
    return lanes(app)[0].strategy


@pytest.mark.parametrize("kind", strategies())
def test_every_strategy_can_be_chosen_and_saved_as_it_is(kind: str) -> None:
    """Whatever is registered has a form, and that form's defaults are the strategy's own."""
    app = edited("bm25" if kind != "score" else POINTWISE)
    app.selectbox(key="form1_kind").set_value(kind).run()
    assert not app.error, said(app.error)
    made = saved(app)
    assert made.name == kind
    assert {name: getattr(made, name) for name in options(strategies()[kind])} == {
        name: about.default for name, about in options(strategies()[kind]).items()
    }


@pytest.mark.parametrize("preset", [each for each in PRESETS if "=" in each.words], ids=lambda each: each.title)
def test_every_preset_is_saved_as_it_was(preset: Any) -> None:
    """Opening a lane's form and saving it changes nothing: no option is lost on the way."""
    assert saved(edited(preset.words)) == preset.lane.strategy


def test_the_form_keeps_what_has_no_widget_of_its_own_kind() -> None:
    """A lane's domain, an emptied number, a prompt and a stage's options survive the form."""
    words = "listwise model=openai:x domain=legal window=all effort=low prompt='{query} {documents} {answer} \"yes\"'"
    assert saved(edited(words)) == parse(words).strategy
    nested = "cascade first=(listwise model=openai:x prompt='{query} {documents} {answer}') then=bm25 keep=3"
    assert saved(edited(nested)) == parse(nested).strategy


def test_every_kind_of_option_can_be_changed() -> None:
    """Numbers, also to none, switches, choices, fields of knowledge and models reach the lane."""
    app = edited("listwise model=openai:gpt-6-luna")
    key = "form1_listwise_"
    app.number_input(key=key + "window").set_value(None)
    app.number_input(key=key + "passes").set_value(3)
    app.number_input(key=key + "temperature").set_value(0.5)
    app.number_input(key=key + "tokens").set_value(900)
    app.toggle(key=key + "reasons").set_value(False)
    app.selectbox(key=key + "effort").set_value("low")
    app.selectbox(key=key + "domain").set_value(domains()["legal"])
    app.selectbox(key=key + "model").set_value("anthropic:claude-haiku-5-5").run()
    wanted = (
        "model=anthropic:claude-haiku-5-5 domain=legal effort=low temperature=0.5 tokens=900 window=all passes=3 "
        "reasons=false"
    )
    assert saved(app) == parse(f"listwise {wanted}").strategy
    assert lanes(app)[0].name == "listwise anthropic:claude-haiku-5-5"


def test_stages_are_chosen_or_typed() -> None:
    """A fusion takes any number of lanes in words; too few say what is wanted."""
    app = edited("bm25")
    app.selectbox(key="form1_kind").set_value("fusion").run()
    stages = app.multiselect(key="form1_fusion_lanes")
    stages.set_value(["bm25"]).run()
    assert "two lanes or more" in said(app.error)
    assert app.button(key="save_lane").disabled
    typed = "pointwise model=local reasons=false"
    assert typed in stages.options
    stages.set_value(["bm25", "embedding", typed]).run()
    assert saved(app) == parse(f"fusion lanes=bm25,embedding,({typed})").strategy


def test_no_form_shows_a_file_of_the_server() -> None:
    """A stage typed with prompt=@FILE is refused: its text would be shown to the visitor."""
    app = opened("cascade first=bm25 then=embedding")
    app.session_state["form1_cascade_then"] = "pointwise model=local prompt=@/etc/hostname"
    chosen(app, EDIT)
    assert "read from a file on the command line" in said(app.error)
    assert app.button(key="save_lane").disabled


def test_options_that_contradict_each_other_say_so_and_can_not_be_saved() -> None:
    """The strategy's own words stand in the dialog, and the prompt being edited is not lost over it."""
    app = edited("listwise model=openai:x")
    app.text_area(key="form1_listwise_prompt").set_value("Mine: {query} {documents} {answer}").run()
    app.number_input(key="form1_listwise_stride").set_value(20).run()
    assert "stride=20 is not smaller than window=20" in said(app.error)
    assert app.button(key="save_lane").disabled
    app.number_input(key="form1_listwise_stride").set_value(5).run()
    assert saved(app).prompt == "Mine: {query} {documents} {answer}"


def test_a_strategy_says_what_to_know_about_so_many_documents() -> None:
    """Advice depends on the documents on the page."""
    app = opened("pairwise model=openai:x sort=allpair")
    app.segmented_control(key="source").set_value("Paste").run()
    app.text_area(key="pasted").set_value("\n".join(f"text {at}" for at in range(31)))
    app.text_area(key="query").set_value("q").run()
    chosen(app, EDIT)
    assert "930 calls" in said(app.info)
    app.selectbox(key="form1_pairwise_sort").set_value("parallel").run()
    assert not app.info


def test_a_prompt_of_ones_own_is_shown_against_the_default_and_as_the_model_gets_it() -> None:
    """Edited: the changed lines, and the first question to the letter; nothing of it is markup."""
    app = edited(POINTWISE)
    own = app.text_area(key=PROMPT).value.replace("{rule}", "{rule}\n**Be strict** :red[now] {rubric}")
    app.text_area(key=PROMPT).set_value(own).run()
    codes = [code.value for code in app.code]
    (changes,) = [text for text in codes if text.startswith("--- default")]
    assert "+**Be strict** :red[now] {rubric}" in changes.splitlines()
    first = lanes(app)[0].strategy
    task_text = app.text_area(key="query").value
    strategy = dataclasses.replace(first, prompt=own)
    assert [text for text in codes if "**Be strict** :red[now]" in text and "You are" in text], "the system's part"
    assert any(f"<query>\n{task_text}\n</query>" in text for text in codes), "the user's part"
    assert not any("Be strict" in element.value for element in (*app.markdown, *app.caption, *app.error))
    assert saved(app) == strategy


@pytest.mark.parametrize(
    ("text", "complaint"),
    [("{query} {documents}", "lacks {answer}"), ("", "lacks {query}"), ("{query}{documents}{answer}{x}", "{x}")],
)
def test_a_prompt_that_cannot_be_used_is_refused_with_words(text: str, complaint: str) -> None:
    """At once, naming the place, and nothing can be saved."""
    app = edited(POINTWISE)
    app.text_area(key=PROMPT).set_value(text).run()
    assert complaint in said(app.error)
    assert app.button(key="save_lane").disabled


def test_a_prompt_set_back_to_the_default_is_none() -> None:
    """Reset brings the default wording back, which is no wording of one's own."""
    app = edited(f"{POINTWISE} prompt='Own: {{query}} {{documents}} {{answer}}'")
    assert app.text_area(key=PROMPT).value.startswith("Own:")
    app.button(key=f"{PROMPT}_reset").click().run()
    text = app.text_area(key=PROMPT).value
    assert text == parse(POINTWISE).strategy.form().default_prompt  # type: ignore[attr-defined]
    assert not [code for code in app.code if code.value.startswith("---")]
    assert saved(app).prompt is None


def test_an_untouched_prompt_follows_the_options() -> None:
    """Where an option chooses another kind of question the default wording changes along; one's own wording stays."""
    app = edited("setwise model=openai:x")
    key = "form1_setwise_prompt"
    before = app.text_area(key=key).value
    app.selectbox(key="form1_setwise_variant").set_value("rounds").run()
    assert app.text_area(key=key).value != before
    app.text_area(key=key).set_value("Own: {query} {documents} {answer}").run()
    app.selectbox(key="form1_setwise_variant").set_value("heap").run()
    assert saved(app).prompt == "Own: {query} {documents} {answer}"


def test_a_name_is_literal_and_a_lane_can_be_removed() -> None:
    """Whatever is typed as a name stands on the card as characters; Remove takes the lane away."""
    app = edited("bm25", "embedding")
    app.text_input(key="form1_name").set_value("**b** :red[x]").run()
    saved(app)
    assert any(each.value.startswith("**\\*\\*b\\*\\* \\:red\\[x\\]** ") for each in app.markdown)
    chosen(app, EDIT)
    app.button(key="remove_lane").click().run()
    assert [made.name for made in lanes(app)] == ["embedding"]
