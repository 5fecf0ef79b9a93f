"""What one visitor's session holds: typed keys, lanes, documents by source, the run. Nothing here is shared."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from secrets import token_hex
from typing import Literal

import pandas as pd
import streamlit as st

from playground import datasets
from playground.catalog import PROVIDERS
from playground.errors import InputError
from playground.lanes import Lane
from playground.live import LiveRun
from playground.models import Access
from playground.types import DocId
from playground.ui.presets import PRESETS

FIRST_SAMPLE = "legal"
FIRST_LANES = ("BM25", "Embedding", "Query likelihood", "Hybrid")
MAX_LANES = 6


@dataclass(kw_only=True)
class Source:
    """One way of giving documents, and what it holds: an example, the table made of it, or why there is none.

    ``generation`` counts the tables: a new one starts from ``base``; ``latest`` is the table as last edited.
    """

    example: datasets.Example | None = None
    problem: InputError | None = None
    base: pd.DataFrame | None = None
    latest: pd.DataFrame | None = None
    generation: int = 0
    queries: list[datasets.Example] = field(default_factory=list)


Dialog = int | Literal["settings"]
"""What may be open above the page: the form of the lane in this column, or the settings."""


@dataclass(frozen=True, kw_only=True)
class Shown:
    """The run on the page with what belongs to it: the human grades and the set's note."""

    live: LiveRun
    qrels: Mapping[DocId, int]
    note: str


def start() -> None:
    """Fills a fresh session: a sample is loaded and keyless lanes stand ready."""
    state = st.session_state
    if "sources" in state:
        return
    state.setdefault("lanes", [preset.lane for preset in PRESETS if preset.title in FIRST_LANES])
    state.typed_keys = {}
    state.typed_urls = {}
    state.visitor = token_hex(16)
    state.shown = None
    state.dialog = None
    state.openings = 0
    state.sources = {name: Source() for name in ("Sample", "Paste", "Upload")}
    state.sample = FIRST_SAMPLE
    use("Sample", sample(FIRST_SAMPLE))


@cache
def sample(name: str) -> datasets.Example:
    """A sample set by its name. Read once: the page asks for every title at every rerun, and the files don't change."""
    return datasets.load_examples(datasets.samples()[name])[0]


def source(name: str) -> Source:
    """A source by its name."""
    found: Source = st.session_state.sources[name]
    return found


def use(name: str, example: datasets.Example) -> None:
    """Puts an example into a source. Its query and domain are taken over where it has them."""
    state = st.session_state
    before = source(name)
    state.sources[name] = Source(example=example, generation=before.generation + 1, queries=before.queries)
    if example.query:
        state.query = example.query
    if example.domain:
        state.domain = example.domain


def refuse(name: str, problem: InputError) -> None:
    """Notes why a source's input can't be used; what it held before stays."""
    state = st.session_state
    state.sources[name] = replace(source(name), problem=problem)


def keep_edits() -> None:
    """Before another source is shown: each table starts anew from its edited state when it comes back."""
    for name, held in st.session_state.sources.items():
        if held.latest is not None:
            st.session_state.sources[name] = replace(held, base=held.latest, generation=held.generation + 1)


def access() -> Access:
    """The visitor's keys and addresses before the installation's. A shared installation lends its own to nobody, and
    keeps what one visitor was answered from the others."""
    state = st.session_state
    shared = os.environ.get("PLAYGROUND_MODE") == "shared"
    places = {name: value for name, value in os.environ.items() if name.startswith("PLAYGROUND_")}
    env = places if shared else {**_secrets(), **os.environ}
    own = Access.from_env(env, download=state.get("download", False))
    return replace(
        own,
        user=state.visitor if shared else "",
        keys={**own.keys, **{name: key for name, key in state.typed_keys.items() if key.strip()}},
        base_urls={**own.base_urls, **{name: url for name, url in state.typed_urls.items() if url.strip()}},
    )


def reuses() -> bool:
    """Whether replies of earlier runs are wanted."""
    return bool(st.session_state.get("reuse", True))


def _secrets() -> dict[str, str]:
    """The text values of .streamlit/secrets.toml, if there is one."""
    try:
        return {name: value for name, value in st.secrets.items() if isinstance(value, str)}
    except FileNotFoundError:
        return {}


def lanes() -> list[Lane]:
    """The lanes in column order."""
    found: list[Lane] = st.session_state.lanes
    return found


def keyless() -> bool:
    """Whether every lane runs inside this process."""
    rows = [PROVIDERS.get(ref.provider) for made in lanes() for ref in made.strategy.models()]
    return all(row is not None and row.embedded for row in rows)


def dialog() -> Dialog | None:
    """The dialog that is open."""
    found: Dialog | None = st.session_state.dialog
    return found


def open_dialog(which: Dialog) -> None:
    """Has the next run of the script open it."""
    st.session_state.dialog = which
    st.session_state.openings += 1


def opening() -> str:
    """A name for this opening of a dialog. Keys made of it keep what was typed and dropped before from coming back."""
    return f"form{st.session_state.openings}"


def close_dialog() -> None:
    """Has the next run of the script leave it out."""
    st.session_state.dialog = None


def shown() -> Shown | None:
    """The run that is under way or was last; None before the first."""
    found: Shown | None = st.session_state.shown
    return found


def running() -> bool:
    """Whether a run is under way."""
    current = shown()
    return current is not None and current.live.running
