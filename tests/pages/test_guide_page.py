"""The Guide page, driven as a visitor would: its figures are the engine's, and what isn't known is said not to be."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from html.parser import HTMLParser
from pathlib import Path

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from playground.cache import Cache
from playground.datasets import Example
from playground.evaluation import LiveEvaluation
from playground.guide.methods import methods
from playground.guide.published import SIGNS
from playground.guide.strategies import ERRORS, LANES, noisy
from playground.lanes import parse
from playground.models import Access
from playground.types import Document, ModelRef
from playground.ui.evaluate.held import Held
from tests.pages.driving import opened, said

LLM = "listwise model=openai:gpt-6-luna"
SEARCH = "cohere:rerank-v3.5"  # $0.002 a query


class Sheet(HTMLParser):
    """Rows as what a reader sees of them, by column; a name or a cell beside several rows is in each of them."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.rows: list[dict[str, str]] = []
        self._group: dict[str, tuple[str, int]] = {}
        self._into: str | None = None
        self._span = 1
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "tr":
            self.rows.append({name: text for name, (text, left) in self._group.items() if left > 0})
            self._group = {name: (text, left - 1) for name, (text, left) in self._group.items()}
        elif tag == "td" or given.get("scope") == "rowgroup":
            self._into = given.get("data-head") or "name"
            self._span = int(given.get("rowspan") or 1)
            self.rows[-1][self._into] = ""
        elif self._into is not None and self.rows[-1][self._into]:
            self.rows[-1][self._into] += " "

    def handle_endtag(self, tag: str) -> None:
        if tag in ("td", "th") and self._into is not None:
            self._group[self._into] = (self.rows[-1][self._into], self._span - 1)
            self._into = None

    def handle_data(self, data: str) -> None:
        if self._into is not None:
            self.rows[-1][self._into] += data


def guide(*words: str) -> AppTest:
    """The page of a session that has these lanes, without presets beside them."""
    app = opened(*words).switch_page("pages/guide.py").run()
    app.multiselect(key="guide_presets").set_value([]).run()
    assert not app.exception
    return app


def given(app: AppTest, *needs: str, **numbers: float | None) -> AppTest:
    """The page after these fields were filled in."""
    for name, value in numbers.items():
        app.number_input(key=f"guide_{name}").set_value(value)
    app.pills(key="guide_needs").set_value(list(needs))
    app.run()
    assert not app.exception
    return app


def sheets(app: AppTest) -> list[str]:
    return [each.proto.body for each in app.get("html") if "<table" in each.proto.body]


def costs(app: AppTest) -> list[dict[str, str]]:
    """The table of methods."""
    return Sheet(sheets(app)[0]).rows[1:]


def lane(app: AppTest, name: str) -> dict[str, str]:
    """What the calculator says of a lane."""
    (found,) = [row for row in Sheet(sheets(app)[1]).rows[1:] if row["name"] == name]
    return found


def recommended(app: AppTest) -> str:
    """The sentence."""
    heads = ("Recommended", "No lane fits", "Don't rerank")
    texts = [said([each]) for each in app.markdown]
    (found,) = [text for text in texts if any(head in text for head in heads)]
    return found


def measure(words: str, kind: str, seconds: Sequence[float], tmp_path: Path) -> None:
    cache = Cache(tmp_path / "replies.sqlite")
    for each in seconds:
        cache.measured(ModelRef.parse(words), kind, each)
    cache.close()


def evaluated(app: AppTest, examples: Sequence[Example], *words: str) -> AppTest:
    """The page after an evaluation in the same session."""
    live = LiveEvaluation(examples, [parse(each) for each in words], Access())
    live.join(30)
    app.session_state.evaluation = Held(live=live, id="", title="animals", domain="general", fresh=True)
    return app.run()


def example(query_id: str, query: str, best: int) -> Example:
    texts = ("the cat sat", "a dog barks loud", "one owl hoots")
    return Example(
        query_id=query_id,
        query=query,
        documents=tuple(Document(id=f"d{at}", content=text) for at, text in enumerate(texts)),
        qrels={f"d{at}": int(at == best) for at in range(3)},
    )


def test_every_sign_is_there_for_and_against() -> None:
    page = said(guide("bm25").markdown)
    assert all(sign.title in page for sign in SIGNS)
    assert page.index(SIGNS[0].title) < page.index("Not worth it") < page.index(SIGNS[-1].title)


