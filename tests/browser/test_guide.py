"""From a workload to a lane: the Guide's recommendation follows what is typed, on a desk and on a phone."""

from __future__ import annotations

from playwright.sync_api import Page, ViewportSize, expect

from tests.browser.seeing import Visit, ready

DESK, PHONE = ViewportSize(width=1440, height=1000), ViewportSize(width=375, height=800)


def typed(page: Page, label: str, value: str) -> None:
    field = page.get_by_role("spinbutton", name=label)
    field.fill(value)
    field.press("Enter")


def test_the_recommendation_changes_when_the_volume_does(visit: Visit, address: str) -> None:
    """Reasons are wanted and $50 a month are there: an LLM at a hundred queries a day, none at a hundred thousand, and
    the LLM again afterwards. The tables fit the screen, and what was typed is still there after a look elsewhere."""
    page = visit(address, viewport=DESK)
    ready(page)
    page.get_by_role("link", name="Guide").click()
    sentence = page.locator(".st-key-guide_recommendation")
    expect(sentence).to_contain_text("Recommended: ", timeout=60_000)

    page.get_by_role("button", name="Explanations needed").click()
    typed(page, "Dollars a month", "50")
    typed(page, "Queries a day", "100")
    expect(sentence).to_contain_text("Recommended: Hybrid, Claude", timeout=30_000)
    typed(page, "Queries a day", "100000")
    expect(sentence).to_contain_text("No lane fits for certain.", timeout=30_000)
    expect(sentence).to_contain_text("With a larger budget, Hybrid, Claude")
    row = page.locator("table.sheet tbody").filter(has_text="Cohere Rerank")
    expect(row).to_contain_text("✗ It gives no reasons of its own.")
    row.locator("summary").click()
    expect(row).to_contain_text("No batch price of Cohere is known here.")

    page.set_viewport_size(PHONE)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    wide = "tables => tables.every(table => table.getBoundingClientRect().right <= innerWidth)"
    assert page.locator("table.sheet").evaluate_all(wide)
    page.set_viewport_size(DESK)

    page.get_by_role("link", name="Playground").click()
    ready(page)
    page.get_by_role("link", name="Guide").click()
    expect(page.get_by_role("spinbutton", name="Queries a day")).to_have_value("100000")
    typed(page, "Queries a day", "100")
    expect(sentence).to_contain_text("Recommended: Hybrid, Claude", timeout=30_000)
