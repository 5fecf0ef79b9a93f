"""The layers: a module imports only from the ones above its own, so that the engine never needs the page."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
ENGINE = ROOT / "playground"

# DESIGN.md's order, top to bottom. Modules on one line are side by side and don't know each other.
LAYERS = (
    ("types",),
    ("errors",),
    ("limits", "catalog", "text"),
    ("domains",),
    ("forms",),
    ("strategies",),
    ("testing", "lanes"),
    ("models",),
    ("pricing",),
    ("budget", "cache", "circuit"),
    ("events",),
    ("board",),
    ("checks",),
    ("plan",),
    ("question",),
    ("asking", "reuse"),
    ("runner", "at_hand", "provisional"),
    ("metrics", "comparison", "agreement", "significance", "cutoff", "timing"),
    ("belief",),
    ("datasets",),
    ("live",),
    ("runs", "report"),
    ("store",),
    ("view",),
    ("export",),
    ("judging",),
    ("guide", "saved_queries"),
    ("facade",),
    ("evaluation",),
    ("cli",),
    ("ui",),
)
LAYER = {name: level for level, names in enumerate(LAYERS) for name in names}
# What loads slowly: an import of the engine must not wait for it.
HEAVY = {"torch", "transformers", "sentence_transformers", "streamlit"}


def modules(folder: Path) -> list[Path]:
    return sorted(folder.rglob("*.py"))


def unit(file: Path) -> str:
    """The name of the layer's module or package a file of the engine belongs to."""
    return file.relative_to(ENGINE).parts[0].removesuffix(".py")


def imported(node: ast.AST) -> Iterator[str]:
    """The dotted names that one statement imports, relative ones included."""
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
    elif isinstance(node, ast.ImportFrom):
        assert node.level == 0, "imports are absolute here"
        if node.module == "playground":
            yield from (f"playground.{alias.name}" for alias in node.names)
        else:
            yield node.module or ""


def everywhere(file: Path) -> set[str]:
    return {name for node in ast.walk(ast.parse(file.read_text("utf-8"))) for name in imported(node)}


def at_module_level(file: Path) -> set[str]:
    """Imports that run as soon as the module is imported: all but those inside functions."""

    def outside_functions(node: ast.AST) -> Iterator[ast.AST]:
        for child in ast.iter_child_nodes(node):
            if not isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
                yield child
                yield from outside_functions(child)

    return {name for node in outside_functions(ast.parse(file.read_text("utf-8"))) for name in imported(node)}


def heavy(names: set[str]) -> set[str]:
    return {name.split(".")[0] for name in names} & HEAVY


# The package's front door and ``python -m playground`` stand below all layers.
INNER = [file for file in modules(ENGINE) if unit(file) not in ("__init__", "__main__")]


@pytest.mark.parametrize("file", INNER, ids=lambda file: str(file.relative_to(ENGINE)))
def test_a_module_imports_only_from_layers_above_its_own(file: Path) -> None:
    """Also inside functions and under TYPE_CHECKING. A module that stands in no layer must be given one above."""
    own = unit(file)
    assert own in LAYER, f"{own} stands in no layer: add it to LAYERS where it belongs"
    for name in everywhere(file):
        if name.split(".")[0] != "playground":
            continue
        assert name != "playground", "the engine does not use its own front door"
        other = name.split(".")[1]
        assert other in LAYER, f"{name} is no module of a layer"
        assert other == own or LAYER[other] < LAYER[own], f"{own} imports {name}"


@pytest.mark.parametrize("file", modules(ENGINE), ids=lambda file: str(file.relative_to(ENGINE)))
def test_only_the_page_imports_streamlit_and_nothing_heavy_is_imported_early(file: Path) -> None:
    """streamlit only in ui/; torch and the like only inside the functions of models/."""
    if unit(file) == "ui":
        assert heavy(at_module_level(file)) <= {"streamlit"}
        assert heavy(everywhere(file)) <= {"streamlit"}
        return
    assert not heavy(at_module_level(file))
    assert "streamlit" not in heavy(everywhere(file))
    if unit(file) != "models":
        assert not heavy(everywhere(file))


def test_pages_draw_and_the_engine_does_not_know_them() -> None:
    """No module imports a page; pages import only ui/, live runs and nouns, never a model or the runner."""
    for file in INNER:
        assert not {name for name in everywhere(file) if name.split(".")[0] in ("pages", "streamlit_app")}, file
    for file in [*modules(ROOT / "pages"), ROOT / "streamlit_app.py"]:
        ours = {name.split(".")[1] for name in everywhere(file) if name.startswith("playground.")}
        assert not ours & {"runner", "models", "strategies", "forms"}, file


def test_importing_the_engine_and_the_command_line_loads_nothing_heavy() -> None:
    """A fresh interpreter that imports both has neither torch nor streamlit in memory."""
    code = "import sys, playground, playground.cli; print(*sorted(name for name in sys.modules if '.' not in name))"
    loaded = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.split()
    assert "playground" in loaded
    assert not HEAVY & set(loaded)


def test_the_reader_of_imports_sees_every_kind(tmp_path: Path) -> None:
    """The tests above can fail: the reader finds imports at the top, in classes, in functions and under conditions."""
    file = tmp_path / "module.py"
    file.write_text(
        "import torch.nn\nfrom playground import facade\nif x:\n    import streamlit as st\n"
        "class A:\n    import transformers\n    def f(self):\n        from playground.ui import table\n"
    )
    assert everywhere(file) == {"torch.nn", "playground.facade", "streamlit", "transformers", "playground.ui"}
    assert heavy(at_module_level(file)) == {"torch", "streamlit", "transformers"}
    assert "playground.ui" not in at_module_level(file)
