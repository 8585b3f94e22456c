"""What every warehouse does."""

from __future__ import annotations

import datetime
import json
import math
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet
import pytest
from warehouse_kit import (
    ANN,
    BARE,
    BOB,
    EVERYTHING,
    FULL,
    ODD,
    PEOPLE,
    REPEATED,
    REQUIRED,
    UTC,
    described,
    field,
    fill,
    link,
    load_files,
    name_in,
    parquet,
    rows_of,
    stage,
    table,
)

from synth_core.errors import SourceError, SynthError, TargetError
from synth_core.files.arrow import arrow_schema
from synth_core.files.write import open_writer
from synth_core.model.dialect import Dialect
from synth_core.model.project import SourceKind
from synth_core.model.types import Field
from synth_core.model.warehouse import ForeignKey, TableSchema
from synth_core.ports import LoadFiles, Publication, Warehouse


def test_an_empty_warehouse(warehouse: Warehouse) -> None:
    assert warehouse.tables() == []
    with pytest.raises(SourceError, match="no table people"):
        warehouse.schema("people")


def test_every_type_and_name_comes_back(warehouse: Warehouse, tmp_path: Path) -> None:
    fill(warehouse, tmp_path, "append", (EVERYTHING, [FULL, BARE]))
    assert warehouse.tables() == [ODD]
    found = warehouse.schema(ODD)
    for ours, theirs in zip(EVERYTHING.fields, found.fields, strict=True):
        assert (ours.name, ours.mode, ours.description) == (theirs.name, theirs.mode, theirs.description)
        assert ours.type == theirs.type
    assert (found.primary_key, found.rows) == (("park key",), 2)
    # A line of its own may name the batch.
    assert found.description.splitlines()[0] == EVERYTHING.description
    assert found.full_name.endswith(ODD)
    assert len(found.full_name) > len(ODD)
    assert rows_of(warehouse, ODD) == [FULL, BARE]


def test_delimited_files_are_loaded_by_name(warehouse: Warehouse, tmp_path: Path) -> None:
    target = table("people", field("name", "STRING"), field("id", "INT64", REQUIRED), field("born", "DATE"))
    files = [tmp_path / "a b.csv", tmp_path / "c'd.csv"]
    files[0].write_bytes("HEADER 2026\nid;name;born\n1;Änn;02.01.2000\n2;;\n".encode("cp1252"))
    files[1].write_bytes('HEADER 2026\nid;name;born\n3;"Bo;b";\n'.encode("cp1252"))
    columns = described([target.fields[1], target.fields[0], target.fields[2]])
    columns = (*columns[:2], columns[2].model_copy(update={"format": "%d.%m.%Y"}))
    staging = warehouse.create_staging("run", target)
    loaded = LoadFiles(
        paths=tuple(map(str, files)),
        kind=SourceKind.DELIMITED,
        dialect=Dialect(delimiter=";", encoding="cp1252", banner=("HEADER 2026",)),
        columns=columns,
    )
    assert warehouse.load(staging, loaded) == 3
    assert rows_of(warehouse, staging) == [
        {"name": "Änn", "id": 1, "born": datetime.date(2000, 1, 2)},
        {"name": None, "id": 2, "born": None},
        {"name": "Bo;b", "id": 3, "born": None},
    ]


def test_a_bad_value_names_file_and_column_and_loads_nothing(warehouse: Warehouse, tmp_path: Path) -> None:
    good, bad = tmp_path / "good.csv", tmp_path / "bad.csv"
    good.write_text("id,name\n1,Ann\n")
    bad.write_text("id,name\n2,Bob\n3.5,Cy\n")
    staging = warehouse.create_staging("run", PEOPLE)
    files = load_files(PEOPLE, SourceKind.DELIMITED, good, bad, dialect=Dialect())
    with pytest.raises(TargetError, match=r"bad\.csv.*row 2.*'id'.*3\.5.*INT64"):
        warehouse.load(staging, files)
    assert rows_of(warehouse, staging) == []


