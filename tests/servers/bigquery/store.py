"""Where the rows are: a DuckDB in memory, a physical table for each table, under names that say nothing."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from itertools import count
from typing import Any

import duckdb
import pyarrow as pa
from servers.bigquery.problems import Problem, invalid
from servers.bigquery.types import Field, arrow_schema, duck_type, quoted, repeated

SCALARS = {"BOOLEAN": 1, "NUMERIC": 16, "BIGNUMERIC": 32, "INTERVAL": 16}
"""Bytes of a value, as BigQuery counts them; 8 for the others of fixed length."""
ARRIVED = "_PARTITIONTIME"
"""The hidden column of a table that is partitioned by the time of arrival."""


_NUMBERS = count(1)


@cache
def _instance() -> duckdb.DuckDBPyConnection:
    """All servers of a process share it, each with a database of its own: it takes longer to make than they do."""
    return duckdb.connect(config={"threads": 2})


class Store:
    """The connection, behind a lock that its users hold for as long as their work must not be seen half done."""

    def __init__(self) -> None:
        self.lock = threading.RLock()
        self.con = _instance().cursor()
        self._name = f"store{next(_NUMBERS)}"
        self.do(f"ATTACH ':memory:' AS {self._name}; USE {self._name}; SET TimeZone = 'UTC'")
        self._numbers = count(1)
        self._depth = 0
        self.on_rollback: Callable[[], Callable[[], None]] = lambda: lambda: None
        """Called where a transaction begins; what it answers is called where that is rolled back."""

    def close(self) -> None:
        """Forget all."""
        self.do(f"USE memory; DETACH {self._name}")
        self.con.close()

    def do(self, sql: str) -> list[tuple[Any, ...]]:
        """Run SQL to its end: DuckDB takes nothing else while rows of a result are still to be fetched."""
        return list(self.con.execute(sql).fetchall())

    def new_name(self) -> str:
        """A name for a physical table."""
        return f"t{next(self._numbers)}"

    def create(self, fields: list[Field], arrived: str = "") -> str:
        """An empty table; `arrived` is the unit of partitions by time of arrival."""
        name = self.new_name()
        parts = [self._column(field) for field in fields]
        if arrived:
            default = f"CAST(date_trunc('{arrived}', now()) AS TIMESTAMPTZ)"
            parts.append(f"{quoted(ARRIVED)} TIMESTAMPTZ DEFAULT {default}")
        # DuckDB has no table without columns; BigQuery has.
        self.do(f"CREATE TABLE {name} ({', '.join(parts) or '__none BOOLEAN'})")
        return name

    @staticmethod
    def _column(field: Field) -> str:
        column = f"{quoted(field['name'])} {duck_type(field)}"
        if field.get("mode") == "REQUIRED":
            column += " NOT NULL"
        if "maxLength" in field and not repeated(field):
            measure = "length" if field["type"] == "STRING" else "octet_length"
            column += f" CHECK ({measure}({quoted(field['name'])}) <= {field['maxLength']})"
        return column

    def drop(self, name: str) -> None:
        """Remove a table."""
        self.do(f"DROP TABLE IF EXISTS {name}")

    def append(self, name: str, fields: list[Field], rows: pa.Table) -> None:
        """Add rows; they have the columns of `fields`, in that order, in the types of `arrow_schema(fields)`."""
        if not fields or not rows.num_rows:
            return
        columns = ", ".join(quoted(field["name"]) for field in fields)
        values = ", ".join(
            f"CAST(COALESCE({quoted(field['name'])}, []) AS {duck_type(field)})"
            if repeated(field)
            else f"CAST({quoted(field['name'])} AS {duck_type(field)})"
            for field in fields
        )
        self.con.register("_incoming", rows)
        try:
            self.do(f"INSERT INTO {name} ({columns}) SELECT {values} FROM _incoming")
        except duckdb.Error as error:
            raise refused(error) from error
        finally:
            self.con.unregister("_incoming")

    def arrow(self, name: str, fields: list[Field], tail: str = "") -> pa.Table:
        """The rows in the order of arrival; `tail` is SQL behind FROM."""
        if not fields:
            return pa.table({})
        columns = ", ".join(quoted(field["name"]) for field in fields)
        got = self.con.sql(f"SELECT {columns} FROM {name} {tail or 'ORDER BY rowid'}").to_arrow_table()
        return got.cast(arrow_schema([field | _nullable(field) for field in fields]))

    def next_row(self, name: str) -> int:
        """The row id from which on rows are new."""
        return int(self.do(f"SELECT COALESCE(max(rowid) + 1, 0) FROM {name}")[0][0])

    def count(self, name: str) -> int:
        """Rows."""
        return int(self.do(f"SELECT count(*) FROM {name}")[0][0])

    def sizes(self, name: str, fields: list[Field], where: str = "TRUE") -> dict[str, int]:
        """Logical bytes of each column."""
        if not fields:
            return {}
        sums = ", ".join(f"COALESCE(SUM({size_of(field, quoted(field['name']))}), 0)" for field in fields)
        got = self.do(f"SELECT {sums} FROM {name} WHERE {where}")[0]
        return {field["name"]: int(size) for field, size in zip(fields, got, strict=True)}

    @contextmanager
    def atomic(self) -> Iterator[None]:
        """All of it or nothing, rows and catalogue; inside another one it is a part of that."""
        with self.lock:
            if self._depth:
                yield
                return
            undo = self.on_rollback()
            self._depth += 1
            self.do("BEGIN TRANSACTION")
            try:
                yield
            except BaseException:
                self.do("ROLLBACK")
                undo()
                raise
            else:
                self.do("COMMIT")
            finally:
                self._depth -= 1


def _nullable(field: Field) -> Field:
    return {} if repeated(field) else {"mode": "NULLABLE"}


def size_of(field: Field, value: str, depth: int = 0) -> str:
    """SQL for the logical bytes of one value: NULL has none, a STRING 2 and its UTF-8."""
    kind = field["type"]
    if repeated(field):
        inner = size_of(field | {"mode": "NULLABLE"}, f"x{depth}", depth + 1)
        return f"COALESCE(list_sum(list_transform({value}, lambda x{depth}: {inner})), 0)"
    if kind == "RECORD":
        parts = [size_of(sub, f"({value}).{quoted(sub['name'])}", depth) for sub in field["fields"]]
        return "(" + " + ".join(parts) + ")"
    if kind in ("STRING", "JSON"):
        fixed = f"2 + strlen(CAST({value} AS VARCHAR))"
    elif kind == "BYTES":
        fixed = f"2 + octet_length({value})"
    elif kind == "GEOGRAPHY":
        fixed = f"16 + 24 * (1 + strlen({value}) - strlen(replace({value}, ',', '')))"
    else:
        fixed = str(SCALARS.get(kind, 8))
    return f"CASE WHEN {value} IS NULL THEN 0 ELSE {fixed} END"


def refused(error: duckdb.Error) -> Problem:
    """What DuckDB refuses, in BigQuery's words where we know them."""
    text = str(error)
    if found := re.search(r'NOT NULL constraint failed: [^.]+\."?([^"\n]+)"?', text):
        return invalid(f"Required field {found[1]} cannot be null")
    if found := re.search(r'CHECK constraint failed .*length\("?([^")]+)"?\) <= (\d+)', text):
        return invalid(
            f"Field {found[1]}: STRING({found[2]}) has maximum length {found[2]} but got a longer value"
        )
    return Problem("invalidQuery", text.splitlines()[0], location="query")
