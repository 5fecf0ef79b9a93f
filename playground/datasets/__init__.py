"""Documents, queries and whole query sets from outside, made fit for the engine or refused with the mend."""

from __future__ import annotations

from playground.datasets.collection import from_ir_datasets
from playground.datasets.example import Example
from playground.datasets.files import load_examples, read_examples, samples
from playground.datasets.inputs import Raw, documents, query
from playground.datasets.plain import paste
from playground.datasets.trec import read_trec

__all__ = [
    "Example",
    "Raw",
    "documents",
    "from_ir_datasets",
    "load_examples",
    "paste",
    "query",
    "read_examples",
    "read_trec",
    "samples",
]
