"""Tables as files in Cloud Storage, by extract jobs."""

from __future__ import annotations

import logging
import uuid

from google.api_core import exceptions
from google.cloud import bigquery
from google.cloud.bigquery.job import ExtractJob

from synth_core.adapters.bigquery.access import select_list
from synth_core.adapters.bigquery.catalogue import get_table
from synth_core.adapters.bigquery.connection import Connection
from synth_core.adapters.bigquery.fetch import list_objects
from synth_core.adapters.bigquery.jobs import RETRY, dry_run, labels, query_config, run_job
from synth_core.adapters.bigquery.planning import Reading, may_be_listed, plan_reading
from synth_core.adapters.bigquery.schema import has_rows, schema_from_api
from synth_core.adapters.google.errors import FINAL_REASONS, reason_of, translated
from synth_core.adapters.google.locations import can_meet
from synth_core.errors import SourceError, TargetError
from synth_core.model.dialect import Dialect
from synth_core.model.places import is_bucket
from synth_core.model.project import SourceKind

log = logging.getLogger(__name__)

ENDINGS = {SourceKind.DELIMITED: "csv", SourceKind.PARQUET: "parquet", SourceKind.NDJSON: "json"}
FORMATS = {
    SourceKind.DELIMITED: bigquery.DestinationFormat.CSV,
    SourceKind.PARQUET: bigquery.DestinationFormat.PARQUET,
    SourceKind.NDJSON: bigquery.DestinationFormat.NEWLINE_DELIMITED_JSON,
}
_CHOSEN = frozenset({"delimiter", "header_rows", "compression", "quoted_empty_is_empty"})
"""What of a dialect an extract job can be told; the last one it always does: NULL is nothing, an empty text `""`."""


def check_extract(connection: Connection, files_location: str) -> None:
    """See `Warehouse.check_extract`."""
    where = connection.location
    if not can_meet(where, files_location):
        raise SourceError(
            f"{connection.uri} is in {where}, and the bucket of staged input in {files_location}: BigQuery extracts "
            "only to beside a dataset.",
            hint=f"Take a bucket in {where}, or run without `stage`.",
        )


def extract(
    connection: Connection, table: str, prefix: str, kind: SourceKind, dialect: Dialect | None
) -> list[str]:
    """See `Warehouse.extract`. A view, and a table of which the caller may see only some columns or rows, is queried
    first, within the limit of bytes."""
    config, ending = _config(table, prefix, kind, dialect)
    resource = get_table(connection, table)
    schema = schema_from_api(resource)
    if kind is SourceKind.DELIMITED:
        nested = next((field.name for field in schema.fields if field.is_nested), "")
        if nested:
            raise SourceError(
                f"{connection.uri}.{table}: column {nested} is nested, and no delimited file holds it.",
                hint="Extract it as Parquet.",
            )
    client, location = connection.client, connection.location
    pattern = f"{prefix.rstrip('/')}/part-*.{ending}"
    with translated(connection.error, f"{connection.uri}.{table} can't be extracted to {prefix}", role=_ROLE):

        def done(source: bigquery.TableReference) -> ExtractJob:
            def start(id: str) -> ExtractJob:
                return client.extract_table(
                    source, [pattern], job_id=id, job_config=config, location=location or None, retry=RETRY
                )

            # An id for each call: files that were removed are written again, those that are there are replaced.
            return run_job(client, start, f"synth_extract_{uuid.uuid4().hex}", location=location)

        if not has_rows(resource):
            job = done(_queried(connection, _visible(connection, table)))
        else:
            try:
                job = done(connection.table(table))
            except exceptions.Forbidden as error:
                # A job of this kind takes all of a table or nothing.
                if reason_of(error) in FINAL_REASONS or not (seen := _seen_in_part(connection, table)):
                    raise
                job = done(_queried(connection, seen))
    counts = job.destination_uri_file_counts
    if counts:
        return [pattern.replace("*", f"{number:012}") for number in range(sum(counts))]
    # A stand-in may not say how many it wrote.
    return list_objects(pattern.partition("*")[0])


_ROLE = "roles/bigquery.dataViewer on the dataset and roles/storage.objectAdmin on the bucket"


def _config(
    table: str, prefix: str, kind: SourceKind, dialect: Dialect | None
) -> tuple[bigquery.ExtractJobConfig, str]:
    if not is_bucket(prefix):
        raise TargetError(
            f"BigQuery extracts {table} to Cloud Storage only, not to {prefix}.", hint="Name a bucket: gs://…"
        )
    if kind not in FORMATS:
        raise TargetError(f"{table} can't be extracted as {kind}.", hint="Take delimited files or Parquet.")
    config = bigquery.ExtractJobConfig(destination_format=FORMATS[kind], labels=labels("extract"))
    ending = ENDINGS[kind]
    if kind is SourceKind.DELIMITED:
        chosen = dialect or Dialect()
        plain = Dialect().model_copy(update={name: getattr(chosen, name) for name in _CHOSEN})
        if plain != chosen or chosen.header_rows > 1:
            raise TargetError(
                f"BigQuery can't extract {table} in that dialect: only delimiter, one header row or none, and gzip "
                "can be chosen.",
                hint="Take the plain dialect with that delimiter.",
            )
        config.field_delimiter = chosen.delimiter
        config.print_header = chosen.header_rows == 1
        if chosen.compression:
            config.compression = bigquery.Compression.GZIP
            ending += ".gz"
    return config, ending


def _visible(connection: Connection, table: str) -> Reading:
    """What of a table or view the caller may see; only asks what is free."""
    return plan_reading(connection, table, 1, blocks=False)


def _seen_in_part(connection: Connection, table: str) -> Reading | None:
    """The same for a table of which columns or rows are hidden; None for one of which nothing is."""
    reading = _visible(connection, table)
    return reading if reading.hidden or not may_be_listed(connection, reading.schema) else None


def _queried(connection: Connection, seen: Reading) -> bigquery.TableReference:
    """All rows that the caller may see, in the temporary table that BigQuery keeps of a result for a day."""
    table = seen.schema.name
    columns = ", ".join(select_list(seen.schema.fields, seen.hidden))
    where = f" WHERE {' AND '.join(seen.filters)}" if seen.filters else ""
    sql = f"SELECT {columns} FROM {connection.name_of(table)}{where}"
    client, location, limits = connection.client, connection.location, connection.limits
    expected = dry_run(client, sql, location=location, purpose="extract").bytes
    log.info(
        "%s.%s can't be extracted as it is: it is queried, %d bytes for $%.2f",
        connection.uri,
        table,
        expected,
        limits.dollars(expected),
    )

    def start(id: str) -> bigquery.QueryJob:
        config = query_config("extract", limits.max_bytes_billed)
        return client.query(
            sql, job_config=config, job_id=id, location=location or None, retry=RETRY, job_retry=None
        )

    job = run_job(client, start, f"synth_extract_{uuid.uuid4().hex}", location=location)
    found: bigquery.TableReference = job.destination
    return found
