"""Functions of Snowfakery itself that a recipe may use: harmless, and the same with the same seed."""

from __future__ import annotations

from synth_core.model.types import Kind
from synth_core.recipe.catalogue.declaration import Argument, Declaration

NUMBERS = frozenset({Kind.INT64, Kind.NUMERIC, Kind.BIGNUMERIC, Kind.FLOAT64, Kind.STRING})
DATES = frozenset({Kind.DATE, Kind.DATETIME, Kind.TIMESTAMP, Kind.STRING})
_GAPS = ("years", "months", "weeks", "days", "hours", "minutes", "seconds", "microseconds")
_DATE_FIELDS = ("year", "month", "day")
_TIME_FIELDS = ("hour", "minute", "second", "microsecond")
FIELDS = (*_DATE_FIELDS, *_TIME_FIELDS)


def _wholes(names: tuple[str, ...], default: str = "") -> dict[str, Argument]:
    return {name: Argument("whole", f"the {name}", default) for name in names}


_BETWEEN = {
    "start_date": Argument("moment", "the earliest one", required=True),
    "end_date": Argument("moment", "the latest one", required=True),
}
_ZONE = Argument("zone", "distance to UTC", "UTC")

_ENTRIES = (
    Declaration(
        "random_number",
        "values",
        "A whole number from `min` to `max`, all equally often.",
        "random_number: {min: 12, max: 95}",
        {
            "min": Argument("whole", "the lowest", required=True),
            "max": Argument("whole", "the highest", required=True),
            "step": Argument("whole", "`min` plus a multiple of it", "1", least=1),
        },
        ("min", "max", "step"),
        fills=NUMBERS,
        in_formulas=True,
    ),
    Declaration(
        "random_choice",
        "values",
        "One of a list, or of a mapping with weights; a choice may be a generator itself.",
        "random_choice: {red: 60%, blue: 40%}",
        in_formulas=True,
    ),
    Declaration(
        "if",
        "conditions and nesting",
        "The first choice whose `when` is true; the last one goes without.",
        'if: [{choice: {when: "${{ child_index > 1 }}", pick: late}}, {choice: {pick: early}}]',
    ),
    Declaration(
        "choice",
        "conditions and nesting",
        "An entry of `random_choice` (`pick` and `probability`) or of `if` (`pick` and `when`).",
        "random_choice: [{choice: {probability: 90%, pick: {fake: City}}}, {choice: {probability: 10%, pick: Rome}}]",
        in_fields=False,
    ),
    Declaration(
        "reference",
        "keys and links",
        "The row of another table that was made last, the row of a nickname, or the one with a given `id`.",
        "reference: customers",
        {
            "x": Argument("table", "table, nickname, or a field that holds a row", role="table"),
            "object": Argument("table", "together with `id`: the table", role="table"),
            "id": Argument("whole", "the row's number in its table, from 1"),
        },
        ("x",),
        fills=NUMBERS,
    ),
    Declaration(
        "random_reference",
        "keys and links",
        "A random row of a table that was made before; with `unique: true` none comes twice.",
        "random_reference: {to: customers, unique: true}",
        {
            "to": Argument("table", "table or nickname", required=True, role="table"),
            "parent": Argument("row", "with `unique`: none comes twice within one of its rows", role="table"),
            "scope": Argument(
                "text",
                "rows of this round of the recipe, or of all; here there is one round only",
                "current-iteration",
                choices=("current-iteration", "prior-and-current-iterations"),
            ),
            "unique": Argument("flag", "no row comes twice", "false"),
        },
        ("to",),
        fills=NUMBERS,
        unique="can",
        keeps_state=True,
    ),
    Declaration(
        "date",
        "dates and times",
        "A date from text, or from year, month and day.",
        "date: {year: 2024, month: 2, day: 29}",
        {"datespec": Argument("moment", "the date as text"), **_wholes(_DATE_FIELDS)},
        ("datespec",),
        fills=DATES,
        in_formulas=True,
    ),
    Declaration(
        "datetime",
        "dates and times",
        "A moment from text, or from year, month, day and time; `now` without arguments.",
        "datetime: {year: 2024, month: 2, day: 29, hour: 13}",
        {
            "datetimespec": Argument("moment", "the moment as text"),
            **_wholes(_DATE_FIELDS),
            **_wholes(_TIME_FIELDS, "0"),
            "timezone": _ZONE,
        },
        ("datetimespec",),
        fills=DATES,
        in_formulas=True,
    ),
    Declaration(
        "date_between",
        "dates and times",
        "A random date of a range, whose ends may also be like -30d, +6M or +1y; null when the range is empty.",
        "date_between: {start_date: 2020-01-01, end_date: today}",
        _BETWEEN,
        fills=DATES,
        in_formulas=True,
    ),
    Declaration(
        "datetime_between",
        "dates and times",
        "A random moment of a range.",
        "datetime_between: {start_date: 2020-01-01, end_date: 2020-12-31 23:59:59}",
        {**_BETWEEN, "timezone": _ZONE},
        fills=DATES,
        in_formulas=True,
    ),
    Declaration(
        "relativedelta",
        "dates and times",
        "A gap to add to a date (`days=3`), or parts to set in it (`day=1`).",
        '"${{ today + relativedelta(months=-1, day=1) }}"',
        {
            **{name: Argument("gap", f"{name} to add", unit=name, least=-1e6, most=1e6) for name in _GAPS},
            **{
                name: Argument("gap", f"the {name} to set", least=-1e6, most=1e6)
                for name in FIELDS
                if name != "microsecond"
            },
            "weekday": Argument("gap", "the next such day, 0: Monday", least=0, most=6),
        },
        fills=frozenset(),
        in_formulas=True,
    ),
    Declaration(
        "fake",
        "values",
        "What a provider of Faker makes; arguments go behind `fake.`: `fake.pyint: {max_value: 9}`.",
        "fake: FirstName",
    ),
    Declaration(
        "int",
        "values",
        "A number without its decimals, or a text of digits as a number.",
        'int: "${{ 7 / 2 }}"',
        {"x": Argument("any", "a number, or a text of digits", required=True)},
        ("x",),
        fills=NUMBERS,
        in_formulas=True,
    ),
)
STOCK: dict[str, Declaration] = {entry.name: entry for entry in _ENTRIES}

REFUSED = {
    "unique_id": "It is not the same in a second run; use `Synth.sequence` or `Synth.uuid`.",
    "unique_alpha_code": "It is not the same in a second run; use `Synth.pattern` with `unique: true`.",
    "i18n_fake": "Set the variable `snowfakery_locale` and use `fake`.",
    "debug": "It only prints; leave it out.",
    "snowfakery_filename": "It would tell where the recipe lies; leave it out.",
}
"""Functions of Snowfakery that are there and not allowed, and what to do instead."""
