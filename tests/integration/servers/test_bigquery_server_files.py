"""The BigQuery of tests: files into tables, tables into files, tables into tables."""

from __future__ import annotations

import datetime as dt
import gzip
import io
import json
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from google.api_core.exceptions import BadRequest, Conflict, Forbidden, NotFound
from google.auth.credentials import AnonymousCredentials
from google.cloud import bigquery
from google.cloud.bigquery import LoadJobConfig, SchemaField
from servers.bigquery import BigQueryServer
from servers.faults import Fault
from servers.storage import StorageServer

AB = [SchemaField("a", "INT64"), SchemaField("b", "STRING")]


@pytest.fixture
def client(bigquery_server: BigQueryServer) -> Iterator[bigquery.Client]:
    bigquery_server.create_dataset("p", "d")
    with bigquery.Client(project="p", credentials=AnonymousCredentials()) as client:
        yield client


def load(client: bigquery.Client, data: bytes, table: str = "t", **options: Any) -> bigquery.LoadJob:
    """A load job from these bytes, done."""
    options.setdefault("schema", AB)
    config = LoadJobConfig(**options)
    job = client.load_table_from_file(io.BytesIO(data), f"p.d.{table}", job_config=config)
    job.result()
    return job


@pytest.mark.parametrize(
    ("data", "options", "want"),
    [
        (b"1,x\n2,\n", {}, [(1, "x"), (2, None)]),
        (b'1,""\r\n2,"a ""b"", c"\r\n', {}, [(1, ""), (2, 'a "b", c')]),
        (b'1,"a\nb"\n', {"allow_quoted_newlines": True}, [(1, "a\nb")]),
        (
            b"banner\na;b\n1;'x;y'\n",
            {"skip_leading_rows": 2, "field_delimiter": ";", "quote_character": "'"},
            [(1, "x;y")],
        ),
        (b'"","x"\n', {}, [(None, "x")]),
        (b'1|"x\n', {"field_delimiter": "|", "quote_character": ""}, [(1, '"x')]),
        (b'1\t\\N\n2\t"\\N"\n', {"field_delimiter": "\t", "null_marker": "\\N"}, [(1, None), (2, "\\N")]),
        (b"NA,-\n", {"null_markers": ["NA", "-"]}, [(None, None)]),
        (b"1\n", {"allow_jagged_rows": True}, [(1, None)]),
        (b"1,x,more\n", {"ignore_unknown_values": True}, [(1, "x")]),
        (b"1,x\nz,x\n2,x\n", {"max_bad_records": 1}, [(1, "x"), (2, "x")]),
        ("1,ä\n".encode("latin-1"), {"encoding": "ISO-8859-1"}, [(1, "ä")]),
        ("\ufeff1,ä\n".encode("utf-16-le"), {"encoding": "UTF-16LE"}, [(1, "ä")]),
        ("\ufeff1,ä\n".encode(), {}, [(1, "ä")]),
        (gzip.compress(b"1,x\n", mtime=0), {}, [(1, "x")]),
        (b"1,a\x00b\n", {"preserve_ascii_control_characters": True}, [(1, "a\x00b")]),
        (b"\n1,x\n\n", {}, [(1, "x")]),
    ],
)
def test_csv_is_read_as_the_options_say(
    bigquery_server: BigQueryServer,
    client: bigquery.Client,
    data: bytes,
    options: dict[str, Any],
    want: list[tuple[object, ...]],
) -> None:
    job = load(client, data, **options)
    assert [tuple(row.values()) for row in bigquery_server.rows("p", "d", "t")] == want
    assert (job.output_rows, job.input_files) == (len(want), 1)


