"""A lane is added, worded anew and kept within a limit, in a real browser and without a key."""

from __future__ import annotations

from playwright.sync_api import Locator, Page, expect

MARKUP = "<img src=x onerror=alert(1)> **strictly** :red[now] [link](http://elsewhere.example)"


def prompt_of(page: Page, lane: int) -> Locator:
    """The prompt in the form of this lane, which is opened for it."""
    page.get_by_role("button", name="⋯").nth(lane).click()
    page.get_by_text("Edit options and prompt…").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("tab", name="Prompt").click()
    return dialog.get_by_role("tabpanel", name="Prompt").locator("textarea")


def test_a_prompt_is_edited_compared_and_kept(page: Page) -> None:
    """Add lane -> its card says that it sends text out -> the prompt's changes are shown as plain text -> what is
    closed without saving is dropped, what is saved stays."""
    alerts: list[str] = []
    page.on("dialog", lambda alert: alerts.append(alert.message))
    page.get_by_role("button", name="+ Add lane").click()
    page.get_by_role("button", name="Pairwise, OpenAI").click()
    expect(page.get_by_text("sends text out", exact=True)).to_be_visible()

    prompt = prompt_of(page, 4)
    default = prompt.input_value()
    prompt.fill(default.replace("Decide", f"{MARKUP} Decide"))
    prompt.press("Control+Enter")
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_text(f"+{MARKUP} Decide")).to_be_visible()
    dialog.get_by_text("exactly as the model gets it").click()
    expect(dialog.get_by_text(f"{MARKUP} Decide which of two documents", exact=False).last).to_be_visible()
    assert dialog.locator("img, a, strong").count() == 0 and not alerts
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)

    prompt = prompt_of(page, 4)
    expect(prompt).to_have_value(default)
    prompt.fill("{query} {documents}")
    prompt.press("Control+Enter")
    expect(dialog.get_by_text("The prompt lacks {answer}.")).to_be_visible()
    expect(dialog.get_by_role("button", name="Save")).to_be_disabled()
    prompt.fill("Mine: {query} {documents} {answer}")
    prompt.press("Control+Enter")
    dialog.get_by_role("button", name="Save").click()
    expect(dialog).to_have_count(0)
    expect(prompt_of(page, 4)).to_have_value("Mine: {query} {documents} {answer}")


def test_a_limit_stands_in_the_status_line_until_it_is_emptied(page: Page) -> None:
    """Settings -> a limit for one run -> the line at the top names it; emptied again, it is gone."""
    for typed, shown in (("0.5", 1), ("", 0)):
        page.get_by_role("button", name="Settings").click()
        page.get_by_role("spinbutton", name="One run").fill(typed)
        page.get_by_role("spinbutton", name="One run").press("Enter")
        page.get_by_role("dialog").get_by_role("button", name="Done").click()
        expect(page.get_by_role("dialog")).to_have_count(0)
        # At the top, and beside what the run will take.
        expect(page.get_by_text("limit $0.50")).to_have_count(2 * shown)
