"""What a DuckDB file can do that not every warehouse can: names, keys, ranges, files in a folder."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pytest
from warehouse_kit import (
    ANN,
    BOB,
    NULLABLE,
    PEOPLE,
    REPEATED,
    described,
    field,
    fill,
    load_files,
    rows_of,
    table,
)

from synth_core.adapters.duckdb import DuckDBWarehouse
from synth_core.errors import TargetError
from synth_core.files.arrow import arrow_schema
from synth_core.files.write import open_writer
from synth_core.model.dialect import Dialect
from synth_core.model.project import SourceKind

WEIRD = "od\"d ta'ble.é; DROP"


@pytest.fixture
def warehouse(tmp_path: Path) -> Iterator[DuckDBWarehouse]:
    opened = DuckDBWarehouse(tmp_path / "target.duckdb")
    yield opened
    opened.close()


def test_any_text_is_a_name(warehouse: DuckDBWarehouse, tmp_path: Path) -> None:
    odd = table(WEIRD, field("park.key", "INT64"), field('say "hi"', "STRING"), primary_key=("park.key",))
    row = {"park.key": 1, 'say "hi"': "é"}
    fill(warehouse, tmp_path, "append", (odd, [row]))
    assert warehouse.tables() == [WEIRD]
    assert rows_of(warehouse, WEIRD) == [row]
    assert warehouse.schema(WEIRD).primary_key == ("park.key",)


def test_ranges_go_through_ndjson(warehouse: DuckDBWarehouse, tmp_path: Path) -> None:
    spans = table("spans", field("span", "RANGE<DATE>"))
    rows = [{"span": {"start": datetime.date(2026, 1, 1), "end": None}}, {"span": None}]
    file = tmp_path / "spans.ndjson"
    with open_writer(file, SourceKind.NDJSON, described(spans.fields), None) as writer:
        writer.write(pa.RecordBatch.from_pylist(rows, schema=arrow_schema(spans.fields)))
    staging = warehouse.create_staging("run", spans)
    assert warehouse.load(staging, load_files(spans, SourceKind.NDJSON, file)) == 2
    assert rows_of(warehouse, staging) == rows


@pytest.mark.parametrize("run", ["a", "b", "c", "d", "e"])
def test_a_missing_value_names_its_column_in_any_staging_table(
    warehouse: DuckDBWarehouse, tmp_path: Path, run: str
) -> None:
    file = tmp_path / "people.csv"
    file.write_text("id,name\n,Bob\n")
    staging = warehouse.create_staging(run, PEOPLE)
    with pytest.raises(TargetError, match=r"'id'.*REQUIRED"):
        warehouse.load(staging, load_files(PEOPLE, SourceKind.DELIMITED, file, dialect=Dialect()))


def test_extraction_writes_to_a_folder(warehouse: DuckDBWarehouse, tmp_path: Path) -> None:
    fill(warehouse, tmp_path, "append", (PEOPLE, [ANN, BOB]))
    dialect = Dialect(delimiter="|", header_rows=0)
    (path,) = warehouse.extract("people", str(tmp_path / "out"), kind=SourceKind.DELIMITED, dialect=dialect)
    assert Path(path).read_text() == "1|Ann\n2|\n"
    with pytest.raises(TargetError, match="gs://bucket"):
        warehouse.extract("people", "gs://bucket/x", kind=SourceKind.PARQUET)


def test_keys_that_hold_no_rows_apart_are_kept_in_mind(warehouse: DuckDBWarehouse, tmp_path: Path) -> None:
    keyed = table(
        "keyed",
        field("tags", "STRING", REPEATED),
        field("code", "STRING"),
        field("a", "INT64"),
        primary_key=("code",),
        unique=(("a",), ("tags",)),
    )
    fill(warehouse, tmp_path, "append", (keyed, [{"tags": ["x"], "code": None, "a": None}] * 2))
    found = warehouse.schema("keyed")
    assert (found.primary_key, set(found.unique)) == (("code",), {("a",), ("tags",)})
    assert [each.mode for each in found.fields] == [REPEATED, NULLABLE, NULLABLE]


def test_duplicate_keys_publish_nothing(warehouse: DuckDBWarehouse, tmp_path: Path) -> None:
    fill(warehouse, tmp_path, "append", (PEOPLE, [ANN]))
    other = table("other", field("x", "INT64"))
    with pytest.raises(TargetError, match="people"):
        fill(warehouse, tmp_path, "append", (other, [{"x": 1}]), (PEOPLE, [BOB, ANN]))
    assert warehouse.tables() == ["people"]
    assert rows_of(warehouse, "people") == [ANN]
