"""The BigQuery of tests, seen by Google's own client: projects, datasets, tables, rows, jobs, refusals, faults."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal

import pyarrow as pa
import pytest
import requests
from google.api_core.exceptions import BadRequest, Conflict, Forbidden, NotFound, PreconditionFailed
from google.auth.credentials import AnonymousCredentials
from google.cloud import bigquery
from servers.bigquery import BigQueryServer
from servers.faults import Fault

NUMBERS = [{"name": "a", "type": "INT64"}]
EVERYTHING = [
    {"name": "i", "type": "INT64", "mode": "REQUIRED"},
    {"name": "f", "type": "FLOAT64"},
    {"name": "n", "type": "NUMERIC"},
    {"name": "big", "type": "BIGNUMERIC"},
    {"name": "t", "type": "BOOL"},
    {"name": "s", "type": "STRING", "maxLength": "20", "description": "words"},
    {"name": "y", "type": "BYTES"},
    {"name": "d", "type": "DATE"},
    {"name": "dt", "type": "DATETIME"},
    {"name": "ti", "type": "TIME"},
    {"name": "ts", "type": "TIMESTAMP"},
    {"name": "j", "type": "JSON"},
    {"name": "g", "type": "GEOGRAPHY"},
    {"name": "many", "type": "STRING", "mode": "REPEATED"},
    {
        "name": "r",
        "type": "STRUCT",
        "fields": [
            {"name": "x", "type": "INT64"},
            {
                "name": "inner",
                "type": "STRUCT",
                "mode": "REPEATED",
                "fields": [{"name": "z", "type": "DATE"}],
            },
        ],
    },
]
ROW = {
    "i": -5,
    "f": 1.5,
    "n": Decimal("12.5"),
    "big": Decimal("0.000000000000000001"),
    "t": True,
    "s": "ä",
    "y": b"\x00\xff",
    "d": dt.date(2024, 2, 29),
    "dt": dt.datetime(2024, 2, 29, 1, 2, 3, 400),
    "ti": dt.time(1, 2, 3),
    "ts": dt.datetime(2024, 2, 29, 1, 2, 3, 123456, dt.UTC),
    "j": '{"a":1}',
    "g": "POINT(1 2)",
    "many": ["p", "q"],
    "r": {"x": 1, "inner": [{"z": dt.date(2024, 1, 1)}]},
}


@pytest.fixture
def client(bigquery_server: BigQueryServer) -> Iterator[bigquery.Client]:
    bigquery_server.create_project("p")
    with bigquery.Client(project="p", credentials=AnonymousCredentials()) as client:
        yield client


def test_projects_and_datasets_are_listed_in_pages_and_filtered(
    bigquery_server: BigQueryServer, client: bigquery.Client
) -> None:
    bigquery_server.create_project("q")
    for number in range(5):
        bigquery_server.create_dataset("p", f"d{number}", "EU", labels={"kind": "a" if number % 2 else "b"})
    assert [project.project_id for project in client.list_projects(page_size=1)] == ["p", "q"]
    assert [item.dataset_id for item in client.list_datasets(page_size=2)] == ["d0", "d1", "d2", "d3", "d4"]
    assert [item.dataset_id for item in client.list_datasets(filter="labels.kind:a")] == ["d1", "d3"]
    assert sum("/datasets" in request.path for request in bigquery_server.requests) == 4


def test_a_dataset_is_made_changed_and_removed(client: bigquery.Client) -> None:
    wanted = bigquery.Dataset("p.d")
    wanted.location, wanted.description, wanted.labels = "europe-west1", "words", {"a": "b"}
    made = client.create_dataset(wanted)
    with pytest.raises(Conflict, match="Already Exists: Dataset p:d"):
        client.create_dataset(wanted)
    made.description = "others"
    client.update_dataset(made, ["description"])
    with pytest.raises(PreconditionFailed):
        client.update_dataset(made, ["description"])
    got = client.get_dataset("p.d")
    assert (got.location, got.description, got.labels) == ("europe-west1", "others", {"a": "b"})
    client.create_table(bigquery.Table("p.d.t", NUMBERS))
    with pytest.raises(BadRequest, match="still in use"):
        client.delete_dataset("p.d")
    client.delete_dataset("p.d", delete_contents=True)
    with pytest.raises(NotFound, match="Not found: Dataset p:d"):
        client.get_dataset("p.d")


def test_a_table_keeps_all_that_it_was_made_with(
    bigquery_server: BigQueryServer, client: bigquery.Client
) -> None:
    bigquery_server.create_dataset("p", "d", "EU")
    bigquery_server.load_table("p", "d", "u", NUMBERS, tableConstraints={"primaryKey": {"columns": ["a"]}})
    about = {
        "tableReference": {"projectId": "p", "datasetId": "d", "tableId": "t"},
        "schema": {
            "fields": [
                {"name": "id", "type": "INT64", "mode": "REQUIRED", "policyTags": {"names": ["x/y"]}},
                {"name": "u", "type": "INT64", "description": "to u"},
                {"name": "day", "type": "DATE", "defaultValueExpression": "CURRENT_DATE()"},
                {"name": "price", "type": "NUMERIC", "precision": "10", "scale": "2"},
            ]
        },
        "timePartitioning": {"type": "MONTH", "field": "day", "expirationMs": "1000"},
        "requirePartitionFilter": True,
        "clustering": {"fields": ["u", "id"]},
        "labels": {"a": "b"},
        "description": "words",
        "friendlyName": "T",
        "tableConstraints": {
            "primaryKey": {"columns": ["id"]},
            "foreignKeys": [
                {
                    "name": "to_u",
                    "referencedTable": {"projectId": "p", "datasetId": "d", "tableId": "u"},
                    "columnReferences": [{"referencingColumn": "u", "referencedColumn": "a"}],
                }
            ],
        },
    }
    client.create_table(bigquery.Table.from_api_repr(about))
    got = client.get_table("p.d.t").to_api_repr()
    assert got["schema"]["fields"][0] == about["schema"]["fields"][0] | {"type": "INTEGER"}
    for key in about.keys() - {"schema", "tableReference"}:
        assert got[key] == about[key]
    assert (got["type"], got["location"], got["numRows"], got["numBytes"]) == ("TABLE", "EU", "0", "0")
    entry = next(item for item in client.list_tables("p.d") if item.table_id == "t")
    assert (entry.table_type, entry.clustering_fields, entry.labels) == ("TABLE", ["u", "id"], {"a": "b"})


def test_a_schema_may_grow_and_loosen_but_not_change(
    bigquery_server: BigQueryServer, client: bigquery.Client
) -> None:
    bigquery_server.load_table(
        "p", "d", "t", [{"name": "a", "type": "INT64", "mode": "REQUIRED"}], [{"a": 1}]
    )
    table = client.get_table("p.d.t")
    table.schema = [bigquery.SchemaField("a", "INT64"), bigquery.SchemaField("b", "STRING", "REPEATED")]
    changed = client.update_table(table, ["schema"])
    assert bigquery_server.rows("p", "d", "t") == [{"a": 1, "b": []}]
    with pytest.raises(PreconditionFailed):
        client.update_table(table, ["schema"])
    changed.schema = [bigquery.SchemaField("a", "STRING"), changed.schema[1]]
    with pytest.raises(BadRequest, match="Field a has changed type from INTEGER to STRING"):
        client.update_table(changed, ["schema"])


def test_an_expired_table_is_gone(bigquery_server: BigQueryServer, client: bigquery.Client) -> None:
    now = dt.datetime.now(dt.UTC).timestamp()
    bigquery_server.state.clock = lambda: now
    bigquery_server.load_table("p", "d", "t", NUMBERS, [{"a": 1}], expirationTime=str(int(now * 1000) + 5000))
    assert client.get_table("p.d.t").num_rows == 1
    now += 6
    with pytest.raises(NotFound):
        client.get_table("p.d.t")
    assert list(client.list_tables("p.d")) == []


def test_rows_of_all_types_come_as_they_went_in(
    bigquery_server: BigQueryServer, client: bigquery.Client
) -> None:
    empty = {"i": 1, "many": [], "r": None}
    bigquery_server.load_table("p", "d", "t", EVERYTHING, [ROW, empty])
    want = [ROW | {"j": {"a": 1}}, dict.fromkeys(ROW) | empty]
    assert [dict(row) for row in client.list_rows(client.get_table("p.d.t"))] == want
    assert [dict(row) for row in client.query_and_wait("SELECT * FROM p.d.t")] == want
    job = client.query("SELECT * FROM p.d.t")
    assert [dict(row) for row in job.result(page_size=1)] == want
    assert bigquery_server.rows("p", "d", "t")[0] == ROW
    sizes = 8 + 8 + 16 + 32 + 1 + (2 + 2) + (2 + 2) + 8 * 4 + (2 + 7) + (16 + 24) + 2 * 3 + 8 + 8
    assert client.get_table("p.d.t").num_bytes == sizes + 8


def test_rows_are_listed_in_pages_and_by_column(
    bigquery_server: BigQueryServer, client: bigquery.Client
) -> None:
    schema = [
        *NUMBERS,
        {"name": "r", "type": "STRUCT", "fields": [*NUMBERS, {"name": "b", "type": "STRING"}]},
    ]
    rows = [{"a": number, "r": {"a": number, "b": "x" * 100}} for number in range(10)]
    bigquery_server.load_table("p", "d", "t", schema, rows)
    bigquery_server.behaviour.page_bytes = 400
    chosen = [bigquery.SchemaField("a", "INT64")]
    assert [row.a for row in client.list_rows("p.d.t", selected_fields=chosen)] == list(range(10))
    assert [row.r["b"] for row in client.list_rows(client.get_table("p.d.t"))] == ["x" * 100] * 10
    assert sum(request.path.endswith("/data") for request in bigquery_server.requests) > 2
    part = requests.get(
        f"{client.get_table('p.d.t').self_link}".replace(
            "https://bigquery.googleapis.com", bigquery_server.url
        )
        + "/data?selectedFields=r.b&maxResults=1",
        timeout=5,
    )
    assert part.json()["rows"] == [{"f": [{"v": {"f": [{"v": "x" * 100}]}}]}]
    assert [
        row["a"]
        for row in client.list_rows(
            "p.d.t", start_index=7, max_results=2, selected_fields=[bigquery.SchemaField("a", "INT64")]
        )
    ] == [7, 8]


def test_a_view_has_the_schema_of_its_query_and_no_rows_to_list(
    bigquery_server: BigQueryServer, client: bigquery.Client
) -> None:
    bigquery_server.load_table("p", "d", "t", EVERYTHING, [ROW])
    view = bigquery.Table("p.d.v")
    view.view_query = "SELECT i AS number, r.inner FROM `p.d.t`"
    made = client.create_table(view)
    assert [(item.name, item.field_type, item.mode) for item in made.schema] == [
        ("number", "INTEGER", "NULLABLE"),
        ("inner", "RECORD", "REPEATED"),
    ]
    with pytest.raises(BadRequest, match="Cannot list a table of type VIEW"):
        list(client.list_rows(made))
    assert [row.number for row in client.query_and_wait("SELECT number FROM p.d.v")] == [-5]


def test_a_job_id_is_taken_once_also_by_a_failure(
    bigquery_server: BigQueryServer, client: bigquery.Client
) -> None:
    bigquery_server.load_table("p", "d", "t", NUMBERS, [{"a": 1}])
    client.query("SELECT a FROM p.d.t", job_id="one", job_retry=None).result()
    with pytest.raises(Conflict, match=r"Already Exists: Job p:US\.one"):
        client.query("SELECT a FROM p.d.t", job_id="one", job_retry=None)
    failed = client.query("SELECT nope FROM p.d.t", job_id="two", job_retry=None)
    with pytest.raises(BadRequest, match="Unrecognized name: nope"):
        failed.result()
    again = client.get_job("two", location="US")
    assert (again.state, again.error_result["reason"]) == ("DONE", "invalidQuery")
    with pytest.raises(Conflict):
        client.query("SELECT 1", job_id="two", job_retry=None)
    assert {job.job_id for job in client.list_jobs()} == {"one", "two"}
    client.delete_job_metadata("one", location="US")
    assert {job.job_id for job in client.list_jobs()} == {"two"}


def test_a_job_runs_where_its_data_are(bigquery_server: BigQueryServer, client: bigquery.Client) -> None:
    bigquery_server.create_dataset("p", "d", "europe-west1")
    bigquery_server.load_table("p", "d", "t", NUMBERS, [{"a": 1}])
    job = client.query("SELECT a FROM p.d.t", job_id="here", job_retry=None)
    assert job.location == "europe-west1"
    with pytest.raises(NotFound, match="was not found in location US"):
        client.query("SELECT a FROM p.d.t", location="US").result(retry=None, job_retry=None)
    with pytest.raises(NotFound):
        client.get_job("here", retry=None)
    assert client.get_job("here", location="europe-west1").state == "DONE"


def test_a_job_may_be_running_for_some_time(bigquery_server: BigQueryServer, client: bigquery.Client) -> None:
    bigquery_server.load_table("p", "d", "t", NUMBERS, [{"a": 1}])
    bigquery_server.behaviour.polls = 2
    job = client.query("SELECT a FROM p.d.t")
    assert job.state == "RUNNING"
    assert not job.done()
    assert not job.done()
    assert job.done()
    job.cancel()
    assert [row.a for row in job.result()] == [1]


def test_many_ask_at_once(bigquery_server: BigQueryServer, client: bigquery.Client) -> None:
    bigquery_server.load_table("p", "d", "t", NUMBERS, [{"a": 1}])

    def work(number: int) -> int:
        client.query_and_wait(f"INSERT INTO p.d.t (a) SELECT {number}")
        return next(iter(client.query_and_wait(f"SELECT a FROM p.d.t WHERE a = {number}"))).a

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(work, range(10, 34))) == list(range(10, 34))
    assert client.get_table("p.d.t").num_rows == 25


def test_faults_hit_the_calls_that_they_name(
    bigquery_server: BigQueryServer, client: bigquery.Client
) -> None:
    bigquery_server.load_table("p", "d", "t", NUMBERS, [{"a": 1}])
    faults = bigquery_server.faults
    faults.add(Fault("POST", "/jobs", status=403, reason="quotaExceeded", message="Quota exceeded: loads"))
    with pytest.raises(Forbidden, match="Quota exceeded"):
        client.query("SELECT a FROM p.d.t")
    busy = faults.add(Fault("GET", "/tables/t", status=503, reason="backendError"))
    assert client.get_table("p.d.t").num_rows == 1
    assert busy.seen == 1
    faults.add(Fault("POST", "/jobs", act={"job": {"reason": "resourcesExceeded", "message": "too much"}}))
    job = client.query("SELECT a FROM p.d.t", job_id="unlucky", job_retry=None)
    with pytest.raises(BadRequest, match="too much"):
        job.result()
    faults.add(Fault("POST", "/jobs", lose_reply=True))
    with pytest.raises(Conflict):
        client.query("SELECT a FROM p.d.t", job_id="lost", job_retry=None)
    assert client.get_job("lost", location="US").error_result is None


def test_a_fault_can_wait_for_an_event(bigquery_server: BigQueryServer, client: bigquery.Client) -> None:
    bigquery_server.load_table("p", "d", "t", NUMBERS, pa.table({"a": [1]}))
    event = threading.Event()
    bigquery_server.faults.add(Fault("GET", r"/tables/t\?", hold=event))
    seen: list[int] = []
    waiting = threading.Thread(target=lambda: seen.append(client.get_table("p.d.t").num_rows))
    waiting.start()
    assert [item.table_id for item in client.list_tables("p.d")] == ["t"]
    assert seen == []
    event.set()
    waiting.join()
    assert seen == [1]
