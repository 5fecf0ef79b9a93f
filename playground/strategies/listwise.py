"""The model orders many documents at once. A window slides from the back to the front, so that good ones rise.

Sliding windows after RankGPT (Sun et al. 2023, arXiv 2304.09542).
"""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import dataclass
from typing import ClassVar

from playground.errors import InputError
from playground.forms.order import Order
from playground.strategies.base import Asking, nothing_asked, option, ranked
from playground.types import Ask, DocId, Document, Judgment, Provenance, Ranked, Ranking, Rounds, Task


@dataclass(frozen=True, kw_only=True)
class Listwise(Asking):
    name: ClassVar[str] = "listwise"
    about: ClassVar[str] = "The model puts a window of documents in order, from the back to the front."

    chars: int | None = option(  # type: ignore[assignment]
        None,
        "Characters a document",
        "How much of each document the model is shown: 500 with reasons, 600 without.",
        low=50,
        high=50_000,
    )
    window: int | None = option(
        20, "Window", "Documents ordered in one call. Empty: all in one call (batch order).", low=2, high=1_000
    )
    stride: int = option(10, "Stride", "How far the window moves each time; smaller than the window.", low=1, high=999)
    passes: int = option(
        1, "Passes", "How often the window slides through. K passes bring more of the top into order.", low=1, high=10
    )
    reasons: bool = option(
        True, "Reasons", "A one-sentence reason and a quote for every document; costs output tokens."
    )

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.window is not None and self.stride >= self.window:
            raise InputError(
                f"stride={self.stride} is not smaller than window={self.window}.",
                hint="Windows must overlap: choose a smaller stride, for example half the window.",
            )

    def rank(self, task: Task) -> Rounds:
        if len(task.documents) < 2:
            return nothing_asked(task)
        order = list(task.documents)
        told: dict[DocId, Judgment] = {}
        for _ in range(self.passes):
            order = yield from self._slide(order, told)
        return Ranking(
            items=tuple(
                _item(document.id, rank, told[document.id], str(self.model)) for rank, document in enumerate(order, 1)
            )
        )

    def guaranteed(self, n: int, k: int) -> int:
        window = self.window or n
        if n <= window:
            return min(n, k)
        # A pass carries the best w - s of all that came before through every window; each further pass as many again.
        return min(n, k, self.passes * (window - self.stride))

    def _form(self) -> Order:
        chars = self.chars or (500 if self.reasons else 600)
        return Order(
            reasons=self.reasons, chars=chars, domain=self.domain, temperature=self.temperature, effort=self.effort
        )

    def _slide(
        self, order: list[Document], told: dict[DocId, Judgment]
    ) -> Generator[Sequence[Ask], Sequence[Judgment], list[Document]]:
        form = self._form()
        for start, end in windows(len(order), self.window or len(order), self.stride):
            shown = tuple(order[start:end])
            (judgment,) = yield [Ask(form=form, shown=shown, model=self.model)]
            order[start:end] = rearranged(shown, judgment)
            for document in shown:
                told[document.id] = _latest(told.get(document.id), judgment, document.id)
        return order


def windows(n: int, window: int, stride: int) -> list[tuple[int, int]]:
    """The windows of one pass, ``[start, end)`` from the back: 1, or 1 + ceil((n - window) / stride) for n > window."""
    found = []
    end = n
    while True:
        start = max(0, end - window)
        found.append((start, end))
        if start == 0:
            return found
        end = max(end - stride, window)


def rearranged(shown: tuple[Document, ...], judgment: Judgment) -> list[Document]:
    """The named documents in their new order, then the unnamed ones in their old."""
    place = {id: at for at, id in enumerate(judgment.order)}
    return sorted(shown, key=lambda document: place.get(document.id, len(place)))


def _latest(before: Judgment | None, judgment: Judgment, id: DocId) -> Judgment:
    """What is known of a document after one more window: a later window that failed doesn't unsay an earlier one."""
    if before is not None and before.verdict == "ranked" and id in before.order and id not in judgment.order:
        return before
    return judgment


def _item(id: DocId, rank: int, judgment: Judgment, stage: str) -> Ranked:
    how: tuple[Provenance, ...] = ("judged",)
    if judgment.verdict == "none_relevant":
        how = ("tied",)
    elif judgment.verdict != "ranked":
        how = ("failed",)
    elif id not in judgment.order:
        how = ("repaired",)
    return ranked(id, rank, judgment, how=how, stage=stage)
