"""BigQuery as target: what is made, what is loaded, and what stays when any call goes wrong."""

from __future__ import annotations

import datetime
import logging
import time
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet
import pytest
from servers.bigquery import BigQueryServer
from servers.faults import Fault
from servers.storage import StorageServer
from warehouse_kit import (
    ANN,
    BOB,
    NULLABLE,
    PEOPLE,
    REPEATED,
    REQUIRED,
    UTC,
    described,
    field,
    fill,
    link,
    load_files,
    parquet,
    rows_of,
    stage,
    table,
)

from synth_core.adapters.bigquery import BigQueryWarehouse
from synth_core.errors import TargetError
from synth_core.files.arrow import arrow_schema
from synth_core.files.write import open_writer
from synth_core.model.dialect import Dialect
from synth_core.model.project import Column, SourceKind
from synth_core.model.warehouse import TableSchema
from synth_core.ports import LoadFiles, Publication

pytestmark = pytest.mark.usefixtures("no_pauses")

PROJECT = "made-up"
DAY = datetime.date(2026, 1, 2)
NOON = datetime.datetime(2026, 1, 2, 12, tzinfo=UTC)


def inserted(server: BigQueryServer, kind: str) -> list[dict[str, Any]]:
    """The configurations of all jobs of a kind, as they came in."""
    return [job.configuration for job in server.jobs() if kind in job.configuration]


# --- what is made ---

ORDERS = table(
    "orders",
    field("id", "INT64", REQUIRED, "Number of the order"),
    field("day", "DATE", NULLABLE, "When it was placed"),
    field("customer", "INT64"),
    field(
        "lines", 'STRUCT<sku STRING OPTIONS(description="Article"), prices ARRAY<NUMERIC(10, 2)>>', REPEATED
    ),
    primary_key=("id",),
    foreign_keys=(link("customer", "people", "id"),),
    description="All orders",
    partitioning="DATE_TRUNC(day, MONTH)",
    require_partition_filter=True,
    clustering=("customer", "id"),
    labels={"team": "sales"},
)
ORDER = {"id": 1, "day": DAY, "customer": 1, "lines": [{"sku": "a", "prices": []}]}


def test_a_target_is_made_like_its_source(
    server: BigQueryServer, warehouse: BigQueryWarehouse, tmp_path: Path
) -> None:
    fill(warehouse, tmp_path, "append", (ORDERS, [ORDER]), (PEOPLE, [ANN]))
    found = warehouse.schema("orders")
    assert found.fields == ORDERS.fields
    for name in ("primary_key", "foreign_keys", "partitioning", "require_partition_filter", "clustering"):
        assert getattr(found, name) == getattr(ORDERS, name)
    assert found.labels.items() >= {"team": "sales", "synthetic": "true"}.items()
    assert found.description.startswith("All orders\nSynthetic, batch ")
    assert rows_of_all(warehouse, "orders") == [ORDER]
    assert server.dataset(PROJECT, "main")["location"] == "EU"
    assert server.dataset(PROJECT, "main")["labels"]["synthetic"] == "true"
    assert server.table_names(PROJECT, "main") == ["orders", "people"]


def rows_of_all(warehouse: BigQueryWarehouse, name: str) -> list[dict[str, Any]]:
    """Of a table that may only be read with a filter, too."""
    return warehouse.query(f"SELECT * FROM {warehouse.all_rows(name)} AS t").to_pylist()


def test_staging_is_labelled_and_goes_by_itself(server: BigQueryServer, warehouse: BigQueryWarehouse) -> None:
    name = warehouse.create_staging("20260102-abc", ORDERS)
    made = server.table(PROJECT, "main", name)
    assert name.startswith("_synth_")
    assert made["labels"]["synthetic"] == "true"
    assert "synth-run" in made["labels"]
    lives = int(made["expirationTime"]) / 1000 - time.time()
    assert 6 * 86400 < lives < 8 * 86400
    assert not {"timePartitioning", "tableConstraints", "requirePartitionFilter"} & set(made)
    assert warehouse.tables() == []


