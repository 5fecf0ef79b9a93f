"""What one visitor's session holds: typed keys, lanes, documents by source, the run. Nothing here is shared."""

from __future__ import annotations

import os
from dataclasses import dataclass, field, replace
from functools import cache
from itertools import count
from secrets import token_hex
from typing import Literal

import pandas as pd
import streamlit as st

from playground import datasets, models
from playground.catalog import PROVIDERS
from playground.errors import InputError, PlaygroundError
from playground.lanes import Lane
from playground.models import Access
from playground.ui.presets import KEYLESS
from playground.ui.shown import Shown

FIRST_SAMPLE = "legal"
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
class Column:
    """A lane on the page, switched on or off."""

    lane: Lane
    on: bool = True


def start() -> None:
    """Fills a fresh session: a sample is loaded and keyless lanes stand ready, unless ``lanes`` are given."""
    state = st.session_state
    # Once for the whole page: where there is no such file, each look for it takes a millisecond.
    state.secrets = _secrets()
    if "sources" in state:
        return
    state.untouched = "lanes" not in state
    state.columns = [Column(lane=made) for made in state.pop("lanes", KEYLESS.lanes)]
    state.typed_keys = {}
    state.typed_urls = {}
    state.visitor = token_hex(16)
    state.shown = None
    state.dialog = None
    state.openings = 0
    state.sources = {name: Source() for name in ("Sample", "Paste", "Upload")}
    state.source, state.sample = "Sample", FIRST_SAMPLE
    use("Sample", sample(FIRST_SAMPLE))


def untouched() -> bool:
    """Whether the session began with the sample and the lanes that everybody begins with."""
    return bool(st.session_state.untouched)


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
    env = places if shared else {**state.secrets, **os.environ}
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


def columns() -> list[Column]:
    """Every lane on the page, in column order."""
    found: list[Column] = st.session_state.columns
    return found


def lanes() -> list[Lane]:
    """The lanes that take part in a run, in column order."""
    known = access()
    return [column.lane for column in columns() if takes_part(column, known)]


def takes_part(column: Column, access: Access) -> bool:
    """Whether it is on, and allowed where only local lanes are."""
    return column.on and not (local_only() and sends_out(column.lane, access))


def local_only() -> bool:
    """Whether no lane may send text off this machine."""
    return bool(st.session_state.get("local_only", False))


def sends_out(made: Lane, access: Access) -> bool:
    """Whether its questions leave this machine. What can't be asked sends nothing."""
    try:
        return any(models.is_remote(ref, access) for ref in made.strategy.models())
    except PlaygroundError:
        return False


def add(made: Lane, at: int | None = None) -> None:
    """One lane more, in this column or the last; a name that is taken gets a number."""
    held = columns()
    held.insert(len(held) if at is None else at, Column(lane=replace(made, name=_free(made.name))))


def _free(name: str) -> str:
    """``BM25``, or ``BM25 2``, ``BM25 3`` … where lanes have that name."""
    taken = {column.lane.name for column in columns()}
    if name not in taken:
        return name
    stem, _, last = name.rpartition(" ")
    if not (last.isdecimal() and stem in taken):
        stem = name
    return next(found for number in count(2) if (found := f"{stem} {number}") not in taken)


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
    return current is not None and current.running
