"""What there is to read: projects, datasets, tables, buckets, objects, files; page by page, and for free."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from servers.bigquery import BigQueryServer
from servers.faults import Fault
from servers.storage import StorageServer
from small_shop import Synth, database, done

import synth_core
from synth_core.errors import SourceError, SynthError, UsageError
from synth_core.model.listing import Entry, EntryKind

NUMBER = [{"name": "n", "type": "INTEGER"}]


@pytest.fixture
def warehouse(bigquery_server: BigQueryServer) -> BigQueryServer:
    server = bigquery_server
    server.create_project("acme", "The Acme company")
    server.create_project("other")
    server.create_dataset("acme", "sales", "EU", friendlyName="What we sold")
    server.create_dataset("acme", "Stock", "europe-west1")
    server.load_table(
        "acme", "sales", "orders", NUMBER, [{"n": i} for i in range(7)], description="One a line"
    )
    server.load_table("acme", "sales", "customers", NUMBER, [{"n": 1}])
    server.load_table("acme", "sales", "_synth_r1_orders", NUMBER)
    view = {"query": "SELECT n FROM `acme.sales.orders`", "useLegacySql": False}
    server.load_table("acme", "sales", "old orders", NUMBER, labels={"team": "a"})
    _view(server, "acme", "sales", "big_orders", view)
    return server


def _view(server: BigQueryServer, project: str, dataset: str, name: str, view: dict[str, Any]) -> None:
    """Made as a client makes it."""
    from google.cloud import bigquery

    from synth_core.adapters.google.clients import bigquery_client

    table = bigquery.Table(f"{project}.{dataset}.{name}")
    table.view_query = view["query"]
    bigquery_client(project).create_table(table)


def names(entries: tuple[Entry, ...]) -> list[str]:
    return [each.name for each in entries]


def everything(address: str, **asked: Any) -> list[Entry]:
    """All pages, one after the other; no page is larger than was asked for, no entry comes twice."""
    found: list[Entry] = []
    token = ""
    for _ in range(100):
        page = synth_core.sources(address, token=token, **asked)
        assert len(page.entries) <= asked.get("limit", 50)
        found += page.entries
        token = page.next_token
        if not token:
            assert len({each.name for each in found}) == len(found)
            return found
    raise AssertionError("the pages do not end")


def test_projects_are_listed_without_an_address(warehouse: BigQueryServer) -> None:
    found = synth_core.sources()
    assert names(found.entries) == ["acme", "other"]
    assert found.entries[0].uri == "bigquery:acme"
    assert found.entries[0].about == "The Acme company"
    assert names(synth_core.sources(search="company").entries) == ["acme"]


def test_the_datasets_of_a_project_with_their_locations(warehouse: BigQueryServer) -> None:
    found = synth_core.sources("bigquery:acme")
    assert {each.name: (each.kind, each.uri, each.location) for each in found.entries} == {
        "sales": (EntryKind.DATASET, "bigquery:acme.sales", "EU"),
        "Stock": (EntryKind.DATASET, "bigquery:acme.Stock", "europe-west1"),
    }
    assert names(synth_core.sources("bigquery:acme", search="sTOCK").entries) == ["Stock"]


def test_tables_have_rows_bytes_and_last_change(warehouse: BigQueryServer) -> None:
    found = {each.name: each for each in synth_core.sources("bigquery:acme.sales").entries}
    assert set(found) == {"orders", "customers", "old orders", "big_orders"}
    orders = found["orders"]
    assert (orders.kind, orders.rows, orders.about) == (EntryKind.TABLE, 7, "One a line")
    assert orders.bytes == int(warehouse.table("acme", "sales", "orders")["numBytes"]) > 0
    changed = int(warehouse.table("acme", "sales", "orders")["lastModifiedTime"])
    assert orders.changed is not None
    assert round(orders.changed.timestamp() * 1000) == changed
    assert found["old orders"].uri == "bigquery:acme.sales#old orders"
    view = found["big_orders"]
    assert (view.kind, view.rows, view.bytes) == (EntryKind.VIEW, None, None)


def test_listing_costs_nothing(warehouse: BigQueryServer) -> None:
    everything("")
    everything("bigquery:acme")
    everything("bigquery:acme.sales")
    assert warehouse.jobs() == []


def test_only_the_tables_of_the_page_are_asked_about(bigquery_server: BigQueryServer) -> None:
    for number in range(30):
        bigquery_server.load_table("p", "d", f"t{number:02}", NUMBER)
    first = synth_core.sources("bigquery:p.d", limit=4)
    assert names(first.entries) == ["t00", "t01", "t02", "t03"]
    gets = [each for each in bigquery_server.requests if re.search(r"/tables/t\d\d$", each.path)]
    assert len(gets) == 4
    second = synth_core.sources("bigquery:p.d", limit=4, token=first.next_token)
    assert names(second.entries) == ["t04", "t05", "t06", "t07"]
    assert names(tuple(everything("bigquery:p.d", limit=7))) == [f"t{number:02}" for number in range(30)]


def test_a_search_goes_through_the_pages_of_the_service(
    bigquery_server: BigQueryServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("synth_core.adapters.bigquery.browse.PAGE", 5)
    for number in range(23):
        bigquery_server.load_table("p", "d", f"t{number:02}_{'even' if number % 2 == 0 else 'odd'}", NUMBER)
    found = everything("bigquery:p.d", limit=3, search="EVEN")
    assert names(tuple(found)) == [f"t{number:02}_even" for number in range(0, 23, 2)]
    assert names(tuple(everything("bigquery:p.d", limit=50, search="even"))) == names(tuple(found))


def test_a_search_that_finds_nothing_does_not_read_for_ever(
    bigquery_server: BigQueryServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("synth_core.adapters.bigquery.browse.PAGE", 1)
    for number in range(25):
        bigquery_server.create_dataset("p", f"d{number:02}")
    page = synth_core.sources("bigquery:p", search="d24")
    assert (page.entries, page.looked_at) == ((), 20)
    rest = synth_core.sources("bigquery:p", search="d24", token=page.next_token)
    assert names(rest.entries) == ["d24"]
    assert rest.next_token == ""


def test_a_table_that_may_not_be_seen_is_listed_with_the_reason(warehouse: BigQueryServer) -> None:
    warehouse.forbid("bigquery.tables.get")
    found = synth_core.sources("bigquery:acme.sales").entries
    assert len(found) == 4
    for each in found:
        assert each.rows is None
        assert "bigquery.tables.get" in each.about


def test_what_may_not_be_listed_names_the_role(warehouse: BigQueryServer) -> None:
    warehouse.forbid("bigquery.tables.list")
    with pytest.raises(SourceError, match=r"acme\.sales can't be listed.*roles/bigquery\.metadataViewer"):
        synth_core.sources("bigquery:acme.sales")


def test_a_dataset_that_is_not_there(warehouse: BigQueryServer) -> None:
    with pytest.raises(SourceError, match=r"acme\.nothing can't be listed.*Not found"):
        synth_core.sources("bigquery:acme.nothing")


@pytest.mark.parametrize("token", ["x", "WyIiLCAtMV0", "WzEsMl0", "é"])
def test_a_token_that_no_page_gave_is_refused(warehouse: BigQueryServer, token: str) -> None:
    with pytest.raises(UsageError, match="no token of a page"):
        synth_core.sources("bigquery:acme", token=token)


def test_a_busy_service_is_asked_again(warehouse: BigQueryServer) -> None:
    warehouse.faults.add(Fault(path="/datasets$|/datasets[?]", status=503))
    assert len(synth_core.sources("bigquery:acme").entries) == 2


@pytest.mark.parametrize("limit", [0, -1, 1001])
def test_a_page_has_a_size_that_can_be(limit: int) -> None:
    with pytest.raises(UsageError, match="A page has between 1 and 1,000 entries"):
        synth_core.sources(".", limit=limit)


def test_without_a_cloud_it_says_how_to_name_a_place(
    synth: Synth, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", str(tmp_path / "none.json"))
    said = synth("sources")
    assert said.code == 1
    assert "gcloud auth application-default login" in said.err
    assert "synth sources FOLDER" in said.err
    with pytest.raises(SynthError):
        synth_core.sources("bigquery:acme")


def test_a_bucket_has_folders_and_files(storage_server: StorageServer) -> None:
    storage_server.bucket("lake", "EU")
    for name in ("raw/a.csv", "raw/2024/b.csv", "raw/2024/c.csv.gz", "raw/notes.pdf", "top.parquet", "raw/"):
        storage_server.put(f"gs://lake/{name}", b"x" * len(name))
    top = synth_core.sources("gs://lake").entries
    assert [(each.name, each.kind) for each in top] == [
        ("raw/", EntryKind.FOLDER),
        ("top.parquet", EntryKind.FILE),
    ]
    raw = synth_core.sources("gs://lake/raw").entries
    assert [(each.name, each.kind, each.uri) for each in raw] == [
        ("2024/", EntryKind.FOLDER, "gs://lake/raw/2024"),
        ("a.csv", EntryKind.FILE, "gs://lake/raw/a.csv"),
        ("notes.pdf", EntryKind.OTHER, ""),
    ]
    assert raw[1].bytes == len("raw/a.csv")
    assert raw[1].changed is not None
    deep = synth_core.sources(raw[0].uri).entries
    assert names(deep) == ["b.csv", "c.csv.gz"]


def test_the_beginning_of_a_name_lists_what_begins_so(storage_server: StorageServer) -> None:
    storage_server.bucket("lake")
    for name in ("raw/orders_1.csv", "raw/orders_2.csv", "raw/customers.csv"):
        storage_server.put(f"gs://lake/{name}", b"x")
    found = synth_core.sources("gs://lake/raw/ord").entries
    assert [each.uri for each in found] == ["gs://lake/raw/orders_1.csv", "gs://lake/raw/orders_2.csv"]
    assert names(found) == ["orders_1.csv", "orders_2.csv"]
    assert names(synth_core.sources("gs://lake/raw", search="CUST").entries) == ["customers.csv"]


def test_objects_come_in_pages(storage_server: StorageServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("synth_core.adapters.gcs.browse.PAGE", 4)
    storage_server.bucket("lake")
    wanted = [f"t{number:02}.csv" for number in range(11)]
    for name in wanted:
        storage_server.put(f"gs://lake/{name}", b"x")
    assert sorted(names(tuple(everything("gs://lake", limit=3)))) == wanted


def test_the_buckets_of_a_project(storage_server: StorageServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PROJECT_ID", "acme")
    for name in ("lake-one", "lake-two", "other"):
        storage_server.bucket(name, "EU")
    assert sorted(each.uri for each in everything("gs://", search="lake")) == [
        "gs://lake-one",
        "gs://lake-two",
    ]


def test_buckets_need_a_project(storage_server: StorageServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BIGQUERY_EMULATOR_HOST", "http://127.0.0.1:1")
    for name in ("PROJECT_ID", "GOOGLE_CLOUD_PROJECT", "SYNTH_PROJECT"):
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(UsageError, match="Set PROJECT_ID"):
        synth_core.sources("gs://")


def test_a_bucket_that_may_not_be_listed(storage_server: StorageServer) -> None:
    storage_server.bucket("lake")
    storage_server.forbid("storage.objects.list")
    with pytest.raises(SourceError, match=r"gs://lake can't be listed.*roles/storage\.objectViewer"):
        synth_core.sources("gs://lake")


def test_the_tables_of_a_duckdb_file(tmp_path: Path) -> None:
    uri = database(tmp_path / "shop.duckdb")
    sql = "CREATE VIEW v AS SELECT 1 AS x; CREATE TABLE \"a, b\" (x INT); COMMENT ON TABLE orders IS 'all of them'"
    database(tmp_path / "shop.duckdb", sql)
    found = {each.name: each for each in everything(uri, limit=2)}
    assert {name: each.rows for name, each in found.items()} == {
        "a, b": 0, "customer": 60, "orders": 150, "passport": 50, "v": None
    }  # fmt: skip
    assert found["orders"].uri == f"{uri}#orders"
    assert found["orders"].about == "all of them"
    assert found["v"].kind is EntryKind.VIEW
    assert found["a, b"].uri == "", "a selection can't name it"


def test_the_files_of_a_folder(tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    (tmp_path / "a.csv").write_text("x\n1\n")
    (tmp_path / "notes.md").write_text("x")
    (tmp_path / ".hidden.csv").write_text("x")
    (tmp_path / "broken.parquet").write_bytes(b"PAR1 not really")
    (tmp_path / "gone.csv").symlink_to(tmp_path / "nowhere.csv")
    pq.write_table(pa.table({"n": [1, 2, 3]}), tmp_path / "t.parquet")
    found = {each.name: each for each in everything(str(tmp_path), limit=2)}
    assert list(found) == ["deep/", "a.csv", "broken.parquet", "gone.csv", "notes.md", "t.parquet"]
    assert found["deep/"].kind is EntryKind.FOLDER
    assert (found["a.csv"].kind, found["a.csv"].bytes, found["a.csv"].rows) == (EntryKind.FILE, 4, None)
    assert found["t.parquet"].rows == 3
    assert "can't be read" in found["broken.parquet"].about
    assert found["gone.csv"].kind is found["notes.md"].kind is EntryKind.OTHER


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="can't be listed: No such file or directory"):
        synth_core.sources(str(tmp_path / "none"))


def test_what_may_not_be_read_says_so(warehouse: BigQueryServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SYNTH_ALLOWED_SOURCES", "bigquery:acme.sales.orders")
    about = {each.name: each.about for each in synth_core.sources("bigquery:acme.sales").entries}
    assert about["orders"] == "One a line"
    assert about["customers"] == "may not be read: it is not among allowed_sources"


@pytest.mark.parametrize(
    ("address", "message"),
    [
        ("bigquery:acme.sales.orders", "names tables, not a place"),
        ("duckdb:x.duckdb#t", "names tables, not a place"),
        ("bigquery:a b", "names no dataset"),
        ("gs://UPPER", "names no bucket"),
        ("duckdb:", "names no file"),
    ],
)
def test_addresses_that_are_no_place(address: str, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        synth_core.sources(address)


def test_the_command_prints_a_page_and_the_way_to_the_next(warehouse: BigQueryServer, synth: Synth) -> None:
    said = done(synth("sources", "bigquery:acme.sales", "--limit", 2))
    assert "bigquery:acme.sales" in said.out
    assert re.search(r"customers +table +1 ", said.out)
    token = re.search(r"--page (\S+)", said.out)
    assert token
    rest = done(synth("sources", "bigquery:acme.sales", "--page", token[1], "--json")).data
    assert [each["name"] for each in rest["entries"]] == ["old orders", "orders"]
    assert rest["next_token"] == ""
    nothing = done(synth("sources", "bigquery:acme.sales", "--search", "zzz"))
    assert "There is nothing like 'zzz' in bigquery:acme.sales." in nothing.out


def test_what_is_not_there_leads_to_what_is(warehouse: BigQueryServer, storage_server: StorageServer) -> None:
    for address, way in (
        ("bigquery:acme.nothing", "`synth sources bigquery:acme`"),
        ("gs://nothing-here", "`synth sources gs://`"),
    ):
        with pytest.raises(SourceError) as caught:
            synth_core.sources(address)
        assert way in caught.value.hint


@pytest.mark.parametrize(
    ("variable", "address"),
    [
        ("BIGQUERY_EMULATOR_HOST", ""),
        ("BIGQUERY_EMULATOR_HOST", "bigquery:acme.sales"),
        ("STORAGE_EMULATOR_HOST", "gs://made"),
    ],
)
def test_a_stand_in_that_is_not_there_is_said_at_once(
    monkeypatch: pytest.MonkeyPatch, variable: str, address: str
) -> None:
    monkeypatch.setenv(variable, "http://127.0.0.1:1")
    monkeypatch.setenv("SYNTH_RETRY_SECONDS", "600")
    with pytest.raises(SynthError, match=f"Nothing answers at the address that {variable} names"):
        synth_core.sources(address)


@pytest.mark.parametrize("source", ["acme-prod.sales", "acme-prod.sales.orders,people"])
def test_a_source_without_its_prefix_is_told_which(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, source: str
) -> None:
    monkeypatch.setenv("SYNTH_HOME", str(tmp_path / "home"))
    with pytest.raises(SourceError) as caught:
        synth_core.init("p", source, str(tmp_path / "out"))
    assert f"`bigquery:{source}`" in caught.value.hint


@pytest.mark.parametrize("source", ["acme-prod.csv", "sales.orders", "in/no-such.tsv"])
def test_a_file_that_is_not_there_is_no_dataset(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, source: str
) -> None:
    monkeypatch.setenv("SYNTH_HOME", str(tmp_path / "home"))
    with pytest.raises(SourceError) as caught:
        synth_core.init("p", source, str(tmp_path / "out"))
    assert "bigquery:" not in caught.value.hint
