"""The Playground page, driven as a visitor would, without a browser. Every engine part behind it is the real one."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from tests.pages.driving import APP, badges, lanes, opened, ran, rankings, said, sentence


def test_a_fresh_session_shows_a_sample_and_lanes_that_need_no_key() -> None:
    """Nobody has to type anything before the first run, and none of the first lanes sends text out."""
    app = AppTest.from_file(str(APP), default_timeout=30).run()
    assert not app.exception
    assert "mould" in app.text_area(key="query").value
    assert badges(app) == ["local"] * 4
    assert not app.button(key="run").disabled


def test_a_run_shows_every_document_once_with_its_move_and_the_metrics_of_a_graded_set() -> None:
    """Sample -> Run -> rankings, changes against the input order, metrics."""
    app = ran(opened("bm25"))
    assert not app.exception
    table = rankings(app)
    assert sorted(table["rank"]) == list(range(1, 13))
    assert table["change"].sum() == 0
    assert set(table["provenance"]) <= {"judged", "judged, tied"}
    metrics = next(frame.value for frame in app.dataframe if "nDCG@10" in frame.value.columns)
    assert list(metrics["lane"]) == ["Input", "bm25", "Ideal"]
    assert "The top result changed in" in sentence(app)


def test_a_lane_that_only_scores_quotes_the_closest_sentence_and_gets_a_written_reason() -> None:
    """Reasons need no key: the first documents carry a quote that stands in their text, and a sentence."""
    app = ran(opened("embedding"))
    table = rankings(app)
    contents = {document.id: document.content for document in app.session_state.shown.live.task.documents}
    first = table.head(3)
    assert all(first["reason"])
    assert all(quote and quote in contents[id] for id, quote in zip(first["id"], first["quote"], strict=True))
    assert not any(table["quote"][3:])


def test_a_lane_without_its_key_says_what_to_do_and_leaves_the_others_alone() -> None:
    """One lane fails with a message that names the key; its neighbour's ranking is complete."""
    app = opened("pointwise model=anthropic:claude-haiku-5-5", "bm25")
    assert "ANTHROPIC_API_KEY" in said(app.caption)
    ran(app)
    failed, whole = app.session_state.shown.live.board.lanes
    assert failed.state == "failed"
    assert failed.error.kind == "KeyMissing"
    assert whole.state == "complete"


@pytest.mark.parametrize(
    ("typed", "complaint"),
    [("", "There is no query"), ("x" * 4_001, "4,001")],
)
def test_a_query_that_cannot_be_used_says_why_and_stays_as_typed(typed: str, complaint: str) -> None:
    """Bad input blocks Run with a clear word and loses nothing."""
    app = opened()
    app.text_area(key="query").set_value(typed).run()
    assert complaint in said(app.info)
    assert app.button(key="run").disabled
    assert app.text_area(key="query").value == typed


def test_pasted_lines_become_documents_and_survive_a_look_at_another_source() -> None:
    """One document a line; switching to the sample and back loses nothing."""
    app = opened()
    app.segmented_control(key="source").set_value("Paste").run()
    assert "no documents" in said(app.info).lower()
    app.text_area(key="pasted").set_value("cats purr\ndogs bark\ncats and dogs").run()
    app.segmented_control(key="source").set_value("Sample").run()
    app.segmented_control(key="source").set_value("Paste").run()
    app.text_area(key="query").set_value("bark").run()
    table = rankings(ran(app))
    assert table["title"].iloc[0] in {"dogs bark", "cats and dogs"}
    assert sorted(table["id"]) == ["d1", "d2", "d3"]


def test_an_uploaded_file_that_is_broken_names_the_line_and_one_that_is_fine_is_taken() -> None:
    """The error says where; the next, sound file is loaded with its query."""
    app = opened()
    app.segmented_control(key="source").set_value("Upload").run()
    app.file_uploader(key="uploaded").set_value(("bad.jsonl", b'{"query": "q", "documents": [\n', "text/plain")).run()
    assert "line 1" in said(app.info)
    documents = b'[{"id": "a", "content": "dogs bark"}, {"id": "b", "content": "cats"}]'
    good = b'{"query_id": "1", "query": "who barks", "documents": ' + documents + b', "qrels": {"a": 3}}'
    app.file_uploader(key="uploaded").set_value(("good.jsonl", good, "text/plain")).run()
    assert app.text_area(key="query").value == "who barks"
    assert rankings(ran(app))["id"].iloc[0] == "a"


def test_text_from_outside_is_never_markup() -> None:
    """Markdown, HTML and colour directives in a query's document titles reach the page as plain characters."""
    app = opened()
    app.segmented_control(key="source").set_value("Paste").run()
    app.text_area(key="pasted").set_value(":red[boo] **bold** $x^2$ ![i](http://h/i.png) <b>b</b>\nbarks a lot").run()
    app.text_area(key="query").set_value("barks").run()
    ran(app)
    drawn = " ".join(element.value for element in (*app.markdown, *app.caption))
    assert "![i](" not in drawn
    assert ":red[" not in drawn


def test_a_preset_adds_a_lane_and_the_estimate_follows() -> None:
    """ "+ Add lane" offers lanes by name; the run line counts their calls before anything is sent."""
    app = opened("bm25")
    before = said(app.caption)
    assert "1 call" in before
    app.button(key="preset_Pointwise, OpenAI").click().run()
    assert [made.name for made in lanes(app)] == ["bm25", "Pointwise, OpenAI"]
    assert "13 calls" in said(app.caption)
    assert badges(app) == ["local", "sends text out"]
