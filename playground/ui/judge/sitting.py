"""One grader before the documents of one query, and what they do there."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import streamlit as st

from playground import judging
from playground.datasets.inputs import listed
from playground.errors import InputError
from playground.judging import Item
from playground.store import Label, Store
from playground.types import Document
from playground.ui import session, storage
from playground.ui.literal import literal
from playground.ui.shown import Shown
from playground.view.numbers import count
from playground.view.outcome import Outcome

_GIVEN = "judge_given"
_NOTED = "judge_noted"
_PROBLEM = "judge_problem"
_TAKEN = "judge_taken"


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


class _Said(NamedTuple):
    """A label, and the one of the same document in whose place it came."""

    label: Label
    before: Label | None


def shared_run(current: Shown) -> str:
    """The saved run whose grades all who open it give together, on a shared installation; "" where each visitor sees
    their own alone."""
    return current.book if session.access().user else ""


def note(item: Item) -> str:
    """The key of the field that the document's note is written in, as long as nothing new was written there."""
    return f"judge_note_{item.content}_{item.document}_{_noted()[item]}"


def noted(item: Item) -> None:
    """Puts a new field that holds what was written in the old one's place, without the focus: keys are grades again."""
    written = st.session_state[note(item)]
    _noted()[item] += 1
    st.session_state[note(item)] = written


def give(sitting: Sitting, item: Item, grade: int | None) -> None:
    """Keeps a grade, None = skipped, with the note."""
    written = st.session_state.get(note(item), "").strip()
    try:
        _keep(sitting, Label(**item._asdict(), grade=grade, grader=sitting.grader, note=written))
    except InputError as error:
        st.session_state[_PROBLEM] = str(error)


def give_again(sitting: Sitting, before: Label, grade: int) -> None:
    """Keeps another grade in place of one that this grader gave, with its note."""
    label = Label(**judging.item_of(before)._asdict(), grade=grade, grader=before.grader, note=before.note)
    try:
        _keep(sitting, label, before)
    except InputError as error:
        st.session_state[_PROBLEM] = str(error)


def undo(sitting: Sitting) -> None:
    """Takes back what was said last in this session; the grade in whose place it came stands again."""
    said = _given(sitting)[-1]
    try:
        taken = sitting.book.take_back([said.label])
        if taken and said.before is not None:
            sitting.book.put_label(said.before)
    except InputError as error:
        st.session_state[_PROBLEM] = str(error)
        return
    if not taken:
        st.session_state[_PROBLEM] = "The last grade was changed in another session since; it stays."
        _forget(sitting, [said.label])
        return
    _given(sitting).pop()
    if said.before is None:
        _write_again(said.label)


def can_undo(sitting: Sitting) -> bool:
    """Whether this grader has said anything of this query in this session."""
    return bool(_given(sitting))


def return_to(sitting: Sitting, skipped: Sequence[Label]) -> None:
    """Has the skipped documents come once more."""
    try:
        taken = sitting.book.take_back(skipped)
    except InputError as error:
        st.session_state[_PROBLEM] = str(error)
        return
    _forget(sitting, skipped)
    for label in taken:
        _write_again(label)


def elsewhere(sitting: Sitting, mine: Mapping[Item, Label]) -> int:
    """How many of the pool's documents were graded under this name, but not in this session: by somebody else of the
    same name, maybe."""
    given = {judging.item_of(label) for label, _ in _given(sitting)}
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
        ((query, grades),) = found.items()
        items = judging.items(sitting.outcome)
        if unknown := [id for id in grades if id not in items]:
            raise InputError(f"This run has no document {unknown[0]!r}.", hint="Grade the documents of this run.")
        before = sitting.mine()
        for id, grade in grades.items():
            _keep(sitting, Label(**items[id]._asdict(), grade=grade, grader=sitting.grader), before.get(items[id]))
        outside = sum(items[id] not in sitting.turns for id in grades)
        st.session_state[_TAKEN] = (
            f"{count(len(grades), 'grade')} of query id {listed([query])} taken over as grades of this run's query"
            + (f"; {outside} of them of documents that nobody is asked for here." if outside else ".")
        )
    except InputError as error:
        st.session_state[_PROBLEM] = str(error)


def told() -> None:
    """Says once what the last click could not do, or what came of it."""
    if said := st.session_state.pop(_PROBLEM, ""):
        st.error(literal(said))
    if said := st.session_state.pop(_TAKEN, ""):
        st.success(literal(said))


def _keep(sitting: Sitting, label: Label, before: Label | None = None) -> None:
    """Raises:
    InputError: the database can't be used.
    """
    sitting.book.put_label(label)
    _given(sitting).append(_Said(label, before))


def _forget(sitting: Sitting, labels: Sequence[Label]) -> None:
    """Leaves nothing to undo of these labels' documents."""
    gone = {judging.item_of(label) for label in labels}
    given = _given(sitting)
    given[:] = [said for said in given if judging.item_of(said.label) not in gone]


def _write_again(label: Label) -> None:
    """Puts the label's note where its document's next one is read from."""
    st.session_state[note(judging.item_of(label))] = label.note


def _noted() -> Counter[Item]:
    """How often a note was written in this session, by its document."""
    found: Counter[Item] = st.session_state.setdefault(_NOTED, Counter())
    return found


def _given(sitting: Sitting) -> list[_Said]:
    """What this grader has said of this query in this session and not taken back, the last last."""
    held: dict[tuple[str, str, str], list[_Said]] = st.session_state.setdefault(_GIVEN, {})
    return held.setdefault((sitting.run, sitting.grader, sitting.query), [])
