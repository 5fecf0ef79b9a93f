"""Text from outside, made safe for Streamlit elements that read markdown."""

from __future__ import annotations

import re

_MARKUP = re.compile(r"([\\`*_{}\[\]()#+\-.!|~:$<>^=&\"'/])")


def literal(text: str) -> str:
    """The same text with every character that markdown, LaTeX or a colour directive could act on escaped."""
    return _MARKUP.sub(r"\\\1", " ".join(text.split()))
