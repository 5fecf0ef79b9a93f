"""The page, driven as a visitor would, without a browser. Every engine part behind it is the real one."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pandas as pd
from streamlit.testing.v1 import AppTest

from playground.board import Board
from playground.lanes import Lane, parse
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


def lanes(app: AppTest) -> list[Lane]:
    """Every lane on the page, in column order."""
    return [column.lane for column in app.session_state.columns]


def badges(app: AppTest) -> list[str]:
    """Where each lane's text goes, as its card's badge says."""
    return [
        match for element in app.markdown for match in re.findall(r"-badge\[(local|sends text out)\]$", element.value)
    ]


def chosen(app: AppTest, item: str, at: int = 0) -> AppTest:
    """The page after this item of a lane's menu was chosen."""
    app.menu_button(key=f"menu_{at}").click(item).run()
    assert not app.exception
    return app


def ran(app: AppTest, button: str = "run") -> AppTest:
    """The page after Run was clicked and the run has ended."""
    app.button(key=button).click().run()
    app.session_state.shown.live.join(30)
    return app.run()


def linked(id: str, **more: str) -> AppTest:
    """The page as the link to a saved run opens it."""
    app = AppTest.from_file(str(APP), default_timeout=30)
    for name, value in {"run": id, **more}.items():
        app.query_params[name] = value
    return app.run()


def settled(app: AppTest) -> AppTest:
    """The page once the run and all its checks have ended."""
    while app.session_state.shown.running:
        if (live := app.session_state.shown.at_work) is not None:
            live.join(30)
        app.run()
    assert not app.run().exception
    return app


def again(app: AppTest, item: str) -> AppTest:
    """The page after this way of running again was chosen, and has begun."""
    return app.menu_button(key="again").click(item).run()


def offers(app: AppTest, key: str) -> bool:
    """Whether there is such a button, and it can be pressed."""
    return any(button.key == key and not button.disabled for button in [*app.button, *app.menu_button])


def board(app: AppTest) -> Board:
    """What the last run came to."""
    found: Board = app.session_state.shown.live.board
    return found


def panel(app: AppTest, name: str) -> AppTest:
    """The page with this panel open below the comparison."""
    if app.segmented_control(key="panel").value != name:
        app.segmented_control(key="panel").set_value(name).run()
    return app


def rankings(app: AppTest) -> pd.DataFrame:
    """The table that says the same as the ladder."""
    tables = panel(app, "Tables").dataframe
    frames: list[pd.DataFrame] = [frame.value for frame in tables if "provenance" in frame.value.columns]
    return frames[-1]


def trust(app: AppTest) -> dict[str, dict[str, Any]]:
    """What the page says of whether to believe each lane, by its name."""
    tables = panel(app, "Can we believe it").dataframe
    frame = next(frame.value for frame in tables if "state" in frame.value.columns)
    return {row["lane"]: row for row in frame.to_dict("records")}


def comparison(app: AppTest) -> dict[str, Any]:
    """What the browser is given to draw."""
    found: dict[str, Any] = json.loads(app.get("bidi_component")[0].proto.json)
    return found


def sentence(app: AppTest) -> str:
    """What the comparison comes to."""
    found = comparison(app)
    return "".join(part["text"] for part in found["bases"][found["choice"]["baseline"]]["sentence"])


def drawer(app: AppTest) -> dict[str, Any]:
    """What stands beside the ladder: the selected document, and each lane's word on it."""
    found = comparison(app)
    document: dict[str, Any] = found["details"][found["choice"]["selected"]]
    return document


def figures(app: AppTest) -> list[dict[str, tuple[str, str]]]:
    """Each lane's figures by name: estimated, actual."""
    tables = panel(app, "Tables").dataframe
    frames = [frame.value for frame in tables if "estimated" in frame.value.columns]
    return [{row[""]: (row["estimated"], row["actual"]) for row in frame.to_dict("records")} for frame in frames]


def said(elements: Any) -> str:
    """What these elements say to a reader: without the backslashes that keep it literal."""
    return " ".join(str(element.value).replace("\\", "").replace("\u2060", "") for element in elements)


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
