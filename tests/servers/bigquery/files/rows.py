"""Rows on their way into a table: columns of values, rows that were refused."""

from __future__ import annotations

from typing import Any

import pyarrow as pa
from servers.bigquery.problems import Problem
from servers.bigquery.types import Field, arrow_schema, repeated


class Rows:
    """What was read so far, and what was wrong with it."""

    def __init__(self, fields: list[Field], most: int) -> None:
        self.fields = fields
        self.most = most
        """So many bad rows may be left out (`maxBadRecords`)."""
        self.columns: list[list[Any]] = [[] for _ in fields]
        self.count = 0
        self.bad: list[dict[str, Any]] = []

    def add(self, values: list[Any]) -> None:
        """A row."""
        for column, value in zip(self.columns, values, strict=True):
            column.append(value)
        self.count += 1

    def refuse(self, source: str, place: str, why: str) -> None:
        """A row that can't be taken; one too many ends the job."""
        self.bad.append(
            {
                "reason": "invalid",
                "location": source,
                "message": f"Error while reading data, error message: {why}; {place} File: {source}",
            }
        )
        if len(self.bad) > self.most:
            total = len(self.bad)
            raise Problem(
                "invalid",
                f"Error while reading data, error message: too many errors, giving up. Rows: {self.count + total}; "
                f"errors: {total}; max bad: {self.most}; error percent: 0. {self.bad[-1]['message']}",
                location=source,
                more=list(self.bad),
            )

    def table(self) -> pa.Table:
        """The rows."""
        loose = [field if repeated(field) else field | {"mode": "NULLABLE"} for field in self.fields]
        schema = arrow_schema(loose)
        arrays = [pa.array(values, want.type) for values, want in zip(self.columns, schema, strict=True)]
        return pa.table(arrays, schema=schema) if arrays else pa.table({})
