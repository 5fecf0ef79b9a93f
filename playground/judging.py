"""People's grades: which documents of a run they are asked for, in what order, and how far people and lanes agree."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, product
from statistics import median_low
from typing import NamedTuple, TypeVar
from urllib.parse import unquote
from weakref import WeakKeyDictionary

from playground.agreement import Kappa, model_grades, weighted_kappa
from playground.cutoff import out_of_ten
from playground.datasets.example import lines
from playground.datasets.inputs import clean, listed
from playground.errors import InputError
from playground.store import Label, content_hash
from playground.types import DocId, Document
from playground.view.numbers import minute
from playground.view.outcome import Outcome

GRADES: Mapping[int, str] = {0: "irrelevant", 1: "touches it", 2: "helps", 3: "answers it"}
"""What a grade says of a document for a query."""

Each = TypeVar("Each", bound=Hashable)


class Item(NamedTuple):
    """What a grade is of: a document for a query. ``content`` is its ``content_hash``."""

    query: str
    document: DocId
    content: str


@dataclass(frozen=True, kw_only=True)
class Rater:
    """A person or a lane, with its grades on the scale 0-3."""

    name: str
    grades: Mapping[Item, int]


@dataclass(frozen=True, kw_only=True)
class Pair:
    """Two raters that graded the same documents; the first is a person."""

    first: str
    second: str
    lane: bool
    """Whether the second is one."""
    kappa: Kappa


@dataclass(frozen=True, kw_only=True)
class Dispute:
    """A document that a person and somebody else graded differently; ``lanes`` are those that graded it."""

    item: Item
    people: tuple[tuple[str, int], ...]
    lanes: tuple[tuple[str, int], ...]

    @property
    def apart(self) -> int:
        """The most grades between a person and anybody else."""
        everybody = [grade for _, grade in (*self.people, *self.lanes)]
        return max(abs(grade - other) for _, grade in self.people for other in everybody)


def item(query: str, document: Document) -> Item:
    """As the labels of this document for this query are kept."""
    return Item(clean(query)[0], clean(document.id)[0], content_hash(document))


def item_of(label: Label) -> Item:
    return Item(label.query, label.document, label.content)


_items: WeakKeyDictionary[Outcome, dict[DocId, Item]] = WeakKeyDictionary()


def items(outcome: Outcome) -> Mapping[DocId, Item]:
    """Every document of a run, as its labels are kept. Worked out once: a page asks at every grade."""
    if outcome not in _items:
        _items[outcome] = {id: item(outcome.record.task.query, each) for id, each in outcome.documents.items()}
    return _items[outcome]


def orders(outcomes: Iterable[Outcome]) -> list[list[Item]]:
    """The input order of every run, and that of each of its lanes that came to one."""
    return [
        [items(outcome)[id] for id in order] for outcome in outcomes for order in (outcome.given, *outcome.lane_orders)
    ]


def pool(orders: Sequence[Sequence[Each]], k: int, most: int | None = None) -> list[Each]:
    """The first ``k`` documents of every order, those first on whose rank the orders differ most (equals as they are
    met); at most ``most`` of them, so that few grades go where they tell orders apart."""
    places: dict[Each, list[int]] = {each: [] for order in orders for each in order[:k]}
    for order in orders:
        for place, each in enumerate(order):
            if each in places:
                places[each].append(place)
    return sorted(places, key=lambda each: min(places[each]) - max(places[each]))[:most]


def shuffled(items: Iterable[Item], grader: str) -> list[Item]:
    """The order in which this grader is shown these documents: the same each time, and a larger pool doesn't change
    it. It depends on names and texts alone, so it gives away no lane and no rank."""
    return sorted(items, key=lambda each: hashlib.sha256("\0".join((grader, *each)).encode(errors="replace")).digest())


def people(labels: Iterable[Label]) -> list[Rater]:
    """Everybody who gave a grade, by name. What was skipped has none."""
    found: dict[str, dict[Item, int]] = {}
    for label in labels:
        if label.grade is not None:
            found.setdefault(label.grader, {})[item_of(label)] = label.grade
    return [Rater(name=name, grades=found[name]) for name in sorted(found)]


def lane_names(outcomes: Sequence[Outcome]) -> list[list[str]]:
    """What the lanes of each run are called among those of all: a name that several runs have comes with the time of
    its run, and what is called the same even so is numbered."""
    runs = Counter(name for outcome in outcomes for name in {row.name for row in outcome.board.lanes})
    told: Counter[str] = Counter()
    found = []
    for outcome in outcomes:
        made = minute(outcome.record.made)
        names = []
        for row in outcome.board.lanes:
            name = f"{row.name} (run of {made})" if runs[row.name] > 1 else row.name
            told[name] += 1
            names.append(f"{name} {told[name]}" if told[name] > 1 else name)
        found.append(names)
    return found


def lanes(outcomes: Sequence[Outcome]) -> list[Rater]:
    """The lanes whose model wrote grades from 0 to 10, those brought onto the scale 0-3 by ``model_grades``."""
    found = []
    for outcome, names in zip(outcomes, lane_names(outcomes), strict=True):
        for at, (name, row) in enumerate(zip(names, outcome.board.lanes, strict=True)):
            if row.ranking is None:
                continue
            graded = out_of_ten(row.ranking, at, outcome.record.events)
            scores = {
                items(outcome)[each.id]: score
                for each in row.ranking.items
                if (score := each.score if graded else each.grade) is not None and "failed" not in each.provenance
            }
            if scores:
                found.append(Rater(name=name, grades=model_grades(scores)))
    return found


def pairs(people: Sequence[Rater], lanes: Sequence[Rater] = ()) -> list[Pair]:
    """Quadratically weighted kappa of every two people, and of every person and lane, with a document in common."""
    both = [(one, other, False) for one, other in combinations(people, 2)]
    both += [(one, other, True) for one, other in product(people, lanes)]
    return [
        Pair(first=one.name, second=other.name, lane=lane, kappa=kappa)
        for one, other, lane in both
        if (kappa := weighted_kappa(one.grades, other.grades)) is not None
    ]


def disputes(people: Sequence[Rater], lanes: Sequence[Rater] = ()) -> list[Dispute]:
    """What somebody should look at again, the furthest apart first."""

    def given(raters: Sequence[Rater], item: Item) -> tuple[tuple[str, int], ...]:
        return tuple((rater.name, rater.grades[item]) for rater in raters if item in rater.grades)

    items = dict.fromkeys(item for rater in people for item in rater.grades)
    found = [Dispute(item=item, people=given(people, item), lanes=given(lanes, item)) for item in items]
    return sorted((each for each in found if each.apart), key=lambda each: -each.apart)


def median(people: Sequence[Rater]) -> dict[Item, int]:
    """One grade an item: the graders' median, the lower of the two in the middle."""
    items = dict.fromkeys(item for rater in people for item in rater.grades)
    return {item: median_low(rater.grades[item] for rater in people if item in rater.grades) for item in items}


def read_qrels(text: str, file: str) -> dict[str, dict[DocId, int]]:
    """The grades of each query id, by document; ids as ``export.qrels_text`` writes them.

    Raises:
        InputError: a line that is none of qrels', a grade that is not from 0 to 3, a document graded twice, or no line
            at all.
    """
    found: dict[str, dict[DocId, int]] = {}
    for number, line in enumerate(lines(text), 1):
        if not (parts := line.split()):
            continue
        if len(parts) != 4 or parts[3] not in map(str, GRADES):
            raise InputError(
                f'{file}, line {number}: expected "query-id 0 document-id grade", found {listed([line.strip()])}.',
                hint=f"Grades are whole numbers from 0 to {max(GRADES)}.",
            )
        grades, document = found.setdefault(unquote(parts[0]), {}), unquote(parts[2])
        if document in grades:
            raise InputError(
                f"{file}, line {number}: the document {listed([document])} is graded a second time.",
                hint="Leave one of its lines.",
            )
        grades[document] = int(parts[3])
    if not found:
        raise InputError(f"{file} holds no grades.", hint='Give TREC qrels: "query-id 0 document-id grade" a line.')
    return found
