"""Tables of one name in two datasets: one job takes both, and none overwrites the other."""

from __future__ import annotations

from pathlib import Path

import pytest
from cloud_shop import in_bigquery
from servers.bigquery import BigQueryServer
from servers.storage import StorageServer
from small_shop import Synth

import synth_core
from synth_core import api
from synth_core.errors import SourceError

pytestmark = pytest.mark.usefixtures("in_this_process")

SHOP, OTHER = "bigquery:src-project.shop.customer,visit", "bigquery:src-project.other.customer"


CONFIG = """
PROJECT_ID = "src-project"
input_bq_table_names = ["src-project.shop.customer", "shop.visit", "src-project.other.customer"]
target_bq_project_id = "dst-project"
target_bq_dataset = "made"
gcs_bucket_name = "made-here"
stage = true
[user_counts]
"src-project.other.customer" = 7
"shop.customer" = 40
visit = 50
"""


@pytest.mark.slow
def test_tables_of_one_name_go_through_a_whole_job(
    synth: Synth,
    cloud_home: Path,
    bigquery_server: BigQueryServer,
    storage_server: StorageServer,
    tmp_path: Path,
) -> None:
    in_bigquery(bigquery_server)
    in_bigquery(bigquery_server, "other")
    storage_server.bucket("made-here", "EU")
    (tmp_path / "synth.toml").write_text(CONFIG)
    done = synth("quickstart")
    assert done.code == 0, done.err
    for name in ("shop", "other"):
        assert f"{name}_customer" in done.out and f"is src-project.{name}.customer" in done.out
    [project] = [project for project in ("shop", "p") if (cloud_home / project).exists()]
    tables = {table.name: table for table in synth_core.open(project).project.tables}
    assert tables.keys() == {"shop_customer", "visit", "other_customer"}
    assert tables["other_customer"].source.full_name == "src-project.other.customer"
    [link] = [link for link in synth_core.open(project).project.accepted_links if link.table == "visit"]
    assert (link.ref_table, link.accepted.origin.value) == ("shop_customer", "declared")

    assert bigquery_server.table_names("dst-project", "made") == ["other_customer", "shop_customer", "visit"]
    assert len(bigquery_server.rows("dst-project", "made", "other_customer")) == 7
    customers = bigquery_server.rows("dst-project", "made", "shop_customer")
    visits = bigquery_server.rows("dst-project", "made", "visit")
    assert len(customers) == 40
    assert {row["customer"] for row in visits} <= {row["id"] for row in customers}
    keys = bigquery_server.table("dst-project", "made", "visit")["tableConstraints"]["foreignKeys"]
    assert keys[0]["referencedTable"]["tableId"] == "shop_customer"
    extracts = [
        call.json["configuration"]["extract"]["sourceTable"]
        for call in bigquery_server.requests
        if call.json and "extract" in call.json.get("configuration", {})
    ]
    assert {(each["datasetId"], each["tableId"]) for each in extracts} == {
        ("shop", "customer"),
        ("shop", "visit"),
        ("other", "customer"),
    }


def test_a_source_gives_its_table_a_name(cloud_home: Path, bigquery_server: BigQueryServer) -> None:
    in_bigquery(bigquery_server)
    in_bigquery(bigquery_server, "other")
    sources = ["bigquery:src-project.shop", f"clients={OTHER}"]
    stored, findings = api.projects.begin("p", sources, "bigquery:dst-project.made")
    assert {table.name for table in stored.project.tables} == {"customer", "orders", "visit", "clients"}
    assert not any(finding.code == "source.other-name" for finding in findings)
    with pytest.raises(SourceError, match="a name is for one table"):
        synth_core.init("q", ["two=bigquery:src-project.shop.orders,visit"], "bigquery:dst-project.made")


def test_a_named_table_is_not_taken_twice(
    synth: Synth, cloud_home: Path, bigquery_server: BigQueryServer
) -> None:
    in_bigquery(bigquery_server)
    found = synth("relate", "--json", "bigquery:src-project.shop", f"clients={SHOP.removesuffix(',visit')}")
    assert found.code == 0, found.err
    assert set(found.data["tables"]) == {"clients", "orders", "visit"}
    foreign = {(key["table"], key["ref_table"]) for key in found.data["foreign_keys"]}
    assert {("orders", "clients"), ("visit", "clients")} <= foreign
