"""Keys and links that a warehouse declares: they come first and are not contradicted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from synth_core.model.findings import Finding, Level
from synth_core.model.inferred import Inferred, Origin
from synth_core.model.project import Link, Table
from synth_core.model.warehouse import ForeignKey, TableSchema


def declared_key(schema: TableSchema | None) -> Inferred[tuple[str, ...]] | None:
    """The declared primary key of a table."""
    if schema is None or not schema.primary_key:
        return None
    return Inferred(
        value=schema.primary_key, origin=Origin.DECLARED, confidence=1.0, evidence="declared as primary key"
    )


def declared_links(
    tables: Sequence[Table], declared: Mapping[str, TableSchema]
) -> tuple[list[Link], list[Finding]]:
    """Declared foreign keys among the tables, and a note for each that leads to a table left out."""
    links: list[Link] = []
    findings: list[Finding] = []
    for table in tables:
        schema = declared.get(table.name)
        for key in schema.foreign_keys if schema else ():
            if parent := _parent(tables, table, key):
                links.append(_link(table.name, key, parent))
            else:
                findings.append(_left_out(table.name, key))
    return links, findings


def _parent(tables: Sequence[Table], child: Table, key: ForeignKey) -> str:
    """The table of the project that the key refers to; empty where it is left out. One in another dataset is known by
    its full name."""
    for table in tables:
        if (
            (table.source.full_name == key.ref_full_name)
            if key.ref_full_name
            else (table.source.uri, table.own_name) == (child.source.uri, key.ref_table)
        ):
            return table.name
    return ""


def _link(table: str, key: ForeignKey, parent: str) -> Link:
    return Link(
        table=table,
        columns=key.columns,
        ref_table=parent,
        ref_columns=key.ref_columns,
        accepted=Inferred(
            value=True, origin=Origin.DECLARED, confidence=1.0, evidence="declared as foreign key"
        ),
    )


def _left_out(table: str, key: ForeignKey) -> Finding:
    parent = key.ref_full_name or key.ref_table
    return Finding(
        level=Level.NOTE,
        code="relate.parent-left-out",
        message=f"({', '.join(key.columns)}) refers to {parent}, which is not in the project.",
        hint="Add that table to keep the link; its values are made like those of any other column now.",
        table=table,
        column=key.columns[0],
    )
