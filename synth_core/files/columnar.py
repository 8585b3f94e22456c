"""Reads files that carry their own types, Parquet and JSON, into raw tables."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import duckdb
import pyarrow as pa

from synth_core.errors import SourceError
from synth_core.files.json_faults import ONE_SPELLING, first_fault, first_fault_of_array
from synth_core.files.json_form import JsonForm, form_of
from synth_core.files.names import check_width
from synth_core.files.nesting import renest
from synth_core.files.rows import MAX_ROW
from synth_core.files.scratch import ScratchFolder
from synth_core.files.sql import literal, raw_name
from synth_core.files.text import is_gzip
from synth_core.model.names import duplicates, fold


def load_parquet(
    con: duckdb.DuckDBPyConnection, paths: Sequence[Path], table: str, *, most: int | None = None
) -> int:
    """Make `raw."<table>"` with the files' own types, nested ones kept; the number of rows. `most`: of the first rows
    so many values at most."""
    # Slow to load, and needed for few files.
    import pyarrow.parquet as pq

    for path in paths:
        if not path.stat().st_size:
            raise SourceError(
                f"{path}: the file is empty: 0 bytes.", hint="A Parquet file has a schema at least."
            )
        try:
            schema = pq.read_schema(path)
        except (pa.ArrowInvalid, OSError) as error:
            raise SourceError(
                f"{path}: this is no whole Parquet file: {error}", hint="Is it cut off, or of another kind?"
            ) from error
        if repeated := _repeated_fields(schema):
            raise SourceError(
                f"{path}: column names are equal, apart from case: {', '.join(repeated)}.",
                hint="Rename all but one of each.",
            )
    limit = "" if most is None else f" LIMIT {1 + most // max(1, len(schema.names))}"
    return _load(
        con,
        paths,
        table,
        lambda files: f"read_parquet({files}, union_by_name = false){limit}",
        _no_diagnosis,
    )


def load_ndjson(con: duckdb.DuckDBPyConnection, paths: Sequence[Path], table: str) -> int:
    """Make `raw."<table>"` from files of one JSON object a line, or of one array of objects; the number of rows.

    Objects become STRUCT and arrays LIST, ISO dates and times their types; keys keep the order in which they
    first occur. Raises SourceError with the line for what is no JSON object.
    """
    for path in paths:
        if not path.stat().st_size:
            raise SourceError(f"{path}: the file is empty: 0 bytes.", hint="Expected one JSON object a line.")
    packed = {is_gzip(path) for path in paths}
    if len(packed) > 1:
        raise SourceError(
            f"{paths[0].parent}: some of the files are gzip, some are not.", hint="Make them alike."
        )
    arrays = {form_of(path) is JsonForm.ARRAY for path in paths}
    if len(arrays) > 1:
        raise SourceError(
            f"{paths[0].parent}: some of the files are an array, some have one object a line.",
            hint="Make them alike.",
        )
    is_array = arrays.pop()
    read = (
        f"format = '{'array' if is_array else 'newline_delimited'}', maximum_object_size = {MAX_ROW},"
        f" compression = '{'gzip' if packed.pop() else 'none'}'"
    )
    types = (
        "records = true, sample_size = -1, maximum_depth = -1, map_inference_threshold = -1,"
        " field_appearance_threshold = 0, union_by_name = true"
    )
    return _load(
        con,
        paths,
        table,
        lambda files: f"read_json({files}, {types}, {read})",
        first_fault_of_array if is_array else first_fault,
        lambda files: _keys(con, f"read_json_objects({files}, {read})", table),
        lambda files: _first_keys(con, f"read_json_objects({files}, {read})"),
    )


_FIRST = 5000
"""Objects whose keys are counted before anything is made of them."""


def _first_keys(con: duckdb.DuckDBPyConnection, objects: str) -> int:
    """How many keys the first objects have: of far too many, a table would take gigabytes before it is refused."""
    first = f"SELECT json FROM {objects} LIMIT {_FIRST}"
    found = con.execute(
        f"SELECT count(DISTINCT key) FROM (SELECT unnest(json_keys(json)) AS key FROM ({first}))"
    )
    return int((found.fetchone() or (0,))[0])


def _keys(con: duckdb.DuckDBPyConnection, objects: str, table: str) -> list[str]:
    """The keys of all objects, if some may have got another name: DuckDB reads `name` and `Name` as two columns, `name`
    and `Name_1`."""
    names = [str(row[0]) for row in con.execute(f"DESCRIBE {raw_name(table)}").fetchall()]
    known = {fold(name) for name in names}
    if not any(fold(name.rpartition("_")[0]) in known for name in names if re.search(r"_\d+$", name)):
        return names
    return [
        str(row[0])
        for row in con.execute(f"SELECT DISTINCT unnest(json_keys(json)) FROM {objects}").fetchall()
    ]


def _load(
    con: duckdb.DuckDBPyConnection,
    paths: Sequence[Path],
    table: str,
    source: Callable[[str], str],
    diagnose: Callable[[Path], SourceError | None],
    names: Callable[[str], list[str]] = lambda files: [],
    least_width: Callable[[str], int] = lambda files: 0,
) -> int:
    """DuckDB takes file names as patterns, so it gets links with plain names. `least_width`: so many columns there will
    be at least."""
    con.execute("CREATE SCHEMA IF NOT EXISTS raw")
    with ScratchFolder("links") as folder:
        links = []
        for number, path in enumerate(paths):
            link = folder / f"{number:06}"
            link.symlink_to(path.resolve())
            links.append(literal(str(link)))
        try:
            listed = f"[{', '.join(links)}]"
            check_width(paths[0], least_width(listed))
            con.execute(f"CREATE OR REPLACE TABLE {raw_name(table)} AS SELECT * FROM {source(listed)}")
            check_width(paths[0], len(con.execute(f"DESCRIBE {raw_name(table)}").fetchall()))
            renest(con, raw_name(table))
            repeated = duplicates(names(listed))
        except duckdb.Error as error:
            for path in paths:
                if problem := diagnose(path):
                    raise problem from error
            text = str(error).splitlines()[0]
            for number, path in enumerate(paths):
                text = text.replace(f"{folder}/{number:06}", path.name)
            raise SourceError(f"{', '.join(map(str, paths))}: can't be read: {text}") from error
    if repeated:
        problem = next(filter(None, map(diagnose, paths)), None)
        raise problem or SourceError(
            f"{', '.join(map(str, paths))}: keys differ only by case: {', '.join(repeated)}.",
            hint=ONE_SPELLING,
        )
    found = con.execute(f"SELECT count(*) FROM {raw_name(table)}").fetchone()
    return int(found[0]) if found else 0


def _repeated_fields(fields: Iterable[pa.Field], above: str = "") -> list[str]:
    """Columns and fields of nested ones whose names are the same to a database, as paths."""
    fields = list(fields)
    repeated = [above + name for name in duplicates([field.name for field in fields])]
    for field in fields:
        inner = field.type
        while pa.types.is_list(inner) or pa.types.is_large_list(inner):
            inner = inner.value_type
        if pa.types.is_struct(inner):
            repeated += _repeated_fields(inner.fields, f"{above}{field.name}.")
    return repeated


def _no_diagnosis(path: Path) -> SourceError | None:
    return None
