"""The drawing of a comparison in a browser: one script and one style sheet, the page's and the report's."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Literal

_FOLDER = Path(__file__).parent / "web"
_SCRIPTS = ("dom", "model", "pager", "toolbar", "ladder", "matrix", "details", "drawer", "stage")


@cache
def style() -> str:
    """The style sheet. Colours and type come from variables named as Streamlit names its theme's."""
    return (_FOLDER / "stage.css").read_text(encoding="utf-8")


@cache
def script(host: Literal["component", "report"]) -> str:
    """All of the drawing as one module, ending with what ties it to where it is shown."""
    return "\n".join((_FOLDER / f"{name}.js").read_text(encoding="utf-8") for name in (*_SCRIPTS, host))
