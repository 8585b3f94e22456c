"""Labels of targets on BigQuery."""

from __future__ import annotations

import pytest
from servers.bigquery import BigQueryServer

from synth_core.adapters.bigquery.connection import Connection
from synth_core.adapters.bigquery.create import create_target
from synth_core.model.types import BigQueryType, Field, Kind
from synth_core.model.warehouse import TableSchema

FIELDS = (Field(name="id", type=BigQueryType(kind=Kind.INT64)),)


@pytest.mark.parametrize("count", [3, 61, 64])
def test_a_source_with_many_labels_leaves_room_for_ours(
    bigquery_server: BigQueryServer, caplog: pytest.LogCaptureFixture, count: int
) -> None:
    bigquery_server.create_dataset("p", "d", "EU")
    labels = {f"l{number:02}": "x" for number in range(count)}
    schema = TableSchema(name="t", fields=FIELDS, labels={**labels, "synthetic": "no"})
    create_target(Connection.open("p", "d"), schema, "run-1")
    made = bigquery_server.table("p", "d", "t")["labels"]
    assert made["synthetic"] == "true"
    # One more comes with the batch.
    kept = min(count, 61)
    assert dict.fromkeys(list(labels)[:kept], "x").items() <= made.items()
    assert len(made) == kept + 2
    assert ("without these labels" in caplog.text) is (count > 61)
