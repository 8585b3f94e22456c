"""Casting a recipe's values to the target's columns."""

from __future__ import annotations

import json
import math
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any
from uuid import UUID

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from yardstick import timed

from synth_core.engine.cast import Caster
from synth_core.engine.convert import Misfit, field_converter
from synth_core.errors import GenerationError
from synth_core.model.type_text import parse_ddl_columns

CEST = timezone(timedelta(hours=2))


def cast(ddl: str, *values: Any) -> list[Any]:
    """The values as the column `x` of that declaration."""
    caster = Caster("t", parse_ddl_columns(f"x {ddl}"))
    batch = caster.batch([{"x": value} for value in values])
    batch.validate(full=True)
    return batch.column(0).to_pylist()


@pytest.mark.parametrize(
    ("ddl", "value", "expected"),
    [
        ("INT64", "12", 12),
        ("INT64", " -12 ", -12),
        ("INT64", "12.0", 12),
        ("INT64", 12.0, 12),
        ("INT64", Decimal("12.00"), 12),
        ("INT64", np.int32(12), 12),
        ("INT64", 2**63 - 1, 2**63 - 1),
        ("INT64", str(-(2**63)), -(2**63)),
        ("INT64", Decimal(2**53 + 1), 2**53 + 1),
        ("FLOAT64", "1.5e3", 1500.0),
        ("FLOAT64", 2**53 + 1, 2.0**53),
        ("FLOAT64", Decimal("0.1"), 0.1),
        ("FLOAT64", "-Infinity", -math.inf),
        ("NUMERIC(10, 2)", "1.005", Decimal("1.00")),
        ("NUMERIC(10, 2)", Decimal("1.015"), Decimal("1.02")),
        ("NUMERIC(10, 2)", 0.285, Decimal("0.28")),
        ("NUMERIC(10, 2)", 0.295, Decimal("0.30")),
        ("NUMERIC(10, 2)", 7, Decimal("7.00")),
        ("NUMERIC(10, 2)", "99999999.99", Decimal("99999999.99")),
        ("NUMERIC(10, 2)", "99999999.994", Decimal("99999999.99")),
        ("NUMERIC", "1e28", Decimal("1e28")),
        ("BIGNUMERIC", "12345678901234567890.123456789012345678", Decimal("12345678901234567890.123456789012345678")),
        ("BIGNUMERIC", "99999999999999999999.999999999999999999", Decimal("99999999999999999999.999999999999999999")),
        ("NUMERIC", Decimal("9" * 29 + ".9999999994"), Decimal("9" * 29 + ".999999999")),
        ("BIGNUMERIC(60, 30)", "1e29", Decimal("1e29")),
        ("BOOL", "Yes", True),
        ("BOOL", "FALSE", False),
        ("BOOL", 0, False),
        ("BOOL", np.bool_(True), True),
        ("STRING", 12, "12"),
        ("STRING", 1.0, "1.0"),
        ("STRING", np.float64(0.1), "0.1"),
        ("STRING", True, "true"),
        ("STRING", Decimal("1E+3"), "1000"),
        ("STRING", date(2024, 12, 31), "2024-12-31"),
        ("STRING", datetime(2024, 12, 31, 5), "2024-12-31T05:00:00"),
        ("STRING", UUID(int=1), "00000000-0000-0000-0000-000000000001"),
        ("STRING", "ä".encode(), "ä"),
        ("STRING(2)", "äö", "äö"),
        ("GEOGRAPHY", "POINT(1 2)", "POINT(1 2)"),
        ("BYTES", "ä", "ä".encode()),
        ("BYTES(2)", b"\xff\x00", b"\xff\x00"),
        ("DATE", "2024-12-31", date(2024, 12, 31)),
        ("DATE", datetime(2024, 12, 31, 23, 59), date(2024, 12, 31)),
        ("DATE", "2024-12-31T23:59:59", date(2024, 12, 31)),
        ("DATE", datetime(2025, 1, 1, 1, tzinfo=CEST), date(2024, 12, 31)),
        ("DATETIME", date(2024, 12, 31), datetime(2024, 12, 31)),
        ("DATETIME", "2024-12-31 05:06:07.5", datetime(2024, 12, 31, 5, 6, 7, 500000)),
        ("DATETIME", datetime(2024, 12, 31, 5, tzinfo=CEST), datetime(2024, 12, 31, 3)),
        ("TIMESTAMP", datetime(2024, 12, 31, 5), datetime(2024, 12, 31, 5, tzinfo=UTC)),
        ("TIMESTAMP", "2024-12-31T05:00:00+02:00", datetime(2024, 12, 31, 3, tzinfo=UTC)),
        ("TIMESTAMP", "2024-12-31 05:00:00 UTC", datetime(2024, 12, 31, 5, tzinfo=UTC)),
        ("TIMESTAMP", date(2024, 12, 31), datetime(2024, 12, 31, tzinfo=UTC)),
        ("TIME", "05:06:07.000008", time(5, 6, 7, 8)),
        ("TIME", time(5, 6), time(5, 6)),
        ("INTERVAL", "-1-2 3 -4:05:06.5", pa.MonthDayNano([-14, 3, -14706_500000000])),
        ("INTERVAL", timedelta(days=-1, seconds=2), pa.MonthDayNano([0, -1, 2_000000000])),
        ("JSON", {"a": [1, Decimal("1.10"), None, True, "ä\""]}, '{"a":[1,1.10,null,true,"ä\\""]}'),
        ("JSON", [date(2024, 12, 31), 1.5, Decimal("-1E+2")], '["2024-12-31",1.5,-100]'),
        ("JSON", '{"a" : 1}', '{"a" : 1}'),
        ("JSON", "not json", '"not json"'),
        ("JSON", "NaN", '"NaN"'),
        ("JSON", "[" * 100_000, json.dumps("[" * 100_000)),
        ("JSON", False, "false"),
        ("RANGE<DATE>", "[2024-01-01, UNBOUNDED)", {"start": date(2024, 1, 1), "end": None}),
        ("RANGE<DATE>", {"start": "2024-01-01"}, {"start": date(2024, 1, 1), "end": None}),
        ("ARRAY<INT64>", ["1", 2.0], [1, 2]),
        ("ARRAY<INT64>", None, []),
        ("ARRAY<STRUCT<a BYTES, b ARRAY<STRING>>>", ({"a": "x"},), [{"a": b"x", "b": []}]),
        ("STRUCT<a STRUCT<b INT64>, c BOOL>", {"a": {"b": "1"}}, {"a": {"b": 1}, "c": None}),
        ("STRUCT<a INT64>", None, None),
        ("INT64", None, None),
    ],
)  # fmt: skip
def test_values_that_fit(ddl: str, value: Any, expected: Any) -> None:
    assert cast(ddl, value) == [expected]


