"""Promises about bad model output: good replies are broken in 2,000 seeded ways and ranked all the same."""

from __future__ import annotations

import json
import random
import re
import unicodedata
from collections.abc import Callable

import pytest

from playground.domains import domain
from playground.forms.replies import NotJson, as_json
from playground.strategies import Strategy, strategies
from playground.strategies.base import Asking
from playground.strategies.listwise import Listwise
from playground.strategies.pairwise import Pairwise
from playground.strategies.pointwise import Pointwise
from playground.strategies.setwise import Setwise
from playground.strategies.tournament import Tournament
from playground.testing import play
from playground.types import Ask, Document, Judgment, ModelRef, Ranking, Reply, Task

GENERAL, _ = domain("general")
MODEL = ModelRef("test", "mutant")
JUNK = (
    "[7] > [1]",
    "99",
    "\x00",
    "```",
    "<think>",
    "</think>",
    "[",
    "]}",
    '"',
    "NaN",
    "none",
    "１２",
    "②",
    " 8/10 ",
    "\n2. [1]\n",
    "{}",
    ">",
    "-1",
)


def task(n: int) -> Task:
    documents = tuple(
        Document(id=f"id-{at}", content=f"text {at}: what grade 10 and 3 > 1 > 2 mean") for at in range(1, n + 1)
    )
    return Task(query="q", documents=documents, domain=GENERAL)


def graded(shown: tuple[Document, ...], dice: random.Random) -> str:
    """A good reply to a question for one grade."""
    grade = dice.choice((0, 3, 7.5, 10))
    return dice.choice(
        (
            json.dumps({"quote": shown[0].content[:6], "reason": f"since {shown[0].id} says so", "grade": grade}),
            f"```json\n{json.dumps({'reason': f'since {shown[0].id} says so', 'grade': grade})}\n```",
            f"<think>Score: 1</think>Score: {grade}/10",
            f"{grade}",
        )
    )


def ordered(shown: tuple[Document, ...], dice: random.Random) -> str:
    """A good reply to a question for an order, in one of the accepted ways of writing it."""
    labels = dice.sample(range(1, len(shown) + 1), len(shown))
    rows = [
        {
            "id": label,
            "quote": shown[label - 1].content[:6],
            "reason": f"since {shown[label - 1].id} says so",
            "score": dice.randint(0, 10),
        }
        for label in labels
    ]
    return dice.choice(
        (
            json.dumps({"ranking": rows}),
            f"```json\n{json.dumps({'ranking': rows}, indent=1)}\n```",
            json.dumps(labels),
            " > ".join(f"[{label}]" for label in labels),
            "<think>[1] > [2]</think>" + " > ".join(map(str, labels)),
            "\n".join(f"{place}. [{label}]" for place, label in enumerate(labels, 1)),
            ", ".join(map(str, labels)),
        )
    )


def duelled(shown: tuple[Document, ...], dice: random.Random) -> str:
    """A good reply to a question which of two is better."""
    letter = dice.choice("AB")
    return dice.choice(
        (
            json.dumps({"better": letter}),
            json.dumps({"better": "tie"}),
            f"```json\n{json.dumps({'better': letter})}\n```",
            f"<think>Answer: A</think>Answer: {letter}",
            f"[{letter}]",
            letter,
        )
    )


def picked(shown: tuple[Document, ...], dice: random.Random) -> str:
    """A good reply to a question which of several is best."""
    label = dice.randint(1, len(shown))
    return dice.choice(
        (
            json.dumps({"best": label}),
            json.dumps({"best": None}),
            f"```json\n{json.dumps({'best': str(label)})}\n```",
            f"<think>Answer: 1</think>Answer: {label}",
            f"The best is [{label}].",
            f"{label}",
        )
    )


def cut(text: str, dice: random.Random) -> str:
    return text[: dice.randint(0, len(text))]


def _slices(text: str, dice: random.Random) -> tuple[str, str, str, str, str]:
    a, b, c, d = sorted(dice.randint(0, len(text)) for _ in range(4))
    return text[:a], text[a:b], text[b:c], text[c:d], text[d:]


def duplicate(text: str, dice: random.Random) -> str:
    head, one, *rest = _slices(text, dice)
    return head + one + one + "".join(rest)


def swap(text: str, dice: random.Random) -> str:
    head, one, between, other, tail = _slices(text, dice)
    return head + other + between + one + tail


def drop(text: str, dice: random.Random) -> str:
    head, _, *rest = _slices(text, dice)
    return head + "".join(rest)


def splice(text: str, dice: random.Random) -> str:
    at = dice.randint(0, len(text))
    return text[:at] + dice.choice(JUNK) + text[at:]


