"""An external table as source: its rows lie in Cloud Storage, and BigQuery reads them."""

from __future__ import annotations

from pathlib import Path

from google.cloud import bigquery
from servers.bigquery import BigQueryServer
from servers.storage import StorageServer

import synth_core
from synth_core import api
from synth_core.adapters.bigquery import BigQueryWarehouse
from synth_core.adapters.google.clients import bigquery_client
from synth_core.model.project import SourceKind


def test_an_external_table_is_queried_within_the_limit(
    cloud_home: Path, bigquery_server: BigQueryServer, storage_server: StorageServer
) -> None:
    bucket = storage_server.bucket("raw-data", "EU")
    lines = ["no;city", *(f"{n};{('Bern', 'Oslo')[n % 2]}" for n in range(1, 41))]
    storage_server.put(f"{bucket}/in/a.csv", "\n".join(lines).encode())
    bigquery_server.create_dataset("src-project", "lake", location="EU")
    external = bigquery.ExternalConfig("CSV")
    external.source_uris = [f"{bucket}/in/*.csv"]
    external.schema = [bigquery.SchemaField("no", "INTEGER"), bigquery.SchemaField("city", "STRING")]
    external.options.field_delimiter, external.options.skip_leading_rows = ";", 1
    made = bigquery.Table("src-project.lake.visits")
    made.external_data_configuration = external
    client = bigquery_client("src-project")
    client.create_table(made)
    client.close()

    stored, _ = api.projects.begin("p", "bigquery:src-project.lake.visits", "bigquery:dst-project.made")
    [table] = stored.project.tables
    assert (table.rows, [str(column.type.value) for column in table.columns]) == (40, ["INT64", "STRING"])
    assert [each.value for each in stored.facts().table("visits").column("city").top] == ["Bern", "Oslo"]
    billed = [
        job.configuration["query"]
        for job in bigquery_server.jobs("synth_")
        if not job.configuration.get("dryRun")
    ]
    assert 1 <= len(billed) <= 2 and all(int(each["maximumBytesBilled"]) > 0 for each in billed)
    assert synth_core.open("p").project.table("visits").source.full_name == "src-project.lake.visits"

    source = BigQueryWarehouse("src-project", "lake", read_only=True)
    [staged] = source.extract("visits", f"{bucket}/staging", kind=SourceKind.DELIMITED)
    source.close()
    assert sorted(storage_server.get(staged).decode().splitlines()) == sorted(
        line.replace(";", ",") for line in lines
    )
