"""Text from outside, made safe for Streamlit elements that read markdown."""

from __future__ import annotations

import re

from playground.text import straight

_MARKUP = re.compile(r"([\\`*_{}\[\]()#+\-.!|~:$<>^=&\"'/])")
# Where a bare address would become a link, whatever is escaped in it.
_ADDRESS = re.compile(r"(?i)(?<=http)(?=s?:)|(?<=www)(?=\.)|(?=@)")
_JOINER = "\u2060"
"""Has no width and breaks no line."""


def literal(text: str) -> str:
    """The same text with every character that markdown, LaTeX or a colour directive could act on escaped, and an
    invisible one in addresses, so that they are no links; nothing in it turns the direction of what follows."""
    return _MARKUP.sub(r"\\\1", _ADDRESS.sub(_JOINER, " ".join(straight(text).split())))
