"""The second demonstration of docs/demo.md as it is written, over stand-ins of BigQuery and Vertex AI: from the checks
of the settings to tables and audit in BigQuery, with Gemini asked about columns and for a part of the recipe."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from playwright.sync_api import expect
from served import Server, Tab
from servers import scripts
from servers.bigquery import BigQueryServer
from servers.vertex import VertexServer
from visit import WAIT, Visit

from synth_core import api
from synth_core.model.inferred import Origin
from synth_core.model.project import Exposure

PROJECT, SOURCE, TARGET = "your-project", ("your-project", "shop"), ("your-project", "synthetic")
ROWS = {"customers": 60, "orders": 120}
REMARK = "mostly small amounts, a few very large"
TOWNS = ("Bern", "Oslo", "Lyon")
FIRST = ("Anna", "Peter", "Maria", "John", "Laura")
LAST = ("Miller", "Smith", "Garcia", "Rossi", "Novak", "Jensen", "Meyer")


def field(name: str, kind: str, mode: str = "NULLABLE", about: str = "", **more: str) -> dict[str, Any]:
    return {"name": name, "type": kind, "mode": mode, **more, **({"description": about} if about else {})}


@pytest.fixture
def warehouse(bigquery_server: BigQueryServer) -> BigQueryServer:
    """A small dataset that may be shown, beside one that stays out of it."""
    bigquery_server.create_project(PROJECT)
    bigquery_server.create_dataset(*SOURCE, location="EU")
    bigquery_server.load_table(
        *SOURCE,
        "customers",
        [
            field("id", "INTEGER", "REQUIRED", "Number of the customer"),
            field("name", "STRING", about="Given and family name"),
            field("town", "STRING"),
            field("segment", "STRING"),
        ],
        [
            {
                "id": n,
                "name": f"{FIRST[n % 5]} {LAST[n // 5 % 7]}",
                "town": TOWNS[n % 3],
                "segment": "AB"[n % 2],
            }
            for n in range(1, ROWS["customers"] + 1)
        ],
        description="All customers",
        tableConstraints={"primaryKey": {"columns": ["id"]}},
    )
    bigquery_server.load_table(
        *SOURCE,
        "orders",
        [
            field("no", "INTEGER", "REQUIRED"),
            field("customer_id", "INTEGER", "REQUIRED"),
            field("day", "DATE", "REQUIRED", "Day of the order"),
            field("amount", "NUMERIC", precision="10", scale="2"),
        ],
        [
            {
                "no": 1000 + n,
                "customer_id": n % ROWS["customers"] + 1,
                "day": date(2024, 1, 1) + timedelta(days=n % 28),
                "amount": Decimal(n * 37 % 5000) / 100,
            }
            for n in range(ROWS["orders"])
        ],
        description="Orders of customers",
        timePartitioning={"type": "DAY", "field": "day"},
        tableConstraints={
            "primaryKey": {"columns": ["no"]},
            "foreignKeys": [
                {
                    "name": "of_customer",
                    "referencedTable": dict(
                        zip(("projectId", "datasetId", "tableId"), (*SOURCE, "customers"), strict=True)
                    ),
                    "columnReferences": [{"referencingColumn": "customer_id", "referencedColumn": "id"}],
                }
            ],
        },
    )
    bigquery_server.load_table(*SOURCE, "audit_log", [field("line", "STRING")], [{"line": "x"}])
    return bigquery_server


def gemini(request: dict[str, Any], truth: Any) -> Any:
    """Of customers: a segment is a code, and a town a company. What is drafted anew is drawn as the remark says."""
    if request["question"] == "columns":
        said = {"segment": "code_pattern", "town": "company_name"}
        [table] = request["data"]
        known = {each["id"]: each["name"] for each in table["columns"] if "id" in each}
        answer = scripts.good(request, truth)
        return {
            "columns": [
                each | {"meaning": said.get(known[each["column"]], "unknown")} for each in answer["columns"]
            ]
        }
    if request["question"] == "recipe_redraft":
        assert request["data"][-1] == REMARK
        ids = scripts.choices(request["schema"], "field")
        drawn = "Synth.quantiles: {values: [1, 2, 3, 5, 900], decimals: 2}"
        return {"fields": [{"field": each, "evidence": "as told", "generator": drawn} for each in ids]}
    return scripts.good(request, truth)


def metadata(resource: dict[str, Any]) -> dict[str, Any]:
    """What of a table must be in the copy as in the source."""
    keys = resource["tableConstraints"]
    return {
        "schema": resource["schema"],
        "partition": resource.get("timePartitioning"),
        "about": resource["description"].partition("Synthetic, batch")[0].strip(),
        "key": keys["primaryKey"],
        "links": [
            (each["referencedTable"]["tableId"], each["columnReferences"])
            for each in keys.get("foreignKeys", ())
        ],
    }


def check_target(server: BigQueryServer, run_id: str) -> None:
    """The tables with all that they have beside rows, and the audit."""
    assert server.table_names(*TARGET) == sorted(ROWS)
    for table, rows in ROWS.items():
        there = server.table(*TARGET, table)
        assert metadata(there) == metadata(server.table(*SOURCE, table))
        assert there["labels"]["synthetic"] == "true"
        assert f"Synthetic, batch {run_id}" in there["description"]
        assert len(server.rows(*TARGET, table)) == rows
    ids = {row["id"] for row in server.rows(*TARGET, "customers")}
    assert {row["customer_id"] for row in server.rows(*TARGET, "orders")} <= ids
    audit = server.rows(PROJECT, "synth_audit", "audit")
    assert Counter((row["table_name"], row["status"]) for row in audit) == Counter(
        (table, status) for table in ROWS for status in ("In Progress", "Completed")
    )
    assert {row["model_id"] for row in audit} == {"gemini-3.5-flash"}


@pytest.mark.slow
def test_bigquery_and_gemini_from_the_checks_to_the_audit(
    warehouse: BigQueryServer,
    vertex_server: VertexServer,
    serve: Callable[..., Server],
    tab: Callable[..., Tab],
) -> None:
    vertex_server.script(scripts.on_vertex(gemini))
    server = serve(
        PROJECT_ID=PROJECT,
        LOCATION="EU",
        SYNTH_MODEL="gemini",
        SYNTH_TARGET="bigquery:your-project.synthetic",
        SYNTH_MODEL_ENDPOINT=vertex_server.url,
    )
    home, visit = server.home, Visit(tab(), server)
    page = visit.page

    visit.tab.open(server.url)
    visit.click("More")
    page.get_by_role("menuitem", name="Settings").click()
    page.get_by_role("tab", name="Checks").click()
    page.get_by_role("button", name="Run the checks").click()
    expect(page.get_by_text("In order:")).to_be_visible(timeout=WAIT)
    expect(page.get_by_text("Missing:")).to_have_count(0)
    page.keyboard.press("Escape")

    page.get_by_role("link", name="From BigQuery").click()
    visit.tab.settle()
    visit.open_a("project", PROJECT)
    visit.open_a("dataset", "shop")
    visit.mark(1, 2)
    expect(page.get_by_text("Marked: customers, orders.")).to_be_visible(timeout=WAIT)
    visit.tab.settle()
    expect(page.get_by_role("textbox", name="Target")).to_have_value("bigquery:your-project.synthetic")
    visit.click("Begin")
    expect(page.get_by_text("Sampling reads").or_(page.get_by_text("Reading costs nothing"))).to_be_visible(
        timeout=WAIT
    )
    assert api.open("shop", home=home).project.exposure is Exposure.PROFILE
    visit.click("Infer schema")
    page.get_by_text("Rows wanted, of those in the source").wait_for(timeout=WAIT)
    visit.tab.settle()
    assert vertex_server.asked, "inferring asks the model that is set"

    visit.go("Schema")
    visit.choose("Table", "customers")
    visit.click("Ask Gemini")
    page.get_by_role("button", name="Take code_pattern").click(timeout=WAIT)
    expect(page.get_by_role("button", name="Take code_pattern")).to_have_count(0, timeout=WAIT)
    visit.tab.settle()
    visit.click("Turn down")
    expect(page.get_by_role("button", name="Turn down")).to_have_count(0, timeout=WAIT)
    customers = api.open("shop", home=home).project.table("customers")
    segment, town = customers.column("segment").meaning, customers.column("town").meaning
    assert (segment.value, segment.origin) == ("code_pattern", Origin.HUMAN)
    assert town.value != "company_name"

    visit.go("Recipe")
    visit.click("Draft with Gemini")
    expect(page.frame_locator('iframe[title="Recipe"]').get_by_role("textbox")).to_be_attached(timeout=WAIT)
    visit.tab.settle()
    visit.choose("Table", "orders")
    visit.choose("Column", "amount")
    page.get_by_text("Redraft", exact=True).click()
    page.get_by_text("Gemini", exact=True).click()
    page.get_by_role("textbox", name="Remark").fill(REMARK)
    visit.click("Draft it")
    page.get_by_role("button", name="Take it").click(timeout=WAIT)
    expect(
        page.get_by_text("There is no difference").or_(page.get_by_text("What comes of it"))
    ).to_be_visible(timeout=WAIT)
    assert "values: [1, 2, 3, 5, 900]" in (api.open("shop", home=home).recipe or "")

    visit.go("Preview")
    visit.click("Make a preview")
    visit.click("Approve…")
    visit.click("Approve", exact=True)
    expect(page.get_by_text("Approved", exact=True)).to_be_visible(timeout=WAIT)
    visit.click("Start", exact=True)
    expect(page.get_by_role("link", name="Report", exact=True)).to_be_visible(timeout=WAIT)

    assert visit.tab.hosts == {f"localhost:{server.port}"}
    [run] = api.runs(home=home)
    assert run.state.value == "published"
    check_target(warehouse, run.run_id)
