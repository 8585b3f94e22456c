"""Formats of numbers: what stands around their digits."""

from __future__ import annotations

import re
from typing import NamedTuple

_NUMBER = re.compile(
    r"(?P<plus>\+?)(?P<prefix>[^#]*)#(?P<zeros>\.(?:0+|#))?(?P<exponent>[eE]\+?0+)?(?P<suffix>.*)", re.DOTALL
)


class NumberFormat(NamedTuple):
    """How numbers of a column are written around their digits."""

    prefix: str
    suffix: str
    decimals: int | None
    """Always so many digits after the point; None: as many as there are."""
    grouped: bool
    """In groups of three, if the dialect has a thousands mark."""
    plus: bool
    """Numbers above zero have a plus sign."""
    bare: bool
    """A floating point number that is whole has no point."""
    exponent: str
    """How a floating point number's exponent is written, with one digit before the point: `e+00` has a sign and two
    digits at least, `E0` a sign below zero only. Empty: there is none."""


def number_format(text_format: str) -> NumberFormat | None:
    """A number column's `Column.format`, taken apart; None when it is no number format."""
    found = _NUMBER.fullmatch(text_format or "#")
    if found is None:
        return None
    zeros = found["zeros"]
    return NumberFormat(
        found["prefix"],
        found["suffix"],
        len(zeros) - 1 if zeros and zeros != ".#" else None,
        grouped=text_format not in ("#", "+#"),
        plus=bool(found["plus"]),
        bare=zeros == ".#",
        exponent=found["exponent"] or "",
    )
