"""What the page says of a run before it: the price of what is not at hand."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from playground.facade import task_of
from playground.lanes import parse
from playground.live import LiveRun
from playground.ui.shown import Shown
from tests.pages.driving import asking, ran, said
from tests.provider import Provider

GRADES = "pointwise model=openai:gpt-4o reasons=false"
ANIMALS = ["cats purr", "dogs bark", "cows moo", "owls hoot"]


def estimate(app: AppTest) -> str:
    """The line beside the button."""
    lines = [said([each]).replace("*", "") for each in app.caption]
    return next(line for line in lines if "longest path" in line or "Nothing to ask" in line)


@pytest.mark.usefixtures("kept")
def test_the_estimate_leaves_out_what_is_at_hand(provider: Provider) -> None:
    """Before a run all of it is to be asked, after it nothing; of a fifth document the one question that is new, beside
    the limit; and all again where replies of earlier runs aren't wanted."""
    app = asking(provider, "who barks", ANIMALS, GRADES)
    assert estimate(app).startswith("4 calls · ~") and "cached" not in estimate(app)
    ran(app)
    assert estimate(app) == "Nothing to ask: 4 answers cached"
    app.text_area(key="pasted").set_value("\n".join([*ANIMALS, "foxes yelp"])).run()
    next(button for button in app.button if button.label == "Settings").click().run()
    app.number_input(key="limit_run").set_value(0.25).run()
    assert estimate(app).startswith("1 call · ~") and estimate(app).endswith(" s · limit $0.25")
    assert " · 4 cached · longest path 1 round, ~" in estimate(app)
    app.toggle(key="reuse").set_value(False).run()
    assert estimate(app).startswith("5 calls · ~") and "cached" not in estimate(app)


def test_an_equal_question_of_two_lanes_counts_once(provider: Provider) -> None:
    """As a run asks it once."""
    both = ran(app := asking(provider, "who barks", ANIMALS, f"{GRADES} name=One", f"{GRADES} name=Two"))
    assert not both.exception
    assert len(provider.journal) == 4
    assert estimate(app).startswith("4 calls · ~")


@pytest.mark.usefixtures("kept")
def test_a_run_that_was_over_at_once_counts_too(provider: Provider) -> None:
    """Also where the page has never seen it go on."""
    app = asking(provider, "who barks", ANIMALS, GRADES)
    assert estimate(app).startswith("4 calls")
    task, _ = task_of("who barks", ANIMALS, app.session_state.domain)
    access = replace(provider.access(), replies=Path(os.environ["PLAYGROUND_REPLIES"]))
    live = LiveRun(task, [parse(GRADES)], access)
    live.join(30)
    app.session_state.shown = Shown(run=live, qrels={})
    assert estimate(app.run()) == "Nothing to ask: 4 answers cached"
