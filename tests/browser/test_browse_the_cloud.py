"""Marking tables of BigQuery and files of Cloud Storage in a browser, and beginning projects over them."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect
from served import Server, Tab
from servers.bigquery import BigQueryServer
from servers.storage import StorageServer
from visit import ROW, WAIT, Visit

from synth_core import api


def field(name: str, kind: str, mode: str = "NULLABLE") -> dict[str, Any]:
    return {"name": name, "type": kind, "mode": mode}


@pytest.fixture
def warehouse(bigquery_server: BigQueryServer) -> BigQueryServer:
    """Two projects, and a dataset with tables of several kinds."""
    bigquery_server.create_project("acme-sales")
    bigquery_server.create_project("acme-other")
    bigquery_server.create_dataset("acme-sales", "shop", location="EU")
    bigquery_server.create_dataset("acme-sales", "archive", location="EU")
    fields = [field("id", "INTEGER", "REQUIRED"), field("town", "STRING")]
    for name, rows in (("customers", 1204), ("orders", 300), ("order_lines", 40), ("audit_log", 5)):
        bigquery_server.load_table(
            "acme-sales",
            "shop",
            name,
            fields,
            [{"id": n, "town": ("Bern", "Oslo")[n % 2]} for n in range(rows)],
        )
    return bigquery_server


@pytest.fixture
def bucket(storage_server: StorageServer) -> StorageServer:
    """Files of two dialects, and something that is no table."""
    place = storage_server.bucket("acme-raw")
    lines = "".join(f"{n};Town {n};{n},50\n" for n in range(60))
    storage_server.put(f"{place}/in/towns.csv", f"no;town;price\n{lines}".encode())
    storage_server.put(f"{place}/in/visits.txt", "".join(f"{n}|{n % 7}\n" for n in range(80)).encode())
    storage_server.put(f"{place}/in/readme.md", b"# nothing")
    return storage_server


def test_from_projects_to_tables_and_from_a_bucket_to_files(
    warehouse: BigQueryServer,
    bucket: StorageServer,
    serve: Callable[..., Server],
    tab: Callable[..., Tab],
    tmp_path: Path,
) -> None:
    home, server, visitor = tmp_path / "home", serve(PROJECT_ID="acme-sales", LOCATION="EU"), tab()
    visit, page = Visit(visitor, server), visitor.page

    visitor.open(f"{server.url}/sources?from=bigquery")
    visit.open_a("project", "acme-sales")
    visit.open_a("dataset", "shop")
    search = page.get_by_role("textbox", name="Search", exact=True)
    search.fill("order")
    search.press("Enter")
    # What is found is drawn on a canvas: it is as high as its rows.
    page.locator(f"canvas[height='{ROW * 3}']").first.wait_for(timeout=WAIT)
    visitor.settle()
    visit.mark(0, 1)
    # A grid tells a little later what was marked in it; a click before that would be on another page.
    expect(page.get_by_text("Marked: order_lines, orders.")).to_be_visible(timeout=WAIT)
    visitor.settle()
    page.get_by_role("button", name="Begin").click()
    expect(page).to_have_url(re.compile(r"/sources\?(.*&)?project=shop(&|$)"), timeout=WAIT)
    expect(page.get_by_role("button", name="Infer schema")).to_be_visible(timeout=WAIT)
    expect(page.get_by_text("Sampling reads").or_(page.get_by_text("Reading costs nothing"))).to_be_visible()
    shop = api.open("shop", home=home).project
    assert (shop.source, set(shop.only)) == ("bigquery:acme-sales.shop", {"orders", "order_lines"})

    visitor.open(f"{server.url}/sources?from=gcs")
    visit.open_a("bucket", "acme-raw")
    visit.open_a("folder", "in/")
    page.get_by_text("Show how the files are written").click()
    visitor.settle()
    visit.mark(0)
    expect(page.get_by_text("Marked: towns.csv.")).to_be_visible(timeout=WAIT)
    visitor.settle()
    name = page.get_by_label("Name of the project")
    name.fill("towns")
    page.get_by_role("button", name="Begin").click()
    expect(page).to_have_url(re.compile(r"/sources\?(.*&)?project=towns(&|$)"), timeout=WAIT)
    expect(page.get_by_role("button", name="Infer schema")).to_be_visible(timeout=WAIT)
    assert api.open("towns", home=home).project.source == "gs://acme-raw/in/towns.csv"
    assert visitor.hosts == {f"localhost:{server.port}"}
