"""What formulas (`${{ … }}`) know besides functions: names, filters, tests, methods and parts of values."""

from __future__ import annotations

from synth_core.recipe.catalogue.stock import FIELDS

VALUES = {
    "id": "the row's number in its table, from 1",
    "count": "the same as `id`",
    "child_index": "the row's number among those that its object makes at a time, from 0",
    "this": "the row: `this.name`, `this['order date']`",
    "today": "the plan's reference date",
    "now": "the reference date's midnight in UTC",
    "NULL": "nothing",
    "Null": "nothing",
    "null": "nothing",
}
"""What formulas know besides columns, tables, nicknames, variables and options."""

FILTERS = {
    "abs": "the number without its sign",
    "capitalize": "the first letter large, the others small",
    "d": "short for `default`",
    "default": "another value where there is none: `x | default('none')`",
    "float": "as a number with decimals",
    "int": "as a whole number",
    "length": "how many characters or items",
    "lower": "small letters",
    "replace": "another text instead of one: `x | replace(' ', '-')`",
    "round": "to so many decimals: `x | round(2)`",
    "string": "as text",
    "title": "Each Word With a Capital Letter",
    "trim": "without spaces at both ends",
    "truncate": "cut to so many characters: `x | truncate(20)`",
    "upper": "capital letters",
}

TESTS = {
    "defined": "it has a value here",
    "divisibleby": "`x is divisibleby(3)`",
    "even": "an even number",
    "none": "nothing",
    "number": "a number",
    "odd": "an odd number",
    "string": "a text",
    "undefined": "it has no value here",
}

METHODS = {
    "capitalize": "of a text: the first letter large, the others small",
    "lower": "of a text: small letters",
    "strip": "of a text: without spaces at both ends",
    "title": "of a text: Each Word With a Capital Letter",
    "upper": "of a text: capital letters",
    "startswith": "of a text: whether it begins so",
    "endswith": "of a text: whether it ends so",
    "date": "of a moment: its date",
    "astimezone": "of a moment: the same in UTC",
    "isoformat": "of a date or moment: 2024-01-31",
    "isoweekday": "of a date or moment: 1 for Monday to 7",
    "weekday": "of a date or moment: 0 for Monday to 6",
    "strftime": "of a date or moment: in a given form, `d.strftime('%d.%m.%Y')`",
    "timestamp": "of a moment: seconds since 1970",
    "total_seconds": "of a gap between two moments: its seconds",
    "next": "of a counter in a variable: its next value",
}

PARTS = {
    **{name: f"of a date or moment: the {name}" for name in FIELDS},
    "days": "of a gap: its whole days",
    "seconds": "of a gap: the seconds beyond its days",
    "microseconds": "of a gap: the microseconds beyond its seconds",
}
"""Attributes of dates, times and gaps."""

NOT_THERE = {
    "min": "Write `a if a < b else b`, or name the plugin Math and write `Math.min(a, b)`.",
    "max": "Write `a if a > b else b`, or name the plugin Math and write `Math.max(a, b)`.",
    "round": "Write it as a filter: `x | round(2)`.",
    "abs": "Write it as a filter: `x | abs`.",
    "str": "Write it as a filter: `x | string`.",
    "float": "Write it as a filter: `x | float`.",
    "len": "Write it as a filter: `x | length`.",
    "random_reference": "It stands outside of formulas: `random_reference: table`.",
    "reference": "It stands outside of formulas: `reference: table`.",
    "Synth": "Functions of Synth stand outside of formulas; give them a hidden field `__name` of their own.",
}
"""What people look for in formulas, and where it is."""
