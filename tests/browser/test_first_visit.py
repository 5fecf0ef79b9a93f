"""A first visit: what stands there before anything was pressed, by mouse, by keyboard, on a phone, in the dark."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.seeing import COLUMNS, DOCUMENTS, Visit, drawn, ready

FOCUSED = "(document.activeElement?.shadowRoot?.activeElement ?? document.activeElement)"
PARTS = {
    "Run": '[data-testid="stBaseButton-primary"] p',
    "the sentence": ".say",
    "a lane's name": ".head .name",
    "what stands under a lane's name": ".head > .dim",
    "the baseline's badge": ".head .badge",
    "a card's title": ".card .title",
    "a card's rank": ".card .rank",
    "a card's move": ".card .move",
    "the chosen view": '.segments button[aria-pressed="true"]',
    "another view": '.segments button[aria-pressed="false"]',
    "a switch": ".toolbar .toggle",
    "grade 3": ".card > .g3",
    "grade 2": ".card > .g2",
    "grade 1": ".card > .g1",
    "grade 0": ".card > .g0",
    "the legend": ".legend > span",
    "the drawer's small print": ".drawer .dim",
    "the drawer's text": ".drawer .text",
    "what is marked in it": ".drawer mark",
    "a mark's letter": ".drawer mark sup",
    "a reason": ".drawer .reason p",
    "a quote": ".drawer .quote",
    "a quote's check": ".drawer .found",
    "a note": ".drawer .note",
    "the calls": ".drawer .calls summary",
    "the page's captions": '[data-testid="stCaptionContainer"] p',
}
CONTRAST = """
(element) => {
  const canvas = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true })
  const above = []
  for (let at = element; at; at = at.parentElement ?? at.getRootNode().host) above.unshift(at)
  const styles = above.map((each) => getComputedStyle(each))
  const pixel = (colour) => {
    canvas.fillStyle = colour
    canvas.fillRect(0, 0, 1, 1)
    return [...canvas.getImageData(0, 0, 1, 1).data].slice(0, 3)
  }
  // The colours of all that lies behind, laid over one another; then the text's own on top.
  let back = pixel("white")
  for (const style of styles) back = pixel(style.backgroundColor)
  canvas.globalAlpha = styles.reduce((product, style) => product * Number(style.opacity), 1)
  const front = pixel(styles.at(-1).color)
  const light = (colour) => {
    const linear = (each) => (each <= 0.04045 ? each / 12.92 : ((each + 0.055) / 1.055) ** 2.4)
    const [red, green, blue] = colour.map((each) => linear(each / 255))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
  }
  const [high, low] = [light(front), light(back)].sort((a, b) => b - a)
  return (high + 0.05) / (low + 0.05)
}
"""  # WCAG 2.2, contrast ratio


def tab_to(page: Page, wanted: str, key: str = "Tab") -> None:
    """Goes on with the keyboard until what has the focus matches a selector."""
    for _ in range(120):
        page.keyboard.press(key)
        if page.evaluate(f"{FOCUSED}?.matches({wanted!r}) ?? false"):
            return
    raise AssertionError(f"no way to {wanted} by {key}")


def focused(page: Page) -> dict[str, str]:
    """The ``data-`` attributes of what has the focus."""
    found: dict[str, str] = page.evaluate(f"({{ ...{FOCUSED}.dataset }})")
    return found


def test_a_first_visit_shows_a_whole_comparison_and_says_that_it_is_replayed(page: Page) -> None:
    """Nothing was pressed and nothing asked: every lane's order, the reasons, and where they come from."""
    drawn(page)
    expect(page.get_by_text("Replayed from a run of")).to_be_visible()
    expect(page.get_by_text("nothing was asked now", exact=False).first).to_be_visible()
    expect(page.get_by_text("The top result changed in")).to_be_visible()
    expect(page.locator(".drawer mark").first).to_be_visible()
    expect(page.get_by_text("No keys")).to_be_visible()


def test_a_click_selects_a_document_in_every_column(page: Page) -> None:
    """One selection for all columns, and its text beside them."""
    drawn(page)
    third = page.locator(".column").first.locator("button.card").nth(2)
    name = third.get_attribute("title")
    third.click()
    expect(page.locator(".drawer h3")).to_have_text(name or "")
    expect(page.locator('button.card[aria-pressed="true"]')).to_have_count(COLUMNS)
    expect(page.locator(".drawer .text")).to_be_visible()