def test_ndjson_keeps_every_digit(warehouse: Warehouse, tmp_path: Path) -> None:
    target = table(
        "events",
        field("big", "INT64"),
        field("exact", "NUMERIC(38, 9)"),
        field("raw", "BYTES"),
        field("when", "TIMESTAMP"),
        field("doc", "JSON"),
        field("tags", "INT64", REPEATED),
        field("nested", "STRUCT<`a b` NUMERIC(38, 9), parts ARRAY<STRUCT<b BYTES>>>"),
    )
    file = tmp_path / "a[1].ndjson"
    file.write_text(
        '{"nested": {"a b": 12345678901234567890123456789.123456789, "parts": [{"b": "AQI="}]}, '
        '"big": 9223372036854775807, "exact": 12345678901234567890123456789.123456789, "raw": "AP8=", '
        '"when": "2026-01-02T03:04:05.000001+01:00", "doc": {"x": [1, "é"]}, "tags": [1, 2]}\n'
        '{"big": null, "exact": null, "raw": null, "when": null, "doc": null, "tags": null, "nested": null}\n'
    )
    staging = warehouse.create_staging("run", target)
    assert warehouse.load(staging, load_files(target, SourceKind.NDJSON, file)) == 2
    first, second = rows_of(warehouse, staging)
    exact = Decimal("12345678901234567890123456789.123456789")
    assert json.loads(first.pop("doc")) == {"x": [1, "é"]}
    assert first == {
        "big": 9223372036854775807,
        "exact": exact,
        "raw": b"\x00\xff",
        "when": datetime.datetime(2026, 1, 2, 2, 4, 5, 1, tzinfo=UTC),
        "tags": [1, 2],
        "nested": {"a b": exact, "parts": [{"b": b"\x01\x02"}]},
    }
    assert second == {each.name: None for each in target.fields} | {"tags": []}


def test_what_we_write_as_ndjson_is_loaded_as_it_was(warehouse: Warehouse, tmp_path: Path) -> None:
    target = table(
        "all",
        *EVERYTHING.fields,
        field("ratio", "FLOAT64"),
        field("took", "INTERVAL"),
        field("deep", "STRUCT<took ARRAY<STRUCT<t INTERVAL>>>"),
    )
    took = pa.MonthDayNano([-14, 3, 3_661_500_000_000])
    back = pa.MonthDayNano([0, 0, -1_000])
    rows = [
        FULL | {"ratio": math.inf, "took": took, "deep": {"took": [{"t": back}, {"t": None}]}},
        BARE | {"ratio": -0.5, "took": back, "deep": None},
    ]
    file = tmp_path / "all.ndjson"
    writer = open_writer(file, SourceKind.NDJSON, described(target.fields), None)
    writer.write(pa.RecordBatch.from_pylist(rows, schema=arrow_schema(target.fields)))
    writer.close()
    staging = warehouse.create_staging("run", target)
    assert warehouse.load(staging, load_files(target, SourceKind.NDJSON, file)) == 2
    assert rows_of(warehouse, staging) == rows


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ('{"id": 1.5, "name": "x"}', r"object 2.*'id'.*1\.5"),
        ('{"id": "x", "name": "x"}', r"object 2.*'id'"),
        ('{"id": 99999999999999999999, "name": "x"}', r"object 2.*'id'"),
        ('{"id": 1}', "object 2.*no column name"),
        ('{"id": 1, "name": "x", "more": 1}', "object 2.*no column more"),
        ("[1]", "object 2.*no JSON object"),
        ('{"id": 1, "name": ', "people.ndjson"),
    ],
)
def test_ndjson_that_does_not_fit(warehouse: Warehouse, tmp_path: Path, line: str, complaint: str) -> None:
    file = tmp_path / "people.ndjson"
    file.write_text('{"name": "Ann", "id": 1}\n' + line + "\n")
    staging = warehouse.create_staging("run", PEOPLE)
    with pytest.raises(TargetError, match=complaint):
        warehouse.load(staging, load_files(PEOPLE, SourceKind.NDJSON, file))
    assert rows_of(warehouse, staging) == []


@pytest.mark.parametrize(
    ("columns", "complaint"),
    [
        ({"id": [1]}, "no column name"),
        ({"id": [1], "name": ["x"], "more": [1]}, "no column more"),
        ({"id": [1.0, 2.5], "name": ["x", "y"]}, r"row 2.*'id'.*2\.5"),
        ({"id": ["1"], "name": ["x"]}, "'id'"),
    ],
)
def test_parquet_that_does_not_fit(
    warehouse: Warehouse, tmp_path: Path, columns: Any, complaint: str
) -> None:
    file = tmp_path / "people.parquet"
    pa.parquet.write_table(pa.table(columns), file)
    staging = warehouse.create_staging("run", PEOPLE)
    with pytest.raises(TargetError, match=complaint):
        warehouse.load(staging, load_files(PEOPLE, SourceKind.PARQUET, file))
    assert rows_of(warehouse, staging) == []


