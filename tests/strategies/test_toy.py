"""The promise to outsiders: a strategy is one file. Installed beside the playground, it is everywhere at once, and
nothing of the playground had to know it. Every look at it is a process of its own, as an installed package would be."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]

TOY = """
from dataclasses import dataclass
from typing import ClassVar

from playground.forms.grade import Grade
from playground.strategies.base import Asking, by_score, option
from playground.types import Ask, Rounds, Task


@dataclass(frozen=True, kw_only=True)
class Toy(Asking):
    name: ClassVar[str] = "toy"
    about: ClassVar[str] = "Grades one half after the other."

    halves: int = option(2, "Halves", "In how many rounds.", low=1, high=9)

    def rank(self, task: Task) -> Rounds:
        told = {}
        for start in range(self.halves):
            asked = task.documents[start :: self.halves]
            if asked:
                judgments = yield [Ask(form=self.form(), shown=(each,), model=self.model) for each in asked]
                told |= {each.id: judgment for each, judgment in zip(asked, judgments, strict=True)}
        return by_score(task.documents, told, stage=str(self.model))

    def form(self) -> Grade:
        return self.worded(Grade, reasons=False)

    def guaranteed(self, n: int, k: int) -> int:
        return min(n, k)
"""


def installed(folder: Path, code: str, named: str = "a_toy") -> Path:
    """The file, and what an installer would write beside it."""
    (folder / "a_toy.py").write_text(code)
    about = folder / "a_toy-1.0.dist-info"
    about.mkdir()
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: a-toy\nVersion: 1.0\n")
    (about / "entry_points.txt").write_text(f"[rerank_playground.strategies]\ntoy = {named}\n")
    return folder


@pytest.fixture(scope="module")
def toy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return installed(tmp_path_factory.mktemp("toy"), TOY)


def python(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    env = os.environ | {"PYTHONPATH": os.pathsep.join([str(folder), str(ROOT)])}
    return subprocess.run([sys.executable, *words], capture_output=True, text=True, cwd=ROOT, env=env, timeout=120)


def told(folder: Path, *words: str) -> Any:
    done = python(folder, *words)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def rows(folder: Path) -> dict[str, Any]:
    return {row["name"]: row for row in told(folder, "-m", "playground", "strategies", "--json")["strategies"]}


def test_it_is_listed_with_its_options(toy: Path) -> None:
    """On the command line, between ours, with its words and ranges and the prompt that its users may replace."""
    found = rows(toy)
    assert list(found) == sorted(found) and {"listwise", "toy"} <= set(found)
    assert found["toy"]["about"] == "Grades one half after the other."
    assert found["toy"]["needs"] == ["model"]
    (halves,) = [option for option in found["toy"]["options"] if option["name"] == "halves"]
    assert (halves["default"], halves["low"], halves["high"]) == (2, 1, 9)
    assert "{documents}" in found["toy"]["prompt"]


def test_an_entry_point_may_name_the_class_itself(tmp_path: Path) -> None:
    """``a_toy:Toy`` is as good as ``a_toy``."""
    assert "toy" in rows(installed(tmp_path, TOY, "a_toy:Toy"))


def test_it_is_planned_and_priced(toy: Path) -> None:
    """Its estimate is played from its own generator: a call a document, as many rounds as it takes."""
    words = ("estimate", "--set", "assets/samples/general.json", "--json")
    lanes = [f"toy model=local halves={halves}" for halves in (1, 3)]
    found = told(toy, "-m", "playground", *words, "--lane", lanes[0], "--lane", lanes[1])["lanes"]
    count = len(json.loads((ROOT / "assets/samples/general.json").read_text())["documents"])
    assert [lane["rounds"] for lane in found] == [1, 3]
    assert [lane["calls"] for lane in found] == [[count, count]] * 2


CONTRACT = (
    "-m",
    "pytest",
    "tests/strategies/test_contract.py",
    "-k",
    "elsewhere or under_contract",
    "-p",
    "no:cacheprovider",
)


def test_it_is_held_to_the_contract(toy: Path) -> None:
    """Our own contract tests play it, without being told of it, and it passes."""
    done = python(toy, *CONTRACT, "-v")
    assert done.returncode == 0, done.stdout
    assert "2 passed" in done.stdout and "skipped" not in done.stdout


def test_the_contract_finds_out_one_that_breaks_it(tmp_path: Path) -> None:
    """The same file with one document lost fails them, by name of the promise: so they did play it."""
    broken = TOY.replace("by_score(task.documents, told", "by_score(task.documents[1:], told")
    done = python(installed(tmp_path, broken), *CONTRACT)
    assert done.returncode == 1
    assert "BrokenPromise: Broken: every document comes back exactly once" in done.stdout


PAGE = """
import json
from playground.ui.lane_menu import EDIT
from tests.pages.driving import chosen, lanes, opened, said

app = chosen(opened("bm25"), EDIT)
(kind,) = [widget for widget in app.selectbox if widget.label == "Strategy"]
choices = list(kind.options)
kind.set_value("toy").run()
assert not app.exception and not app.error
titles = [widget.label for widget in app.number_input]
(halves,) = [widget for widget in app.number_input if widget.label == "Halves"]
halves.set_value(3).run()
about = said(app.caption)
app.button(key="save_lane").click().run()
print(json.dumps({"choices": choices, "titles": titles, "about": about, "lane": lanes(app)[0].words}))
"""


def test_it_is_in_the_page(toy: Path) -> None:
    """Among the choices of a lane's dialog, with a form made from its fields, and saved as a lane."""
    found = told(toy, "-c", PAGE)
    assert {"toy", "listwise"} <= set(found["choices"])
    assert {"Halves", "Characters a document", "Top k"} <= set(found["titles"])
    assert "Grades one half after the other." in found["about"]
    assert found["lane"].startswith("toy model=") and found["lane"].endswith("halves=3")
