"""Lanes ready to be added, by what they are for."""

from __future__ import annotations

from dataclasses import dataclass

from playground.lanes import Lane, lane, parse


@dataclass(frozen=True, kw_only=True)
class Preset:
    """``words`` is the lane; ``about`` says in a few words what it is good for."""

    title: str
    words: str
    about: str

    @property
    def lane(self) -> Lane:
        """The lane under the preset's title."""
        return lane(parse(self.words).strategy, self.title)


PRESETS = (
    Preset(title="BM25", words="bm25", about="shared words, instant"),
    Preset(title="Embedding", words="embedding", about="closeness in meaning"),
    Preset(title="Query likelihood", words="likelihood", about="a small LM's view, no prompt"),
    Preset(title="Cross-encoder", words="cross-encoder", about="reads query and text together; one download"),
    Preset(title="Hybrid", words="cascade first=embedding then=likelihood", about="embedding picks, likelihood ranks"),
    Preset(
        title="Pointwise, embedded LLM",
        words="pointwise model=local reasons=false",
        about="shows the way; verdicts near chance",
    ),
    Preset(
        title="Listwise, embedded LLM",
        words="listwise model=local window=4 stride=2 reasons=false",
        about="shows the way; verdicts near chance",
    ),
    Preset(title="Pointwise, OpenAI", words="pointwise model=openai:gpt-6-luna", about="a 0-10 grade and reason each"),
    Preset(title="Listwise, OpenAI", words="listwise model=openai:gpt-6-luna", about="one order with reasons"),
    Preset(
        title="Batch order, Claude",
        words="listwise model=anthropic:claude-haiku-5-5 window=all reasons=false",
        about="one call, ids only",
    ),
    Preset(
        title="Hybrid, Claude",
        words="cascade first=embedding then=(listwise model=anthropic:claude-haiku-5-5)",
        about="embedding keeps 10, Claude ranks",
    ),
    Preset(title="Listwise, Ollama", words="listwise model=ollama:qwen3:0.6b", about="an open model on your machine"),
)
