"""A run made once more on the page: what it says of position bias and of chance, and that it can be stopped."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from playground.lanes import parse
from playground.ui.session import Column
from tests.pages.driving import (
    APP,
    again,
    asking,
    comparison,
    offers,
    opened,
    panel,
    ran,
    rankings,
    said,
    sentence,
    settled,
    trust,
)
from tests.pages.judging import Judging
from tests.provider import Answer, Hang, Provider

ANIMALS = ["cats purr", "dogs bark", "cows bark loudly"]
ORDER = "listwise window=all reasons=false model=openai:gpt-4o"


def bands(app: AppTest) -> dict[str, list[int] | None]:
    """The ranks between which each document of the first lane swings."""
    return {item["id"]: item["band"] for item in comparison(app)["columns"][1]["items"]}


def ranked(*places: int) -> Answer:
    """The documents shown, in this order."""
    return Answer(f'{{"ranking": {list(places)}}}')


def test_a_first_visit_shows_a_replayed_comparison_and_run_replaces_it() -> None:
    """Something is there to look at before anything was asked, labelled so; it is of the inputs on the page, so it can
    be checked as well. Once something has run the label is gone."""
    app = AppTest.from_file(str(APP), default_timeout=30).run()
    assert "Replayed from a run of 20" in said(app.caption) and "nothing was asked now" in said(app.caption)
    assert "The top result changed in" in sentence(app)
    assert offers(app, "reversed") and offers(app, "again")
    app.session_state.columns = [Column(lane=parse("bm25"))]
    app.toggle(key="explain").set_value(False).run()
    assert not offers(app, "reversed"), "it is not of these lanes"
    ran(app)
    assert "Replayed" not in said(app.caption)
    assert [column["name"] for column in comparison(app)["columns"]] == ["Input", "bm25", "Ideal"]


def test_the_reversed_input_finds_out_who_goes_by_the_order(provider: Provider) -> None:
    """A model that keeps to the order shown comes back reversed; what scores each text alone doesn't. The order that is
    drawn stays the run's own."""
    provider.script(Judging())
    app = ran(asking(provider, "who barks loudly", ANIMALS, ORDER, "bm25"))
    before = comparison(app)["columns"]
    assert "not checked" in said(app.markdown)
    app.button(key="reversed").click().run()
    settled(app)
    swayed, steady = trust(app).values()
    assert (swayed["τ to reversed input"], steady["τ to reversed input"]) == (-1, 1)
    assert swayed["first shown wins"] == "2 of 2, by chance .33"
    assert "τ −1.00" in said(app.markdown) and "the first shown wins 100%, by chance 33%" in said(app.caption)
    assert "Checked with: 1 reversed input" in said(app.caption)
    assert comparison(app)["columns"] == before


def test_a_run_is_checked_on_its_own_inputs_only() -> None:
    """Once the query, the documents or the lanes are others nothing is offered; as they were, it is again."""
    app = opened("bm25")
    app.toggle(key="explain").set_value(False).run()
    ran(app)
    query = app.text_area(key="query").value
    assert offers(app, "reversed") and offers(app, "again")
    app.text_area(key="query").set_value("another question").run()
    assert not offers(app, "reversed") and not offers(app, "again")
    app.text_area(key="query").set_value(query).run()
    assert offers(app, "reversed") and offers(app, "again")
    app.button(key="preset_BM25").click().run()
    assert not offers(app, "reversed") and not offers(app, "again")


@pytest.mark.usefixtures("kept")
def test_repeats_are_made_one_after_another_and_then_ranks_have_bands(provider: Provider) -> None:
    """Each asks anew, though replies are kept; none begins before the last has ended; a single run has no bands."""
    provider.script(ranked(1, 2, 3), ranked(1, 2, 3), ranked(2, 1, 3), ranked(1, 3, 2))
    app = ran(asking(provider, "who barks", ANIMALS, ORDER))
    assert set(bands(app).values()) == {None}
    again(app, "Repeat ×3")
    current = app.session_state.shown
    for _ in range(1_000):
        if not current.running:
            break
        assert sum(check.live.running for check in current.checking) <= 1
        assert len(current.checking) + len(current.waiting) == 3
        app.run()
    app.run()
    assert [(check.kind, check.number) for check in current.outcome.record.checks] == [
        ("repeat", 1),
        ("repeat", 2),
        ("repeat", 3),
    ]
    assert len(provider.journal) == 4
    assert bands(app) == {"d1": [1, 2], "d2": [1, 3], "d3": [2, 3]}
    assert trust(app)["listwise openai:gpt-4o"]["mean swing of ranks"] == "1.33 over 4 runs"
    assert "Checked with: 3 repeats" in said(app.caption)


def test_stop_drops_the_checks_that_wait_and_keeps_what_is_there(provider: Provider) -> None:
    """The one at work ends at once and says nothing; the run and the checks before it stand; the page goes on."""
    provider.script(ranked(1, 2, 3), ranked(2, 1, 3), Hang())
    app = ran(asking(provider, "who barks", ANIMALS, ORDER))
    drawn = rankings(app)
    again(app, "Repeat ×5")
    for _ in range(1_000):
        if len(app.session_state.shown.checking) == 2:
            break
        app.run()
    app.run()
    assert "Running again: repeat 2, 3 to come…" in said(app.caption)
    assert not offers(app, "run") and not offers(app, "reversed")
    assert len(app.session_state.shown.outcome.record.checks) == 1, "one that goes on says nothing yet"
    assert provider.until(lambda: len(provider.journal) == 3)
    app.button(key="stop").click().run()
    assert not app.session_state.shown.waiting
    settled(app)
    assert len(provider.journal) == 3
    assert bands(app) == {"d1": [1, 2], "d2": [1, 2], "d3": [3, 3]}
    assert rankings(app).equals(drawn)
    assert trust(app) and "Checked with: 1 repeat." in said(app.caption)
    assert offers(app, "run") and offers(app, "reversed")
    provider.script(ranked(1, 2, 3))
    settled(again(app, "Repeat ×1"))
    assert app.session_state.shown.outcome.record.checks[-1].number == 3, "no number twice: it tells questions apart"


def test_a_run_that_goes_on_is_drawn_as_far_as_it_has_come(provider: Provider) -> None:
    """What is answered has its place, the rest waits, and nothing can be shared yet; stopped, the rest has failed."""
    provider.script(Answer('{"grade": 9}'), about="dogs bark")
    provider.script(Answer('{"grade": 2}'), about="cats purr")
    provider.script(Hang(), about="cows bark")
    app = asking(provider, "who barks", ANIMALS, "pointwise reasons=false model=openai:gpt-4o")
    app.button(key="run").click().run()
    for _ in range(1_000):
        if app.session_state.shown.board.lanes[0].spent.questions == 2:
            break
        app.run()
    panel(app.run(), "Share and export")
    column = comparison(app)["columns"][1]
    assert column["provisional"] and column["metrics"] == {}
    assert [(item["id"], item["state"]) for item in column["items"]] == [("d2", ""), ("d1", ""), ("d3", "waiting")]
    assert "it can be shared when it has ended" in said(app.caption) and not offers(app, "make_link")
    app.button(key="stop").click().run()
    settled(app)
    column = comparison(app)["columns"][1]
    assert not column["provisional"]
    assert [(item["id"], item["state"]) for item in column["items"]] == [("d2", ""), ("d1", ""), ("d3", "failed")]
    assert offers(app, "make_link")
