"""The BigQuery of tests: scripts and transactions, statements that change or define, INFORMATION_SCHEMA."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from google.api_core.exceptions import BadRequest, Conflict
from google.auth.credentials import AnonymousCredentials
from google.cloud import bigquery
from servers.bigquery import BigQueryServer
from small_bigquery import ROWS, SHOP, asking


@pytest.fixture
def client(bigquery_server: BigQueryServer) -> Iterator[bigquery.Client]:
    bigquery_server.load_table("p", "d", "shop", SHOP, ROWS)
    with bigquery.Client(project="p", credentials=AnonymousCredentials()) as client:
        yield client


@pytest.fixture
def ask(client: bigquery.Client) -> Callable[..., Any]:
    """The rows of a query, or the only value of its only row."""
    return asking(client)


def test_a_query_writes_into_a_table(bigquery_server: BigQueryServer, client: bigquery.Client) -> None:
    config = bigquery.QueryJobConfig(destination="p.d.out", write_disposition="WRITE_EMPTY")
    client.query("SELECT id, city FROM d.shop WHERE id < 2", job_config=config).result()
    assert bigquery_server.rows("p", "d", "out") == [{"id": 0, "city": "Bern"}, {"id": 1, "city": "Genf"}]
    with pytest.raises(Conflict):
        client.query("SELECT 1 AS id", job_config=config).result()
    config.write_disposition = "WRITE_TRUNCATE"
    client.query("SELECT 1 AS n", job_config=config).result()
    assert bigquery_server.rows("p", "d", "out") == [{"n": 1}]


def test_a_transaction_is_done_whole_or_not_at_all(
    bigquery_server: BigQueryServer, client: bigquery.Client
) -> None:
    bigquery_server.load_table("p", "d", "new", SHOP, ROWS[:2])
    publish = """
    BEGIN TRANSACTION;
    TRUNCATE TABLE p.d.shop;
    INSERT INTO p.d.shop (id, items) SELECT id, items FROM p.d.new; -- by name
    {more}
    COMMIT TRANSACTION;
    """
    before = bigquery_server.table("p", "d", "shop")
    with pytest.raises(BadRequest, match="nothing here"):
        client.query(publish.format(more="SELECT ERROR('nothing here');")).result()
    assert len(bigquery_server.rows("p", "d", "shop")) == 6
    assert bigquery_server.table("p", "d", "shop") == before
    job = client.query(publish.format(more=""), job_id="publication", job_retry=None)
    job.result()
    assert [row["id"] for row in bigquery_server.rows("p", "d", "shop")] == [0, 1]
    assert job.statement_type == "SCRIPT"
    kinds = [child.statement_type for child in client.list_jobs(parent_job=job)]
    assert kinds == ["INSERT", "TRUNCATE_TABLE"]
    with pytest.raises(BadRequest, match="not supported inside a transaction"):
        client.query("BEGIN TRANSACTION; CREATE TABLE d.x (a INT64); COMMIT TRANSACTION").result()
    bigquery_server.behaviour.transaction_tables = 1
    with pytest.raises(BadRequest, match="more than 1 tables"):
        client.query(
            "BEGIN TRANSACTION; DELETE FROM d.shop WHERE TRUE; DELETE FROM d.new WHERE TRUE; COMMIT TRANSACTION"
        ).result()
    assert len(bigquery_server.rows("p", "d", "shop")) == 2
    bigquery_server.behaviour.scripts = False
    with pytest.raises(BadRequest, match="not supported"):
        client.query(publish.format(more="")).result()


def test_scripts_have_variables_assertions_and_handlers(ask: Callable[..., Any]) -> None:
    assert ask("DECLARE n INT64 DEFAULT 3; SET n = n + 1; SELECT n * 10 AS x") == 40
    with pytest.raises(BadRequest, match="too few"):
        ask("ASSERT (SELECT COUNT(*) FROM d.shop) > 9 AS 'too few'; SELECT 1")
    script = """
    BEGIN
      BEGIN TRANSACTION;
      DELETE FROM d.shop WHERE TRUE;
      SELECT ERROR('broken');
      COMMIT TRANSACTION;
    EXCEPTION WHEN ERROR THEN
      ROLLBACK TRANSACTION;
      SELECT @@error.message AS m;
    END
    """
    assert ask(script) == "broken"
    assert ask("SELECT COUNT(*) FROM d.shop") == 6
    assert ask("CREATE TEMP TABLE x AS SELECT 1 AS a; INSERT INTO x SELECT 2; SELECT SUM(a) FROM x") == 3


def test_rows_are_changed(bigquery_server: BigQueryServer, client: bigquery.Client) -> None:
    def run(sql: str) -> int:
        job = client.query(sql)
        job.result()
        return int(job.num_dml_affected_rows or 0)

    assert run("UPDATE d.shop SET city = 'Chur' WHERE id = 0") == 1
    assert (
        run("UPDATE d.shop AS t SET t.price = s.price + 1 FROM d.shop AS s WHERE t.id = s.id AND t.id = 1")
        == 1
    )
    assert run("DELETE FROM d.shop WHERE id >= 2") == 4
    assert run("INSERT INTO d.shop (id, city) VALUES (7, 'Olten'), (8, NULL)") == 2
    merge = """MERGE d.shop AS t USING (SELECT 7 AS id, 'Aarau' AS city UNION ALL SELECT 9, 'Brig') AS s
    ON t.id = s.id WHEN MATCHED THEN UPDATE SET city = s.city
    WHEN NOT MATCHED THEN INSERT (id, city) VALUES (s.id, s.city)"""
    assert run(merge) == 2
    rows = {row["id"]: (row["city"], row["price"]) for row in bigquery_server.rows("p", "d", "shop")}
    assert rows == {
        0: ("Chur", 0),
        1: ("Genf", 2),
        7: ("Aarau", None),
        8: (None, None),
        9: ("Brig", None),
    }
    assert all(row["items"] is not None for row in bigquery_server.rows("p", "d", "shop"))


def test_tables_are_defined_and_altered(bigquery_server: BigQueryServer, client: bigquery.Client) -> None:
    for sql in (
        "CREATE SCHEMA IF NOT EXISTS p.e OPTIONS(location='EU', description='words')",
        """CREATE TABLE e.t (
             a INT64 NOT NULL OPTIONS(description='first'), b STRING(9) DEFAULT 'x', c NUMERIC(10, 2),
             r ARRAY<STRUCT<x INT64, y STRING>>, d DATE, PRIMARY KEY (a) NOT ENFORCED
           ) PARTITION BY DATE_TRUNC(d, MONTH) CLUSTER BY a, b
           OPTIONS(description='table', labels=[('k', 'v')], require_partition_filter=true)""",
        "ALTER TABLE e.t ADD COLUMN IF NOT EXISTS n STRUCT<z BOOL>, ADD COLUMN m INT64 OPTIONS(description='m')",
        "ALTER TABLE e.t SET OPTIONS (description='other', require_partition_filter=false)",
        "ALTER TABLE e.t ALTER COLUMN b SET OPTIONS (description='bees')",
        "CREATE TABLE e.u (k INT64)",
        "ALTER TABLE e.u ADD PRIMARY KEY (k) NOT ENFORCED",
        "ALTER TABLE e.t ADD CONSTRAINT fk FOREIGN KEY (m) REFERENCES e.u (k) NOT ENFORCED",
        "INSERT INTO e.t (a, c) SELECT 1, 2.5",
        "CREATE OR REPLACE TABLE e.copied AS SELECT a, b, c FROM e.t",
        "CREATE VIEW e.v AS SELECT a FROM e.t",
        "DROP TABLE IF EXISTS e.gone",
    ):
        client.query(sql, location="EU").result()
    about = bigquery_server.table("p", "e", "t")
    assert [field["name"] for field in about["schema"]["fields"]] == ["a", "b", "c", "r", "d", "n", "m"]
    assert about["schema"]["fields"][1] == {
        "name": "b",
        "type": "STRING",
        "mode": "NULLABLE",
        "maxLength": "9",
        "defaultValueExpression": "'x'",
        "description": "bees",
    }
    assert about["timePartitioning"] == {"type": "MONTH", "field": "d"}
    assert about["clustering"] == {"fields": ["a", "b"]}
    assert (about["description"], about["labels"]) == ("other", {"k": "v"})
    assert about["tableConstraints"]["primaryKey"] == {"columns": ["a"]}
    assert about["tableConstraints"]["foreignKeys"][0]["referencedTable"]["tableId"] == "u"
    assert bigquery_server.rows("p", "e", "copied")[0]["b"] == "x"
    with pytest.raises(BadRequest, match="Cannot add required fields"):
        client.query("ALTER TABLE e.t ADD COLUMN q INT64 NOT NULL", location="EU").result()
    with pytest.raises(Conflict):
        client.query("CREATE TABLE e.t (a INT64)", location="EU").result()


def test_information_schema(bigquery_server: BigQueryServer, ask: Callable[..., Any]) -> None:
    bigquery_server.load_table(
        "p",
        "d",
        "t",
        [
            {"name": "id", "type": "INT64", "mode": "REQUIRED"},
            {"name": "to", "type": "INT64", "description": "words"},
            {"name": "r", "type": "STRUCT", "mode": "REPEATED", "fields": [{"name": "x", "type": "DATE"}]},
        ],
        rangePartitioning={"field": "to", "range": {"start": "0", "end": "100", "interval": "10"}},
        clustering={"fields": ["id"]},
        description="table",
        tableConstraints={
            "primaryKey": {"columns": ["id"]},
            "foreignKeys": [
                {
                    "referencedTable": {"projectId": "p", "datasetId": "d", "tableId": "shop"},
                    "columnReferences": [{"referencingColumn": "to", "referencedColumn": "id"}],
                }
            ],
        },
    )
    where = "WHERE table_name = 't'"
    assert ask("SELECT schema_name, location FROM INFORMATION_SCHEMA.SCHEMATA") == [("d", "US")]
    assert ask("SELECT table_name FROM `p.region-us.INFORMATION_SCHEMA.TABLES` ORDER BY 1") == [
        ("shop",),
        ("t",),
    ]
    assert ask("SELECT COUNT(*) FROM `region-us`.INFORMATION_SCHEMA.TABLES") == 2
    assert ask(
        f"""SELECT column_name, data_type, is_nullable, is_partitioning_column, clustering_ordinal_position
        FROM p.d.INFORMATION_SCHEMA.COLUMNS AS c {where} ORDER BY ordinal_position"""
    ) == [
        ("id", "INT64", "NO", "NO", 1),
        ("to", "INT64", "YES", "YES", None),
        ("r", "ARRAY<STRUCT<x DATE>>", "YES", "NO", None),
    ]
    assert ask(f"SELECT field_path, description FROM d.INFORMATION_SCHEMA.COLUMN_FIELD_PATHS {where}") == [
        ("id", None),
        ("to", "words"),
        ("r", None),
        ("r.x", None),
    ]
    keys = ask(
        """SELECT c.constraint_type, k.column_name, u.table_name AS to_table, u.column_name AS to_column
        FROM d.INFORMATION_SCHEMA.TABLE_CONSTRAINTS AS c
        JOIN d.INFORMATION_SCHEMA.KEY_COLUMN_USAGE AS k USING (constraint_name)
        JOIN d.INFORMATION_SCHEMA.CONSTRAINT_COLUMN_USAGE AS u USING (constraint_name)
        WHERE c.table_name = 't' ORDER BY 1"""
    )
    assert keys == [("FOREIGN KEY", "to", "shop", "id"), ("PRIMARY KEY", "id", "t", "id")]
    options = ask(f"SELECT option_name, option_value FROM d.INFORMATION_SCHEMA.TABLE_OPTIONS {where}")
    assert options == [("description", '"table"')]
    assert (
        ask("SELECT total_rows FROM `region-us`.INFORMATION_SCHEMA.TABLE_STORAGE WHERE table_name = 'shop'")
        == 6
    )
