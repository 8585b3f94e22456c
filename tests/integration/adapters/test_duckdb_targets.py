"""Targets that exist already, made by hand, and what DuckDB can't hold."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet
import pytest

from synth_core.adapters.duckdb import DuckDBWarehouse
from synth_core.errors import SourceError, TargetError
from synth_core.model.dialect import Dialect
from synth_core.model.inferred import Inferred
from synth_core.model.project import Column, SourceKind
from synth_core.model.types import BigQueryType, Field, Mode
from synth_core.model.warehouse import ForeignKey, TableSchema
from synth_core.ports import LoadFiles, Publication

INT64 = BigQueryType.model_validate("INT64")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "target.duckdb"


@pytest.fixture
def warehouse(path: Path) -> Iterator[DuckDBWarehouse]:
    opened = DuckDBWarehouse(path)
    yield opened
    opened.close()


def sql(path: Path, statement: str) -> list[tuple[Any, ...]]:
    """As another user of the file, in this process."""
    with duckdb.connect(path) as connection:
        return connection.execute(statement).fetchall()


def numbers(name: str, columns: str, **more: Any) -> TableSchema:
    return TableSchema(
        name=name, fields=tuple(Field(name=each, type=INT64) for each in columns.split()), **more
    )


def fill(
    warehouse: DuckDBWarehouse, mode: Any, **rows: tuple[TableSchema, list[tuple[int | None, ...]]]
) -> None:
    publications = []
    for schema, values in rows.values():
        staging = warehouse.create_staging("run", schema)
        for value in values:
            row = ", ".join("NULL" if each is None else str(each) for each in value)
            warehouse._place.execute(f"INSERT INTO {warehouse.name_of(staging)} VALUES ({row})")
        publications.append(Publication(staging=staging, target=schema, mode=mode))
    try:
        warehouse.publish(publications, job_id=uuid.uuid4().hex)
    finally:
        warehouse.drop_staging("run")


def reference(column: str, table: str, other: str) -> ForeignKey:
    return ForeignKey(columns=(column,), ref_table=table, ref_columns=(other,))


def required(schema: TableSchema) -> TableSchema:
    fields = (schema.fields[0].model_copy(update={"mode": Mode.REQUIRED}), *schema.fields[1:])
    return schema.model_copy(update={"fields": fields, "primary_key": (fields[0].name,)})


PARENT = required(numbers("parent", "id"))
CHILD = numbers("child", "parent", foreign_keys=(reference("parent", "parent", "id"),))


def test_duckdb_itself_keeps_the_keys_it_can(path: Path, warehouse: DuckDBWarehouse) -> None:
    fill(warehouse, "append", child=(CHILD, [(1,)]), parent=(PARENT, [(1,)]))
    constraints = "FROM duckdb_constraints() WHERE schema_name = 'main' ORDER BY ALL"
    assert sql(path, f"SELECT table_name, constraint_text {constraints}") == [
        ("child", "FOREIGN KEY (parent) REFERENCES parent(id)"),
        ("parent", "NOT NULL"),
        ("parent", "PRIMARY KEY(id)"),
    ]
    with pytest.raises(duckdb.ConstraintException):
        sql(path, "INSERT INTO child VALUES (99)")


def test_of_a_cycle_only_one_reference_is_left_out(path: Path, warehouse: DuckDBWarehouse) -> None:
    one = required(numbers("one", "id ref", foreign_keys=(reference("ref", "two", "id"),)))
    two = required(numbers("two", "id ref", foreign_keys=(reference("ref", "one", "id"),)))
    # Not in the cycle, but in front of it: it keeps its reference.
    three = required(numbers("three", "id ref", foreign_keys=(reference("ref", "one", "id"),)))
    rows: list[tuple[int | None, ...]] = [(1, 1)]
    fill(warehouse, "append", three=(three, rows), one=(one, rows), two=(two, rows))
    declared = sql(path, "SELECT table_name FROM duckdb_constraints() WHERE constraint_type = 'FOREIGN KEY'")
    assert len(declared) == 2
    assert ("three",) in declared
    assert {key for each in ("one", "two") for key in warehouse.schema(each).foreign_keys} == {
        *one.foreign_keys,
        *two.foreign_keys,
    }


def test_a_record_of_keys_ends_with_its_table(path: Path, warehouse: DuckDBWarehouse) -> None:
    loop = required(numbers("loop", "id ref", foreign_keys=(reference("ref", "loop", "id"),)))
    fill(warehouse, "append", loop=(loop, [(1, 1)]))
    assert warehouse.schema("loop").foreign_keys == loop.foreign_keys
    sql(path, "DROP TABLE loop; CREATE TABLE loop(other INT)")
    assert warehouse.schema("loop").foreign_keys == ()
    sql(path, "DROP TABLE loop")
    fill(warehouse, "append", loop=(required(numbers("loop", "id ref")), [(1, 1)]))
    assert warehouse.schema("loop").foreign_keys == ()


def test_a_declared_reference_to_the_own_table_is_met_row_by_row(
    path: Path, warehouse: DuckDBWarehouse
) -> None:
    sql(path, "CREATE TABLE staff(id INT PRIMARY KEY, boss INT REFERENCES staff(id))")
    staff = numbers("staff", "boss id")
    fill(warehouse, "append", staff=(staff, [(2, 1), (3, 2), (None, 3)]))
    fill(warehouse, "append", staff=(staff, [(5, 4), (1, 5)]))
    assert sorted(sql(path, "FROM staff")) == [(1, 2), (2, 3), (3, None), (4, 5), (5, 1)]
    fill(warehouse, "replace", staff=(staff, [(2, 1), (None, 2)]))
    assert sorted(sql(path, "FROM staff")) == [(1, 2), (2, None)]
    with pytest.raises(TargetError, match="staff refers to itself"):
        fill(warehouse, "append", staff=(staff, [(8, 7), (7, 8)]))
    assert len(sql(path, "FROM staff")) == 2


HAND_MADE = """
CREATE SEQUENCE counter;
CREATE TABLE parent(id INTEGER PRIMARY KEY CHECK (id < 100), born DATE DEFAULT DATE '2000-01-01');
CREATE TABLE "other ""kid"(parent INTEGER REFERENCES parent(id), no BIGINT DEFAULT nextval('counter'),
    twice BIGINT GENERATED ALWAYS AS (parent * 2));
