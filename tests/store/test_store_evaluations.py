"""How far an evaluation has come: found again by its settings, resumed from what was saved."""

from __future__ import annotations

import pytest

from playground.errors import InputError
from playground.store import Store
from tests.store.conftest import Opened
from tests.store.hostile import GOOD, HOSTILE

SETTINGS = {"lanes": ["bm25", "listwise model=openai:gpt-6-luna"], "set": "whales", "limit": None, "seed": 1}
DONE = {"order": ["a", "b"], "cost_usd": None, "seconds": 0.1, "state": "complete", "why": "– \0 \ud800"}


def test_an_evaluation_is_found_again_by_its_settings(store: Store, opened: Opened) -> None:
    """In whatever order they stand; any other setting is another evaluation, and the last begun is the one."""
    assert store.find_evaluation(SETTINGS) is None
    id = store.begin_evaluation(SETTINGS)
    store.close()
    again = opened()
    assert again.find_evaluation(dict(reversed(SETTINGS.items()))) == id
    for name in SETTINGS:
        assert again.find_evaluation({**SETTINGS, name: "other"}) is None
    assert again.find_evaluation({**SETTINGS, "more": None}) is None
    anew = again.begin_evaluation(SETTINGS)
    assert anew != id and again.find_evaluation(SETTINGS) == anew


def test_what_was_saved_is_there_when_it_is_resumed(store: Store, opened: Opened) -> None:
    """By lane and query, as it was; an outcome once more replaces the one before; another evaluation has its own."""
    id, other = store.begin_evaluation(SETTINGS), store.begin_evaluation(SETTINGS)
    assert store.outcomes(id) == {}
    store.put_outcome(id, "bm25", "q1", {"state": "failed"})
    store.put_outcome(id, "bm25", "q2", {})
    store.put_outcome(id, "embedding", "q1", DONE)
    store.put_outcome(id, "bm25", "q1", DONE)
    store.close()
    again = opened()
    assert again.outcomes(id) == {("bm25", "q1"): DONE, ("bm25", "q2"): {}, ("embedding", "q1"): DONE}
    assert again.outcomes(other) == {}


def test_only_its_own_user_finds_and_goes_on_with_an_evaluation(opened: Opened) -> None:
    ada, bob = opened("ada"), opened("bob")
    id = ada.begin_evaluation(SETTINGS)
    assert bob.find_evaluation(SETTINGS) is None
    for use in (bob.outcomes, lambda given: bob.put_outcome(given, "bm25", "q1", DONE)):
        with pytest.raises(InputError, match="There is no evaluation of this id"):
            use(id)
    assert ada.outcomes(id) == {}


def test_hostile_words_are_words_and_hostile_ids_nobody_s(store: Store) -> None:
    """A hundred texts as lanes, queries and settings, each of them told apart from the others."""
    id = store.begin_evaluation({"words": HOSTILE})
    assert store.find_evaluation({"words": HOSTILE}) == id
    for hostile in HOSTILE:
        store.put_outcome(id, hostile, hostile, {"of": hostile})
        for use in (store.outcomes, lambda given: store.put_outcome(given, "bm25", "q1", DONE)):
            with pytest.raises(InputError, match="no evaluation"):
                use(hostile)
    kept = {hostile.replace("\0", "").replace("\ud800", "\ufffd") for hostile in HOSTILE}
    assert set(store.outcomes(id)) == {(each, each) for each in kept}
    with pytest.raises(InputError, match="no evaluation"):
        store.outcomes(GOOD)
