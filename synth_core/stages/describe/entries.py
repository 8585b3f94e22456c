"""The entries of `meanings.yaml` as they are written."""

from __future__ import annotations

from functools import lru_cache
from importlib import resources

import yaml

PHRASES = ("names", "hints", "in_people", "subjects", "anywhere")
"""Fields that hold words of names."""
Entries = dict[str, dict[str, object]]


@lru_cache
def entries() -> Entries:
    """By meaning."""
    text = resources.files(__package__).joinpath("meanings.yaml").read_text("utf-8")
    found: Entries = yaml.safe_load(text)
    return found


@lru_cache
def vocabulary() -> frozenset[str]:
    """The words that names are known to be made of."""
    return frozenset(
        word
        for entry in entries().values()
        for key in PHRASES
        for phrase in _list(entry.get(key))
        for word in str(phrase).lower().split()
    )


def _list(value: object) -> list[object]:
    return value if isinstance(value, list) else []
