"""A newcomer's first minutes, in a real browser, from a fresh session and without a key."""

from __future__ import annotations

from playwright.sync_api import Page, expect

LONG = 180_000  # ms; the first run on a machine converts a model


def run_to_the_end(page: Page) -> None:
    """Clicks Run and waits until it is there again."""
    page.get_by_role("button", name="Run").first.click()
    expect(page.locator("button.card")).to_have_count(5 * 12, timeout=LONG)
    expect(page.get_by_role("button", name="Run").first).to_be_enabled(timeout=LONG)


def test_a_keyless_run_moves_and_ends_in_rankings_with_a_reason(page: Page) -> None:
    """Run -> the strip moves -> four lanes are ranked -> reasons appear; nothing leaves the machine."""
    page.get_by_role("button", name="Run").first.click()
    expect(page.get_by_text("running").first).to_be_visible(timeout=LONG)
    expect(page.get_by_text("explained").first).to_be_visible(timeout=LONG)
    expect(page.get_by_role("button", name="Run").first).to_be_enabled(timeout=LONG)
    cards = page.locator("button.card")
    expect(cards).to_have_count(5 * 12)
    expect(page.get_by_text("The top result changed in")).to_be_visible()
    expect(page.get_by_text("written by a 135M model").first).to_be_visible()
    expect(page.locator("mark").first).to_be_visible()


def test_a_click_selects_a_document_in_every_lane(page: Page) -> None:
    """One selection for all columns, and its text beside them."""
    run_to_the_end(page)
    third = page.locator(".column").first.locator("button.card").nth(2)
    name = third.get_attribute("title")
    third.click()
    expect(page.locator(".drawer h3")).to_have_text(name or "")
    expect(page.locator('button.card[aria-pressed="true"]')).to_have_count(5)


def test_a_phone_sees_everything_without_scrolling_the_page_sideways(page: Page) -> None:
    """At 375 pixels the page itself stays within the window; the ladder scrolls inside its own box."""
    page.set_viewport_size({"width": 375, "height": 800})
    run_to_the_end(page)
    expect(page.locator(".drawer")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 375
