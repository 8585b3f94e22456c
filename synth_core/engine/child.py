"""The interpreter's child process: runs Snowfakery on a compiled recipe and writes typed batches to its parent.

It starts with an empty environment in a folder of its own, sets its limits and closes itself to the outside before it
reads a recipe. Standard input brings the jobs and stays open: when it ends, whoever asked is gone, and so is the child.
Standard output belongs to the frames; whatever else prints goes to standard error.
"""

from __future__ import annotations

import io
import json
import os
import random
import sys
import threading
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO

import pyarrow as pa
import time_machine
from faker import Faker
from snowfakery.api import SnowfakeryApplication
from snowfakery.data_generator import generate
from snowfakery.data_generator_runtime_object_model import FieldFactory
from snowfakery.object_rows import ObjectReference, ObjectRow
from snowfakery.output_streams import OutputStream
from snowfakery.plugins import PluginResult

from synth_core.engine import frames, limits, sandbox
from synth_core.engine.cast import Caster
from synth_core.engine.guess import guess_fields, kind_of, wider
from synth_core.engine.stock_validator import report
from synth_core.errors import SynthError
from synth_core.model.types import Field, Kind
from synth_core.recipe.draws import key_of
from synth_core.recipe.plugin import Nested

BATCH_ROWS = 5_000


class _WidenError(Exception):
    """A later value does not fit the type that the first rows suggested."""

    def __init__(self, table: str, column: str, kind: Kind) -> None:
        super().__init__(table, column, kind)
        self.table, self.column, self.kind = table, column, kind


class _Table:
    """Collects the rows of one table and sends them in batches."""

    def __init__(self, job: dict[str, Any], name: str, index: int, out: BinaryIO) -> None:
        self._index, self._name, self._out = index, name, out
        self._columns: dict[str, str] = job["columns"][name]
        fields = job["fields"].get(name)
        self._fields = [Field.model_validate(field) for field in fields] if fields is not None else None
        self._wide = {column: Kind(kind) for column, kind in job["wide"].get(name, {}).items()}
        self._keep_id = job["keep_id"] and "id" not in self._columns.values()
        self._caster: Caster | None = Caster(name, self._fields) if self._fields is not None else None
        self._guessed = self._fields is None
        self._rows: list[dict[str, Any]] = []

    def add(self, row: dict[str, Any]) -> None:
        """One row as Snowfakery gives it."""
        made = {"id": row["id"]} if self._keep_id else {}
        for alias, column in self._columns.items():
            if alias in row:
                made[column] = plain(row[alias])
        self._rows.append(made)
        if len(self._rows) >= BATCH_ROWS:
            self.flush()

    def flush(self) -> None:
        """Send what was collected."""
        if not self._rows:
            return
        if self._caster is None:
            names = (["id"] if self._keep_id else []) + list(self._columns.values())
            self._fields = guess_fields(names, self._rows, self._wide)
            self._caster = Caster(self._name, self._fields)
        elif self._guessed:
            self._check_guess()
        batch = self._caster.batch(self._rows)
        sink = io.BytesIO()
        with pa.ipc.new_stream(sink, batch.schema) as writer:
            writer.write_batch(batch)
        frames.write_frame(self._out, frames.BATCH, self._index, sink.getvalue())
        self._rows = []

    def _check_guess(self) -> None:
        for field in self._fields or ():
            for row in self._rows:
                kind = kind_of(row.get(field.name))
                if kind is not None and wider(field.type.kind, kind) is not field.type.kind:
                    raise _WidenError(self._name, field.name, wider(field.type.kind, kind))


class _Collector(OutputStream):
    """Snowfakery's output: rows go to their tables."""

    def __init__(self, tables: dict[str, _Table]) -> None:
        super().__init__(None)  # type: ignore[no-untyped-call]
        self._tables = tables

    def write_row(self, tablename: str, row_with_references: dict[str, Any]) -> None:
        self._tables[tablename].add(row_with_references)

    def write_single_row(self, tablename: str, row: dict[str, Any]) -> None:
        raise AssertionError("rows are taken by write_row")

    def close(self, **kwargs: Any) -> None:
        return None


