"""The few plugins that a recipe may name, and what it may call of each. Reasons: docs/decisions/0012-plugins.md."""

from __future__ import annotations

from dataclasses import dataclass

from synth_core.model.types import Kind
from synth_core.recipe.catalogue.declaration import Argument, Declaration
from synth_core.recipe.catalogue.stock import DATES, NUMBERS
from synth_core.recipe.functions import PLUGIN

_STANDARD = "snowfakery.standard_plugins"
_REALS = frozenset({Kind.NUMERIC, Kind.BIGNUMERIC, Kind.FLOAT64, Kind.STRING})
MOST_NUMBER = 10**15
"""Whole numbers as arguments: far from where adding to them again and again leaves the types."""


@dataclass(frozen=True)
class Plugin:
    """One that is allowed."""

    path: str
    """What stands behind `plugin:`."""
    entries: tuple[Declaration, ...] = ()
    """Its functions and values; empty for our own, which are declared in `synth_core.recipe.functions`."""

    @property
    def name(self) -> str:
        """What its functions begin with."""
        return self.path.rpartition(".")[2]


def _math(name: str, help: str, arguments: str, example: str, *, whole: bool = False) -> Declaration:
    """A function of numbers; an argument in brackets can be left out."""
    names = arguments.replace("[", "").replace("]", "").split()
    return Declaration(
        f"Math.{name}",
        "math",
        help,
        f'"${{{{ Math.{name}({example}) }}}}"',
        {each: Argument("number", "a number", required=f"[{each}]" not in arguments) for each in names},
        tuple(names),
        fills=NUMBERS if whole else _REALS,
        in_formulas=True,
        by_name=False,
        plugin=f"{_STANDARD}.Math",
    )


def _value(name: str, help: str) -> Declaration:
    return Declaration(
        f"Math.{name}",
        "math",
        help,
        f'"${{{{ Math.{name} }}}}"',
        fills=_REALS,
        in_fields=False,
        in_formulas=True,
        is_value=True,
        plugin=f"{_STANDARD}.Math",
    )


_MATH = (
    _math("min", "The lower one of two or more numbers.", "a [b] [c] [d] [e] [f]", "3, 2", whole=True),
    _math("max", "The higher one of two or more numbers.", "a [b] [c] [d] [e] [f]", "3, 2", whole=True),
    Declaration(
        "Math.round",
        "math",
        "The number to so many decimals; a half goes to the even neighbour.",
        '"${{ Math.round(2.675, 1) }}"',
        {
            "number": Argument("number", "the number", required=True),
            "ndigits": Argument("whole", "decimals, a plain number", "0", least=-15, most=30, plain=True),
        },
        ("number", "ndigits"),
        fills=NUMBERS,
        in_formulas=True,
        by_name=False,
        plugin=f"{_STANDARD}.Math",
        examples={Kind.INT64: '"${{ Math.round(2.675) }}"'},
    ),
    _math("floor", "The next lower whole number.", "x", "2.7", whole=True),
    _math("ceil", "The next higher whole number.", "x", "2.1", whole=True),
    _math("trunc", "The number without its decimals.", "x", "-2.7", whole=True),
    _math("gcd", "The greatest common divisor of two whole numbers.", "a b", "12, 18", whole=True),
    _math("fabs", "The number without its sign.", "x", "-2.5"),
    _math("fmod", "The rest of a division, with the sign of the first number.", "x y", "7, 3"),
    _math("copysign", "The first number with the sign of the second.", "x y", "2, -1"),
    _math("sqrt", "The square root.", "x", "144"),
    _math("pow", "A power, always with decimals; an error where it leaves the range.", "x y", "2, 10"),
    _math("exp", "Euler's number to this power.", "x", "1.5"),
    _math("log", "The logarithm, of base e or of the given one.", "x [base]", "100, 10"),
    _math("log2", "The logarithm of base 2.", "x", "8"),
    _math("log10", "The logarithm of base 10.", "x", "1000"),
    _math("log1p", "The logarithm of 1 + x.", "x", "0.5"),
    _math("hypot", "The distance from the origin.", "x y", "3, 4"),
    _math("degrees", "An angle in degrees.", "x", "3.14159"),
    _math("radians", "An angle in radians.", "x", "180"),
    _math("sin", "The sine of an angle in radians.", "x", "1"),
    _math("cos", "The cosine of an angle in radians.", "x", "1"),
    _math("tan", "The tangent of an angle in radians.", "x", "1"),
    _math("asin", "The angle of a sine.", "x", "0.5"),
    _math("acos", "The angle of a cosine.", "x", "0.5"),
    _math("atan", "The angle of a tangent.", "x", "0.5"),
    _math("atan2", "The angle of a point, by y and x.", "y x", "1, 2"),
    _math("sinh", "The hyperbolic sine.", "x", "1"),
    _math("cosh", "The hyperbolic cosine.", "x", "1"),
    _math("tanh", "The hyperbolic tangent.", "x", "1"),
    _value("pi", "The number of the circle, 3.14159…"),
    _value("e", "Euler's number 2.71828…"),
    _value("tau", "Twice pi."),
)

