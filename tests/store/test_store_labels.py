"""Human labels: one a grader, query and document; the last can be taken back."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from playground.errors import InputError
from playground.store import Label, Store, content_hash
from playground.types import Document
from tests.store.conftest import Opened
from tests.store.hostile import HOSTILE

WHALES = Document(id="d1", content="Whales doze.")
BOATS = Document(id="d1", content="Boats.")


def label(document: Document = WHALES, **changes: Any) -> Label:
    given = {"query": "do whales sleep", "document": document.id, "content": content_hash(document)}
    return Label(**{**given, "grade": 2, "grader": "ada", **changes})


def test_labels_come_back_as_they_were_given(store: Store, opened: Opened) -> None:
    """In the order in which they were given, with skips and notes; by query, by grader, or all."""
    given = [
        label(note="it says so"),
        label(grade=None),
        label(BOATS, grade=0),
        label(grader="bob", grade=3),
        label(query="boats", made="2024-05-06T07:08:09+00:00"),
    ]
    for each in given:
        store.put_label(each)
    store.close()
    again = opened()
    assert again.labels() == given[1:]  # the second in place of the first
    assert again.labels(query="do whales sleep") == given[1:4]
    assert again.labels(grader="ada") == [given[1], given[2], given[4]]
    assert again.labels(query="boats", grader="ada") == [given[4]]
    assert again.labels(query="boats", grader="bob") == again.labels(query="") == []
    assert again.graders() == ["ada", "bob"]


def test_a_new_label_replaces_the_old_one_and_becomes_the_last(store: Store) -> None:
    """Of the same query, document, content and grader only: the same id in another set is another document."""
    for each in (label(), label(BOATS), label(grade=3, note="on second thoughts")):
        store.put_label(each)
    assert [(each.content, each.grade, each.note) for each in store.labels()] == [
        (content_hash(BOATS), 2, ""),
        (content_hash(WHALES), 3, "on second thoughts"),
    ]


def test_labels_are_taken_back_one_by_one_or_together(store: Store) -> None:
    """Grades and skips, those that are named and nobody else's; twice is once."""
    first, second, third, other = label(), label(BOATS, grade=None), label(query="boats"), label(grader="bob")
    for each in (first, second, third, other):
        store.put_label(each)
    assert store.take_back([first]) == [first]
    assert store.labels() == [second, third, other]
    assert store.take_back([first, second, third]) == [second, third]
    assert store.take_back([]) == []
    assert store.labels() == [other] and store.graders() == ["bob"]


@pytest.mark.parametrize("changes", [{"grade": 1}, {"grade": None}, {"note": "on second thoughts"}, {"made": "later"}])
def test_what_was_said_of_the_document_since_is_not_taken_back(store: Store, changes: dict[str, Any]) -> None:
    """Whatever is new in it; and a grade stays where a skip is taken back."""
    before, since = label(), label(**changes)
    store.put_label(since)
    assert store.take_back([before]) == [] and store.labels() == [since]
    store.put_label(before)
    assert store.take_back([since]) == [] and store.labels() == [before]


def test_labels_given_together_to_a_run_come_after_the_users_own(opened: Opened) -> None:
    """Whoever gave them, and only where that run is named; the same query and grader are wanted of them."""
    ada, bob = opened("ada"), opened("bob")
    own, together, elsewhere = label(grade=0), label(BOATS, grade=1), label(query="boats", grade=3)
    bob.book("one").put_label(together)
    ada.book("other").put_label(elsewhere)
    ada.put_label(own)
    assert ada.labels() == [own] and bob.labels() == [] and ada.book("one").labels() == [together]
    assert ada.labels(runs=["one"]) == [own, together]
    assert ada.labels(runs=["one", "other", "none"]) == [own, together, elsewhere]
    assert ada.labels(query="boats", grader="ada", runs=["one", "other"]) == [elsewhere]


def test_a_document_is_known_by_its_text(store: Store) -> None:
    """The hash changes with the content and the title, and not with the id or the metadata."""
    hashes = {content_hash(each) for each in (WHALES, BOATS, replace(WHALES, title="Whales"))}
    assert len(hashes) == 3 and all(len(each) == 64 for each in hashes)
    assert content_hash(replace(WHALES, id="x", metadata={"a": "b"}, first_stage_score=1.0)) == content_hash(WHALES)


@pytest.mark.parametrize("grade", [-1, 4, 2.0, True, "3", float("nan")])
def test_what_is_no_grade_is_refused(store: Store, grade: Any) -> None:
    with pytest.raises(InputError, match="is not a grade") as caught:
        store.put_label(label(grade=grade))
    assert "0 to 3" in caught.value.hint and store.labels() == []


def test_two_users_see_their_own_labels_only(opened: Opened) -> None:
    """Though they call themselves the same: neither lists, replaces nor takes back the other's."""
    ada, bob = opened("ada"), opened("bob")
    for each in (label(grader="me"), label(BOATS, grader="me", grade=1)):
        ada.put_label(each)
    bob.put_label(label(grader="me", grade=0))
    his = bob.labels()
    assert [each.grade for each in ada.labels()] == [2, 1] and [each.grade for each in his] == [0]
    assert bob.take_back([*ada.labels(), *his]) == his
    assert bob.graders() == []
    assert len(ada.labels()) == 2 and ada.graders() == ["me"]


def test_hostile_words_in_a_label_are_words(store: Store) -> None:
    """A hundred texts in every field: each label is kept, found by its query and grader, replaced and taken back."""
    for hostile in HOSTILE:
        kept = hostile.replace("\0", "").replace("\ud800", "\ufffd")
        fields = dict.fromkeys(("query", "document", "content", "grader", "note", "made"), hostile)
        for grade in (1, 3):
            store.put_label(Label(**fields, grade=grade))
        wanted = Label(**dict.fromkeys(fields, kept), grade=3)
        assert store.labels(query=hostile, grader=hostile) == [wanted] == store.labels()
        assert store.graders() == [kept]
        assert store.take_back([Label(**fields, grade=3)]) == [Label(**fields, grade=3)]
    assert store.labels() == []
