"""Tables, files and whole runs for tests of warehouses."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet

from synth_core.files.arrow import arrow_schema
from synth_core.model.dialect import Dialect
from synth_core.model.project import Column, SourceKind, columns_of
from synth_core.model.types import BigQueryType, Field, Mode
from synth_core.model.warehouse import ForeignKey, TableSchema
from synth_core.ports import LoadFiles, Publication, Warehouse

NULLABLE, REQUIRED, REPEATED = Mode.NULLABLE, Mode.REQUIRED, Mode.REPEATED
UTC = datetime.UTC
ODD = "od d-täble_1"


def field(name: str, type_text: str, mode: Mode = NULLABLE, description: str = "") -> Field:
    return Field(name=name, type=BigQueryType.model_validate(type_text), mode=mode, description=description)


def table(name: str, *fields: Field, **more: Any) -> TableSchema:
    return TableSchema(name=name, fields=fields, **more)


def link(columns: str, ref_table: str, ref_columns: str) -> ForeignKey:
    return ForeignKey(
        columns=tuple(columns.split()), ref_table=ref_table, ref_columns=tuple(ref_columns.split())
    )


def described(fields: Sequence[Field]) -> tuple[Column, ...]:
    return columns_of(fields)


def load_files(
    schema: TableSchema, kind: SourceKind, *paths: Path, dialect: Dialect | None = None
) -> LoadFiles:
    return LoadFiles(
        paths=tuple(map(str, paths)), kind=kind, dialect=dialect, columns=described(schema.fields)
    )


def parquet(path: Path, schema: TableSchema, rows: list[dict[str, Any]]) -> LoadFiles:
    written = pa.Table.from_pylist(rows, schema=arrow_schema(schema.fields))
    pa.parquet.write_table(written, path)
    return load_files(schema, SourceKind.PARQUET, path)


def stage(warehouse: Warehouse, path: Path, schema: TableSchema, rows: list[dict[str, Any]], run: str) -> str:
    staging = warehouse.create_staging(run, schema)
    assert warehouse.load(staging, parquet(path, schema, rows)) == len(rows)
    return staging


def fill(
    warehouse: Warehouse, folder: Path, mode: Any, *tables: tuple[TableSchema, list[dict[str, Any]]]
) -> None:
    """A whole run of the tables."""
    publications = [
        Publication(
            staging=stage(warehouse, folder / f"{n}.parquet", schema, rows, "run"), target=schema, mode=mode
        )
        for n, (schema, rows) in enumerate(tables)
    ]
    warehouse.publish(publications, job_id=uuid.uuid4().hex)
    warehouse.drop_staging("run")


def name_in(warehouse: Warehouse, dataset: str, name: str) -> str:
    """A table of another dataset or schema; the warehouses of these tests are in one called `main`."""
    return warehouse.name_of(name).replace(warehouse.quote("main"), warehouse.quote(dataset))


def rows_of(warehouse: Warehouse, name: str) -> list[dict[str, Any]]:
    return warehouse.query(f"SELECT * FROM {warehouse.name_of(name)}").to_pylist()


PEOPLE = table("people", field("id", "INT64", REQUIRED), field("name", "STRING"), primary_key=("id",))
ANN, BOB = {"id": 1, "name": "Ann"}, {"id": 2, "name": None}

EVERYTHING = table(
    ODD,
    field("park key", "INT64", REQUIRED, 'It\'s the "key"; é'),
    field("it's 'hi'", "STRING"),
    field("exact", "NUMERIC"),
    field("price", "NUMERIC(10, 2)"),
    field("order", "FLOAT64"),
    field("yes", "BOOL"),
    field("raw", "BYTES"),
    field("day", "DATE", REQUIRED),
    field("local", "DATETIME"),
    field("instant", "TIMESTAMP"),
    field("clock", "TIME"),
    field("tags", "STRING", REPEATED),
    field("nested", "STRUCT<`a b` INT64, parts ARRAY<STRUCT<n NUMERIC, b BYTES>>>"),
    primary_key=("park key",),
    description="A 'table' of everything",
)
FULL = {
    "park key": 9223372036854775807,
    "it's 'hi'": "é\n'\"",
    "exact": Decimal("12345678901234567890123456789.123456789"),
    "price": Decimal("-0.10"),
    "order": 0.1,
    "yes": False,
    "raw": b"\x00\xff",
    "day": datetime.date(1899, 12, 31),
    "local": datetime.datetime(2026, 2, 28, 23, 59, 59, 999999),
    "instant": datetime.datetime(2026, 2, 28, 23, 59, 59, 1, tzinfo=UTC),
    "clock": datetime.time(0, 0, 0, 1),
    "tags": ["a", ""],
    "nested": {"a b": -1, "parts": [{"n": Decimal("98765432109876543210.123456789"), "b": b"\x01"}]},
}
BARE = {each.name: None for each in EVERYTHING.fields} | {
    "park key": -1,
    "day": datetime.date(2026, 1, 1),
    "tags": [],
}
