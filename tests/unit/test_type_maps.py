"""BigQuery's types in Arrow and DuckDB, and theirs in BigQuery's."""

from __future__ import annotations

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from synth_core.errors import SourceError, TargetError
from synth_core.files.arrow import arrow_schema, arrow_type, field_from_arrow
from synth_core.files.duck import duckdb_type, field_from_duckdb
from synth_core.files.sql import quote
from synth_core.model.type_text import parse_ddl_columns, print_ddl_columns, print_type
from synth_core.model.types import Field

# What every map must carry without loss.
COLUMNS = parse_ddl_columns(
    """id INT64 NOT NULL, price NUMERIC(10, 2), plain NUMERIC, big BIGNUMERIC, huge BIGNUMERIC(38, 0),
    exact BIGNUMERIC(38, 20), ratio FLOAT64, ok BOOL, name STRING, raw BYTES, day DATE, at DATETIME,
    clock TIME, moment TIMESTAMP, gap INTERVAL, tags ARRAY<STRING>,
    lines ARRAY<STRUCT<`no "x"` INT64, amounts ARRAY<NUMERIC(5, 1)>, `park.key` STRUCT<`order` DATE>>>,
    `it's "quoted", ] ()` STRUCT<a INT64>"""
)
# What comes back as something plainer.
PLAINER = parse_ddl_columns("doc JSON, place GEOGRAPHY, span RANGE<DATE>, short STRING(20), six BYTES(6)")


def declared(table: str, con: duckdb.DuckDBPyConnection) -> tuple[Field, ...]:
    rows = con.execute(
        "SELECT column_name, data_type, is_nullable, comment FROM duckdb_columns() WHERE table_name = ?"
        " ORDER BY column_index",
        [table],
    ).fetchall()
    return tuple(field_from_duckdb(*row) for row in rows)


def create(fields: tuple[Field, ...], con: duckdb.DuckDBPyConnection) -> None:
    columns = ", ".join(
        f"{quote(field.name)} {duckdb_type(field)}{' NOT NULL' * (field.mode == 'REQUIRED')}"
        for field in fields
    )
    con.execute(f"CREATE TABLE made ({columns})")


def test_columns_keep_their_types_in_arrow() -> None:
    assert tuple(map(field_from_arrow, arrow_schema(COLUMNS))) == COLUMNS


def test_columns_keep_their_types_in_a_parquet_file(tmp_path) -> None:
    columns = tuple(field for field in COLUMNS if field.type.kind != "INTERVAL")
    pq.write_table(arrow_schema(columns).empty_table(), tmp_path / "a.parquet")
    assert tuple(map(field_from_arrow, pq.read_schema(tmp_path / "a.parquet"))) == columns


def test_columns_keep_their_types_in_duckdb() -> None:
    con = duckdb.connect()
    create(COLUMNS, con)
    assert declared("made", con) == COLUMNS
    con.execute("COMMENT ON COLUMN made.price IS 'in euros'")
    assert declared("made", con)[1].description == "in euros"


def test_plainer_columns() -> None:
    con = duckdb.connect()
    create(PLAINER, con)
    assert print_ddl_columns(declared("made", con)) == (
        "doc JSON,\nplace STRING,\nspan STRUCT<start DATE, `end` DATE>,\nshort STRING,\nsix BYTES"
    )
    assert print_ddl_columns(map(field_from_arrow, arrow_schema(PLAINER))) == (
        "doc STRING,\nplace STRING,\nspan STRUCT<start DATE, `end` DATE>,\nshort STRING,\nsix BYTES"
    )


def test_arrow_and_duckdb_mean_the_same() -> None:
    """An Arrow table of the one type goes into the other without a change of type."""
    con = duckdb.connect()
    fields = COLUMNS + tuple(field for field in PLAINER if field.type.kind != "JSON")
    create(fields, con)
    con.register("arrow", arrow_schema(fields).empty_table())
    types = con.execute("SELECT * FROM arrow LIMIT 0").description
    assert [(name, str(type_)) for name, type_, *_ in types] == [
        (name, str(type_)) for name, type_, *_ in con.execute("SELECT * FROM made").description
    ]


@pytest.mark.parametrize(
    ("declared_as", "expected"),
    [
        ("UTINYINT", "INT64"),
        ("UINTEGER", "INT64"),
        ("UBIGINT", "NUMERIC(20, 0)"),
        ("HUGEINT", "BIGNUMERIC(38, 0)"),
        ("UHUGEINT", "BIGNUMERIC(38, 0)"),
        ("BIGNUM", "STRING"),
        ("DECIMAL", "NUMERIC(18, 3)"),
        ("DECIMAL(38, 38)", "BIGNUMERIC(38, 38)"),
        ("DECIMAL(30, 0)", "BIGNUMERIC(30, 0)"),
        ("DECIMAL(29, 0)", "NUMERIC(29, 0)"),
        ("FLOAT", "FLOAT64"),
        ("ENUM('a', 'it''s', ')', ',')", "STRING"),
        ("UUID", "STRING"),
        ("BIT", "STRING"),
        ("TIMETZ", "STRING"),
        ("TIME_NS", "TIME"),
        ("TIMESTAMP_S", "DATETIME"),
        ("TIMESTAMP_MS", "DATETIME"),
        ("TIMESTAMP_NS", "DATETIME"),
        ("TIMESTAMPTZ", "TIMESTAMP"),
        ("TIMESTAMPTZ_NS", "TIMESTAMP"),
        ("JSON", "JSON"),
        ("VARIANT", "JSON"),
        ("GEOMETRY", "GEOGRAPHY"),
        ('"NULL"', "STRING"),
        ('STRUCT("a""b" INTEGER, e ENUM(\'[]\')[])', 'STRUCT<`a"b` INT64, e ARRAY<STRING>>'),
    ],
)
def test_types_that_duckdb_declares(declared_as: str, expected: str) -> None:
    con = duckdb.connect()
    con.execute(f"CREATE TABLE made (a {declared_as})")
    (field,) = declared("made", con)
    assert print_type(field.type) == expected
    assert field.mode == "NULLABLE"


