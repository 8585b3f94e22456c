"""The BigQuery of tests: what the caller may not see or do."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from google.api_core.exceptions import Forbidden
from google.auth.credentials import AnonymousCredentials
from google.cloud import bigquery
from servers.bigquery import BigQueryServer

NUMBERS = [{"name": "a", "type": "INT64"}]


@pytest.fixture
def client(bigquery_server: BigQueryServer) -> Iterator[bigquery.Client]:
    bigquery_server.create_project("p")
    with bigquery.Client(project="p", credentials=AnonymousCredentials()) as client:
        yield client


def test_columns_that_are_denied_and_rows_that_are_filtered(
    bigquery_server: BigQueryServer, client: bigquery.Client
) -> None:
    schema = [*NUMBERS, {"name": "mail", "type": "STRING", "policyTags": {"names": ["tax : secret"]}}]
    bigquery_server.load_table("p", "d", "t", schema, [{"a": 1, "mail": "x"}, {"a": 2, "mail": "y"}])
    bigquery_server.deny_column("p", "d", "t", "mail")
    for ask in (
        lambda: list(client.list_rows("p.d.t", selected_fields=client.get_table("p.d.t").schema)),
        lambda: client.query_and_wait("SELECT MAX(mail) FROM p.d.t"),
        lambda: client.query_and_wait("SELECT * FROM p.d.t"),
    ):
        with pytest.raises(Forbidden, match=r'policy tag "tax : secret" on column p\.d\.t\.mail'):
            ask()
    number = [bigquery.SchemaField("a", "INT64")]
    assert [row.a for row in client.list_rows("p.d.t", selected_fields=number)] == [1, 2]
    bigquery_server.add_row_access_policy("p", "d", "t", "low", "a < 2")
    with pytest.raises(Forbidden):
        list(client.list_rows("p.d.t", selected_fields=number))
    assert [row.a for row in client.query_and_wait("SELECT a FROM p.d.t")] == [1]


def test_a_field_inside_of_a_column_is_denied_alone(
    bigquery_server: BigQueryServer, client: bigquery.Client
) -> None:
    inner = [*NUMBERS, {"name": "mail", "type": "STRING"}]
    schema = [*NUMBERS, {"name": "r", "type": "STRUCT", "fields": inner}]
    bigquery_server.load_table("p", "d", "t", schema, [{"a": 1, "r": {"a": 2, "mail": "x"}}])
    bigquery_server.deny_column("p", "d", "t", "r.mail")
    seen = client.query_and_wait("SELECT IF(r IS NULL, 0, t.r.a) AS n FROM p.d.t AS t")
    assert [row.n for row in seen] == [2]
    for part in ("r.mail", "r", "TO_JSON_STRING(t)", "*"):
        with pytest.raises(Forbidden, match=r"p\.d\.t\.r\.mail"):
            client.query_and_wait(f"SELECT {part} FROM p.d.t AS t")


def test_columns_that_are_masked(bigquery_server: BigQueryServer, client: bigquery.Client) -> None:
    schema = [*NUMBERS, {"name": "mail", "type": "STRING"}]
    bigquery_server.load_table("p", "d", "t", schema, [{"a": 1, "mail": "x@y"}])
    bigquery_server.mask_column("p", "d", "t", "mail", "TO_HEX(MD5(mail))")
    job = client.query("SELECT mail FROM p.d.t")
    assert [len(row.mail) for row in job.result()] == [32]
    assert job._properties["statistics"]["dataMaskingStatistics"] == {"dataMaskingApplied": True}
    with pytest.raises(Forbidden, match="masked"):
        list(client.list_rows(client.get_table("p.d.t")))


@pytest.mark.parametrize(
    ("permission", "message"),
    [
        ("bigquery.jobs.create", "User does not have bigquery.jobs.create permission in project p"),
        ("bigquery.tables.getData", r"bigquery.tables.getData denied on table p:d\.t"),
    ],
)
def test_a_permission_that_is_missing_is_named(
    bigquery_server: BigQueryServer, client: bigquery.Client, permission: str, message: str
) -> None:
    bigquery_server.load_table("p", "d", "t", NUMBERS, [{"a": 1}])
    bigquery_server.forbid(permission)
    with pytest.raises(Forbidden, match=message):
        client.query_and_wait("SELECT a FROM p.d.t")
    asked = ["bigquery.tables.get", permission]
    assert client.test_iam_permissions("p.d.t", asked)["permissions"] == ["bigquery.tables.get"]


def test_a_permission_may_be_missing_in_one_place(
    bigquery_server: BigQueryServer, client: bigquery.Client
) -> None:
    for name in ("t", "u"):
        bigquery_server.load_table("p", "d", name, NUMBERS, [{"a": 1}])
    bigquery_server.forbid("bigquery.tables.get", on=r"p:d\.u")
    assert client.get_table("p.d.t").num_rows == 1
    with pytest.raises(Forbidden, match=r"bigquery\.tables\.get denied on table p:d\.u"):
        client.get_table("p.d.u")
