"""The nouns. Everything else in the engine is a function from some of these to others.

All are frozen and keyword-only. A document is known by its id, never by its text, so duplicate texts stay
two documents.
"""

from __future__ import annotations

from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol, runtime_checkable

DocId = str

Provenance = Literal["judged", "repaired", "failed", "cut", "tied"]
"""How a document came to its rank: by a model's word, by a repair of it, not at all (*failed*), because an earlier
stage cut it or it missed the wanted top, or because nothing told it apart from its neighbour."""

Verdict = Literal["ranked", "tie", "none_relevant", "unreadable", "unanswered"]

RepairKind = Literal["duplicate", "out_of_range", "missing", "fenced", "truncated", "clamped", "bad_id", "retried"]


@dataclass(frozen=True, kw_only=True)
class Document:
    """One candidate. ``metadata`` maps short names to text; ``first_stage_score`` is the retriever's, if known."""

    id: DocId
    content: str
    title: str = ""
    metadata: Mapping[str, str] = field(default_factory=dict, hash=False)
    first_stage_score: float | None = None


@dataclass(frozen=True, kw_only=True)
class Domain:
    """What an expert of a field looks for: words for a prompt, and the metadata keys that the model is shown.

    ``rubric`` maps a label 0-4 to what it means, weakest first.
    """

    name: str
    title: str
    role: str
    priorities: tuple[str, ...] = ()
    rubric: tuple[str, ...] = ()
    shows: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Task:
    """A query and its candidates in first-stage order. Human labels are never part of it: no strategy can peek."""

    query: str
    documents: tuple[Document, ...]
    domain: Domain


@dataclass(frozen=True)
class ModelRef:
    """``provider:rest``, or the bare short name of an embedded model."""

    provider: str
    name: str = ""

    @classmethod
    def parse(cls, text: str) -> ModelRef:
        """Split at the first colon only, so that ``ollama:qwen3:0.6b`` keeps its tag."""
        provider, _, name = text.strip().partition(":")
        return cls(provider.strip().lower(), name.strip())

    def __str__(self) -> str:
        return f"{self.provider}:{self.name}" if self.name else self.provider


@dataclass(frozen=True, kw_only=True)
class Usage:
    """Tokens of one call in disjoint buckets: their sum is the whole bill, but for APIs that bill ``searches``."""

    input: int = 0
    cached: int = 0
    cache_write: int = 0
    output: int = 0
    reasoning: int = 0
    searches: int = 0

    def __add__(self, other: Usage) -> Usage:
        return Usage(
            input=self.input + other.input,
            cached=self.cached + other.cached,
            cache_write=self.cache_write + other.cache_write,
            output=self.output + other.output,
            reasoning=self.reasoning + other.reasoning,
            searches=self.searches + other.searches,
        )

    @property
    def total(self) -> int:
        """All tokens; a search is none."""
        return self.input + self.cached + self.cache_write + self.output + self.reasoning


# What a form puts to a model: one of three payloads.


@dataclass(frozen=True, kw_only=True)
class Message:
    role: Literal["system", "user", "assistant"]
    content: str


@dataclass(frozen=True, kw_only=True)
class Chat:
    """A conversation to be continued. ``schema`` is a JSON schema for servers that can be held to one; ``expected`` the
    usual length of the answer in tokens, for the estimate. ``logprobs`` is how many alternatives of each token are
    wanted with their log-probabilities, 0 = none."""

    messages: tuple[Message, ...]
    max_tokens: int
    expected: int
    schema: Mapping[str, Any] | None = field(default=None, hash=False)
    temperature: float | None = None
    effort: str | None = None
    logprobs: int = 0


@dataclass(frozen=True, kw_only=True)
class Completion:
    """Plain text to be continued up to ``stop``."""

    prompt: str
    max_tokens: int
    stop: str = "\n"


@dataclass(frozen=True, kw_only=True)
class Score:
    """One number wanted for each text, all of them against the query."""

    query: str
    texts: tuple[str, ...]


Payload = Chat | Completion | Score


@dataclass(frozen=True, kw_only=True)
class Reply:
    """What came back: text, or a number (None = refused or failed) for each text of a ``Score``.

    ``stop`` is why generation ended (``end``, ``length``, ``refusal``; ``unsupported`` = the model can't give what was
    asked for, so nothing was generated); ``seconds`` is measured wall-clock time of this call; ``model`` the name the
    server answered under; ``cached`` = it was at hand already, ``seconds`` and ``usage`` being those of when it was
    made; ``seen`` the characters of each text that the model read, where it reads less than it is given; ``usage`` is
    None where the server did not say; ``logprobs`` holds, for each generated token, its likeliest alternatives with
    their natural log-probabilities.
    """

    content: str | tuple[float | None, ...]
    model: str
    seconds: float
    stop: str = "end"
    usage: Usage | None = Usage()
    cached: bool = False
    seen: tuple[int, ...] | None = None
    logprobs: tuple[tuple[tuple[str, float], ...], ...] | None = None


@dataclass(frozen=True, kw_only=True)
class Repair:
    """Something about a reply that had to be mended before it could be used, and on how many places."""

    kind: RepairKind
    count: int = 1


