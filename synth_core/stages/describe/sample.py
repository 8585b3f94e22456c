"""A bounded look at a table: how many values each column has, and a sample of them as text."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import duckdb

from synth_core.files.sql import quote

SAMPLE_ROWS = 5000
_FEW = 200
"""A column with fewer values in the sample than this gets values from the whole table."""
_AT_ONCE = 500
"""Columns in one query: ordering rows of thousands takes the square of their number."""
SIDE_BY_SIDE = 50
"""Rows of which it is known which values stand in the same one."""
LONGEST = 4000
"""Characters of a value that are looked at."""


@dataclass(frozen=True)
class Sample:
    """One column: rows and non-null values of the whole table, and some values with their counts."""

    name: str
    rows: int
    present: int
    """Values that are not NULL, in the whole table."""
    values: Counter[str]
    """Sampled values as text, blanks around them removed."""
    side_by_side: tuple[str | None, ...] = ()
    """Of some sampled rows, the same for all columns of a table."""


def take_sample(con: duckdb.DuckDBPyConnection, table: str, names: Sequence[str]) -> tuple[Sample, ...]:
    """Count the values of each column exactly and sample them. `table` is the quoted name of a base table.

    The same rows are taken each time.
    """
    if not names:
        return ()
    counted = con.execute(f"SELECT count(*) FROM {table}").fetchone()
    if counted is None:
        raise AssertionError("an aggregate always gives a row")
    rows = int(counted[0])
    step = max(1, rows // SAMPLE_ROWS)
    columns = con.table(table)
    kinds = dict(zip(columns.columns, map(str, columns.types), strict=True))
    taken: list[tuple[str | None, ...]] = []
    for start in range(0, len(names), _AT_ONCE):
        texts = ", ".join(_text(name, kinds[name]) for name in names[start : start + _AT_ONCE])
        found = con.execute(f"SELECT {texts} FROM {table} WHERE hash(rowid) % {step} = 0 ORDER BY rowid")
        part = found.fetchall()
        taken += zip(*part, strict=True) if part else [()] * min(_AT_ONCE, len(names) - start)
    # Where all rows are taken there is nothing to ask for.
    present = _present(con, table, names) if step > 1 else ()
    samples = []
    for number, name in enumerate(names):
        values = [value for value in taken[number] if value is not None]
        filled = present[number] if present else len(values)
        if len(values) < min(_FEW, filled):
            some = f"FROM {table} WHERE {quote(name)} IS NOT NULL ORDER BY rowid LIMIT {_FEW}"
            values = [row[0] for row in con.execute(f"SELECT {_text(name, kinds[name])} {some}").fetchall()]
        together = tuple(taken[number][:SIDE_BY_SIDE])
        samples.append(Sample(name, rows, filled, Counter(map(str.strip, values)), together))
    return tuple(samples)


def _present(con: duckdb.DuckDBPyConnection, table: str, names: Sequence[str]) -> tuple[int, ...]:
    """How many values each column has."""
    counts = ", ".join(f"count({quote(name)})" for name in names)
    return con.execute(f"SELECT {counts} FROM {table}").fetchone() or ()


def sample_query(con: duckdb.DuckDBPyConnection, query: str) -> Counter[str]:
    """The first values, as text, of a query of one column `v`."""
    text = f"left({_written('v')}, {LONGEST})"
    rows = con.execute(f"SELECT {text} FROM ({query}) WHERE v IS NOT NULL LIMIT {SAMPLE_ROWS}").fetchall()
    return Counter(row[0].strip() for row in rows)


def _text(name: str, kind: str) -> str:
    # The whole rule for each of thousands of columns would take the database longer to understand than to answer.
    text = quote(name)
    if kind in ("DOUBLE", "FLOAT"):
        text = _written(text)
    elif kind != "VARCHAR":
        text = f"CAST({text} AS VARCHAR)"
    return f"left({text}, {LONGEST})"


def _written(value: str) -> str:
    """As a person would write it: a phone number that some tool kept as a floating point number has no `.0`."""
    text = f"CAST({value} AS VARCHAR)"
    is_float = f"typeof({value}) IN ('DOUBLE', 'FLOAT')"
    whole = f"regexp_full_match({text}, '-?[0-9]+\\.0|-?[0-9.]+e\\+1[0-8]')"
    number = f"CAST(TRY_CAST({text} AS DECIMAL(38, 0)) AS VARCHAR)"
    return f"CASE WHEN {is_float} AND {whole} THEN coalesce({number}, {text}) ELSE {text} END"
