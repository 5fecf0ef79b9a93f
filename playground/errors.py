"""Every error the engine raises on purpose. Each says what to do next (``hint``) and whether trying again can help."""

from __future__ import annotations


class PlaygroundError(Exception):
    """The root. ``str(error)`` is safe to show: it never holds a key."""

    retryable = False
    unbilled = False
    """Whether it is certain that the provider charges nothing for the attempt that ended so."""

    def __init__(self, message: str, *, hint: str = "", retry_after: float | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.retry_after = retry_after

    def __str__(self) -> str:
        return f"{self.message} {self.hint}".strip()


class InputError(PlaygroundError):
    """Something the caller gave can't be used: a file, a document, an option, a lane's words."""


class LaneError(PlaygroundError):
    """Concerns a whole lane: no further question of it can succeed, so it ends, alone."""

    unbilled = True


class KeyMissing(LaneError):
    """The provider needs a key and none was given."""


class KeyRefused(LaneError):
    """The provider refused the key."""


class UnknownModel(LaneError):
    """No such model, or no such provider."""


class Unreachable(LaneError):
    """No server answers at the address."""


class ModelUnavailable(LaneError):
    """The model's files or packages are not on this machine."""


class Unpriced(LaneError):
    """A budget is set, and nobody knows what the model costs."""


class ProviderError(PlaygroundError):
    """One question failed. The lane goes on without its answer."""


class BudgetUsedUp(ProviderError):
    """The question was not sent: at worst it would have cost more than is left."""

    unbilled = True


class ServerDown(ProviderError):
    """The question was not sent: the provider failed too often in a row."""

    unbilled = True


class NoAnswer(ProviderError):
    """The question had its time. Not asked again: its answer is perhaps being paid for."""


class Overloaded(ProviderError):
    """429, 5xx, a reset connection: the same question may succeed a moment later."""

    retryable = True
    unbilled = True


class RateLimited(Overloaded):
    """429: the provider is well, and wants fewer questions."""


class Lost(Overloaded):
    """The connection broke. Whether the provider answered, and charges for it, is unknown."""

    unbilled = False


class Refused(ProviderError):
    """The provider understood and will not answer: too long for its context, or against its policy."""

    unbilled = True


class BadReply(ProviderError):
    """The reply was not what the protocol promises: no JSON, too large, cut short."""

    retryable = True


def too_many_questions(count: int) -> LaneError:
    """A lane that would ask more than anybody can mean."""
    return LaneError(
        f"This lane would ask {count:,} questions or more.",
        hint="Give it fewer documents, or let a first stage pick: cascade first=embedding then=(...) keep=20.",
    )
