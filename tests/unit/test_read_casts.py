"""Text columns become typed ones exactly; what does not fit is named with its row."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any

import duckdb
import pytest

from synth_core.errors import SourceError
from synth_core.files.moment_formats import moment_formats
from synth_core.files.read import check_castable, typed_select
from synth_core.model.dialect import Dialect
from synth_core.model.inferred import Inferred
from synth_core.model.project import Column
from synth_core.model.types import BigQueryType, Kind, Mode

COMMA = Dialect(decimal=",", thousands=".")
GROUPED = Dialect(thousands=",")


def _utc(*parts: int) -> datetime:
    year, month, day, *clock = parts
    return datetime(year, month, day, *clock, tzinfo=UTC)  # type: ignore[misc]


@pytest.fixture
def con(con: duckdb.DuckDBPyConnection) -> duckdb.DuckDBPyConnection:
    con.execute("SET TimeZone = 'America/New_York'")
    return con


def _column(kind: Kind, text_format: str = "", name: str = "v", **parameters: Any) -> Column:
    return Column(
        name=name,
        type=Inferred(value=BigQueryType(kind=kind, **parameters)),
        mode=Inferred(value=Mode.NULLABLE),
        meaning=Inferred(value="unknown"),
        personal=Inferred(value=False),
        format=text_format,
    )


def _fill(con: duckdb.DuckDBPyConnection, values: list[str | None], name: str = "v") -> None:
    con.execute("CREATE SCHEMA IF NOT EXISTS raw")
    con.execute(f'CREATE OR REPLACE TABLE raw.t ("{name}" VARCHAR)')
    con.executemany("INSERT INTO raw.t VALUES (?)", [[value] for value in values])


_GOOD: list[tuple[Column, Dialect, str, Any]] = [
    (_column(Kind.INT64), Dialect(), "9223372036854775807", 9223372036854775807),
    (_column(Kind.INT64), Dialect(), " -5 ", -5),
    (_column(Kind.INT64), GROUPED, "-1,234,567", -1234567),
    (_column(Kind.INT64, "#%"), Dialect(), "12%", 12),
    (
        _column(Kind.NUMERIC, precision=38, scale=9),
        Dialect(),
        "12345678901234567890123456789.123456789",
        Decimal("12345678901234567890123456789.123456789"),
    ),
    (_column(Kind.NUMERIC, precision=10, scale=2), Dialect(), "1.10", Decimal("1.10")),
    (_column(Kind.NUMERIC, precision=10, scale=2), COMMA, "1.234,5", Decimal("1234.50")),
    (_column(Kind.NUMERIC, "$#", precision=10, scale=2), GROUPED, "-$1,234.50", Decimal("-1234.50")),
    (_column(Kind.NUMERIC, "# €", precision=10, scale=2), COMMA, "0,99 €", Decimal("0.99")),
    (_column(Kind.NUMERIC), Dialect(), ".5", Decimal("0.5")),
    (_column(Kind.BIGNUMERIC), Dialect(), "0.123456789012345678", Decimal("0.123456789012345678")),
    (_column(Kind.FLOAT64), Dialect(), "1e-3", 0.001),
    (_column(Kind.FLOAT64), COMMA, "1.000,5", 1000.5),
    (_column(Kind.BOOL), Dialect(), "TRUE", True),
    (_column(Kind.BOOL, "Y|N"), Dialect(), "N", False),
    (_column(Kind.DATE), Dialect(), "2020-02-29", date(2020, 2, 29)),
    (_column(Kind.DATE, "%d.%m.%Y"), Dialect(), "1.2.2020", date(2020, 2, 1)),
    (_column(Kind.DATE, "%-m/%-d/%y"), Dialect(), "3/4/69", date(1969, 3, 4)),
    (_column(Kind.DATE, "%Y%m%d"), Dialect(), "20200304", date(2020, 3, 4)),
    (_column(Kind.DATE, "%d %b %Y"), Dialect(), "4 mar 2020", date(2020, 3, 4)),
    (_column(Kind.DATETIME), Dialect(), "2020-01-02T03:04:05.123456", datetime(2020, 1, 2, 3, 4, 5, 123456)),
    (_column(Kind.DATETIME, "%m/%d/%Y %I:%M %p"), Dialect(), "1/2/2020 3:04 PM", datetime(2020, 1, 2, 15, 4)),
    (
        _column(Kind.TIMESTAMP),
        Dialect(),
        "2020-01-02 03:04:05 UTC",
        _utc(2020, 1, 2, 3, 4, 5),
    ),
    (_column(Kind.TIMESTAMP), Dialect(), "2020-01-02 03:04:05", _utc(2020, 1, 2, 3, 4, 5)),
    (_column(Kind.TIMESTAMP), Dialect(), "2020-01-02", _utc(2020, 1, 2)),
    (_column(Kind.TIMESTAMP), Dialect(), "2020-01-02T03:04:05Z", _utc(2020, 1, 2, 3, 4, 5)),
    (
        _column(Kind.TIMESTAMP),
        Dialect(),
        "2020-01-02 03:04:05+01:30",
        _utc(2020, 1, 2, 1, 34, 5),
    ),
    (
        _column(Kind.TIMESTAMP),
        Dialect(),
        "2020-01-02 03:04:05.5 -02",
        _utc(2020, 1, 2, 5, 4, 5, 500000),
    ),
    (
        _column(Kind.TIMESTAMP, "%Y-%m-%dT%H:%M:%S%z"),
        Dialect(),
        "2020-01-02T03:04:05Z",
        _utc(2020, 1, 2, 3, 4, 5),
    ),
    (
        _column(Kind.TIMESTAMP, "%d.%m.%Y %H:%M"),
        Dialect(),
        "02.01.2020 03:04",
        _utc(2020, 1, 2, 3, 4),
    ),
    (_column(Kind.TIME), Dialect(), "03:04:05.25", time(3, 4, 5, 250000)),
    (_column(Kind.TIME, "%I:%M %p"), Dialect(), "3:04 PM", time(15, 4)),
    (_column(Kind.BYTES, "hex"), Dialect(), "00fF", b"\x00\xff"),
    (_column(Kind.BYTES, "base64"), Dialect(), "AP8=", b"\x00\xff"),
    (_column(Kind.JSON), Dialect(), '{"b": 1,  "a": 2}', '{"b": 1,  "a": 2}'),
    (_column(Kind.STRING), Dialect(), " 007 ", " 007 "),
    (_column(Kind.GEOGRAPHY), Dialect(), "POINT(1 2)", "POINT(1 2)"),
    (
        _column(Kind.RANGE, element=Kind.DATE),
        Dialect(),
        "[2020-01-01, UNBOUNDED)",
        {"start": date(2020, 1, 1), "end": None},
    ),
]


@pytest.mark.parametrize(("column", "dialect", "text", "value"), _GOOD)
def test_cast_is_exact(
    con: duckdb.DuckDBPyConnection, column: Column, dialect: Dialect, text: str, value: Any
) -> None:
    _fill(con, [text, None])
    check_castable(con, "t", [column], dialect, "file.csv")
    relation = con.sql(typed_select("t", [column], dialect))
    found = [row[0] for row in relation.fetchall()]
    if isinstance(value, datetime) and value.tzinfo:
        found[0] = found[0].astimezone(UTC)
    assert found == [value, None]
    assert type(found[0]) is type(value)
    if column.type.value.kind is Kind.NUMERIC:
        precision, scale = column.type.value.precision or 38, column.type.value.scale
        assert str(relation.types[0]) == f"DECIMAL({precision},{9 if scale is None else scale})"


_BAD: list[tuple[Column, Dialect, str]] = [
    (_column(Kind.INT64), Dialect(), "1.5"),
    (_column(Kind.INT64), Dialect(), "1_000"),
    (_column(Kind.INT64), Dialect(), "0x1F"),
    (_column(Kind.INT64), Dialect(), "9223372036854775808"),
    (_column(Kind.INT64), GROUPED, "1,2"),
    (_column(Kind.INT64), Dialect(), ""),
    (_column(Kind.NUMERIC, precision=5, scale=2), Dialect(), "1.234"),
    (_column(Kind.NUMERIC, precision=5, scale=2), Dialect(), "12345.00"),
    (_column(Kind.NUMERIC, "$#", precision=5, scale=2), Dialect(), "€1"),
    (_column(Kind.FLOAT64), Dialect(), "1,5"),
    (_column(Kind.FLOAT64), COMMA, "1.5"),
    (_column(Kind.BOOL, "Y|N"), Dialect(), "yes"),
    (_column(Kind.DATE), Dialect(), "2020-02-30"),
    (_column(Kind.DATE), Dialect(), "2020-02-20 10:00:00"),
    (_column(Kind.DATE, "%d.%m.%Y"), Dialect(), "2020-02-20"),
    (_column(Kind.DATETIME), Dialect(), "2020-02-20 10:00:00+01"),
    (_column(Kind.DATETIME), Dialect(), "2020-02-20 10:00:00.1234567"),
    (_column(Kind.TIMESTAMP), Dialect(), "yesterday"),
    (_column(Kind.TIME), Dialect(), "25:00:00"),
    (_column(Kind.BYTES, "hex"), Dialect(), "abc"),
    (_column(Kind.BYTES, "base64"), Dialect(), "?"),
    (_column(Kind.JSON), Dialect(), "{a}"),
    (_column(Kind.INTERVAL), Dialect(), "soon"),
    (_column(Kind.RANGE, element=Kind.DATE), Dialect(), "[2020-01-01, 2020-99-01)"),
]


@pytest.mark.parametrize(("column", "dialect", "text"), _BAD)
def test_what_does_not_fit_is_named(
    con: duckdb.DuckDBPyConnection, column: Column, dialect: Dialect, text: str
) -> None:
    _fill(con, [None, text, text])
    with pytest.raises(SourceError) as caught:
        check_castable(con, "t", [column], dialect, "file.csv")
    assert "file.csv, row 2, column 'v'" in caught.value.message
    assert repr(text) in caught.value.message
    with pytest.raises(duckdb.Error, match="not castable"):
        con.execute(typed_select("t", [column], dialect)).fetchall()


def test_only_the_start_of_a_value_is_shown(con: duckdb.DuckDBPyConnection) -> None:
    _fill(con, ["x" * 100])
    with pytest.raises(SourceError) as caught:
        check_castable(con, "t", [_column(Kind.INT64)], Dialect(), "file.csv")
    assert "x" * 40 in caught.value.message and "x" * 41 not in caught.value.message


def test_interval(con: duckdb.DuckDBPyConnection) -> None:
    _fill(con, ["1-2 3 4:5:6.5", "-1-2 -3 -4:5:6"])
    column = _column(Kind.INTERVAL)
    check_castable(con, "t", [column], Dialect(), "file.csv")
    found = con.execute(f"SELECT v::VARCHAR FROM ({typed_select('t', [column], Dialect())})").fetchall()
    assert found == [("1 year 2 months 3 days 04:05:06.5",), ("-1 year -2 months -3 days -04:05:06",)]


def test_names_and_formats_can_not_be_sql(con: duckdb.DuckDBPyConnection) -> None:
    name = "o'x\"; DROP TABLE raw.t; --"
    con.execute("CREATE SCHEMA raw")
    con.execute('CREATE TABLE raw.t ("o\'x""; DROP TABLE raw.t; --" VARCHAR)')
    con.execute("INSERT INTO raw.t VALUES ('1''')")
    column = _column(Kind.INT64, "#'", name=name)
    check_castable(con, "t", [column], Dialect(), "file.csv")
    result = con.execute(typed_select("t", [column], Dialect()))
    assert [item[0] for item in result.description or []] == [name]
    assert result.fetchall() == [(1,)]


def test_only_formats_with_a_zone_have_an_offset() -> None:
    has_offset = {text: moment_formats(text)[0].has_offset for text in ("%H:%M%z", "%H %Z", "%H%:z", "%H%%z")}
    assert has_offset == {"%H:%M%z": True, "%H %Z": True, "%H%:z": True, "%H%%z": False}