CREATE INDEX by_birth ON parent(born);
COMMENT ON TABLE parent IS 'It''s';
COMMENT ON COLUMN parent.born IS 'Day';
CREATE VIEW families AS SELECT * FROM parent JOIN "other ""kid" ON parent.id = "other ""kid".parent;
INSERT INTO parent(id) VALUES (1), (2);
INSERT INTO "other ""kid"(parent) VALUES (1), (NULL);
"""


def test_replacing_keeps_everything_but_the_rows(path: Path, warehouse: DuckDBWarehouse) -> None:
    """A table that another one, not of this run, refers to: that one keeps its rows too."""
    sql(path, HAND_MADE)
    catalogue = (
        "SELECT table_name, sql, comment FROM duckdb_tables() UNION ALL "
        "SELECT index_name, sql, comment FROM duckdb_indexes() UNION ALL "
        "SELECT table_name, column_name, comment FROM duckdb_columns() WHERE NOT internal ORDER BY ALL"
    )
    before = [row for row in sql(path, catalogue) if "jobs" not in row[0]]
    fields = (Field(name="born", type=BigQueryType.model_validate("DATE")), Field(name="id", type=INT64))
    schema = TableSchema(name="parent", fields=fields)
    staging = warehouse.create_staging("run", schema)
    warehouse._place.execute(
        f"INSERT INTO {warehouse.name_of(staging)} VALUES (DATE '1999-09-09', 1), (NULL, 3)"
    )
    warehouse.publish([Publication(staging=staging, target=schema, mode="replace")], job_id="1")
    warehouse.drop_staging("run")
    after = sql(path, catalogue)
    assert [row for row in after if row[0] != "jobs"] == before
    assert [row[0] for row in sql(path, "SELECT id FROM parent ORDER BY id")] == [1, 3]
    assert sql(path, 'SELECT parent, no, twice FROM "other ""kid"') == [(1, 1, 2), (None, 2, None)]
    assert len(sql(path, "FROM families")) == 1

    staging = warehouse.create_staging("run", schema)
    warehouse._place.execute(f"INSERT INTO {warehouse.name_of(staging)} VALUES (NULL, 3)")
    with pytest.raises(TargetError, match="kid"):
        warehouse.publish([Publication(staging=staging, target=schema, mode="replace")], job_id="2")
    assert [row[0] for row in sql(path, "SELECT id FROM parent ORDER BY id")] == [1, 3]


def test_a_narrower_integer_takes_what_fits(path: Path, warehouse: DuckDBWarehouse) -> None:
    sql(path, "CREATE TABLE numbers(n INTEGER)")
    fill(warehouse, "append", numbers=(numbers("NUMBERS", "N"), [(1,)]))
    assert sql(path, "FROM numbers") == [(1,)]
    with pytest.raises(TargetError, match="numbers"):
        fill(warehouse, "append", numbers=(numbers("numbers", "n"), [(2,), (2**40,)]))
    assert sql(path, "FROM numbers") == [(1,)]


def test_a_view_is_a_source_and_no_target(path: Path, warehouse: DuckDBWarehouse) -> None:
    sql(path, "CREATE VIEW seen AS SELECT 1::BIGINT AS n, ['x'] AS tags; COMMENT ON COLUMN seen.n IS 'No'")
    found = warehouse.schema("seen")
    assert [(each.name, each.mode, each.description) for each in found.fields] == [
        ("n", Mode.NULLABLE, "No"),
        ("tags", Mode.REPEATED, ""),
    ]
    assert (warehouse.tables(), found.rows) == (["seen"], 1)
    with pytest.raises(TargetError, match="seen is a view"):
        fill(warehouse, "append", seen=(numbers("seen", "n"), []))
    sql(path, "CREATE TABLE gone AS SELECT 1 AS a; CREATE VIEW broken AS FROM gone; DROP TABLE gone")
    with pytest.raises(TargetError, match="broken"):
        warehouse.schema("broken")


def test_names_that_differ_in_case_are_one_table(warehouse: DuckDBWarehouse) -> None:
    with pytest.raises(TargetError, match="one table"):
        fill(warehouse, "append", a=(numbers("Orders", "n"), [(1,)]), b=(numbers("orders", "n"), [(2,)]))


ODD = """
CREATE TYPE mood AS ENUM ('sad', 'it''s');
CREATE TABLE odd AS SELECT 'it''s'::mood AS m, 170141183460469231731687303715884105::HUGEINT AS h,
    '2f2e0b7c-0000-4000-8000-000000000001'::UUID AS u, MAP {'k': 1} AS p, {'x': MAP {'k': 1}} AS x,
    255::UTINYINT AS t;
