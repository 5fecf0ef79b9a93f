"""How fast the app is on this machine. Prints measured times; asserts nothing. Run: make bench"""

from __future__ import annotations

import os
import platform
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

ROOT = Path(__file__).parents[2]
LANES = (
    "bm25",
    "embedding",
    "likelihood",
    "pointwise model=local reasons=false",
    "cascade first=embedding then=likelihood",
)
SET = ROOT / "assets" / "samples" / "legal.json"


def main() -> None:
    print(
        f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}, {time.strftime('%Y-%m-%d')}"
    )
    print(f"import playground            {imported()}")
    print(f"page answers after start     {page():6.2f} s")
    warm()
    print(f"five lanes, a new process    {five():6.2f} s  (imports, loading two models and a server, 12 documents)")


def imported() -> str:
    """Seconds, and whether a heavy library came along."""
    code = (
        "import sys, time; began = time.perf_counter(); import playground; took = time.perf_counter() - began;"
        'print(f\'{took:6.2f} s  torch imported: {"torch" in sys.modules}, streamlit: {"streamlit" in sys.modules}\')'
    )
    return subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.strip()


def page() -> float:
    """Seconds from starting the server to its first answer."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    began = time.perf_counter()
    server = subprocess.Popen(
        [sys.executable, "-m", "streamlit", "run", "streamlit_app.py", "--server.port", str(port)],
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        while True:
            try:
                urllib.request.urlopen(f"http://localhost:{port}", timeout=5).close()
                return time.perf_counter() - began
            except OSError:
                time.sleep(0.05)
    finally:
        server.terminate()
        server.wait()


def warm() -> None:
    """The embedding lane twice in this process: cold with its loading, then warm."""
    from playground import compare
    from playground.datasets import load_examples

    example = load_examples(SET)[0]
    documents = example.documents[:10]
    for name in ("cold", "warm"):
        result = compare(example.query, documents, ["embedding"], fresh=True).results[0]
        print(f"embedding, 10 documents, {name}  {result.seconds:5.2f} s")


def five() -> float:
    """Seconds of the whole command line run, after one that left the converted model in the cache folder. No reply of
    that one is used again."""
    command = [sys.executable, "-m", "playground", "compare", "--set", str(SET), "--json", "--fresh"]
    for words in LANES:
        command += ["--lane", words]
    took = 0.0
    for _ in range(2):
        began = time.perf_counter()
        subprocess.run(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True)
        took = time.perf_counter() - began
    return took


if __name__ == "__main__":
    main()
