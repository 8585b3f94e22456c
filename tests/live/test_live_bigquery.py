"""BigQuery as it is: what is missing, what there is, and the whole job from one dataset into another."""

from __future__ import annotations

import pytest
from google.cloud import bigquery
from small_live import COUNTS

import synth_core
from synth_core.checkup import State

pytestmark = pytest.mark.live


def _count(client: bigquery.Client, name: str) -> int:
    [(rows,)] = client.query(f"SELECT COUNT(*) FROM `{name}`").result()
    return int(rows)


def test_nothing_is_missing(source: str, target: str) -> None:
    found = synth_core.doctor(source=[f"bigquery:{source}"], target=f"bigquery:{target}")
    assert [each for each in found if each.state is State.MISSING] == []


def test_tables_are_listed_with_rows_and_bytes(source: str) -> None:
    listed = {each.name: each for each in synth_core.sources(f"bigquery:{source}").entries}
    assert {name: each.rows for name, each in listed.items()} == COUNTS
    assert all(each.bytes and each.changed for each in listed.values())
    project, _, dataset = source.rpartition(".")
    assert dataset in [
        each.name for each in synth_core.sources(f"bigquery:{project}", search=dataset).entries
    ]


def test_the_whole_job_and_once_more(source: str, target: str, warehouse: bigquery.Client) -> None:
    synth_core.init("live", f"bigquery:{source}", f"bigquery:{target}")
    synth_core.infer("live")
    synth_core.draft("live")
    for times in (1, 2):
        synth_core.approve("live", by="live test", seed=times)
        assert synth_core.run("live").state.value == "published"
        assert {table: _count(warehouse, f"{target}.{table}") for table in COUNTS} == {
            table: times * rows for table, rows in COUNTS.items()
        }
    for table in COUNTS:
        mine, theirs = warehouse.get_table(f"{target}.{table}"), warehouse.get_table(f"{source}.{table}")
        assert [field.to_api_repr() for field in mine.schema] == [
            field.to_api_repr() for field in theirs.schema
        ]
        assert mine.time_partitioning == theirs.time_partitioning
        assert mine.clustering_fields == theirs.clustering_fields
        assert mine.labels["synthetic"] == "true"
    orphans = (
        f"SELECT COUNT(*) FROM `{target}.orders` WHERE customer NOT IN (SELECT id FROM `{target}.customer`)"
    )
    assert [tuple(row) for row in warehouse.query(orphans).result()] == [(0,)]
    left = [each.table_id for each in warehouse.list_tables(target) if each.table_id.startswith("_synth_")]
    assert left == []
