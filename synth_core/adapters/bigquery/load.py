"""Finished files into a staging table, by load jobs whose ids come from what they load."""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from google.api_core import exceptions
from google.cloud import bigquery
from google.cloud.bigquery.job import CopyJob, LoadJob

from synth_core.adapters.bigquery.connection import Connection
from synth_core.adapters.bigquery.fetch import generations, opened, reading_file
from synth_core.adapters.bigquery.jobs import RETRY, job_id, labels, run_job
from synth_core.adapters.bigquery.options import load_config, why_not
from synth_core.adapters.bigquery.plain import write_plain
from synth_core.adapters.bigquery.staging import drop, find_staging, incarnation, make_empty
from synth_core.adapters.google.errors import message_of, translated
from synth_core.errors import TargetError
from synth_core.files.arrow import arrow_type
from synth_core.files.scratch import ScratchFolder
from synth_core.model.places import is_bucket
from synth_core.model.project import Column, SourceKind, columns_of
from synth_core.model.type_json import fields_from_json
from synth_core.model.types import Field
from synth_core.ports import LoadFiles

log = logging.getLogger(__name__)

MAX_URIS = 10_000
"""Of one load job."""
ROLE = "roles/bigquery.jobUser on the project and roles/bigquery.dataEditor on the dataset"


@dataclass(frozen=True)
class Staging:
    """A staging table as it is before something is loaded."""

    connection: Connection
    name: str
    fields: tuple[Field, ...]
    run: str
    """Its label `synth-run`."""
    made: str
    """Tells it from an earlier one of that name, so that what was loaded into that one counts for nothing."""
    rows: int

    @classmethod
    def find(cls, connection: Connection, name: str) -> Staging:
        """Raises TargetError where there is none of that name."""
        resource = find_staging(connection, name)
        if resource is None:
            raise TargetError(f"There is no staging table {name}.", hint="Make it first.")
        return cls(
            connection=connection,
            name=name,
            fields=fields_from_json(resource["schema"]),
            run=str((resource.get("labels") or {}).get("synth-run", "")),
            made=incarnation(resource),
            rows=int(resource.get("numRows") or 0),
        )


def load_files(connection: Connection, name: str, files: LoadFiles) -> int:
    """Append all rows of the files to a staging table, or none; the number of rows. See `Warehouse.load`."""
    staging = Staging.find(connection, name)
    _check_names(staging, files)
    paths = tuple(path for path in files.paths if not _is_empty(path, files))
    files = files.model_copy(update={"paths": paths})
    if not files.paths:
        return 0
    listed = ", ".join(files.paths)
    trouble = why_not(files) or _parquet_trouble(files)
    if not trouble:
        with translated(TargetError, f"{listed} can't be loaded", role=ROLE):
            try:
                return _load_as_they_are(staging, files)
            except (exceptions.BadRequest, exceptions.MethodNotImplemented) as error:
                # Our own reader knows file, row and column of a bad value; where it finds none, the reader of the
                # service is at fault.
                trouble = message_of(error)
        log.warning("%s: BigQuery can't read it as it is: %s", listed, trouble)
    else:
        log.info("%s is loaded from a plain copy, because %s", listed, trouble)
    with ScratchFolder("load") as folder:
        path = folder / "rows.ndjson"
        if not write_plain(files, staging.fields, path):
            return 0
        columns = columns_of(staging.fields)
        plain = LoadFiles(paths=(str(path),), kind=SourceKind.NDJSON, columns=columns)
        with translated(TargetError, f"{listed} can't be loaded", role=ROLE):
            return _load_into(staging, staging.name, plain, plain.paths, what=listed)


def _is_empty(path: str, files: LoadFiles) -> bool:
    """A file of this machine without a byte, which is nothing to upload, and should have none: no rows, no header."""
    has_head = files.dialect is not None and files.dialect.skip_rows + files.dialect.header_rows > 0
    if is_bucket(path) or files.kind is SourceKind.PARQUET or has_head:
        return False
    with reading_file(path):
        return Path(path).stat().st_size == 0


def _load_as_they_are(staging: Staging, files: LoadFiles) -> int:
    parts = _parts(files.paths)
    if len(parts) == 1:
        return _load_into(staging, staging.name, files, parts[0])
    # Several jobs, and all of them or none: into a table of their own first.
    # With a hash, so that no other table's staging has that name: there may be a table that ends in `_in`.
    incoming = f"{staging.name}_{hashlib.sha256(f'into {staging.name}'.encode()).hexdigest()[:16]}"
    make_empty(
        staging.connection,
        incoming,
        staging.fields,
        run_id=staging.run,
        about=f"Rows on their way to {staging.name}",
    )
    try:
        between = Staging.find(staging.connection, incoming)
        rows = sum(_load_into(between, incoming, files, part) for part in parts)
        _append(staging, between)
    finally:
        drop(staging.connection, incoming)
    return rows


