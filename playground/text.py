"""Cutting text: to a length, and into sentences, by offsets, so that every part can be found again in the original."""

from __future__ import annotations

import re
from bisect import bisect_right

LONGEST = 400
"""Characters of the longest sentence; a longer one is cut at a clause, else at a space."""

# Sentence-final marks with what may close around them, then a space or the end; CJK marks need no space. (The
# lookbehind keeps a long row of dots from being tried from each of its dots.)
_END = re.compile(r"(?<![.!?…])[.!?…]++[\"'”’)\]]*+(?=\s|$)|[。！？]+[」』”’）]*|\n\s*")

_ABBREVIATION = re.compile(
    r"""(?x) adj|al|anon|approx|apr|art|assn|aug|ave|blvd|ca|capt|cf|ch|cl|co|col|corp|dec|dept|dr|ed|eds|eg|eq|esp|est|
    et|etc|ex|exh|feb|fed|figs?|gen|gov|hon|ie|inc|incl|jan|jr|jul|jun|lt|ltd|maj|mar|max|messrs|min|mr|mrs|ms|mt|mtg|
    nos?|nov|oct|op|paras?|pl|pp?|prof|pt|ref|rep|rev|s|sc|sec|sen|sept?|ser|sgt|sr|ss|st|subs|supp|tel|univ|v|viz|
    vols?|vs"""
)
# These end a sentence unless a number follows: "No. 5" against "He said no."
_BEFORE_NUMBERS = re.compile(r"art|ch|cl|ed|eq|ex|figs?|nos?|paras?|pp?|pt|s|sec|ser|ss|vols?")
# These end a sentence before a capital: "apples etc. Then", "at Acme Inc. The board".
_MAY_END = re.compile(r"al|assn|co|corp|dept|est|etc|inc|jr|ltd|max|min|sr|univ")
# Words that open a sentence rather than go on with a name: "the U.S. It", against "the U.S. Senate".
_OPENER = re.compile(
    r"""(?x) (?: A|After|All|An|And|As|At|Before|But|By|For|From|He|Her|His|However|I|If|In|It|Its|Many|More|No|Not|On|
    Once|One|Our|She|Since|So|Some|That|The|Their|Then|There|These|They|This|Those|To|Under|Until|We|What|When|While|
    With|You ) \b"""
)

_LAST_WORD = re.compile(r"[^\W\d_](?:[^\W\d_]|\.(?=[^\W\d_]))*$")
_CLAUSE = re.compile(r"[;:,–—]\s|[、，；：]")


def shortened(text: str, most: int) -> str:
    """The text, or as much of it as fits into so many characters together with an ellipsis."""
    return text if len(text) <= most else f"{text[: most - 1]}…"


def sentences(text: str) -> list[tuple[int, int]]:
    """The offsets of each sentence, without the space around it. Line breaks always part sentences; abbreviations,
    initials, decimals and numbered labels don't."""
    found: list[tuple[int, int]] = []
    start = 0
    for mark in _END.finditer(text):
        if _ends(text, start, mark):
            found.extend(_pieces(text, start, mark.end()))
            start = mark.end()
    found.extend(_pieces(text, start, len(text)))
    return found


def _ends(text: str, start: int, mark: re.Match[str]) -> bool:
    if mark.group()[0] not in ".!?…":
        return True
    after = text[mark.end() : mark.end() + 40].lstrip(" \t\r")
    if not after or after[0] == "\n":
        return True
    if after[0].islower():
        return False  # '"Really?" she asked', and most abbreviations
    if mark.group().rstrip("\"'”’)]") != ".":
        return True
    before = text[max(start, mark.start() - 40) : mark.start()]
    if not before.strip("([\"'“‘0123456789 \t-•*"):
        return False  # the label of a list: "1. Cancel the order"
    word = _LAST_WORD.search(before)
    if word is None:
        return True
    last = word.group().lower()
    # In "No. 5" a number must follow; elsewhere the word is a whole sentence or its end.
    if _BEFORE_NUMBERS.fullmatch(last):
        return not (after[0].isdigit() or after[0] in "§(")
    if _MAY_END.fullmatch(last):
        return after[0].isupper()
    if _ABBREVIATION.fullmatch(last):
        return False
    if "." in last:  # "U.S.", "e.g.", "Ph.D."; the names of sites don't have one-letter parts
        initials = all(len(part) <= 2 for part in last.split("."))
        return not initials or (last in {"a.m", "p.m", "u.s", "u.k"} and _OPENER.match(after) is not None)
    return len(last) > 1 or word.group() in {"I", "a"}  # else the initial of a name


def _pieces(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """The sentence without outer space, in pieces none of which is longer than ``LONGEST``; none if it is blank."""
    while start < end and text[start].isspace():
        start += 1
    while start < end and text[end - 1].isspace():
        end -= 1
    pieces: list[tuple[int, int]] = []
    if end - start > LONGEST:
        clauses = [mark.end() for mark in _CLAUSE.finditer(text, start, end)]
        while end - start > LONGEST:
            cut = _cut(text, start, clauses)
            pieces.append((start, start + len(text[start:cut].rstrip())))
            start = cut
            while start < end and text[start].isspace():
                start += 1
    if start < end:
        pieces.append((start, end))
    return pieces


def _cut(text: str, start: int, clauses: list[int]) -> int:
    """Where to cut: the last clause of the second half, else the last space, else where the room ends."""
    room = start + LONGEST
    last = bisect_right(clauses, room) - 1
    if last >= 0 and clauses[last] > start + LONGEST // 2:
        return clauses[last]
    space = max(text.rfind(" ", start + 1, room + 1), text.rfind("\t", start + 1, room + 1))
    return space if space > start else room


def writable(text: str) -> str:
    """The text with halves of surrogate pairs replaced, which JSON can spell: no file or terminal takes them."""
    return text.encode("utf-8", "replace").decode()


_TURNS = dict.fromkeys(map(ord, "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"))


def straight(text: str) -> str:
    """The text without the invisible characters that turn the direction of all that follows them (Unicode Annex 9): for
    words from outside that stand among others. Arabic and Hebrew run from right to left without them."""
    return text.translate(_TURNS)
