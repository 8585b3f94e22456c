"""Asks BigQuery for one small thing at a time. Nothing is billed; of calls that change something there is one, an empty
table that is made and taken away at once."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from google.api_core.retry import Retry
from google.cloud import bigquery
from google.cloud.bigquery.table import Table

from synth_core.adapters.bigquery.names import literal, qualified, quote
from synth_core.adapters.google.clients import LABELS
from synth_core.adapters.google.outcomes import ERRORS, answer_to
from synth_core.checkup.answers import Answer, Outcome

_SECONDS = 15
ONCE = Retry(predicate=lambda error: False)
_FINE = Answer(outcome=Outcome.FINE)
_PROTECTED = "datacatalog.categories.fineGrainedGet"
_FILLS = ("bigquery.tables.getData", "bigquery.tables.updateData", "bigquery.tables.update")
_CONTROL = "bigquery.tables.get"
"""Was just used: an answer that denies it tells nothing about the others either."""


class BigQueryProbe:
    """By a client, whose project pays. No call is tried again."""

    def __init__(self, client: bigquery.Client) -> None:
        self._client = client

    def query(self, location: str) -> Answer:
        """By a dry run, which is refused as a query would be."""
        return self._dry("SELECT 1", "bigquery.jobs.create", location)

    def dataset(self, name: str) -> Answer:
        """Its location, as the service has it."""
        try:
            found = self._client.get_dataset(_dataset(name), retry=ONCE, timeout=_SECONDS)
        except ERRORS as error:
            return answer_to(error, "bigquery.datasets.get")
        return Answer(outcome=Outcome.FINE, location=(found.location or "").lower())

    def tables(self, dataset: str) -> Answer:
        """The first of them."""
        try:
            pages = self._client.list_tables(_dataset(dataset), max_results=5, retry=ONCE, timeout=_SECONDS)
            names = tuple(each.table_id for each in pages)
        except ERRORS as error:
            return answer_to(error, "bigquery.tables.list")
        return Answer(outcome=Outcome.FINE, names=names)

    def read(self, table: str, permissions: Sequence[str]) -> Answer:
        """One row of a table, by the free listing; what can't be listed is asked for by a dry run."""
        try:
            found = self._client.get_table(_table(table), retry=ONCE, timeout=_SECONDS)
        except ERRORS as error:
            return answer_to(error, "bigquery.tables.get")
        answer = self._rows(found) if found.table_type == "TABLE" else self._select(found)
        if answer.is_fine and permissions:
            lacking = self._lacking(found.reference, permissions)
            if lacking:
                return Answer(outcome=Outcome.FORBIDDEN, permission=lacking[0])
        return answer

    def create_dataset(self, name: str, location: str) -> Answer:
        """By a dry run of the statement."""
        reference = _dataset(name)
        place = f" OPTIONS (location = {literal(location)})" if location else ""
        sql = f"CREATE SCHEMA {quote(reference.project)}.{quote(reference.dataset_id)}{place}"
        answer = self._dry(sql, "bigquery.datasets.create", location)
        # A stand-in may run no such statement; what is wrong with it can't be our permissions.
        unknown = answer.outcome in (Outcome.FAILED, Outcome.ABSENT)
        return answer.model_copy(update={"outcome": Outcome.UNKNOWN}) if unknown else answer

    def make_table(self, dataset: str) -> Answer:
        """An empty table is made, and taken away; should we be stopped between, it expires after an hour."""
        reference = _dataset(dataset).table(f"_synth_doctor_{secrets.token_hex(6)}")
        table = Table(reference, schema=[bigquery.SchemaField("x", "INTEGER")])
        table.expires = datetime.now(UTC) + timedelta(hours=1)
        table.labels = dict(LABELS)
        try:
            self._client.create_table(table, retry=ONCE, timeout=_SECONDS)
        except ERRORS as error:
            answer = answer_to(error, "bigquery.tables.create")
            if answer.outcome is Outcome.BUSY:
                self._drop(reference)
            return answer
        lacking = self._lacking(reference, _FILLS)
        dropped = self._drop(reference)
        if lacking:
            return Answer(outcome=Outcome.FORBIDDEN, permission=lacking[0])
        return dropped

    def add_rows(self, dataset: str, table: str) -> Answer:
        """By testing permissions only."""
        lacking = self._lacking(_dataset(dataset).table(table), _FILLS)
        if lacking is None:
            return Answer(outcome=Outcome.UNKNOWN)
        return Answer(outcome=Outcome.FORBIDDEN, permission=lacking[0]) if lacking else _FINE

    def _rows(self, table: Table) -> Answer:
        answer = self._list(table, table.schema)
        if answer.outcome is not Outcome.FORBIDDEN:
            return answer
        protected = tuple(field.name for field in table.schema if _is_protected(field))
        if protected:
            rest = [field for field in table.schema if field.name not in protected]
            if not rest:
                return answer.model_copy(update={"permission": _PROTECTED})
            answer = self._list(table, rest)
            return answer.model_copy(update={"names": protected}) if answer.is_fine else answer
        if self._select(table).is_fine:
            reason = "Its rows can't be listed, only queried: a row access policy lets us see some of them."
            return Answer(outcome=Outcome.FINE, partly=reason)
        return answer

    def _list(self, table: Table, fields: Sequence[bigquery.SchemaField]) -> Answer:
        try:
            rows = self._client.list_rows(
                table, selected_fields=list(fields), max_results=1, retry=ONCE, timeout=_SECONDS
            )
            next(rows.pages, None)
        except ERRORS as error:
            return answer_to(error, "bigquery.tables.getData")
        return _FINE

    def _select(self, table: Table) -> Answer:
        name = qualified(table.project, table.dataset_id, table.table_id)
        return self._dry(f"SELECT 1 FROM {name}", "bigquery.tables.getData", table.location or "")

    def _dry(self, sql: str, permission: str, location: str) -> Answer:
        config = bigquery.QueryJobConfig(dry_run=True, use_query_cache=False, labels=dict(LABELS))
        try:
            self._client.query(
                sql,
                job_config=config,
                location=location or None,
                retry=ONCE,
                job_retry=None,
                timeout=_SECONDS,
            )
        except ERRORS as error:
            return answer_to(error, permission)
        return _FINE

    def _lacking(self, table: bigquery.TableReference, permissions: Sequence[str]) -> tuple[str, ...] | None:
        """Those of the permissions that we don't have; None where the service can't tell."""
        try:
            told = self._client.test_iam_permissions(
                table, [_CONTROL, *permissions], retry=ONCE, timeout=_SECONDS
            )
        except ERRORS:
            return None
        held = told.get("permissions") or ()
        return tuple(each for each in permissions if each not in held) if _CONTROL in held else None

    def _drop(self, table: bigquery.TableReference) -> Answer:
        try:
            self._client.delete_table(table, not_found_ok=True, retry=ONCE, timeout=_SECONDS)
        except ERRORS as error:
            return answer_to(error, "bigquery.tables.delete")
        return _FINE


def _dataset(name: str) -> bigquery.DatasetReference:
    project, _, dataset = name.rpartition(".")
    return bigquery.DatasetReference(project, dataset)


def _table(name: str) -> bigquery.TableReference:
    dataset, _, table = name.rpartition(".")
    return _dataset(dataset).table(table)


def _is_protected(field: bigquery.SchemaField) -> bool:
    return bool(field.policy_tags and field.policy_tags.names) or any(map(_is_protected, field.fields))
