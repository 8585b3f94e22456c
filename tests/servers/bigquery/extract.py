"""Extract jobs: a table into files in Cloud Storage."""

from __future__ import annotations

import csv
import gzip
import io
from typing import Any

import pyarrow as pa
from servers.bigquery import destination
from servers.bigquery.catalogue import Json, Table
from servers.bigquery.files import lines, objects, parquet
from servers.bigquery.files.csv import delimiter
from servers.bigquery.jobs import Job
from servers.bigquery.problems import Problem, denied, invalid
from servers.bigquery.state import State
from servers.bigquery.tabledata import paths_of, readable
from servers.bigquery.types import Field, repeated
from servers.bigquery.values import plain


def run(state: State, job: Job) -> None:
    """Do what the job asks, or refuse."""
    config = job.configuration["extract"]
    if "sourceModel" in config:
        raise invalid("Extracting a model is not supported here")
    key = destination.of(config["sourceTable"], job.project)
    state.need_on("bigquery.tables.export", key)
    table = state.catalogue.table(key, job.location)
    if not table.physical:
        raise invalid(
            f"Using table {table.name} of type {table.kind} as the source of an extract is not supported"
        )
    if table.policies:
        raise denied(f"Table {table.name}", "Tables with row access policies can't be exported")
    readable(table, paths_of(table.fields))
    uris = config.get("destinationUris") or ([config["destinationUri"]] if "destinationUri" in config else [])
    if not uris:
        raise Problem("required", "Required parameter is missing: destinationUris")
    form = config.get("destinationFormat") or "CSV"
    size = sum(state.store.sizes(table.physical, table.fields).values())
    if size > state.behaviour.file_bytes and not all("*" in objects.split(uri)[1] for uri in uris):
        raise invalid(
            f"Table {table.name} too large to be exported to a single file. "
            "Specify a uri including a * to shard export."
        )
    if form == "CSV":
        _flat(table)
    rows = state.store.arrow(table.physical, table.fields)
    counts = []
    for number, uri in enumerate(uris):
        share = -(-rows.num_rows // len(uris)) if len(uris) > 1 else rows.num_rows
        part = rows.slice(number * share, share)
        counts.append(str(_write(state, uri, table.fields, part, form, config)))
    job.statistics["extract"] = {"destinationUriFileCounts": counts, "inputBytes": str(size)}


def _flat(table: Table) -> None:
    for field in table.fields:
        if repeated(field) or field["type"] == "RECORD":
            raise invalid(
                f"Operation cannot be performed on a nested schema. Field: {field['name']}",
                location=table.name,
            )


def _write(state: State, uri: str, fields: list[Field], rows: pa.Table, form: str, config: Json) -> int:
    """Write the files of one URI; with a wildcard as many as are needed, one at least."""
    name = objects.split(uri)[1]
    if "*" not in name:
        objects.write(uri, _file(fields, rows, form, config))
        return 1
    pieces = max(1, -(-rows.nbytes // state.behaviour.file_bytes))
    share = max(1, -(-rows.num_rows // pieces))
    for number in range(pieces):
        part = rows.slice(number * share, share)
        objects.write(uri.replace("*", f"{number:012d}"), _file(fields, part, form, config))
    return pieces


def _file(fields: list[Field], rows: pa.Table, form: str, config: Json) -> bytes:
    compression = config.get("compression") or "NONE"
    if form == "PARQUET":
        return parquet.written(fields, rows, compression)
    if form == "CSV":
        data = _csv(fields, rows, config).encode()
    elif form == "NEWLINE_DELIMITED_JSON":
        data = "".join(lines.written(fields, row) + "\n" for row in rows.to_pylist()).encode()
    else:
        raise invalid(f"Destination format {form} is not supported here: no library for it is installed")
    if compression == "GZIP":
        return gzip.compress(data, mtime=0)
    if compression != "NONE":
        raise invalid(f"Invalid value for compression: {compression} is not valid for {form}")
    return data


def _csv(fields: list[Field], rows: pa.Table, config: Json) -> str:
    out = io.StringIO()
    writer = csv.writer(out, delimiter=delimiter(config.get("fieldDelimiter") or ","), lineterminator="\n")
    if config.get("printHeader") in (None, True, "true"):
        writer.writerow([field["name"] for field in fields])
    for row in rows.to_pylist():
        cells = [_cell(field, row[field["name"]]) for field in fields]
        if cells == [""]:
            out.write('""\n' if row[fields[0]["name"]] == "" else "\n")
        else:
            writer.writerow(cells)
    return out.getvalue()


def _cell(field: Field, value: Any) -> str:
    if value is None:
        return ""
    return lines.moment(value) if field["type"] == "TIMESTAMP" else plain(field["type"], value)