def change_digits(text: str, dice: random.Random) -> str:
    return re.sub(r"\d", lambda found: str(dice.randint(0, 9)) if dice.random() < 0.4 else found[0], text)


MUTATIONS = (cut, duplicate, swap, drop, splice, change_digits)


class Mutant:
    """Words, mutates and reads as a model behind its form would; ``heard`` keeps each question with all its replies."""

    def __init__(self, task: Task, write: Callable[[tuple[Document, ...], random.Random], str], seed: int) -> None:
        self.task, self.write, self.dice = task, write, random.Random(seed)
        self.heard: list[tuple[Ask, list[str], Judgment]] = []

    def judge(self, ask: Ask) -> Judgment:
        payload = ask.form.word(self.task, ask.shown)
        reply = self._reply(ask)
        replies = [str(reply.content)]
        judgment = ask.form.read(reply, ask.shown)
        correction = ask.form.again(payload, reply, judgment)
        if correction is not None:
            reply = self._reply(ask)
            replies.append(str(reply.content))
            second = ask.form.read(reply, ask.shown)
            judgment = judgment if second.verdict == "unreadable" else second
        self.heard.append((ask, replies, judgment))
        return judgment

    def _reply(self, ask: Ask) -> Reply:
        text = self.write(ask.shown, self.dice)
        for mutate in self.dice.sample(MUTATIONS, self.dice.randint(1, 2)):
            text = mutate(text, self.dice)
        return Reply(content=text, model="mutant", seconds=0.0, stop=self.dice.choice(("end", "end", "length")))


Writer = Callable[[tuple[Document, ...], random.Random], str]
# strategy, number of documents, how its good replies are written, least and most questions a run
CASES: dict[str, tuple[Strategy, int, Writer, tuple[int, int]]] = {
    "pointwise": (Pointwise(model=MODEL), 3, graded, (3, 3)),
    "listwise, one call": (Listwise(model=MODEL, window=None), 5, ordered, (1, 1)),
    "listwise, one call, two-digit labels": (Listwise(model=MODEL, window=None), 12, ordered, (1, 1)),
    "listwise, windows": (Listwise(model=MODEL, window=4, stride=2), 8, ordered, (3, 3)),
    "listwise, shuffles": (Listwise(model=MODEL, window=None, shuffles=3), 4, ordered, (3, 3)),
    "pairwise, parallel": (Pairwise(model=MODEL), 4, duelled, (6, 12)),
    "pairwise, every pair once": (Pairwise(model=MODEL, sort="allpair", orders="random"), 4, duelled, (6, 6)),
    "pairwise, heap": (Pairwise(model=MODEL, sort="heap", top_k=2), 4, duelled, (4, 12)),
    "setwise, heap": (Setwise(model=MODEL, children=2, top_k=2), 6, picked, (3, 9)),
    "setwise, two-digit labels": (Setwise(model=MODEL, children=11, top_k=2), 12, picked, (2, 2)),
    "setwise, rounds": (Setwise(model=MODEL, children=2, top_k=2, variant="rounds"), 6, ordered, (3, 12)),
    "tournament": (Tournament(model=MODEL, group=4, keep=2, rounds=1), 8, ordered, (3, 3)),
}
RUNS = 200
"""A case. 2,000 replies and more are broken: each of the 12 cases asks at least once a run."""


def test_every_strategy_that_asks_an_llm_is_among_the_cases() -> None:
    """A strategy that reads replies and isn't here has never read a broken one."""
    asking = {
        name
        for name, kind in strategies().items()
        if kind.__module__.startswith("playground.") and issubclass(kind, Asking)
    }
    assert {strategy.name for strategy, *_ in CASES.values()} == asking


