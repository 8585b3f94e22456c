"""Numbers whose last digit is computed from the others: names of things, which nobody adds up."""

from __future__ import annotations

from collections.abc import Collection

from stdnum import ean, luhn

_SHORTEST = 8
_FEWEST = 8
"""By chance one number of ten has the right digit."""


def check_digit(values: Collection[str]) -> str:
    """What sort of numbers have a check digit as all of these have it, `card and device numbers`; empty: none."""
    lengths = {len(value) for value in values}
    if len(values) < _FEWEST or len(lengths) > 1 or lengths.pop() < _SHORTEST:
        return ""
    if not all(value.isascii() and value.isdecimal() for value in values):
        return ""
    if all(luhn.checksum(value) == 0 for value in values):
        return "card and device numbers"
    if all(ean.calc_check_digit(value[:-1]) == value[-1] for value in values):
        return "article numbers"
    return ""
