"""Who can answer: one row a provider. A server that speaks the OpenAI protocol is a row, not code.

Model names are suggestions as of ``AS_OF``; any other name can be typed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from playground.errors import UnknownModel
from playground.types import ModelRef

AS_OF = "2026-11-23"

CROSS_ENCODER = "cross-encoder/ms-marco-MiniLM-L-6-v2"


@dataclass(frozen=True, kw_only=True)
class Provider:
    """``kind``: what it answers. ``key``: the environment variable of its key, "" if it takes none. ``base_url``: its
    default address, "" for the SDK's own or where there is none. ``account``: the provider whose key and address serve
    this one too. ``bare``: needs no model's name, since a server of its kind serves one model. ``at_once``: questions
    in flight. ``batch``: documents a scoring question holds (None = all). ``tokens_field``: what the server calls its
    output limit. ``effort``: the reasoning effort asked for where a lane names none. ``thinking_tokens``: room to think
    on top of the answer's own, unless the effort is "none"."""

    name: str
    title: str
    kind: Literal["scores", "chat"]
    about: str
    embedded: bool = False
    key: str = ""
    key_required: bool = False
    base_url: str = ""
    account: str = ""
    bare: bool = False
    models: tuple[str, ...] = ()
    at_once: int = 16
    batch: int | None = None
    tokens_field: str = "max_tokens"
    effort: str | None = None
    thinking_tokens: int = 0

    @property
    def address_variable(self) -> str:
        """The environment variable that names another address."""
        return f"{self.name.upper().replace('-', '_')}_BASE_URL"


