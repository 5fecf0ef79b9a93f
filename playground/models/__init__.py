"""Who answers: one file a kind. ``Models`` opens each model once for a run and closes its sockets after it.

The scoring models and the embedded LLM live in the process and are shared; they hold no key. Clients that hold a
key belong to one ``Models``, and so to one run of one person.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from playground import catalog
from playground.errors import KeyMissing, UnknownModel, Unreachable
from playground.models.access import Access
from playground.types import Model, ModelRef

__all__ = ["Access", "Models"]


class Models:
    """``models(ref)`` is the model behind a reference, opened on first use."""

    def __init__(self, access: Access) -> None:
        self._access = access
        self._open: dict[ModelRef, Model] = {}

    def __call__(self, ref: ModelRef) -> Model:
        if ref not in self._open:
            self._open[ref] = _opened(ref, self._access)
        return self._open[ref]

    async def close(self) -> None:
        """Closes every socket; cancels nothing, so cancel first."""
        for model in self._open.values():
            close = getattr(model, "close", None)
            if close is not None:
                await close()
        self._open.clear()


def check(ref: ModelRef, access: Access) -> None:
    """Whether the model can be asked at all, told before anything is.

    Raises:
        UnknownModel, KeyMissing, KeyRefused, Unreachable: with what to do about it.
    """
    row = catalog.provider(ref)
    if row.key_required and not access.key(row.name):
        raise KeyMissing(f"{row.title} needs a key.", hint=f"Give one in the settings, or set {row.key}.")
    if row.embedded:
        return
    address = access.base_url(row.name)
    if not address and not row.key_required:
        raise UnknownModel(
            f"{row.title} needs an address.",
            hint=f"Give its base URL in the settings, or set {row.address_variable}.",
        )
    if address and not _host(address):
        raise Unreachable(
            f"The address of {row.title} is no web address.", hint="Write its base URL like http://127.0.0.1:8000/v1."
        )


def is_remote(ref: ModelRef, access: Access) -> bool:
    """Whether a question to this model leaves the machine."""
    row = catalog.provider(ref)
    if row.embedded:
        return False
    return _host(access.base_url(row.name)) not in ("127.0.0.1", "::1", "localhost")


def _host(address: str) -> str:
    """The host of a web address, "" where it is none."""
    try:
        parts = urlsplit(address)
        found = parts.hostname if parts.port != 0 else None  # asking for the port checks it
    except ValueError:
        return ""
    return found or "" if parts.scheme in ("http", "https") else ""


def _opened(ref: ModelRef, access: Access) -> Model:
    check(ref, access)
    row = catalog.provider(ref)
    if row.name == "bm25":
        from playground.models.bm25 import Bm25

        return Bm25()
    if row.name == "embedding":
        from playground.models.embedding import Embedding

        return Embedding()
    if row.name == "likelihood":
        from playground.models.likelihood import Likelihood

        return Likelihood(access)
    if row.name == "cross-encoder":
        from playground.models.cross_encoder import CrossEncoder

        return CrossEncoder(access, ref.name or catalog.CROSS_ENCODER)
    if row.name == "local":
        from playground.models import local
        from playground.models.openai_chat import OpenAIChat

        return OpenAIChat(row, local.MODEL_NAME, "", local.base_url)
    if row.name == "anthropic":
        from playground.models.anthropic_chat import AnthropicChat

        return AnthropicChat(row, ref.name, access.key(row.name), access.base_url(row.name))
    if row.name == "openai-decisions":
        from playground.models.decisions import Decisions

        return Decisions(row, ref.name, access.key(row.name), access.base_url(row.name))
    if row.kind == "scores":
        from playground.models.rerank_api import RerankApi

        return RerankApi(row, ref.name, access.key(row.name), access.base_url(row.name))
    from playground.models.openai_chat import OpenAIChat

    address = access.base_url(row.name)

    async def fixed() -> str:
        return address

    return OpenAIChat(row, ref.name, access.key(row.name), fixed)
