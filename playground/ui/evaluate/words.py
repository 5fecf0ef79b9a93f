"""A sentence on every figure of the page."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from playground.metrics import Measure, measure

OPTIONS = (
    "nDCG@10",
    "nDCG@3",
    "RR",
    "P@1",
    "AP",
    "nDCG@5",
    "nDCG(dcg='exp-log2')@10",
    "RR@10",
    "P@3",
    "P@5",
    "AP@10",
    "R@3",
    "R@5",
    "R@10",
    "Judged@10",
)
"""The measures to choose from; any other name of ir-measures can be typed."""


def about(name: str) -> str:
    """What this measure says, in one sentence."""
    of = measure(name)
    first = "all documents" if of.k is None else "the first document" if of.k == 1 else f"the first {of.k} documents"
    return _SENTENCES[of.kind](of, first)


def _ndcg(of: Measure, first: str) -> str:
    gain = "2^grade − 1" if of.exponential else "the grade"
    return f"The gain ({gain}) of {first}, worth less the lower they stand, as a share of the best order's: 1 is ideal."


_SENTENCES: Mapping[str, Callable[[Measure, str], str]] = {
    "nDCG": _ndcg,
    "RR": lambda of, first: f"1 over the rank of the first relevant document among {first}; its mean is called MRR.",
    "P": lambda of, first: f"The share of relevant ones among {first}.",
    "AP": lambda of, first: (
        f"The precision at the rank of each relevant document among {first}, averaged over all relevant ones; its mean "
        "is called MAP."
    ),
    "R": lambda of, first: f"The share of all relevant documents that stand among {first}.",
    "Judged": lambda of, first: f"The share of {first} that have a grade at all.",
}
INTERVAL = "In brackets the 95% interval: what the mean may well be over other queries of the kind (bootstrap)."
