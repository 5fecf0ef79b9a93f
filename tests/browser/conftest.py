"""A real server and a real Chromium. In CI the browser must be there; elsewhere the journeys say that it is missing."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.browser.seeing import Visit, ready
from tests.browser.serving import serving

MODEL = "SmolLM2-135M-Instruct-float16"

expect.set_options(timeout=20_000)  # ms; the other tests need the processor, too


@pytest.fixture(scope="session")
def chromium() -> str:
    """The path of Debian's Chromium."""
    found = shutil.which("chromium") or shutil.which("chromium-browser")
    if found is None:
        if os.environ.get("CI"):
            pytest.fail("CI must have Chromium: apt-get install chromium")
        pytest.skip("No Chromium here, so nothing was checked in a browser: apt-get install chromium")
    return found


@pytest.fixture(scope="module")
def browser(chromium: str) -> Iterator[Browser]:
    """One browser a file. Not for longer: while it is open, playwright's event loop runs in this thread, and no other
    test could start one."""
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(
            executable_path=chromium,
            args=["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu", "--disable-background-networking"],
        )
        yield opened
        opened.close()


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the app keeps runs and replies: what one test had answered, the next needn't wait for. The language model
    is converted once a machine, so a conversion that is there already is lent."""
    made = tmp_path_factory.mktemp("kept")
    converted = Path("~/.cache/rerank-playground").expanduser() / MODEL
    if converted.is_dir():
        (made / MODEL).symlink_to(converted)
    return made


@pytest.fixture(scope="session")
def address(folder: Path) -> Iterator[str]:
    """The app, started for these tests, without any key."""
    with serving(folder) as found:
        yield found


@pytest.fixture
def visit(browser: Browser) -> Iterator[Visit]:
    """Fails on any request to another host, on any script error, and on any dialog of the browser's."""
    contexts = []
    asked: set[str | None] = set()
    wrong: list[str] = []

    def opened(url: str, **how: Any) -> Page:
        context = browser.new_context(**{"viewport": {"width": 1440, "height": 1000}, **how})
        contexts.append(context)
        page = context.new_page()
        page.on("request", lambda request: asked.add(urlsplit(request.url).hostname))
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("dialog", lambda dialog: (wrong.append(f"dialog: {dialog.message}"), dialog.dismiss()))
        page.goto(url)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert asked - {None, "", "localhost"} == set()
    assert not wrong


@pytest.fixture
def page(visit: Visit, address: str) -> Page:
    """The Playground as on a first visit."""
    opened = visit(address)
    ready(opened)
    return opened
