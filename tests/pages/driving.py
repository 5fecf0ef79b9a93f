"""The page, driven as a visitor would, without a browser. Every engine part behind it is the real one."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pandas as pd
from streamlit.testing.v1 import AppTest

from playground.board import Board
from playground.lanes import parse
from tests.provider import Provider

APP = Path(__file__).parents[2] / "streamlit_app.py"


def opened(*words: str) -> AppTest:
    """The page with these lanes, before anything has run."""
    app = AppTest.from_file(str(APP), default_timeout=30)
    app.session_state.lanes = [parse(each) for each in words or ("bm25",)]
    return app.run()


def asking(provider: Provider, query: str, documents: list[str], *words: str) -> AppTest:
    """The page with these lanes and pasted documents, its providers being the fake one; nothing is explained."""
    app = opened(*words)
    app.session_state.typed_keys = dict(provider.access().keys)
    app.session_state.typed_urls = dict(provider.access().base_urls)
    app.segmented_control(key="source").set_value("Paste").run()
    app.text_area(key="pasted").set_value("\n".join(documents))
    app.text_area(key="query").set_value(query)
    app.toggle(key="explain").set_value(False)
    return app.run()


def ran(app: AppTest, button: str = "run") -> AppTest:
    """The page after Run was clicked and the run has ended."""
    app.button(key=button).click().run()
    app.session_state.shown.live.join(30)
    return app.run()


def board(app: AppTest) -> Board:
    """What the last run came to."""
    found: Board = app.session_state.shown.live.board
    return found


def rankings(app: AppTest) -> pd.DataFrame:
    """The table that says the same as the ladder."""
    frames: list[pd.DataFrame] = [frame.value for frame in app.dataframe if "provenance" in frame.value.columns]
    return frames[-1]


def drawer(app: AppTest) -> dict[str, Any]:
    """What stands beside the ladder: the selected document, and each lane's word on it."""
    found: dict[str, Any] = json.loads(app.get("bidi_component")[0].proto.json)["detail"]
    return found


def figures(app: AppTest) -> list[dict[str, tuple[str, str]]]:
    """Each lane's figures by name: estimated, actual."""
    frames = [frame.value for frame in app.dataframe if "estimated" in frame.value.columns]
    return [{row[""]: (row["estimated"], row["actual"]) for row in frame.to_dict("records")} for frame in frames]


def said(elements: Any) -> str:
    """What these elements say to a reader: without the backslashes that keep it literal."""
    return " ".join(str(element.value).replace("\\", "") for element in elements)


@contextmanager
def surroundings(**values: str) -> Iterator[None]:
    """Environment variables that hold inside only."""
    before = {name: os.environ.get(name) for name in values}
    os.environ.update(values)
    try:
        yield
    finally:
        for name, value in before.items():
            os.environ.pop(name)
            if value is not None:
                os.environ[name] = value