@pytest.mark.parametrize(
    ("data", "options", "message"),
    [
        (b"1,x\nz,x\n", {}, "Could not parse 'z' as INT64 for field a .*line_number: 2"),
        (b"1\n", {}, "too few columns"),
        (b"1,x,y\n", {}, "Too many values"),
        (b'1,"x\n', {}, "Missing close quote"),
        (b'1,"x"y\n', {}, "Data between close quote"),
        (b"1,a\x00b\n", {}, "ASCII 0"),
        (b",x\n", {"schema": [SchemaField("a", "INT64", "REQUIRED"), AB[1]]}, "Required column value"),
        (b"1,abc\n", {"schema": [AB[0], SchemaField("b", "STRING", max_length=2)]}, "maximum length 2"),
        (
            b"1,123.4\n",
            {"schema": [AB[0], SchemaField("b", "NUMERIC", precision=3, scale=1)]},
            "out of range",
        ),
        (b"1,x\n", {"schema": [], "autodetect": True}, "autodetect"),
        (b"1,x\n", {"schema": [AB[0], SchemaField("b", "STRING", "REPEATED")]}, "nested or repeated"),
        (b"1,x\n", {"source_format": "AVRO"}, "AVRO is not supported"),
        (b"1,x\n", {"create_disposition": "CREATE_NEVER"}, "Not found: Table p:d.t"),
    ],
)
def test_what_does_not_fit_is_refused_and_writes_nothing(
    bigquery_server: BigQueryServer,
    client: bigquery.Client,
    data: bytes,
    options: dict[str, Any],
    message: str,
) -> None:
    with pytest.raises((BadRequest, NotFound), match=message):
        load(client, data, **options)
    assert not bigquery_server.exists("p", "d", "t")


def test_csv_holds_every_flat_type(bigquery_server: BigQueryServer, client: bigquery.Client) -> None:
    kinds = ["INT64", "FLOAT64", "NUMERIC", "BOOL", "BYTES", "DATE", "TIME", "DATETIME", "TIMESTAMP", "JSON"]
    schema = [SchemaField(kind.lower(), kind) for kind in kinds]
    line = (
        b'-5|1e3|1.50|yes|AP8=|2024-1-31|01:02:03.5|2024-01-31T01:02:03|2024-01-31 01:02:03+01:00|{"a": 1}\n'
    )
    load(client, line, schema=schema, field_delimiter="|")
    assert list(bigquery_server.rows("p", "d", "t")[0].values()) == [
        -5,
        1000.0,
        Decimal("1.5"),
        True,
        b"\x00\xff",
        dt.date(2024, 1, 31),
        dt.time(1, 2, 3, 500000),
        dt.datetime(2024, 1, 31, 1, 2, 3),
        dt.datetime(2024, 1, 31, 0, 2, 3, tzinfo=dt.UTC),
        '{"a": 1}',
    ]
    formats = {
        "date_format": "DD.MM.YYYY",
        "timestamp_format": "YYYY/MM/DD HH24:MI",
        "time_zone": "Europe/Zurich",
    }
    schema = [SchemaField("d", "DATE"), SchemaField("t", "TIMESTAMP")]
    load(client, b"31.01.2024,2024/07/01 12:00\n", "u", schema=schema, **formats)
    noon = dt.datetime(2024, 7, 1, 10, tzinfo=dt.UTC)
    assert bigquery_server.rows("p", "d", "u") == [{"d": dt.date(2024, 1, 31), "t": noon}]


def test_dispositions(bigquery_server: BigQueryServer, client: bigquery.Client) -> None:
    load(
        client,
        b"1,x\n",
        write_disposition="WRITE_EMPTY",
        clustering_fields=["a"],
        destination_table_description="w",
    )
    assert bigquery_server.table("p", "d", "t")["clustering"] == {"fields": ["a"]}
    assert bigquery_server.table("p", "d", "t")["description"] == "w"
    with pytest.raises(Conflict, match="Already Exists"):
        load(client, b"2,x\n", write_disposition="WRITE_EMPTY")
    load(client, b"2,x\n", write_disposition="WRITE_APPEND", schema=[])
    with pytest.raises(BadRequest):
        load(client, b"z,x\n", write_disposition="WRITE_TRUNCATE")
    assert [row["a"] for row in bigquery_server.rows("p", "d", "t")] == [1, 2]
    more = [*AB, SchemaField("c", "BOOL")]
    with pytest.raises(BadRequest, match=r"Cannot add fields \(field: c\)"):
        load(client, b"3,x,true\n", schema=more)
    load(client, b"3,x,true\n", schema=more, schema_update_options=["ALLOW_FIELD_ADDITION"])
    assert bigquery_server.rows("p", "d", "t")[2] == {"a": 3, "b": "x", "c": True}
    load(client, b"4,x\n", write_disposition="WRITE_TRUNCATE")
    assert bigquery_server.rows("p", "d", "t") == [{"a": 4, "b": "x"}]
    keys = {"primaryKey": {"columns": ["a"]}}
    bigquery_server.load_table("p", "d", "k", [field.to_api_repr() for field in AB], tableConstraints=keys)
    load(client, b"2,x\n", "k", write_disposition="WRITE_TRUNCATE_DATA")
    assert bigquery_server.table("p", "d", "k")["tableConstraints"] == keys
    load(client, b"3,x\n", "k", write_disposition="WRITE_TRUNCATE")
    assert "tableConstraints" not in bigquery_server.table("p", "d", "k")


