"""Lanes ready to be added, by what they need; and whole sets of them, by what they are for."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from playground.lanes import Lane, lane, parse


@dataclass(frozen=True, kw_only=True)
class Preset:
    """``words`` is the lane; ``about`` says in a few words what it is good for."""

    title: str
    words: str
    about: str
    use: str

    @cached_property
    def lane(self) -> Lane:
        """The lane under the preset's title."""
        return lane(parse(self.words).strategy, self.title)


@dataclass(frozen=True, kw_only=True)
class PresetSet:
    """Lanes to compare for one use. ``words`` are the lanes, named; ``domain`` is the field of knowledge they are asked
    in, None for the page's."""

    title: str
    about: str
    words: tuple[str, ...]
    domain: str | None = None

    @cached_property
    def lanes(self) -> tuple[Lane, ...]:
        """The lanes in column order."""
        return tuple(map(parse, self.words))


def _group(use: str, *presets: tuple[str, str, str]) -> tuple[Preset, ...]:
    return tuple(Preset(title=title, words=words, about=about, use=use) for title, words, about in presets)


PRESETS = (
    *_group(
        "On this machine, without a key",
        ("BM25", "bm25", "shared words, instant"),
        ("Embedding", "embedding", "closeness in meaning"),
        ("Query likelihood", "likelihood", "a small LM's view, no prompt"),
        ("Cross-encoder", "cross-encoder", "reads query and text together; one download"),
        ("Hybrid", "cascade first=embedding then=likelihood", "embedding picks, likelihood ranks"),
        ("Fusion, BM25 + embedding", "fusion lanes=bm25,embedding", "words and meaning, their ranks added up"),
        ("Pointwise, embedded LLM", "pointwise model=local reasons=false", "shows the way; verdicts near chance"),
        (
            "Listwise, embedded LLM",
            "listwise model=local window=4 stride=2 reasons=false",
            "shows the way; verdicts near chance",
        ),
    ),
    *_group(
        "An LLM, asked in different ways",
        ("Pointwise, OpenAI", "pointwise model=openai:gpt-6-luna", "a 0-10 grade and reason each"),
        ("Listwise, OpenAI", "listwise model=openai:gpt-6-luna", "one order with reasons"),
        (
            "Listwise ×5 shuffles, OpenAI",
            "listwise model=openai:gpt-6-luna reasons=false shuffles=5",
            "five shuffled inputs; how far ranks swing",
        ),
        ("Pairwise, OpenAI", "pairwise model=openai:gpt-6-luna sort=parallel", "duels both ways round, few rounds"),
        ("Setwise, OpenAI", "setwise model=openai:gpt-6-luna", "the best of four at a time"),
        ("Tournament, OpenAI", "tournament model=openai:gpt-6-luna", "groups keep their best; points add up"),
        (
            "Batch order, Claude",
            "listwise model=anthropic:claude-haiku-5-5 window=all reasons=false",
            "one call, ids only",
        ),
        (
            "Hybrid, Claude",
            "cascade first=embedding then=(listwise model=anthropic:claude-haiku-5-5)",
            "embedding keeps 10, Claude ranks",
        ),
        ("Listwise, Ollama", "listwise model=ollama:qwen3:0.6b", "an open model on your machine"),
    ),
    *_group(
        "Hosted scores",
        ("Cohere Rerank", "cohere:rerank-v5.0-fast", "a rerank API: one call, no reasons"),
        ("OpenAI decisions", "openai-decisions:gpt-6-luna", "an LLM's probability for each; no text generated"),
    ),
)

KEYLESS = PresetSet(
    title="Without a key",
    about="words, meaning, likelihood, and two of them in a row; nothing leaves this machine",
    words=(
        "bm25 name=BM25",
        "embedding name=Embedding",
        "likelihood name='Query likelihood'",
        "cascade first=embedding then=likelihood name=Hybrid",
    ),
)

SETS = (
    KEYLESS,
    PresetSet(
        title="Cheap and fast",
        about="what a search box can afford: no text is generated",
        words=(
            "bm25 name=BM25",
            "embedding name=Embedding",
            "fusion lanes=bm25,embedding name='BM25 + embedding'",
            "cohere:rerank-v5.0-fast name='Cohere Rerank'",
        ),
    ),
    PresetSet(
        title="Explain everything",
        about="three ways that give a reason and a quote for every document they judge",
        words=(
            "pointwise model=openai:gpt-6-luna reasons=true name=Pointwise",
            "listwise model=openai:gpt-6-luna reasons=true name=Listwise",
            "cascade first=embedding then=(listwise model=anthropic:claude-haiku-5-5 reasons=true) name=Hybrid",
        ),
    ),
    PresetSet(
        title="Legal review",
        about="the lawyer's priorities; few documents, read with care",
        domain="legal",
        words=(
            "cascade first=embedding then=(listwise model=openai:gpt-6-luna) name=Hybrid",
            "listwise model=openai:gpt-6-luna window=all name='Listwise, all at once'",
            "pairwise model=openai:gpt-6-luna sort=parallel name=Pairwise",
        ),
    ),
    PresetSet(
        title="Same strategy, three models",
        about="listwise; only the model differs",
        words=(
            "listwise model=openai:gpt-6-luna name='Listwise, OpenAI'",
            "listwise model=anthropic:claude-haiku-5-5 name='Listwise, Claude'",
            "listwise model=ollama:qwen3:0.6b name='Listwise, Ollama'",
        ),
    ),
    PresetSet(
        title="All the tutorial's methods",
        about="what LLM-reranking tutorials show: a rerank API, grades 0-10, an order with reasons, duels, one call, "
        "two stages",
        words=(
            "cohere:rerank-v5.0-fast name='Cohere Rerank'",
            "pointwise model=openai:gpt-6-luna name=Pointwise",
            "listwise model=openai:gpt-6-luna reasons=true name=Listwise",
            "pairwise model=openai:gpt-6-luna name=Pairwise",
            "listwise model=anthropic:claude-haiku-5-5 window=all reasons=false name='Batch order'",
            "cascade first=cross-encoder then=(listwise model=openai:gpt-6-luna) name=Hybrid",
        ),
    ),
)
