"""Databases whose truth is known, and copies of them under names that say nothing.

`DIR/relational/<name>/` (or `DIR/<name>/`) holds the tables as CSV files with a header, and `labels.json`:
`foreign_keys` and `optional_foreign_keys` [{table, columns, ref_table, ref_columns}], `semantic_types`
{"table.column": meaning}. `DIR/<set>/` with a folder `files` and `labels.json` holds text files of which delimiter,
header_rows and skip_rows are known.
"""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

from synth_core.errors import UsageError
from synth_core.model.base import Frozen

LABELS = "labels.json"
End = tuple[str, str]


class Truth(Frozen):
    """A database, a copy of it under other names, and what is true of the copy."""

    name: str
    folder: str
    """Of the copy."""
    tables: dict[str, str]
    """Real names by those of the copy."""
    columns: dict[str, dict[str, str]]
    """Real names by those of the copy, by the copy's tables."""
    meanings: dict[str, dict[str, str]]
    """By the copy's tables and columns."""
    links: tuple[tuple[str, str, str, str], ...]
    """Foreign keys of one column, in the copy's names: table, column, ref_table, ref_column."""
    optional: tuple[tuple[str, str, str, str], ...] = ()
    """Neither right nor wrong."""


class LabelledFile(Frozen):
    """A text file of which it is known how it is written."""

    path: str
    delimiter: str
    header_rows: int | None = None
    skip_rows: int | None = None


def databases(data: Path) -> list[Path]:
    """The folders of all databases."""
    found = [*data.glob(f"relational/*/{LABELS}"), *data.glob(f"*/{LABELS}")]
    return sorted(path.parent for path in found if "foreign_keys" in _labels(path))


def files(data: Path) -> dict[str, list[LabelledFile]]:
    """The labelled files by set; those without a known delimiter are left out."""
    sets: dict[str, list[LabelledFile]] = {}
    for path in sorted(data.glob(f"*/{LABELS}")):
        folder = path.parent / "files"
        labels = _labels(path)
        found = [
            LabelledFile(
                path=str(folder / name),
                delimiter=each["delimiter"],
                header_rows=each.get("header_rows"),
                skip_rows=each.get("skip_rows"),
            )
            for name, each in sorted(labels.items())
            if isinstance(each, dict) and each.get("delimiter") and "skip_rows" in each
        ]
        if folder.is_dir() and found:
            sets[path.parent.name] = found
    return sets


def renamed(database: Path, folder: Path) -> Truth:
    """Copy a database under names that say nothing (`t1`, `c1`). Raises UsageError where it can't be read."""
    labels = _labels(database / LABELS)
    tables: dict[str, str] = {}
    columns: dict[str, dict[str, str]] = {}
    folder.mkdir(parents=True, exist_ok=True)
    csv.field_size_limit(2**31 - 1)
    for number, path in enumerate(sorted(database.glob("*.csv")), 1):
        name = f"t{number}"
        with (
            path.open(encoding="utf-8", newline="") as source,
            (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as copy,
        ):
            rows = csv.reader(source)
            head = next(rows, [])
            tables[name] = path.stem
            columns[name] = {f"c{place}": real for place, real in enumerate(head, 1)}
            writer = csv.writer(copy)
            writer.writerow(columns[name])
            writer.writerows(rows)
    if not tables:
        raise UsageError(f"{database} holds no CSV files.")
    back = {real: name for name, real in tables.items()}
    new = {table: {real: name for name, real in columns[table].items()} for table in columns}
    meanings: dict[str, dict[str, str]] = {}
    for place, meaning in labels.get("semantic_types", {}).items():
        table, _, column = place.partition(".")
        if table in back and column in new[back[table]]:
            meanings.setdefault(back[table], {})[new[back[table]][column]] = meaning

    def ends(keys: list[dict[str, Any]], single: bool | None) -> tuple[tuple[str, str, str, str], ...]:
        return tuple(
            (
                back[key["table"]],
                new[back[key["table"]]][one],
                back[key["ref_table"]],
                new[back[key["ref_table"]]][other],
            )
            for key in keys
            if single is None or (len(key["columns"]) == 1) is single
            if key["table"] in back and key["ref_table"] in back
            for one, other in zip(key["columns"], key["ref_columns"], strict=True)
        )

    foreign = labels.get("foreign_keys", [])
    return Truth(
        name=database.name,
        folder=str(folder),
        tables=tables,
        columns=columns,
        meanings=meanings,
        links=ends(foreign, True),
        optional=(*ends(labels.get("optional_foreign_keys", []), None), *ends(foreign, False)),
    )


def _labels(path: Path) -> dict[str, Any]:
    try:
        labels = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise UsageError(f"{path} can't be read: {error}.") from None
    return labels if isinstance(labels, dict) else {}
