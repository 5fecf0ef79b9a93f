"""Several runs beside each other: how they were set, what they came to, and how far their lanes agree. Runs are given
by the label that stands for each."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal
from difflib import unified_diff
from itertools import combinations

from playground.comparison import kendall_tau, rbo
from playground.errors import InputError
from playground.events import Answered
from playground.metrics import measured
from playground.runs import Record
from playground.types import Chat, Completion, DocId
from playground.view.numbers import money, number
from playground.view.outcome import Outcome
from playground.view.tables import Row, costs

FEWEST, MOST = 2, 4
"""Runs that can be compared."""
TOP = 5
_LIBRARY = "library "
FIRST = f"top {TOP}"
"""What ``results`` calls a lane's first documents."""


def heading(record: Record, note: str) -> str:
    """What tells a run from others of its query: when it was made, and what was noted."""
    return " · ".join(filter(None, [f"{record.made[:10]} {record.made[11:19]} UTC", note]))


def check(count: int) -> None:
    """Raises:
    InputError: too few runs, or too many.
    """
    if not FEWEST <= count <= MOST:
        raise InputError(f"{count} runs can't be compared.", hint=f"Choose {FEWEST} to {MOST}.")


def settings(runs: Mapping[str, Outcome]) -> list[Row]:
    """A row a setting, a column a run, None where a run has none; ``differs`` wherever they aren't all the same."""
    found = {label: _settings(outcome) for label, outcome in runs.items()}
    named = dict.fromkeys(name for each in found.values() for name in each)
    names = sorted(named, key=lambda name: name.startswith(_LIBRARY))  # behind a lane that only a later run has
    rows = ((name, {label: each.get(name) for label, each in found.items()}) for name in names)
    return [{"setting": name, "differs": len(set(values.values())) > 1, **values} for name, values in rows]


def prompts(runs: Mapping[str, Outcome]) -> list[Row]:
    """Lanes of one name whose first question was worded differently: the earlier run's against the later's, as a
    unified diff."""
    rows = []
    for (one, first), (other, second) in combinations(runs.items(), 2):
        for name, at, there in _shared(first, second):
            before, after = _asked(first, at), _asked(second, there)
            if before is not None and after is not None and before != after:
                change = unified_diff(before.splitlines(), after.splitlines(), one, other, lineterm="")
                rows.append({"lane": name, "runs": f"{one}, {other}", "change": "\n".join(change)})
    return rows


def results(runs: Mapping[str, Outcome]) -> list[Row]:
    """A row a lane of a run. ``nDCG@10`` is None without human grades; dollars are None where a price is unknown; the
    wall-clock is None where no reply was new or nothing was asked."""
    rows = []
    for label, outcome in runs.items():
        lanes = zip(_names(outcome), outcome.board.lanes, costs(outcome), strict=True)
        for at, (name, lane, spent) in enumerate(lanes, 1):
            order = outcome.orders[at]
            rows.append(
                {
                    "run": label,
                    "lane": name,
                    "state": lane.state,
                    "nDCG@10": round(measured(order, outcome.qrels)["nDCG@10"], 3)
                    if order and outcome.graded
                    else None,
                    FIRST: [f"{id}: {outcome.titles[id]}" for id in (order or ())[:TOP]],
                    **{name: spent[name] for name in ("US dollars", "wall-clock s", "replayed s")},
                }
            )
    return rows


def tops(found: Sequence[Row]) -> list[Row]:
    """What ``results`` has first, to be read across: a row a place, a column a run and lane, None below a lane's last
    document."""
    firsts = {f"{row['run']} · {row['lane']}": row[FIRST] for row in found}
    return [
        {"place": at + 1, **{name: ids[at] if at < len(ids) else None for name, ids in firsts.items()}}
        for at in range(max(map(len, firsts.values()), default=0))
    ]


def told(found: Sequence[Row]) -> list[dict[str, str]]:
    """Rows as people read them: "" where nothing is known. Without the first documents, which ``tops`` has."""
    return [{name: _told(name, value) for name, value in row.items() if name != FIRST} for row in found]


def agreement(runs: Mapping[str, Outcome]) -> list[Row]:
    """A row a lane and pair of runs that both have it: Kendall's τ and RBO of its two orders of the documents that the
    runs have in common, of the same id and text; None where that says nothing."""
    rows = []
    for (one, first), (other, second) in combinations(runs.items(), 2):
        common = _common(first, second)
        for name, at, there in _shared(first, second):
            ids, others = (
                [id for id in outcome.orders[column] or () if id in common]
                for outcome, column in ((first, at), (second, there))
            )
            tau, overlap = kendall_tau(ids, others), rbo(ids, others)
            rows.append(
                {
                    "lane": name,
                    "runs": f"{one}, {other}",
                    "common documents": len(common),
                    "Kendall τ": None if tau is None else round(tau, 3),
                    "RBO": None if overlap is None else round(overlap, 3),
                }
            )
    return rows


def _told(name: str, value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else ""
    if name == "US dollars":
        return money(None if value is None else Decimal(repr(value)))
    return "" if value is None else _SHOWN.get(name, str)(value)


def _seconds(value: float) -> str:
    return f"{value:.2f}"


_SHOWN: Mapping[str, Callable[..., str]] = {
    "nDCG@10": number,
    "wall-clock s": _seconds,
    "replayed s": _seconds,
    "Kendall τ": number,
    "RBO": number,
}


def _settings(outcome: Outcome) -> dict[str, str]:
    record = outcome.record
    domain = record.task.domain
    return {
        "made": record.made,
        "query": record.task.query,
        "domain": domain.name,
        "role": domain.role,
        "priorities": "; ".join(domain.priorities),
        "documents": str(len(record.task.documents)),
        "human grades": str(len(record.qrels)),
        **{f"lane {name}": lane.words for name, lane in zip(_names(outcome), record.lanes, strict=True)},
        **{f"{_LIBRARY}{name}": version for name, version in record.libraries.items()},
    }


def _names(outcome: Outcome) -> list[str]:
    """The lanes' names; where one comes again, with its number."""
    names: list[str] = []
    for at in range(1, 1 + len(outcome.board.lanes)):
        name = outcome.name(at)
        before = sum(outcome.name(earlier) == name for earlier in range(1, at))
        names.append(f"{name} ({before + 1})" if before else name)
    return names


def _shared(first: Outcome, second: Outcome) -> Iterator[tuple[str, int, int]]:
    """Lanes that both have: the name and the column in each."""
    there = {name: column for column, name in enumerate(_names(second), 1)}
    for column, name in enumerate(_names(first), 1):
        if name in there:
            yield name, column, there[name]


def _common(first: Outcome, second: Outcome) -> set[DocId]:
    # An id alone says little: most documents are called d1, d2 ... by their place.
    others = second.documents
    return {
        id
        for id, document in first.documents.items()
        if id in others and (document.title, document.content) == (others[id].title, others[id].content)
    }


def _asked(outcome: Outcome, column: int) -> str | None:
    """A lane's first question as it was sent; None where it asked none in words."""
    for event in outcome.record.events:
        if isinstance(event, Answered) and event.lane == column - 1 and event.phase == "rank":
            for call in event.calls:
                match call.payload:
                    case Chat(messages=messages):
                        return "\n\n".join(message.content for message in messages)
                    case Completion(prompt=prompt):
                        return prompt
    return None
