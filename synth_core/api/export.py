"""How the finished files of a warehouse's tables are written: such tables have no dialect of their own."""

from __future__ import annotations

from synth_core.model.dialect import Dialect
from synth_core.model.inferred import Inferred, Origin
from synth_core.model.project import Project, SourceKind, Table
from synth_core.settings import Settings


def with_export_dialect(project: Project, settings: Settings, before: Project | None = None) -> Project:
    """The project with the dialect that the configuration chooses for tables of a warehouse. What a project has chosen
    before stays. Nested tables have none: they are Parquet."""
    chosen = {table.name: table.dialect for table in before.tables} if before else {}
    tables = []
    for table in project.tables:
        if table.source.kind is SourceKind.WAREHOUSE and not _is_nested(table):
            dialect = chosen[table.name] if table.name in chosen else _dialect(settings)
            table = table.model_copy(update={"dialect": dialect})
        tables.append(table)
    return project.model_copy(update={"tables": tuple(tables)})


def _dialect(settings: Settings) -> Inferred[Dialect] | None:
    if settings.export_format != "csv":
        return None
    dialect = Dialect(
        delimiter=settings.export_delimiter,
        header_rows=1 if settings.export_header else 0,
        quoted_empty_is_empty=True,
    )
    return Inferred(
        value=dialect, origin=Origin.HUMAN, evidence=f"chosen: {settings.origin('export_format')}"
    )


def _is_nested(table: Table) -> bool:
    return any(column.field.is_nested for column in table.columns)
