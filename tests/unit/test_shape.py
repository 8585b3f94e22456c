"""Names of tables as names of files."""

from __future__ import annotations

from collections import Counter
from itertools import product
from pathlib import Path

import pytest

from synth_core.files.shape import file_name, output_folder, output_kind, safe_name, staging_folder
from synth_core.model.dialect import Dialect
from synth_core.model.inferred import Inferred
from synth_core.model.project import Column, SourceKind, Table, TableSource, Target
from synth_core.model.types import INT64, Mode
from synth_core.stages.gather.find import find


@pytest.mark.parametrize(
    "name",
    ["orders", "Order Details", "Größe (2024)", "100%", "a.b", "export%20data", "PROGRA~1", "日本", "~"],
)
def test_ordinary_names_stay(name: str) -> None:
    assert safe_name(name) == name


@pytest.mark.parametrize(
    ("name", "safe"),
    [("a:b", "a~3Ab"), ("a?b", "a~3Fb"), ("../x", "~2E~2E~2Fx"), ("a. ", "a~2E~20"), ("a~3Ab", "a~7E3Ab")],
)
def test_what_a_file_system_minds_is_spelled(name: str, safe: str) -> None:
    assert safe_name(name) == safe


@pytest.mark.parametrize("name", ["x" * 300 + ".csv.gz", "表" * 120, "a:" * 100, "x" * 1000 + ":?."])
def test_a_long_name_is_cut_in_the_middle(name: str) -> None:
    safe, other = safe_name(name), safe_name(f"{name[:110]}y{name[111:]}")
    assert len(safe.encode()) <= 200 and safe != other
    assert name.startswith(safe[:20].replace("~3A", ":"))
    assert not name.endswith(".gz") or safe.endswith(".csv.gz")


def test_different_names_stay_different() -> None:
    names = ["".join(letters) for size in range(1, 5) for letters in product(":?~_ .3AF", repeat=size)]
    found = Counter(safe_name(name) for name in names)
    assert [name for name, times in found.items() if times > 1] == []
    assert not any(set(name) & set(":?") or name[0] in " ." or name[-1] in " ." for name in found)


def table(kind: SourceKind, *, dialect: Dialect | None = None, mode: Mode = Mode.NULLABLE) -> Table:
    column = Column(
        name="id",
        type=Inferred(value=INT64),
        mode=Inferred(value=mode),
        meaning=Inferred(value="unknown"),
        personal=Inferred(value=False),
    )
    return Table(
        name="a/b",
        source=TableSource(kind=kind, uri="x", full_name="x"),
        rows=1,
        wanted=1,
        dialect=Inferred(value=dialect) if dialect else None,
        columns=(column,),
    )


@pytest.mark.parametrize(
    ("made", "kind", "name"),
    [
        (table(SourceKind.WAREHOUSE), SourceKind.PARQUET, "a~2Fb.parquet"),
        (table(SourceKind.WAREHOUSE, dialect=Dialect()), SourceKind.DELIMITED, "a~2Fb.csv"),
        (
            table(SourceKind.WAREHOUSE, dialect=Dialect(compression="gzip")),
            SourceKind.DELIMITED,
            "a~2Fb.csv.gz",
        ),
        (
            table(SourceKind.WAREHOUSE, dialect=Dialect(), mode=Mode.REPEATED),
            SourceKind.PARQUET,
            "a~2Fb.parquet",
        ),
        (table(SourceKind.NDJSON), SourceKind.NDJSON, "a~2Fb.ndjson"),
        (table(SourceKind.NDJSON, mode=Mode.REPEATED), SourceKind.NDJSON, "a~2Fb.ndjson"),
    ],
)
def test_finished_files_have_the_sources_form_or_the_one_that_was_chosen(
    made: Table, kind: SourceKind, name: str
) -> None:
    assert (output_kind(made), file_name(made)) == (kind, name)


@pytest.mark.parametrize(
    ("source", "name", "file"),
    [
        ("{}", "Konto_Xxx_Xxx", "Konto_Xxx_Xxx.TSV.gz"),
        ("{}/Konto_Ann_Lee.TSV.gz", "Konto_Xxx_Xxx", "Konto_Xxx_Xxx.TSV.gz"),
        ("konto={}/Konto_Ann_Lee.TSV.gz", "konto", "Konto_Xxx_Xxx.TSV.gz"),
        ("konto={}/shops.txt", "konto", "shops.txt"),
    ],
)
def test_a_file_is_called_as_the_sources_one_unless_that_tells_whose_it_is(
    tmp_path: Path, source: str, name: str, file: str
) -> None:
    for each in ("Konto_Ann_Lee.TSV.gz", "shops.txt"):
        (tmp_path / each).touch()
    found = dict(find([source.format(tmp_path)]).tables)
    made = table(SourceKind.DELIMITED, dialect=Dialect())
    assert file_name(made.model_copy(update={"source": found[name], "name": name})) == file


def test_a_chosen_dialect_without_header_does_not_make_a_headerless_file() -> None:
    """Its columns have the names that the warehouse gives them."""
    assert not table(SourceKind.WAREHOUSE, dialect=Dialect(header_rows=0)).is_headerless
    assert table(SourceKind.DELIMITED, dialect=Dialect(header_rows=0)).is_headerless


@pytest.mark.parametrize(
    ("target", "place"),
    [
        (Target(uri="/out"), "/out"),
        (Target(uri="/out/"), "/out"),
        (Target(uri="duckdb:/t.duckdb"), "/home/me"),
        (Target(uri="bigquery:p.d"), "/home/me"),
        (Target(uri="bigquery:p.d", files="gs://bucket/a"), "gs://bucket/a"),
        (Target(uri="gs://bucket"), "gs://bucket"),
    ],
)
def test_where_files_lie(target: Target, place: str) -> None:
    home = Path("/home/me")
    assert output_folder(home, target, "1") == f"{place}/output/1"
    assert staging_folder(home, target, "1") == f"{place}/staging/1"
