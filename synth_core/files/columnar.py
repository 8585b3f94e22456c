"""Reads files that carry their own types, Parquet and NDJSON, into raw tables."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path

import duckdb
import pyarrow.parquet

from synth_core.errors import SourceError
from synth_core.files.names import duplicates
from synth_core.files.rows import MAX_ROW
from synth_core.files.scratch import ScratchFolder
from synth_core.files.sql import literal, raw_name
from synth_core.files.text import is_gzip, raw_chunks


def load_parquet(con: duckdb.DuckDBPyConnection, paths: Sequence[Path], table: str) -> int:
    """Make `raw."<table>"` with the files' own types, nested ones kept; the number of rows."""
    for path in paths:
        if not path.stat().st_size:
            raise SourceError(
                f"{path}: the file is empty: 0 bytes.", hint="A Parquet file has a schema at least."
            )
        try:
            names = pyarrow.parquet.read_schema(path).names
        except (pyarrow.ArrowInvalid, OSError) as error:
            raise SourceError(
                f"{path}: this is no whole Parquet file: {error}", hint="Is it cut off, or of another kind?"
            ) from error
        if repeated := duplicates(names):
            raise SourceError(
                f"{path}: column names occur twice: {', '.join(repeated)}.", hint="Rename them."
            )
    return _load(
        con, paths, table, lambda files: f"read_parquet({files}, union_by_name = false)", _no_diagnosis
    )


def load_ndjson(con: duckdb.DuckDBPyConnection, paths: Sequence[Path], table: str) -> int:
    """Make `raw."<table>"` from files of one JSON object a line; the number of rows.

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
    compression = "gzip" if packed.pop() else "none"
    call = (
        "read_json({files}, format = 'newline_delimited', records = true, sample_size = -1,"
        " maximum_depth = -1, map_inference_threshold = -1, field_appearance_threshold = 0,"
        f" maximum_object_size = {MAX_ROW}, union_by_name = true, compression = '{compression}')"
    )
    return _load(con, paths, table, lambda files: call.format(files=files), _first_broken_line)


def _load(
    con: duckdb.DuckDBPyConnection,
    paths: Sequence[Path],
    table: str,
    source: Callable[[str], str],
    diagnose: Callable[[Path], SourceError | None],
) -> int:
    """DuckDB takes file names as patterns, so it gets links with plain names."""
    con.execute("CREATE SCHEMA IF NOT EXISTS raw")
    with ScratchFolder("links") as folder:
        links = []
        for number, path in enumerate(paths):
            link = folder / f"{number:06}"
            link.symlink_to(path.resolve())
            links.append(literal(str(link)))
        try:
            listed = f"[{', '.join(links)}]"
            con.execute(f"CREATE OR REPLACE TABLE {raw_name(table)} AS SELECT * FROM {source(listed)}")
        except duckdb.Error as error:
            for path in paths:
                if problem := diagnose(path):
                    raise problem from error
            text = str(error).splitlines()[0].replace(f"{folder}/", "")
            raise SourceError(f"{', '.join(map(str, paths))}: can't be read: {text}") from error
    found = con.execute(f"SELECT count(*) FROM {raw_name(table)}").fetchone()
    return int(found[0]) if found else 0


def _no_diagnosis(path: Path) -> SourceError | None:
    return None


def _first_broken_line(path: Path) -> SourceError | None:
    number, held = 0, b""
    for chunk in [*raw_chunks(path), b"\n"]:
        lines = (held + chunk).split(b"\n")
        held = lines.pop()
        for line in lines:
            number += 1
            if not line.strip():
                continue
            try:
                value = json.loads(line)
            except (ValueError, RecursionError) as error:
                return SourceError(
                    f"{path}, line {number}: this is no JSON: {error}.",
                    hint="Expected one JSON object a line.",
                )
            if not isinstance(value, dict):
                return SourceError(
                    f"{path}, line {number}: this is {type(value).__name__}, no JSON object.",
                    hint="Expected one JSON object a line.",
                )
            if repeated := duplicates(list(value)):
                return SourceError(
                    f"{path}, line {number}: keys differ only by case: {', '.join(repeated)}.",
                    hint="Rename them.",
                )
        if len(held) > MAX_ROW:
            return SourceError(
                f"{path}, line {number + 1}: the line is longer than {MAX_ROW >> 20} million bytes."
            )
    return None
