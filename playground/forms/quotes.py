"""Is a quote really in the document? Compared as a reader would: case, white space, dashes and quotation marks
fold together. Words that differ a little are still found, but never where a number or a negation differs."""

from __future__ import annotations

import re
import unicodedata
from functools import cache

from playground.types import Document, Quote

CLOSE = 90.0
"""Least likeness, of 100, at which words count as found though they differ (rapidfuzz's partial ratio)."""
SHORTEST = 20
"""Characters below which a quote must be there to the letter: so few are like something anywhere."""
SLIP = 75.0
"""Least likeness, of 100, of two words that are one word spelt in two ways."""
LITTLE = 3
"""Letters of the longest word that may differ."""

# Brackets as well: forms rewrite some of them in what the model is shown.
_SAME = str.maketrans("“”„«»‘’–—‑[]<", '"""""\'\'---()(')
_AROUND = " \"'.…"
_NUMBER = re.compile(
    r"\d+(?:[.,]\d+)*|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fourteen|twenty|"
    r"forty|(?:thir|fif|six|seven|eigh|nine)(?:teen|ty)|half|hundred|thousand|million|billion|first|second|third)\b"
)
_WORD = re.compile(r"\w+")
_OPPOSITES = ("un", "in", "im", "il", "ir", "non", "dis", "mis", "a")
_NEGATION = re.compile(r"\b(?:no|not|never|none|nor|neither|without|cannot|unless|except)\b|n't\b")


def _fold(text: str) -> tuple[str, list[int]]:
    """The folded text and, for each of its characters, the offset in ``text`` that it came from."""
    out: list[str] = []
    origin: list[int] = []
    for at, char in enumerate(text):
        for piece in _folded(char):
            if piece == " " and out and out[-1] == " ":
                continue
            out.append(piece)
            origin.append(at)
    return "".join(out), origin


@cache
def _folded(char: str) -> str:
    folded = unicodedata.normalize("NFKC", char).translate(_SAME).casefold()
    return "".join(" " if piece.isspace() else piece for piece in folded)


def check(text: str, document: Document, chars: int) -> Quote | None:
    """The quote with its place in the ``chars`` characters of content that were shown; without a place where it isn't
    there; None for no words."""
    wanted = _fold(text)[0].strip(_AROUND)
    if not wanted:
        return None
    content, origin = _fold(document.content[:chars])
    at = content.find(wanted)
    if at >= 0:
        return Quote(text=text, start=origin[at], end=origin[at + len(wanted) - 1] + 1)
    near = _near(wanted, content)
    if near is None:
        return Quote(text=text)
    return Quote(text=text, start=origin[near[0]], end=origin[near[1] - 1] + 1, exact=False)


def _near(wanted: str, content: str) -> tuple[int, int] | None:
    """Where the content says almost the same words, from the first whole word to the last; None if nowhere."""
    if not SHORTEST <= len(wanted) <= len(content):
        return None
    from rapidfuzz import fuzz

    found = fuzz.partial_ratio_alignment(wanted, content, score_cutoff=CLOSE)
    if found is None:
        return None
    start, end = found.dest_start, found.dest_end
    while start > 0 and content[start - 1].isalnum() and content[start].isalnum():
        start -= 1
    while end < len(content) and content[end].isalnum() and content[end - 1].isalnum():
        end += 1
    while start < end and not content[start].isalnum():
        start += 1
    while start < end and not content[end - 1].isalnum():
        end -= 1
    there = content[start:end]
    same = all(sorted(kind.findall(wanted)) == sorted(kind.findall(there)) for kind in (_NUMBER, _NEGATION))
    return (start, end) if same and _same_words(wanted, there) else None


def _same_words(wanted: str, there: str) -> bool:
    """Whether each word of either text that is not in the other is spelt much like one that is: a slip, neither another
    word ("before" for "after") nor its opposite ("safe" for "unsafe"). Little words may differ."""
    from rapidfuzz import fuzz

    quoted, found = set(_WORD.findall(wanted)), set(_WORD.findall(there))

    def slips(words: set[str], others: set[str]) -> bool:
        return all(
            len(word) <= LITTLE
            or any(fuzz.ratio(word, other) >= SLIP and not _opposed(word, other) for other in others)
            for word in words
        )

    return slips(quoted - found, found - quoted) and slips(found - quoted, quoted - found)


def _opposed(word: str, other: str) -> bool:
    shorter, longer = sorted((word, other), key=len)
    return longer.endswith(shorter) and longer.removesuffix(shorter) in _OPPOSITES
