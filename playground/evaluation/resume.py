"""Where an evaluation goes on: what is kept of an earlier one with the same settings."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from playground.datasets import Example
from playground.domains import DEFAULT
from playground.errors import InputError
from playground.evaluation.live import Place
from playground.evaluation.outcome import Outcome, from_json
from playground.lanes import Lane

if TYPE_CHECKING:  # it takes longer to import than the rest of the engine
    from playground.store import Store


def settings(examples: Sequence[Example], lanes: Sequence[Lane], domain: str | None) -> dict[str, Any]:
    """What an evaluation's outcomes depend on. Grades are no part of it: they may change without anything being asked
    again. ``domain`` is that of queries that name none.

    Raises:
        InputError: two lanes have the same name, by which outcomes are kept.
    """
    names = [each.name for each in lanes]
    if len(set(names)) < len(names):
        raise InputError("Two lanes have the same name.", hint="Give one another: add name=... to its words.")
    digest = hashlib.sha256()
    for example in examples:
        digest.update(repr((example.query_id, example.query, example.domain, example.documents)).encode())
    return {
        "queries": digest.hexdigest(),
        "lanes": [each.words for each in lanes],
        "domain": domain or DEFAULT,
    }


def begin(
    store: Store, wanted: Mapping[str, Any], lanes: Sequence[Lane], *, fresh: bool = False
) -> tuple[str, dict[Place, Outcome]]:
    """The id of the evaluation with these settings and what is known of it; ``fresh`` = a new one. What came to no
    ranking is not known: it is tried again."""
    id = None if fresh else store.find_evaluation(wanted)
    return (store.begin_evaluation(wanted), {}) if id is None else (id, known(store, id, lanes))


def known(store: Store, id: str, lanes: Sequence[Lane]) -> dict[Place, Outcome]:
    """The outcomes that are kept under this id."""
    names = [each.name for each in lanes]
    kept = {(lane, query): from_json(outcome) for (lane, query), outcome in store.outcomes(id).items()}
    return {
        (names.index(lane), query): outcome
        for (lane, query), outcome in kept.items()
        if lane in names and not outcome.failed
    }