"""


def test_types_that_parquet_or_bigquery_lack_are_exported(path: Path, tmp_path: Path) -> None:
    sql(path, ODD)
    source = DuckDBWarehouse(path, read_only=True)
    (file,) = source.sample("odd", tmp_path, 10).paths
    source.close()
    (row,) = pa.parquet.read_table(file).to_pylist()
    assert row == {
        "m": "it's",
        "h": 170141183460469231731687303715884105,
        "u": "2f2e0b7c-0000-4000-8000-000000000001",
        "p": [{"key": "k", "value": 1}],
        "x": {"x": [{"key": "k", "value": 1}]},
        "t": 255,
    }


def test_export_goes_in_row_groups(path: Path, tmp_path: Path) -> None:
    sql(path, "CREATE TABLE many AS SELECT range AS n FROM range(250000)")
    source = DuckDBWarehouse(path, read_only=True)
    (file,) = source.sample("many", tmp_path, 10).paths
    source.close()
    assert pa.parquet.ParquetFile(file).num_row_groups >= 2
    assert pa.parquet.read_table(file)["n"].to_pylist() == list(range(250000))


def test_another_schema_of_the_file(path: Path) -> None:
    sql(path, "CREATE TABLE parent(other VARCHAR)")
    warehouse = DuckDBWarehouse(path, schema="synthetic data")
    for mode in ("append", "replace"):
        fill(warehouse, mode, child=(CHILD, [(1,)]), parent=(PARENT, [(1,)]))
    assert warehouse.tables() == ["child", "parent"]
    assert warehouse.schema("child").foreign_keys == CHILD.foreign_keys
    warehouse.close()
    assert sql(path, "SELECT count(*) FROM parent") == [(0,)]


def test_raw_text_never_gets_into_the_file(path: Path, tmp_path: Path) -> None:
    file = tmp_path / "numbers.csv"
    file.write_text("n;secret-column-marker\n1;2026-01-01\n")
    fields = (
        Field(name="n", type=INT64),
        Field(name="secret-column-marker", type=BigQueryType.model_validate("DATE")),
    )
    columns = tuple(
        Column(
            name=each.name,
            type=Inferred(value=each.type),
            mode=Inferred(value=each.mode),
            meaning=Inferred(value="unknown"),
            personal=Inferred(value=False),
        )
        for each in fields
    )
    warehouse = DuckDBWarehouse(path)
    staging = warehouse.create_staging("run", TableSchema(name="numbers", fields=fields))
    files = LoadFiles(
        paths=(str(file),), kind=SourceKind.DELIMITED, dialect=Dialect(delimiter=";"), columns=columns
    )
    assert warehouse.load(staging, files) == 1
    warehouse.drop_staging("run")
    warehouse.close()
    assert sql(path, "SELECT schema_name FROM duckdb_schemas() WHERE NOT internal") == []
    assert sql(path, "SELECT table_name FROM duckdb_tables()") == []
    assert b"2026-01-01" not in path.read_bytes()


def test_a_missing_table_names_those_that_are_there(path: Path) -> None:
    sql(path, "CREATE TABLE b(n INT); CREATE TABLE a(n INT)")
    source = DuckDBWarehouse(path, read_only=True)
    with pytest.raises(SourceError, match=r"no table c\. It has: a, b"):
        source.schema("c")
    source.close()


def test_a_type_without_a_counterpart_names_its_column(path: Path) -> None:
    sql(path, "CREATE TABLE odd(fine INT, choice UNION(a INT, b VARCHAR))")
    source = DuckDBWarehouse(path, read_only=True)
    with pytest.raises(SourceError, match="choice"):
        source.schema("odd")
    source.close()
