"""A provider on the loopback interface, and a place for replies that nobody else sees."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.pages.driving import surroundings
from tests.provider import Provider


@pytest.fixture
def provider() -> Iterator[Provider]:
    with Provider() as server:
        yield server


@pytest.fixture
def kept(tmp_path: Path) -> Iterator[None]:
    """Replies are kept, for this test."""
    with surroundings(PLAYGROUND_REPLIES=str(tmp_path / "replies.sqlite")):
        yield
