"""The README's own code works as it stands there."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent


def test_the_strategy_of_ones_own_keeps_the_promises(tmp_path: Path) -> None:
    """What a reader copies out of the README runs, and its last line checks the strategy for real."""
    blocks = re.findall(r"```python\n(.*?)```", (ROOT / "README.md").read_text("utf-8"), re.DOTALL)
    (block,) = [block for block in blocks if "check_strategy(" in block]
    for name, code, fails in (("good", block, False), ("bad", block.replace("return min(n, k)", "return n"), True)):
        file = tmp_path / f"{name}.py"
        file.write_text(code, "utf-8")
        ran = subprocess.run([sys.executable, file], env={"PYTHONPATH": str(ROOT)}, capture_output=True, text=True)
        assert ("BrokenPromise" in ran.stderr) is fails, ran.stderr
        assert (ran.returncode != 0) is fails