def test_an_upload_in_pieces_survives_lost_replies(
    bigquery_server: BigQueryServer, client: bigquery.Client
) -> None:
    data = b"".join(b"%d,%s\n" % (number, b"x" * 100) for number in range(12_000))
    bigquery_server.faults.add(Fault("PUT", "upload", lose_reply=True))
    bigquery_server.faults.add(Fault("PUT", "upload", skip=1, status=503))
    config = LoadJobConfig(schema=AB)
    job = client.load_table_from_file(
        io.BytesIO(data), "p.d.t", size=len(data), job_config=config, job_id="one"
    )
    assert job.result().output_rows == 12_000
    again = LoadJobConfig(schema=AB)
    with pytest.raises(Conflict, match=r"Already Exists: Job p:US\.one"):
        client.load_table_from_file(io.BytesIO(data), "p.d.t", job_config=again, job_id="one")
    assert bigquery_server.table("p", "d", "t")["numRows"] == "12000"
    bigquery_server.faults.add(
        Fault("POST", "upload", act={"job": {"reason": "backendError", "message": "sorry"}})
    )
    small = client.load_table_from_file(
        io.BytesIO(b"1,x\n"), "p.d.t", size=4, job_config=LoadJobConfig(schema=AB)
    )
    with pytest.raises(Exception, match="sorry"):
        small.result(retry=None)


def test_lines_of_json_hold_nested_values(bigquery_server: BigQueryServer, client: bigquery.Client) -> None:
    schema = [
        SchemaField("id", "INT64", "REQUIRED"),
        SchemaField("tags", "STRING", "REPEATED"),
        SchemaField(
            "r", "STRUCT", fields=[SchemaField("x", "NUMERIC"), SchemaField("days", "DATE", "REPEATED")]
        ),
        SchemaField("j", "JSON"),
    ]
    lines = [
        {"id": "1", "tags": ["a", "b"], "r": {"x": 1.25, "days": ["2024-01-01"]}, "j": {"k": [1]}},
        {"id": 2, "tags": None, "r": None},
    ]
    data = "\n".join(json.dumps(line) for line in lines).encode()
    load(client, data, schema=schema, source_format="NEWLINE_DELIMITED_JSON")
    assert bigquery_server.rows("p", "d", "t") == [
        {
            "id": 1,
            "tags": ["a", "b"],
            "r": {"x": Decimal("1.25"), "days": [dt.date(2024, 1, 1)]},
            "j": '{"k":[1]}',
        },
        {"id": 2, "tags": [], "r": None, "j": None},
    ]
    for line, message in (
        (b'{"id": 1, "new": 2}', "No such field: new"),
        (b'{"tags": []}', "Only optional fields can be set to NULL. Field: id"),
        (b'{"id": 1, "tags": [null]}', "Only optional fields can be set to NULL. Field: tags"),
        (b"[1]", "not an object"),
    ):
        with pytest.raises(BadRequest, match=message):
            load(client, line, schema=schema, source_format="NEWLINE_DELIMITED_JSON")


def parquet(table: pa.Table) -> bytes:
    """The table as a file."""
    out = io.BytesIO()
    pq.write_table(table, out)
    return out.getvalue()


