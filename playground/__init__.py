"""Rerank Playground: run reranking strategies side by side and see what moved, why, and at what price."""

from __future__ import annotations

from playground.errors import PlaygroundError
from playground.facade import Comparison, Result, compare, rerank
from playground.lanes import Lane
from playground.types import Document, Domain, Ranked, Ranking

__all__ = [
    "Comparison",
    "Document",
    "Domain",
    "Lane",
    "PlaygroundError",
    "Ranked",
    "Ranking",
    "Result",
    "compare",
    "rerank",
]
__version__ = "0.1.0"
