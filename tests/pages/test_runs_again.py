"""What a second run takes from the first, what a limit leaves, and what is said about both."""

from __future__ import annotations

from typing import Any

import pytest

from tests.pages.driving import (
    asking,
    badges,
    board,
    drawer,
    figures,
    opened,
    ran,
    rankings,
    said,
    sentence,
    surroundings,
)
from tests.pages.judging import Judging
from tests.provider import Answer, Hang, Provider, Say

GRADES = "pointwise model=openai:gpt-4o reasons=false"
ANIMALS = ["cats purr", "dogs bark", "cows moo", "owls hoot"]


@pytest.mark.usefixtures("kept")
def test_a_second_run_says_that_it_was_replayed(provider: Provider) -> None:
    """Nothing is asked again; cards and tables mark it, and no wall-clock time passes for a measurement."""
    app = ran(asking(provider, "who barks", ANIMALS, GRADES))
    assert "(cached)" not in said(app.caption)
    assert figures(app)[0]["calls"] == ("4", "4")
    assert " · cache on" in said(app.caption)
    ran(app)
    assert len(provider.journal) == 4
    assert "4/4 · (cached)" in said(app.caption)
    assert f"replayed, {board(app).lanes[0].spent.replayed:.2f} s in calls when measured" in said(app.caption)
    assert figures(app)[0]["calls"] == ("4", "0, 4 cached")
    assert figures(app)[0]["seconds"][1] == "replayed"


@pytest.mark.usefixtures("kept")
def test_a_lane_that_knows_some_answers_says_how_many(provider: Provider) -> None:
    """A document more: only that one is asked about."""
    app = ran(asking(provider, "who barks", ANIMALS, GRADES))
    app.text_area(key="pasted").set_value("\n".join([*ANIMALS, "foxes yelp"])).run()
    ran(app)
    assert len(provider.journal) == 5
    assert "5/5 · 4 cached" in said(app.caption)
    assert figures(app)[0]["seconds"][1] != "replayed"


@pytest.mark.usefixtures("kept")
def test_replies_of_earlier_runs_can_be_left_out(provider: Provider) -> None:
    """The switch in the settings has everything asked anew."""
    app = ran(asking(provider, "who barks", ANIMALS, GRADES))
    next(button for button in app.button if button.label == "Settings").click().run()
    app.toggle(key="reuse").set_value(False).run()
    next(button for button in app.button if button.label == "Done").click().run()
    assert " · cache off" in said(app.caption)
    ran(app)
    assert len(provider.journal) == 8


@pytest.mark.usefixtures("kept")
def test_what_is_missing_is_asked_for_and_nothing_else(provider: Provider) -> None:
    """After a failure one button completes the run with the one question that was left open; then it is gone. It gets
    no reasons that the run was not to have."""
    provider.script(Say(status=400), Answer(), about="cows moo")
    app = asking(provider, "who barks", ANIMALS, GRADES)
    assert not [button for button in app.button if button.key == "missing"]
    ran(app)
    assert board(app).lanes[0].state == "partial"
    assert len(provider.journal) == 4
    app.toggle(key="explain").set_value(True).run()
    ran(app, "missing")
    assert [seen for seen in provider.journal[4:] if "cows moo" not in seen.words] == []
    assert len(provider.journal) == 5
    assert board(app).lanes[0].state == "complete"
    assert not [button for button in app.button if button.key == "missing"]


def test_a_stopped_run_gets_the_reasons_that_it_was_to_have(provider: Provider) -> None:
    """It was stopped before any was asked for, and the switch was turned since."""
    provider.script(Hang())
    app = asking(provider, "who barks", ["cats purr", "dogs bark"], GRADES)
    app.toggle(key="explain").set_value(True).run()
    app.button(key="run").click().run()
    app.session_state.shown.stop()
    app.session_state.shown.live.join(30)
    provider.script(Answer())
    app.run()
    app.session_state.explain = False
    ran(app.run(), "missing")
    assert board(app).lanes[0].state == "complete"
    assert board(app).lanes[0].explaining.questions == 2


@pytest.mark.usefixtures("kept")
def test_what_is_missing_belongs_to_what_the_page_shows(provider: Provider) -> None:
    """The button goes with another query: its answers would stand under documents that were not asked about."""
    provider.script(Say(status=400), about="cows moo")
    app = ran(asking(provider, "who barks", ANIMALS, GRADES))
    assert [button for button in app.button if button.key == "missing"]
    app.text_area(key="query").set_value("who moos").run()
    assert not [button for button in app.button if button.key == "missing"]


def limited(app: Any, key: str, dollars: float) -> None:
    """Sets a limit in the settings dialog."""
    next(button for button in app.button if button.label == "Settings").click().run()
    app.number_input(key=key).set_value(dollars).run()
    next(button for button in app.button if button.label == "Done").click().run()