def test_parquet_columns_go_by_name_and_widen(warehouse: Warehouse, tmp_path: Path) -> None:
    file = tmp_path / "people.parquet"
    pa.parquet.write_table(pa.table({"name": ["x"], "id": pa.array([7], pa.int16())}), file)
    staging = warehouse.create_staging("run", PEOPLE)
    assert warehouse.load(staging, load_files(PEOPLE, SourceKind.PARQUET, file)) == 1
    assert rows_of(warehouse, staging) == [{"id": 7, "name": "x"}]


def test_a_missing_required_value_is_refused(warehouse: Warehouse, tmp_path: Path) -> None:
    staging = warehouse.create_staging("run", PEOPLE)
    file = tmp_path / "people.csv"
    file.write_text("id,name\n1,Ann\n,Bob\n")
    with pytest.raises(TargetError, match=r"people\.csv.*'id'.*REQUIRED"):
        warehouse.load(staging, load_files(PEOPLE, SourceKind.DELIMITED, file, dialect=Dialect()))


def test_files_that_are_gone(warehouse: Warehouse, tmp_path: Path) -> None:
    staging = warehouse.create_staging("run", PEOPLE)
    for kind in (SourceKind.DELIMITED, SourceKind.PARQUET, SourceKind.NDJSON):
        with pytest.raises(TargetError, match="missing"):
            warehouse.load(staging, load_files(PEOPLE, kind, tmp_path / "missing", dialect=Dialect()))


def test_loading_adds_and_creating_again_empties(warehouse: Warehouse, tmp_path: Path) -> None:
    staging = stage(warehouse, tmp_path / "1", PEOPLE, [ANN], "run")
    assert warehouse.load(staging, parquet(tmp_path / "2", PEOPLE, [BOB])) == 1
    assert rows_of(warehouse, staging) == [ANN, BOB]
    assert warehouse.create_staging("run", PEOPLE) == staging
    assert rows_of(warehouse, staging) == []
    assert warehouse.tables() == []


def test_dropping_takes_only_the_runs_own_staging(warehouse: Warehouse, tmp_path: Path) -> None:
    first = stage(warehouse, tmp_path / "1", PEOPLE, [ANN], "run 1")
    second = stage(warehouse, tmp_path / "2", PEOPLE, [BOB], "run 2")
    warehouse.drop_staging("run 1")
    warehouse.drop_staging("run 1")
    assert rows_of(warehouse, second) == [BOB]
    with pytest.raises(SynthError):
        rows_of(warehouse, first)
    warehouse.drop_staging("run 2")


def test_a_table_loaded_from_several_files_takes_nothing_from_one_with_a_name_like_its_own(
    warehouse: Warehouse, tmp_path: Path
) -> None:
    others = [
        stage(warehouse, tmp_path / name, table(name, *PEOPLE.fields), [ANN], "run")
        for name in ("people_in", "people_1", "people_new", "peopl")
    ]
    one, two = parquet(tmp_path / "one", PEOPLE, [ANN]), parquet(tmp_path / "two", PEOPLE, [BOB])
    staging = warehouse.create_staging("run", PEOPLE)
    both = one.model_copy(update={"paths": (*one.paths, *two.paths)})
    assert warehouse.load(staging, both) == 2
    assert rows_of(warehouse, staging) == [ANN, BOB]
    assert [rows_of(warehouse, other) for other in others] == [[ANN]] * len(others)


def test_appending_keeps_rows_and_replacing_does_not(warehouse: Warehouse, tmp_path: Path) -> None:
    fill(warehouse, tmp_path, "append", (PEOPLE, [ANN]))
    turned = table("people", *reversed(PEOPLE.fields), primary_key=("name",))
    fill(warehouse, tmp_path, "append", (turned, [BOB]))
    assert rows_of(warehouse, "people") == [ANN, BOB]
    fill(warehouse, tmp_path, "replace", (turned, [BOB]))
    assert rows_of(warehouse, "people") == [BOB]
    assert warehouse.schema("people").primary_key == ("id",)


def test_a_staging_table_is_published_once(warehouse: Warehouse, tmp_path: Path) -> None:
    staging = stage(warehouse, tmp_path / "1", PEOPLE, [ANN], "run")
    publication = Publication(staging=staging, target=PEOPLE, mode="append")
    warehouse.publish([publication], job_id="1")
    with pytest.raises(TargetError, match="published already"):
        warehouse.publish([publication], job_id="2")
    assert rows_of(warehouse, "people") == [ANN]


