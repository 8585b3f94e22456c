"""A configuration of the pipeline that we replace, imported and run without further edits: files, tables, audit."""

from __future__ import annotations

import csv
import datetime
import io
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from servers.bigquery import BigQueryServer
from servers.storage import StorageServer
from small_shop import Synth, done

pytestmark = pytest.mark.usefixtures("in_this_process")

PROJECT, BUCKET = "poc-admin", "data-generation-usecase"
CONFIG = f'''
"""
Copyright. This software is provided as-is.
"""

# Google Cloud Project Configuration
PROJECT_ID = "{PROJECT}"
LOCATION = "us-central1"
MODEL_ID="gemini-1.5-pro-002"

# BigQuery Configuration
target_bq_project_id = "{PROJECT}"
target_bq_dataset = "tdm_target"
source_bq_project_id = "{PROJECT}"
source_bq_dataset = "tdm"
audit_table = '{PROJECT}.datageneration.audit_log'

# Input Table Names (as a string, then potentially parsed in main)
input_bq_table_names = (
    "{PROJECT}.tdm.Dim_Customer,"
    "{PROJECT}.tdm.Dim_Product,"
    "{PROJECT}.tdm.Fact_Transactions"
)

user_counts = {{
    "Dim_Customer": 10,
    "Dim_Product": 10,
    "Fact_Transactions": 20,
}}

gcs_bucket_name = "{BUCKET}"
SOURCE_TYPE = "BigQuery"
LOCAL_OUTPUT_BASE_DIR = "./output" # Snowfakery generates files here first
'''
COUNTS = {"Dim_Customer": 10, "Dim_Product": 10, "Fact_Transactions": 20}
STRINGS = (
    "batch_id gcs_bucket_name input_gcs_path header_gcs_path table_name column_names delimiter custom_header"
)
ORIGINAL_AUDIT = [
    *({"name": name, "type": "STRING"} for name in STRINGS.split()),
    {"name": "schema", "type": "STRING"},
    {"name": "status", "type": "STRING"},
    {"name": "error_message", "type": "STRING"},
    {"name": "user_requested_table_count", "type": "INTEGER"},
    {"name": "num_records_generated", "type": "INTEGER"},
    {"name": "column_header_flag", "type": "BOOLEAN"},
    {"name": "insert_timestamp", "type": "TIMESTAMP"},
]
REAL = "Realname"
SCHEMAS: dict[str, list[dict[str, str]]] = {
    "Dim_Customer": [
        {"name": "Customer_ID", "type": "INTEGER", "mode": "REQUIRED", "description": "Key"},
        {"name": "Full_Name", "type": "STRING"},
        {"name": "City", "type": "STRING"},
    ],
    "Dim_Product": [
        {"name": "Product_ID", "type": "INTEGER"},
        {"name": "Price", "type": "NUMERIC"},
    ],
    "Fact_Transactions": [
        {"name": "Transaction_ID", "type": "INTEGER"},
        {"name": "Customer_ID", "type": "INTEGER"},
        {"name": "Product_ID", "type": "INTEGER"},
        {"name": "Day", "type": "DATE"},
    ],
}


