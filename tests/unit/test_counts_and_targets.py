"""How many rows a plan makes, and which targets it refuses."""

from __future__ import annotations

from pathlib import Path

import pytest

from synth_core.errors import PlanError
from synth_core.model.inferred import Inferred
from synth_core.model.project import Column, Project, SourceKind, Table, TableSource, Target
from synth_core.model.types import INT64, Mode
from synth_core.stages.approve import check_audit, check_staging, check_target, resolve_counts


def project(**rows: int) -> Project:
    column = Column(
        name="id",
        type=Inferred(value=INT64),
        mode=Inferred(value=Mode.NULLABLE),
        meaning=Inferred(value="unknown"),
        personal=Inferred(value=False),
    )
    tables = tuple(
        Table(
            name=name,
            source=TableSource(kind=SourceKind.PARQUET, uri="x", full_name=name),
            rows=count,
            wanted=count,
            columns=(column,),
        )
        for name, count in rows.items()
    )
    return Project(name="p", source="x", tables=tables, target=Target(uri="out"))


def test_rows_never_exceed_the_source() -> None:
    assert resolve_counts(project(a=10, b=5000), rows=100) == {"a": 10, "b": 100}


def test_scale_multiplies_and_leaves_at_least_one() -> None:
    assert resolve_counts(project(a=10, b=5000, c=0), scale=0.01) == {"a": 1, "b": 50, "c": 0}


def test_a_count_sets_its_table_exactly() -> None:
    assert resolve_counts(project(a=10, b=20), rows=5, counts={"b": 99}) == {"a": 5, "b": 99}


@pytest.mark.parametrize(
    ("options", "names"),
    [
        ({"rows": 0}, "0 rows"),
        ({"rows": -3}, "-3 rows"),
        ({"scale": 0.0}, "scale of 0.0"),
        ({"scale": float("inf")}, "scale"),
        ({"counts": {"a": 0}}, "a: 0 rows"),
        ({"counts": {"nope": 5}}, "nope"),
        ({"rows": 5, "scale": 1.0}, "not both"),
    ],
)
def test_impossible_counts_are_refused(options: dict[str, object], names: str) -> None:
    with pytest.raises(PlanError, match=names):
        resolve_counts(project(a=10), **options)  # type: ignore[arg-type]


def test_a_target_that_is_the_source_is_refused_however_it_is_written(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    with pytest.raises(PlanError, match="is the source"):
        check_target(str(tmp_path / "data"), str(tmp_path / "x" / ".." / "data"))
    with pytest.raises(PlanError, match="is the source"):
        check_target(f"duckdb:{tmp_path}/a.duckdb#orders", f"duckdb:{tmp_path}/./a.duckdb")
    with pytest.raises(PlanError, match="is the source"):
        check_target(str(tmp_path / "data"), f"duckdb:{tmp_path}/a.duckdb", str(tmp_path / "data"))
    check_target(str(tmp_path / "data"), f"duckdb:{tmp_path}/a.duckdb", str(tmp_path / "out"))


@pytest.mark.parametrize(
    ("source", "target", "files"),
    [
        ("bigquery:p.d#orders", "bigquery:p.d", ""),
        ("bigquery:p.d", "bigquery:P.d", ""),
        ("gs://buc/raw", "gs://buc/raw/synthetic", ""),
        ("gs://buc/raw", "gs://buc/raw", ""),
        ("gs://buc", "bigquery:p.d", "gs://buc/made"),
        ("orders=gs://buc/raw/orders_*.csv", "gs://buc/raw/made", ""),
        ("gs://buc/output", "gs://buc", ""),
        ("gs://buc/staging", "bigquery:p.d", "gs://buc"),
        ("data", "duckdb:data/made.duckdb", ""),
        ("made/output", "made", ""),
    ],
)
def test_a_target_that_lies_in_the_source_is_refused(source: str, target: str, files: str) -> None:
    with pytest.raises(PlanError, match="is the source or lies in it"):
        check_target(source, target, files)


@pytest.mark.parametrize(
    ("source", "target", "files"),
    [
        ("bigquery:p.d", "bigquery:p.d2", ""),
        ("bigquery:p.d", "bigquery:p.D", ""),
        ("bigquery:p.d", "bigquery:other.d", "gs://buc"),
        ("gs://buc/raw", "gs://buc/raw2", ""),
        ("gs://buc/raw", "gs://buc", ""),
        ("gs://buc/raw/*.csv", "gs://buc/made", ""),
        ("gs://buc/output/1/orders", "gs://buc", ""),
        ("gs://buc/raw", "duckdb:raw.duckdb", "gs://cub/raw"),
        ("data", "data2", ""),
        ("data/*.csv", "data", ""),
    ],
)
def test_a_target_beside_the_source_is_none_of_it(source: str, target: str, files: str) -> None:
    check_target(source, target, files)


def test_bigquery_is_staged_in_a_bucket_only() -> None:
    with pytest.raises(PlanError, match=r"Cloud Storage only.*--files gs://"):
        check_staging("data bigquery:p.d#orders", "out")
    check_staging("data bigquery:p.d#orders", "gs://buc/made")
    check_staging("data duckdb:a.duckdb", "out")


@pytest.mark.parametrize(
    ("source", "target", "audit"),
    [
        ("bigquery:acme.sales.orders", "bigquery:acme.made", "bigquery:acme.sales#orders"),
        ("bigquery:Acme.sales.orders", "bigquery:acme.made", "bigquery:acme.made#orders"),
        ("duckdb:in.duckdb#orders", "duckdb:out.duckdb", "duckdb:out.duckdb#main.Orders"),
        ("duckdb:in.duckdb#orders", "out", "duckdb:in.duckdb#main.orders"),
    ],
)
def test_an_audit_table_that_is_read_or_made_is_refused(source: str, target: str, audit: str) -> None:
    project = Project(name="p", source=source, target=Target(uri=target))
    with pytest.raises(PlanError, match="audit_table names orders"):
        check_audit(project, audit)


@pytest.mark.parametrize(
    "audit",
    [
        "bigquery:acme.made#audit",
        "bigquery:acme.logs#orders",
        "bigquery:other.made#orders",
        "duckdb:x#main.orders",
    ],
)
def test_an_audit_table_of_its_own_is_not(audit: str) -> None:
    check_audit(
        Project(name="p", source="bigquery:acme.sales.orders", target=Target(uri="bigquery:acme.made")), audit
    )
