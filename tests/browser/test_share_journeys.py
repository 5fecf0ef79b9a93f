"""A comparison is handed on: as a link to this installation, and as a file that needs none."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Browser, Page, expect

from playground import runs
from playground.view import page as report
from tests.browser.seeing import COLUMNS, DOCUMENTS, Visit, drawn
from tests.browser.serving import ROOT


def test_a_link_opens_what_was_seen(page: Page, visit: Visit) -> None:
    """Matrix, baseline, metric and selected document arrive in another person's browser, where nothing is asked."""
    drawn(page)
    page.locator(".column").nth(3).locator("button.head").click()
    page.get_by_role("button", name="P@1").click()
    page.locator(".column").first.locator("button.card").nth(6).click()
    page.get_by_role("button", name="Matrix").click()
    title = page.locator(".drawer h3").inner_text()
    sentence = page.locator(".say").inner_text()
    page.get_by_text("Share and export").click()
    page.get_by_role("button", name="Save run and make a link").click()
    link = page.get_by_test_id("stCode").filter(has_text="run=").inner_text().strip()

    other = visit(link)
    expect(other.locator("table.matrix")).to_be_visible(timeout=30_000)
    expect(other.get_by_text("nothing was asked now")).to_be_visible()
    expect(other.locator(".say")).to_have_text(sentence)
    expect(other.locator(".drawer h3")).to_have_text(title)
    expect(other.locator("tr.chosen .named")).to_have_text(title)
    pressed = other.locator('.toolbar button[aria-pressed="true"]')
    expect(pressed).to_have_text(["Matrix", "P@1"])
    expect(other.locator("thead .badge").first).to_have_text("baseline")
    assert other.locator("thead th").nth(4).locator(".badge").count() == 1


def test_a_report_opens_from_the_disk_and_asks_nobody(browser: Browser, tmp_path: Path) -> None:
    """The ladder stands; view, baseline and document change in it; its file is all that is ever read."""
    path = tmp_path / "report.html"
    path.write_text(report.html(runs.read(ROOT / "assets" / "first-visit.json")), encoding="utf-8")
    context = browser.new_context(viewport={"width": 1440, "height": 1000}, offline=True)
    page = context.new_page()
    asked: list[str] = []
    errors: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(path.as_uri())

    expect(page.locator("button.card")).to_have_count(DOCUMENTS * COLUMNS)
    page.locator(".column").nth(2).locator("button.head").click()
    expect(page.locator(".say")).to_contain_text("against Embedding")
    for column in range(COLUMNS):
        page.locator(".column").nth(column).locator("button.card").last.click()
        expect(page.locator(".drawer .text")).to_be_visible()
    page.locator(".drawer .calls > summary").first.click()
    page.locator(".drawer .calls[open] .call summary").last.click()
    expect(page.locator(".drawer pre").last).to_be_visible()
    page.get_by_role("button", name="Matrix").click()
    expect(page.locator("table.matrix tbody tr")).to_have_count(DOCUMENTS)
    page.get_by_role("button", name="Details").click()
    expect(page.locator("table.details .quote").first).to_be_visible()
    page.get_by_role("button", name="Light or dark").click()
    expect(page.locator("html")).to_have_class("dark")
    context.close()
    assert asked == [path.as_uri()]
    assert not errors
