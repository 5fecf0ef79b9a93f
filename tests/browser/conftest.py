"""A real server and a real Chromium. In CI the browser must be there; elsewhere the journeys say that it is missing."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

ROOT = Path(__file__).parents[2]


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
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The app, started for these tests on a free port, without any key. What one test had answered, the next needn't
    wait for."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    env = {name: value for name, value in os.environ.items() if not name.endswith(("_API_KEY", "_BASE_URL"))}
    env["PLAYGROUND_REPLIES"] = str(tmp_path_factory.mktemp("replies") / "replies.sqlite")
    server = subprocess.Popen(
        [sys.executable, "-m", "streamlit", "run", "streamlit_app.py", "--server.port", str(port)],
        cwd=ROOT,
        env=env,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert server.stdout is not None
    for line in server.stdout:  # it prints its address once it listens
        if "URL:" in line:
            break
    found = f"http://localhost:{port}"
    with urllib.request.urlopen(found, timeout=30) as page:
        assert page.status == 200
    assert server.poll() is None, "another program answers on this port"
    yield found
    server.terminate()
    server.wait(20)


@pytest.fixture
def page(browser: Browser, address: str) -> Iterator[Page]:
    """The Playground in a fresh session; fails on any request to another host and on any script error."""
    context = browser.new_context(viewport={"width": 1440, "height": 1000})
    opened = context.new_page()
    asked: set[str | None] = set()
    errors: list[str] = []
    opened.on("request", lambda request: asked.add(urlsplit(request.url).hostname))
    opened.on("pageerror", lambda error: errors.append(str(error)))
    opened.goto(address)
    expect(opened.get_by_role("button", name="Run", exact=False).first).to_be_enabled(timeout=60_000)
    yield opened
    context.close()
    assert asked - {None, ""} == {"localhost"}
    assert not errors
