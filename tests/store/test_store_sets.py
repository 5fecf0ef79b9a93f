"""Saved query sets: whole, in order, and their owner's alone."""

from __future__ import annotations

from dataclasses import replace

import pytest

from playground import datasets
from playground.datasets import Example
from playground.errors import InputError
from playground.store import Store
from playground.types import Document
from tests.store.conftest import Opened
from tests.store.hostile import HOSTILE

EXAMPLES = [
    Example(
        query_id="q1",
        query="do whales sleep",
        documents=(
            Document(
                id="a", title="Wale", content="Whales\tdoze. 🐋", metadata={"year": "1999"}, first_stage_score=0.1
            ),
            Document(id="b", content=""),
        ),
        qrels={"a": 4, "b": 0},
        domain="legal",
        name="whales",
        note="a note",
        warnings=("Document b is empty; no strategy can judge it.",),
    ),
    Example(query_id="q0", query="", documents=(Document(id="a", content="Boats."),)),
]


def test_a_query_set_comes_back_as_it_was(store: Store, opened: Opened) -> None:
    """Every field of every query in their order, also where the same name stands for two sets."""
    first, second = store.save_set(" whales ", EXAMPLES), store.save_set("whales", EXAMPLES[::-1])
    store.close()
    again = opened()
    assert again.query_set(first) == EXAMPLES and again.query_set(second) == EXAMPLES[::-1]
    assert [(row.id, row.name, row.queries) for row in again.sets()] == [(second, "whales", 2), (first, "whales", 2)]
    assert again.sets()[0].made.endswith("+00:00")


def test_a_set_is_found_by_its_name_and_queries(store: Store) -> None:
    """Another name, or other queries, are another set."""
    id = store.save_set("whales", EXAMPLES)
    store.save_set("whales", EXAMPLES[::-1])
    assert store.find_set(" whales ", EXAMPLES) == id
    assert store.find_set("boats", EXAMPLES) is None
    assert store.find_set("whales", [replace(EXAMPLES[0], qrels={}), EXAMPLES[1]]) is None
    assert store.as_user("bob").find_set("whales", EXAMPLES) is None


def test_every_sample_can_be_kept(store: Store) -> None:
    """What was read from a file is what is read from the database."""
    for name, path in datasets.samples().items():
        examples = datasets.load_examples(path)
        assert store.query_set(store.save_set(name, examples)) == examples


def test_a_set_that_cannot_be_evaluated_is_refused(store: Store) -> None:
    """Without a name, without queries, or with two that can't be told apart; nothing of it is kept."""
    for name, examples, told in [
        (" \0", EXAMPLES, "no name"),
        ("whales", [], "no queries"),
        ("whales", [*EXAMPLES, replace(EXAMPLES[0], query="other")], '"q1"'),
    ]:
        with pytest.raises(InputError, match=told) as caught:
            store.save_set(name, examples)
        assert caught.value.hint
    assert store.sets() == []


def test_a_deleted_set_is_gone_with_its_queries(store: Store) -> None:
    """And no other."""
    kept, gone = store.save_set("whales", EXAMPLES), store.save_set("whales", EXAMPLES)
    store.delete_set(gone)
    for use in (store.query_set, store.delete_set):
        with pytest.raises(InputError, match="There is no query set of this id"):
            use(gone)
    assert [row.id for row in store.sets()] == [kept] and store.query_set(kept) == EXAMPLES
    # Which may get its number: no query of the old one is in its way.
    assert store.query_set(store.save_set("one", EXAMPLES[:1])) == EXAMPLES[:1]


def test_a_set_is_seen_by_who_saved_it(opened: Opened) -> None:
    ada, bob = opened("ada"), opened("bob")
    id = ada.save_set("hers", EXAMPLES)
    assert bob.sets() == [] and [row.id for row in ada.sets()] == [id]
    for use in (bob.query_set, bob.delete_set):
        with pytest.raises(InputError, match="no query set"):
            use(id)
    assert ada.query_set(id) == EXAMPLES


def test_hostile_names_are_names_and_hostile_ids_nobody_s(store: Store) -> None:
    """A hundred texts as names, queries, ids of queries, documents and metadata: kept but for what no database
    holds."""
    for hostile in HOSTILE:
        with pytest.raises(InputError, match="no query set"):
            store.query_set(hostile)
        kept = hostile.replace("\0", "").replace("\ud800", "\ufffd")
        document = Document(id=hostile, content=hostile, title=hostile, metadata={hostile: hostile})
        example = Example(query_id=hostile, query=hostile, documents=(document,), qrels={hostile: 1}, domain=hostile)
        if not kept.strip():
            with pytest.raises(InputError, match="no name"):
                store.save_set(hostile, [example])
            continue
        id = store.save_set(hostile, [example])
        assert store.query_set(id) == [replace(example, query_id=kept, query=kept, domain=kept)]
        assert store.sets()[0].name == kept.strip()
    assert len(store.sets()) > 90
