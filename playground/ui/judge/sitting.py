"""One grader before the documents of one query, and what they do there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import streamlit as st

from playground import judging
from playground.datasets.inputs import clean
from playground.errors import InputError
from playground.judging import Item
from playground.limits import LIMITS
from playground.store import Label, RunRow, Store
from playground.types import Document
from playground.ui import session, storage
from playground.ui.literal import literal
from playground.ui.shown import Shown
from playground.view.outcome import Outcome

DEPTH = 10
_LONGEST_NAME = 80
_MOST_RUNS = 100
"""Saved runs that are looked through for the query."""
_GIVEN = "judge_given"
_PROBLEM = "judge_problem"
_POOLED = "judge_pooled"


@dataclass(frozen=True, kw_only=True)
class Sitting:
    """``outcomes`` are the runs that the documents come from, the Playground's first; ``turns`` the pool in the order
    in which it is shown. The grades belong to the saved run ``run``; to the visitor where it is ""."""

    outcomes: tuple[Outcome, ...]
    grader: str
    turns: tuple[Item, ...]
    run: str

    @property
    def outcome(self) -> Outcome:
        """The Playground's run."""
        return self.outcomes[0]

    @property
    def query(self) -> str:
        return self.outcome.record.task.query

    @cached_property
    def documents(self) -> Mapping[Item, Document]:
        """Those of all the runs."""
        return {item: outcome.documents[id] for outcome in self.outcomes for id, item in judging.items(outcome).items()}

    @property
    def book(self) -> Store:
        """Where the grades are kept.

        Raises:
            InputError: the database can't be used.
        """
        own = storage.store()
        return own.book(self.run) if self.run else own

    def mine(self) -> dict[Item, Label]:
        """What this grader has said of the documents, skipped ones included; nobody else's grades are read.

        Raises:
            InputError: the database can't be used.
        """
        labels = self.book.labels(self.query, self.grader)
        return {found: label for label in labels if (found := judging.item_of(label)) in self.documents}


def begin(current: Shown) -> Sitting | None:
    """Asks who grades how much of which runs; None as long as nobody says who they are.

    Raises:
        InputError: the database can't be used, or a saved run can't be read.
    """
    who, depth, most = st.columns([2, 1, 1], gap="medium")
    with who:
        name = st.text_input(
            "Your name",
            key="judge_grader",
            max_chars=_LONGEST_NAME,
            placeholder="Grades are kept under it",
            help="Come back under the same name to go on where you stopped. Under another name nobody sees your "
            "grades until they have given their own.",
            persist_state="session",
        )
    with depth:
        k = st.number_input(
            "First documents of every lane",
            min_value=1,
            max_value=LIMITS.documents,
            value=DEPTH,
            key="judge_depth",
            help="The input order's first ones are graded too.",
            persist_state="session",
        )
    with most:
        few = st.number_input(
            "At most, in all",
            min_value=1,
            value=None,
            key="judge_most",
            placeholder="all of them",
            help="Those on whose rank the lanes differ most are taken; they are shown shuffled all the same.",
            persist_state="session",
        )
    outcomes = (current.outcome, *_pooled(current))
    grader = clean(name or "")[0].strip()
    if not grader:
        return None
    pool = judging.pool(judging.orders(outcomes), int(k), None if few is None else int(few))
    return Sitting(
        outcomes=outcomes, grader=grader, turns=tuple(judging.shuffled(pool, grader)), run=shared_run(current)
    )


def shared_run(current: Shown) -> str:
    """The saved run whose grades all who open it give together, on a shared installation; "" where each visitor sees
    their own alone."""
    return current.book if session.access().user else ""


def note(item: Item) -> str:
    """The key of the field that the document's note is written in."""
    return f"judge_note_{item.content}_{item.document}"


def give(sitting: Sitting, item: Item, grade: int | None) -> None:
    """Keeps a grade, None = skipped, with the note."""
    try:
        _keep(sitting, item, grade, st.session_state.get(note(item), "").strip())
    except InputError as error:
        st.session_state[_PROBLEM] = str(error)


