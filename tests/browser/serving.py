"""The app as its visitors meet it: a server of its own on a free port."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).parents[2]


@contextmanager
def serving(folder: Path, env: Mapping[str, str] | None = None) -> Iterator[str]:
    """The address of the app, which keeps runs and replies in this folder and knows no keys or addresses but those in
    ``env``."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    surroundings = {name: value for name, value in os.environ.items() if not name.endswith(("_API_KEY", "_BASE_URL"))}
    surroundings.pop("PLAYGROUND_DATABASE_URL", None)
    surroundings |= {"PLAYGROUND_CACHE_DIR": str(folder), "PLAYGROUND_REPLIES": str(folder / "replies.sqlite")}
    server = subprocess.Popen(
        [sys.executable, "-m", "streamlit", "run", "streamlit_app.py", "--server.port", str(port)],
        cwd=ROOT,
        env=surroundings | dict(env or {}),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        assert server.stdout is not None
        for line in server.stdout:  # it prints its address once it listens
            if "URL:" in line:
                break
        address = f"http://localhost:{port}"
        with urllib.request.urlopen(address, timeout=30) as page:
            assert page.status == 200
        assert server.poll() is None, "another program answers on this port"
        yield address
    finally:
        server.terminate()
        server.wait(20)
