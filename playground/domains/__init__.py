"""Fields of knowledge. One TOML file here is one domain: role, priorities, rubric, metadata keys worth showing."""

from __future__ import annotations

import tomllib
from functools import lru_cache
from pathlib import Path

from playground.types import Domain

_FOLDER = Path(__file__).parent
DEFAULT = "general"


@lru_cache
def domains() -> dict[str, Domain]:
    """Every domain by name, ``general`` first."""
    files = sorted(_FOLDER.glob("*.toml"), key=lambda file: (file.stem != DEFAULT, file.stem))
    return {file.stem: _read(file) for file in files}


def domain(name: str) -> tuple[Domain, str]:
    """The named domain and a warning, "" where the name is known. An unknown name gets the general domain."""
    known = domains()
    if name in known:
        return known[name], ""
    return known[DEFAULT], f"There is no domain {name!r}; used {DEFAULT}. Known: {', '.join(known)}."


def custom(role: str, priorities: str = "") -> Domain:
    """A domain typed by a person: a role, and priorities one a line. The rubric is the general one."""
    return Domain(
        name="custom",
        title="Custom",
        role=role.strip(),
        priorities=tuple(line.strip(" -\t") for line in priorities.splitlines() if line.strip(" -\t")),
        rubric=domains()[DEFAULT].rubric,
    )


def _read(file: Path) -> Domain:
    row = tomllib.loads(file.read_text(encoding="utf-8"))
    return Domain(
        name=file.stem,
        title=row["title"],
        role=row["role"],
        priorities=tuple(row["priorities"]),
        rubric=tuple(row["rubric"]),
        shows=tuple(row["shows"]),
    )