def test_policy_tags_are_kept_or_said_to_be_left_out(
    server: BigQueryServer,
    warehouse: BigQueryWarehouse,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:
    tag = "projects/made-up/locations/eu/taxonomies/1/policyTags/2"
    secret = field("name", "STRING").model_copy(update={"policy_tags": (tag,)})
    tagged = PEOPLE.model_copy(update={"fields": (PEOPLE.fields[0], secret)})
    fill(warehouse, tmp_path, "append", (tagged, [ANN]))
    assert warehouse.schema("people").fields[1].policy_tags == (tag,)
    other = tagged.model_copy(update={"name": "others"})
    server.faults.add(
        Fault(
            method="POST",
            path=r"/tables(\?|$)",
            status=403,
            reason="accessDenied",
            message="The caller may not set policy tag 2",
            where=lambda request: "policyTags" in str(request.json),
        )
    )
    with caplog.at_level(logging.WARNING):
        fill(warehouse, tmp_path, "append", (other, [ANN]))
    assert warehouse.schema("others").fields[1].policy_tags == ()
    assert "others is made without its policy tags" in caplog.text
    assert rows_of(warehouse, "others") == [ANN]


@pytest.mark.parametrize("mode", ["append", "replace"])
def test_an_existing_target_keeps_what_it_says_of_itself(
    server: BigQueryServer, warehouse: BigQueryWarehouse, tmp_path: Path, mode: Any
) -> None:
    schema = [{"name": "name", "type": "STRING", "description": "theirs"}, {"name": "id", "type": "INTEGER"}]
    server.load_table(PROJECT, "main", "people", schema, [BOB], description="Theirs", labels={"owner": "ana"})
    for run in ("1", "2"):
        staging = stage(warehouse, tmp_path / "p", PEOPLE, [ANN], run)
        warehouse.publish([Publication(staging=staging, target=PEOPLE, mode=mode)], job_id=f"batch-{run}")
    found = server.table(PROJECT, "main", "people")
    assert found["description"] == "Theirs\nSynthetic, batch batch-2"
    assert found["labels"].items() >= {"owner": "ana", "synthetic": "true"}.items()
    assert found["schema"]["fields"][0]["description"] == "theirs"
    assert "tableConstraints" not in found
    assert rows_of(warehouse, "people") == ([BOB, ANN, ANN] if mode == "append" else [ANN])


# --- what is checked before anything is made ---


def publication(target: TableSchema, staging: str = "") -> Publication:
    return Publication(staging=staging, target=target, mode="append")


@pytest.mark.parametrize(
    ("bucket", "fits"),
    [
        ("EU", True),
        ("EUROPE-WEST1", True),
        ("EUR4", True),
        ("", True),
        ("US", False),
        ("EUROPE-WEST2", False),
    ],
)
def test_the_bucket_must_be_beside_the_dataset(
    server: BigQueryServer, warehouse: BigQueryWarehouse, bucket: str, fits: bool
) -> None:
    if fits:
        warehouse.check_targets([publication(PEOPLE)], files_location=bucket)
    else:
        with pytest.raises(TargetError, match=f"main is in EU, and the bucket .* in {bucket}"):
            warehouse.check_targets([publication(PEOPLE)], files_location=bucket)
    assert not any(request.method != "GET" for request in server.requests)


def test_targets_that_can_take_no_rows(server: BigQueryServer, warehouse: BigQueryWarehouse) -> None:
    server.load_table(PROJECT, "main", "base", [{"name": "id", "type": "INTEGER"}])
    server.load_table(PROJECT, "main", "People", [{"name": "id", "type": "INTEGER"}])
    warehouse._connection.client.query_and_wait("CREATE VIEW main.seen AS SELECT id FROM main.base")
    view = table("seen", field("id", "INT64"))
    with pytest.raises(TargetError, match="seen is a view"):
        warehouse.check_targets([publication(view)])
    with pytest.raises(TargetError, match="People, which differs from people in case only"):
        warehouse.check_targets([publication(PEOPLE)])
    with pytest.raises(TargetError, match=r"'x\.y' is no name of a column"):
        warehouse.check_targets([publication(table("t", field("x.y", "INT64")))])
    with pytest.raises(TargetError, match="is no name of a table"):
        warehouse.check_targets([publication(table("a.b", field("x", "INT64")))])
    odd = table("t", field("x", "INT64"), partitioning="EVERY OTHER")
    with pytest.raises(TargetError, match="EVERY OTHER"):
        warehouse.check_targets([publication(odd)])


def test_too_many_partitions_are_seen_before_anything_is_published(
    server: BigQueryServer, warehouse: BigQueryWarehouse, tmp_path: Path
) -> None:
    daily = table("daily", field("day", "DATE"), partitioning="day")
    days = [{"day": datetime.date(2000, 1, 1) + datetime.timedelta(days=n)} for n in range(4001)]
    staging = stage(warehouse, tmp_path / "1", daily, days, "run")
    with pytest.raises(TargetError, match="4,001 partitions"):
        warehouse.publish([publication(daily, staging)], job_id="1")
    assert warehouse.tables() == []


# --- what is loaded ---


def with_format(columns: tuple[Column, ...], **formats: str) -> tuple[Column, ...]:
    return tuple(column.model_copy(update={"format": formats.get(column.name, "")}) for column in columns)


MIXED = table(
    "mixed",
    field("id", "INT64", REQUIRED),
    field("text", "STRING"),
    field("price", "NUMERIC(10, 2)"),
    field("day", "DATE"),
    field("at", "TIMESTAMP"),
    field("yes", "BOOL"),
    field("raw", "BYTES"),
)
VALUES: list[dict[str, Any]] = [
    {
        "id": 1,
        "text": 'a;b "c"\nd',
        "price": 1234567,
        "day": DAY,
        "at": NOON,
        "yes": True,
        "raw": b"\x00\xff",
    },
    {"id": 2, "text": None, "price": None, "day": None, "at": None, "yes": None, "raw": None},
    {"id": 3, "text": "é", "price": -1, "day": DAY, "at": NOON, "yes": False, "raw": b""},
]
PLAIN = {"skipLeadingRows": "1", "fieldDelimiter": ","}


@pytest.mark.parametrize(
    ("dialect", "formats", "options"),
    [
        (Dialect(), {}, PLAIN),
        (Dialect(delimiter="|", header_rows=0), {}, {"skipLeadingRows": "0", "fieldDelimiter": "|"}),
        (
            Dialect(delimiter=";", banner=("HEADER 2026", "Jane"), line_end="\r\n", final_line_end=False),
            {"day": "%d.%m.%Y", "yes": "Y|N"},
            {"skipLeadingRows": "3", "fieldDelimiter": ";", "dateFormat": "DD.MM.YYYY"},
        ),
        (
            Dialect(null_tokens=("NULL",), encoding="latin-1"),
            {},
            {"nullMarker": "NULL", "encoding": "ISO-8859-1"},
        ),
        (Dialect(quoted_empty_is_empty=True, compression="gzip"), {}, PLAIN),
        (Dialect(delimiter="\t", quoting="none"), {}, {"quote": "", "fieldDelimiter": "\t"}),
        (Dialect(header_rows=2, header_prefix=(tuple("abcdefg"),)), {}, {"skipLeadingRows": "2"}),
        # These BigQuery can't be told.
        (Dialect(delimiter=";", decimal=",", thousands="."), {}, None),
        (Dialect(encoding="cp1252"), {"yes": "ja|nein"}, None),
        (Dialect(encoding="utf-16"), {"raw": "hex"}, None),
        (Dialect(quoting="all"), {"price": "$#.00"}, None),
        (Dialect(escapechar="\\"), {}, None),
        (Dialect(footer=("3 rows",), line_end="\r"), {"day": "%d %b %Y"}, None),
    ],
)
def test_a_finished_file_is_loaded_as_it_was_written(
    server: BigQueryServer,
    warehouse: BigQueryWarehouse,
    tmp_path: Path,
    dialect: Dialect,
    formats: dict[str, str],
    options: dict[str, str] | None,
) -> None:
    columns = with_format(described(MIXED.fields), **formats)
    path = tmp_path / ("mixed.csv" + (".gz" if dialect.compression else ""))
    rows = VALUES
    if dialect.quoting == "none":
        # Such a file can't hold it.
        rows = [{**row, "text": "plain" if row["text"] else None} for row in VALUES]
    with open_writer(path, SourceKind.DELIMITED, columns, dialect) as writer:
        writer.write(pa.RecordBatch.from_pylist(rows, schema=arrow_schema(MIXED.fields)))
    staging = warehouse.create_staging("run", MIXED)
    files = LoadFiles(paths=(str(path),), kind=SourceKind.DELIMITED, dialect=dialect, columns=columns)
    assert warehouse.load(staging, files) == 3
    found = rows_of(warehouse, staging)
    empty = {row["id"]: row["raw"] or None for row in rows}
    if not dialect.quoted_empty_is_empty:
        # Empty bytes and no bytes are one in such a file.
        found = [{**row, "raw": row["raw"] or None} for row in found]
        rows = [{**row, "raw": empty[row["id"]]} for row in rows]
    assert found == rows
    (job,) = inserted(server, "load")
    if options is None:
        assert job["load"]["sourceFormat"] == "NEWLINE_DELIMITED_JSON"
    else:
        assert job["load"]["sourceFormat"] == "CSV"
        assert job["load"].items() >= options.items()
    assert job["labels"]["synth-purpose"] == "load"


@pytest.mark.parametrize(
    "dialect",
    [Dialect(), Dialect(header_rows=0), Dialect(decimal=","), None],
    ids=["csv", "bare", "comma", "nd"],
)
def test_a_table_without_rows(
    server: BigQueryServer, warehouse: BigQueryWarehouse, tmp_path: Path, dialect: Dialect | None
) -> None:
    kind = SourceKind.DELIMITED if dialect else SourceKind.NDJSON
    path = tmp_path / "mixed"
    open_writer(path, kind, described(MIXED.fields), dialect).close()
    staging = warehouse.create_staging("run", MIXED)
    assert warehouse.load(staging, load_files(MIXED, kind, path, dialect=dialect)) == 0
    assert rows_of(warehouse, staging) == []
    warehouse.publish([publication(MIXED, staging)], job_id="1")
    assert warehouse.tables() == ["mixed"]


def test_several_files_are_loaded_or_none(
    server: BigQueryServer, warehouse: BigQueryWarehouse, tmp_path: Path
) -> None:
    paths = []
    for number, name in enumerate(("Ann", "Bob")):
        paths.append(tmp_path / f"{number}.csv")
        paths[-1].write_text(f"id,name\n{number},{name}\n")
    staging = warehouse.create_staging("run", PEOPLE)
    files = load_files(PEOPLE, SourceKind.DELIMITED, *paths, dialect=Dialect())
    assert warehouse.load(staging, files) == 2
    paths[1].write_text("id,name\n1,x\n7.5,Cy\n")
    with pytest.raises(TargetError, match=r"1\.csv, row 2, column 'id': '7\.5' is no INT64"):
        warehouse.load(staging, files)
    assert [row["id"] for row in rows_of(warehouse, staging)] == [0, 1]
    assert server.table_names(PROJECT, "main") == [staging]


def test_objects_are_loaded_by_one_job(
    server: BigQueryServer, storage_server: StorageServer, warehouse: BigQueryWarehouse
) -> None:
    bucket = storage_server.bucket("made-here")
    uris = [f"{bucket}/output/b/people/{name}.csv" for name in ("1", "2")]
    storage_server.put(uris[0], b"# made\nid|name\n1|Ann\n")
    storage_server.put(uris[1], b"# made\nid|name\n2|Bob\n")
    dialect = Dialect(delimiter="|", banner=("# made",))
    staging = warehouse.create_staging("run", PEOPLE)
    files = LoadFiles(
        paths=tuple(uris), kind=SourceKind.DELIMITED, dialect=dialect, columns=described(PEOPLE.fields)
    )
    assert warehouse.load(staging, files) == 2
    (job,) = inserted(server, "load")
    assert job["load"]["sourceUris"] == uris
    assert (job["load"]["skipLeadingRows"], job["load"]["fieldDelimiter"]) == ("2", "|")
    storage_server.put(uris[1], b"# made\nid|name\n2|Bob\nx|Cy\n")
    with pytest.raises(TargetError, match=r"gs://made-here/output/b/people/2\.csv, row 2, column 'id': 'x'"):
        warehouse.load(staging, files)
    with pytest.raises(TargetError, match=r"gs://made-here/none\.csv"):
        warehouse.load(staging, files.model_copy(update={"paths": ("gs://made-here/none.csv",)}))
    assert len(rows_of(warehouse, staging)) == 2


def test_nested_parquet_goes_as_it_is(
    server: BigQueryServer, storage_server: StorageServer, warehouse: BigQueryWarehouse, tmp_path: Path
) -> None:
    bucket = storage_server.bucket("made-here")
    parquet(tmp_path / "o.parquet", ORDERS, [ORDER])
    storage_server.put(f"{bucket}/o.parquet", (tmp_path / "o.parquet").read_bytes())
    staging = warehouse.create_staging("run", ORDERS)
    files = LoadFiles(
        paths=(f"{bucket}/o.parquet",), kind=SourceKind.PARQUET, columns=described(ORDERS.fields)
    )
    assert warehouse.load(staging, files) == 1
    assert rows_of(warehouse, staging) == [ORDER]
    (job,) = inserted(server, "load")
    assert job["load"]["sourceUris"] == [f"{bucket}/o.parquet"]
    assert job["load"]["parquetOptions"] == {"enableListInference": True}


def test_what_the_service_misreads_goes_as_a_plain_copy(
    server: BigQueryServer,
    warehouse: BigQueryWarehouse,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:
    path = tmp_path / "people.csv"
    path.write_text("id,name\n1,Ann\n")
    staging = warehouse.create_staging("run", PEOPLE)
    server.faults.add(
        Fault(path="upload_id", act={"job": {"reason": "invalid", "message": "no such option"}})
    )
    assert warehouse.load(staging, load_files(PEOPLE, SourceKind.DELIMITED, path, dialect=Dialect())) == 1
    assert rows_of(warehouse, staging) == [ANN]
    assert "BigQuery can't read it as it is: no such option" in caplog.text