def undo(sitting: Sitting) -> None:
    """Takes back what was said last in this session."""
    if not _take_back(sitting, list(_given(sitting).values())[-1:]):
        st.session_state.setdefault(_PROBLEM, "The last grade was changed in another session since; it stays.")


def can_undo(sitting: Sitting) -> bool:
    """Whether this grader has said anything of this query in this session."""
    return bool(_given(sitting))


def return_to(sitting: Sitting, skipped: Sequence[Label]) -> None:
    """Has the skipped documents come once more."""
    _take_back(sitting, skipped)


def elsewhere(sitting: Sitting, mine: Mapping[Item, Label]) -> int:
    """How many of the pool's documents were graded under this name, but not in this session: by somebody else of the
    same name, maybe."""
    given = _given(sitting)
    return sum(item in mine and mine[item].grade is not None and item not in given for item in sitting.turns)


def take(sitting: Sitting, key: str) -> None:
    """Keeps the grades of a qrels file as this grader's, in place of those of the same documents."""
    file = st.session_state[key]
    if file is None:
        return
    try:
        found = judging.read_qrels(file.getvalue().decode("utf-8", "replace"), file.name)
        if len(found) > 1:
            raise InputError(f"{file.name} holds {len(found)} queries.", hint="Give the lines of this run's query.")
        (grades,) = found.values()
        items = judging.items(sitting.outcome)
        if unknown := [id for id in grades if id not in items]:
            raise InputError(f"This run has no document {unknown[0]!r}.", hint="Grade the documents of this run.")
        for id, grade in grades.items():
            _keep(sitting, items[id], grade, "")
    except InputError as error:
        st.session_state[_PROBLEM] = str(error)


def problem() -> None:
    """Says once what the last click could not do."""
    if said := st.session_state.pop(_PROBLEM, ""):
        st.error(literal(said))


def _pooled(current: Shown) -> list[Outcome]:
    """The visitor's saved runs of the same query that they choose to grade along."""
    query, store, state = clean(current.task.query)[0], storage.store(), st.session_state
    rows = {row.id: row for row in store.runs(query, limit=_MOST_RUNS) if row.query == query and row.id != current.book}
    if not rows:
        return []
    chosen = st.multiselect(
        "Pooled with",
        list(rows),
        format_func=lambda each: _told(rows[each]),
        key="judge_runs",
        placeholder="saved runs of the same query",
        help="The first documents of their lanes are graded too, and what their lanes graded is compared with people.",
        persist_state="session",
    )
    before: dict[str, Outcome] = state.get(_POOLED, {})
    state[_POOLED] = {id: before.get(id) or _opened(store, id) for id in chosen}
    return list(state[_POOLED].values())


def _opened(store: Store, id: str) -> Outcome:
    record = store.run(id)
    return Outcome(record=record, board=record.board)


def _told(row: RunRow) -> str:
    words = [f"{row.made[:10]} {row.made[11:16]} UTC", ", ".join(row.lanes), row.note]
    return " · ".join(each for each in words if each)


def _keep(sitting: Sitting, item: Item, grade: int | None, noted: str) -> None:
    """Raises:
    InputError: the database can't be used.
    """
    label = Label(**item._asdict(), grade=grade, grader=sitting.grader, note=noted)
    sitting.book.put_label(label)
    given = _given(sitting)
    given.pop(item, None)  # it comes last, also where it was given before
    given[item] = label


def _take_back(sitting: Sitting, labels: Sequence[Label]) -> bool:
    """Whether all of them were still as they were given. Their notes stand again where their documents' next ones are
    read from."""
    try:
        taken = sitting.book.take_back(labels)
    except InputError as error:
        st.session_state[_PROBLEM] = str(error)
        return False
    for label in labels:
        _given(sitting).pop(judging.item_of(label), None)
    for label in taken:
        st.session_state[note(judging.item_of(label))] = label.note
    return len(taken) == len(labels)


def _given(sitting: Sitting) -> dict[Item, Label]:
    """What this grader has said of this query in this session and not taken back, the last last."""
    held: dict[tuple[str, str, str], dict[Item, Label]] = st.session_state.setdefault(_GIVEN, {})
    return held.setdefault((sitting.run, sitting.grader, sitting.query), {})
