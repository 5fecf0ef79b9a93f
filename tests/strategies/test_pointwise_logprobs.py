"""Promises about grading from log-probabilities, from the public call down to a model's reply and back."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest

from playground import rerank
from playground.types import Chat, Reply

TEXTS = [{"id": each, "content": f"text about {each}"} for each in ("ant", "bee", "cat")]


@dataclass
class Told:
    """A model that answers each document, found by its word, with these chances of tokens; in words it grades 6.
    "unsupported" and "refusal" stand for replies without any."""

    chances: Mapping[str, Mapping[str, float] | str]
    limit: int = 4
    asked: list[tuple[str, bool]] = field(default_factory=list)

    async def answer(self, payload: Any) -> Reply:
        assert isinstance(payload, Chat)
        word = next(word for word in self.chances if f"about {word}" in payload.messages[-1].content)
        self.asked.append((word, payload.logprobs > 0))
        told = self.chances[word]
        if not payload.logprobs:
            return Reply(content='{"grade": 6}', model="told", seconds=0.0)
        if isinstance(told, str):
            return Reply(content="", model="told", seconds=0.0, stop=told)
        first = tuple((token, math.log(chance)) for token, chance in told.items())
        return Reply(content="0", model="told", seconds=0.0, logprobs=(first,))

    def in_words(self) -> list[str]:
        return [word for word, chances in self.asked if not chances]


def graded(model: Told) -> Any:
    return rerank("q", TEXTS, strategy="pointwise", model=model, scale="logprobs")


def test_all_labels_are_weighed_and_the_grade_is_out_of_ten() -> None:
    """E over 0-4, times 2.5, whatever digit was written; one call a document, one round, the label mass told."""
    model = Told(
        {
            "ant": {"0": 0.1, "1": 0.1, "2": 0.2, "3": 0.2, "4": 0.4},  # E = 2.7
            "bee": {"4": 0.45, "3": 0.45, "I": 0.1},  # E = 3.5
            "cat": {" 0": 0.6, "0": 0.4},  # E = 0
        }
    )
    result = graded(model)
    assert result.ids == ("bee", "ant", "cat")
    assert [item.score for item in result.ranking.items] == [pytest.approx(8.75), pytest.approx(6.75), 0.0]
    assert result.ranking.details["label_mass"] == {
        "ant": pytest.approx(1.0),
        "bee": pytest.approx(0.9),
        "cat": pytest.approx(1.0),
    }
    assert (result.calls, result.rounds, model.in_words()) == (3, 1, [])
    assert all(item.provenance == ("judged",) for item in result.ranking.items)


def test_only_the_documents_whose_chances_say_too_little_are_asked_about_in_words() -> None:
    """In a round of their own; both kinds of grade stand in one ranking, on one scale, and the low mass is told."""
    model = Told({"ant": {"4": 1.0}, "bee": {"I": 0.7, "4": 0.3}, "cat": {"1": 1.0}})
    result = graded(model)
    assert model.in_words() == ["bee"]
    assert (result.calls, result.rounds) == (4, 2)
    assert [(item.id, item.score) for item in result.ranking.items] == [("ant", 10.0), ("bee", 6.0), ("cat", 2.5)]
    assert result.ranking.details["label_mass"]["bee"] == pytest.approx(0.3)


def test_a_model_that_tells_no_chances_grades_everything_in_words() -> None:
    """Complete, with the written grades: a setting the model doesn't have costs nobody the run."""
    model = Told(dict.fromkeys(("ant", "bee", "cat"), "unsupported"))
    result = graded(model)
    assert sorted(model.in_words()) == ["ant", "bee", "cat"]
    assert [item.score for item in result.ranking.items] == [6.0] * 3
    assert result.state == "complete"


def test_who_refuses_is_not_pressed_in_words() -> None:
    """A refusal is not a lack of log-probabilities: the document is *failed*, says so, and the others stand."""
    model = Told({"ant": {"4": 1.0}, "bee": "refusal", "cat": {"1": 1.0}})
    result = graded(model)
    assert model.in_words() == []
    assert result.ids == ("ant", "cat", "bee")
    last = result.ranking.items[-1]
    assert (last.score, last.provenance) == (None, ("failed",)) and "refused" in last.why
