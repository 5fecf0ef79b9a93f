"""The strategies, one file each. A module put into this package, or named by an entry point of the group
``rerank_playground.strategies``, is a strategy everywhere: command line, page, estimate, contract tests."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Mapping
from functools import cache
from importlib.metadata import entry_points
from types import MappingProxyType
from typing import Any

from playground.strategies.base import Strategy

ENTRY_POINTS = "rerank_playground.strategies"


@cache
def strategies() -> Mapping[str, type[Any]]:
    """Every strategy class by name, in alphabetical order. Looked for once a process: it reads the disk."""
    modules = [importlib.import_module(f"{__name__}.{found.name}") for found in pkgutil.iter_modules(__path__)]
    modules += [point.load() for point in entry_points(group=ENTRY_POINTS)]
    found: list[type[Any]] = [
        kind
        for module in modules
        for kind in vars(module).values()
        if isinstance(kind, type) and kind.__module__ == module.__name__ and _is_strategy(kind)
    ]
    return MappingProxyType({kind.name: kind for kind in sorted(found, key=lambda kind: str(kind.name))})


def _is_strategy(kind: type[Any]) -> bool:
    return all(hasattr(kind, member) for member in ("name", "about", "rank", "guaranteed", "models"))


__all__ = ["ENTRY_POINTS", "Strategy", "strategies"]