_DAY = r"\s*(?i:MO|TU|WE|TH|FR|SA|SU)(\([+-]?[1-9][0-9]?\))?\s*"
_SHARED = {
    "name": Argument("text", "counters of the same name go on counting together", plain=True),
    "parent": Argument("row", "begin anew for each of its rows", role="table"),
}
_COUNTERS = (
    Declaration(
        "Counters.NumberCounter",
        "keys and links",
        "Numbers in equal steps. It begins anew with every batch, so keys are better made by `Synth.sequence`.",
        "Counters.NumberCounter: {start: 100, step: 10}",
        {
            "start": Argument(
                "whole", "the first number", "1", least=-MOST_NUMBER, most=MOST_NUMBER, plain=True
            ),
            "step": Argument(
                "whole", "from one to the next", "1", least=-MOST_NUMBER, most=MOST_NUMBER, plain=True
            ),
            **_SHARED,
        },
        fills=NUMBERS,
        keeps_state=True,
        plugin=f"{_STANDARD}.Counters",
    ),
    Declaration(
        "Counters.DateCounter",
        "dates and times",
        "Dates in equal steps. It begins anew with every batch.",
        "Counters.DateCounter: {start_date: 2024-01-31, step: +1w}",
        {
            "start_date": Argument("moment", "the first date", required=True),
            "step": Argument(
                "text",
                "such as +1d, -2w, +1M (30.42 days), +1y (365 days)",
                required=True,
                plain=True,
                pattern=r"[+-]?[0-9]{1,6}[smhdwMy]",
            ),
            **_SHARED,
        },
        fills=DATES,
        keeps_state=True,
        plugin=f"{_STANDARD}.Counters",
    ),
)

_SCHEDULE = (
    Declaration(
        "Schedule.Event",
        "dates and times",
        "Dates of a calendar rule, one after the other; moments where `start_date` has a time of day.",
        'Schedule.Event: {freq: weekly, start_date: 2024-01-01, byweekday: "MO, WE"}',
        {
            "freq": Argument(
                "text",
                "how often",
                required=True,
                plain=True,
                choices=("yearly", "monthly", "weekly", "daily", "hourly", "minutely", "secondly"),
            ),
            "start_date": Argument("moment", "the first date or moment, like 2024-01-31", "now"),
            "interval": Argument("whole", "every so many times", "1", least=1, most=10_000, plain=True),
            "count": Argument(
                "whole", "so many; then there are no more", least=1, most=MOST_NUMBER, plain=True
            ),
            "until": Argument("moment", "up to this date or moment; then there are no more"),
            "bymonth": Argument("wholes", "only in these months, 1 to 12", least=1, most=12, plain=True),
            "bymonthday": Argument(
                "wholes", "only on these days; -1: the last", least=-31, most=31, plain=True
            ),
            "byyearday": Argument(
                "wholes", "only on these days of the year", least=-366, most=366, plain=True
            ),
            "byweekday": Argument(
                "text",
                "only on these: MO, TU, WE, TH, FR, SA, SU; MO(+1): the month's or year's first Monday",
                plain=True,
                pattern=rf"{_DAY}(,{_DAY}){{0,20}}",
            ),
            "byhour": Argument("wholes", "only at these hours", least=0, most=23, plain=True),
            "byminute": Argument("wholes", "only at these minutes", least=0, most=59, plain=True),
            "bysecond": Argument(
                "wholes",
                "only at these seconds; Snowfakery also takes them for the weeks of the year",
                least=0,
                most=59,
                plain=True,
            ),
            "exclude": Argument("any", "a date, or another `Schedule.Event`, to leave out"),
            "include": Argument("any", "a date, or another `Schedule.Event`, to add"),
        },
        ("freq", "start_date", "interval", "count", "until"),
        fills=DATES,
        keeps_state=True,
        plugin=f"{_STANDARD}.Schedule",
    ),
)

