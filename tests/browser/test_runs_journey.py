"""A run is saved, and found again by somebody who has no link to it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import expect

from playground import compare
from tests.browser.seeing import Visit, ready
from tests.browser.serving import serving
from tests.provider import Answer, Provider, Say
from tests.saving import saved

ANIMALS = ["cats purr", "dogs bark", "cows moo", "owls hoot"]


def test_a_saved_run_is_opened_in_a_new_session_from_the_runs_page(visit: Visit, address: str, folder: Path) -> None:
    """Saved in one browser; another goes to Runs, notes what it was, opens it, and sees the same orders."""
    made = compare("which animal hoots after dark", ANIMALS, ["bm25"]).record
    page = visit(f"{address}?run={saved(made, folder)}")
    ready(page)
    expect(page.locator("button.card")).to_have_count(2 * len(ANIMALS), timeout=30_000)
    sentence = page.locator(".say").inner_text()
    page.get_by_text("Share and export").click()
    page.get_by_role("button", name="Save run and make a link").click()
    expect(page.get_by_text("Runs lists it")).to_be_visible(timeout=30_000)

    other = visit(address)
    ready(other)
    other.get_by_role("link", name="Runs").click()
    # What is typed while the page is still drawn would be lost.
    expect(other.get_by_role("button", name="Open").nth(1)).to_be_visible(timeout=30_000)
    other.get_by_label("Search").fill("hoots after dark")
    other.get_by_label("Search").press("Enter")
    expect(other.get_by_text("bm25 (complete)")).to_have_count(2, timeout=30_000)
    other.get_by_label("Note").first.fill("the owl first")
    other.get_by_label("Note").first.press("Enter")
    other.get_by_label("Search").fill("owl first")
    other.get_by_label("Search").press("Enter")
    expect(other.get_by_role("button", name="Open")).to_have_count(1)
    other.get_by_role("button", name="Open").click()
    expect(other.locator("button.card")).to_have_count(2 * len(ANIMALS), timeout=30_000)
    expect(other.locator(".say")).to_have_text(sentence)
    expect(other.get_by_text("nothing was asked now")).to_be_visible()
    expect(other.get_by_label("Query")).to_have_value("which animal hoots after dark")


def test_two_runs_of_one_query_are_compared_on_a_phone(visit: Visit, tmp_path: Path) -> None:
    """Each by its time and note, under letters; the page itself stays within the window."""
    made = compare("which animal hoots after dark", ANIMALS, ["bm25"]).record
    for day in (1, 2):
        saved(replace(made, made=f"2026-01-0{day}T03:04:05+00:00"), tmp_path, f"day {day}")
    with serving(tmp_path) as address:
        page = visit(f"{address}/runs", viewport={"width": 375, "height": 800})
        for number in (1, 2):
            page.get_by_test_id("stCheckbox").nth(number - 1).locator("label").click(timeout=30_000)
            expect(page.get_by_role("button", name=f"Compare {number} run")).to_be_visible(timeout=30_000)
        page.get_by_role("button", name="Compare 2 runs").click()
        expect(page.get_by_text("2026-01-02 03:04:05 UTC · day 2")).to_be_visible(timeout=30_000)
        expect(page.get_by_text("2026-01-01 03:04:05 UTC · day 1")).to_be_visible()
        expect(page.get_by_test_id("stDataFrame")).to_have_count(4)
        assert page.get_by_test_id("stMain").evaluate("main => main.scrollWidth <= main.clientWidth")


@pytest.fixture(scope="module")
def provider() -> Iterator[Provider]:
    with Provider() as found:
        yield found


def test_what_failed_in_a_saved_run_is_asked_for_with_one_click(
    visit: Visit, provider: Provider, tmp_path: Path
) -> None:
    """From the list: the run opens in the Playground, the one question is asked, and its lane is complete."""
    provider.script(Say(status=400), Answer('{"grade": 9}'), about="owls hoot")
    words = "pointwise model=openai:gpt-4o reasons=false name=grades"
    made = compare("which animal hoots after dark", ANIMALS, [words], access=provider.access()).record
    saved(made, tmp_path)
    keys = {"OPENAI_API_KEY": "sk-test", "OPENAI_BASE_URL": provider.url, "PLAYGROUND_REPLIES": "off"}
    with serving(tmp_path, keys) as address:
        page = visit(f"{address}/runs")
        expect(page.get_by_text("grades (partial)")).to_be_visible(timeout=30_000)
        page.get_by_role("button", name="Ask for what is missing").click()
        lane = page.locator(".column").nth(1)
        expect(lane.locator(".card").first).to_have_attribute("title", "owls hoot", timeout=30_000)
        expect(lane.locator(".card.failed")).to_have_count(0)
        expect(page.get_by_text("4/4 · 3 cached")).to_be_visible(timeout=30_000)
        expect(page.get_by_label("Query")).to_have_value("which animal hoots after dark")