def plain(value: Any) -> Any:
    """A value without Snowfakery's wrappers: a reference becomes the id it points to."""
    if isinstance(value, Nested):
        return plain_inner(value.result["value"])
    if isinstance(value, (ObjectRow, ObjectReference)):
        return value.id
    if isinstance(value, PluginResult):
        return plain_inner(dict(value.result))
    return plain_inner(value)


def plain_inner(value: Any) -> Any:
    """The same for what is inside structs and arrays."""
    if isinstance(value, dict):
        return {key: plain(inner) for key, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(inner) for inner in value]
    return value


def run(job: dict[str, Any], first: int, out: BinaryIO) -> None:
    """Make all rows of one job, whose tables are numbered from `first`. What other jobs made before makes no
    difference: all randomness begins anew."""
    random.seed(key_of(job["seed"], "random"))
    Faker.seed(key_of(job["seed"], "faker") % (1 << 63))
    tables = {
        alias: _Table(job, name, first + index, out)
        for index, (alias, name) in enumerate(job["tables"].items())
    }
    now = datetime.fromisoformat(job["today"]).replace(tzinfo=UTC)
    with time_machine.travel(now, tick=False):
        generate(
            open_yaml_file=io.StringIO(job["recipe"]),
            output_stream=_Collector(tables),
            parent_application=SnowfakeryApplication(),
        )
        for table in tables.values():
            table.flush()


class _Place:
    """Where an error came up: Snowfakery's own messages name lines of the compiled recipe, which nobody wrote."""

    def __init__(self, jobs: list[dict[str, Any]]) -> None:
        self._jobs = jobs
        self.text = ""
        original = FieldFactory.generate_value

        def generate_value(field: FieldFactory, context: Any) -> Any:
            try:
                return original(field, context)
            except Exception:
                self.text = self.text or self._name(context.current_table_name, field.name)
                raise

        FieldFactory.generate_value = generate_value  # type: ignore[method-assign, assignment]

    def _name(self, alias: str, field: str) -> str:
        for job in self._jobs:
            table = job["tables"].get(alias)
            if table is not None:
                return f"{table}.{job['columns'].get(table, {}).get(field, field)}"
        return f"{alias}.{field}"


def root_of(error: BaseException) -> BaseException:
    """The error that started it all: one of ours if there is one in the chain, else the innermost."""
    here: BaseException | None = error
    last = error
    while here is not None:
        if isinstance(here, (SynthError, _WidenError)):
            return here
        last = here
        here = here.__cause__ or here.__context__
    return last


def _leave_with_parent() -> None:
    """End the process as soon as its standard input ends."""
    while os.read(0, 4096):
        pass
    os._exit(1)


def main() -> int:
    """Read jobs from standard input, write frames to standard output."""
    out = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    order = json.loads(sys.stdin.buffer.readline())
    jobs, allowed = order["jobs"], limits.Limits(**order["limits"])
    threading.Thread(target=_leave_with_parent, daemon=True).start()
    missing = [*limits.apply(allowed), *sandbox.enter(Path.cwd())]
    frames.write_frame(out, frames.NOTE, 0, json.dumps(missing).encode())
    place = _Place(jobs)
    first = 0
    try:
        for index, job in enumerate(jobs):
            if job["kind"] == "validate":
                frames.write_frame(out, frames.REPORT, index, json.dumps(report(job)).encode())
            else:
                run(job, first, out)
            first += len(job["tables"])
            frames.write_frame(out, frames.JOB_DONE, index, b"")
    except Exception as error:
        root = root_of(error)
        if isinstance(root, _WidenError):
            widen = {"table": root.table, "column": root.column, "kind": root.kind.value}
            frames.write_frame(out, frames.WIDEN, 0, json.dumps(widen).encode())
            return 0
        limit = limits.reason_of_error(root, allowed)
        if isinstance(root, SynthError):
            message = root.message
        elif limit:
            message = f"the recipe {limit}"
        else:
            message = str(root) if isinstance(root, sandbox.Forbidden) else f"{type(root).__name__}: {root}"
        if place.text and place.text not in message:
            message = f"{place.text}: {message}"
        hint = root.hint if isinstance(root, SynthError) else ""
        frames.write_frame(out, frames.ERROR, 0, json.dumps({"message": message, "hint": hint}).encode())
        return 1
    frames.write_frame(out, frames.DONE, 0, b"")
    return 0


if __name__ == "__main__":
    sys.exit(main())
