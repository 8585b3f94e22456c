"""How numbers with exponents are written, so that they can be written back the same way."""

from __future__ import annotations

import re
from collections import Counter

from synth_core.model.dialect import Dialect


def exponent_format(values: Counter[str], dialect: Dialect) -> str:
    """The format of numbers such as `1.50e+03`, as `files.formats` reads it; empty where they are not all alike."""
    number = re.compile(rf"[+-]?\d(?:{re.escape(dialect.decimal)}(\d+))?([eE])([+-]?)(\d+)")
    found = [number.fullmatch(text) for text in values]
    parts = [match.groups(default="") for match in found if match is not None]
    if not parts or len(parts) < len(found):
        return ""
    decimals = {len(fraction) for fraction, *_ in parts}
    marks = {mark for _, mark, *_ in parts}
    signs = {sign for *_, sign, digits in parts if sign != "-" and int(digits)}
    least = min(len(digits) for *_, digits in parts)
    if any(len(digits) > least and digits.startswith("0") for *_, digits in parts):
        return ""
    if len(decimals) > 1 or len(marks) > 1 or len(signs) > 1:
        return ""
    point = "0" * decimals.pop()
    return f"#{'.' * bool(point)}{point}{marks.pop()}{'+' if signs == {'+'} else ''}{'0' * least}"
