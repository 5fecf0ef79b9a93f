"""Runs that need a model elsewhere, here a provider on the loopback interface: stopped half-way, checked once more."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from playground import compare
from tests.browser.seeing import Visit, ready
from tests.browser.serving import serving
from tests.provider import Answer, Hang, Provider
from tests.saving import saved

QUERY = "who hoots"
ANIMALS = ["cats purr", "dogs bark", "cows moo", "owls hoot"]
GRADES = "pointwise model=openai:gpt-4o reasons=false"


@pytest.fixture(scope="module")
def provider() -> Iterator[Provider]:
    """Gives every document the same grade."""
    with Provider() as server:
        yield server


@pytest.fixture(scope="module")
def link(provider: Provider, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Opens a run of the same two lanes in an app that has this provider's key."""
    folder = tmp_path_factory.mktemp("kept")
    made = compare(QUERY, ANIMALS, [GRADES, "bm25"], access=provider.access())
    id = saved(made.record, folder)
    with serving(folder, {"OPENAI_API_KEY": "sk-test", "OPENAI_BASE_URL": provider.url}) as address:
        yield f"{address}?run={id}"


@pytest.fixture
def opened(visit: Visit, link: str, provider: Provider) -> Page:
    provider.script(Answer())
    page = visit(link)
    ready(page)
    expect(page.locator("button.card")).to_have_count(3 * len(ANIMALS), timeout=30_000)
    return page


def test_a_run_stopped_half_way_keeps_what_was_answered(opened: Page, provider: Provider) -> None:
    """Run -> one document's question hangs -> provisional ranks stand meanwhile -> Stop -> the rest is ranked, the one
    document is marked failed, and what is missing can be asked for."""
    page = opened
    provider.script(Hang(), about="owls hoot")
    page.get_by_role("button", name="Run").first.click()
    expect(page.get_by_text("3/4")).to_be_visible(timeout=30_000)
    lane = page.locator(".column").nth(1)
    expect(lane.locator(".badge")).to_have_text("provisional")
    expect(lane.locator(".card.waiting")).to_have_count(1)
    page.get_by_role("button", name="Stop").click()
    expect(page.get_by_role("button", name="Ask for what is missing")).to_be_visible(timeout=10_000)
    expect(lane.locator(".badge")).to_have_text("partial")
    expect(lane.locator(".card")).to_have_count(len(ANIMALS))
    expect(lane.locator(".card.failed")).to_have_attribute("title", "owls hoot")
    expect(page.locator(".say")).to_contain_text("The run was cut short (stopped); what was answered is kept.")


def test_reversed_input_shows_a_lane_that_only_keeps_the_order(opened: Page) -> None:
    """A model that grades everything alike leaves the input's order: on reversed input its ranking is reversed."""
    page = opened
    expect(page.get_by_text("run once more with the input reversed to see")).to_be_visible()
    page.get_by_role("button", name="Reversed input").click()
    expect(page.get_by_text("τ −1.00")).to_be_visible(timeout=30_000)
    expect(page.get_by_text("least alike: pointwise")).to_be_visible()
