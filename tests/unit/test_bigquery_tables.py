"""BigQuery's tables as we know them: resources of the REST API, partitions, hidden fields, cells, names."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from google.api_core.exceptions import Forbidden

from synth_core.adapters.bigquery.access import refused_columns, select_list, visible_columns
from synth_core.adapters.bigquery.cells import rows_to_arrow
from synth_core.adapters.bigquery.jobs import job_id
from synth_core.adapters.bigquery.names import literal, qualified, quote
from synth_core.adapters.bigquery.partitions import (
    every_row,
    parse_partitioning,
    partitioning_from_api,
    partitioning_to_api,
    since,
)
from synth_core.adapters.bigquery.schema import schema_from_api, schema_to_api
from synth_core.model.types import BigQueryType, Field, Kind, Mode

TAG = "projects/p/locations/eu/taxonomies/1/policyTags/2"


def field(name: str, type: str, mode: str = "NULLABLE", **more: Any) -> Field:
    return Field(name=name, type=BigQueryType.model_validate(type), mode=Mode(mode), **more)


FIELDS = (
    field("day", "DATE"),
    field("at", "TIMESTAMP"),
    field("local", "DATETIME"),
    field("order", "INT64"),
)
RESOURCE = {
    "tableReference": {"projectId": "p", "datasetId": "d", "tableId": "lines"},
    "type": "TABLE",
    "schema": {
        "fields": [
            {"name": "a", "type": "INTEGER", "mode": "REQUIRED", "description": "half"},
            {"name": "at", "type": "TIMESTAMP", "mode": "NULLABLE"},
            {
                "name": "more",
                "type": "RECORD",
                "mode": "REPEATED",
                "fields": [
                    {
                        "name": "x",
                        "type": "STRING",
                        "mode": "NULLABLE",
                        "description": "deep",
                        "policyTags": {"names": [TAG]},
                    }
                ],
            },
        ]
    },
    "description": "Lines",
    "labels": {"k": "v"},
    "timePartitioning": {"type": "HOUR", "field": "at"},
    "requirePartitionFilter": True,
    "clustering": {"fields": ["a"]},
    "tableConstraints": {
        "primaryKey": {"columns": ["a"]},
        "foreignKeys": [
            {
                "name": "fk_1",
                "referencedTable": {"projectId": "p", "datasetId": "d", "tableId": "heads"},
                "columnReferences": [{"referencingColumn": "a", "referencedColumn": "b"}],
            }
        ],
    },
}


def test_a_resource_comes_back_as_it_was() -> None:
    schema = schema_from_api(RESOURCE | {"numRows": "7", "numBytes": "99"})
    assert (schema.rows, schema.bytes, schema.full_name) == (7, 99, "p.d.lines")
    assert schema_to_api(schema, "p", "d") == {key: RESOURCE[key] for key in RESOURCE if key != "type"}


def test_foreign_keys_of_a_copy_lead_to_its_own_dataset() -> None:
    elsewhere = {"projectId": "q", "datasetId": "d", "tableId": "heads"}
    key = {
        "referencedTable": elsewhere,
        "columnReferences": [{"referencingColumn": "a", "referencedColumn": "b"}],
    }
    both = [RESOURCE["tableConstraints"]["foreignKeys"][0], key]  # type: ignore[index]
    schema = schema_from_api(RESOURCE | {"tableConstraints": {"foreignKeys": both}})
    assert [each.ref_full_name for each in schema.foreign_keys] == ["", "q.d.heads"]
    made = schema_to_api(schema, "copy", "e")["tableConstraints"]["foreignKeys"]
    assert [each["referencedTable"]["projectId"] for each in made] == ["copy"]


@pytest.mark.parametrize("type", ["VIEW", "EXTERNAL", "MATERIALIZED_VIEW"])
def test_nobody_knows_the_size_of_a_view(type: str) -> None:
    schema = schema_from_api(RESOURCE | {"type": type, "numRows": "0", "numBytes": "0"})
    assert (schema.rows, schema.bytes) == (None, None)


@pytest.mark.parametrize(
    ("resource", "text"),
    [
        ({}, ""),
        ({"timePartitioning": {"type": "DAY", "field": "day"}}, "day"),
        ({"timePartitioning": {"type": "YEAR", "field": "day"}}, "DATE_TRUNC(day, YEAR)"),
        ({"timePartitioning": {"type": "DAY", "field": "local"}}, "DATETIME_TRUNC(local, DAY)"),
        ({"timePartitioning": {"type": "HOUR"}}, "TIMESTAMP_TRUNC(_PARTITIONTIME, HOUR)"),
        ({"timePartitioning": {"type": "DAY"}}, "_PARTITIONDATE"),
        (
            {"rangePartitioning": {"field": "order", "range": {"start": "-5", "end": "5", "interval": "2"}}},
            "RANGE_BUCKET(`order`, GENERATE_ARRAY(-5, 5, 2))",
        ),
    ],
)
def test_partitioning_as_text_and_back(resource: dict[str, Any], text: str) -> None:
    assert partitioning_from_api(resource, FIELDS) == text
    if text:
        assert partitioning_to_api(text, FIELDS) == resource


@pytest.mark.parametrize("text", ["", "day + 1", "DATE_TRUNC(day, WEEK)", "RANGE_BUCKET(a, 1)", "nothing"])
def test_what_is_no_partitioning_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        partitioning_to_api(text, FIELDS)


def test_filters_of_partitions() -> None:
    daily = parse_partitioning("day")
    assert every_row(daily, Kind.DATE)[0] == "(`day` >= DATE '0001-01-01' OR `day` IS NULL)"
    assert since(daily, Kind.DATE, "20260131") == "`day` >= DATE '2026-01-31'"
    hourly = parse_partitioning("TIMESTAMP_TRUNC(_PARTITIONTIME, HOUR)")
    assert since(hourly, None, "2026013117") == "_PARTITIONTIME >= TIMESTAMP '2026-01-31 17:00:00'"
    assert since(parse_partitioning("DATETIME_TRUNC(x, MONTH)"), Kind.DATETIME, "202601") == (
        "`x` >= DATETIME '2026-01-01 00:00:00'"
    )
    ranges = parse_partitioning("RANGE_BUCKET(n, GENERATE_ARRAY(0, 10, 5))")
    assert since(ranges, Kind.INT64, "5") == "`n` >= 5"
    assert since(daily, Kind.DATE, "__NULL__") == ""


NESTED = (
    field("id", "INT64"),
    field("one", "STRUCT<a INT64, b STRING NOT NULL, c ARRAY<NUMERIC(10, 2)>>"),
    field("many", "STRUCT<x INT64, y STRUCT<z INT64, w INT64>>", "REPEATED"),
    field("all", "STRUCT<a INT64>"),
)


@pytest.mark.parametrize(
    ("message", "hidden"),
    [
        ('User can\'t get policy tag "T : x" on column p.d.t.one.b.', {("one", "b")}),
        ("no permission on columns p.d.t.id, p.d.t.many.y.z.", {("id",), ("many", "y", "z")}),
        ("on column `example.com:p.d.T.ID`", {("id",)}),
        ("no permission on table p.d.t", set()),
        ("on column p.d.t.unheard_of", set()),
    ],
)
def test_refused_columns_are_read_from_the_message(message: str, hidden: set[tuple[str, ...]]) -> None:
    assert refused_columns(Forbidden(message), NESTED) == hidden


def test_all_guarded_columns_are_left_out_where_none_is_named() -> None:
    guarded = (*NESTED, field("tax", "STRING", policy_tags=(TAG,)))
    assert refused_columns(Forbidden("no"), guarded) == {("tax",)}


def test_hidden_fields_are_null() -> None:
    hidden = {("one", "b"), ("one", "c"), ("many", "y", "z"), ("all", "a")}
    assert [each.name for each in visible_columns(NESTED, hidden)] == ["id", "one", "many"]
    assert select_list(NESTED, hidden) == [
        "`id`",
        "STRUCT(`one`.`a` AS `a`, CAST(NULL AS STRING) AS `b`, CAST(NULL AS ARRAY<NUMERIC(10, 2)>) AS `c`) AS `one`",
        (
            "ARRAY(SELECT STRUCT(e1.`x` AS `x`, STRUCT(CAST(NULL AS INT64) AS `z`, e1.`y`.`w` AS `w`) AS `y`)"
            " FROM UNNEST(`many`) AS e1) AS `many`"
        ),
    ]


def test_names_are_quoted() -> None:
    assert qualified("example.com:my-project", "d", "a`b\\") == "`example.com:my-project`.`d`.`a\\`b\\\\`"
    assert quote("select") == "`select`"
    assert literal("it's\n\\") == "'it\\'s\\n\\\\'"


def test_ids_of_jobs_come_from_their_content() -> None:
    assert job_id("load", "a", 1) == job_id("load", "a", 1) != job_id("load", "a1")
    assert job_id("load", "a").startswith("synth_load_")


def test_cells_that_json_has_as_texts() -> None:
    fields = (
        field("n", "BIGNUMERIC"),
        field("wide", "BIGNUMERIC(50, 20)"),
        field("took", "INTERVAL"),
        field("while", "RANGE<DATE>"),
        field("x", "FLOAT64"),
        field("at", "TIMESTAMP"),
        field("t", "TIME"),
    )
    texts = [
        "1234567.1234567890123456789",
        "1e30",
        "-1-2 3 -4:5:6.5",
        "[2024-01-01, UNBOUNDED)",
        "-Infinity",
        "1700000000000001",
        "12:00:00.5",
    ]
    rows = [{"f": [{"v": text} for text in texts]}, {"f": [{"v": None}] * len(texts)}]
    first, second = rows_to_arrow(fields, rows).to_pylist()
    assert first == {
        "n": Decimal("1234567.123456789012345679"),
        # Too large for 38 digits, of which 18 are behind the point.
        "wide": None,
        "took": "-14 months 3 days -14706500000 microseconds",
        "while": {"start": dt.date(2024, 1, 1), "end": None},
        "x": float("-inf"),
        "at": dt.datetime(2023, 11, 14, 22, 13, 20, 1, tzinfo=dt.UTC),
        "t": dt.time(12, 0, 0, 500000),
    }
    assert set(second.values()) == {None}


def test_timestamps_of_a_service_that_writes_seconds() -> None:
    (row,) = rows_to_arrow((field("at", "TIMESTAMP"),), [{"f": [{"v": "1.7E9"}]}]).to_pylist()
    assert row["at"] == dt.datetime(2023, 11, 14, 22, 13, 20, tzinfo=dt.UTC)
