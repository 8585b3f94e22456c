"""Functions of Snowfakery itself that a recipe may use: harmless, and the same with the same seed."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from synth_core.model.types import Kind

ArgumentKind = Literal["whole", "text", "moment", "flag", "table", "step", "any"]
_NUMBERS = frozenset({Kind.INT64, Kind.NUMERIC, Kind.BIGNUMERIC, Kind.FLOAT64, Kind.STRING})
_DATES = frozenset({Kind.DATE, Kind.DATETIME, Kind.TIMESTAMP, Kind.STRING})
_PARTS = ("years", "months", "weeks", "days", "hours", "minutes", "seconds", "microseconds")
_FIELDS = ("year", "month", "day", "hour", "minute", "second", "microsecond")


@dataclass(frozen=True)
class StockFunction:
    """How one may be called. `positional` names the arguments that can stand in a list, in order."""

    arguments: dict[str, ArgumentKind] = field(default_factory=dict)
    positional: tuple[str, ...] = ()
    required: tuple[str, ...] = ()
    in_formulas: bool = False
    fills: frozenset[Kind] | None = None
    """The types of column its values fit; None: whatever its arguments make."""


STOCK: dict[str, StockFunction] = {
    "random_number": StockFunction(
        {"min": "whole", "max": "whole", "step": "whole"},
        ("min", "max", "step"),
        ("min", "max"),
        in_formulas=True,
        fills=_NUMBERS,
    ),
    "random_reference": StockFunction(
        {"to": "table", "parent": "table", "scope": "text", "unique": "flag"},
        ("to",),
        ("to",),
        fills=_NUMBERS,
    ),
    "reference": StockFunction({"x": "table", "object": "table", "id": "whole"}, ("x",), fills=_NUMBERS),
    "date": StockFunction(
        {"datespec": "moment", "year": "whole", "month": "whole", "day": "whole"},
        ("datespec",),
        in_formulas=True,
        fills=_DATES,
    ),
    "datetime": StockFunction(
        {"datetimespec": "moment", "timezone": "any", **dict.fromkeys(_FIELDS, "whole")},
        ("datetimespec",),
        in_formulas=True,
        fills=_DATES,
    ),
    "date_between": StockFunction(
        {"start_date": "moment", "end_date": "moment"},
        (),
        ("start_date", "end_date"),
        in_formulas=True,
        fills=_DATES,
    ),
    "datetime_between": StockFunction(
        {"start_date": "moment", "end_date": "moment", "timezone": "any"},
        (),
        ("start_date", "end_date"),
        in_formulas=True,
        fills=_DATES,
    ),
    "relativedelta": StockFunction(
        {**dict.fromkeys(_PARTS, "step"), **dict.fromkeys(_FIELDS[:-1], "step"), "weekday": "step"},
        in_formulas=True,
    ),
    # Checked by rules of their own.
    "fake": StockFunction(),
    "random_choice": StockFunction(in_formulas=True),
    "choice": StockFunction(),
    "if": StockFunction(),
    "int": StockFunction({"x": "any"}, ("x",), ("x",), in_formulas=True, fills=_NUMBERS),
}

REFUSED = {
    "unique_id": "It is not the same in a second run; use `Synth.sequence` or `Synth.uuid`.",
    "unique_alpha_code": "It is not the same in a second run; use `Synth.pattern` with `unique: true`.",
    "i18n_fake": "Set the variable `snowfakery_locale` and use `fake`.",
    "debug": "It only prints; leave it out.",
    "snowfakery_filename": "It would tell where the recipe lies; leave it out.",
}

FILTERS = frozenset(
    {
        *("abs", "capitalize", "d", "default", "float", "int", "length", "lower", "replace", "round"),
        *("string", "title", "trim", "truncate", "upper"),
    }
)
TESTS = frozenset({"defined", "divisibleby", "even", "none", "number", "odd", "string", "undefined"})
METHODS = frozenset(
    {
        *("capitalize", "lower", "strip", "title", "upper", "startswith", "endswith"),
        *("date", "isoformat", "isoweekday", "weekday", "strftime", "total_seconds"),
    }
)
PARTS = frozenset({*_FIELDS, "days", "seconds", "microseconds"})
"""Attributes of dates, times and gaps."""
VALUES = frozenset({"id", "count", "child_index", "this", "today", "now", "NULL", "Null", "null"})
"""What formulas know besides columns, tables, nicknames, variables and options."""
NOT_THERE = {
    "min": "Snowfakery has no function `min`; use `a if a < b else b`.",
    "max": "Snowfakery has no function `max`; use `a if a > b else b`.",
    "round": "Write it as a filter: `x | round(2)`.",
    "abs": "Write it as a filter: `x | abs`.",
    "str": "Write it as a filter: `x | string`.",
    "float": "Write it as a filter: `x | float`.",
    "len": "Write it as a filter: `x | length`.",
    "random_reference": "It stands outside of formulas: `random_reference: table`.",
    "reference": "It stands outside of formulas: `reference: table`.",
    "Synth": "Functions of Synth stand outside of formulas; give them a hidden field `__name` of their own.",
}
