"""The sources page: looking around without a project, and what a project reads, wants and writes."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest
import streamlit as st
from opening import Open, words
from servers.bigquery import BigQueryServer
from servers.storage import StorageServer
from streamlit.testing.v1 import AppTest

from synth_core import api
from synth_core.access import Role
from synth_core.errors import ProjectError, SourceError, SynthError
from synth_core.model.project import Exposure
from ui.project_sources import AT_TARGET


def press(app: AppTest, label: str) -> AppTest:
    found = next(each for each in app.button if each.label.startswith(label))
    assert not found.disabled, f"{label} can't be pressed"
    return found.click().run()


def field(app: AppTest, label: str) -> AppTest:
    return next(each for each in app.text_input if each.label == label)


@pytest.fixture(autouse=True)
def _nothing_is_cached() -> None:
    st.cache_data.clear()


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """A folder with two tables, one that is none, and a DuckDB file."""
    place = tmp_path / "shop"
    (place / "older").mkdir(parents=True)
    (place / "people.csv").write_text("id,name\n1,Ana\n2,Bo\n")
    (place / "towns.csv").write_text("id,town\n1,Bern\n")
    (place / "notes.json").write_text('{"of": "the shop"}\n')
    with duckdb.connect(str(tmp_path / "shop.duckdb")) as con:
        con.execute("CREATE TABLE a AS SELECT 1 AS x; CREATE TABLE b AS SELECT 2 AS y")
    return place


def test_looking_around_a_folder(open_app: Open, home: Path, shop: Path) -> None:
    app = open_app("sources", **{"from": "folder", "at": str(shop)})
    assert not app.exception
    assert list(app.dataframe[0].value["name"]) == ["people.csv", "towns.csv"], "notes.json has no rows"
    assert "rows" not in app.dataframe[0].value, "what is not known has no column"
    assert field(app, "Name of the project").value == "shop"
    field(app, "Place").set_value("/nowhere/at/all").run()
    assert not app.exception and "can't be listed" in words(app)
    press(app, "Up")
    assert app.query_params["at"] == "/nowhere/at"


def test_a_project_is_begun_over_a_folder(open_app: Open, home: Path, shop: Path) -> None:
    app = open_app("sources", **{"from": "folder", "at": str(shop)})
    field(app, "Name of the project").set_value("mine")
    press(app, "Begin")
    assert not app.exception
    project = api.open("mine").project
    assert (project.source, project.tables, project.exposure) == (str(shop), (), Exposure.PROFILE)
    assert project.target.uri.startswith("duckdb:") and project.target.uri.endswith("mine.duckdb")
    assert api.versions("mine")[0].version.note == "begun"


def test_tables_of_a_database(open_app: Open, home: Path, shop: Path) -> None:
    app = open_app("sources", **{"from": "folder", "at": f"duckdb:{shop}.duckdb"})
    assert list(app.dataframe[0].value["name"]) == ["a", "b"]
    press(app, "Begin")
    assert api.open("shop").project.source == f"duckdb:{shop}.duckdb"


def test_how_files_are_written_is_shown_on_demand(open_app: Open, home: Path, shop: Path) -> None:
    (shop / "prices.txt").write_text("".join(f"{n};{n},50;x{n}\n" for n in range(40)))
    (shop / "empty.csv").write_text("")
    here = {"from": "folder", "at": str(shop)}
    app = open_app("sources", **here)
    assert "written" not in app.dataframe[0].value, "nothing is looked into before somebody asks"
    app = app.toggle(key="written").set_value(True).run()
    assert not app.exception
    written = dict(app.dataframe[0].value[["name", "written"]].values)
    assert "semicolon" in written["prices.txt"] and "no header" in written["prices.txt"]
    assert "comma" in written["people.csv"] and "a header" in written["people.csv"]
    assert "can't be told" in written["empty.csv"]
    (shop / "people.csv").write_text("id|name\n1|Ana\n2|Bo\n")
    st.cache_data.clear()
    app = open_app("sources", **here, written="true")
    assert "pipe" in dict(app.dataframe[0].value[["name", "written"]].values)["people.csv"]


def test_a_project_reads_several_places(
    open_app: Open, home: Path, shop: Path, begun: str, as_role: Callable[[Role], None]
) -> None:
    api.infer(begun)
    first, second = api.open(begun).project.source, f"guests={shop / 'people.csv'}"
    app = open_app("sources", project=begun, at=str(shop))
    assert not app.exception
    press(app, "Add it")
    assert "already read from" in words(app) and api.open(begun).project.source == first
    app = open_app("sources", project=begun, at=str(shop / "people.csv"))
    app.text_input(key="name of the table").set_value("guests").run()
    app = press(app, "Add it")
    assert not app.exception and "at" not in app.query_params
    assert "is not read yet" in words(app)
    assert api.split_sources(api.open(begun).project.source) == [first, second]
    assert [table.name for table in api.open(begun).project.tables] == ["people"], "what is read stays"
    [(_, why)] = [(each.step, each.why) for each in api.attention(begun) if each.step == "sources"]
    assert second in why
    as_role(Role.VIEWER)
    app = open_app("sources", project=begun, at=str(shop))
    assert not app.exception and not [each for each in app.button if each.label == "Add it"]
    as_role(Role.EDITOR)
    app = open_app("sources", project=begun, at=str(shop))
    app = next(each for each in app.button if each.key == f"take out {first}").click().run()
    project = api.open(begun).project
    assert not app.exception and (project.source, project.tables) == (second, ())
    api.infer(begun)
    assert [table.name for table in api.open(begun).project.tables] == ["guests"]


def test_a_place_is_added_to_chosen_tables(home: Path, shop: Path, tmp_path: Path) -> None:
    """Where only some tables are taken, those of the new place are taken, too."""
    api.init("p", f"duckdb:{shop}.duckdb", str(tmp_path / "out"), tables=["a"])
    api.infer("p")
    api.edit("p", [f"source=duckdb:{shop}.duckdb {shop}"])
    assert api.open("p").project.only == ("a", "people", "towns")
    assert [each.table for each in api.attention("p") if each.step == "sources"] == ["people", "towns"]
    api.infer("p")
    assert [table.name for table in api.open("p").project.tables] == ["people", "towns", "a"]
    api.edit("p", [f"source={shop}"])
    assert api.open("p").project.only == ("people", "towns")
    for place in ("/nowhere/at/all", str(tmp_path / "out")):
        with pytest.raises(SynthError):
            api.edit("p", [f"source={shop} {place}"])
    assert api.open("p").project.source == str(shop)


def test_from_projects_to_the_tables_of_a_dataset(
    open_app: Open, home: Path, bigquery_server: BigQueryServer
) -> None:
    for project in ("acme-sales", "acme-other"):
        bigquery_server.create_project(project)
    for dataset in ("shop", "archive"):
        bigquery_server.create_dataset("acme-sales", dataset, location="EU")
    for table, rows in (("customers", 1204), ("orders", 30), ("order_lines", 4)):
        fields = [{"name": "id", "type": "INTEGER", "mode": "REQUIRED"}]
        bigquery_server.load_table("acme-sales", "shop", table, fields, [{"id": n} for n in range(rows)])
    app = open_app("sources", **{"from": "bigquery"})
    assert not app.exception and app.selectbox[0].options == ["acme-other", "acme-sales"]
    app = app.selectbox[0].set_value("acme-sales").run()
    assert app.selectbox[0].options == ["archive", "shop"]
    app = app.selectbox[0].set_value("shop").run()
    assert not app.exception and app.query_params["at"] == "bigquery:acme-sales.shop"
    found = app.dataframe[0].value.set_index("name")
    assert (found.loc["customers", "rows"], found.loc["customers", "last change"]) == (1204, "just now")
    assert found.loc["customers", "size"] and found.loc["customers", "kind"] == "table"
    app = next(each for each in app.text_input if each.label == "Search").set_value("ORDER").run()
    assert list(app.dataframe[0].value["name"]) == ["order_lines", "orders"]
    app = press(app, "Up")
    assert not app.exception and app.query_params["at"] == "bigquery:acme-sales"


def test_from_buckets_to_files_and_how_they_are_written(
    open_app: Open, home: Path, storage_server: StorageServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PROJECT_ID", "acme")
    place = storage_server.bucket("acme-raw")
    lines = "".join(f"{n};Town {n};{n},50\n" for n in range(60))
    storage_server.put(f"{place}/in/towns.csv", f"no;town;price\n{lines}".encode())
    storage_server.put(f"{place}/in/visits.dat.gz", gzip.compress(b"".join(b"%d|x\n" % n for n in range(90))))
    storage_server.put(f"{place}/in/readme.md", b"# nothing")
    app = open_app("sources", **{"from": "gcs"})
    app = app.selectbox[0].set_value("acme-raw").run()
    app = app.selectbox[0].set_value("in/").run()
    assert not app.exception and app.query_params["at"] == "gs://acme-raw/in"
    assert list(app.dataframe[0].value["name"]) == ["towns.csv", "visits.dat.gz"]
    before = len(storage_server.downloads())
    app = app.toggle(key="written").set_value(True).run()
    towns, visits = app.dataframe[0].value["written"]
    assert "semicolon" in towns and "a header" in towns and "pipe" in visits
    read = len(storage_server.downloads())
    app.run()
    assert len(storage_server.downloads()) == read > before, "looked into once"


def test_without_credentials_the_cloud_says_what_to_do(
    open_app: Open, home: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", str(tmp_path / "none.json"))
    app = open_app("sources", **{"from": "bigquery"})
    assert not app.exception
    assert app.error
    assert all(each.disabled for each in app.button if each.label == "Begin")


def test_files_that_come_with_the_browser(home: Path, desk_of: Callable[[Role], api.Desk]) -> None:
    desk = desk_of(Role.EDITOR)
    address = desk.do(api.upload, "mine", {"people.csv": b"id,name\n1,Ana\n"})
    assert (home / "mine" / "source" / "people.csv").read_bytes().startswith(b"id")
    again = desk.do(api.upload, "mine", {"towns.csv": b"id\n1\n"})
    assert again == address and not (home / "mine" / "source" / "people.csv").exists()
    desk.do(api.init, "mine", address, str(home / "out"))
    desk.do(api.infer, "mine")
    assert [table.name for table in api.open("mine").project.tables] == ["towns"]
    with pytest.raises(ProjectError, match="already"):
        desk.do(api.upload, "mine", {"a.csv": b"x"})
    for name in ("notes.json", "../a.csv", ".a.csv"):
        with pytest.raises(SourceError, match="not read as a table"):
            desk.do(api.upload, "other", {name: b"x"})


def test_a_project_that_is_begun_says_what_is_next(open_app: Open, begun: str) -> None:
    app = open_app("sources", project=begun)
    assert not app.exception
    assert "Nothing is inferred yet" in words(app) and "Reading costs nothing" in words(app)
    assert any(each.label == "Infer schema" and not each.disabled for each in app.button)


def test_rows_wanted_target_and_exposure(open_app: Open, typical: str, home: Path) -> None:
    app = open_app("sources", project=typical)
    assert not app.exception
    [grid] = app.data_editor
    assert list(grid.value["table"])[:2] == ["customers", "employees"]
    # Out of the field onto the button: both come at once.
    app.number_input[0].set_value(10.0)
    press(app, "Scale all")
    assert api.open(typical).project.table("customers").wanted == 90
    field(app, "Target").set_value(f"duckdb:{home / 'other.duckdb'}")
    press(app, "Set the target")
    assert api.open(typical).project.target.uri == f"duckdb:{home / 'other.duckdb'}"
    field(app, "Target").set_value("bigquery:")
    press(app, "Set the target")
    assert not app.exception and app.error
    assert api.open(typical).project.target.uri == f"duckdb:{home / 'other.duckdb'}"
    see = next(each for each in app.selectbox if each.label.startswith("What a model may see"))
    see.set_value(Exposure.SCHEMA).run()
    assert api.open(typical).project.exposure is Exposure.SCHEMA


def test_rows_at_the_target_stand_beside_those_that_are_wanted(
    open_app: Open, typical: str, tmp_path: Path
) -> None:
    target = tmp_path / "there.duckdb"
    with duckdb.connect(str(target)) as con:
        con.execute(
            "CREATE TABLE customers AS SELECT 1 AS x FROM range(7); CREATE TABLE other AS SELECT 2 AS y"
        )
        con.execute("CREATE TABLE orders (x INT)")
    api.edit(typical, [f"target=duckdb:{target}"])
    app = open_app("sources", project=typical)
    assert not app.exception and not app.error
    shown = app.data_editor[0].value.set_index("table")[AT_TARGET]
    assert (shown["customers"], shown["orders"], shown["events"]) == (7, 0, 0)
    target.write_bytes(b"no database")
    st.cache_data.clear()
    app = open_app("sources", project=typical)
    assert not app.exception and "can't be told" in words(app)
    assert AT_TARGET not in app.data_editor[0].value
    api.edit(typical, [f"target={tmp_path / 'files'}"])
    app = open_app("sources", project=typical)
    assert not app.exception and "can't be told" not in words(app)
    assert AT_TARGET not in app.data_editor[0].value


def test_only_some_tables_are_taken(open_app: Open, typical: str) -> None:
    app = open_app("sources", project=typical)
    app.multiselect[0].set_value(["customers", "orders"])
    press(app, "Take these")
    assert not app.exception
    project = api.open(typical).project
    assert (project.only, [table.name for table in project.tables]) == (
        ("customers", "orders"),
        ["customers", "orders"],
    )


def test_a_viewer_changes_nothing_and_begins_nothing(
    open_app: Open, typical: str, as_role: Callable[[Role], None]
) -> None:
    as_role(Role.VIEWER)
    app = open_app("sources", project=typical)
    assert not app.exception
    assert [each.label for each in app.button if not each.disabled] == []
    fields = [*app.text_input, *app.number_input, *app.selectbox, *app.multiselect]
    assert [each.label for each in fields if not each.disabled] == ["Search"], "no field that leads nowhere"
    app = open_app("sources")
    assert not app.exception and "have an editor begin one" in words(app)


def test_an_edit_asks_the_source_nothing(
    open_app: Open, home: Path, bigquery_server: BigQueryServer, tmp_path: Path
) -> None:
    bigquery_server.create_project("acme")
    bigquery_server.create_dataset("acme", "shop")
    fields = [{"name": "id", "type": "INTEGER", "mode": "REQUIRED"}]
    bigquery_server.load_table("acme", "shop", "towns", fields, [{"id": n} for n in range(30)])
    api.begin("p", "bigquery:acme.shop", str(tmp_path / "out"))
    app = open_app("sources", project="p")
    asked = len(bigquery_server.requests)
    app.number_input[0].set_value(50.0)
    app = press(app, "Scale all")
    assert not app.exception and api.open("p").project.table("towns").wanted == 15
    assert asked and len(bigquery_server.requests) == asked
    bigquery_server.load_table("acme", "shop", "roads", fields, [{"id": n} for n in range(40)])
    api.infer("p")
    asked = len(bigquery_server.requests)
    app.run()
    assert len(bigquery_server.requests) > asked, "what was read anew is looked at"


def test_a_wide_project(open_app: Open, huge: str) -> None:
    app = open_app("sources", project=huge)
    assert not app.exception
    assert len(app.data_editor[0].value) == 10
