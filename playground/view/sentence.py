"""What a comparison comes to, in a few sentences computed from the result."""

from __future__ import annotations

from collections.abc import Sequence

from playground.comparison import agreement, largest_move, reversals
from playground.text import shortened
from playground.types import DocId
from playground.view.numbers import count, number
from playground.view.outcome import INPUT, Outcome

TOP = 5
"""Ranks within which swapped pairs are counted."""
LONGEST_NAME = 80
"""Characters of a document's name that stand in the sentence."""

Part = tuple[str, DocId | None]
"""Some words, and the document they name."""


def sentence(outcome: Outcome, baseline: int = INPUT) -> list[Part]:
    """How many lanes changed the baseline's top result, which document rose most, how much they reorder and agree,
    and what did not go well."""
    before = outcome.orders[baseline] or outcome.given
    last = 1 + len(outcome.board.lanes)
    ranked = [(at, order) for at, order in enumerate(outcome.orders[:last]) if at not in (INPUT, baseline) and order]
    parts: list[Part] = []
    if not outcome.lane_orders:
        parts.append(("No lane came to a ranking. ", None))
    elif ranked:
        against = "" if baseline == INPUT else f" against {outcome.name(baseline)}"
        changed = sum(order[0] != before[0] for _, order in ranked)
        parts.append((f"The top result changed in {changed} of {count(len(ranked), 'lane')}{against}. ", None))
        parts += _moved(outcome, ranked, before)
    parts += _troubles(outcome)
    return parts


def text(parts: Sequence[Part]) -> str:
    """The same as plain text."""
    return "".join(words for words, _ in parts).strip()


def _moved(outcome: Outcome, ranked: list[tuple[int, tuple[DocId, ...]]], before: tuple[DocId, ...]) -> list[Part]:
    risen, more = _risen(outcome, ranked, before), "; ".join(_reordered(outcome, ranked, before))
    if risen:
        return [*risen, (f"; {more}. " if more else ". ", None)]
    # Nothing rose: every lane left the order as it was.
    return [(f"{more[0].upper()}{more[1:]}. ", None)] if more else []


def _risen(outcome: Outcome, ranked: list[tuple[int, tuple[DocId, ...]]], before: tuple[DocId, ...]) -> list[Part]:
    rises = [(found, at) for at, order in ranked if (found := largest_move(order, before))]
    if not rises:
        return []
    (id, places), at = max(rises, key=lambda rise: rise[0][1])
    return [
        (f"“{shortened(outcome.titles[id], LONGEST_NAME)}”", id),
        (f" rose {count(places, 'place')} with {outcome.name(at)}", None),
    ]


def _reordered(outcome: Outcome, ranked: list[tuple[int, tuple[DocId, ...]]], before: tuple[DocId, ...]) -> list[str]:
    swapped = [(reversals(order, before, TOP), at) for at, order in ranked]
    most, at = max(swapped, key=lambda each: each[0])
    words = []
    if most:
        top = min(TOP, len(before))
        words.append(f"{count(most, 'reversal')} among the top {top} with {outcome.name(at)}")
    # Of all lanes, the baseline too: it is the same whatever they are held against.
    alike = agreement(outcome.lane_orders)
    if alike is not None:
        words.append(f"the lanes agree by RBO {number(alike)}")
    return words


def _troubles(outcome: Outcome) -> list[Part]:
    board = outcome.board
    said = [
        f"{word}: {', '.join(names)}. "
        for word, state in (("Failed", "failed"), ("Incomplete", "partial"))
        if (names := [outcome.name(at) for at, row in enumerate(board.lanes, 1) if row.state == state])
    ]
    if board.halted:
        said.append(f"The run was cut short ({board.halted}); what was answered is kept.")
    return [("".join(said), None)] if said else []
