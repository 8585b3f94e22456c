"""The entries of `meanings.yaml` as they are written, and how this package's files are read."""

from __future__ import annotations

from functools import lru_cache
from importlib import resources
from typing import Any

import yaml

PHRASES = ("names", "hints", "in_people", "subjects", "anywhere")
"""Fields that hold words of names."""
Entries = dict[str, dict[str, object]]
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""The same in C where there is one; each process that infers reads them."""


@lru_cache
def entries() -> Entries:
    """By meaning."""
    found: Entries = read_yaml("meanings.yaml")
    return found


def read_yaml(name: str) -> Any:
    """What a file of this package holds."""
    text = resources.files(__package__).joinpath(name).read_text("utf-8")
    return yaml.load(text, Loader=_LOADER)  # noqa: S506 - it is a safe one


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
