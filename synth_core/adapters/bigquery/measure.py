"""Facts of all rows of a table, by one aggregate query."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from google.api_core import exceptions

from synth_core.adapters.bigquery.aggregates import Aggregates, Depth
from synth_core.adapters.bigquery.catalogue import declared_schema, get_table
from synth_core.adapters.bigquery.connection import Connection
from synth_core.adapters.bigquery.filters import needed_filters
from synth_core.adapters.bigquery.jobs import dry_run, read_query
from synth_core.adapters.bigquery.planning import ROLE, Reading
from synth_core.adapters.google.errors import FINAL_REASONS, message_of, reason_of, translated
from synth_core.errors import SourceError, UnsupportedError
from synth_core.model.cost import Cost, price_text, size_text
from synth_core.model.measured import ColumnQuestion, LinkQuestion, Question, TableFacts

_REFUSED = (
    exceptions.BadRequest,
    exceptions.MethodNotImplemented,
    exceptions.NotFound,
    exceptions.Forbidden,
)
"""What a service says to a query that it does not understand, or that asks for what the caller may not read in another
table."""


def measure(connection: Connection, reading: Reading, question: Question) -> TableFacts:
    """Ask for everything; where the service refuses that, for less. What is refused is not billed.

    Raises UnsupportedError where nothing can be counted, or only by reading more than the limit.
    """
    name = reading.schema.name
    refusal: Exception | None = None
    with translated(SourceError, f"{connection.uri}, table {name} can't be measured", role=ROLE):
        for asked in _attempts(connection, reading, question):
            try:
                bytes = dry_run(
                    connection.client, asked.sql, location=reading.location, purpose="measure"
                ).bytes
                _check(connection, name, bytes)
                rows = read_query(
                    connection.client,
                    asked.sql,
                    location=reading.location,
                    purpose="measure",
                    max_bytes=connection.limits.max_bytes_billed,
                )
                (row,) = rows
                return asked.answer(row)
            except _REFUSED as error:
                if reason_of(error) in FINAL_REASONS:
                    raise
                refusal = error
        if isinstance(refusal, exceptions.Forbidden | exceptions.NotFound):
            raise refusal
    said = message_of(refusal) if refusal else ""
    raise UnsupportedError(f"{connection.uri}, table {name} can't be measured: {said}")


def estimate(connection: Connection, reading: Reading) -> Cost:
    """What a sample that is read so costs, and measuring all rows, if there are more; only asks what is free."""
    limits = connection.limits
    bytes = [limits.billed(reading.bytes)] if reading.sql else []
    how = reading.how
    if reading.is_sample:
        # A query of all columns reads all bytes; only of views the service must be asked.
        whole = reading.schema.bytes
        if whole is None:
            names = (field.name for field in reading.schema.fields)
            columns = tuple(ColumnQuestion(name=name, quantiles=True, top=True) for name in names)
            whole = _measured_bytes(connection, reading, Question(columns=columns))
        if whole is not None and limits.exceeded(whole):
            how += f"; all rows are not measured, which would read {size_text(whole)}"
        elif whole is not None:
            how += " and one query of all rows"
            bytes.append(limits.billed(whole))
    return Cost(
        table=reading.schema.name,
        bytes=sum(bytes),
        dollars=limits.dollars(sum(bytes)),
        queries=len(bytes),
        how=how,
    )


def _measured_bytes(connection: Connection, reading: Reading, question: Question) -> int | None:
    """What `measure` will read; None where the service would refuse it."""
    with translated(SourceError, f"{connection.uri}, table {reading.schema.name} can't be read", role=ROLE):
        for asked in _attempts(connection, reading, question):
            try:
                return dry_run(
                    connection.client, asked.sql, location=reading.location, purpose="measure"
                ).bytes
            except _REFUSED:
                continue
    return None


def _attempts(connection: Connection, reading: Reading, question: Question) -> Iterator[Aggregates]:
    parents = _parents(connection, reading)
    yield Aggregates(connection, reading, question, Depth.ALL, parents)
    if question.rules:
        question = question.model_copy(update={"rules": ()})
        yield Aggregates(connection, reading, question, Depth.ALL, parents)
    if question.links:
        alone = question.model_copy(update={"links": ()})
        yield Aggregates(connection, reading, alone, Depth.ALL, parents)
    yield Aggregates(connection, reading, question, Depth.PLAIN, parents)
    least = question.model_copy(update={"links": (), "keys": ()})
    yield Aggregates(connection, reading, least, Depth.COUNTS, parents)


def _parents(connection: Connection, reading: Reading) -> Callable[[LinkQuestion], Reading]:
    """How the other table of a link is read: perhaps in another dataset, perhaps only with a filter."""
    known: dict[str, Reading] = {reading.schema.full_name: reading}

    def parent(link: LinkQuestion) -> Reading:
        if link.ref_full_name not in known:
            project, dataset, table = link.ref_full_name.rsplit(".", 2)
            beside = (project, dataset) == (connection.project, connection.dataset)
            other = (
                connection
                if beside
                else Connection(client=connection.client, project=project, dataset=dataset, read_only=True)
            )
            resource = get_table(other, table)
            schema = declared_schema(other, resource)
            options = needed_filters(resource, schema, "")
            known[link.ref_full_name] = Reading(
                schema=schema,
                location=reading.location,
                hidden=frozenset(),
                filters=tuple(options[:1]),
                sql="",
                bytes=0,
                limit=0,
                is_sample=False,
            )
        return known[link.ref_full_name]

    return parent


def _check(connection: Connection, table: str, bytes: int) -> None:
    limits = connection.limits
    billed = limits.billed(bytes)
    if limits.exceeded(bytes):
        raise UnsupportedError(
            f"{connection.uri}, table {table}: counting all rows takes {size_text(billed)} "
            f"({price_text(limits.dollars(billed))}), more than the limit of {size_text(limits.max_bytes_billed)}.",
            hint="Raise `max_bytes_billed` to have it done.",
        )