def test_a_job_is_published_once(warehouse: Warehouse, tmp_path: Path) -> None:
    """Also when it is resumed by someone who does not know how far it came, and has loaded again."""
    for _ in range(2):
        staging = stage(warehouse, tmp_path / "1", PEOPLE, [ANN], "run")
        warehouse.publish([Publication(staging=staging, target=PEOPLE, mode="append")], job_id="1")
    assert rows_of(warehouse, "people") == [ANN]
    warehouse.drop_staging("run")
    fill(warehouse, tmp_path, "append", (PEOPLE, [BOB]))
    assert rows_of(warehouse, "people") == [ANN, BOB]


@pytest.mark.parametrize("mode", ["append", "replace"])
@pytest.mark.parametrize(
    ("fields", "complaint"),
    [
        ([field("id", "STRING"), field("name", "STRING")], "people.*id is BIGINT|INT64.*VARCHAR|STRING"),
        ([field("id", "INT64")], "people.*name.*in the target only"),
        ([*PEOPLE.fields, field("more", "DATE")], "people.*more is missing"),
        ([field("id", "INT64"), field("name", "STRING", REPEATED)], "people.*name"),
    ],
)
def test_another_schema_publishes_nothing(
    warehouse: Warehouse, tmp_path: Path, mode: Any, fields: list[Field], complaint: str
) -> None:
    fill(warehouse, tmp_path, "append", (PEOPLE, [ANN]))
    other = table("other", field("x", "INT64"))
    wanted = table("people", *fields)
    warehouse.check_targets([Publication(staging="", target=each, mode=mode) for each in (other, PEOPLE)])
    with pytest.raises(TargetError, match=complaint):
        warehouse.check_targets([Publication(staging="", target=each, mode=mode) for each in (other, wanted)])
    with pytest.raises(TargetError, match=complaint):
        fill(warehouse, tmp_path, mode, (other, [{"x": 1}]), (wanted, []))
    assert warehouse.tables() == ["people"]
    assert rows_of(warehouse, "people") == [ANN]


CUSTOMERS = table(
    "customers",
    field("region", "STRING", REQUIRED),
    field("no", "INT64", REQUIRED),
    primary_key=("region", "no"),
)
ORDERS = table(
    "orders",
    field("id", "INT64", REQUIRED),
    field("no", "INT64"),
    field("region", "STRING"),
    field("previous", "INT64"),
    primary_key=("id",),
    # In another order than the parent's key has them, and to the table itself.
    foreign_keys=(link("no region", "customers", "no region"), link("previous", "orders", "id")),
)
SHOP = (
    (ORDERS, [
        {"id": 1, "no": 7, "region": "a", "previous": 3},
        {"id": 2, "no": None, "region": "a", "previous": None},
        {"id": 3, "no": 8, "region": "b", "previous": 3},
    ]),
    (CUSTOMERS, [{"region": "a", "no": 7}, {"region": "b", "no": 8}]),
)  # fmt: skip


def pairs(key: ForeignKey) -> tuple[str, set[tuple[str, str]]]:
    return key.ref_table, set(zip(key.columns, key.ref_columns, strict=True))


def test_linked_tables_in_any_order_and_again(warehouse: Warehouse, tmp_path: Path) -> None:
    """Child before parent, a key in another order, rows that refer to later ones and to themselves."""
    fill(warehouse, tmp_path, "append", *SHOP)
    keys = warehouse.schema("orders").foreign_keys
    assert sorted(map(pairs, keys)) == sorted(map(pairs, ORDERS.foreign_keys))
    more = [{"id": 4, "no": 9, "region": "c", "previous": 1}]
    fill(warehouse, tmp_path, "append", (ORDERS, more), (CUSTOMERS, [{"region": "c", "no": 9}]))
    assert [row["id"] for row in rows_of(warehouse, "orders")] == [1, 2, 3, 4]
    fill(warehouse, tmp_path, "replace", *SHOP)
    assert rows_of(warehouse, "orders") == SHOP[0][1]
    assert rows_of(warehouse, "customers") == SHOP[1][1]
    assert sorted(map(pairs, warehouse.schema("orders").foreign_keys)) == sorted(map(pairs, keys))


