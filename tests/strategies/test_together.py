"""Promises about independent generators side by side: their rounds are shared, their answers are their own."""

from __future__ import annotations

import pytest

from playground.forms.grade import Grade
from playground.strategies.rounds import Steps, together
from playground.testing import sample_task
from playground.types import Ask, Judgment, ModelRef

CHAT = ModelRef("test", "chat")
(SHOWN,) = sample_task(1).documents


def ask(trial: int) -> Ask:
    return Ask(form=Grade(), shown=(SHOWN,), model=CHAT, trial=trial)


def told(each: Ask) -> Judgment:
    """A judgment that says which question it answers."""
    return Judgment(verdict="ranked", why=str(each.trial))


def asker(name: str, *sizes: int) -> Steps[tuple[str, list[str]]]:
    """Asks as many questions a round as ``sizes`` say, numbered from its name, and comes to the answers it was sent."""
    heard, trial = [], int(name) * 100
    for size in sizes:
        judgments = yield [ask(trial + at) for at in range(size)]
        assert len(judgments) == size
        heard += [judgment.why for judgment in judgments]
        trial += size
    return name, heard


def run(*several: Steps[tuple[str, list[str]]]) -> tuple[tuple[tuple[str, list[str]], ...], list[list[int]]]:
    """What each came to, and the trials asked in each round."""
    steps, rounds = together(*several), []
    try:
        asks = next(steps)
        while True:
            rounds.append([each.trial for each in asks])
            asks = steps.send([told(each) for each in asks])
    except StopIteration as end:
        return end.value, rounds


def test_the_next_round_of_each_shares_one_round_and_answers_find_their_way_back() -> None:
    """Three askers of different lengths: as many rounds as the longest, each sent its own answers in its own order."""
    results, rounds = run(asker("1", 2, 1), asker("2", 1, 3, 1), asker("3", 2))
    assert rounds == [[100, 101, 200, 300, 301], [102, 201, 202, 203], [204]]
    assert results == (
        ("1", ["100", "101", "102"]),
        ("2", ["200", "201", "202", "203", "204"]),
        ("3", ["300", "301"]),
    )


def test_who_ends_early_or_asks_nothing_holds_nobody_up() -> None:
    """Results stand in the order given, whoever ended first; without any question there is no round."""
    results, rounds = run(asker("1"), asker("2", 1, 1), asker("3"))
    assert (results, rounds) == ((("1", []), ("2", ["200", "201"]), ("3", [])), [[200], [201]])
    assert run(asker("1"), asker("2")) == ((("1", []), ("2", [])), [])
    assert run() == ((), [])


def test_an_empty_round_of_one_is_answered_with_nothing() -> None:
    """A generator that yields a round without questions is sent none back, and goes on."""
    results, rounds = run(asker("1", 0, 1), asker("2", 1, 1))
    assert rounds == [[200], [100, 201]]
    assert results == (("1", ["100"]), ("2", ["200", "201"]))


def test_an_error_of_one_is_not_swallowed() -> None:
    """A strategy that refuses its input refuses it inside others too."""

    def refuses() -> Steps[tuple[str, list[str]]]:
        yield [ask(1)]
        raise ValueError("refused")

    with pytest.raises(ValueError, match="refused"):
        run(asker("1", 1, 1), refuses())