def _parts(paths: tuple[str, ...]) -> list[tuple[str, ...]]:
    """What one job takes: one file of this machine, or as many objects as it may."""
    objects = [path for path in paths if is_bucket(path)]
    parts = [(path,) for path in paths if not is_bucket(path)]
    return parts + [tuple(objects[at : at + MAX_URIS]) for at in range(0, len(objects), MAX_URIS)]


def _load_into(staging: Staging, table: str, files: LoadFiles, paths: tuple[str, ...], what: str = "") -> int:
    connection = staging.connection
    client, location = connection.client, connection.location
    config = load_config(
        files.kind, files.columns, files.dialect, labels={**labels("load"), "synth-run": staging.run}
    )
    content = [f"{what or path} {version}" for path, version in zip(paths, _versions(paths), strict=True)]
    id = job_id("load", connection.uri, table, staging.made, json.dumps(config.to_api_repr()), *content)
    more: dict[str, Any] = {"job_config": config, "location": location or None, "project": client.project}

    def start(id: str) -> LoadJob:
        if is_bucket(paths[0]):
            return client.load_table_from_uri(
                list(paths), connection.table(table), job_id=id, retry=RETRY, **more
            )
        with reading_file(paths[0]):
            stream = Path(paths[0]).open("rb")  # noqa: SIM115
        with stream:
            return client.load_table_from_file(
                stream, connection.table(table), rewind=True, job_id=id, **more
            )

    job = run_job(client, _again(start), id, location=location)
    if job.output_rows is not None:
        return int(job.output_rows)
    # A stand-in may not say so.
    return Staging.find(connection, table).rows - staging.rows


def _append(staging: Staging, between: Staging) -> None:
    connection = staging.connection
    client, location = connection.client, connection.location
    config = bigquery.CopyJobConfig(
        create_disposition=bigquery.CreateDisposition.CREATE_NEVER,
        write_disposition=bigquery.WriteDisposition.WRITE_APPEND,
        labels={**labels("load"), "synth-run": staging.run},
    )

    def start(id: str) -> CopyJob:
        return client.copy_table(
            connection.table(between.name),
            connection.table(staging.name),
            job_id=id,
            location=location or None,
            job_config=config,
            retry=RETRY,
        )

    id = job_id("copy", connection.uri, staging.name, staging.made, between.made)
    run_job(client, start, id, location=location)


def _again(start: Callable[[str], LoadJob]) -> Callable[[str], LoadJob]:
    """The client itself begins an upload only once. Under the same id nothing is loaded twice."""
    return RETRY(start)


def _versions(paths: tuple[str, ...]) -> list[str]:
    """What is in them: a checksum of one file of this machine, or the generations of objects."""
    if is_bucket(paths[0]):
        return list(map(str, generations(paths)))
    with reading_file(paths[0]), Path(paths[0]).open("rb") as stream:
        return [hashlib.file_digest(stream, "sha256").hexdigest()]


def _check_names(staging: Staging, files: LoadFiles) -> None:
    found, wanted = [column.name for column in files.columns], [field.name for field in staging.fields]
    if sorted(found) != sorted(wanted):
        odd = sorted(set(found) ^ set(wanted))
        raise TargetError(
            f"The description of {', '.join(files.paths)} has other columns than its table: {', '.join(odd)}.",
            hint=f"The table has: {', '.join(wanted)}.",
        )


def _parquet_trouble(files: LoadFiles) -> str:
    """Whether Parquet files hold exactly the columns and types that they should."""
    if files.kind is not SourceKind.PARQUET:
        return ""
    for path in files.paths:
        with opened(path) as stream:
            try:
                found = pq.read_schema(stream)
            except pa.ArrowInvalid:
                return f"{path} is no Parquet file"
        if trouble := _types_trouble(found, files.columns):
            return f"in {path} {trouble}"
    return ""


def _types_trouble(found: pa.Schema, columns: tuple[Column, ...]) -> str:
    if sorted(found.names) != sorted(column.name for column in columns):
        return "the columns are others"
    for column in columns:
        type = found.field(column.name).type
        if not _are_alike(type, arrow_type(column.field)):
            return f"column {column.name!r} is {type}"
    return ""


def _are_alike(found: pa.DataType, wanted: pa.DataType) -> bool:
    """One type, whatever its parts are called that have no name, and whether they may be null."""
    if pa.types.is_list(found) and pa.types.is_list(wanted):
        return _are_alike(found.value_type, wanted.value_type)
    if pa.types.is_struct(found) and pa.types.is_struct(wanted):
        return [part.name for part in found] == [part.name for part in wanted] and all(
            _are_alike(part.type, other.type) for part, other in zip(found, wanted, strict=True)
        )
    return bool(found == wanted)
