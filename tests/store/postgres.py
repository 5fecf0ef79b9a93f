"""A PostgreSQL of the tests' own: Debian's programs, a cluster in a new folder, a free port of the loopback."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

PASSWORD = "p@ss w/rd:%41"  # noqa: S105 - of a server that is gone after the tests
"""With every character that a URL must spell otherwise."""


def programs() -> Path | None:
    """The folder of initdb and pg_ctl, which Debian keeps off the path; None where PostgreSQL isn't installed."""
    found = shutil.which("initdb")
    folders = [Path(found).resolve().parent] if found else []
    folders += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    return next((folder for folder in folders if (folder / "initdb").exists() and (folder / "pg_ctl").exists()), None)


@contextmanager
def server(bin: Path) -> Iterator[int]:
    """A running server, and its port. Its user is ``playground``, with ``PASSWORD``."""
    root = Path(tempfile.mkdtemp(prefix="playground-postgres-"))
    data, secret = root / "data", root / "password"
    secret.write_text(PASSWORD)
    # It refuses to run as root.
    unprivileged: dict[str, Any] = {}
    if os.getuid() == 0:
        unprivileged = {"user": "postgres", "group": "postgres", "extra_groups": []}
        for path in (root, secret):
            shutil.chown(path, "postgres", "postgres")

    def run(program: str, *arguments: str) -> None:
        subprocess.run(
            [bin / program, "-D", data, *arguments],
            check=True,
            cwd=root,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            **unprivileged,
        )

    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    # What is killed here is who writes, never the server or the machine: it needn't wait for the disk.
    options = f"-c listen_addresses=127.0.0.1 -p {port} -c unix_socket_directories='' -c fsync=off"
    try:
        run("initdb", "-U", "playground", "-A", "scram-sha-256", f"--pwfile={secret}", "--no-sync", "-E", "UTF8")
        run("pg_ctl", "start", "-w", "-l", str(root / "log"), "-o", options)
        try:
            yield port
        finally:
            run("pg_ctl", "stop", "-m", "immediate")
    finally:
        shutil.rmtree(root)