@pytest.mark.usefixtures("kept")
def test_published_figures_stand_beside_todays_and_what_is_wrong_with_them() -> None:
    """Every lane of the table has the price that the engine computes; a price per million tokens is flagged in the cell
    that quotes it; nothing was measured, and every row says so."""
    rows = costs(guide("bm25"))
    mini = next(row for row in rows if row["name"] == "GPT-4o-mini")
    assert mini["As published, for 10 documents"].startswith("~500 ms, $0.15/1K The printed unit can't be right")
    for method in methods(None):
        for today in method.today:
            (row,) = [row for row in rows if row["Today"].startswith(today.lane)]
            assert row["name"] == method.published.method
            assert today.dollars_1k is not None
            shown = Decimal(row["List price, per 1,000 requests"].removeprefix("$"))
            assert shown == round(today.dollars_1k, 4)
            assert row["Measured here, p50 of one call"] == "never measured here"


@pytest.mark.usefixtures("kept")
def test_measured_latencies_show_as_soon_as_they_are_there(tmp_path: Path) -> None:
    """The median of that model's answers to that kind of question, in the table and in the calculator, which tells from
    how few calls; what was measured in between shows at the next look."""
    app = guide(LLM)
    assert lane(app, "listwise openai:gpt-6-luna")["p95, of a query"] == "never measured here"
    measure("openai:gpt-4o", "order", (0.2, 0.4, 0.9), tmp_path)
    measure("openai:gpt-6-luna", "order", (1.25,), tmp_path)
    app.run()
    times = {row["Today"].split(" reasons")[0]: row["Measured here, p50 of one call"] for row in costs(app)}
    assert times["listwise model=openai:gpt-4o"] == "400 ms"
    assert times["pointwise model=openai:gpt-4o"] == "never measured here"
    row = lane(app, "listwise openai:gpt-6-luna")
    assert row["p50, of a query"] == row["p95, of a query"] == "1.25 s from 1 call"


def test_where_nothing_is_measured_the_reason_is_given() -> None:
    """Replies aren't kept in these tests, so no latency is."""
    assert "PLAYGROUND_REPLIES=off" in said(guide("bm25").caption)


def test_a_months_dollars_are_those_of_the_volume() -> None:
    """1,000 searches a day at $0.002 are $60 in thirty days, twice as many twice that; a batch API halves an LLM's."""
    app = guide(SEARCH, LLM)
    assert lane(app, SEARCH)["$ a month, at list price"] == "$60.00"
    assert lane(app, SEARCH)["$ a month, by a batch API"] == "none"
    assert lane(app, SEARCH)["Calls, a month"] == "30k"
    row = lane(app, "listwise openai:gpt-6-luna")
    full, half = (float(row[f"$ a month, {how}"].removeprefix("$")) for how in ("at list price", "by a batch API"))
    assert half == pytest.approx(full / 2, abs=0.01)
    assert lane(given(app, queries=2_000), SEARCH)["$ a month, at list price"] == "$120.00"


def test_the_recommendation_changes_with_the_volume() -> None:
    """At 1,000 a day the LLM is the cheaper of the two; one more, and nothing speaks for an LLM any more."""
    app = guide(SEARCH, LLM)
    assert recommended(app).startswith("**Recommended: listwise openai:gpt-6-luna.**")
    given(app, queries=1_001)
    assert recommended(app).startswith(f"**Recommended: {SEARCH}.**")
    row = lane(app, "listwise openai:gpt-6-luna")
    assert row["Verdict"] == "doesn't fit"
    assert "✗ Against an LLM: 1,001 requests a day are more than 1,000." in row["What decided"]
    assert "The rule" in said(app.caption)


def test_where_no_lane_fits_it_says_what_to_relax() -> None:
    """Reasons are wanted for $50 a month: an LLM's, until there are too many queries."""
    app = given(guide("bm25", LLM), "explanations", dollars=50.0)
    assert "Recommended: listwise" in recommended(app)
    given(app, "explanations", dollars=50.0, queries=100_000)
    assert "No lane fits" in recommended(app)
    assert "With a larger budget, listwise openai:gpt-6-luna would fit" in recommended(app)