def test_cycles_and_odd_references_stop_no_run(warehouse: Warehouse, tmp_path: Path) -> None:
    def part(name: str, refers_to: str, ref_column: str) -> TableSchema:
        return table(
            name,
            field("id", "INT64", REQUIRED),
            field("ref", "INT64"),
            field("when", "INTERVAL"),
            primary_key=("id",),
            foreign_keys=(link("ref", refers_to, ref_column),),
        )

    tables = [
        part("a", "b", "id"),
        part("b", "c", "id"),
        part("c", "a", "id"),
        part("d", "a", "id"),
    ]
    # These refer to no key, and to no table: a warehouse may leave them out.
    tables += [part("e", "a", "ref"), part("f", "elsewhere", "id")]
    rows = [[{"id": 1, "ref": 2}, {"id": 2, "ref": 1}, {"id": 3, "ref": None}]] * len(tables)
    without = [each.model_copy(update={"fields": each.fields[:2]}) for each in tables]
    for mode in ("append", "replace"):
        fill(warehouse, tmp_path, mode, *zip(without, rows, strict=True))
    for each in tables:
        if each.name in "abcd":
            assert warehouse.schema(each.name).foreign_keys == each.foreign_keys
        assert rows_of(warehouse, each.name) == rows[0]


AUDIT = table(
    "audit",
    field("event_id", "STRING"),
    field("at", "TIMESTAMP", REQUIRED, "when"),
    field("doc", "JSON"),
    primary_key=("event_id",),
)
NOON = datetime.datetime(2026, 1, 2, 12, tzinfo=UTC)


def test_audit_rows_are_appended_once_and_the_table_grows(warehouse: Warehouse) -> None:
    first = {"event_id": "1", "at": NOON, "doc": '{"a": 1}'}
    warehouse.append_rows(AUDIT, [first, {"event_id": "2", "at": NOON}], dataset="synth_audit")
    wider = table("audit", *AUDIT.fields, field("rows", "INT64"), primary_key=("event_id",))
    third = {"event_id": "3", "at": NOON, "rows": 5}
    warehouse.append_rows(wider, [first, third, third], dataset="synth_audit")
    assert warehouse.tables() == []
    audit = name_in(warehouse, "synth_audit", "audit")
    found = warehouse.query(f"SELECT * FROM {audit} ORDER BY event_id").to_pylist()
    assert [(row["event_id"], row["at"], row["rows"]) for row in found] == [
        ("1", NOON, None),
        ("2", NOON, None),
        ("3", NOON, 5),
    ]
    assert json.loads(found[0]["doc"]) == {"a": 1}
    with pytest.raises(TargetError, match="nonsense"):
        warehouse.append_rows(AUDIT, [{"nonsense": 1}], dataset="synth_audit")
    with pytest.raises(TargetError):
        warehouse.append_rows(AUDIT, [{"event_id": "4"}], dataset="synth_audit")


def test_rows_are_not_appended_to_a_table_that_holds_something_else(warehouse: Warehouse) -> None:
    """Above all not to a source's or a target's, which would get our columns."""
    other = table("audit", field("sku", "STRING", REQUIRED), field("doc", "STRING"), primary_key=("sku",))
    warehouse.append_rows(other, [{"sku": "1"}], dataset="synth_audit")
    with pytest.raises(TargetError, match="holds something else: it has no column at"):
        warehouse.append_rows(AUDIT, [{"event_id": "1", "at": NOON}], dataset="synth_audit")
    audit = name_in(warehouse, "synth_audit", "audit")
    assert warehouse.query(f"SELECT * FROM {audit}").to_pylist() == [{"sku": "1", "doc": None}]


@pytest.mark.parametrize(
    "fields", [[], [field("id", "INT64"), field("ID", "INT64")], [field("", "INT64")]], ids=str
)
def test_tables_that_can_not_be_are_refused_at_once(warehouse: Warehouse, fields: list[Field]) -> None:
    with pytest.raises(TargetError, match="people"):
        warehouse.create_staging("run", table("people", *fields))


@pytest.mark.parametrize("sql", ["DROP TABLE {people}", "SELECT 1; DROP TABLE {people}", "", "SELEKT"])
def test_only_one_select_is_a_query(warehouse: Warehouse, tmp_path: Path, sql: str) -> None:
    fill(warehouse, tmp_path, "append", (PEOPLE, [ANN]))
    with pytest.raises(SynthError):
        warehouse.query(sql.format(people=warehouse.name_of("people")))
    assert warehouse.tables() == ["people"]
    assert warehouse.query("SELECT ';' AS x").to_pylist() == [{"x": ";"}]
