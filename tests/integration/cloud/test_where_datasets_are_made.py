"""A target dataset that is not there yet is made where the configuration says, else where the source is."""

from __future__ import annotations

from pathlib import Path

import pytest
from servers.bigquery import BigQueryServer
from servers.storage import StorageServer

import synth_core
from synth_core import wiring
from synth_core.checkup import State
from synth_core.model.warehouse import TableSchema

pytestmark = pytest.mark.usefixtures("in_this_process")

NUMBER = [{"name": "n", "type": "INTEGER", "mode": "NULLABLE"}]


@pytest.fixture
def server(
    bigquery_server: BigQueryServer, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> BigQueryServer:
    for name in ("LOCATION", "SYNTH_LOCATION", "PROJECT_ID"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("SYNTH_HOME", str(tmp_path / "home"))
    bigquery_server.load_table("p", "made", "t", NUMBER)
    bigquery_server.create_dataset("p", "source", "europe-west1")
    bigquery_server.load_table("p", "source", "t", NUMBER, [{"n": i} for i in range(20)])
    return bigquery_server


def place_of(server: BigQueryServer, dataset: str) -> str:
    return str(server.dataset("p", dataset)["location"])


def stage(target: str, *sources: str) -> None:
    """As a run begins."""
    warehouse = wiring.open_target(target, sources)
    schema = wiring.open_source("bigquery:p.made").schema("t")
    warehouse.create_staging("run", TableSchema(name="t", fields=schema.fields))
    warehouse.close()


def test_a_run_stays_where_the_source_is(server: BigQueryServer) -> None:
    synth_core.init("p", "bigquery:p.source", "bigquery:p.target")
    synth_core.infer("p")
    synth_core.draft("p")
    synth_core.approve("p")
    assert synth_core.run("p").state.value == "published"
    assert place_of(server, "target") == place_of(server, "synth_audit") == "europe-west1"


def test_the_configuration_comes_first(server: BigQueryServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOCATION", "EU")
    stage("bigquery:p.target", "bigquery:p.source")
    assert place_of(server, "target") == "EU"


def test_a_dataset_that_is_there_stays_where_it_is(server: BigQueryServer) -> None:
    stage("bigquery:p.made", "bigquery:p.source")
    assert place_of(server, "made") == "US"
    assert server.table_names("p", "made") == ["_synth_run_t", "t"]


@pytest.mark.parametrize(
    ("bucket", "dataset"), [("europe-west3", "europe-west3"), ("EU", "EU"), ("EUR4", "US")]
)
def test_files_draw_the_dataset_to_their_bucket(
    server: BigQueryServer, storage_server: StorageServer, bucket: str, dataset: str
) -> None:
    storage_server.bucket("lake", bucket)
    stage("bigquery:p.target", "orders=gs://lake/raw/*.csv")
    assert place_of(server, "target") == dataset


def test_the_doctor_says_where(server: BigQueryServer) -> None:
    found = synth_core.doctor(source=["bigquery:p.source"], target="bigquery:p.target")
    said = [each.message for each in found if each.check == "bigquery.target"]
    assert said == ["Can make the dataset p.target in europe-west1, which is not there yet."]
    assert [each for each in found if each.state is State.MISSING] == []
