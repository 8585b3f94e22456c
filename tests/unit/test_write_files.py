"""NDJSON and Parquet, and what all files have in common: whole or not there, the same rows the same bytes."""

from __future__ import annotations

import gzip
import hashlib
import json
import math
import resource
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from yardstick import timed

from synth_core.engine.cast import Caster
from synth_core.errors import TargetError
from synth_core.files import write_parquet
from synth_core.files.arrow import field_from_arrow
from synth_core.files.write import Writer, open_writer
from synth_core.model.dialect import Dialect
from synth_core.model.inferred import Inferred
from synth_core.model.project import Column, SourceKind
from synth_core.model.type_text import parse_ddl_columns

NESTED = """id INT64 NOT NULL, price NUMERIC(10, 2), exact NUMERIC, ratio FLOAT64, ok BOOL, `na"me` STRING, raw BYTES,
    day DATE, at DATETIME, moment TIMESTAMP, clock TIME, doc JSON, tags ARRAY<STRING>,
    lines ARRAY<STRUCT<n INT64, cut STRUCT<a DATE, b ARRAY<NUMERIC(5, 1)>>>>, span RANGE<DATE>"""
MOMENT = datetime(2024, 3, 9, 5, 6, 7)
FULL = {
    "id": 2**63 - 1,
    "price": Decimal("1.10"),
    "exact": Decimal("12345678901234567890.000000001"),
    "ratio": 0.1,
    "ok": True,
    'na"me': 'ä "q" \\ \n\t\x01 \u2028 🙂',
    "raw": b"\xff\x00",
    "day": date(2024, 3, 9),
    "at": MOMENT.replace(microsecond=5),
    "moment": MOMENT,
    "clock": time(5, 6, 7),
    "doc": '{"a":\n [1, "x"]}',
    "tags": ["a", 'b"'],
    "lines": [{"n": 1, "cut": {"a": date(2024, 3, 9), "b": [Decimal("0.5"), 1]}}, {"n": None, "cut": None}],
    "span": {"start": date(2024, 3, 9)},
}
ROWS: list[dict[str, Any]] = [FULL, {"id": 0}, {"id": 1, "tags": [], "lines": [{}], "ratio": math.inf}]


def columns(ddl: str) -> tuple[Column, ...]:
    return tuple(
        Column(
            name=field.name,
            type=Inferred(value=field.type),
            mode=Inferred(value=field.mode),
            meaning=Inferred(value="unknown"),
            personal=Inferred(value=False),
        )
        for field in parse_ddl_columns(ddl)
    )


def write(
    path: Path, kind: SourceKind, ddl: str, rows: list[dict[str, Any]], batch: int = 1000, **how: Any
) -> Any:
    made_of = columns(ddl)
    caster = Caster("t", [column.field for column in made_of])
    with open_writer(path, kind, made_of, Dialect(**how) if how else None) as writer:
        for start in range(0, len(rows), batch):
            writer.write(caster.batch(rows[start : start + batch]))
        return writer.close()


# --- NDJSON -------------------------------------------------------------------------------------------------


def test_ndjson_keeps_everything(tmp_path: Path) -> None:
    path = tmp_path / "a.ndjson"
    written = write(path, SourceKind.NDJSON, NESTED, ROWS)
    lines = path.read_bytes().split(b"\n")
    assert lines.pop() == b""
    assert (len(lines), written.rows) == (3, 3)
    full, empty, third = (json.loads(line, parse_float=Decimal) for line in lines)
    assert full == {
        **FULL,
        "ratio": Decimal("0.1"),
        "raw": "/wA=",
        "day": "2024-03-09",
        "at": "2024-03-09T05:06:07.000005",
        "moment": "2024-03-09T05:06:07Z",
        "clock": "05:06:07",
        "doc": {"a": [1, "x"]},
        "lines": [{"n": 1, "cut": {"a": "2024-03-09", "b": [Decimal("0.5"), 1]}}, {"n": None, "cut": None}],
        "span": {"start": "2024-03-09", "end": None},
    }
    assert list(full) == [column.name for column in columns(NESTED)]
    assert b'"price":1.10,"exact":12345678901234567890.000000001,' in lines[0]
    assert empty == dict.fromkeys(full) | {"id": 0, "tags": [], "lines": []}
    assert (third["lines"], third["ratio"]) == ([{"n": None, "cut": None}], "Infinity")


