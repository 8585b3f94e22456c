"""The BigQuery of tests: GoogleSQL, its price, partitions and samples."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from google.api_core.exceptions import BadRequest, Forbidden, InternalServerError
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


@pytest.fixture(scope="module")
def ask_only() -> Iterator[Callable[..., Any]]:
    """The same, of one server for all queries that change nothing."""
    server = BigQueryServer()
    server.load_table("p", "d", "shop", SHOP, ROWS)
    credentials = AnonymousCredentials()
    options = {"api_endpoint": server.url}
    with bigquery.Client(project="p", credentials=credentials, client_options=options) as client:
        yield asking(client)
    server.close()


@pytest.mark.parametrize(
    ("sql", "want"),
    [
        ("SELECT APPROX_COUNT_DISTINCT(city) FROM p.d.shop", 2),
        ("SELECT APPROX_QUANTILES(id, 5) FROM `p.d.shop`", [0, 1, 2, 3, 4, 5]),
        ("SELECT APPROX_QUANTILES(id, 2 IGNORE NULLS)[OFFSET(1)] FROM `p`.`d`.`shop`", 2),
        (
            "SELECT APPROX_TOP_COUNT(IF(id < 5, city, 'Bern'), 2) FROM d.shop",
            [{"value": "Bern", "count": 3}, {"value": "Genf", "count": 2}],
        ),
        (
            "SELECT TO_JSON_STRING(APPROX_TOP_COUNT(city, 9)[OFFSET(2)]) FROM d.shop",
            '{"value":null,"count":2}',
        ),
        ("SELECT COUNTIF(city IS NULL) FROM d.shop", 2),
        ("SELECT FARM_FINGERPRINT('a') = FARM_FINGERPRINT(CONCAT('', 'a'))", True),
        ("SELECT TO_JSON_STRING(STRUCT(1 AS a, 'x' AS b))", '{"a":1,"b":"x"}'),
        ("SELECT FORMAT('%s-%05d-%t', 'a', 42, DATE '2024-01-01')", "a-00042-2024-01-01"),
        ("SELECT SAFE_CAST('1.5' AS INT64)", None),
        ("SELECT SAFE_CAST('12' AS INT64)", 12),
        ("SELECT SAFE_CAST('yes' AS BOOL)", None),
        ("SELECT SAFE_CAST('2024-1-2' AS DATE)", dt.date(2024, 1, 2)),
        ("SELECT SAFE_CAST('2024-01-02 10:00:00' AS DATE)", None),
        ("SELECT SAFE_CAST('1_0' AS FLOAT64)", None),
        (
            "SELECT SAFE_CAST('2024-01-02 10:00:00+02' AS TIMESTAMP)",
            dt.datetime(2024, 1, 2, 8, tzinfo=dt.UTC),
        ),
        ("SELECT CAST(2.5 AS INT64)", 3),
        ("SELECT CAST(1.0 AS STRING) || CAST(NUMERIC '1.50' AS STRING)", "11.5"),
        ("SELECT ARRAY_AGG(city IGNORE NULLS ORDER BY id DESC LIMIT 2) FROM d.shop", ["Genf", "Bern"]),
        ("SELECT ARRAY_AGG(DISTINCT city IGNORE NULLS ORDER BY city) FROM d.shop", ["Bern", "Genf"]),
        ("SELECT ARRAY_AGG(STRUCT(id, city) ORDER BY id LIMIT 1) FROM d.shop", [{"id": 0, "city": "Bern"}]),
        ("SELECT STRING_AGG(city, '+' ORDER BY id LIMIT 3) FROM d.shop", "Bern+Genf+Bern"),
        ("SELECT SUM(item.n) FROM d.shop, UNNEST(items) AS item", 2),
        ("SELECT SUM(i.n) FROM d.shop AS t, t.items AS i", 2),
        ("SELECT SUM(place) FROM d.shop CROSS JOIN UNNEST(items) AS item WITH OFFSET AS place", 2),
        ("SELECT ARRAY_LENGTH(items) FROM d.shop WHERE id = 2", 2),
        ("SELECT ARRAY(SELECT i.sku FROM UNNEST(items) AS i) FROM d.shop WHERE id = 2", ["s0", "s1"]),
        ("SELECT MAX(ARRAY_LENGTH(items)) FROM (SELECT * FROM d.shop)", 2),
        ("WITH shop AS (SELECT 7 AS id) SELECT id FROM shop", 7),
        ("SELECT SUM(id) FROM d.shop TABLESAMPLE SYSTEM (1 PERCENT)", 15),
        ("SELECT DATE_ADD(DATE '2024-01-02', INTERVAL 1 DAY)", dt.date(2024, 1, 3)),
        ("SELECT COUNT(*) FROM d.shop WHERE day BETWEEN '2024-01-02' AND DATE '2024-01-03'", 2),
        ("SELECT DATE_TRUNC(DATE '2024-05-06', MONTH)", dt.date(2024, 5, 1)),
        ("SELECT TIMESTAMP_TRUNC(MAX(at), DAY) FROM d.shop", dt.datetime(2024, 1, 6, tzinfo=dt.UTC)),
        ("SELECT TIMESTAMP_MICROS(1000001)", dt.datetime(1970, 1, 1, 0, 0, 1, 1, dt.UTC)),
        ("SELECT UNIX_SECONDS(TIMESTAMP '1970-01-02 00:00:00+00')", 86400),
        ("SELECT EXTRACT(YEAR FROM at) FROM d.shop WHERE id = 0", 2024),
        ("SELECT FORMAT_DATE('%Y/%m', day) FROM d.shop WHERE id = 0", "2024/01"),
        ("SELECT FORMAT_TIMESTAMP('%F %T', at) FROM d.shop WHERE id = 0", "2024-01-01 12:00:00"),
        ("SELECT PARSE_DATE('%d.%m.%Y', '02.01.2024')", dt.date(2024, 1, 2)),
        ("SELECT DATE_DIFF(DATE '2024-01-03', DATE '2024-01-01', DAY)", 2),
        ("SELECT REGEXP_CONTAINS('abc', r'b.$') AND STARTS_WITH('abc', 'ab')", True),
        ("SELECT REGEXP_EXTRACT('abc', r'b(.)')", "c"),
        ("SELECT REGEXP_REPLACE('a1b2', r'[0-9]', '#')", "a#b#"),
        ("SELECT SAFE_DIVIDE(1, 0)", None),
        ("SELECT SAFE.SUBSTR('abc', 2)", "bc"),
        ("SELECT LENGTH('ä') * 10 + BYTE_LENGTH('ä')", 12),
        ("SELECT TO_HEX(MD5('a'))", "0cc175b9c0f1b6a831c399e269772661"),
        ("SELECT STDDEV(id) > 1 AND CORR(id, id) > 0.99 FROM d.shop", True),
        ("SELECT JSON_VALUE(JSON '{\"a\":{\"b\":1}}', '$.a.b')", "1"),
        ("SELECT (SELECT COUNT(DISTINCT x) FROM UNNEST([1, 1, 2]) AS x)", 2),
        (
            "SELECT city FROM d.shop WHERE id IN UNNEST([1]) QUALIFY ROW_NUMBER() OVER (ORDER BY id) = 1",
            "Genf",
        ),
        ("SELECT AS STRUCT 1 AS a", 1),
        ("SELECT COUNT(*) FROM d.shop AS a JOIN d.shop AS b USING (id)", 6),
        ("SELECT TO_JSON_STRING(t) FROM (SELECT 1 AS a) AS t", '{"a":1}'),
        ("SELECT IF(1 < 2, 'y', 'n') || IFNULL(NULL, '-') || COALESCE(NULL, 'z')", "y-z"),
        ("SELECT MIN(CHAR_LENGTH(city)) + MAX(CHAR_LENGTH(city)) FROM d.shop", 8),
        ("SELECT LOGICAL_OR(id > 4) FROM d.shop", True),
        ("SELECT DIV(7, 2) * 10 + MOD(7, 2)", 31),
        ("SELECT ANY_VALUE(city) FROM d.shop WHERE id = 0", "Bern"),
        ("SELECT SUM(price) FROM d.shop", 15),
        ("SELECT COUNT(DISTINCT city) FROM d.shop", 2),
        ("SELECT b'ab' = CAST('ab' AS BYTES)", True),
        (
            "SELECT MAX(at) FROM d.shop WHERE DATE(at) = '2024-01-02'",
            dt.datetime(2024, 1, 2, 12, tzinfo=dt.UTC),
        ),
        ("SELECT CAST(at AS STRING) FROM d.shop WHERE id = 0", "2024-01-01 12:00:00+00"),
        ("SELECT GREATEST(1, 3) - LEAST(1, 3)", 2),
        ("SELECT TRIM(' a ') || UPPER('b') || LPAD('7', 2, '0')", "aB07"),
        ("SELECT SPLIT('a,b', ',')[SAFE_OFFSET(5)]", None),
    ],
)
def test_googlesql(ask_only: Callable[..., Any], sql: str, want: object) -> None:
    assert ask_only(sql) == want


@pytest.mark.parametrize(
    ("sql", "message"),
    [
        ("SELECT nope FROM d.shop", "Unrecognized name: nope"),
        ("SELECT 1 +", "Syntax error"),
        ("SELECT CAST('x' AS INT64)", "Bad int64 value: x"),
        ("SELECT 1 / 0", "division by zero"),
        ("SELECT 1 AS a, 2 AS a", "Duplicate column names"),
        ("SELECT id FROM shop", "must be qualified with a dataset"),
        (
            "SELECT ARRAY_AGG(city) AS x FROM d.shop",
            "Array cannot have a null element; error in writing field x",
        ),
        ("UPDATE d.shop SET city = 'x'", "must have a WHERE clause"),
        (
            "INSERT INTO d.shop (id, city) SELECT city, city FROM d.shop",
            "type STRING which cannot be inserted",
        ),
        ("INSERT INTO d.shop (id) VALUES (NULL)", "Required field id cannot be null"),
        ("INSERT INTO d.shop (id) SELECT 1, 2", "wrong column count"),
        ("CREATE TABLE d.x (a INT64, PRIMARY KEY (a))", "NOT ENFORCED"),
    ],
)
def test_what_is_no_googlesql_is_refused(ask_only: Callable[..., Any], sql: str, message: str) -> None:
    with pytest.raises(BadRequest, match=message):
        ask_only(sql)


def test_parameters_by_name_and_by_place(ask: Callable[..., Any]) -> None:
    one = bigquery.ScalarQueryParameter("one", "INT64", 1)
    days = bigquery.ArrayQueryParameter("days", "DATE", [dt.date(2024, 1, 2), dt.date(2024, 1, 3)])
    assert ask("SELECT COUNT(*) FROM d.shop WHERE id > @one AND day IN UNNEST(@days)", one, days) == 1
    assert ask("SELECT ?", bigquery.ScalarQueryParameter(None, "STRING", "it's")) == "it's"
    pair = bigquery.StructQueryParameter("s", bigquery.ScalarQueryParameter("x", "FLOAT64", 1.5))
    assert ask("SELECT @s.x", pair) == 1.5
    moment = dt.datetime(2024, 1, 1, tzinfo=dt.UTC)
    assert ask("SELECT @t", bigquery.ScalarQueryParameter("t", "TIMESTAMP", moment)) == moment


def test_a_dry_run_says_the_bytes_of_the_columns_that_are_read(
    bigquery_server: BigQueryServer, client: bigquery.Client
) -> None:
    def cost(sql: str) -> int:
        config = bigquery.QueryJobConfig(dry_run=True, use_query_cache=False)
        return int(client.query(sql, job_config=config).total_bytes_processed)

    assert cost("SELECT id FROM d.shop") == 6 * 8
    assert cost("SELECT city FROM d.shop") == 4 * (2 + 4)
    assert cost("SELECT COUNT(*) FROM d.shop") == 0
    assert cost("SELECT t.price, id FROM d.shop AS t WHERE t.day IS NOT NULL") == 6 * (16 + 8 + 8)
    assert cost("SELECT items FROM d.shop") == 6 * (8 + 2 + 2)
    assert cost("SELECT * EXCEPT (items) FROM d.shop") == 6 * (8 + 16 + 8 + 8) + 24
    assert cost("SELECT table_name FROM d.INFORMATION_SCHEMA.TABLES") == 10 * 1024 * 1024
    job = client.query("SELECT id FROM d.shop", job_config=bigquery.QueryJobConfig(labels={"a": "b"}))
    job.result()
    assert (job.total_bytes_billed, job.statement_type, job.labels) == (
        10 * 1024 * 1024,
        "SELECT",
        {"a": "b"},
    )
    assert [table.table_id for table in job.referenced_tables] == ["shop"]
    assert [billed.id for billed in bigquery_server.billed_queries()] == [job.job_id]
    bigquery_server.behaviour.sizes_of_dry_runs = False
    assert cost("SELECT id FROM d.shop") == 0


def test_a_query_that_would_cost_too_much_is_refused(ask: Callable[..., Any]) -> None:
    assert ask("SELECT MAX(id) FROM d.shop", maximum_bytes_billed=10 * 1024 * 1024) == 5
    with pytest.raises((BadRequest, InternalServerError), match=r"limit for bytes billed: 1000\. 10485760"):
        ask("SELECT MAX(id) FROM d.shop", maximum_bytes_billed=1000)


def test_partitions_are_demanded_and_left_out(
    bigquery_server: BigQueryServer, client: bigquery.Client, ask: Callable[..., Any]
) -> None:
    parts = {"timePartitioning": {"type": "DAY", "field": "day"}, "requirePartitionFilter": True}
    bigquery_server.load_table("p", "d", "days", SHOP, ROWS, **parts)
    with pytest.raises(
        BadRequest, match=r"Cannot query over table 'p\.d\.days' without a filter over column"
    ):
        ask("SELECT id FROM d.days")
    assert ask("SELECT MAX(id) FROM d.days WHERE day >= '2024-01-03' AND id < 9") == 5
    config = bigquery.QueryJobConfig(dry_run=True)
    job = client.query("SELECT id FROM d.days WHERE day >= '2024-01-03'", job_config=config)
    assert job.total_bytes_processed == 4 * 16
    found = ask(
        "SELECT partition_id, total_rows FROM d.INFORMATION_SCHEMA.PARTITIONS WHERE table_name = 'days'"
    )
    assert found == [(f"2024010{day}", 1) for day in range(1, 7)]


def test_one_job_writes_to_so_many_partitions(
    bigquery_server: BigQueryServer, ask: Callable[..., Any]
) -> None:
    bigquery_server.load_table("p", "d", "days", SHOP, timePartitioning={"type": "DAY", "field": "day"})
    bigquery_server.behaviour.partitions = 5
    with pytest.raises(BadRequest, match="Too many partitions"):
        ask("INSERT INTO d.days (id, day) SELECT id, day FROM d.shop")
    assert bigquery_server.rows("p", "d", "days") == []
    ask("INSERT INTO d.days (id, day) SELECT id, day FROM d.shop WHERE id < 5")


def test_jobs_can_be_asked_for(client: bigquery.Client, ask: Callable[..., Any]) -> None:
    config = bigquery.QueryJobConfig(labels={"a": "b"})
    client.query("SELECT id FROM d.shop", job_config=config, job_id="one", job_retry=None).result()
    found = ask(
        """SELECT job_id, statement_type, total_bytes_billed, (SELECT value FROM UNNEST(labels) WHERE key = 'a')
        FROM `region-us`.INFORMATION_SCHEMA.JOBS_BY_PROJECT WHERE state = 'DONE'"""
    )
    assert found == [("one", "SELECT", 10 * 1024 * 1024, "b")]


def test_a_table_partitioned_by_arrival_has_a_hidden_column(
    bigquery_server: BigQueryServer, ask: Callable[..., Any]
) -> None:
    bigquery_server.load_table("p", "d", "came", SHOP, ROWS, timePartitioning={"type": "DAY"})
    assert len(ask("SELECT * FROM d.came WHERE id = 1")[0]) == len(SHOP)
    assert ask("SELECT COUNT(*) FROM d.came WHERE _PARTITIONDATE = CURRENT_DATE()") == 6
    ask("INSERT INTO d.came (id) SELECT 9")
    assert ask("SELECT COUNT(DISTINCT _PARTITIONTIME) FROM d.came") == 1


def test_large_tables_are_sampled_by_block(bigquery_server: BigQueryServer, ask: Callable[..., Any]) -> None:
    bigquery_server.behaviour.block_rows = 10
    rows = [{"a": number} for number in range(1000)]
    bigquery_server.load_table("p", "d", "large", [{"name": "a", "type": "INT64"}], rows)
    count = ask("SELECT COUNT(*) FROM d.large TABLESAMPLE SYSTEM (20 PERCENT)")
    assert 0 < count < 600
    assert count % 10 == 0
    bigquery_server.behaviour.samples = False
    assert ask("SELECT COUNT(*) FROM d.large TABLESAMPLE SYSTEM (20 PERCENT)") == 0


def test_a_forbidden_table_is_not_priced_either(
    bigquery_server: BigQueryServer, client: bigquery.Client
) -> None:
    bigquery_server.deny_column("p", "d", "shop", "city")
    with pytest.raises(Forbidden, match=r"p\.d\.shop\.city"):
        client.query("SELECT city FROM d.shop", job_config=bigquery.QueryJobConfig(dry_run=True))