@pytest.mark.parametrize(
    ("declared_as", "expected"),
    [
        ("INTEGER[]", "a ARRAY<INT64>"),
        ("INTEGER[3]", "a ARRAY<INT64>"),
        (
            "MAP(VARCHAR, STRUCT(x DATE)[])",
            "a ARRAY<STRUCT<key STRING NOT NULL, value ARRAY<STRUCT<x DATE>>>>",
        ),
        ("VARCHAR NOT NULL", "a STRING NOT NULL"),
    ],
)
def test_lists_and_maps_of_duckdb(declared_as: str, expected: str) -> None:
    con = duckdb.connect()
    con.execute(f"CREATE TABLE made (a {declared_as})")
    assert print_ddl_columns(declared("made", con)) == expected


@pytest.mark.parametrize(
    "type_text", ["UNION(n INTEGER, s VARCHAR)", "INTEGER[][]", "TUPLE(INTEGER, VARCHAR)"]
)
def test_duckdb_types_without_a_counterpart_are_named(type_text: str) -> None:
    con = duckdb.connect()
    con.execute(f"CREATE TABLE made (odd {type_text})")
    with pytest.raises(SourceError, match="column 'odd' has DuckDB's type") as error:
        declared("made", con)
    assert type_text in str(error.value)


@pytest.mark.parametrize(
    "type_text",
    ["", "STRUCT(", "STRUCT(a", "NEW_TYPE", "STRUCT(a INTEGER", "DECIMAL(50,0)", "'", "STRUCT(" * 50],
)
def test_unreadable_duckdb_types_are_refused(type_text: str) -> None:
    with pytest.raises(SourceError, match="has no counterpart"):
        field_from_duckdb("odd", type_text, True, None)


@pytest.mark.parametrize(
    ("arrow", "expected"),
    [
        (pa.int8(), "a INT64"),
        (pa.uint32(), "a INT64"),
        (pa.uint64(), "a NUMERIC(20, 0)"),
        (pa.float16(), "a FLOAT64"),
        (pa.decimal128(10, 2), "a NUMERIC(10, 2)"),
        (pa.decimal128(38, 0), "a BIGNUMERIC(38, 0)"),
        (pa.decimal256(50, 20), "a BIGNUMERIC(50, 20)"),
        (pa.large_string(), "a STRING"),
        (pa.string_view(), "a STRING"),
        (pa.binary(16), "a BYTES"),
        (pa.date64(), "a DATE"),
        (pa.time32("ms"), "a TIME"),
        (pa.timestamp("ns"), "a DATETIME"),
        (pa.timestamp("ms", tz="Europe/Berlin"), "a TIMESTAMP"),
        (pa.duration("ns"), "a INT64"),
        (pa.null(), "a STRING"),
        (pa.uuid(), "a STRING"),
        (pa.json_(), "a JSON"),
        (pa.dictionary(pa.int8(), pa.string()), "a STRING"),
        (pa.dictionary(pa.int8(), pa.int64()), "a INT64"),
        (pa.large_list(pa.date32()), "a ARRAY<DATE>"),
        (pa.list_(pa.int64(), 3), "a ARRAY<INT64>"),
        (pa.map_(pa.string(), pa.float64()), "a ARRAY<STRUCT<key STRING NOT NULL, value FLOAT64>>"),
        (
            pa.struct([pa.field("b", pa.int64(), nullable=False), ("c", pa.list_(pa.string()))]),
            "a STRUCT<b INT64 NOT NULL, c ARRAY<STRING>>",
        ),
    ],
)
def test_types_that_arrow_declares(arrow: pa.DataType, expected: str) -> None:
    assert print_ddl_columns([field_from_arrow(pa.field("a", arrow))]) == expected


@pytest.mark.parametrize(
    "arrow",
    [
        pa.list_(pa.list_(pa.int64())),
        pa.dense_union([pa.field("x", pa.int64())]),
        pa.decimal256(76, 0),
        pa.struct([]),
    ],
)
def test_arrow_types_without_a_counterpart_are_named(arrow: pa.DataType) -> None:
    with pytest.raises(SourceError, match="column 'odd' has the Arrow type"):
        field_from_arrow(pa.field("odd", arrow))


def test_more_digits_than_duckdb_has() -> None:
    (field,) = parse_ddl_columns("a BIGNUMERIC(50, 20)")
    assert arrow_type(field) == pa.decimal256(50, 20)
    with pytest.raises(TargetError, match="column 'a': DuckDB has no exact type for BIGNUMERIC"):
        duckdb_type(field)
