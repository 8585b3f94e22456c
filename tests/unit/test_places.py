"""Addresses of sources and targets."""

from __future__ import annotations

from pathlib import Path

import pytest

from synth_core.errors import UsageError
from synth_core.model.places import PlaceKind, absolute, parse_place


@pytest.mark.parametrize(
    ("uri", "project", "dataset", "tables"),
    [
        ("bigquery:shop-prod.sales", "shop-prod", "sales", ()),
        ("bigquery:shop-prod.sales.orders", "shop-prod", "sales", ("orders",)),
        ("bigquery:shop-prod.sales.orders,order lines", "shop-prod", "sales", ("orders", "order lines")),
        ("bigquery:shop-prod.sales#orders, lines", "shop-prod", "sales", ("orders", "lines")),
        ("bigquery:example.com:shop.sales", "example.com:shop", "sales", ()),
    ],
)
def test_a_dataset_is_read(uri: str, project: str, dataset: str, tables: tuple[str, ...]) -> None:
    place = parse_place(uri)
    assert (place.kind, place.project, place.dataset, place.tables) == (
        PlaceKind.BIGQUERY,
        project,
        dataset,
        tables,
    )
    assert parse_place(place.with_tables()) == place


@pytest.mark.parametrize(
    ("uri", "bucket", "name"),
    [
        ("gs://raw", "raw", ""),
        ("gs://raw/", "raw", ""),
        ("gs://raw.example.com/in/2026/*.csv", "raw.example.com", "in/2026/*.csv"),
    ],
)
def test_a_bucket_is_read(uri: str, bucket: str, name: str) -> None:
    place = parse_place(uri)
    assert (place.kind, place.bucket, place.name) == (PlaceKind.BUCKET, bucket, name)


@pytest.mark.parametrize(
    "uri",
    [
        "bigquery:",
        "bigquery:project",
        "bigquery:a.b.c.d",
        "bigquery:a.b.c#d",
        "bigquery:a.b;drop",
        "gs://",
        "gs:raw",
        "gs://Raw/x",
        "duckdb:",
        "s3://raw/x",
        "",
    ],
)
def test_an_address_that_leads_nowhere_says_how_one_is_written(uri: str) -> None:
    with pytest.raises(UsageError, match="Write"):
        absolute(uri)


def test_only_what_is_on_this_machine_becomes_absolute(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert absolute("duckdb:shop.db#a,b") == f"duckdb:{tmp_path}/shop.db#a,b"
    assert absolute("data") == f"{tmp_path}/data"
    assert absolute("bigquery:p.d.t") == "bigquery:p.d#t"
    assert absolute("gs://raw/in/") == "gs://raw/in"
