"""How much is too much: every bound of the engine, in one place."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Limits:
    """Bounds on what comes in and on how long a run may take. All are inclusive: the bound itself is still allowed.

    ``documents`` is per query; ``queries`` those taken of a collection; ``file_values`` counts the JSON values and
    keys, CSV cells or lines of text of a file, which is what its memory grows with; ``at_once`` is questions in flight
    per provider; ``attempts`` how often one question is sent in all; ``rest_seconds`` how long a provider that fails
    and fails is left alone; ``cache_bytes`` the replies kept for later runs; ``questions`` those of one lane.
    """

    file_bytes: int = 10 * 1024 * 1024
    file_values: int = 500_000
    documents: int = 1_000
    queries: int = 1_000
    document_chars: int = 50_000
    query_chars: int = 4_000
    json_depth: int = 32
    at_once: int = 16
    call_seconds: float = 60.0
    run_seconds: float = 300.0
    reply_bytes: int = 2 * 1024 * 1024
    attempts: int = 3
    questions: int = 20_000
    rest_seconds: float = 2.0
    cache_bytes: int = 200 * 1024 * 1024


LIMITS = Limits()