@pytest.mark.parametrize(
    ("ddl", "value", "reason"),
    [
        ("INT64", 12.5, "12.5 is no INT64: it is not whole"),
        ("INT64", Decimal("12.5"), "it is not whole"),
        ("INT64", "12.5", "'12.5' is no INT64: it is not whole"),
        ("INT64", "1_000", "the text is no number"),
        ("INT64", 2**63, "beyond 64 bits"),
        ("INT64", Decimal("1e999999"), "beyond 64 bits"),
        ("INT64", True, "it is a Python bool"),
        ("INT64", math.nan, "cannot convert float NaN"),
        ("INT64", "", "the text is no number"),
        ("FLOAT64", True, "it is a Python bool"),
        ("FLOAT64", Decimal("1e400"), "too large"),
        ("FLOAT64", "٣", "the text is no number"),
        ("NUMERIC(10, 2)", "99999999.995", "more than 8 digits before the point"),
        ("NUMERIC(10, 2)", Decimal("123456789.5"), "more than 8 digits before the point"),
        ("NUMERIC", 10**29, "more than 29 digits before the point"),
        ("NUMERIC", math.inf, "it is not finite"),
        ("NUMERIC", Decimal("NaN"), "it is not finite"),
        ("NUMERIC", Decimal("1e999999999"), "more than 29 digits"),
        ("BOOL", "maybe", "neither yes nor no"),
        ("BOOL", 2, "only 0 and 1"),
        ("STRING(2)", "abc", "its length is 3, more than 2"),
        ("STRING", "\ud800", "half of a surrogate pair"),
        ("STRING", {"a": 1}, "it is a Python dict"),
        ("STRING", b"\xff", "can't decode byte"),
        ("BYTES(1)", "ä", "its length is 2, more than 1"),
        ("BYTES", 5, "it is a Python int"),
        ("DATE", 5, "it is a Python int"),
        ("DATE", "31.12.2024", "no date or time in ISO form"),
        ("DATE", "20241231", "no date or time in ISO form"),
        ("DATE", "2024-13-01", "month must be in 1..12"),
        ("TIMESTAMP", 5, "it is a Python int"),
        ("TIME", datetime(2024, 12, 31, 5), "it is a Python datetime"),
        ("TIME", time(5, tzinfo=UTC), "a TIME has no time zone"),
        ("TIME", "5 o'clock", "no time of day in ISO form"),
        ("INTERVAL", "3 days", "BigQuery's form"),
        ("JSON", math.nan, "JSON has no number nan"),
        ("JSON", b"x", "JSON has no form for a bytes"),
        ("JSON", ["\ud800"], "half of a surrogate pair"),
        ("RANGE<DATE>", "[2025-01-01, 2024-01-01)", "start is not before its end"),
        ("RANGE<DATE>", {"from": 1}, "a range has a start and an end"),
        ("ARRAY<INT64>", 5, "5 is no ARRAY<INT64>: a REPEATED field needs a list"),
        ("ARRAY<INT64>", [1, None], r"t.x\[1\], row 1: None is no INT64: an element of an array"),
        ("STRUCT<a INT64>", {"b": 1}, "it has no field 'b'"),
        ("STRUCT<a INT64>", "a", "a STRUCT needs its fields by name"),
        ("STRUCT<a ARRAY<STRUCT<b BOOL NOT NULL>>>", {"a": [{"b": 1}, {}]}, r"t.x.a\[1\].b, row 1: None is no"),
        ("INT64 NOT NULL", None, "the field is REQUIRED"),
        ("STRING(2) NOT NULL", None, "the field is REQUIRED"),
        ("STRUCT<a INT64> NOT NULL", None, "the field is REQUIRED"),
    ],
)  # fmt: skip
def test_values_that_do_not_fit(ddl: str, value: Any, reason: str) -> None:
    with pytest.raises(GenerationError, match=reason):
        cast(ddl, value)


