"""Values in forms that databases, spreadsheets, logs and people write: known, read, and written back as they were."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time
from typing import Any

import duckdb
import pyarrow as pa
import pytest

from synth_core.files.casts import typed_select
from synth_core.files.cells import cell_text
from synth_core.model.dialect import Dialect
from synth_core.model.project import Column
from synth_core.stages.describe import describe_text

_GROUPED = Dialect(thousands=",")


@pytest.fixture
def con(con: duckdb.DuckDBPyConnection) -> duckdb.DuckDBPyConnection:
    con.execute("SET TimeZone = 'UTC'; CREATE SCHEMA raw")
    return con


def _described(con: duckdb.DuckDBPyConnection, values: Sequence[str], dialect: Dialect) -> Column:
    con.execute("CREATE OR REPLACE TABLE raw.t (val VARCHAR)")
    con.executemany("INSERT INTO raw.t VALUES (?)", [[value] for value in values])
    (column,), _, _ = describe_text(con, "raw.t", ["val"], dialect, table="t")
    return column


def _read(con: duckdb.DuckDBPyConnection, column: Column, dialect: Dialect) -> pa.Array:
    return con.sql(typed_select("t", [column], dialect)).to_arrow_table().column(0).combine_chunks()


@pytest.mark.parametrize(
    ("values", "type", "text_format", "first"),
    [
        (
            ["[15/May/2024:14:05:00 +0000]", "[02/Jun/2023:00:10:59 +0000]"],
            "TIMESTAMP",
            "[%d/%b/%Y:%H:%M:%S %z]",
            datetime(2024, 5, 15, 14, 5, tzinfo=UTC),
        ),
        (["14:05 Uhr", "09:30 Uhr", "23:59 Uhr"], "TIME", "%H:%M Uhr", time(14, 5)),
        (["03.05.2024, 14:05 Uhr", "17.06.2023, 09:30 Uhr"], "DATETIME", "%d.%m.%Y, %H:%M Uhr", None),
        (["14h05", "9h30", "23h59"], "TIME", "%-Hh%M", time(14, 5)),
        (["2:05 p.m.", "11:30 a.m.", "12:00 a.m."], "TIME", "%-I:%M %q", time(14, 5)),
        (["02:05 P.M.", "11:30 A.M."], "TIME", "%I:%M %^q", time(14, 5)),
        (["02:05 p. m.", "11:30 a. m."], "TIME", "%I:%M %:q", time(14, 5)),
        (
            ["Jan  5 2024  2:05PM", "Nov 15 2023 12:30AM", "May 25 2023  7:00AM"],
            "DATETIME",
            "%b %e %Y %l:%M%p",
            datetime(2024, 1, 5, 14, 5),
        ),
        (
            ["2024:05:15 14:05:00", "2023:06:02 00:10:59"],
            "DATETIME",
            "%Y:%m:%d %H:%M:%S",
            datetime(2024, 5, 15, 14, 5),
        ),
        (["202405151405", "202306020010"], "DATETIME", "%Y%m%d%H%M", datetime(2024, 5, 15, 14, 5)),
        (
            ["20240515140500Z", "20230602001059Z"],
            "TIMESTAMP",
            "%Y%m%d%H%M%SZ",
            datetime(2024, 5, 15, 14, 5, tzinfo=UTC),
        ),
        (
            ["Wed May 15 14:05:00 +0000 2024", "Fri Jun 02 00:10:59 +0000 2023"],
            "TIMESTAMP",
            "%a %b %d %H:%M:%S %z %Y",
            datetime(2024, 5, 15, 14, 5, tzinfo=UTC),
        ),
        (["15 mai 2024", "1er janvier 2023", "2 août 2022"], "DATE", "[fr]%-o %B %Y", date(2024, 5, 15)),
        (["15 мая 2024 г.", "1 июня 2023 г."], "DATE", "[ru]%-d %B %Y г.", date(2024, 5, 15)),
        (["1,23,456.50", "-98,765.25", "540.00"], "NUMERIC(31, 2)", "#,##.00", None),
        (["1,23,456", "7,65,43,210", "540"], "INT64", "#,##", 123_456),
        (["1,234,567", "540", "98,765"], "INT64", "", 1_234_567),
        (["−7", "12", "−130"], "INT64", "−#", -7),
        (["−7.5", "12.0", "−130.2"], "NUMERIC(30, 1)", "−#.0", None),
        (["VERDADERO", "FALSO", "FALSO"], "BOOL", "VERDADERO|FALSO", True),
        (["是", "否", "是"], "BOOL", "是|否", True),
    ],
)
def test_a_writing_is_known_and_kept(
    con: duckdb.DuckDBPyConnection, values: list[str], type: str, text_format: str, first: Any
) -> None:
    dialect = _GROUPED if "," in text_format or type == "INT64" else Dialect()
    column = _described(con, values, dialect)
    assert (str(column.type.value), column.format) == (type, text_format)
    read = _read(con, column, dialect)
    assert cell_text(column, dialect)(read).to_pylist() == values
    assert first is None or read[0].as_py() == first


@pytest.mark.parametrize(
    ("text", "hour"),
    [
        ("2024-07-01 10:00:00 CET", 9),
        ("2024-07-01 10:00:00 CEST", 8),
        ("2024-07-01 10:00:00 PST", 18),
        ("Mon Jul 01 10:00:00 EDT 2024", 14),
        ("Jul 1, 2024 10:00:00 AM PDT", 17),
        ("2024-07-01 10:00:00 Europe/Berlin", 8),
    ],
)
def test_an_abbreviation_is_one_offset_whatever_the_season(
    con: duckdb.DuckDBPyConnection, text: str, hour: int
) -> None:
    column = _described(con, [text], Dialect())
    assert str(column.type.value) == "TIMESTAMP"
    assert _read(con, column, Dialect())[0].as_py() == datetime(2024, 7, 1, hour, tzinfo=UTC)


def test_a_minus_of_typography_that_the_sample_has_not_makes_text(con: duckdb.DuckDBPyConnection) -> None:
    con.execute("CREATE TABLE raw.t AS SELECT '7' AS val FROM range(30000)")
    con.execute("INSERT INTO raw.t VALUES ('−7')")
    (column,), _, _ = describe_text(con, "raw.t", ["val"], Dialect(), table="t")
    assert str(column.type.value) == "STRING"


@pytest.mark.parametrize(
    ("scheme", "prefix", "type"),
    [("luhn", "35693803564", "STRING"), ("ean", "40063813339", "STRING"), ("none", "40063813339", "INT64")],
)
def test_numbers_with_a_check_digit_are_names(
    con: duckdb.DuckDBPyConnection, scheme: str, prefix: str, type: str
) -> None:
    bodies = [f"{int(prefix) + 37 * step}{step % 7}" for step in range(12)]
    values = [body + _check(scheme, body) for body in bodies]
    column = _described(con, values, Dialect())
    assert str(column.type.value) == type


def _check(scheme: str, body: str) -> str:
    if scheme == "none":
        return "5"
    digits = [int(digit) for digit in reversed(body)]
    if scheme == "ean":
        total = sum(digit * (3 if place % 2 == 0 else 1) for place, digit in enumerate(digits))
    else:
        total = sum(digit if place % 2 else sum(divmod(2 * digit, 10)) for place, digit in enumerate(digits))
    return str(-total % 10)
