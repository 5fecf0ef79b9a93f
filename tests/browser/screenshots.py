"""The pictures of a first visit that the README shows. Run: make screenshots"""

from __future__ import annotations

import shutil
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, expect, sync_playwright

from tests.browser.serving import ROOT, serving

WIDTH, TALLEST = 1440, 1400  # pixels


def main() -> None:
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        sys.exit("Chromium is needed: apt-get install chromium")
    # A folder of its own, so that nothing of anybody's earlier runs shows.
    with (
        tempfile.TemporaryDirectory() as folder,
        serving(Path(folder)) as address,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        for scheme in ("light", "dark"):
            file = ROOT / "assets" / f"playground-{scheme}.png"
            take(browser, address, scheme, file)
            print(f"{file.relative_to(ROOT)}: {file.stat().st_size // 1024} KB")
        browser.close()


def take(browser: Browser, address: str, scheme: str, file: Path) -> None:
    """The page from its top to the end of what is compared, once it stands still."""
    context = browser.new_context(
        viewport={"width": WIDTH, "height": TALLEST},
        color_scheme="dark" if scheme == "dark" else "light",
        reduced_motion="reduce",
    )
    page = context.new_page()
    page.goto(address)
    expect(page.get_by_role("button", name="Run").first).to_be_enabled(timeout=60_000)
    cards = page.locator("button.card")
    expect(cards.first).to_be_visible(timeout=60_000)
    expect(page.locator('[data-testid="stSkeleton"]')).to_have_count(0)
    page.evaluate("document.fonts.ready")
    panels = page.get_by_role("radiogroup", name="More")
    expect(panels).to_be_visible()
    end = page.locator(".comparison").bounding_box()
    assert end is not None
    note = page.locator('[data-testid="stCaptionContainer"]').filter(has_text="About this set").bounding_box()
    bottom = note["y"] if note is not None else end["y"] + end["height"] + 20
    page.screenshot(
        path=file,
        animations="disabled",
        caret="hide",
        clip={"x": 0, "y": 0, "width": WIDTH, "height": min(TALLEST, round(bottom))},
    )
    context.close()


if __name__ == "__main__":
    main()
