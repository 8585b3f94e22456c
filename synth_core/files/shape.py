"""How a table's finished files look and where they lie."""

from __future__ import annotations

import re
from pathlib import Path

from synth_core.model.plan import Plan
from synth_core.model.project import SourceKind, Table

_UNSAFE = re.compile(r'[\x00-\x1f\x7f<>:"/\\|?*]|^[ .]+|[ .]+$|~(?=[0-9A-F]{2})')
"""A `~` only where it could be taken for one of ours."""
_SUFFIX = {SourceKind.PARQUET: ".parquet", SourceKind.NDJSON: ".ndjson", SourceKind.DELIMITED: ".csv"}


def output_kind(table: Table) -> SourceKind:
    """Text in the source's own dialect where there is one; Parquet for nested tables and warehouse tables."""
    kind = table.source.kind
    if kind is SourceKind.WAREHOUSE or any(column.field.is_nested for column in table.columns):
        return SourceKind.PARQUET
    return kind


def file_name(table: Table) -> str:
    """The source's own file name where one file is one table, else the table's name; safe on every file system."""
    kind = output_kind(table)
    if kind is table.source.kind and len(table.source.files) == 1:
        return safe_name(Path(table.source.files[0]).name)
    gzip = (
        table.dialect is not None
        and table.dialect.value.compression == "gzip"
        and kind is SourceKind.DELIMITED
    )
    return safe_name(table.name) + _SUFFIX[kind] + (".gz" if gzip else "")


def safe_name(name: str) -> str:
    """The name as every file system takes it; two different names never give the same.

    What a file system could mind is written as `~` and two digits: `a:b` as `a~3Ab`.
    """
    return _UNSAFE.sub(lambda found: "".join(f"~{ord(character):02X}" for character in found[0]), name)


def output_folder(home: Path, plan: Plan, run_id: str) -> Path:
    """`…/output/<batch id>`: under the folder asked for, under a folder target, or under the home."""
    target = plan.project.target
    if target.files:
        base = Path(target.files)
    elif target.uri.startswith("duckdb:"):
        base = home
    else:
        base = Path(target.uri)
    return base / "output" / run_id
