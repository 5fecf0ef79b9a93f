"""One grader before the documents of one run, and what they do there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import streamlit as st

from playground import judging
from playground.datasets.inputs import clean
from playground.errors import InputError
from playground.judging import Item
from playground.limits import LIMITS
from playground.store import Label
from playground.types import DocId
from playground.ui import storage
from playground.ui.literal import literal
from playground.view.outcome import Outcome

DEPTH = 10
_LONGEST_NAME = 80
_TRAIL = "judge_trail"
_PROBLEM = "judge_problem"


@dataclass(frozen=True, kw_only=True)
class Sitting:
    """``turns`` are the pool's documents in the order in which they are shown."""

    outcome: Outcome
    grader: str
    turns: Mapping[DocId, Item]

    @property
    def query(self) -> str:
        return self.outcome.record.task.query

    def mine(self) -> dict[Item, Label]:
        """What this grader has said of the pool's documents, skipped ones included; nobody else's grades are read.

        Raises:
            InputError: the database can't be used.
        """
        wanted = set(self.turns.values())
        labels = storage.store().labels(self.query, self.grader)
        return {found: label for label in labels if (found := judging.item_of(label)) in wanted}


def begin(outcome: Outcome) -> Sitting | None:
    """Asks who grades how much of the run; None as long as nobody says who they are."""
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
    grader = clean(name or "")[0].strip()
    if not grader:
        return None
    orders = [order for order in outcome.orders[: 1 + len(outcome.board.lanes)] if order is not None]
    task = outcome.record.task
    ids = judging.shuffled(judging.pool(orders, int(k), None if few is None else int(few)), grader, task.query)
    return Sitting(
        outcome=outcome, grader=grader, turns={id: judging.item(task.query, outcome.documents[id]) for id in ids}
    )


def give(sitting: Sitting, id: DocId, grade: int | None, note: str) -> None:
    """Keeps a grade, None = skipped, with what stands in the field of the key ``note``."""
    try:
        storage.store().put_label(_label(sitting, sitting.turns[id], grade, st.session_state.get(note, "").strip()))
    except InputError as error:
        st.session_state[_PROBLEM] = str(error)
    else:
        _trail().append((sitting.grader, sitting.query))


def undo(sitting: Sitting) -> None:
    """Takes back what this grader said last."""
    try:
        storage.store().undo(sitting.grader)
    except InputError as error:
        st.session_state[_PROBLEM] = str(error)
    else:
        _trail().pop()


def can_undo(sitting: Sitting) -> bool:
    """Whether the last thing said in this session was said here, by this grader of this query."""
    return _trail()[-1:] == [(sitting.grader, sitting.query)]


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
        documents = sitting.outcome.documents
        if unknown := [id for id in grades if id not in documents]:
            raise InputError(f"This run has no document {unknown[0]!r}.", hint="Grade the documents of this run.")
        for id, grade in grades.items():
            storage.store().put_label(_label(sitting, judging.item(sitting.query, documents[id]), grade, ""))
    except InputError as error:
        st.session_state[_PROBLEM] = str(error)
    _trail().clear()


def problem() -> None:
    """Says once what the last click could not do."""
    if said := st.session_state.pop(_PROBLEM, ""):
        st.error(literal(said))


def _label(sitting: Sitting, item: Item, grade: int | None, note: str) -> Label:
    return Label(**item._asdict(), grade=grade, grader=sitting.grader, note=note)


def _trail() -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = st.session_state.setdefault(_TRAIL, [])
    return found