def test_another_baseline_changes_sentence_and_moves_at_once(page: Page) -> None:
    """Without waiting for the server: a click on a lane's header compares everything with that lane."""
    drawn(page)
    embedding = page.locator(".column").nth(2)
    moved = [words for words in embedding.locator(".move").all_inner_texts() if words != "="]
    assert moved
    said = embedding.locator(".head").evaluate(
        'head => { const root = head.getRootNode(); head.click(); return root.querySelector(".say").textContent }'
    )
    assert "against Embedding" in said
    expect(embedding.locator(".badge")).to_have_text("baseline")
    expect(embedding.locator(".move")).to_have_text([""] * DOCUMENTS)
    first = page.locator(".column").first
    assert [words for words in first.locator(".move").all_inner_texts() if words not in ("", "=")]
    # The server has heard of it too: what it draws itself is compared with the same lane.
    page.get_by_role("radio", name="Tables").or_(page.get_by_role("button", name="Tables")).first.click()
    expect(page.get_by_text("change in places against Embedding")).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_text_can_be_read_in_both_themes(visit: Visit, address: str, scheme: str) -> None:
    """The page follows the system's theme; every text stands out from what is behind it (WCAG 2.2 AA, 4.5 to 1)."""
    page = visit(address, color_scheme=scheme)
    ready(page)
    drawn(page)
    colour = page.locator(".stApp").evaluate("app => getComputedStyle(app).backgroundColor")
    background = [int(number) for number in re.findall(r"\d+", colour)]
    assert max(background) < 60 if scheme == "dark" else min(background) > 230
    found = {name: page.locator(selector).first.evaluate(CONTRAST) for name, selector in PARTS.items()}
    assert {name: round(ratio, 2) for name, ratio in found.items() if ratio < 4.5} == {}


def test_a_phone_sees_everything_without_scrolling_the_page_sideways(page: Page) -> None:
    """At 375 pixels the page itself stays within the window; ladder and matrix scroll inside their own boxes."""
    page.set_viewport_size({"width": 375, "height": 800})
    drawn(page)

    def fits() -> None:
        assert page.evaluate("document.documentElement.scrollWidth") <= 375
        assert page.locator('[data-testid="stMain"]').evaluate("main => main.scrollWidth <= main.clientWidth")

    fits()
    within(page.locator(".toolbar"))
    last = page.locator(".column").last.locator("button.card").last
    last.scroll_into_view_if_needed()
    within(last)
    within(page.locator(".drawer"))
    within(page.locator(".drawer .calls > summary").last)
    for view in ("Matrix", "Details"):
        page.get_by_role("button", name=view).click()
        expect(page.locator(".tabled")).to_be_visible()
        fits()
        cell = page.locator(".tabled tbody tr").last.locator("td").last
        within(cell)
    within(page.get_by_role("button", name="Settings"))
    within(page.get_by_role("button", name="+ Add lane"))


def within(element: Locator) -> None:
    """It can be brought into the window."""
    element.scroll_into_view_if_needed()
    expect(element).to_be_in_viewport()


def test_the_keyboard_alone_is_enough(page: Page) -> None:
    """Tab reaches the ladder, arrows go along a path and down a column, Enter selects; view, baseline and calls too."""
    drawn(page)
    page.get_by_role("textbox", name="Query").focus()
    tab_to(page, ".card")
    begun = focused(page)
    page.keyboard.press("ArrowRight")
    assert focused(page)["id"] == begun["id"]
    assert int(focused(page)["column"]) == int(begun["column"]) + 1
    page.keyboard.press("ArrowDown")
    below = focused(page)
    assert below["id"] != begun["id"]
    assert below["column"] == str(int(begun["column"]) + 1)
    page.keyboard.press("Enter")
    expect(page.locator('button.card[aria-pressed="true"]')).to_have_count(COLUMNS)
    assert page.locator('button.card[aria-pressed="true"]').first.get_attribute("data-id") == below["id"]
    assert focused(page) == below, "the focus stays where it was"
    expect(page.locator(".drawer .text")).to_be_visible()

    tab_to(page, ".drawer summary")
    page.keyboard.press("Enter")
    expect(page.locator(".drawer details.calls[open] .call").first).to_be_visible()

    tab_to(page, '[data-focus="head:2"]', "Shift+Tab")
    page.keyboard.press("Enter")
    expect(page.locator(".say")).to_contain_text("against Embedding")
    assert focused(page) == {"focus": "head:2"}
    expect(page.locator(".drawer details.calls[open]")).to_have_count(1)
    tab_to(page, '[data-focus="View:matrix"]', "Shift+Tab")
    page.keyboard.press("Enter")
    expect(page.locator("table.matrix")).to_be_visible()
    tab_to(page, ".matrix tbody .named")
    page.keyboard.press("ArrowDown")
    second = focused(page)["focus"]
    page.keyboard.press("Enter")
    expect(page.locator(f'tr.chosen [data-focus="{second}"]')).to_be_focused()