@pytest.mark.parametrize("case", CASES)
def test_no_mutation_loses_a_document_or_goes_unlabelled(case: str) -> None:
    """Each run of broken replies only: a permutation, every absence labelled, no word or verdict from elsewhere."""
    strategy, n, write, (least, most) = CASES[case]
    told_apart = broken = 0
    for seed in range(max(RUNS, 2_000 // least)):
        given = task(n)
        mutant = Mutant(given, write, seed)
        ranking, _ = play(strategy.rank(given), mutant.judge)
        assert least <= len(mutant.heard) <= most
        assert sorted(ranking.ids) == sorted(document.id for document in given.documents), (case, seed)
        assert [item.rank for item in ranking.items] == list(range(1, n + 1))
        for ask, replies, judgment in mutant.heard:
            _clean_means_clean(ask, replies, judgment)
            broken += len(replies)
        _labelled(ranking, mutant)
        told_apart += any(judgment.verdict in ("ranked", "tie") for *_, judgment in mutant.heard)
    assert broken >= 2_000
    assert told_apart > 100  # else the mutations leave nothing to be read, and nothing was tested


def _clean_means_clean(ask: Ask, replies: list[str], judgment: Judgment) -> None:
    """A judgment without repairs names everything shown exactly once, in numbers that stand in a reply as they are; a
    winner's label stands there too, and a tie says so."""
    if ask.form.kind in ("duel", "pick"):
        _stands_there(ask, replies, judgment)
        return
    if judgment.verdict != "ranked":
        assert not judgment.order
        assert not judgment.grades
        return
    kinds = {repair.kind for repair in judgment.repairs}
    said = [unicodedata.normalize("NFKC", reply) for reply in replies]
    if "missing" not in kinds:
        assert set(judgment.order) == {document.id for document in ask.shown}
    if ask.form.kind == "order":
        labels = [at for at, document in enumerate(ask.shown, 1) if document.id in judgment.order]
        assert any(all(re.search(rf"(?<!\d)0*{label}(?!\d)", text) for label in labels) for text in said), replies
    elif "clamped" not in kinds:
        numbers = {float(number) for text in said for number in re.findall(r"-?\d+(?:\.\d+)?", text)}
        assert set(judgment.grades.values()) <= numbers, replies
    if any("```" in reply for reply in replies) and judgment.reasons:
        assert "fenced" in kinds or any(_values(reply) for reply in replies)


def _stands_there(ask: Ask, replies: list[str], judgment: Judgment) -> None:
    """What a duel or pick came to, said independently of the readers: its label alone in some reply's answer, after
    any thinking, as a word of its own."""
    if judgment.verdict == "unreadable":
        assert not judgment.order and not judgment.grades
        return
    answers = [unicodedata.normalize("NFKC", reply).rpartition("</think>")[2] for reply in replies]
    if judgment.verdict in ("tie", "none_relevant"):
        assert any(re.search(r"tie|equal|neither|both|none|null", answer, re.IGNORECASE) for answer in answers), replies
        return
    label = [document.id for document in ask.shown].index(judgment.order[0])
    wanted = "AB"[label] if ask.form.kind == "duel" else rf"0*{label + 1}"
    assert any(re.search(rf"(?<![\w.-]){wanted}(?!\w|\.\d)", answer, re.IGNORECASE) for answer in answers), replies


def _labelled(ranking: Ranking, mutant: Mutant) -> None:
    """Judged documents were named by a reply; the others say *repaired*, *tied* or *failed* and why."""
    for item in ranking.items:
        judgments = [
            judgment for ask, _, judgment in mutant.heard if item.id in {document.id for document in ask.shown}
        ]
        named = [judgment for judgment in judgments if item.id in judgment.order]
        # In a duel or heat that was a draw nobody is named, and everybody was judged.
        drawn = [judgment for judgment in judgments if judgment.verdict in ("tie", "none_relevant")]
        lost = [judgment for judgment in judgments if judgment.order and item.id not in judgment.order]
        if item.provenance == ("judged",):
            assert named or drawn or lost, item
        if not judgments or {judgment.verdict for judgment in judgments} == {"unreadable"}:
            assert "failed" in item.provenance, item
        if not named and not drawn and not lost:
            assert set(item.provenance) & {"failed", "repaired", "tied"}, item
            assert (item.score, item.grade, item.reason, item.quote) == (None, None, None, None)
        if "failed" in item.provenance:
            assert item.why
        if item.reason is not None:
            assert any(
                _said_of(item.id, item.reason, ask, reply) for ask, replies, _ in mutant.heard for reply in replies
            ), item


def _said_of(document: str, reason: str, ask: Ask, reply: str) -> bool:
    """Whether this reply gives this reason for this document, by the JSON it holds and nothing else."""
    shown = [each.id for each in ask.shown]
    if document not in shown:
        return False
    label = shown.index(document) + 1
    for entry in _values(reply):
        if " ".join(str(entry.get("reason")).split()) != reason:
            continue
        number = re.sub(r"[\[\]\s]", "", unicodedata.normalize("NFKC", str(entry.get("id", label))))
        if ask.form.kind == "grade" or number == str(label):
            return True
    return False


def _values(reply: str) -> list[dict[str, object]]:
    """The entries of a reply that is JSON once thinking and one fence are taken off."""
    text = reply.rpartition("</think>")[2].strip()
    fenced = re.search(r"```\w*\s*(.*?)```", text, re.DOTALL)
    try:
        value = as_json(fenced[1] if fenced else text)
    except NotJson:
        return []
    found = value if isinstance(value, list) else [value] if isinstance(value, dict) else []
    nested = [
        entry
        for row in found
        if isinstance(row, dict)
        for each in row.values()
        if isinstance(each, list)
        for entry in each
    ]
    return [entry for entry in (*found, *nested) if isinstance(entry, dict)]