_DATASET_ARGUMENTS = {
    "dataset": Argument(
        "file", "a CSV file with a header: `NAME.csv` or `tables/NAME.csv`", required=True, plain=True
    ),
    "repeat": Argument("flag", "begin again after the last row; false: an error", "true", plain=True),
    "name": Argument("text", "datasets of the same name go on together", plain=True),
    "parent": Argument("row", "begin anew for each of its rows", role="table"),
}
_DATASET = tuple(
    Declaration(
        f"Dataset.{name}",
        "files",
        f"The rows of a CSV file, {how}. Keep it in a hidden field and take columns: `${{{{ __row.city }}}}`.",
        f"Dataset.{name}: {{dataset: people.csv}}",
        _DATASET_ARGUMENTS,
        fills=frozenset({Kind.STRUCT, Kind.JSON}),
        keeps_state=True,
        plugin=f"{_STANDARD}.datasets.Dataset",
    )
    for name, how in (("iterate", "one after the other"), ("shuffle", "in random order"))
)

_FILE = (
    Declaration(
        "File.file_data",
        "files",
        "The text of a file.",
        "File.file_data: {file: terms.txt}",
        {
            "file": Argument(
                "file", "a text file: `NAME.txt`, `NAME.csv` or `tables/NAME.csv`", required=True, plain=True
            ),
            "encoding": Argument("text", "how it is written", "utf-8", choices=("utf-8",), plain=True),
        },
        ("file", "encoding"),
        fills=frozenset({Kind.STRING, Kind.BYTES}),
        plugin=f"{_STANDARD}.file.File",
    ),
)

_BASE64 = (
    Declaration(
        "Base64.encode",
        "texts",
        "A text of Latin letters in Base64.",
        "Base64.encode: some text",
        {"data": Argument("any", "the text", required=True)},
        ("data",),
        fills=frozenset({Kind.STRING, Kind.BYTES}),
        in_formulas=True,
        plugin=f"{_STANDARD}.base64.Base64",
    ),
)

PLUGIN_PATH = f"synth_core.recipe.plugin.{PLUGIN}"
PLUGINS: dict[str, Plugin] = {
    plugin.name: plugin
    for plugin in (
        Plugin(PLUGIN_PATH),
        Plugin(f"{_STANDARD}.Math", _MATH),
        Plugin(f"{_STANDARD}.Counters", _COUNTERS),
        Plugin(f"{_STANDARD}.Schedule", _SCHEDULE),
        Plugin(f"{_STANDARD}.datasets.Dataset", _DATASET),
        Plugin(f"{_STANDARD}.file.File", _FILE),
        Plugin(f"{_STANDARD}.base64.Base64", _BASE64),
    )
}
PLUGIN_FUNCTIONS: dict[str, Declaration] = {
    entry.name: entry for plugin in PLUGINS.values() for entry in plugin.entries
}

REFUSED_PLUGINS = {
    "UniqueId": "Its numbers are not the same in a second run; use `Synth.sequence`, `Synth.uuid` or `Synth.pattern`.",
    "StatisticalDistributions": "Without a seed it is not the same in a second run, with one it repeats a "
    "single value; use `Synth.quantiles`.",
    "Salesforce": "It talks to a server; recipes can't.",
    "SalesforceQuery": "It talks to a server; put the rows into a CSV file and use `Dataset.iterate`.",
    "SOQLDataset": "It talks to a server; put the rows into a CSV file and use `Dataset.iterate`.",
    "SnowfakeryVersion": "Write `- snowfakery_version: 3`.",
}
"""Standard plugins that are not allowed, by the name of their class or module, and what to do instead."""
