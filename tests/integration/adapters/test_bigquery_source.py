"""Tables of BigQuery as sources, over a stand-in: what is asked, what it costs, what is found."""

from __future__ import annotations

import datetime as dt
import json
import random
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow.parquet
import pytest
from google.cloud import bigquery
from servers.bigquery import BigQueryServer
from servers.faults import Fault, Request

from synth_core import api
from synth_core.adapters.bigquery import BigQueryWarehouse, planning
from synth_core.adapters.bigquery.connection import Limits
from synth_core.cli import main
from synth_core.errors import SourceError, TransientError
from synth_core.history.stored import StoredProject
from synth_core.model.findings import Finding
from synth_core.model.inferred import Origin
from synth_core.model.measured import ColumnQuestion, Question
from synth_core.model.types import Kind

TAG = "projects/p/locations/eu/taxonomies/1/policyTags/2"
CITIES = ("Bern", "Rome", "Oslo")


def field(name: str, type: str, mode: str = "NULLABLE", **more: Any) -> dict[str, Any]:
    return {"name": name, "type": type, "mode": mode, **more}


CUSTOMERS = [field("id", "INTEGER", "REQUIRED"), field("email", "STRING"), field("city", "STRING")]
ORDERS = [
    field("order_id", "INTEGER", "REQUIRED"),
    field("customer_id", "INTEGER"),
    field("ordered_at", "TIMESTAMP"),
    field("amount", "NUMERIC"),
    field("status", "STRING"),
    field("tags", "STRING", "REPEATED"),
]


def customers(rows: int) -> list[dict[str, Any]]:
    return [
        {"id": n, "email": f"ann{n}@example.com", "city": CITIES[n % 3] if n % 7 else None}
        for n in range(1, rows + 1)
    ]


