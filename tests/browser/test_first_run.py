"""A newcomer's first run, in a real browser, from a fresh session and without a key."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.browser.seeing import drawn

QUERY = "Which animal guards the farm at night?"
TEXTS = (
    "The cat sleeps by the stove. It purrs when somebody sits down beside it.",
    "Cows graze on the lower meadow. They are milked twice a day.",
    "Our hens lay five eggs a week. The coop is shut at dusk.",
    "A horse pulls the cart to the market. It is shod every two months.",
    "The dog guards the farm at night. It barks when a stranger comes to the gate.",
)

WITHOUT_LETTERS = """
(marks) => marks.map((mark) => {
  const pieces = [...mark.childNodes].filter((each) => each.localName !== "sup")
  return pieces.map((each) => each.textContent).join("")
})
"""
COLUMNS = 5
"""The input and four lanes."""
LONG = 180_000  # ms; the first run on a machine converts a model


def test_a_keyless_run_moves_and_ends_in_rankings_with_reasons(page: Page) -> None:
    """Query and documents pasted -> Run -> the strip moves -> four lanes are ranked and explained -> a press on the
    document in the sentence opens it, with every lane's word on it; the second one has a reason, and its quote is
    marked in the text. Nothing leaves the machine."""
    drawn(page)
    page.get_by_text("Paste", exact=True).click()
    page.get_by_label("Pasted documents").fill("\n\n".join(TEXTS))
    page.get_by_label("Query", exact=True).fill(QUERY)
    page.get_by_text("Rerank Playground").first.click()  # what was typed counts once the field is left
    expect(page.get_by_text(f"{len(TEXTS)} documents")).to_be_visible()
    page.get_by_role("button", name="Run").first.click()
    expect(page.get_by_role("button", name="Stop")).to_be_visible(timeout=LONG)
    expect(page.get_by_text("running").first).to_be_visible(timeout=LONG)
    expect(page.get_by_role("button", name="Stop")).to_have_count(0, timeout=LONG)
    expect(page.get_by_role("button", name="Run").first).to_be_enabled(timeout=LONG)
    expect(page.get_by_text("Replayed from a run of")).to_have_count(0)
    expect(page.locator("button.card")).to_have_count(len(TEXTS) * COLUMNS)
    expect(page.locator(".column .badge")).to_have_text(["baseline"])
    expect(page.locator(".say")).to_contain_text("The top result changed in")

    mover = page.locator(".say .named")
    title = mover.inner_text().strip("“”")
    mover.click()
    expect(page.locator(".drawer h3")).to_have_text(title)
    expect(page.locator(".drawer .reason")).to_have_count(4)
    expect(page.locator(".drawer .reason p").first).not_to_be_empty()

    page.locator(".column").nth(1).locator("button.card").nth(1).click()
    expect(page.locator(".drawer h3")).not_to_have_text(title)
    explained = page.locator(".drawer .reason").filter(has_text="written by a 135M model").first
    expect(explained.locator("p").first).not_to_be_empty()
    quote = explained.locator(".quote").inner_text().strip("“”")
    letter = explained.locator(".letter").inner_text()
    marked = page.locator(f'.drawer mark[data-marks*="{letter}"]')
    expect(marked.first).to_be_visible()
    assert "".join(marked.evaluate_all(WITHOUT_LETTERS)).split() == quote.split()
