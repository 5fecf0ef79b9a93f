"""For tests, yours and ours: judges that answer without a model, and what every strategy promises.

``Oracle`` and ``NoisyOracle`` are judges (no text at all); ``Scripted`` is a model whose replies are written down in
advance, which tests the reading. ``play`` drives a strategy by hand; ``check_strategy`` holds one to its promises.
"""

from __future__ import annotations

from playground.strategies.rounds import play
from playground.testing.judges import NoisyOracle, Oracle, Scripted
from playground.testing.promises import SIZES, BrokenPromise, check_ranking, check_strategy, sample_task

__all__ = [
    "SIZES",
    "BrokenPromise",
    "NoisyOracle",
    "Oracle",
    "Scripted",
    "check_ranking",
    "check_strategy",
    "play",
    "sample_task",
]
