"""Collections of ir_datasets that lie in files: nothing is downloaded."""

from __future__ import annotations

import os
from itertools import count
from pathlib import Path
from typing import Any

import pytest

QUERIES = {"q1": "who barks", "q2": "who moos", "q3": "who hoots"}
DOCS = {"a": "cats purr", "b": "dogs bark", "c": "cows moo", "d": "who barks? dogs: who barks at night barks"}
QRELS = "q1 0 a 0\nq1 0 b 3\nq1 0 d -1\nq2 0 c 2\nq2 0 gone 1\n"
_numbers = count(1)


def registered(folder: Path, *, docs: str | None = "", queries: str = "", qrels: str = QRELS, run: str = "") -> str:
    """Registers a collection of these files, and returns its id. Texts and queries are those above for ""; None = the
    file is lost, and without ``qrels`` or ``run`` it has none."""
    library = ir_datasets(folder)
    formats, local = library.formats, library.util.LocalDownload

    def file(name: str, text: str | None) -> Any:
        if text is not None:
            (folder / name).write_text(text, encoding="utf-8")
        return local(folder / name)

    texts = "".join(f"{id}\t{text}\n" for id, text in DOCS.items())
    asked = "".join(f"{id}\t{text}\n" for id, text in QUERIES.items())
    parts = [
        formats.TsvDocs(file("docs.tsv", texts if docs == "" else docs)),
        formats.TsvQueries(file("queries.tsv", queries or asked)),
    ]
    parts += [formats.TrecQrels(file("qrels", qrels), {})] if qrels else []
    parts += [formats.TrecScoredDocs(file("run", run))] if run else []
    id = f"tests/{next(_numbers)}"
    library.registry.register(id, library.Dataset(*parts))
    return id


def ir_datasets(folder: Path) -> Any:
    """The library. On its import it makes folders for what it would download: here, if it wasn't imported before."""
    before = os.environ.get("IR_DATASETS_HOME")
    os.environ["IR_DATASETS_HOME"] = str(folder / "ir_datasets")
    try:
        return pytest.importorskip("ir_datasets")
    finally:
        os.environ.pop("IR_DATASETS_HOME")
        if before is not None:
            os.environ["IR_DATASETS_HOME"] = before