def test_an_error_names_table_column_row_value_and_type() -> None:
    caster = Caster("orders", parse_ddl_columns("id INT64, price NUMERIC(4, 2)"))
    caster.batch([{"id": 1, "price": 1}] * 3)
    with pytest.raises(GenerationError) as error:
        caster.batch([{"id": 1, "price": "1.5"}, {"id": 2, "price": "1" * 200}])
    message = error.value.message
    assert message.startswith("orders.price, row 5: '1111")
    assert message.endswith("… is no NUMERIC(4, 2): it has more than 2 digits before the point.")
    assert len(message) < 200


def test_exactly_the_columns_in_their_order() -> None:
    caster = Caster("t", parse_ddl_columns("`Order ID` INT64 NOT NULL, b STRING, c ARRAY<STRING>"))
    batch = caster.batch([{"c": ["x"], "Order ID": 1}, {"Order ID": 2}])
    assert batch.to_pylist() == [
        {"Order ID": 1, "b": None, "c": ["x"]},
        {"Order ID": 2, "b": None, "c": []},
    ]
    assert batch.schema == caster.schema
    with pytest.raises(GenerationError, match="t, row 4: the target has no column 'd'"):
        caster.batch([{"Order ID": 1}, {"Order ID": 1, "d": 2}])


def test_no_rows() -> None:
    batch = Caster("t", parse_ddl_columns("a INT64, b ARRAY<STRUCT<c DATE>>")).batch([])
    assert (batch.num_rows, batch.schema.names) == (0, ["a", "b"])


TYPES = (
    *(
        "INT64",
        "INT64 NOT NULL",
        "FLOAT64",
        "NUMERIC",
        "NUMERIC(10, 2)",
        "BIGNUMERIC(38, 0)",
        "BIGNUMERIC(60, 30)",
    ),
    *("BOOL", "STRING", "STRING(3)", "BYTES", "BYTES(3)", "DATE", "DATETIME", "TIMESTAMP", "TIME"),
)
VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**70), 2**70),
    st.floats(),
    st.decimals(),
    st.text(),
    st.binary(max_size=5),
    st.dates(),
    st.datetimes(),
    st.datetimes(min_value=datetime(2, 1, 1), max_value=datetime(9998, 1, 1), timezones=st.just(CEST)),
    st.times(),
)


def pure(values: st.SearchStrategy[Any]) -> st.SearchStrategy[list[Any]]:
    return st.lists(values, min_size=1, max_size=5)


@given(
    st.sampled_from(TYPES),
    st.one_of(
        pure(VALUES),
        pure(st.integers(-(2**64), 2**64)),
        pure(st.one_of(st.none(), st.decimals(allow_nan=False, allow_infinity=False, places=2))),
        pure(st.datetimes()),
        pure(st.text()),
    ),
)
def test_many_at_once_are_cast_like_one_by_one(ddl: str, values: list[Any]) -> None:
    """The fast way through Arrow gives exactly what the rules give, or their error."""
    (field,) = parse_ddl_columns(f"x {ddl}")
    convert = field_converter(field)
    try:
        expected = [convert(value) for value in values]
    except Misfit as misfit:
        with pytest.raises(GenerationError) as error:
            cast(ddl, *values)
        assert misfit.reason in error.value.message
        return
    # NaN is not equal to itself, so compare what is printed.
    array = pa.array(expected, Caster("t", [field]).schema.field(0).type)
    assert repr(cast(ddl, *values)) == repr(array.to_pylist())


@given(st.integers(0, 9), st.decimals(allow_nan=False, allow_infinity=False, min_value=-1000, max_value=1000))
def test_decimals_are_rounded_half_to_even(scale: int, value: Decimal) -> None:
    expected = value.quantize(Decimal(1).scaleb(-scale), rounding=ROUND_HALF_EVEN)
    assert cast(f"NUMERIC({scale + 10}, {scale})", value) == [expected]


def test_speed() -> None:
    """200,000 cells a second on a quiet core; the bound leaves room for a busy one."""
    caster = Caster("t", parse_ddl_columns("a INT64, b STRING, c NUMERIC(10, 2), d DATE, e FLOAT64"))
    rows = [{"a": n, "b": f"name {n}", "c": n / 7, "d": date(2024, 1, 1), "e": "1.5"} for n in range(20_000)]
    with timed() as took:
        caster.batch(rows)
    assert 100_000 / took.seconds > 100_000
