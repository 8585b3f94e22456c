"""Whether BigQuery can hold a table at all: its names, before anything is asked of the service."""

from __future__ import annotations

import re
import unicodedata

from synth_core.errors import TargetError
from synth_core.model.names import duplicates, fold
from synth_core.model.types import Field
from synth_core.model.warehouse import TableSchema

MAX_COLUMN = 300
"""Characters of a column's name."""
MAX_TABLE = 1024
"""Bytes of a table's name."""
MAX_COLUMNS = 10_000
_FORBIDDEN = re.compile(r"""[!"$()*,./;?@\[\\\]^`{}~\x00-\x1f]""")
_OURS = ("_TABLE_", "_FILE_", "_PARTITION", "_ROW_TIMESTAMP", "__ROOT__", "_COLIDENTIFIER")
"""How the names of BigQuery's own columns begin."""


def check_table(schema: TableSchema) -> None:
    """Raise TargetError where BigQuery can't hold such a table."""
    if not schema.fields:
        raise TargetError(f"Table {schema.name} has no columns.", hint="A table needs one at least.")
    if len(schema.fields) > MAX_COLUMNS:
        raise TargetError(
            f"Table {schema.name} has {len(schema.fields):,} columns; BigQuery takes {MAX_COLUMNS:,}.",
            hint="Split it.",
        )
    if not _is_table_name(schema.name):
        raise TargetError(
            f"{schema.name!r} is no name of a table in BigQuery.",
            hint="It takes letters, digits, blanks, `-` and `_`: rename the table.",
        )
    _check_fields(schema.name, schema.fields)
    names = {fold(field.name) for field in schema.fields}
    keys = (schema.primary_key, *(key.columns for key in schema.foreign_keys))
    if unknown := {fold(name) for key in keys for name in key} - names:
        raise TargetError(
            f"A key of table {schema.name} names columns that it doesn't have: {', '.join(sorted(unknown))}.",
            hint="Correct the key.",
        )


def _is_table_name(name: str) -> bool:
    """Letters, marks, numbers, connectors, dashes and spaces of any script."""
    return 0 < len(name.encode()) <= MAX_TABLE and all(
        unicodedata.category(character)[0] in "LMN" or unicodedata.category(character) in ("Pc", "Pd", "Zs")
        for character in name
    )


def _check_fields(where: str, fields: tuple[Field, ...]) -> None:
    names = [field.name for field in fields]
    if same := duplicates(names):
        raise TargetError(
            f"Table {where} has columns that differ at most in case: {', '.join(same)}.",
            hint="In DuckDB and BigQuery these are one name: rename one of them.",
        )
    for name in names:
        if not name or len(name) > MAX_COLUMN or _FORBIDDEN.search(name) or name.upper().startswith(_OURS):
            raise TargetError(
                f"Table {where}: {name[:60]!r} is no name of a column in BigQuery.",
                hint=f'It takes up to {MAX_COLUMN} characters, none of ! " $ ( ) * , . / ; ? @ [ \\ ] ^ ` {{ }} ~: '
                "rename the column.",
            )
    for field in fields:
        if field.type.fields:
            _check_fields(f"{where}, {field.name}", field.type.fields)
