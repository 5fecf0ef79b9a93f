"""What an LLM-reranking tutorial published: its table of methods, and its rule for when to use an LLM at all.

The figures are quoted, not believed: ``methods`` puts today's beside them. The words are ours.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from playground import pricing
from playground.types import ModelRef, Usage
from playground.view.numbers import money

SOURCE = "an LLM-reranking tutorial"
DOCUMENTS = 10
"""What the tutorial's figures are for."""


@dataclass(frozen=True, kw_only=True)
class Published:
    """One row of the tutorial's table. ``dollars_1k`` is what it prints before "/1K", None = free. ``listed`` is the
    model whose list price the figure may be; ``lanes`` are today's counterparts in words, the first the nearest."""

    method: str
    seconds: float
    dollars_1k: Decimal | None
    listed: ModelRef | None = None
    lanes: tuple[str, ...]
    note: str = ""

    @property
    def price(self) -> str:
        """As printed."""
        return "free" if self.dollars_1k is None else f"{money(self.dollars_1k)}/1K"

    @property
    def flaw(self) -> str:
        """Why the printed unit can't be right, "" where nothing speaks against it."""
        if self.listed is None or self.dollars_1k is None:
            return ""
        if pricing.cost(self.listed, Usage(input=1_000_000)) != self.dollars_1k:
            return ""
        return (
            f"The printed unit can't be right: {money(self.dollars_1k)} is the list price of {self.listed.name} for a "
            "million input tokens. For 1,000 tokens it is a thousand times too much; for 1,000 requests it leaves out "
            "how many tokens each one reads and writes."
        )


def _asked(model: str) -> tuple[str, ...]:
    """One call for all documents, or one for each: the tutorial doesn't say which its figures are of."""
    return f"listwise model={model} reasons=false", f"pointwise model={model} reasons=false"


TABLE = (
    Published(method="Cross-encoder", seconds=0.05, dollars_1k=None, lanes=("cross-encoder",)),
    Published(
        method="Cohere",
        seconds=0.1,
        dollars_1k=Decimal("1.00"),
        lanes=("cohere:rerank-v3.5", "cohere:rerank-v5.0-fast", "cohere:rerank-v5.0-pro"),
        note="The tutorial names no model.",
    ),
    Published(
        method="GPT-4o-mini",
        seconds=0.5,
        dollars_1k=Decimal("0.15"),
        listed=ModelRef("openai", "gpt-4o-mini"),
        lanes=_asked("openai:gpt-4o-mini"),
    ),
    Published(
        method="GPT-4o",
        seconds=1.0,
        dollars_1k=Decimal("2.50"),
        listed=ModelRef("openai", "gpt-4o"),
        lanes=_asked("openai:gpt-4o"),
    ),
    Published(
        method="Claude Haiku",
        seconds=0.3,
        dollars_1k=Decimal("0.25"),
        listed=ModelRef("anthropic", "claude-3-haiku"),
        lanes=_asked("anthropic:claude-haiku-5-5"),
        note="The tutorial names no version.",
    ),
)

Speaks = Literal["for", "against"]


@dataclass(frozen=True, kw_only=True)
class Sign:
    """Something about a workload that speaks for or against asking an LLM. ``name`` is what a recommendation calls it;
    ``why`` is ours. ``bound`` is the tutorial's number, None where it gives none."""

    name: str
    speaks: Speaks
    title: str
    why: str
    bound: float | None = None


SIGNS = (
    Sign(
        name="multi_hop",
        speaks="for",
        title="Complex or multi-hop queries",
        why="Whether a text answers depends on several conditions at once, or on what another text says; a score for "
        "likeness doesn't weigh them.",
    ),
    Sign(
        name="specialised",
        speaks="for",
        title="Specialised domains",
        why="What counts as relevant (the jurisdiction, the dose, the part number) can be told to an LLM in words. A "
        "scoring model must have learned it.",
    ),
    Sign(
        name="high_value",
        speaks="for",
        title="High value per query",
        why="Where a wrong first result costs more than the question, the price of asking hardly matters.",
    ),
    Sign(
        name="explanations",
        speaks="for",
        title="Explanations needed",
        why="An LLM can write a reason and quote its evidence with the verdict. A score has none.",
    ),
    Sign(
        name="volume",
        speaks="against",
        title="More than 1,000 requests a day",
        why="The bill grows with every request, and so does the load on the provider's rate limits.",
        bound=1_000,
    ),
    Sign(
        name="hurry",
        speaks="against",
        title="Less than 200 ms to answer",
        why="One answer of a hosted LLM usually takes longer than that, and several rounds take several times as long.",
        bound=200,
    ),
    Sign(
        name="small_budget",
        speaks="against",
        title="Small budget",
        why="Embedded scoring models cost nothing a query. What small is, the calculator says: a lane's month against "
        "the budget.",
    ),
    Sign(
        name="simple",
        speaks="against",
        title="Simple queries",
        why="Where the right text shares the query's words or plain meaning, a scoring model finds it for a fraction.",
    ),
)
