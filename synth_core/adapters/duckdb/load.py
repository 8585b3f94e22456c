"""Finished files into a staging table, by column name."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import duckdb

from synth_core.adapters.duckdb.catalogue import DuckColumn, Place, columns
from synth_core.adapters.duckdb.names import quote_all
from synth_core.adapters.duckdb.typed_files import check_same_names, ndjson_select, parquet_select
from synth_core.errors import SourceError, TargetError
from synth_core.files.read import check_castable, load_text, typed_select
from synth_core.files.scratch import ScratchFolder
from synth_core.files.sql import quote
from synth_core.model.project import SourceKind
from synth_core.ports import LoadFiles

INCOMING = "synth_incoming_rows"
"""What rows from the scratch database are called while they stream into the target."""


def load_files(place: Place, staging: str, files: LoadFiles) -> int:
    """Append all rows of the files to a staging table; the number of rows.

    Raises TargetError naming file, row and column. The caller's transaction decides what stays.
    """
    staged = columns(place, staging)
    what = f"The description of {', '.join(files.paths)}"
    check_same_names(what, [column.name for column in files.columns], [column.name for column in staged])
    rows = 0
    for path in map(Path, files.paths):
        try:
            if files.kind is SourceKind.DELIMITED:
                rows += _load_delimited(place, staging, path, files)
            elif files.kind is SourceKind.PARQUET:
                rows += _insert(place, staging, staged, parquet_select(place.connection, path, staged), path)
            elif files.kind is SourceKind.NDJSON:
                select = ndjson_select(place.connection, path, [column.field for column in files.columns])
                rows += _insert(place, staging, staged, select, path)
            else:
                raise TargetError(
                    f"{path} is no file that can be loaded: {files.kind}.", hint="Write it as Parquet."
                )
        except SourceError as error:
            raise TargetError(error.message, hint=error.hint) from error
        except OSError as error:
            raise TargetError(
                f"{path} can't be read: {error.strerror or error}.", hint="Is it still there?"
            ) from error
    return rows


def _load_delimited(place: Place, staging: str, path: Path, files: LoadFiles) -> int:
    """Through a database of its own, so that raw text never gets into the target's file."""
    if files.dialect is None:
        raise TargetError(f"{path} can't be loaded without its dialect.", hint="Sniff the file first.")
    names = [column.name for column in files.columns]
    with _scratch() as scratch:
        load_text(scratch, [path], files.dialect, names, "rows")
        check_castable(scratch, "rows", files.columns, files.dialect, str(path))
        reader = scratch.sql(typed_select("rows", files.columns, files.dialect)).to_arrow_reader()
        place.connection.register(INCOMING, reader)
        try:
            select = f"SELECT {quote_all(names)} FROM temp.main.{INCOMING}"
            return _insert(place, staging, columns(place, staging), select, path)
        finally:
            # Refused where the transaction has failed; its rollback does away with the name.
            with suppress(duckdb.TransactionException):
                place.connection.unregister(INCOMING)


def _insert(place: Place, staging: str, staged: list[DuckColumn], select: str, path: Path) -> int:
    """Insert what the SELECT gives, by name. A repeated column is never NULL: no list is an empty one."""
    values = ", ".join(
        f"coalesce({quote(column.name)}, [])" if column.type.endswith("]") else quote(column.name)
        for column in staged
    )
    names = quote_all(column.name for column in staged)
    try:
        ((rows,),) = place.execute(
            f"INSERT INTO {place.name(staging)} ({names}) SELECT {values} FROM ({select})"
        )
    except duckdb.ConstraintException as error:
        # The only constraint of a staging table is NOT NULL, and the message ends in `table.column`, each in quotes
        # where it needs them.
        column = re.sub(rf'^.*"?{staging}"?\.', "", str(error).splitlines()[0]).strip('"')
        raise TargetError(
            f"{path}, column {column!r}: a value is missing, and the column is REQUIRED.",
            hint="Fill it, or make the column NULLABLE.",
        ) from error
    return int(rows)


@contextmanager
def _scratch() -> Iterator[duckdb.DuckDBPyConnection]:
    """A temporary database on disk: memory stays bounded."""
    with ScratchFolder("load") as folder:
        connection = duckdb.connect(folder / "scratch.duckdb")
        try:
            yield connection
        finally:
            connection.close()