@dataclass(frozen=True, kw_only=True)
class Quote:
    """Words that a model gives as evidence. ``start`` and ``end`` are offsets into the document's own content,
    None where the words are not in it; ``exact`` is false where the document's words there differ a little."""

    text: str
    start: int | None = None
    end: int | None = None
    exact: bool = True

    @property
    def found(self) -> bool:
        return self.start is not None


@dataclass(frozen=True, kw_only=True)
class Judgment:
    """What a reply says about the documents that were shown.

    ``order`` is best first, and lists only ids the reply itself named; ``grades`` may hold fewer ids than ``order``.
    The grades of a duel are the two documents' chances to be the better one, and sum to 1. ``mass`` is the share of
    probability that fell on the labels asked for, where the reply was read from log-probabilities. ``seen`` is how many
    characters of each document's content were read. ``why`` explains ``unreadable`` and ``unanswered``.
    """

    verdict: Verdict
    order: tuple[DocId, ...] = ()
    grades: Mapping[DocId, float] = field(default_factory=dict, hash=False)
    reasons: Mapping[DocId, str] = field(default_factory=dict, hash=False)
    quotes: Mapping[DocId, Quote] = field(default_factory=dict, hash=False)
    repairs: tuple[Repair, ...] = ()
    mass: float | None = None
    seen: Mapping[DocId, int] = field(default_factory=dict, hash=False)
    why: str = ""

    @property
    def answered(self) -> bool:
        """Whether a model said anything that could be read."""
        return self.verdict not in ("unreadable", "unanswered")


def unanswered(why: str) -> Judgment:
    """The judgment of a question that was never answered: stopped, out of time, or failed for good."""
    return Judgment(verdict="unanswered", why=why)


@dataclass(frozen=True, kw_only=True)
class Earlier:
    """Where a document stood after an earlier stage. Scores of different stages can't be compared."""

    stage: str
    rank: int
    score: float | None = None


@dataclass(frozen=True, kw_only=True)
class Ranked:
    """One document's place. ``score`` is the deciding stage's; ``grade`` the number a model wrote beside an order.

    ``stage`` names the deciding stage, ``earlier`` the ones before it; ``why`` says what went wrong where the document
    is *failed*. ``seen`` is the number of characters of its content that the deciding model read (None = unknown).
    """

    id: DocId
    rank: int
    score: float | None = None
    grade: float | None = None
    reason: str | None = None
    quote: Quote | None = None
    provenance: tuple[Provenance, ...] = ("judged",)
    stage: str = ""
    earlier: tuple[Earlier, ...] = ()
    why: str = ""
    seen: int | None = None

    @property
    def value(self) -> float | None:
        """The number to show beside it: the score, or the grade where an order has no scores."""
        return self.score if self.score is not None else self.grade

    @property
    def quote_found(self) -> bool | None:
        """Whether the quote stands in the document; None where there is no quote."""
        return None if self.quote is None else self.quote.found


@dataclass(frozen=True, kw_only=True)
class Ranking:
    """Every input document once, best first; ``details`` holds what only this strategy knows."""

    items: tuple[Ranked, ...]
    details: Mapping[str, Any] = field(default_factory=dict, hash=False)

    @property
    def ids(self) -> tuple[DocId, ...]:
        return tuple(item.id for item in self.items)

    @property
    def judged(self) -> bool:
        """Whether any document was judged: otherwise the order is the input's, and says nothing."""
        return any("failed" not in item.provenance for item in self.items)

    def top(self, k: int | None) -> tuple[Ranked, ...]:
        """The first ``k`` items; all of them for None."""
        return self.items if k is None else self.items[: max(0, k)]


@runtime_checkable
class Form(Protocol):
    """The wording of one kind of question and the reading of its reply. Frozen and hashable: data only."""

    @property
    def kind(self) -> str: ...

    def word(self, task: Task, shown: tuple[Document, ...]) -> Payload: ...

    def read(self, reply: Reply, shown: tuple[Document, ...]) -> Judgment: ...

    def again(self, payload: Payload, reply: Reply, judgment: Judgment) -> Chat | None:
        """The one corrective question, or None where asking again can't help."""
        ...


@dataclass(frozen=True, kw_only=True)
class Ask:
    """One independent question about some documents. ``trial`` tells repeats of the same question apart."""

    form: Form
    shown: tuple[Document, ...]
    model: ModelRef
    trial: int = 0


Rounds = Generator[Sequence[Ask], Sequence[Judgment], Ranking]
"""A strategy at work: it yields a round of independent questions, is sent their judgments in the same order, and
returns the ranking."""


@runtime_checkable
class Judge(Protocol):
    """Anything that can answer an ask: a model behind its form, or an oracle of the tests."""

    async def answer(self, task: Task, ask: Ask) -> Judgment: ...


@runtime_checkable
class Model(Protocol):
    """A model that answers payloads. ``limit`` is how many questions it takes at once."""

    @property
    def limit(self) -> int: ...

    async def answer(self, payload: Any) -> Reply: ...