def test_duckdb_reads_ndjson_as_the_types_it_was_made_of(tmp_path: Path) -> None:
    path = tmp_path / "a.ndjson"
    write(path, SourceKind.NDJSON, "exact DECIMAL(30, 9), ratio FLOAT64, moment TIMESTAMP", ROWS_OF_THREE)
    con = duckdb.connect()
    # (read_json would take every number for a double first.)
    types = '{"exact": "DECIMAL(30, 9)", "ratio": "DOUBLE", "moment": "TIMESTAMPTZ"}'
    rows = "SELECT json_transform_strict(json, ?) AS r FROM read_ndjson_objects(?)"
    sql = f"SELECT r.exact, r.ratio, r.moment AT TIME ZONE 'UTC' FROM ({rows})"
    found = con.execute(sql, [types, str(path)]).fetchall()
    assert found == [tuple(row.values()) for row in ROWS_OF_THREE]


ROWS_OF_THREE = [
    {"exact": Decimal("12345678901234567890.000000001"), "ratio": 1e300, "moment": MOMENT},
    {"exact": Decimal("0.000000001"), "ratio": -math.inf, "moment": MOMENT.replace(microsecond=1)},
]

JSON_VALUES = st.recursive(
    st.one_of(
        st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False, allow_infinity=False), st.text()
    ),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.text(), inner, max_size=3)),
    max_leaves=5,
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    st.lists(
        st.fixed_dictionaries(
            {
                "a": st.one_of(st.none(), st.text()),
                "b": st.lists(
                    st.fixed_dictionaries({"x": st.none() | st.text(), "y": st.lists(st.integers(0, 9))})
                ),
                "c": JSON_VALUES,
            }
        ),
        max_size=5,
    ),
    st.integers(1, 5),
)
def test_any_text_and_nesting_reads_back(tmp_path: Path, rows: list[dict[str, Any]], batch: int) -> None:
    ddl = "a STRING, b ARRAY<STRUCT<x STRING, y ARRAY<INT64>>>, c JSON"
    path = tmp_path / "a.ndjson"
    write(path, SourceKind.NDJSON, ddl, rows, batch)
    # A text that is JSON itself stays JSON in a JSON column.
    assert [json.loads(line) for line in path.read_text().split("\n")[:-1]] == [
        {**row, "c": as_json(row["c"])} for row in rows
    ]


def as_json(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value, parse_constant=lambda word: value)
    except ValueError:
        return value


# --- Parquet ------------------------------------------------------------------------------------------------