@pytest.fixture
def source(bigquery_server: BigQueryServer, storage_server: StorageServer) -> BigQueryServer:
    """The tables, the bucket, and the audit table that the original asks for."""
    day = datetime.date(2024, 1, 1)
    rows: dict[str, list[dict[str, Any]]] = {
        "Dim_Customer": [
            {"Customer_ID": i, "Full_Name": f"{REAL} {i}", "City": ("Bern", "Oslo", "Lyon")[i % 3]}
            for i in range(1, 61)
        ],
        "Dim_Product": [{"Product_ID": i, "Price": Decimal(f"{i}.25")} for i in range(1, 41)],
        "Fact_Transactions": [
            {
                "Transaction_ID": 1000 + i,
                "Customer_ID": i % 60 + 1,
                "Product_ID": i % 40 + 1,
                "Day": day + datetime.timedelta(days=i % 90),
            }
            for i in range(150)
        ],
    }
    # Not where the model is asked: LOCATION is about that alone.
    bigquery_server.create_dataset(PROJECT, "tdm", "US")
    for table, schema in SCHEMAS.items():
        bigquery_server.load_table(PROJECT, "tdm", table, schema, rows[table])
    bigquery_server.create_dataset(PROJECT, "datageneration", "us-central1")
    bigquery_server.load_table(PROJECT, "datageneration", "audit_log", ORIGINAL_AUDIT)
    storage_server.bucket(BUCKET, location="US")
    return bigquery_server


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder, with nothing but the configuration."""
    for name in ("SYNTH_HOME", "SYNTH_CONFIG", "PROJECT_ID", "LOCATION"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "config_vars.py").write_text(CONFIG)
    return tmp_path


def read(data: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(data.decode())))


def test_it_gives_the_originals_result(
    synth: Synth, source: BigQueryServer, storage_server: StorageServer, place: Path
) -> None:
    done(synth("import-config", "config_vars.py"))
    said = done(synth("quickstart"))
    assert "synth.toml:" in said.out
    [run] = done(synth("runs", "--json")).data
    batch = run["run_id"]

    # Files: one table a folder, with a header, and nothing of the staged input is left.
    objects = storage_server.list(f"gs://{BUCKET}")
    assert objects == sorted(f"gs://{BUCKET}/output/{batch}/{table}/{table}.csv" for table in COUNTS)
    files = {
        table: read(storage_server.get(f"gs://{BUCKET}/output/{batch}/{table}/{table}.csv"))
        for table in COUNTS
    }
    for table, count in COUNTS.items():
        assert len(files[table]) == count
        assert list(files[table][0]) == [field["name"] for field in SCHEMAS[table]]

    # Tables: made like the source's, with exactly the rows of the files, loaded as CSV from the bucket.
    for table, count in COUNTS.items():
        rows = source.rows(PROJECT, "tdm_target", table)
        assert len(rows) == count
        text = [{name: "" if value is None else str(value) for name, value in row.items()} for row in rows]
        key = SCHEMAS[table][0]["name"]
        assert sorted(row[key] for row in text) == sorted(row[key] for row in files[table])
        made = source.table(PROJECT, "tdm_target", table)
        assert [
            (field["name"], field["type"], field.get("mode", "NULLABLE"))
            for field in made["schema"]["fields"]
        ] == [(field["name"], field["type"], field.get("mode", "NULLABLE")) for field in SCHEMAS[table]]
    customers = {row["Customer_ID"] for row in source.rows(PROJECT, "tdm_target", "Dim_Customer")}
    assert {
        row["Customer_ID"] for row in source.rows(PROJECT, "tdm_target", "Fact_Transactions")
    } <= customers
    assert REAL not in str(files)
    assert source.table_names(PROJECT, "tdm_target") == sorted(COUNTS)
    assert source.dataset(PROJECT, "tdm_target")["location"] == "US"

    # Audit: the table that was there, with a start and an end of each table.
    events = source.rows(PROJECT, "datageneration", "audit_log")
    assert len(events) == 2 * len(COUNTS) and {row["batch_id"] for row in events} == {batch}
    for table, count in COUNTS.items():
        start, end = [row for row in events if row["table_name"] == table]
        assert (start["status"], end["status"]) == ("In Progress", "Completed")
        assert (end["num_records_generated"], end["user_requested_table_count"]) == (count, count)
        assert (end["delimiter"], end["column_header_flag"], end["gcs_bucket_name"]) == (",", True, BUCKET)
        assert end["input_gcs_path"].startswith(f"gs://{BUCKET}/staging/{batch}/{table}/")
    assert not source.exists(PROJECT, "synth_audit", "audit")


@pytest.mark.slow
def test_the_same_again_appends_and_repeats_no_key(
    synth: Synth, source: BigQueryServer, storage_server: StorageServer, place: Path
) -> None:
    done(synth("import-config", "config_vars.py"))
    for _ in range(2):
        done(synth("quickstart"))
    for table, count in COUNTS.items():
        rows = source.rows(PROJECT, "tdm_target", table)
        key = SCHEMAS[table][0]["name"]
        assert len({row[key] for row in rows}) == len(rows) == 2 * count


def test_a_short_name_that_two_tables_have_is_no_name(
    synth: Synth, source: BigQueryServer, place: Path
) -> None:
    other = f"{PROJECT}.other.Dim_Customer"
    config = CONFIG.replace(f"{PROJECT}.tdm.Dim_Product", other).replace('"Dim_Product": 10,', "")
    (place / "config_vars.py").write_text(config)
    done(synth("import-config", "config_vars.py"))
    before = len(source.requests)
    said = synth("quickstart")
    assert said.code == 2 and f"'Dim_Customer' may be {PROJECT}.tdm.Dim_Customer or {other}." in said.err
    line = next(
        n
        for n, text in enumerate((place / "synth.toml").read_text().splitlines(), 1)
        if "Dim_Customer = 10" in text
    )
    assert f"synth.toml:{line}: counts" in said.err
    assert len(source.requests) == before and not (place / "projects").exists()


FILES_CONFIG = f'''
PROJECT_ID = "{PROJECT}"
LOCATION = "us-central1"
MODEL_ID="gemini-1.5-pro-002"

#GCS File Path for the Source Input Files
input_gcs_path = {{
    "Dim_Date": "gs://{BUCKET}/in/Dim_Date/input/Dim_Date.csv",
    "Dim_Shop": "gs://{BUCKET}/in/Dim_Shop/input/shops.txt",
}}
header_gcs_path = {{
    "Dim_Date":"gs://{BUCKET}/in/Dim_Date/input/header_Dim_Date.csv"
}}
user_counts = {{
"Dim_Date":10,
"Dim_Shop":20,
}}
gcs_bucket_name = "{BUCKET}"
audit_table = '{PROJECT}.datageneration.audit_log'
SOURCE_TYPE = "GCS"
LOCAL_OUTPUT_BASE_DIR = "./output"
'''


def test_the_variant_for_files_gives_its_result(
    synth: Synth, bigquery_server: BigQueryServer, storage_server: StorageServer, place: Path
) -> None:
    root = storage_server.bucket(BUCKET, location="US-CENTRAL1") + "/in"
    day = datetime.date(2024, 1, 1)
    dates = "".join(f"{i},{day + datetime.timedelta(days=i)},Q{i % 4 + 1}\n" for i in range(1, 91))
    shops = "HEADER|shops|2024\nShop_ID|City\n" + "".join(
        f"{i}|{'Bern' if i % 2 else 'Oslo'}\n" for i in range(1, 61)
    )
    inputs = {
        f"{root}/Dim_Date/input/Dim_Date.csv": dates,
        f"{root}/Dim_Date/input/header_Dim_Date.csv": "Date_ID,Day,Quarter\n",
        f"{root}/Dim_Shop/input/shops.txt": shops,
    }
    for address, text in inputs.items():
        storage_server.put(address, text.encode())
    bigquery_server.create_dataset(PROJECT, "datageneration", "us-central1")
    bigquery_server.load_table(PROJECT, "datageneration", "audit_log", ORIGINAL_AUDIT)
    (place / "config_vars.py").write_text(FILES_CONFIG)

    done(synth("import-config", "config_vars.py"))
    done(synth("quickstart"))
    [run] = done(synth("runs", "--json")).data
    batch = run["run_id"]

    out = f"gs://{BUCKET}/output/{batch}"
    made = {f"{out}/Dim_Date/Dim_Date.csv", f"{out}/Dim_Shop/shops.txt"}
    assert set(storage_server.list(f"gs://{BUCKET}")) == made | set(inputs)
    assert [storage_server.get(address).decode() for address in inputs] == list(inputs.values())
    rows = storage_server.get(f"{out}/Dim_Date/Dim_Date.csv").decode().splitlines()
    assert len(rows) == 10 and len({row.split(",")[0] for row in rows}) == 10
    banner, header, *rows = storage_server.get(f"{out}/Dim_Shop/shops.txt").decode().splitlines()
    assert (banner, header, len(rows)) == ("HEADER|shops|2024", "Shop_ID|City", 20)

    events = {row["table_name"]: row for row in bigquery_server.rows(PROJECT, "datageneration", "audit_log")}
    assert {name: row["status"] for name, row in events.items()} == {
        "Dim_Date": "Completed",
        "Dim_Shop": "Completed",
    }
    assert "Quarter" in events["Dim_Date"]["column_names"]
    assert events["Dim_Date"]["header_gcs_path"].startswith(f"gs://{BUCKET}/staging/{batch}/Dim_Date/")
    assert events["Dim_Shop"]["header_gcs_path"] is None
    assert (events["Dim_Shop"]["delimiter"], events["Dim_Shop"]["custom_header"]) == (
        "|",
        "HEADER|shops|2024",
    )
    assert events["Dim_Date"]["column_header_flag"] is False
    assert events["Dim_Shop"]["num_records_generated"] == 20