def test_a_used_up_limit_leaves_a_valid_ranking_and_says_so(provider: Provider) -> None:
    """Every document is ranked, those without an answer as failed; sentence and status name the limit."""
    provider.script(Answer(usage={"prompt_tokens": 40_000, "completion_tokens": 0}))  # 0.10 dollars
    app = asking(provider, "who barks", [f"animal {at}" for at in range(20)], GRADES)
    limited(app, "limit_run", 0.25)
    assert " · limit $0.25 · " in said(app.caption)
    ran(app)
    assert board(app).lanes[0].state == "partial"
    assert "the budget of $0.25 is used up" in sentence(app)
    table = rankings(app)
    assert sorted(table["rank"]) == list(range(1, 21))
    assert {"judged, tied", "failed"} >= set(table["provenance"]) > {"failed"}


def test_a_session_limit_holds_for_all_its_runs(provider: Provider) -> None:
    """What the first run spent the second can't spend again; without limits nothing is held back."""
    provider.script(Answer(usage={"prompt_tokens": 20_000, "completion_tokens": 0}))  # 0.05 dollars
    app = asking(provider, "who barks", ANIMALS, GRADES)
    limited(app, "limit_session", 0.20)
    ran(app)
    assert board(app).lanes[0].state == "complete"
    assert "session limit $0.20, $0.20 spent" in said(app.caption)
    ran(app)
    assert "the budget of $0.20 is used up" in sentence(app)
    limited(app, "limit_session", None)  # type: ignore[arg-type]
    ran(app)
    assert board(app).lanes[0].state == "complete"
    assert "limit" not in said(app.caption).lower()


@pytest.mark.usefixtures("kept")
def test_in_shared_mode_nobody_gets_anothers_replies(provider: Provider) -> None:
    """Two visitors of a shared installation with the same question each have it asked; their own are used again."""
    with surroundings(PLAYGROUND_MODE="shared"):
        for asked in (4, 8):
            app = ran(asking(provider, "who barks", ANIMALS, GRADES))
            assert len(provider.journal) == asked
            ran(app)
            assert len(provider.journal) == asked


def test_duels_are_told_in_words(provider: Provider) -> None:
    """A pairwise lane says for the selected document how its duels went, gets its reasons afterwards from its own
    model, and tells how often the first one shown won."""
    provider.script(Judging({"dogs": 3, "cats": 2, "cows": 1}))
    app = asking(provider, "who barks", ANIMALS, "pairwise model=openai:gpt-4o sort=allpair")
    app.toggle(key="explain").set_value(True).run()
    assert "then 3 calls for reasons" in said(app.caption)
    ran(app)
    (word,) = drawer(app)["lanes"]
    assert word["note"].startswith("Won 3 duels, lost 0; beat “cats purr”.")
    assert "Reason asked of the lane's own model after the ranking" in word["note"]
    assert word["reason"] == "The reason of a model."
    assert word["checked"] == "△ quote not found in document"
    assert len(provider.journal) == 12 + 3
    assert figures(app)[0]["tie rate"][1] == ".00"
    assert figures(app)[0]["first shown wins (½: no position bias)"][1] == ".50"
    assert figures(app)[0]["circles of three"][1] == "0"


@pytest.mark.parametrize(
    ("words", "note"),
    [
        ("setwise model=openai:gpt-4o", "Chosen first in 1 question, passed over in 0."),
        ("listwise model=openai:gpt-4o reasons=false shuffles=3", "Rank 1 over 3 answered shuffles."),
    ],
)
def test_other_answers_are_told_in_words_too(provider: Provider, words: str, note: str) -> None:
    """Picks and shuffles: what is behind the place of the selected document."""
    provider.script(Judging({"dogs": 3, "cats": 2, "cows": 1}))
    app = ran(asking(provider, "who barks", ANIMALS, words))
    assert drawer(app)["title"] == "dogs bark"
    (word,) = drawer(app)["lanes"]
    assert word["note"].startswith(note)
    assert word["none"] == "No reason was asked for."


def test_a_fusion_runs_without_a_key_and_names_the_ranks_it_adds_up() -> None:
    """The preset is there, keyless, and a document's word says where each lane had it."""
    app = opened("bm25")
    app.toggle(key="explain").set_value(False)
    app.button(key="preset_Fusion, BM25 + embedding").click().run()
    assert "BM25 + Embedding" in said(app.markdown)
    assert badges(app) == ["local", "local"]
    ran(app)
    assert [row.state for row in board(app).lanes] == ["complete", "complete"]
    assert drawer(app)["lanes"][1]["note"].startswith("Fused from bm25 rank ")


def test_lanes_that_send_text_out_say_so() -> None:
    """Hosted scores and LLMs, alone or inside another strategy; not what listens on this machine."""
    out = [
        "cohere:rerank-v3.5",
        "openai-decisions:gpt-6-luna",
        "fusion lanes=bm25,voyage:rerank-2.5",
        "cascade first=embedding then=(pairwise model=anthropic:x)",
    ]
    app = opened(*out, "tei", "cascade first=bm25 then=embedding")
    assert badges(app) == ["sends text out"] * 4 + ["local"] * 2


def test_the_estimate_is_a_range_where_it_depends_on_the_answers() -> None:
    """Calls and rounds from the least to the most; one number where they are certain."""
    app = opened("pairwise model=openai:gpt-6-luna")
    assert "50–74 calls" in said(app.caption)
    assert "longest path 3–6 rounds" in said(app.caption)
