"""Formats of numbers: what stands around their digits."""

from __future__ import annotations

import re
from typing import NamedTuple

MINUS = "\u2212"
"""The minus sign of typography, `−`, which is no hyphen."""
_NUMBER = re.compile(
    rf"(?P<plus>\+?)(?P<minus>{MINUS}?)(?P<prefix>[^#]*)#(?P<pairs>,##)?(?P<zeros>\.(?:0+|#))?(?P<exponent>[eE]\+?0+)?(?P<suffix>.*)",
    re.DOTALL,
)


class NumberFormat(NamedTuple):
    """How numbers of a column are written around their digits."""

    prefix: str
    suffix: str
    decimals: int | None
    """Always so many digits after the point; None: as many as there are."""
    grouped: bool
    """In groups of three, if the dialect has a thousands mark."""
    pairs: bool
    """The groups above the thousands have two digits, as in India: 1,23,456."""
    plus: bool
    """Numbers above zero have a plus sign."""
    minus: bool
    """Numbers below zero have `MINUS` in front."""
    bare: bool
    """A floating point number that is whole has no point."""
    exponent: str
    """How a floating point number's exponent is written, with one digit before the point: `e+00` has a sign and two
    digits at least, `E0` a sign below zero only. Empty: there is none."""


def groups_pattern(mark: str, first: str = r"\d") -> str:
    """Digits with the mark between groups of three; with a comma also as in India, where those above the thousands have
    two: `1,23,456`. `first` is what the first digit matches."""
    group = re.escape(mark)
    threes = rf"{first}\d{{0,2}}(?:{group}\d{{3}})+"
    return rf"{threes}|{first}\d?(?:,\d{{2}})+,\d{{3}}" if mark == "," else threes


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
        grouped=text_format not in ("#", "+#", f"{MINUS}#"),
        pairs=bool(found["pairs"]),
        plus=bool(found["plus"]),
        minus=bool(found["minus"]),
        bare=zeros == ".#",
        exponent=found["exponent"] or "",
    )
