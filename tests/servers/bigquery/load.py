"""Load jobs: files into a table, all of them or none."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterator
from typing import Any

import pyarrow as pa
from servers.bigquery import destination
from servers.bigquery.catalogue import Json, Table
from servers.bigquery.files import csv, lines, objects, parquet
from servers.bigquery.files.rows import Rows
from servers.bigquery.jobs import Job
from servers.bigquery.problems import Problem, invalid, not_found
from servers.bigquery.state import State
from servers.bigquery.types import Field, normal

READERS = {"CSV": csv.read, "NEWLINE_DELIMITED_JSON": lines.read}
LAYOUT = ("timePartitioning", "rangePartitioning", "clustering")
MOST_URIS = 10_000


def run(state: State, job: Job) -> None:
    """Do what the job asks, or refuse."""
    config = job.configuration["load"]
    key = destination.of(config["destinationTable"], job.project)
    if config.get("autodetect"):
        raise invalid("autodetect is not supported here; give a schema")
    given = normal(config.get("schema", {}).get("fields") or [])
    files = list(sources(job, config))
    form = config.get("sourceFormat") or "CSV"
    if not given and form == "PARQUET" and files:
        options = config.get("parquetOptions") or {}
        whole = parquet.open_table(*files[0], lists=bool(options.get("enableListInference")))
        given = parquet.schema_of(whole)
        given = given if state.catalogue.find(key) is None else _as_table(state, key, given)
    properties = {name: config[name] for name in LAYOUT if name in config}
    properties |= {
        name: value
        for name, value in (config.get("destinationTableProperties") or {}).items()
        if name in ("description", "friendlyName", "labels", "expirationTime")
    }
    arguments: Any = {"properties": properties, "standard": "WRITE_APPEND", "location": job.location}
    # Checked before the files are read: what can't be written isn't read.
    _, fields = destination.prepare(state, key, given, config, **arguments)
    wanted = given or fields
    rows, bad = read(form, files, wanted, config)
    destination.write(state, key, given, rows, config, **arguments)
    job.errors = bad
    size = sum(len(data) for _, data in files)
    job.statistics["load"] = {
        "inputFiles": str(len(files)),
        "inputFileBytes": str(size),
        "outputRows": str(rows.num_rows),
        "outputBytes": str(rows.nbytes),
        "badRecords": str(len(bad)),
    }


def _as_table(state: State, key: tuple[str, str, str], given: list[Field]) -> list[Field]:
    """The schema of a Parquet file that goes into a table which is there: the table says what its columns are."""
    mine = {field["name"].lower(): field for field in state.catalogue.table(key).fields}
    parquet.check(".".join(key), given, list(mine.values()))
    return [mine.get(field["name"].lower(), field) for field in given]


def sources(job: Job, config: Json) -> Iterator[tuple[str, bytes]]:
    """The files, by name, with their bytes; compressed ones as they are inside."""
    if job.upload is not None:
        yield "upload", plain(job.upload)
        return
    uris = config.get("sourceUris") or []
    if not uris:
        raise Problem("required", "Required parameter is missing: sourceUris")
    names = [name for uri in uris for name in objects.expand(uri)]
    if len(names) > MOST_URIS:
        raise invalid(f"Too many source URIs: {len(names)}, the maximum is {MOST_URIS}")
    for name in names:
        yield name, plain(objects.read(name))


def plain(data: bytes) -> bytes:
    """The bytes, without gzip."""
    if not data.startswith(b"\x1f\x8b"):
        return data
    try:
        return gzip.decompress(data)
    except (OSError, EOFError, zlib.error) as error:
        raise invalid(
            f"Error while reading data, error message: Input file is not a valid gzip file: {error}"
        ) from error


def read(
    form: str, files: list[tuple[str, bytes]], fields: list[Field], config: Json
) -> tuple[pa.Table, list[dict[str, Any]]]:
    """The rows of all files, and the rows that were left out."""
    rows = Rows(fields, int(config.get("maxBadRecords") or 0))
    if form == "PARQUET":
        tables = [parquet.read(rows, name, data, config) for name, data in files]
        return (pa.concat_tables(tables) if tables else rows.table()), []
    if form not in READERS:
        raise Problem(
            "invalid", f"Source format {form} is not supported here: no library for it is installed"
        )
    for name, data in files:
        READERS[form](rows, name, data, config)
    return rows.table(), rows.bad


def read_external(state: State, table: Table) -> str:
    """The rows of an external table, in a physical table of their own."""
    about = table.resource["externalDataConfiguration"]
    if about.get("autodetect") and not table.fields and about.get("sourceFormat") != "PARQUET":
        raise invalid("autodetect is not supported here; give a schema")
    options = dict(about)
    for name in ("csvOptions", "parquetOptions"):
        options |= about.get(name) or {}
    options["parquetOptions"] = about.get("parquetOptions")
    names = [name for uri in about["sourceUris"] for name in objects.expand(uri)]
    if not names:
        raise not_found(f"Files of {table.name}")
    files = [(name, plain(objects.read(name))) for name in names]
    rows, _ = read(about["sourceFormat"], files, table.fields, options)
    physical = state.store.create(table.fields)
    state.store.append(physical, table.fields, destination.arranged(rows, table.fields))
    return physical
