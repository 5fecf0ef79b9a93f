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
    """``keys`` and ``base_urls`` by provider name; one for OpenAI serves its decisions too. Keys never show in a
    ``repr``. ``replies`` is the file that keeps replies for later runs, None = none are kept; ``user`` is whose they
    are, where several people share the file."""

    keys: Mapping[str, str] = field(default_factory=dict, repr=False)
    base_urls: Mapping[str, str] = field(default_factory=dict)
    download: bool = False
    cache_dir: Path = Path("~/.cache/rerank-playground")
    replies: Path | None = None
    user: str = ""

    @classmethod
    def from_env(cls, env: Mapping[str, str] | None = None, *, download: bool = False) -> Access:
        """Reads each provider's key, ``<PROVIDER>_BASE_URL`` (``OPENAI_BASE_URL``, ``VLLM_RERANK_BASE_URL``) and
        ``PLAYGROUND_CACHE_DIR``. Replies are kept in that folder, or in the file ``PLAYGROUND_REPLIES``; not at all
        where that is "off"."""
        env = os.environ if env is None else env
        rows = [row for row in PROVIDERS.values() if row.key and not row.account]
        keys = {row.name: env[row.key] for row in rows if env.get(row.key)}
        base_urls = {row.name: env[row.address_variable] for row in PROVIDERS.values() if env.get(row.address_variable)}
        cache_dir = Path(env.get("PLAYGROUND_CACHE_DIR") or cls.cache_dir)
        kept = env.get("PLAYGROUND_REPLIES")
        return cls(
            keys=keys,
            base_urls=base_urls,
            download=download,
            cache_dir=cache_dir,
            replies=None if kept == "off" else Path(kept) if kept else cache_dir / "replies.sqlite",
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
        key = _own(self.keys, provider)
        if not all("!" <= char <= "~" for char in key):
            raise KeyRefused(
                f"The {PROVIDERS[provider].title} key has spaces or unusual characters in it.",
                hint="Copy it again: only the key, on one line.",
            )
        return key

    def base_url(self, provider: str) -> str:
        """The address to ask, "" for the SDK's own."""
        return _own(self.base_urls, provider) or PROVIDERS[provider].base_url


def _own(given: Mapping[str, str], provider: str) -> str:
    """What is given for the provider, else for the one whose account it shares; "" for nothing."""
    account = PROVIDERS[provider].account
    return given.get(provider, "").strip() or given.get(account, "").strip()
