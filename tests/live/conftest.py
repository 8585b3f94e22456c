"""A real project, for tests that are only run when they are asked for: `pytest -m live`. See docs/google-cloud.md."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from pathlib import Path

import pytest
from google.cloud import bigquery
from small_live import CUSTOMER, ORDERS, Live, customers, orders

from synth_core.adapters.google.clients import bigquery_client, credentials, storage_client
from synth_core.errors import SynthError


@pytest.fixture(scope="session")
def live() -> Live:
    """The project that is named for it; stand-ins may serve it, as everywhere."""
    project = os.environ.get("SYNTH_LIVE_PROJECT", "")
    if not project:
        pytest.skip("SYNTH_LIVE_PROJECT names no project")
    if not os.environ.get("BIGQUERY_EMULATOR_HOST"):
        try:
            credentials()
        except SynthError as error:
            pytest.skip(error.message)
    bucket = os.environ.get("SYNTH_LIVE_BUCKET", "").rstrip("/")
    return Live(
        project=project,
        location=os.environ.get("SYNTH_LIVE_LOCATION", "EU"),
        bucket=f"{bucket}/synth_live_{secrets.token_hex(4)}" if bucket else "",
        model=os.environ.get("SYNTH_LIVE_MODEL", ""),
    )


@pytest.fixture(autouse=True)
def settings(live: Live, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As somebody would set them who begins."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SYNTH_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("PROJECT_ID", live.project)
    monkeypatch.setenv("LOCATION", live.location)


@pytest.fixture(scope="session")
def warehouse(live: Live) -> Iterator[bigquery.Client]:
    """A client for looking at what came of it."""
    client = bigquery_client(live.project)
    yield client
    client.close()


def _dataset(client: bigquery.Client, live: Live, purpose: str) -> str:
    dataset = bigquery.Dataset(f"{live.project}.synth_live_{purpose}_{secrets.token_hex(4)}")
    dataset.location = live.location
    dataset.default_table_expiration_ms = 24 * 3600 * 1000
    client.create_dataset(dataset)
    return dataset.dataset_id


@pytest.fixture(scope="session")
def source(live: Live, warehouse: bigquery.Client) -> Iterator[str]:
    """`project.dataset` with two tables: nested, partitioned, clustered, described and bound by a key."""
    name = f"{live.project}.{_dataset(warehouse, live, 'source')}"
    for table, statement in (("customer", CUSTOMER), ("orders", ORDERS)):
        warehouse.query(statement.format(name=name), location=live.location).result()
        rows = customers() if table == "customer" else orders()
        config = bigquery.LoadJobConfig(schema=warehouse.get_table(f"{name}.{table}").schema)
        warehouse.load_table_from_json(
            rows, f"{name}.{table}", job_config=config, location=live.location
        ).result()
    yield name
    warehouse.delete_dataset(name, delete_contents=True, not_found_ok=True)


@pytest.fixture
def target(live: Live, warehouse: bigquery.Client) -> Iterator[str]:
    """`project.dataset` that is not there yet."""
    name = f"{live.project}.synth_live_target_{secrets.token_hex(4)}"
    yield name
    warehouse.delete_dataset(name, delete_contents=True, not_found_ok=True)


@pytest.fixture
def bucket(live: Live) -> Iterator[str]:
    """A prefix of its own in the bucket."""
    if not live.bucket:
        pytest.skip("SYNTH_LIVE_BUCKET names no bucket")
    yield live.bucket
    name, _, prefix = live.bucket.removeprefix("gs://").partition("/")
    for blob in storage_client(live.project).list_blobs(name, prefix=f"{prefix}/"):
        blob.delete()
