"""Tables of one name in two datasets: one job takes both, and none overwrites the other."""

from __future__ import annotations

from pathlib import Path

import pytest
from cloud_shop import in_bigquery
from servers.bigquery import BigQueryServer
from servers.storage import StorageServer
from small_shop import Synth, done

import synth_core
from synth_core import api
from synth_core.errors import SourceError
from synth_core.model.edits import SetSources
from synth_core.model.inferred import Origin
from synth_core.model.project import Table
from synth_core.recipe.compile import Recipe

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
    stored, findings = api.begin("p", sources, "bigquery:dst-project.made")
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


@pytest.fixture
def reviewed(synth: Synth, cloud_home: Path, bigquery_server: BigQueryServer) -> str:
    """A project over one dataset with what a person said of it, and a recipe; another dataset has equal tables."""
    in_bigquery(bigquery_server)
    in_bigquery(bigquery_server, "other")
    api.begin("p", ONE, "bigquery:dst-project.made")
    api.edit("p", EDITS)
    api.draft("p")
    return "p"


ONE, TWO = "bigquery:src-project.shop", "bigquery:src-project.other"
EDITS = [
    "customer.city.meaning=region",
    "customer.wanted=7",
    "link visit(seconds) -> customer(id)",
    "customer.city.personal=true",
]


def said(tables: dict[str, Table], name: str) -> tuple[str, int, bool]:
    table = tables[name]
    return table.column("city").meaning.value, table.wanted, table.column("city").personal.value


@pytest.mark.parametrize("by_command", [True, False])
def test_what_a_person_said_stays_when_a_dataset_with_equal_names_is_added(
    synth: Synth, reviewed: str, by_command: bool
) -> None:
    recipe = api.open("p").recipe
    if by_command:
        done(synth("edit", "p", f"source={ONE} {TWO}"))
        told = done(synth("infer", "p")).out
        assert "is src-project.other.customer; another table is called customer, too" in told
    else:
        api.edit("p", [SetSources(sources=(ONE, TWO))])
        api.infer("p")
    stored = api.open("p")
    tables = {table.name: table for table in stored.project.tables}
    assert {"customer", "orders", "visit", "other_customer", "other_orders", "other_visit"} == tables.keys()
    assert said(tables, "customer") == ("region", 7, True)
    assert said(tables, "other_customer") == ("city", 40, False)
    human = [link for link in stored.project.links if link.accepted.origin is Origin.HUMAN]
    assert [(link.table, link.ref_table) for link in human] == [("visit", "customer")]
    assert stored.recipe == recipe
    api.source_rows("p", "other_customer", n=3)
    # The other one alone keeps its name, too.
    api.edit("p", [f"source={TWO}"])
    api.infer("p")
    assert {table.name for table in api.open("p").project.tables} == {
        "other_customer",
        "other_orders",
        "other_visit",
    }


def test_what_a_person_said_goes_along_with_a_name_that_a_source_gives(synth: Synth, reviewed: str) -> None:
    """Also where the name is one that another table had."""
    api.edit("p", [f"source=client={ONE}.customer {ONE} customer={TWO}.customer"])
    api.infer("p")
    stored = api.open("p")
    tables = {table.name: table for table in stored.project.tables}
    assert {name: table.source.full_name for name, table in tables.items()} == {
        "client": "src-project.shop.customer",
        "orders": "src-project.shop.orders",
        "visit": "src-project.shop.visit",
        "customer": "src-project.other.customer",
    }
    assert said(tables, "client") == ("region", 7, True)
    assert said(tables, "customer") == ("city", 40, False)
    human = [link for link in stored.project.links if link.accepted.origin is Origin.HUMAN]
    assert [(link.table, link.ref_table) for link in human] == [("visit", "client")]
    assert Recipe.read(stored.recipe).fields().keys() == {"client", "orders", "visit"}
    assert not [each for each in api.lint("p") if each.table in ("client", "orders", "visit")]


def test_a_recipe_that_can_not_follow_is_told_of(synth: Synth, cloud_home: Path, reviewed: str) -> None:
    path = cloud_home / "p" / "recipe.yml"
    path.write_text(path.read_text() + "- object: client\n  count: 1\n  fields:\n    id: 1\n")
    done(synth("edit", "p", f"source=client={ONE}.customer {ONE}"))
    told = done(synth("infer", "p")).out
    assert "is left as it was, with the table 'customer', which is called 'client' now" in told