def test_parquet_keeps_everything(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    written = write(path, SourceKind.PARQUET, NESTED, ROWS)
    made_of = [column.field for column in columns(NESTED)]
    expected = Caster("t", made_of).batch(ROWS)
    table = pq.read_table(path)
    assert table.to_pylist() == expected.to_pylist()
    plain = [field for field in made_of if field.name not in ("doc", "span")]
    assert [
        found for found in map(field_from_arrow, table.schema) if found.name not in ("doc", "span")
    ] == plain
    assert (written.rows, written.bytes) == (3, path.stat().st_size)
    assert written.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()


def test_parquet_bytes_do_not_depend_on_batches(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(write_parquet, "ROW_GROUP", 100)
    rows = [{"a": n % 7 or None, "b": [str(n)] * (n % 3)} for n in range(250)]
    made = [
        write(tmp_path / f"{size}", SourceKind.PARQUET, "a INT64, b ARRAY<STRING>", rows, size)
        for size in (1, 99, 100, 101, 250)
    ]
    assert len({written.sha256 for written in made}) == 1
    found = pq.ParquetFile(tmp_path / "99")
    assert [found.metadata.row_group(n).num_rows for n in range(found.num_row_groups)] == [100, 100, 50]
    assert found.read().to_pylist() == rows


def test_parquet_keeps_no_more_than_a_row_group_in_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(write_parquet, "ROW_GROUP", 1500)
    with opened(tmp_path / "a", SourceKind.PARQUET, {}) as writer:
        sizes = []
        for _ in range(3):
            writer.write(batch())
            sizes.append((tmp_path / "a.part").stat().st_size)
    # Row groups are on disk after 1500 and 3000 rows; the stream's own buffer may hold a little back.
    assert sizes[0] < 10_000 < 50_000 < sizes[1] < 100_000 < sizes[2]


def test_parquet_without_rows(tmp_path: Path) -> None:
    assert write(tmp_path / "a", SourceKind.PARQUET, NESTED, []).rows == 0
    assert pq.read_table(tmp_path / "a").num_rows == 0


def test_parquet_refuses_intervals(tmp_path: Path) -> None:
    with pytest.raises(TargetError, match=r"column 'a\.b' is an INTERVAL"):
        write(tmp_path / "a", SourceKind.PARQUET, "a STRUCT<b INTERVAL>", [])
    assert not list(tmp_path.iterdir())


# --- all files ----------------------------------------------------------------------------------------------

KINDS = [
    (SourceKind.DELIMITED, "a.csv", {}),
    (SourceKind.DELIMITED, "a.csv.gz", {"compression": "gzip"}),
    (SourceKind.NDJSON, "a.ndjson", {}),
    (SourceKind.NDJSON, "a.ndjson.gz", {}),
    (SourceKind.PARQUET, "a.parquet", {}),
]
BULK = [{"a": n, "b": f"name {n}"} for n in range(3000)]


@pytest.mark.parametrize(("kind", "name", "how"), KINDS)
def test_the_same_rows_give_the_same_bytes(
    tmp_path: Path, kind: SourceKind, name: str, how: dict[str, Any]
) -> None:
    one = write(tmp_path / name, kind, "a INT64, b STRING", BULK, **how)
    (tmp_path / "other").mkdir()
    other = write(tmp_path / "other" / f"{name}", kind, "a INT64, b STRING", BULK, 700, **how)
    assert one == other
    data = (tmp_path / name).read_bytes()
    assert (one.rows, one.bytes, one.sha256) == (3000, len(data), hashlib.sha256(data).hexdigest())
    if name.endswith(".gz"):
        assert data[:10] == b"\x1f\x8b\x08\x00\0\0\0\0\x00\xff"  # no name, no time
        assert b"name 2999" in gzip.decompress(data)


@pytest.mark.parametrize(("kind", "name", "how"), KINDS)
def test_an_error_leaves_nothing(tmp_path: Path, kind: SourceKind, name: str, how: dict[str, Any]) -> None:
    with pytest.raises(ZeroDivisionError), opened(tmp_path / name, kind, how) as writer:
        writer.write(batch())
        assert [path.name for path in tmp_path.iterdir()] == [f"{name}.part"]
        raise ZeroDivisionError
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(("kind", "name", "how"), KINDS)
def test_no_space_left(tmp_path: Path, kind: SourceKind, name: str, how: dict[str, Any]) -> None:
    (tmp_path / name).write_text("the old one")
    with (
        pytest.raises(TargetError, match=r"a\..* can't be written: File too large\. Check that the folder"),
        files_of_at_most(1000),
        opened(tmp_path / name, kind, how) as writer,
    ):
        for _ in range(100):
            writer.write(batch())
        writer.close()
    assert [path.name for path in tmp_path.iterdir()] == [name]
    assert (tmp_path / name).read_text() == "the old one"


@contextmanager
def files_of_at_most(size: int) -> Iterator[None]:
    """The operating system's own limit, as real as a full disk."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, handler)


def opened(path: Path, kind: SourceKind, how: dict[str, Any]) -> Writer:
    return open_writer(path, kind, columns("a INT64, b STRING"), Dialect(**how))


def batch() -> pa.RecordBatch:
    # Hashes don't compress.
    texts = [hashlib.sha256(str(n).encode()).hexdigest() for n in range(1000)]
    return pa.record_batch({"a": range(1000), "b": texts}, pa.schema([("a", pa.int64()), ("b", pa.string())]))


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(TargetError, match=r"none/a.csv can't be written: No such file"):
        opened(tmp_path / "none" / "a.csv", SourceKind.DELIMITED, {})


def test_closing_twice_and_leaving_open(tmp_path: Path) -> None:
    with opened(tmp_path / "a", SourceKind.DELIMITED, {}) as writer:
        writer.write(batch())
    assert writer.close() == writer.close()
    assert writer.close().rows == 1000
    assert [path.name for path in tmp_path.iterdir()] == ["a"]


def test_a_batch_of_other_columns_is_refused(tmp_path: Path) -> None:
    for schema in (pa.schema([("b", pa.string()), ("a", pa.int64())]), pa.schema([("a", pa.int64())])):
        with (
            pytest.raises(ValueError, match="the batch has columns"),
            opened(tmp_path / "a", SourceKind.NDJSON, {}) as writer,
        ):
            writer.write(pa.RecordBatch.from_pylist([], schema))
    with pytest.raises(ValueError, match="delimited, Parquet or NDJSON, not warehouse"):
        opened(tmp_path / "a", SourceKind.WAREHOUSE, {})


@pytest.mark.parametrize(("kind", "least"), [(SourceKind.DELIMITED, 60_000), (SourceKind.NDJSON, 40_000)])
def test_speed(tmp_path: Path, kind: SourceKind, least: int) -> None:
    """Rows a second of five columns; the bounds leave much room for a busy machine."""
    made_of = columns("a INT64, b STRING, c NUMERIC(10, 2), d DATE, e TIMESTAMP")
    rows = [
        {"a": n, "b": f"name, {n}", "c": Decimal(n) / 4, "d": date(2024, 1, 1), "e": MOMENT}
        for n in range(50_000)
    ]
    made = Caster("t", [column.field for column in made_of]).batch(rows)
    with timed() as took, open_writer(tmp_path / "a", kind, made_of, None) as writer:
        writer.write(made)
    assert 50_000 / took.seconds > least