def test_parquet_holds_nested_values(bigquery_server: BigQueryServer, client: bigquery.Client) -> None:
    table = pa.table(
        {
            "id": pa.array([1, 2]),
            "tags": pa.array([["a"], []], pa.list_(pa.string())),
            "r": pa.array([{"x": Decimal("1.5"), "t": dt.datetime(2024, 1, 1)}, None]),
        }
    )
    options = bigquery.ParquetOptions()
    options.enable_list_inference = True
    load(client, parquet(table), schema=[], source_format="PARQUET", parquet_options=options)
    kinds = [
        (field["type"], field["mode"]) for field in bigquery_server.table("p", "d", "t")["schema"]["fields"]
    ]
    assert kinds == [("INTEGER", "NULLABLE"), ("STRING", "REPEATED"), ("RECORD", "NULLABLE")]
    assert bigquery_server.rows("p", "d", "t") == table.to_pylist()
    load(client, parquet(table), "plain", schema=[], source_format="PARQUET")
    assert bigquery_server.rows("p", "d", "plain")[0]["tags"] == {"list": [{"element": "a"}]}
    with pytest.raises(BadRequest, match="Parquet column 'id' has type"):
        load(client, parquet(pa.table({"id": ["x"]})), schema=[], source_format="PARQUET")
    with pytest.raises(BadRequest, match="not a valid Parquet file"):
        load(client, b"1,x", "u", source_format="PARQUET")
    number = SchemaField("n", "NUMERIC", precision=3, scale=1)
    with pytest.raises(BadRequest, match="out of range"):
        load(
            client,
            parquet(pa.table({"n": [Decimal("123.4")]})),
            "u",
            schema=[number],
            source_format="PARQUET",
        )


def test_files_are_loaded_from_cloud_storage(
    bigquery_server: BigQueryServer, client: bigquery.Client, storage_server: StorageServer
) -> None:
    storage_server.bucket("files")
    for number in range(3):
        storage_server.put(f"gs://files/in/part-{number}.csv", b"a,b\n%d,x\n" % number)
    config = LoadJobConfig(schema=AB, skip_leading_rows=1)
    job = client.load_table_from_uri("gs://files/in/part-*.csv", "p.d.t", job_config=config)
    assert job.result().output_rows == 3
    assert job.input_files == 3
    storage_server.put("gs://files/in/part-9.csv", b"a,b\nz,x\n")
    failed = client.load_table_from_uri(
        ["gs://files/in/part-0.csv", "gs://files/in/part-9.csv"], "p.d.t", job_config=config
    )
    with pytest.raises(BadRequest):
        failed.result()
    assert failed.errors[-1]["location"] == "gs://files/in/part-9.csv"
    assert bigquery_server.table("p", "d", "t")["numRows"] == "3"
    with pytest.raises(NotFound, match="gs://files/none"):
        client.load_table_from_uri("gs://files/none-*.csv", "p.d.t", job_config=config).result()


def test_an_external_table_reads_its_files(
    bigquery_server: BigQueryServer, client: bigquery.Client, storage_server: StorageServer
) -> None:
    storage_server.bucket("files")
    storage_server.put("gs://files/x.csv", b"a;b\n7;seven\n")
    external = bigquery.ExternalConfig("CSV")
    external.source_uris = ["gs://files/*.csv"]
    external.schema = AB
    external.options.field_delimiter, external.options.skip_leading_rows = ";", 1
    table = bigquery.Table("p.d.e")
    table.external_data_configuration = external
    assert client.create_table(table).table_type == "EXTERNAL"
    assert [row.b for row in client.query_and_wait("SELECT b FROM p.d.e WHERE a = 7")] == ["seven"]
    with pytest.raises(BadRequest, match="EXTERNAL"):
        list(client.list_rows(client.get_table("p.d.e")))


NESTED = [
    {"name": "id", "type": "INT64"},
    {"name": "at", "type": "TIMESTAMP"},
    {"name": "big", "type": "BIGNUMERIC"},
    {"name": "tags", "type": "STRING", "mode": "REPEATED"},
    {"name": "r", "type": "STRUCT", "fields": [{"name": "x", "type": "BOOL"}]},
]
AT = dt.datetime(2024, 1, 1, 10, 0, 0, 500000, dt.UTC)


