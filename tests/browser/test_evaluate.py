"""An evaluation in a real browser: from a query set to a figure, and from the figure to the query behind it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Visit
from tests.browser.serving import serving

QUERIES = {
    "q1": ("who barks", {"a": ("cats purr", 0), "b": ("dogs bark; who else barks", 3)}),
    "q2": ("who moos", {"c": ("cows moo, that is who moos", 3), "d": ("who moos? owls hoot", 0)}),
}


@pytest.fixture
def query_set(tmp_path: Path) -> Path:
    """Two queries; on the first, words lift the relevant document."""
    file = tmp_path / "animals.jsonl"
    rows = [
        {
            "query_id": id,
            "query": query,
            "documents": [{"id": key, "content": text} for key, (text, _) in documents.items()],
            "qrels": {key: grade for key, (_, grade) in documents.items()},
        }
        for id, (query, documents) in QUERIES.items()
    ]
    file.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    return file


@pytest.fixture
def page(visit: Visit, tmp_path: Path) -> Iterator[Page]:
    """The Evaluate page, by its own address and before anything else of the server: the entry runs all the same."""
    with serving(tmp_path) as address:
        opened = visit(f"{address}/evaluate")
        expect(opened.get_by_role("button", name="Run").first).to_be_enabled(timeout=60_000)
        yield opened


def only_bm25(page: Page) -> None:
    """Leaves one lane, which needs no model."""
    page.get_by_role("link", name="Playground", exact=True).click()
    menus = page.get_by_role("button", name="⋯")
    expect(menus).to_have_count(4, timeout=60_000)
    for left in (3, 2, 1):
        menus.last.click()
        page.get_by_role("menuitem", name="Remove").click()
        expect(menus).to_have_count(left)
    page.get_by_role("link", name="Evaluate", exact=True).click()


def test_a_cell_of_the_heatmap_opens_its_query_in_the_playground(page: Page, query_set: Path) -> None:
    """Upload -> Run -> measures, heatmap -> a click on a cell -> its query and documents stand in the Playground, with
    the lane that was evaluated and its ranking, for which nothing is asked again; coming back, the evaluation is still
    there."""
    only_bm25(page)
    expect(page.get_by_text("Change them in the Playground")).to_be_visible()
    page.get_by_text("Upload", exact=True).click()
    page.locator("input[type=file]").set_input_files(query_set)
    expect(page.get_by_text("animals.jsonl: 2 queries (2 with grades")).to_be_visible()
    page.get_by_role("button", name="Run").first.click()
    expect(page.get_by_text("2 of 2 rankings", exact=True)).to_be_visible(timeout=30_000)
    expect(page.get_by_text(re.compile("BM25 is the cheapest: nDCG"))).to_be_visible(timeout=30_000)
    cells = page.locator(".js-plotly-plot .scatterlayer .textpoint")
    expect(cells).to_have_count(4, timeout=30_000)
    cells.nth(1).scroll_into_view_if_needed()
    box = page.locator(".js-plotly-plot .heatmaplayer image").bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + box["width"] * 0.55, box["y"] + box["height"] * 0.25)  # far from its figure
    expect(page.get_by_label("Query", exact=True)).to_have_value("who barks", timeout=30_000)
    expect(page.get_by_text("2 documents")).to_be_visible()
    expect(page.locator("button.card")).to_have_count(6, timeout=30_000)  # the input, the lane, the ideal order
    expect(page.get_by_text("Nothing has run yet")).to_have_count(0)
    expect(page.get_by_role("button", name="Reversed input")).to_be_visible()  # the run is of what stands on the page
    expect(page.get_by_role("button", name="⋯")).to_have_count(1)
    page.get_by_role("link", name="Evaluate", exact=True).click()
    expect(page.get_by_text("2 of 2 rankings", exact=True)).to_be_visible(timeout=30_000)
    expect(page.get_by_label("Query", exact=True)).to_have_count(0)
