"""Whatever stands in a query, a document, a model's reply or a name: the page shows it, and does nothing it says."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from playground import runs
from playground.errors import KeyRefused
from playground.lanes import Lane, lane, parse
from playground.live import LiveRun
from playground.models import Access
from playground.runs import Record
from playground.testing import Scripted
from playground.types import Document, Domain, ModelRef, Task
from playground.view import page as report
from tests.browser.hostile import STRINGS
from tests.browser.seeing import Visit
from tests.saving import saved

COUNT = len(STRINGS)
TURNS = dict.fromkeys(map(ord, "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"))
# What was made of a string: elements that neither our page nor Streamlit's has, and attributes that load or run.
MADE = """
() => {
  const LOADING = /^(src|srcset|srcdoc|href|xlink:href|action|formaction|data|poster|background|style|http-equiv)$/i
  const FOREIGN = /^(object|embed|iframe|frame|base|marquee|math|audio|video|form)$/
  const HOSTILE = /evil\\.example|hacked|javascript:|vbscript:|data:text|display:none!important/i
  const found = []
  const look = (root) => {
    for (const element of root.querySelectorAll("*")) {
      if (element.shadowRoot) look(element.shadowRoot)
      const name = element.localName
      if (FOREIGN.test(name) || element.matches(".katex")) found.push(`<${name}>`)
      for (const { name: attribute, value } of element.attributes) {
        const bad = /^on/i.test(attribute) || (LOADING.test(attribute) && HOSTILE.test(value))
        if (bad) found.push(`<${name} ${attribute}="${value.slice(0, 80)}">`)
      }
      // The report's data stand in a script that is none: JSON.
      const text = element.matches("script:not([type='application/json']), style") ? element.textContent : ""
      if (HOSTILE.test(text)) found.push(`<${name}> ${text.slice(0, 80)}`)
    }
  }
  look(document)
  return found
}
"""


def at(place: int) -> str:
    """A string of the hundred, counted round and round."""
    return STRINGS[place % COUNT]


def hostile_run() -> Record:
    """A run in which every word that can come from outside is one of the strings."""
    documents = tuple(
        Document(
            id=at(place).strip(),
            title=at(place + 1),
            content=f"{at(place + 2)}\n{at(place + 3)} {at(place + 4)}",
            metadata={at(place + 5): at(place + 6)},
        )
        for place in range(COUNT)
    )
    domain = Domain(name=at(0), title=at(7), role=at(57), priorities=(at(58), at(62)), rubric=("no", "yes"))
    task = Task(query=f"{at(4)} {at(53)} {at(61)} {at(65)} {at(91)}", documents=documents, domain=domain)
    replies = [json.dumps({"quote": at(place + 3), "reason": at(place), "grade": place % 11}) for place in range(COUNT)]
    models = {
        "openai:gpt-4o": Scripted(replies),
        "openai:gpt-4o-mini": Scripted(STRINGS),
        "anthropic:claude-haiku-4-5": Scripted([KeyRefused(at(5), hint=at(51))]),
    }
    given = {ModelRef.parse(name): model for name, model in models.items()}
    words = ["bm25", *(f"pointwise model={name}" for name in models)]
    lanes: list[Lane] = [
        lane(parse(each).strategy, name) for each, name in zip(words, (at(61), at(4), at(91), at(94)), strict=True)
    ]
    live = LiveRun(task, lanes, Access(), given=given)
    live.join()
    qrels = {document.id: place % 4 for place, document in enumerate(documents)}
    return runs.record(task, lanes, live.events, qrels=qrels, warnings=(at(5), at(61), at(93), at(97)))


@pytest.fixture(scope="module")
def record() -> Record:
    return hostile_run()


def unharmed(page: Page) -> None:
    """Nothing ran, nothing was made of a string, and the page is no wider than its window."""
    assert page.evaluate("window.hacked") is None
    assert page.evaluate(MADE) == []
    width = page.viewport_size["width"] if page.viewport_size else 0
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    main = page.locator('[data-testid="stMain"]')
    assert main.count() == 0 or main.evaluate("main => main.scrollWidth <= main.clientWidth")


def walked(page: Page, check: Callable[[], None], documents: int) -> None:
    """Through every view, all of their pages, and the drawers of some documents."""
    expect(page.locator(".ladder")).to_be_visible(timeout=60_000)
    check()
    for choice in ("50", "3"):
        page.get_by_label("Top").select_option(choice)
        check()
    column = page.locator(".column").first
    page.get_by_label("Top").select_option("20")
    for place in range(documents):
        card = column.locator("button.card").nth(place)
        card.click()
        expect(page.locator(".drawer .text")).to_be_visible()
        if place % 5 == 0:
            for summary in page.locator(".drawer .calls > summary").all():
                summary.click()
            for summary in page.locator(".drawer .call summary").all():
                summary.click()
        check()
    for view in ("Matrix", "Details"):
        page.get_by_role("button", name=view, exact=True).click()
        check()
        following = page.get_by_role("button", name="Next")
        while following.is_enabled():
            following.click()
            check()


def test_a_hundred_hostile_strings_stay_text_on_the_page(
    visit: Visit, address: str, folder: Path, record: Record
) -> None:
    """In every view, drawer, panel and message; nothing is asked of another host, and no dialog opens."""
    page = visit(f"{address}?run={saved(record, folder)}")

    def check() -> None:
        unharmed(page)

    walked(page, check, 6)
    # Documents that are called like what a script finds in every object.
    for place in (90, 91, 92):
        page.locator("table.details .named").get_by_text(at(place + 1).translate(TURNS), exact=True).first.click()
        expect(page.locator(".drawer .text")).to_contain_text(at(place + 3).strip())
        check()
    for panel in ("Cost and latency", "Can we believe it", "Tables", "Share and export"):
        page.get_by_role("radio", name=panel).click(force=True)
        expect(page.get_by_role("radio", name=panel)).to_be_checked()
        check()
    page.get_by_text(f"{COUNT} documents").first.click()
    check()
    expect(page.get_by_test_id("stAlert").get_by_text(at(61), exact=True)).to_be_visible()
    texts = page.locator('.say, [data-testid="stMarkdownContainer"]').all_inner_texts()
    assert any(at(94).translate(TURNS) in text for text in texts)
    assert not [text for text in texts if text != text.translate(TURNS)], "a name turns what follows it"
    check()


def test_a_hostile_file_and_its_name_stay_text_in_the_refusal(page: Page) -> None:
    """The message names the file as it is called, and its field."""
    page.get_by_text("Upload", exact=True).click()
    content = json.dumps([{at(5): at(0)}]).encode()
    for name in (f"{at(4)} {at(61)}", at(91), at(98)):
        file = {"name": f"{name}.json", "mimeType": "application/json", "buffer": content}
        page.locator('input[type="file"]').first.set_input_files(file)  # type: ignore[arg-type]
        refusal = page.get_by_test_id("stAlert")
        expect(refusal).to_contain_text(name[-90:])
        expect(refusal).to_contain_text('Document 1, field "content": missing')
        expect(refusal).to_contain_text("<img src=")
        unharmed(page)


def test_a_hundred_hostile_strings_stay_text_in_the_report(browser: Browser, tmp_path: Path, record: Record) -> None:
    """The offline file: nothing runs, and nothing at all is asked for."""
    path = tmp_path / "report.html"
    path.write_text(report.html(record), encoding="utf-8")
    context = browser.new_context(viewport={"width": 1440, "height": 1000}, offline=True)
    page = context.new_page()
    asked: list[str] = []
    wrong: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("dialog", lambda dialog: (wrong.append(dialog.message), dialog.dismiss()))
    page.goto(path.as_uri())
    walked(page, lambda: unharmed(page), 8)
    expect(page.get_by_role("heading", level=1)).to_have_text(record.task.query)
    context.close()
    assert asked == [path.as_uri()]
    assert not wrong
