"""How many rows there are of each: children per parent, rows per group."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from synth_core.recipe.functions.base import mapping, weight

_COUNT = re.compile(r"\s*([0-9]{1,12})\s*(?:[-–]\s*([0-9]{1,12})\s*)?")


def read_spread(value: Any) -> dict[str, float]:
    """Weights by counts such as `2` or `4-9`. Raises ValueError for anything else."""
    spread = {str(count): weight(each) for count, each in mapping(value).items()}
    for text in spread:
        found = _COUNT.fullmatch(text)
        if not found:
            raise ValueError(f'counts are written like `"2": 30%` or `"4-9": 10%`, not {text!r}')
        if found[2] and int(found[2]) < int(found[1]):
            raise ValueError(f"counts are written from fewest to most, not {text!r}")
    if spread and not sum(spread.values()):
        raise ValueError("the shares add up to 0")
    return spread


def entries_of(spread: Mapping[str, float]) -> list[tuple[int, int, float]]:
    """(fewest, most, weight) of each entry."""
    entries = []
    for text, each in spread.items():
        low, _, high = text.replace("–", "-").partition("-")
        entries.append((int(low), int(high or low), each))
    return entries
