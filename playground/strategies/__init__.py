"""The strategies, one file each. A module put into this package, or a module or class named by an entry point of
the group ``rerank_playground.strategies``, is a strategy everywhere: command line, page, estimate, contract tests."""

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
    loaded = [importlib.import_module(f"{__name__}.{found.name}") for found in pkgutil.iter_modules(__path__)]
    loaded += [point.load() for point in entry_points(group=ENTRY_POINTS)]
    found: list[type[Any]] = [kind for each in loaded for kind in _kinds(each)]
    return MappingProxyType({kind.name: kind for kind in sorted(found, key=lambda kind: str(kind.name))})


def _kinds(loaded: Any) -> list[type[Any]]:
    """A module's own strategies, or the one class that an entry point names."""
    if isinstance(loaded, type):
        return [loaded]
    own = [kind for kind in vars(loaded).values() if isinstance(kind, type) and kind.__module__ == loaded.__name__]
    return [kind for kind in own if _is_strategy(kind)]


def _is_strategy(kind: type[Any]) -> bool:
    return all(hasattr(kind, member) for member in ("name", "about", "rank", "guaranteed", "models"))


__all__ = ["ENTRY_POINTS", "Strategy", "strategies"]
