"""A project as large as they get: ten tables of 200 columns, each linked to the one before."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

from synth_core.model.inferred import Inferred
from synth_core.model.profile import ColumnProfile, LinkProfile, Profile, TableProfile, ValueCount
from synth_core.model.project import Column, Link, Project, SourceKind, Table, TableSource, Target
from synth_core.model.types import BigQueryType, Kind, Mode

TABLES, COLUMNS, ROWS = 10, 200, 4000
WORDS = tuple(ValueCount(value=f"word {n}", count=ROWS // 2) for n in range(2))
NUMBERS = tuple(str(n * 3) for n in range(33))


def wide(place: Path) -> tuple[Project, Profile]:
    """The project, and facts that fit it."""
    uri = f"duckdb:{place / 'wide.duckdb'}"
    names = [f"table_{number}" for number in range(TABLES)]
    tables = tuple(
        Table(
            name=name,
            source=TableSource(kind=SourceKind.WAREHOUSE, uri=uri, full_name=f"wide.main.{name}"),
            rows=ROWS,
            wanted=ROWS,
            columns=tuple(_column(number) for number in range(COLUMNS)),
            primary_key=Inferred(value=("column_0",), confidence=0.99, evidence="Every value occurs once."),
        )
        for name in names
    )
    links = tuple(
        Link(
            table=child,
            columns=("column_1",),
            ref_table=parent,
            ref_columns=("column_0",),
            accepted=Inferred(value=True, confidence=0.95, evidence="All values occur."),
        )
        for parent, child in pairwise(names)
    )
    facts = Profile(
        k=10,
        tables=tuple(
            TableProfile(table=name, rows=ROWS, columns=tuple(_facts(number) for number in range(COLUMNS)))
            for name in names
        ),
        links=tuple(
            LinkProfile(
                table=link.table,
                columns=link.columns,
                ref_table=link.ref_table,
                ref_columns=link.ref_columns,
                rows=ROWS,
                nulls=0,
                orphans=0,
                parents=ROWS,
                unique=False,
                children=((1, 1, ROWS),),
            )
            for link in links
        ),
    )
    target = Target(uri=f"duckdb:{place / 'made.duckdb'}")
    return Project(name="huge", source=uri, tables=tables, links=links, target=target), facts


def _is_text(number: int) -> bool:
    return number % 2 == 0 and number > 0


def _column(number: int) -> Column:
    kind = Kind.STRING if _is_text(number) else Kind.INT64
    return Column(
        name=f"column_{number}",
        type=Inferred(value=BigQueryType(kind=kind), confidence=0.99),
        mode=Inferred(value=Mode.REQUIRED if number < 2 else Mode.NULLABLE, confidence=0.99),
        meaning=Inferred(value="unknown", confidence=0.6 if number % 40 == 2 else 0.95),
        personal=Inferred(value=False, confidence=0.95),
    )


def _facts(number: int) -> ColumnProfile:
    name = f"column_{number}"
    if _is_text(number):
        return ColumnProfile(
            name=name, path=(name,), rows=ROWS, nulls=0, distinct=2, unique=False, top=WORDS, top_rows=ROWS
        )
    return ColumnProfile(
        name=name,
        path=(name,),
        rows=ROWS,
        nulls=0,
        distinct=ROWS if number == 0 else 97,
        unique=number == 0,
        integral=True,
        decimals=0,
        quantiles=NUMBERS if number % 40 == 3 else (),
    )