PROVIDERS: dict[str, Provider] = {
    row.name: row
    for row in (
        Provider(
            name="bm25",
            title="BM25",
            kind="scores",
            embedded=True,
            at_once=1,
            about="Counts shared words (Robertson and Zaragoza 2009). Instant; blind to synonyms.",
        ),
        Provider(
            name="embedding",
            title="Embedding",
            kind="scores",
            embedded=True,
            at_once=1,
            about="all-MiniLM-L6-v2: how close query and text lie in meaning. Fast; blind to negation and dates.",
        ),
        Provider(
            name="likelihood",
            title="Query likelihood",
            kind="scores",
            embedded=True,
            at_once=1,
            batch=4,
            about="SmolLM2-135M: how well the text predicts the query (UPR, Sachan et al. 2022).",
        ),
        Provider(
            name="cross-encoder",
            title="Cross-encoder",
            kind="scores",
            embedded=True,
            at_once=1,
            batch=32,
            models=(CROSS_ENCODER,),
            about="Reads query and text together. Downloaded only when you ask for it.",
        ),
        Provider(
            name="cohere",
            title="Cohere",
            kind="scores",
            key="COHERE_API_KEY",
            key_required=True,
            base_url="https://api.cohere.com",
            models=("rerank-v5.0-fast", "rerank-v5.0-pro", "rerank-v4.0-fast", "rerank-v4.0-pro", "rerank-v3.5"),
            batch=1_000,  # more than that is advised against
            about="Rerank API. Reads the first 4,096 tokens of a document.",
        ),
        Provider(
            name="jina",
            title="Jina AI",
            kind="scores",
            key="JINA_API_KEY",
            key_required=True,
            base_url="https://api.jina.ai/v1",
            models=("jina-reranker-v3", "jina-reranker-v2-base-multilingual", "jina-reranker-m0"),
            about="Rerank API. v3 reads the documents side by side.",
        ),
        Provider(
            name="voyage",
            title="Voyage AI",
            kind="scores",
            key="VOYAGE_API_KEY",
            key_required=True,
            base_url="https://api.voyageai.com/v1",
            models=("rerank-2.5", "rerank-2.5-lite"),
            # 1,000 documents are allowed, but 600,000 tokens in all: long documents would not fit.
            batch=100,
            about="Rerank API. Reads 32,000 tokens of query and document.",
        ),
        Provider(
            name="mixedbread",
            title="Mixedbread",
            kind="scores",
            key="MXBAI_API_KEY",
            key_required=True,
            base_url="https://api.mixedbread.com/v1",
            models=("mixedbread-ai/mxbai-rerank-large-v2", "mixedbread-ai/mxbai-rerank-base-v2"),
            batch=1_000,
            about="Rerank API with open models.",
        ),
        Provider(
            name="openai-decisions",
            title="OpenAI decisions",
            kind="scores",
            key="OPENAI_API_KEY",
            key_required=True,
            account="openai",
            models=("gpt-6-luna",),
            batch=400,
            about="An LLM's probability that a document serves the query; no text is generated.",
        ),
        Provider(
            name="tei",
            title="Text Embeddings Inference",
            kind="scores",
            key="TEI_API_KEY",
            base_url="http://127.0.0.1:8080",
            bare=True,
            batch=32,  # its --max-client-batch-size, unless set otherwise
            about="Any reranker of the hub on your own server.",
        ),
        Provider(
            name="vllm-rerank",
            title="vLLM rerank",
            kind="scores",
            key="VLLM_API_KEY",
            base_url="http://127.0.0.1:8000/v1",
            models=("BAAI/bge-reranker-v2-m3",),
            batch=32,  # its replies repeat the documents
            about="Any reranker on your own server.",
        ),
        Provider(
            name="llamacpp-rerank",
            title="llama.cpp rerank",
            kind="scores",
            key="LLAMA_API_KEY",
            base_url="http://127.0.0.1:8080/v1",
            bare=True,
            batch=32,  # on a CPU a question with more would take minutes
            about="A GGUF reranker on your own machine; start the server with --reranking.",
        ),
        Provider(
            name="local",
            title="Embedded LLM",
            kind="chat",
            embedded=True,
            at_once=1,
            about="SmolLM2-135M-Instruct on this machine. Shows the way there and back; its verdicts are no better "
            "than chance.",
        ),
        Provider(
            name="openai",
            title="OpenAI",
            kind="chat",
            key="OPENAI_API_KEY",
            key_required=True,
            models=("gpt-6-luna", "gpt-5.6-luna", "gpt-4o-mini", "gpt-4o"),
            tokens_field="max_completion_tokens",
            effort="none",
            about="Structured output. gpt-4o and gpt-4o-mini are announced to shut down on 2027-01-14.",
        ),
        Provider(
            name="anthropic",
            title="Anthropic",
            kind="chat",
            key="ANTHROPIC_API_KEY",
            key_required=True,
            models=("claude-haiku-5-5",),
            thinking_tokens=2_000,
            about="Structured output. Takes no temperature.",
        ),
        Provider(
            name="ollama",
            title="Ollama",
            kind="chat",
            base_url="http://127.0.0.1:11434/v1",
            models=("qwen3:0.6b",),
            about="Open models on your own machine.",
        ),
        Provider(
            name="vllm",
            title="vLLM",
            kind="chat",
            base_url="http://127.0.0.1:8000/v1",
            key="VLLM_API_KEY",
            about="Open models on your own server.",
        ),
        Provider(
            name="lmstudio",
            title="LM Studio",
            kind="chat",
            base_url="http://127.0.0.1:1234/v1",
            about="Open models on your own machine.",
        ),
        Provider(
            name="llamacpp",
            title="llama.cpp",
            kind="chat",
            base_url="http://127.0.0.1:8080/v1",
            key="LLAMA_API_KEY",
            about="Any GGUF file on your own machine.",
        ),
        Provider(
            name="compatible",
            title="OpenAI-compatible server",
            kind="chat",
            key="COMPATIBLE_API_KEY",
            about="Any other server that speaks the OpenAI chat protocol; give its base URL.",
        ),
    )
}


def provider(ref: ModelRef) -> Provider:
    """The row behind a reference.

    Raises:
        UnknownModel: no such provider, or a provider whose models have names and none is given.
    """
    row = PROVIDERS.get(ref.provider)
    if row is None:
        raise UnknownModel(f"There is no provider {ref.provider!r}.", hint=f"Choose one of: {', '.join(PROVIDERS)}.")
    if not row.embedded and not row.bare and not ref.name:
        example = row.models[0] if row.models else "MODEL"
        raise UnknownModel(f"{row.title} needs a model's name.", hint=f"Write for example {row.name}:{example}.")
    return row


def scorers() -> tuple[str, ...]:
    """The short names that are lanes by themselves."""
    return tuple(row.name for row in PROVIDERS.values() if row.kind == "scores" and (row.embedded or row.bare))