def orders(rows: int, parents: int) -> list[dict[str, Any]]:
    draw = random.Random(3)
    start = dt.datetime(2024, 1, 1, tzinfo=dt.UTC)
    return [
        {
            "order_id": n,
            "customer_id": draw.randrange(1, parents + 1),
            "ordered_at": start + dt.timedelta(hours=n // 4),
            "amount": n % 900,
            "status": ("new", "paid", "sent", "rare")[0 if n % 10 else 1 + n % 2] if n % 500 else "rare",
            "tags": ["a", "b"][: n % 3],
        }
        for n in range(1, rows + 1)
    ]


@pytest.fixture
def shop(bigquery_server: BigQueryServer) -> BigQueryServer:
    """2,000 customers and 6,000 orders, of which each one needs a filter on its partitions."""
    bigquery_server.load_table("p", "shop", "customers", CUSTOMERS, customers(2000))
    bigquery_server.load_table(
        "p",
        "shop",
        "orders",
        ORDERS,
        orders(6000, 1900),
        timePartitioning={"type": "DAY", "field": "ordered_at"},
        requirePartitionFilter=True,
        clustering={"fields": ["customer_id"]},
        labels={"team": "sales"},
    )
    return bigquery_server


@pytest.fixture(autouse=True)
def settings(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tables of more than 600 rows are sampled."""
    monkeypatch.setenv("SYNTH_SAMPLE_ROWS", "600")
    for name in ("PROJECT_ID", "GOOGLE_CLOUD_PROJECT"):
        monkeypatch.delenv(name, raising=False)


def begin(
    source: str, home: Path, said: list[str] | None = None
) -> tuple[StoredProject, tuple[Finding, ...]]:
    return api.begin(
        "job", source, str(home / "out"), home=home, progress=(said if said is not None else []).append
    )


def queries(server: BigQueryServer) -> list[Request]:
    """Requests that begin a query that is not a dry run."""
    return [each for each in server.requests if each.method == "POST" and sql_of(each) and not is_dry(each)]


def sql_of(request: Request) -> str:
    configuration = (request.json or {}).get("configuration", {})
    return str(configuration.get("query", {}).get("query", ""))


def is_dry(request: Request) -> bool:
    return bool(request.json["configuration"].get("dryRun"))


def dry_runs_say(bytes: int, about: Callable[[str], bool]) -> Fault:
    """Dry runs of these queries say that they would read so much."""
    return Fault(
        method="POST",
        path="/jobs",
        times=1000,
        where=lambda request: bool(sql_of(request)) and is_dry(request) and about(sql_of(request)),
        spoil=lambda body: re.sub(
            rb'"totalBytesProcessed": "\d+"', f'"totalBytesProcessed": "{bytes}"'.encode(), body
        ),
    )


def everything(fields: list[dict[str, Any]]) -> Question:
    """All that can be asked of all columns."""
    names = [each["name"] for each in fields]
    columns = (ColumnQuestion(name=name, ends=True, quantiles=True, top=True) for name in names)
    return Question(columns=tuple(columns), keys=((names[0],),))


def codes(findings: tuple[Finding, ...]) -> set[str]:
    return {finding.code for finding in findings}


def test_small_tables_are_read_whole_for_free(bigquery_server: BigQueryServer, tmp_path: Path) -> None:
    bigquery_server.load_table("p", "shop", "customers", CUSTOMERS, customers(300))
    bigquery_server.behaviour.page_bytes = 4000
    stored, findings = begin("bigquery:p.shop", tmp_path)
    table = stored.project.table("customers")
    assert (table.rows, table.key_columns) == (300, ("id",))
    assert bigquery_server.jobs() == []
    pages = [each for each in bigquery_server.requests if each.path.endswith("/tables/customers/data")]
    assert len(pages) > 3
    assert all(each.query["selectedFields"].startswith("id") for each in pages)
    assert pages[-1].query["selectedFields"] == "id,email,city"
    assert findings == ()


def test_large_tables_take_a_sample_and_one_query_of_all_rows(shop: BigQueryServer, tmp_path: Path) -> None:
    said: list[str] = []
    stored, findings = begin("bigquery:p.shop.orders,customers", tmp_path, said)
    project, facts = stored.project, stored.facts()

    assert codes(findings) == set()
    orders_table = project.table("orders")
    assert (orders_table.rows, project.table("customers").rows) == (6000, 2000)
    assert (orders_table.partitioning, orders_table.require_partition_filter) == (
        "TIMESTAMP_TRUNC(ordered_at, DAY)",
        True,
    )
    assert (orders_table.clustering, orders_table.labels) == (("customer_id",), {"team": "sales"})
    assert orders_table.primary_key is not None
    assert orders_table.primary_key.value == ("order_id",)
    assert orders_table.primary_key.evidence.startswith("all 6,000 values are filled and different")
    (link,) = project.accepted_links
    assert str(link) == "orders(customer_id) → customers(id)"
    assert link.accepted.evidence.endswith("counted over all 6,000 rows")

    found = facts.table("customers")
    assert found.rows == 2000
    assert found.column("city").nulls == 2000 // 7
    counts = {each.value: each.count for each in found.column("city").top}
    assert counts == {city: sum(1 for each in customers(2000) if each["city"] == city) for city in CITIES}
    assert (found.column("id").distinct, found.column("id").unique) == (2000, True)
    quantiles = [int(each) for each in found.column("id").quantiles]
    assert quantiles[0] < 35
    assert quantiles[-1] > 1965
    assert quantiles == sorted(quantiles)
    assert quantiles[16] == pytest.approx(1000, abs=20)
    status = {each.value: each.count for each in facts.table("orders").column("status").top}
    assert status == {
        value: sum(1 for each in orders(6000, 1900) if each["status"] == value) for value in status
    }
    assert status["rare"] == 12
    tie = facts.links[0]
    assert (tie.rows, tie.nulls, tie.orphans, tie.parents) == (6000, 0, 0, 2000)
    assert sum(parents for _, _, parents in tie.children) == 2000

    asked = queries(shop)
    assert len(asked) == len(shop.billed_queries()) == 4
    for each in asked:
        assert not re.search(r"SELECT\s+\*", sql_of(each))
        configuration = each.json["configuration"]
        assert int(configuration["query"]["maximumBytesBilled"]) == 100 * 2**30
        assert configuration["labels"]["synth-studio"] == "true"
    assert any(
        re.fullmatch(r"orders: a sample of 600 rows and one query of all rows: .*\$.*", each) for each in said
    )
    # What a personal column holds is not asked for.
    measured = next(sql_of(each) for each in asked if "COUNT(*)" in sql_of(each) and "email" in sql_of(each))
    assert "APPROX_TOP_COUNT(`city`" in measured
    assert "APPROX_TOP_COUNT(`email`" not in measured


def test_the_draft_of_a_sampled_source_holds(shop: BigQueryServer, tmp_path: Path) -> None:
    begin("bigquery:p.shop", tmp_path)
    api.draft("job", home=tmp_path)
    assert [each for each in api.lint("job", home=tmp_path) if each.level == "error"] == []
    shown, _ = api.preview("job", rows=30, home=tmp_path)
    assert {name: table.num_rows for name, table in shown.tables.items()}["orders"] >= 30


def test_costs_are_shown_and_nothing_is_read(shop: BigQueryServer, tmp_path: Path) -> None:
    api.init("job", "bigquery:p.shop", str(tmp_path / "out"), home=tmp_path)
    found = {each.table: each for each in api.cost("job", home=tmp_path)}
    assert (found["orders"].queries, found["customers"].queries) == (2, 2)
    assert found["orders"].bytes == 2 * 10 * 2**20
    assert found["orders"].dollars == pytest.approx(20 / 2**20 * 6.25)
    assert shop.jobs() == []


def test_the_command_cost(
    shop: BigQueryServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SYNTH_HOME", str(tmp_path))
    api.init("job", "bigquery:p.shop", str(tmp_path / "out"), home=tmp_path)
    assert main(["cost", "job"]) == 0
    said = " ".join(capsys.readouterr().out.split())
    assert "orders: a sample of 600 rows and one query of all rows: 20.0 MiB, under $0.01" in said
    assert "Inferring job reads 40.0 MiB in 4 queries: under $0.01" in said
    assert main(["cost", "job", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["bytes"], [each["queries"] for each in told["tables"]]) == (40 * 2**20, [2, 2])


def test_rows_that_only_just_came_in_are_counted(bigquery_server: BigQueryServer, tmp_path: Path) -> None:
    """What streams in is not in the table's size yet: a limit that is reached may hide more."""
    bigquery_server.load_table("p", "shop", "customers", CUSTOMERS, customers(2000))
    size = re.compile(rb'"numRows": "\d+"')
    bigquery_server.faults.add(
        Fault(method="GET", path=r"/tables/customers\?", spoil=lambda body: size.sub(b'"numRows": "0"', body))
    )
    bigquery_server.add_row_access_policy("p", "shop", "customers", "all", "TRUE")
    sample = BigQueryWarehouse("p", "shop", read_only=True).sample("customers", tmp_path, 500)
    assert (sample.rows, sample.is_whole) == (500, False)


def test_more_than_the_limit_is_refused_before_anything_is_billed(
    shop: BigQueryServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SYNTH_MAX_BYTES_BILLED", str(30 * 2**20))
    with pytest.raises(SourceError) as caught:
        begin("bigquery:p.shop", tmp_path)
    said = str(caught.value)
    assert said.startswith("Reading the tables takes 40.0 MiB (under $0.01), more than the limit of 30.0 MiB")
    assert "orders (20.0 MiB)" in said
    assert "max_bytes_billed" in said
    assert shop.jobs() == []


def test_a_sample_that_is_too_large_is_refused(shop: BigQueryServer, tmp_path: Path) -> None:
    warehouse = BigQueryWarehouse("p", "shop", limits=Limits(max_bytes_billed=1000), read_only=True)
    with pytest.raises(
        SourceError, match=r"customers: reading a sample of 100 rows takes .* limit of 1,000 B"
    ):
        warehouse.sample("customers", tmp_path, 100)
    assert shop.jobs() == []


def test_a_table_too_large_to_be_measured_is_described_by_its_sample(
    shop: BigQueryServer, tmp_path: Path
) -> None:
    shop.faults.add(dry_runs_say(2**40, lambda sql: "COUNT(*)" in sql))
    size = re.compile(rb'"numBytes": "\d+"')
    large = f'"numBytes": "{2**40}"'.encode()
    shop.faults.add(
        Fault(method="GET", path=r"/tables/customers\?", times=9, spoil=lambda body: size.sub(large, body))
    )
    said: list[str] = []
    stored, findings = begin("bigquery:p.shop#customers", tmp_path, said)
    (finding,) = findings
    assert finding.code == "source.not-measured"
    assert "counting all rows takes 1.0 TiB ($6.25), more than the limit of 100.0 GiB" in finding.message
    assert any("all rows are not measured, which would read 1.0 TiB" in each for each in said)
    assert stored.facts().table("customers").rows == 2000
    assert len(shop.billed_queries()) == 1


def test_columns_behind_policy_tags_are_not_asked_for(
    bigquery_server: BigQueryServer, tmp_path: Path
) -> None:
    fields = [*CUSTOMERS, field("salary", "NUMERIC", "REQUIRED", policyTags={"names": [TAG]})]
    rows = [each | {"salary": 7} for each in customers(2000)]
    bigquery_server.load_table("p", "shop", "staff", fields, rows)
    bigquery_server.deny_column("p", "shop", "staff", "salary")
    stored, findings = begin("bigquery:p.shop", tmp_path)
    (hidden,) = [each for each in findings if each.code == "source.hidden-column"]
    assert (hidden.table, hidden.column) == ("staff", "salary")
    assert "categoryFineGrainedReader" in hidden.hint
    assert not any("salary" in sql_of(each) for each in queries(bigquery_server))
    column = stored.project.table("staff").column("salary")
    assert (column.type.value.kind, column.mode.value, column.policy_tags) == (
        Kind.NUMERIC,
        "REQUIRED",
        (TAG,),
    )
    assert stored.facts().table("staff").column("salary").rows == 0
    api.draft("job", home=tmp_path)
    shown, _ = api.preview("job", rows=5, home=tmp_path)
    assert None not in shown.tables["staff"]["salary"].to_pylist()


def test_hidden_fields_of_nested_columns(bigquery_server: BigQueryServer, tmp_path: Path) -> None:
    inner = [field("secret", "STRING", policyTags={"names": [TAG]}), field("known", "INTEGER")]
    fields = [
        field("id", "INTEGER"),
        field("one", "RECORD", fields=inner),
        field("many", "RECORD", "REPEATED", fields=inner),
    ]
    rows = [
        {"id": 1, "one": {"secret": "s", "known": 1}, "many": [{"secret": "s", "known": 2}] * 2},
        {"id": 2, "one": None, "many": []},
    ]
    bigquery_server.load_table("p", "d", "t", fields, rows)
    bigquery_server.deny_column("p", "d", "t", "one.secret")
    bigquery_server.deny_column("p", "d", "t", "many.secret")
    sample = BigQueryWarehouse("p", "d", read_only=True).sample("t", tmp_path, 100)
    # The stand-in takes UNNEST for a reading of all fields, so all of `many` goes. Whether `one` is NULL is not asked.
    assert sample.hidden == ("many", "many.secret", "one.secret")
    found = pyarrow.parquet.read_table(sample.paths[0]).to_pylist()
    assert sorted(found, key=lambda row: row["id"]) == [
        {"id": 1, "one": {"secret": None, "known": 1}},
        {"id": 2, "one": {"secret": None, "known": None}},
    ]


def test_row_access_policies_are_kept(shop: BigQueryServer, tmp_path: Path) -> None:
    shop.add_row_access_policy("p", "shop", "customers", "bern", "city = 'Bern'")
    stored, findings = begin("bigquery:p.shop#customers", tmp_path)
    seen = sum(1 for each in customers(2000) if each["city"] == "Bern")
    assert stored.project.table("customers").rows == seen
    assert [each.value for each in stored.facts().table("customers").column("city").top] == ["Bern"]
    (finding,) = [each for each in findings if each.code == "source.rows-restricted"]
    assert f"{seen:,} of 2,000 rows" in finding.message


def test_a_small_table_with_a_policy_is_queried(bigquery_server: BigQueryServer, tmp_path: Path) -> None:
    bigquery_server.load_table("p", "shop", "customers", CUSTOMERS, customers(90))
    bigquery_server.add_row_access_policy("p", "shop", "customers", "few", "id <= 20")
    sample = BigQueryWarehouse("p", "shop", read_only=True).sample("customers", tmp_path, 600)
    assert (sample.rows, sample.is_whole, sample.table_rows) == (20, True, 20)
    assert [each.message for each in sample.findings] == [
        "you see 20 of 90 rows: a row access policy hides the others. All that follows is about those."
    ]


@pytest.mark.parametrize(
    ("metadata", "text"),
    [
        ({"timePartitioning": {"type": "DAY", "field": "day"}}, "day"),
        ({"timePartitioning": {"type": "MONTH", "field": "day"}}, "DATE_TRUNC(day, MONTH)"),
        ({"timePartitioning": {"type": "HOUR", "field": "local"}}, "DATETIME_TRUNC(`local`, HOUR)"),
        ({"timePartitioning": {"type": "DAY"}}, "_PARTITIONDATE"),
        (
            {"rangePartitioning": {"field": "n", "range": {"start": "0", "end": "100", "interval": "10"}}},
            "RANGE_BUCKET(n, GENERATE_ARRAY(0, 100, 10))",
        ),
    ],
)
def test_tables_that_require_a_partition_filter(
    bigquery_server: BigQueryServer, tmp_path: Path, metadata: dict[str, Any], text: str
) -> None:
    fields = [field("n", "INTEGER"), field("day", "DATE"), field("local", "DATETIME")]
    rows = [
        {
            "n": n if n % 9 else None,
            "day": dt.date(2024, 1 + n % 12, 1) if n % 5 else None,
            "local": dt.datetime(2024, 1, 1, n % 24),
        }
        for n in range(200)
    ]
    bigquery_server.load_table("p", "d", "t", fields, rows, requirePartitionFilter=True, **metadata)
    warehouse = BigQueryWarehouse("p", "d", read_only=True)
    schema = warehouse.schema("t")
    assert (schema.partitioning.replace("`local`", "`local`"), schema.require_partition_filter) == (
        text.replace("`local`", "local") if "`local`" not in schema.partitioning else text,
        True,
    )
    sample = warehouse.sample("t", tmp_path, 100)
    assert 50 <= sample.rows <= 100
    facts = warehouse.measure("t", Question(columns=(ColumnQuestion(name="n"), ColumnQuestion(name="day"))))
    assert (facts.rows, [each.filled for each in facts.columns]) == (200, [177, 160])


def test_the_newest_partitions_are_read_where_all_are_too_much(
    shop: BigQueryServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The list of partitions, as the legacy table `$__PARTITIONS_SUMMARY__` gives it.
    days = sorted({f"{each['ordered_at']:%Y%m%d}" for each in orders(6000, 1900)})
    monkeypatch.setattr(bigquery.Client, "list_partitions", lambda *_, **__: days)
    shop.faults.add(dry_runs_say(2**50, lambda sql: "TIMESTAMP '2024-02-2" not in sql))
    warehouse = BigQueryWarehouse("p", "shop", read_only=True)
    assert "of the newest partitions" in warehouse.estimate("orders", 600).how
    sample = warehouse.sample("orders", tmp_path, 600)
    (sql,) = [sql_of(each) for each in queries(shop)]
    assert "`ordered_at` >= TIMESTAMP '2024-02-" in sql
    found = pyarrow.parquet.read_table(sample.paths[0])["ordered_at"].to_pylist()
    assert min(found) >= dt.datetime(2024, 2, 20, tzinfo=dt.UTC)
    assert (sample.is_whole, sample.table_rows) == (False, 6000)


def test_blocks_of_large_tables(
    shop: BigQueryServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(planning, "SAMPLED_BYTES", 1000)
    shop.behaviour.block_rows = 50
    sample = BigQueryWarehouse("p", "shop", read_only=True).sample("customers", tmp_path, 300)
    (sql,) = [sql_of(each) for each in queries(shop)]
    assert "TABLESAMPLE SYSTEM (45.000 PERCENT)" in sql
    assert 100 < sample.rows <= 300
    assert (sample.is_whole, sample.table_rows) == (False, 2000)


def test_a_stand_in_that_samples_nothing_is_read_whole(
    shop: BigQueryServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(planning, "SAMPLED_BYTES", 1000)
    shop.behaviour.samples = False
    shop.behaviour.sizes_of_dry_runs = False
    sample = BigQueryWarehouse("p", "shop", read_only=True).sample("customers", tmp_path, 300)
    assert ["TABLESAMPLE" in sql_of(each) for each in queries(shop)] == [True, False]
    assert 200 < sample.rows <= 300
    assert all(
        int(each.json["configuration"]["query"]["maximumBytesBilled"]) == 100 * 2**30
        for each in queries(shop)
    )


def test_a_view_is_read_by_query(shop: BigQueryServer, tmp_path: Path) -> None:
    view = BigQueryWarehouse("p", "shop")
    client = view._connection.client
    client.query(
        "CREATE VIEW shop.paid AS SELECT order_id, status FROM shop.orders "
        "WHERE ordered_at >= TIMESTAMP '2020-01-01' AND status != 'new'"
    ).result()
    client.query("CREATE VIEW shop.few AS SELECT id, city FROM shop.customers WHERE id < 50").result()
    shop.faults.clear()
    stored, findings = begin("bigquery:p.shop.paid,few", tmp_path)
    wanted = sum(1 for each in orders(6000, 1900) if each["status"] != "new")
    assert (stored.project.table("paid").rows, stored.project.table("few").rows) == (wanted, 49)
    assert stored.facts().table("paid").rows == wanted
    assert codes(findings) == set()
    # One query was enough where a sample was all there is.
    assert sum("`few`" in sql_of(each) for each in queries(shop)) == 1
    assert sum("`paid`" in sql_of(each) for each in queries(shop)) == 2


def test_projects_and_locations(
    bigquery_server: BigQueryServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bigquery_server.create_project("billed")
    bigquery_server.create_dataset("p", "eu", "EU")
    bigquery_server.create_dataset("other", "tokyo", "asia-northeast1")
    bigquery_server.load_table("p", "eu", "customers", CUSTOMERS, customers(700))
    bigquery_server.load_table("other", "tokyo", "orders", ORDERS, orders(800, 700))
    monkeypatch.setenv("PROJECT_ID", "billed")
    stored, _ = api.begin(
        "job", ["bigquery:p.eu", "bigquery:other.tokyo"], str(tmp_path / "out"), home=tmp_path
    )
    assert {table.source.full_name for table in stored.project.tables} == {
        "p.eu.customers",
        "other.tokyo.orders",
    }
    assert {(job.project, job.location) for job in bigquery_server.jobs()} == {
        ("billed", "EU"),
        ("billed", "asia-northeast1"),
    }
    # No query joins two locations: this link is known by the samples alone.
    links = [link for link in stored.project.links if link.table == "orders"]
    assert all("a sample of" in link.accepted.evidence for link in links)


def test_everything_that_is_declared(bigquery_server: BigQueryServer) -> None:
    bigquery_server.load_table(
        "p", "base", "people", [field("id", "INTEGER")], tableConstraints={"primaryKey": {"columns": ["id"]}}
    )
    bigquery_server.load_table(
        "p",
        "shop",
        "lines",
        [
            field("a", "INTEGER", "REQUIRED", description="first half"),
            field("b", "STRING", maxLength="5"),
            field("person", "INTEGER"),
            field(
                "more",
                "RECORD",
                "REPEATED",
                description="nested",
                fields=[
                    field(
                        "x",
                        "NUMERIC",
                        precision="10",
                        scale="2",
                        description="deep",
                        policyTags={"names": [TAG]},
                    )
                ],
            ),
        ],
        description="Lines",
        labels={"k": "v"},
        clustering={"fields": ["a", "b"]},
        tableConstraints={
            "primaryKey": {"columns": ["a", "b"]},
            "foreignKeys": [
                {
                    "name": "to_people",
                    "referencedTable": {"projectId": "p", "datasetId": "base", "tableId": "people"},
                    "columnReferences": [{"referencingColumn": "person", "referencedColumn": "id"}],
                }
            ],
        },
    )
    found = BigQueryWarehouse("p", "shop", read_only=True).schema("lines")
    assert found.full_name == "p.shop.lines"
    assert (found.primary_key, found.description, found.labels) == (("a", "b"), "Lines", {"k": "v"})
    assert (found.clustering, found.rows) == (("a", "b"), 0)
    (key,) = found.foreign_keys
    assert (key.columns, key.ref_table, key.ref_full_name) == (("person",), "people", "p.base.people")
    nested = found.fields[3]
    assert (nested.mode, nested.description) == ("REPEATED", "nested")
    leaf = nested.type.fields[0]
    assert (str(leaf.type), leaf.description, leaf.policy_tags) == ("NUMERIC(10, 2)", "deep", (TAG,))
    assert (str(found.fields[1].type), found.fields[0].mode) == ("STRING(5)", "REQUIRED")


def test_declared_keys_of_two_datasets_and_nested_descriptions(
    bigquery_server: BigQueryServer, tmp_path: Path
) -> None:
    people = {"projectId": "p", "datasetId": "base", "tableId": "people"}
    nested = field(
        "box", "RECORD", fields=[field("x", "STRING", description="deep", policyTags={"names": [TAG]})]
    )
    bigquery_server.load_table(
        "p",
        "base",
        "people",
        [field("nr", "INTEGER")],
        [{"nr": n} for n in range(50)],
        tableConstraints={"primaryKey": {"columns": ["nr"]}},
    )
    reference = {
        "referencedTable": people,
        "columnReferences": [{"referencingColumn": "who", "referencedColumn": "nr"}],
    }
    bigquery_server.load_table(
        "p",
        "shop",
        "visits",
        [field("who", "INTEGER"), nested],
        [{"who": n % 50, "box": {"x": "y"}} for n in range(200)],
        tableConstraints={"foreignKeys": [reference]},
    )
    stored, findings = api.begin(
        "job", ["bigquery:p.shop", "bigquery:p.base"], str(tmp_path / "out"), home=tmp_path
    )
    (link,) = stored.project.accepted_links
    assert (str(link), link.accepted.origin) == ("visits(who) → people(nr)", Origin.DECLARED)
    kept = api.open("job", home=tmp_path).project.table("visits").column("box").field
    assert kept.type.fields[0].description == "deep"
    assert kept.type.fields[0].policy_tags == (TAG,)
    alone, findings = api.begin("alone", "bigquery:p.shop", str(tmp_path / "o2"), home=tmp_path)
    assert alone.project.accepted_links == ()
    (note,) = [each for each in findings if each.code == "relate.parent-left-out"]
    assert "p.base.people" in note.message


def without(*words: str) -> Fault:
    """A service that does not know these functions."""
    return Fault(
        method="POST",
        path="/jobs",
        times=1000,
        status=400,
        reason="invalidQuery",
        message="Function not found",
        where=lambda request: any(word in sql_of(request) for word in words),
    )


def test_a_service_without_approximate_functions(shop: BigQueryServer, tmp_path: Path) -> None:
    shop.faults.add(without("APPROX_"))
    stored, findings = begin("bigquery:p.shop", tmp_path)
    assert codes(findings) == {"source.not-measured"}
    facts = stored.facts().table("orders")
    assert (facts.rows, facts.column("status").rows, facts.column("order_id").unique) == (6000, 6000, True)
    # Shares of the sample, as numbers of the table.
    counts = {each.value: each.count for each in facts.column("status").top}
    assert counts["new"] == pytest.approx(5400, rel=0.1)
    assert sum(counts.values()) <= 6000
    assert stored.facts().links[0].orphans == 0
    assert stored.project.table("orders").key_columns == ("order_id",)


def test_a_service_that_counts_nothing(shop: BigQueryServer, tmp_path: Path) -> None:
    shop.faults.add(without("COUNT("))
    stored, findings = begin("bigquery:p.shop", tmp_path)
    assert codes(findings) == {"source.not-measured"}
    project, facts = stored.project, stored.facts()
    assert project.table("orders").rows == facts.table("orders").rows == 6000
    key = project.table("orders").primary_key
    assert key is not None
    assert key.evidence.startswith("in a sample of ")
    (link,) = project.accepted_links
    assert "counted over a sample of" in link.accepted.evidence
    assert (facts.links[0].rows, facts.links[0].orphans, facts.links[0].parents) == (6000, 0, 2000)
    assert facts.table("customers").column("city").nulls == pytest.approx(285, rel=0.4)


def test_a_key_that_only_the_sample_has_is_none(bigquery_server: BigQueryServer, tmp_path: Path) -> None:
    # Each of 3,000 numbers twice: in a sample of some hundred rows they are nearly always different.
    rows = [{"ticket_id": n // 2 + 10**6, "seat": n % 2, "price": n % 50} for n in range(20_000)]
    fields = [field("ticket_id", "INTEGER"), field("seat", "INTEGER"), field("price", "INTEGER")]
    bigquery_server.load_table("p", "d", "tickets", fields, rows)
    stored, _ = begin("bigquery:p.d", tmp_path)
    table = stored.project.table("tickets")
    assert table.key_columns != ("ticket_id",)
    assert not stored.facts().table("tickets").column("ticket_id").unique
    if table.primary_key:
        assert table.key_columns == ("ticket_id", "seat")


def test_lost_replies_bill_nothing_twice(shop: BigQueryServer, tmp_path: Path) -> None:
    for purpose in ("sample", "measure"):
        shop.faults.add(
            Fault(
                method="POST",
                path="/jobs",
                lose_reply=True,
                where=lambda request, purpose=purpose: (  # type: ignore[misc]
                    request.json["configuration"]["labels"].get("synth-purpose") == purpose
                    and not is_dry(request)
                ),
            )
        )
    stored, _ = begin("bigquery:p.shop#customers", tmp_path)
    assert stored.facts().table("customers").rows == 2000
    assert len(shop.billed_queries()) == 2


def test_quota_is_final(shop: BigQueryServer, tmp_path: Path) -> None:
    shop.faults.add(
        Fault(method="POST", path="/jobs", times=100, status=403, reason="quotaExceeded", message="No more.")
    )
    with pytest.raises(SourceError, match=r"No more.*quota") as caught:
        begin("bigquery:p.shop", tmp_path)
    assert not isinstance(caught.value, TransientError)
    assert sum(each.path.endswith("/jobs") for each in shop.requests) == 1


def test_a_caller_who_may_not_run_jobs_is_told_the_role(shop: BigQueryServer, tmp_path: Path) -> None:
    shop.forbid("bigquery.jobs.create")
    with pytest.raises(SourceError, match=r"roles/bigquery\.jobUser"):
        begin("bigquery:p.shop", tmp_path)


def test_a_dataset_that_is_not_there(bigquery_server: BigQueryServer, tmp_path: Path) -> None:
    bigquery_server.create_project("p")
    with pytest.raises(SourceError, match=r"no dataset p\.shop"):
        begin("bigquery:p.shop", tmp_path)


def test_all_types_listed_or_queried(bigquery_server: BigQueryServer, tmp_path: Path) -> None:
    fields = [
        field("i", "INTEGER"),
        field("x", "FLOAT"),
        field("b", "BOOLEAN"),
        field("n", "NUMERIC"),
        field("d", "DATE"),
        field("dt", "DATETIME"),
        field("ts", "TIMESTAMP"),
        field("t", "TIME"),
        field("by", "BYTES"),
        field("j", "JSON"),
        field("s", "RECORD", fields=[field("a", "STRING"), field("l", "INTEGER", "REPEATED")]),
    ]
    row = {
        "i": -(2**63),
        "x": 1e300,
        "b": False,
        "n": 3,
        "d": dt.date(1, 1, 1),
        "dt": dt.datetime(2024, 2, 29, 1, 2, 3, 456789),
        "ts": dt.datetime(1950, 1, 1, 0, 0, 0, 1, tzinfo=dt.UTC),
        "t": dt.time(23, 59, 59, 999999),
        "by": b"\x00\xff",
        "j": json.dumps({"a": [1]}),
        "s": {"a": "ä", "l": [1, 2]},
    }
    bigquery_server.load_table("p", "d", "t", fields, [row])
    warehouse = BigQueryWarehouse("p", "d", read_only=True)
    listed = warehouse.sample("t", tmp_path, 100)
    found = [pyarrow.parquet.read_table(listed.paths[0]).to_pylist()]
    bigquery_server.add_row_access_policy("p", "d", "t", "all", "TRUE")
    queried = BigQueryWarehouse("p", "d", read_only=True).sample("t", tmp_path, 100)
    found.append(pyarrow.parquet.read_table(queried.paths[0]).to_pylist())
    for rows in found:
        assert [each | {"j": json.loads(each["j"])} for each in rows] == [row | {"j": {"a": [1]}}]


def test_economy(bigquery_server: BigQueryServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """50 tables: two billed queries each, metadata by a page and one call a table."""
    monkeypatch.setenv("SYNTH_SAMPLE_ROWS", "100")
    fields = [field("id", "INTEGER"), field("kind", "STRING")]
    rows = [{"id": n, "kind": f"w{n % 5}"} for n in range(150)]
    for number in range(50):
        bigquery_server.load_table("p", "wide", f"t{number}", fields, rows)
    warehouse = BigQueryWarehouse("p", "wide", read_only=True)
    for name in warehouse.tables():
        assert warehouse.estimate(name, 100).queries == 2
        assert warehouse.sample(name, tmp_path, 100).rows > 60
        assert warehouse.measure(name, everything(fields)).rows == 150
    asked = queries(bigquery_server)
    assert len(asked) == len(bigquery_server.billed_queries()) == 100
    assert not any(re.search(r"SELECT\s+\*", sql_of(each)) for each in bigquery_server.requests)
    calls = [each.path.rpartition("/wide/")[2] for each in bigquery_server.requests if each.method == "GET"]
    metadata = [each for each in calls if re.fullmatch(r"tables(/t\d+)?", each)]
    assert len(metadata) == 51


@pytest.mark.slow(sampled=False)
def test_economy_of_fifty_wide_tables(
    bigquery_server: BigQueryServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """50 tables of 200 columns through one `infer`."""
    cost_of_wide_tables(bigquery_server, tmp_path, monkeypatch, tables=50, columns=200)


def test_economy_of_wide_tables(
    bigquery_server: BigQueryServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same for a few that are less wide."""
    cost_of_wide_tables(bigquery_server, tmp_path, monkeypatch, tables=3, columns=30)


def cost_of_wide_tables(
    server: BigQueryServer, home: Path, monkeypatch: pytest.MonkeyPatch, *, tables: int, columns: int
) -> None:
    """Two billed queries a table, metadata by a page and two calls a table, and never all columns of all rows."""
    monkeypatch.setenv("SYNTH_SAMPLE_ROWS", "100")
    fields = [field("id", "INTEGER")] + [
        field(f"v{n}", ("INTEGER", "STRING", "FLOAT")[n % 3] if n % 50 else "DATE")
        for n in range(columns - 1)
    ]
    day = dt.date(2024, 1, 1)
    values: dict[str, Callable[[int], Any]] = {
        "INTEGER": lambda n: n % 7,
        "STRING": lambda n: f"w{n % 5}",
        "FLOAT": lambda n: n / 8,
        "DATE": lambda n: day + dt.timedelta(days=n % 30),
    }
    rows = [{each["name"]: values[each["type"]](n) for each in fields} | {"id": n} for n in range(150)]
    for number in range(tables):
        server.load_table("p", "wide", f"t{number}", fields, rows)
    stored, _ = begin("bigquery:p.wide", home)
    assert len(stored.project.tables) == tables
    assert all(len(table.columns) == columns for table in stored.project.tables)
    assert all(stored.facts().table(f"t{n}").column("v2").rows == 150 for n in range(tables))
    assert len(queries(server)) == len(server.billed_queries()) == 2 * tables
    assert not any(re.search(r"SELECT\s+\*", sql_of(each)) for each in server.requests)
    calls = [each.path.rpartition("/wide")[2] for each in server.requests if each.method == "GET"]
    pages = [each for each in calls if each == "/tables"]
    single = [each for each in calls if re.fullmatch(r"/tables/t\d+", each)]
    assert len(pages) <= 2 and len(single) <= 2 * tables


def test_masked_values_are_said_to_be(shop: BigQueryServer, tmp_path: Path) -> None:
    shop.mask_column("p", "shop", "customers", "city", "'*'")
    sample = BigQueryWarehouse("p", "shop", read_only=True).sample("customers", tmp_path, 300)
    assert set(pyarrow.parquet.read_table(sample.paths[0])["city"].to_pylist()) == {"*"}
    (finding,) = sample.findings
    assert (finding.code, finding.table) == ("source.values-masked", "customers")
