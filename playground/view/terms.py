"""Where a text uses the query's words."""

from __future__ import annotations

import re

_WORD = re.compile(r"[^\W_]+")


def terms(query: str, text: str) -> list[tuple[int, int]]:
    """Offsets of the words in the text that have the stem of a word in the query, English stop words left out."""
    from bm25s.stopwords import STOPWORDS_EN
    from Stemmer import Stemmer

    stem = Stemmer("english").stemWord  # not to be shared between threads
    asked = {found.group().casefold() for found in _WORD.finditer(query)} - set(STOPWORDS_EN)
    wanted = {stem(word) for word in asked if len(word) > 1}
    return [found.span() for found in _WORD.finditer(text) if stem(found.group().casefold()) in wanted]
