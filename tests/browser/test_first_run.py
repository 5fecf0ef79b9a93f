"""A newcomer's first run, in a real browser, from a fresh session and without a key."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.browser.seeing import COLUMNS, DOCUMENTS, drawn

WITHOUT_LETTERS = """
(marks) => marks.map((mark) => {
  const pieces = [...mark.childNodes].filter((each) => each.localName !== "sup")
  return pieces.map((each) => each.textContent).join("")
})
"""
LONG = 180_000  # ms; the first run on a machine converts a model


def test_a_keyless_run_moves_and_ends_in_rankings_with_reasons(page: Page) -> None:
    """Run -> the strip moves -> four lanes are ranked and explained -> a press on the document in the sentence opens
    it, with every lane's word on it; the top document has a reason, and its quote is marked in the text. Nothing leaves
    the machine."""
    drawn(page)
    page.get_by_role("button", name="Run").first.click()
    expect(page.get_by_role("button", name="Stop")).to_be_visible(timeout=LONG)
    expect(page.get_by_text("running").first).to_be_visible(timeout=LONG)
    expect(page.get_by_role("button", name="Stop")).to_have_count(0, timeout=LONG)
    expect(page.get_by_role("button", name="Run").first).to_be_enabled(timeout=LONG)
    expect(page.get_by_text("Replayed from a run of")).to_have_count(0)
    expect(page.locator("button.card")).to_have_count(DOCUMENTS * COLUMNS)
    expect(page.locator(".column .badge")).to_have_text(["baseline"])
    expect(page.locator(".say")).to_contain_text("The top result changed in")

    mover = page.locator(".say .named")
    title = mover.inner_text().strip("“”")
    mover.click()
    expect(page.locator(".drawer h3")).to_have_text(title)
    expect(page.locator(".drawer .reason")).to_have_count(4)
    expect(page.locator(".drawer .reason p").first).not_to_be_empty()

    page.locator(".column").nth(1).locator("button.card").first.click()
    expect(page.locator(".drawer h3")).not_to_have_text(title)
    explained = page.locator(".drawer .reason").filter(has_text="written by a 135M model").first
    expect(explained.locator("p").first).not_to_be_empty()
    quote = explained.locator(".quote").inner_text().strip("“”")
    letter = explained.locator(".letter").inner_text()
    marked = page.locator(f'.drawer mark[data-marks*="{letter}"]')
    expect(marked.first).to_be_visible()
    assert "".join(marked.evaluate_all(WITHOUT_LETTERS)).split() == quote.split()