def test_each_need_reaches_the_rules() -> None:
    """Text that must not leave, and queries of one kind, decide as they are chosen."""
    app = given(guide("bm25", SEARCH), "local")
    assert lane(app, SEARCH)["Verdict"] == "doesn't fit" and lane(app, "bm25")["Verdict"] == "fits"
    app = guide(LLM)
    app.segmented_control(key="guide_kind").set_value("Simple").run()
    assert "the queries are simple" in lane(app, "listwise openai:gpt-6-luna")["What decided"]
    given(app, "specialised", "high_value")
    assert lane(app, "listwise openai:gpt-6-luna")["Verdict"] == "fits"
    app.segmented_control(key="guide_kind").set_value("Multi-hop").run()
    assert "complex or multi-hop queries; specialised" in lane(app, "listwise openai:gpt-6-luna")["What decided"]


def test_what_has_no_price_is_unpriced_and_never_free() -> None:
    row = lane(guide("listwise model=ollama:qwen3:0.6b"), "listwise ollama:qwen3:0.6b")
    assert row["$ a month, at list price"] == row["$ a month, by a batch API"] == "unpriced"
    assert "$0" not in " ".join(row.values())


def test_a_number_beyond_all_bounds_says_what_to_choose() -> None:
    """By the field's name. The rest of the page stands, the code to ship too."""
    app = given(guide("bm25"), queries=2_000_000_000)
    field = app.number_input(key="guide_queries").label
    assert f"{field} can't be 2,000,000,000. Choose a number from 1 to 1,000,000,000" in said(app.error)
    assert len(sheets(app)) == 1 and app.expander
    assert app.selectbox(key="guide_lane").value == "bm25" and any("LANE = 'bm25'" in each.value for each in app.code)


def test_a_preset_stands_beside_the_lanes_and_none_twice() -> None:
    """A preset whose strategy the Playground has already isn't added again."""
    app = guide("bm25 name=Mine")
    app.multiselect(key="guide_presets").set_value(["BM25", "Embedding"]).run()
    assert [row["name"] for row in Sheet(sheets(app)[1]).rows[1:]] == ["Mine", "Embedding"]


def test_quality_is_that_of_the_last_evaluation() -> None:
    """Both lanes are free; the one that ranks worse is no more recommended, and where the figures come from is told."""
    sets = [example("q1", "owl", 2), example("q2", "dog", 1), example("q3", "cat", 0)]
    app = guide("embedding", "bm25")
    assert "Quality wasn't measured" in recommended(app)
    evaluated(app, sets, "bm25")
    row = lane(app, "bm25")
    assert row["nDCG@10"] == "1.00 [1.00, 1.00]"
    assert lane(app, "embedding")["nDCG@10"] == "not measured"
    assert recommended(app).startswith("**Recommended: bm25.**") and "Its mean is 1.000" in recommended(app)
    assert "3 graded queries of animals" in said(app.caption)


def test_a_lane_that_ranks_worse_than_the_order_that_comes_in_is_not_recommended() -> None:
    """Both figures are told, the rule too; beside a lane that nobody measured it is the same."""
    sets = [example("q1", "a dog", 0), example("q2", "owl hoots", 0)]
    app = evaluated(guide("bm25", "embedding"), sets, "bm25")
    assert recommended(app).startswith("**Don't rerank: the order that comes in has a mean nDCG of 1.000")
    assert "The best of them is bm25, 0." in recommended(app)
    assert "What wasn't measured may be worth it: embedding." in recommended(app)
    assert "✗ Its mean nDCG" in lane(app, "bm25")["What decided"] and lane(app, "bm25")["Verdict"] == "doesn't fit"
    assert "If none is: don't rerank" in said(app.caption)
    assert "The order that came in reaches 1.00 [1.00, 1.00]" in said(app.caption)


@pytest.mark.usefixtures("kept")
def test_latencies_say_that_calls_over_more_documents_take_longer(tmp_path: Path) -> None:
    """Those of a model that scores all in one call; a grade a document is the same however many there are."""
    measure("bm25", "score", [0.008] * 15, tmp_path)
    measure("openai:gpt-6-luna", "grade", (0.4,), tmp_path)
    app = given(guide("bm25"), documents=50, latency=50.0)
    assert "allowed, if a call over 50 documents takes no longer than those" in lane(app, "bm25")["What decided"]
    assert "one over 50 may take longer" in said(app.caption)
    app = guide("pointwise model=openai:gpt-6-luna")
    assert "may take longer" not in said(app.caption)


