"""What the SDKs and the APIs without one need of HTTP: a client that follows no redirect and reads no endless body, a
plain POST, and one translation of errors into ours. The SDKs' own retries are off: the runner is the only one who asks
twice."""

from __future__ import annotations

import json
import math
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from types import ModuleType
from typing import Any

import httpx2

from playground.errors import (
    BadReply,
    KeyRefused,
    LaneError,
    Lost,
    Overloaded,
    PlaygroundError,
    RateLimited,
    Refused,
    UnknownModel,
    Unreachable,
)
from playground.limits import LIMITS


class _Capped(httpx2.AsyncByteStream):
    """A body that ends with an error once it is longer than any honest reply."""

    def __init__(self, inner: httpx2.AsyncByteStream) -> None:
        self._inner = inner

    async def __aiter__(self) -> AsyncIterator[bytes]:
        size = 0
        async for chunk in self._inner:
            size += len(chunk)
            if size > LIMITS.reply_bytes:
                raise BadReply(f"The reply is longer than {LIMITS.reply_bytes // 2**20} MiB; the rest was not read.")
            yield chunk

    async def aclose(self) -> None:
        await self._inner.aclose()


async def _cap(response: httpx2.Response) -> None:
    if response.headers.get("content-encoding", "identity") != "identity":
        raise BadReply("The reply is compressed, which was not asked for: it may unfold without end.")
    if isinstance(response.stream, httpx2.AsyncByteStream):
        response.stream = _Capped(response.stream)


def client() -> httpx2.AsyncClient:
    """Time limits are the runner's: a client's own time-out does not stop a reply that drips a byte a second."""
    return httpx2.AsyncClient(
        follow_redirects=False, timeout=None, headers={"Accept-Encoding": "identity"}, event_hooks={"response": [_cap]}
    )


def scrubbed(text: str, key: str) -> str:
    """A provider's message without the key it may echo, short enough to show."""
    return (text.replace(key, "[key]") if key else text)[:300]


def count(value: object) -> int:
    """A number of tokens as servers send it; 0 where it is missing or nonsense."""
    return value if isinstance(value, int) and value > 0 else 0


def _retry_after(headers: Any) -> float | None:
    """Seconds from ``retry-after-ms`` or ``retry-after``; a date or nonsense counts as unsaid."""
    for name, unit in (("retry-after-ms", 1_000.0), ("retry-after", 1.0)):
        try:
            seconds = float(headers.get(name, "")) / unit
        except ValueError:
            continue
        if math.isfinite(seconds) and seconds >= 0:
            return seconds
    return None


def _of_status(status: int, said: str, headers: Any, *, title: str, model: str, code: object = "") -> PlaygroundError:
    """Our error for an HTTP status. ``said`` is the server's message, scrubbed; ``code`` its name for the fault."""
    if status in (401, 403, 498):  # 498 is Cohere's for a bad key
        return KeyRefused(
            f"{title} refused the key.", hint="Check that it is complete, active, and allowed to use this model."
        )
    if status == 404 or (status == 400 and "model" in said and ("not found" in said or "not exist" in said)):
        return UnknownModel(
            f"{title} knows no model {model!r} at this address.", hint="Check the model's name and the base URL."
        )
    if status == 402 or code == "insufficient_quota" or "credit balance" in said:
        return LaneError(
            f"{title} says that the account has no credit left.", hint="Add credit, or choose another model."
        )
    if status in (408, 409, 425, 429) or status >= 500:
        kind = RateLimited if status == 429 else Overloaded
        return kind(
            f"{title} answered {status}.",
            hint="It may work a moment later.",
            retry_after=_retry_after(headers),
        )
    if 300 <= status < 400:
        return LaneError(
            f"{title} redirects to another address.", hint="Redirects are not followed; give the final base URL."
        )
    return Refused(f"{title} refused the question ({status}): {said}")


def _of_connection(cause: BaseException | None, title: str) -> PlaygroundError:
    """Our error where no whole response came; one of ours, raised while the body was read, stays itself."""
    if isinstance(cause, PlaygroundError):
        return cause
    if isinstance(cause, httpx2.ConnectError | httpx2.UnsupportedProtocol | httpx2.InvalidURL):
        return Unreachable(
            f"No server answers for {title}.",
            hint="Check the network, and that the server runs at the base URL given.",
        )
    return Lost(f"The connection to {title} broke.")


def _no_json(title: str) -> BadReply:
    return BadReply(f"{title} sent something that is not the JSON its protocol promises.")


@contextmanager
def normalized(sdk: ModuleType, *, title: str, model: str, key: str) -> Iterator[None]:
    """Turns what an SDK call raises into our errors, without a chain that could carry the key.

    Only around the SDK's call: a mistake of ours stays what it is.
    """
    try:
        yield
    except sdk.APIStatusError as error:
        said, code = scrubbed(str(error.message), key), getattr(error, "code", "")
        raise _of_status(error.status_code, said, error.response.headers, title=title, model=model, code=code) from None
    except sdk.APITimeoutError:
        raise Lost(f"{title} took too long.") from None
    except sdk.APIConnectionError as error:
        raise _of_connection(error.__cause__, title) from None
    except (json.JSONDecodeError, UnicodeDecodeError, RecursionError, sdk.APIError):
        raise _no_json(title) from None


async def post(through: httpx2.AsyncClient, url: str, body: Any, *, title: str, model: str, key: str) -> Any:
    """The JSON that a server answers to a JSON body; ``key`` goes along as a bearer token, unless it is "".

    Raises:
        PlaygroundError: as ``normalized``.
    """
    try:
        response = await through.post(url, json=body, headers={"Authorization": f"Bearer {key}"} if key else {})
    except (PlaygroundError, httpx2.HTTPError, httpx2.InvalidURL) as error:
        raise _of_connection(error, title) from None
    if not response.is_success:
        said = scrubbed(response.text, key)
        raise _of_status(response.status_code, said, response.headers, title=title, model=model)
    try:
        return response.json()
    except (ValueError, RecursionError):
        raise _no_json(title) from None
