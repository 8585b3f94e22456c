"""Texts of which nothing but the shape may be seen."""

from __future__ import annotations

import unicodedata


def masked(text: str) -> str:
    """A text as its shape: letters as A or a, digits as 9, all else kept."""
    return "".join(map(_mask, text))


def _mask(character: str) -> str:
    category = unicodedata.category(character)
    if category in ("Lu", "Lt"):
        return "A"
    if category[0] in "LM":
        return "a"
    return "9" if category[0] == "N" else character
