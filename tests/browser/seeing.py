"""What every journey begins with: a session of its own, and a page that stands."""

from __future__ import annotations

from typing import Any, Protocol

from playwright.sync_api import Page, expect

DOCUMENTS, COLUMNS = 12, 6
"""Of the run that a first visit shows: the input, four lanes, and the ideal order."""


class Visit(Protocol):
    """Opens an address in a browser session of its own; ``how`` are options of a browser context."""

    def __call__(self, url: str, **how: Any) -> Page: ...


def ready(page: Page) -> None:
    """Waits until the page stands and can be used."""
    expect(page.get_by_role("button", name="Run").first).to_be_enabled(timeout=60_000)


def drawn(page: Page) -> None:
    """Waits until every card of the first visit's run is there."""
    expect(page.locator("button.card")).to_have_count(DOCUMENTS * COLUMNS, timeout=30_000)
