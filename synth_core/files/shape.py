"""How a table's finished files look and where they lie."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

from synth_core.model.places import is_warehouse
from synth_core.model.project import SourceKind, Table, Target

_LONGEST = 200
_KEPT = 80
_UNSAFE = re.compile(r'[\x00-\x1f\x7f<>:"/\\|?*]|^[ .]+|[ .]+$|~(?=[0-9A-F]{2})')
"""A `~` only where it could be taken for one of ours."""
_SUFFIX = {SourceKind.PARQUET: ".parquet", SourceKind.NDJSON: ".ndjson", SourceKind.DELIMITED: ".csv"}


def output_kind(table: Table) -> SourceKind:
    """As the source is written, text in its own dialect, which may have been chosen for a warehouse table. Parquet for
    other warehouse tables, and for nested ones that came as text."""
    kind = table.source.kind
    if kind is not SourceKind.NDJSON and any(column.field.is_nested for column in table.columns):
        return SourceKind.PARQUET
    if kind is SourceKind.WAREHOUSE:
        return SourceKind.DELIMITED if table.dialect else SourceKind.PARQUET
    return kind


def file_name(table: Table) -> str:
    """The source's own file name where one file is one table (without what it tells of somebody), else the table's
    name; safe on every file system."""
    kind = output_kind(table)
    if kind is table.source.kind and len(table.source.files) == 1:
        return safe_name(table.source.file_name or Path(table.source.files[0]).name)
    gzip = (
        table.dialect is not None
        and table.dialect.value.compression == "gzip"
        and kind is SourceKind.DELIMITED
    )
    return safe_name(table.name) + _SUFFIX[kind] + (".gz" if gzip else "")


def safe_name(name: str) -> str:
    """The name as every file system takes it; two different names never give the same.

    What a file system could mind is written as `~` and two digits: `a:b` as `a~3Ab`. Of a name that is too long for one
    (in bytes, with room for endings) beginning and end are left, and a hash between them.
    """
    safe = _UNSAFE.sub(lambda found: "".join(f"~{ord(character):02X}" for character in found[0]), name)
    data = safe.encode(errors="surrogatepass")
    if len(data) <= _LONGEST:
        return safe
    begin, end = (part.decode(errors="ignore") for part in (data[:_KEPT], data[-_KEPT:]))
    return f"{begin}~{hashlib.sha256(data).hexdigest()[:16]}~{end}"


def files_place(home: Path, target: Target) -> str:
    """The address below which finished files and staged input lie: the one asked for, a target of files itself, or
    the home."""
    if target.files:
        return target.files
    return str(home.absolute()) if is_warehouse(target.uri) else target.uri


def output_folder(home: Path, target: Target, run_id: str) -> str:
    """The address `…/output/<batch id>` of a run's finished files."""
    return _below(files_place(home, target), "output", run_id)


def staging_folder(home: Path, target: Target, run_id: str) -> str:
    """The address `…/staging/<batch id>` of a run's staged input."""
    return _below(files_place(home, target), "staging", run_id)


def _below(place: str, *parts: str) -> str:
    return "/".join((place.rstrip("/"), *parts))