def test_tables_are_extracted(
    bigquery_server: BigQueryServer, client: bigquery.Client, storage_server: StorageServer
) -> None:
    storage_server.bucket("files")
    rows = [
        {"id": 1, "at": AT, "big": Decimal("0.5"), "tags": ["a"], "r": {"x": True}},
        {"id": 2, "tags": []},
    ]
    bigquery_server.load_table("p", "d", "n", NESTED, rows)
    bigquery_server.load_table("p", "d", "f", NESTED[:3], [{"id": 1, "at": AT}, {"id": 2}])

    def extract(table: str, uri: str, **options: Any) -> bigquery.ExtractJob:
        config = bigquery.ExtractJobConfig(**options)
        return client.extract_table(f"p.d.{table}", uri, job_config=config).result()

    job = extract("f", "gs://files/f-*.csv", field_delimiter="|")
    assert job.destination_uri_file_counts == [1]
    assert (
        storage_server.get("gs://files/f-000000000000.csv")
        == b"id|at|big\n1|2024-01-01 10:00:00.5 UTC|\n2||\n"
    )
    extract("f", "gs://files/f.csv.gz", compression="GZIP", print_header=False)
    assert (
        gzip.decompress(storage_server.get("gs://files/f.csv.gz")) == b"1,2024-01-01 10:00:00.5 UTC,\n2,,\n"
    )
    with pytest.raises(BadRequest, match=r"nested schema\. Field: tags"):
        extract("n", "gs://files/n.csv")
    extract("n", "gs://files/n.json", destination_format="NEWLINE_DELIMITED_JSON")
    lines = [json.loads(line) for line in storage_server.get("gs://files/n.json").splitlines()]
    first = {"id": "1", "at": "2024-01-01 10:00:00.5 UTC", "big": "0.5", "tags": ["a"], "r": {"x": True}}
    assert lines == [first, {"id": "2", "tags": []}]
    extract("n", "gs://files/n-*.parquet", destination_format="PARQUET")
    read = pq.read_table(io.BytesIO(storage_server.get("gs://files/n-000000000000.parquet")))
    assert read.to_pylist() == bigquery_server.rows("p", "d", "n")
    assert read.schema.field("big").type == pa.decimal256(76, 38)
    bigquery_server.behaviour.file_bytes = 20
    with pytest.raises(BadRequest, match="too large to be exported to a single file"):
        extract("f", "gs://files/f.csv")
    pieces = extract("f", "gs://files/p-*.csv", print_header=False).destination_uri_file_counts[0]
    names = [f"gs://files/p-{number:012d}.csv" for number in range(pieces)]
    assert pieces > 1
    assert b"".join(map(storage_server.get, names)).startswith(b"1,2024-01-01 10:00:00.5 UTC,\n2,,\n")
    with pytest.raises(NotFound):
        extract("f", "gs://none/f-*.csv")
    bigquery_server.deny_column("p", "d", "f", "at")
    with pytest.raises(Forbidden, match=r"p\.d\.f\.at"):
        extract("f", "gs://files/g-*.csv")


def test_tables_are_copied(bigquery_server: BigQueryServer, client: bigquery.Client) -> None:
    parts = {"timePartitioning": {"type": "DAY", "field": "at"}, "description": "words"}
    bigquery_server.load_table("p", "d", "n", NESTED, [{"id": 1, "at": AT, "tags": ["a"]}], **parts)
    client.copy_table("p.d.n", "p.d.new").result()
    copied = bigquery_server.table("p", "d", "new")
    assert (copied["timePartitioning"], copied["description"]) == tuple(parts.values())
    assert bigquery_server.rows("p", "d", "new") == bigquery_server.rows("p", "d", "n")
    with pytest.raises(Conflict):
        client.copy_table("p.d.n", "p.d.new").result()
    append = bigquery.CopyJobConfig(write_disposition="WRITE_APPEND")
    client.copy_table(["p.d.n", "p.d.n"], "p.d.new", job_config=append).result()
    assert len(bigquery_server.rows("p", "d", "new")) == 3
    bigquery_server.load_table("p", "d", "other", NESTED[:1], [{"id": 5}])
    with pytest.raises(BadRequest, match="Schema does not match"):
        client.copy_table("p.d.n", "p.d.other", job_config=append).result()
    replace = bigquery.CopyJobConfig(write_disposition="WRITE_TRUNCATE")
    bigquery_server.load_table("p", "d", "flat", [*NESTED[:1], NESTED[2]], [{"id": 6}], description="source")
    client.copy_table("p.d.flat", "p.d.other", job_config=replace).result()
    assert [field["name"] for field in bigquery_server.table("p", "d", "other")["schema"]["fields"]] == [
        "id",
        "big",
    ]
    assert bigquery_server.rows("p", "d", "other") == [{"id": 6, "big": None}]
    with pytest.raises(NotFound):
        client.copy_table("p.d.none", "p.d.x").result()