def test_a_lane_that_ranked_only_some_queries_has_no_quality() -> None:
    """Its mean would be of other queries than the others'."""
    sets = [example("q1", "owl", 2), example("q2", "dog", 1)]
    app = evaluated(guide("bm25"), sets, "bm25")
    held = app.session_state.evaluation
    held.live.outcomes.pop((0, "q2"))
    app.run()
    assert "nDCG@10" not in lane(app, "bm25")
    assert "having not ranked all of them: bm25." in said(app.caption)


def test_great_figures_are_short() -> None:
    """A billion searches a day: thirty billion calls, $60,000,000."""
    row = lane(given(guide(SEARCH), queries=1_000_000_000), SEARCH)
    assert row["Calls, a month"] == "30.0B" and row["$ a month, at list price"] == "$60,000,000"


def test_strategies_are_explained_with_the_counts_of_that_many_documents() -> None:
    """A grade each, nine windows of a hundred; the counts change with the documents."""
    app = guide("bm25")
    labels = [each.label for each in app.expander]
    assert "**pointwise** · 20 calls in 1 round" in labels
    given(app, documents=100)
    labels = [each.label for each in app.expander]
    assert "**pointwise** · 100 calls in 1 round" in labels and "**listwise** · 9 calls in 9 rounds" in labels


def test_erring_judges_are_played_on_request() -> None:
    """Every lane, with the parameters said before."""
    app = guide("bm25")
    assert "20 graded documents in 12 shuffled orders" in said(app.caption)
    assert not app.dataframe
    app.button(key="guide_play").click().run()
    frame: pd.DataFrame = app.dataframe[0].value
    assert set(frame["lane"]) == set(LANES)
    row = frame[frame["lane"] == "listwise"].iloc[0]
    played = noisy("listwise")
    assert [float(row[f"nDCG@10, {error:.0%} errors"]) for error in ERRORS] == [round(each, 3) for each in played.ndcg]
    assert (row["calls"], row["rounds"]) == ("1", "1")


def test_a_lane_is_code_with_this_package_and_without() -> None:
    """The recommended one first; one that isn't a few lines says so."""
    app = guide(SEARCH, "pairwise model=openai:gpt-6-luna")
    assert app.selectbox(key="guide_lane").value == SEARCH
    blocks = [each.value for each in app.code if "def rerank" in each.value]
    assert [f"LANE = '{SEARCH}'" in blocks[0], "urllib.request" in blocks[1]] == [True, True]
    app.selectbox(key="guide_lane").set_value("pairwise model=openai:gpt-6-luna").run()
    (block,) = [each.value for each in app.code if "def rerank" in each.value]
    assert "pairwise model=openai:gpt-6-luna" in block
    assert "isn't written out without this package: it sorts by duels" in said(app.caption)


def test_the_code_is_the_recommended_lanes_until_another_is_chosen() -> None:
    """With 1,001 queries a day the recommendation goes from the LLM to the search API, and the code with it; what a
    visitor chose stays, as long as it is there."""
    app = guide(SEARCH, LLM, "bm25")
    presets = app.multiselect(key="guide_presets").value
    assert not presets and app.selectbox(key="guide_lane").value == "bm25"
    app = guide(SEARCH, LLM)
    assert app.selectbox(key="guide_lane").value == LLM
    given(app, queries=1_001)
    assert app.selectbox(key="guide_lane").value == SEARCH
    given(app, queries=1_000)
    assert app.selectbox(key="guide_lane").value == LLM
    app.selectbox(key="guide_lane").set_value(SEARCH).run()
    given(app, queries=900)
    assert app.selectbox(key="guide_lane").value == SEARCH and "gpt-6-luna" in recommended(app)


def test_a_lanes_name_is_text() -> None:
    """Whoever named it: neither markup of the tables nor of the sentence."""
    app = guide("bm25 name='<img src=x onerror=alert(1)> **b** $x$'")
    assert "<img" not in sheets(app)[1]
    assert "<img src=x onerror=alert(1)>" in lane(app, "<img src=x onerror=alert(1)> **b** $x$")["name"]
    (sentence,) = [each.value for each in app.markdown if "Recommended" in each.value]
    assert "\\<img" in sentence and "\\*\\*b\\*\\* \\$x\\$" in sentence
