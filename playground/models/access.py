"""What opening a model needs from its surroundings: keys, addresses, permission to download, a cache folder."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from playground.catalog import PROVIDERS
from playground.errors import KeyRefused


@dataclass(frozen=True, kw_only=True)
class Access:
    """``keys`` and ``base_urls`` by provider name. Keys never show in a ``repr``."""

    keys: Mapping[str, str] = field(default_factory=dict, repr=False)
    base_urls: Mapping[str, str] = field(default_factory=dict)
    download: bool = False
    cache_dir: Path = Path("~/.cache/rerank-playground")

    @classmethod
    def from_env(cls, env: Mapping[str, str] | None = None, *, download: bool = False) -> Access:
        """Reads each provider's key, ``OPENAI_BASE_URL``, ``ANTHROPIC_BASE_URL``, ``<PROVIDER>_BASE_URL`` and
        ``PLAYGROUND_CACHE_DIR``."""
        env = os.environ if env is None else env
        keys = {row.name: env[row.key] for row in PROVIDERS.values() if row.key and env.get(row.key)}
        base_urls = {name: env[f"{name.upper()}_BASE_URL"] for name in PROVIDERS if env.get(f"{name.upper()}_BASE_URL")}
        return cls(
            keys=keys,
            base_urls=base_urls,
            download=download,
            cache_dir=Path(env.get("PLAYGROUND_CACHE_DIR") or cls.cache_dir),
        )

    @property
    def folder(self) -> Path:
        """The cache folder, made if it isn't there."""
        path = self.cache_dir.expanduser()
        path.mkdir(parents=True, exist_ok=True)
        return path

    def key(self, provider: str) -> str:
        """The provider's key, checked; "" where none was given.

        Raises:
            KeyRefused: it holds characters that no key has. (A line break in a key would put it into a traceback.)
        """
        key = self.keys.get(provider, "").strip()
        if not all("!" <= char <= "~" for char in key):
            raise KeyRefused(
                f"The {PROVIDERS[provider].title} key has spaces or unusual characters in it.",
                hint="Copy it again: only the key, on one line.",
            )
        return key

    def base_url(self, provider: str) -> str:
        """The address to ask, "" for the SDK's own."""
        return self.base_urls.get(provider, "").strip() or PROVIDERS[provider].base_url
