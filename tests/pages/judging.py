"""A step of the fake provider that reads every kind of question and answers it by the words in the documents."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.provider import Answer, Connection, Step

_DOCUMENT = re.compile(r"<document(?: label=\"\[(\w+)\]\")?>\n(.*?)\n</document>", re.DOTALL)


@dataclass(frozen=True)
class Judging(Step):
    """A document is worth what the first of ``words`` in it is worth, 0 if it holds none. Equal ones are a tie."""

    words: Mapping[str, int] = field(default_factory=dict)

    async def play(self, to: Connection) -> None:
        properties = to.seen.body["response_format"]["json_schema"]["schema"]["properties"]
        documents = _DOCUMENT.findall(to.seen.body["messages"][-1]["content"])
        worth = {label: self._worth(text) for label, text in documents}
        await Answer(json.dumps({name: self._said(name, worth) for name in properties})).play(to)

    def _worth(self, text: str) -> int:
        return next((worth for word, worth in self.words.items() if word in text), 0)

    def _said(self, name: str, worth: Mapping[str, int]) -> Any:
        best = sorted(worth, key=lambda label: -worth[label])
        match name:
            case "better":
                return "tie" if len(set(worth.values())) == 1 else best[0]
            case "best":
                return int(best[0])
            case "ranking":
                return [int(label) for label in best]
            case "grade":
                return next(iter(worth.values()))
            case _:
                return f"The {name} of a model."
