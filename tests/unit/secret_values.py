"""Tables whose values can be searched for: of every type of numbers, dates and times, plain and nested.

The distance from one value to the next grows so fast that a mean of up to 24 of them is none of them, unless all
are the same. So a value that is found somewhere was copied.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import duckdb
from hypothesis import strategies as st
from typed_tables import add_rows

from synth_core.model.inferred import Inferred
from synth_core.model.project import Table
from synth_core.model.rule import Rule

_STEPS = [20 * 29**i for i in range(4)]
_MOMENT = datetime(1950, 3, 4, 5, 6, 7, 891011)
_CLOCK = datetime(1, 1, 1, 1, 2, 3, 11)
VALUES: dict[str, list[Any]] = {
    "BIGINT": [4_000_000_000_000_000 + step for step in _STEPS],
    "DECIMAL(18,2)": [Decimal("81234567.25") + step for step in _STEPS],
    "DOUBLE": [61234567.75 + step for step in _STEPS],
    "DATE": [date(1930, 1, 1) + timedelta(step) for step in _STEPS],
    "TIMESTAMP": [_MOMENT + timedelta(seconds=step) for step in _STEPS],
    "TIMESTAMPTZ": [(_MOMENT + timedelta(seconds=7 + step)).replace(tzinfo=UTC) for step in _STEPS],
    "TIME": [(_CLOCK + timedelta(milliseconds=step)).time() for step in _STEPS],
}
GAPS = [7_654_321 + step for step in _STEPS]
"""Seconds from `begun` to `ended`."""
COLUMNS = {kind.split("(")[0].lower(): kind for kind in VALUES}
FIELDS = ("begun", "ended", *(f"{name}{form}" for name in COLUMNS for form in ("", "_list", "_nested")))
_BIGQUERY = {
    "BIGINT": "INT64",
    "DECIMAL(18,2)": "NUMERIC(18, 2)",
    "DOUBLE": "FLOAT64",
    "TIMESTAMP": "DATETIME",
    "TIMESTAMPTZ": "TIMESTAMP",
}

frequencies = st.lists(st.integers(0, 14), min_size=4, max_size=4)
"""How many rows have the first value of each type, the second one, and so on."""


def secret_table(
    con: duckdb.DuckDBPyConnection, rows: Sequence[int], *, personal: bool, key: tuple[str, ...] = ()
) -> Table:
    """Each type as a column, as a list of the same value twice and as a field, and two columns in order."""
    declared, types = ["begun TIMESTAMP", "ended TIMESTAMP"], {}
    for name, kind in COLUMNS.items():
        declared += [f"{name} {kind}", f"{name}_list {kind}[]", f"{name}_nested STRUCT(leaf {kind})"]
        found = _BIGQUERY.get(kind, kind)
        types |= {name: found, f"{name}_list": found, f"{name}_nested": f"STRUCT<leaf {found}>"}
    made = []
    for index, times in enumerate(rows):
        cells: list[Any] = []
        for kind in COLUMNS.values():
            value = VALUES[kind][index]
            cells += [value, [value, value], {"leaf": value}]
        for number in range(times):
            begun = datetime(2001, 1, 1) + timedelta(seconds=1_000_003 * number + 17 * index)
            made.append((begun, begun + timedelta(seconds=GAPS[index]), *cells))
    table = add_rows(
        con,
        "t",
        ", ".join(declared),
        made,
        types=types,
        repeated=tuple(f"{name}_list" for name in COLUMNS),
        personal=FIELDS if personal else (),
        key=key,
    )
    rule = Inferred[Rule](value=Rule(kind="ordered", columns=("begun", "ended")))
    return table.model_copy(update={"rules": (rule,)})


def spellings() -> Iterator[tuple[int, str]]:
    """(index of its frequency, text) of each way in which a value may be written."""
    for values in (*VALUES.values(), GAPS):
        for index, value in enumerate(values):
            if isinstance(value, (date, time)):
                moment = value.replace(tzinfo=None) if isinstance(value, datetime) else value
                yield index, str(moment)
                yield index, moment.isoformat()
            else:
                yield index, str(value)
                yield index, repr(float(value))
