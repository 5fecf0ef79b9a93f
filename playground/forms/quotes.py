"""Is a quote really in the document? Compared as a reader would: case, white space, dashes and quotation marks
fold together; everything else must agree."""

from __future__ import annotations

import unicodedata

from playground.types import Document, Quote

# Brackets as well: forms rewrite some of them in what the model is shown.
_SAME = str.maketrans("“”„«»‘’–—‑[]<", '"""""\'\'---()(')
_AROUND = " \"'.…"


def _fold(text: str) -> tuple[str, list[int]]:
    """The folded text and, for each of its characters, the offset in ``text`` that it came from."""
    out: list[str] = []
    origin: list[int] = []
    for at, char in enumerate(text):
        folded = unicodedata.normalize("NFKC", char).translate(_SAME).casefold()
        for piece in folded:
            if piece.isspace():
                if out and out[-1] == " ":
                    continue
                piece = " "
            out.append(piece)
            origin.append(at)
    return "".join(out), origin


def check(text: str, document: Document, chars: int) -> Quote | None:
    """The quote with its place in the ``chars`` characters of content that were shown; without a place where it isn't
    there; None for no words."""
    wanted = _fold(text)[0].strip(_AROUND)
    if not wanted:
        return None
    content, origin = _fold(document.content[:chars])
    at = content.find(wanted)
    if at < 0:
        return Quote(text=text)
    return Quote(text=text, start=origin[at], end=origin[at + len(wanted) - 1] + 1)
