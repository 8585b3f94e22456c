"""Plain values as arguments, against what the catalogue says of them."""

from __future__ import annotations

import re
from datetime import date

from synth_core.recipe.catalogue.declaration import Argument
from synth_core.recipe.files import is_data_name

QUOTED = "must be a number, not in quotes"
_NUMBER = re.compile(r"-?[0-9]{1,18}(\.[0-9]{1,18})?")
_LIMIT = 10**18
_LONGEST = 1_000
_WHOLES = re.compile(r"\s*-?[0-9]{1,4}\s*(,\s*-?[0-9]{1,4}\s*){0,400}")


def value_fault(declared: Argument, value: object) -> str:
    """What is wrong with the value: `must be …`; empty when nothing is."""
    if declared.choices:
        return "" if str(value).lower() in declared.choices else f"must be {declared.type}"
    if isinstance(value, str) and len(value) > _LONGEST:
        return "is too long"
    is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
    kind = declared.kind
    if kind in ("whole", "gap", "number"):
        if not is_number:
            return QUOTED if isinstance(value, str) and _NUMBER.fullmatch(value) else "must be a number"
        if kind == "whole" and not isinstance(value, int):
            return "must be a whole number"
        return _range_fault(declared, value)
    if kind == "wholes":
        return _wholes_fault(declared, value)
    if kind == "flag" and not isinstance(value, bool):
        return "must be true or false"
    if kind == "moment" and not isinstance(value, (str, date)):
        return f"must be a {declared.type}"
    if kind == "file" and not (isinstance(value, str) and is_data_name(value)):
        return "must be a plain name, such as people.csv or tables/people.csv"
    if kind == "zone" and value not in (None, False):
        return f"must be a {declared.type}"
    if kind == "text" and not isinstance(value, (str, int, float, date)):
        return "must be a text"
    if declared.pattern and not re.fullmatch(declared.pattern, str(value)):
        return f"can't be {value!r}: {declared.help}"
    return ""


def _range_fault(declared: Argument, value: object) -> str:
    least = -_LIMIT if declared.least is None else declared.least
    most = _LIMIT if declared.most is None else declared.most
    if not isinstance(value, (int, float)) or least <= value <= most:
        return ""
    if declared.most is None and value < least:
        return f"must be {least:,.0f} or more"
    return f"must be from {least:,.0f} to {most:,.0f}"


def _wholes_fault(declared: Argument, value: object) -> str:
    text = str(value)
    if isinstance(value, bool) or not _WHOLES.fullmatch(text):
        return f"must be a {declared.type}"
    return next(filter(None, (_range_fault(declared, int(each)) for each in text.split(","))), "")
