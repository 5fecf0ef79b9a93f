"""A grader at the keyboard: ten documents, one key each, and then how far they agree with another one."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

from playwright.sync_api import Page, expect

from playground import compare, judging
from playground.models import Access
from playground.store import Label, Store, url
from tests.browser.seeing import Visit
from tests.saving import saved

QUERY = "who hoots at night"
TEXTS = [f"animal {number} {'hoots at night' if number % 2 else 'sleeps'}" for number in range(10)]


def shown(page: Page, number: int, before: str = "") -> str:
    """The text of the document to be graded after ``number`` others; ``before`` is the last one's, which may stand for
    a moment beside the new count."""
    expect(page.get_by_text(f"{number} of {len(TEXTS)} done")).to_be_visible(timeout=30_000)
    document = page.locator(".st-key-judge_document")
    if before:
        expect(document).not_to_have_text(before, use_inner_text=True)
    return document.inner_text()


def test_ten_documents_are_graded_by_keyboard_and_kappa_is_seen(visit: Visit, address: str, folder: Path) -> None:
    """Name and Enter, ten keys, one of them taken back, one skipped and returned to, a note and Enter; then kappa with
    its n, and the grades stand in the Playground, also when it runs again."""
    record = compare(QUERY, TEXTS, ["bm25"]).record
    id = saved(record, folder)
    at = url(Access.from_env({"PLAYGROUND_CACHE_DIR": str(folder)}), {})
    with closing(Store(at)) as store:
        for document in record.task.documents:
            item = judging.item(QUERY, document)
            store.put_label(Label(**item._asdict(), grade=3 if "hoots" in document.content else 0, grader="Bob"))

    page = visit(f"{address}/judge?run={id}")
    page.get_by_role("textbox", name="Your name").fill("Ann")
    page.keyboard.press("Enter")
    first = shown(page, 0)
    page.keyboard.press("1")
    assert shown(page, 1, first) != first
    expect(page.get_by_role("button", name="Undo")).to_be_enabled()
    page.keyboard.press("u")
    assert shown(page, 0) == first
    note = page.get_by_placeholder("Note, kept with the grade")
    note.fill("2 owls")
    page.keyboard.press("Enter")
    expect(note).not_to_be_focused()
    text = ""
    for number in range(10):
        text = shown(page, number, text)
        assert page.get_by_text("Bob").count() == 0
        page.keyboard.press("s" if number == 4 else "3" if "hoots" in text else "0")
    expect(page.get_by_text("10 of 10 done, 1 of them skipped")).to_be_visible()
    page.keyboard.press("g")
    page.keyboard.press("3" if "hoots" in shown(page, 9) else "0")
    expect(page.get_by_text("10 of 10 done", exact=True)).to_be_visible()
    expect(page.get_by_text("Grading as Ann")).to_be_visible()
    with closing(Store(at)) as store:
        (label,) = [each for each in store.labels(QUERY, "Ann") if each.note]
    assert (label.note, label.grade) == ("2 owls", 3 if "hoots" in first else 0)
    expect(page.get_by_text("Krippendorff's alpha, ordinal: 1.00 (n = 10 documents, 2 graders)")).to_be_visible()
    expect(page.get_by_test_id("stDataFrame").first).to_contain_text("weighted κ")
    page.get_by_role("button", name="Use these grades").click()
    expect(page.get_by_text("10 grades now stand in the Playground's run")).to_be_visible()
    page.get_by_role("link", name="Playground", exact=True).click()
    # The input, the lane, and what there was not without grades: the ideal order.
    expect(page.locator("button.card")).to_have_count(3 * len(TEXTS), timeout=30_000)
    expect(page.get_by_text("Replayed from a run")).to_be_visible()
    page.get_by_role("button", name="Run").first.click()
    expect(page.get_by_text("Replayed from a run")).to_have_count(0, timeout=30_000)
    expect(page.locator("button.card")).to_have_count(3 * len(TEXTS), timeout=30_000)
