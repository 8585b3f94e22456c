"""The interpreter engine: Snowfakery in a child process, its rows as typed batches.

The child has no credentials and no home: its environment is empty but for what Python needs, its working folder is a
temporary one. It has limits (`limits`) and no way to the outside (`sandbox`). It is killed with whatever it started
when the caller stops reading, or is gone.
"""

from __future__ import annotations

import json
import logging
import os
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import IO, Any, Literal

import pyarrow as pa

from synth_core.engine import frames
from synth_core.engine.limits import Limits, limits_for, reason_of
from synth_core.errors import GenerationError
from synth_core.files.scratch import ScratchFolder
from synth_core.model.types import Field, Kind
from synth_core.recipe.compile import Compiled
from synth_core.recipe.files import is_data_name
from synth_core.starting import code_of

_LOG = logging.getLogger(__name__)
LEFT_OUT = "from synth_core import absent; absent.leave_out('pytest', names_only={'sqlalchemy'})"
"""What the child runs before it loads anything."""
_START = code_of("synth_core.engine.child", first=LEFT_OUT)


class WidenError(GenerationError):
    """A column without declared type got a value that its first rows gave no reason to expect."""

    def __init__(self, table: str, column: str, kind: Kind) -> None:
        super().__init__(f"{table}.{column} needs type {kind.value}.")
        self.table, self.column, self.kind = table, column, kind


@dataclass(frozen=True)
class Job:
    """What the child makes."""

    compiled: Compiled
    seed: str
    """Seeds everything that is not a keyed draw."""
    today: date
    cells: int = 0
    """About how many values it makes; the child's limits grow with it."""
    fields: Mapping[str, tuple[Field, ...]] = field(default_factory=dict)
    """The target's columns by table; types of tables that are not named are taken from the values."""
    wide: Mapping[str, Mapping[str, Kind]] = field(default_factory=dict)
    """Types that an earlier try found to be needed, for tables without declared fields."""
    files: Mapping[str, str] = field(default_factory=dict)
    """Datasets and texts that the recipe reads, by plain name; they stand in the child's folder."""
    keep_id: bool = False
    """Snowfakery's own row number becomes the column `id`, for recipes that are not about given tables."""
    kind: Literal["rows", "validate"] = "rows"
    """`validate`: no rows are made; Snowfakery's validator reports."""

    def to_json(self) -> str:
        """The form that the child reads."""
        return json.dumps(
            {
                "recipe": self.compiled.text,
                "tables": self.compiled.tables,
                "columns": self.compiled.columns,
                "fields": {
                    table: [each.model_dump(mode="json") for each in fields]
                    for table, fields in self.fields.items()
                },
                "wide": {table: dict(kinds) for table, kinds in self.wide.items()},
                "seed": self.seed,
                "today": self.today.isoformat(),
                "keep_id": self.keep_id,
                "kind": self.kind,
            }
        )


@dataclass(frozen=True)
class Rows:
    """Rows of one table, in order."""

    table: str
    batch: pa.RecordBatch


@dataclass(frozen=True)
class Done:
    """All rows of a job are there."""

    job: int


@dataclass(frozen=True)
class Report:
    """What Snowfakery's validator says of a job."""

    job: int
    found: list[dict[str, Any]]


def run_jobs(
    jobs: Sequence[Job], limits: Limits | None = None, *, place: Path | None = None
) -> Iterator[Rows | Report | Done]:
    """All rows of the jobs, one job after the other in one child process; `limits` are by default those that fit the
    jobs. The child's working folder is a new one in `place`, or among the system's temporary ones.

    A job's rows are the same whatever jobs stand beside it. Raises GenerationError with the reason when a recipe
    fails or exceeds a limit, and WidenError for tables without declared types.
    """
    limits = limits or limits_for(sum(job.cells for job in jobs))
    tables = [table for job in jobs for table in job.compiled.tables.values()]
    with _child_folder(place) as folder, tempfile.TemporaryFile() as errors:
        _write_files(folder, jobs)
        child = subprocess.Popen(
            [sys.executable, "-s", "-P", "-c", _START],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
            cwd=folder,
            env=_environment(str(folder)),
            start_new_session=True,
        )
        assert child.stdin is not None and child.stdout is not None
        deadline = _Deadline(child, limits.wall_seconds)
        try:
            orders = ",".join(job.to_json() for job in jobs)
            _send(child.stdin, f'{{"limits": {limits.model_dump_json()}, "jobs": [{orders}]}}\n')
            yield from _receive(child, child.stdout, tables, errors, limits)
        except GenerationError:
            if deadline.has_passed:
                raise GenerationError(f"The recipe took more than {limits.wall_seconds:,} s.") from None
            raise
        finally:
            deadline.cancel()
            _kill(child)


def _write_files(folder: Path, jobs: Sequence[Job]) -> None:
    """What the jobs read; all of one plan, so a name has one content."""
    for job in jobs:
        for name, text in job.files.items():
            if not is_data_name(name):
                raise GenerationError(f"{name!r} is no name of a file that a recipe can read.")
            path = folder / name
            path.parent.mkdir(exist_ok=True)
            # As bytes: what ends a line in them stays as it is.
            path.write_bytes(text.encode())


class _Deadline(threading.Timer):
    """Kills a child when its time is up."""

    def __init__(self, child: subprocess.Popen[bytes], seconds: float) -> None:
        super().__init__(seconds, self._pass)
        self._child = child
        self.has_passed = False
        self.daemon = True
        self.start()

    def _pass(self) -> None:
        self.has_passed = True
        _kill_group(self._child)


@contextmanager
def _child_folder(place: Path | None) -> Iterator[Path]:
    if place is None:
        with ScratchFolder("child") as folder:
            yield folder
    else:
        with tempfile.TemporaryDirectory(prefix="child-", dir=place) as name:
            yield Path(name)


def _receive(
    child: subprocess.Popen[bytes], stream: IO[bytes], tables: list[str], errors: IO[bytes], limits: Limits
) -> Iterator[Rows | Report | Done]:
    while True:
        frame = frames.read_frame(stream)  # type: ignore[arg-type]
        if frame is None:
            how = reason_of(child.wait(), limits)
            errors.seek(0)
            tail = errors.read().decode("utf-8", "replace").strip().splitlines()[-1:]
            raise GenerationError(f"The recipe's interpreter {how}. {' '.join(tail)}".strip())
        kind, number, data = frame
        if kind == frames.DONE:
            return
        if kind == frames.BATCH:
            with pa.ipc.open_stream(pa.py_buffer(data)) as reader:
                for batch in reader:
                    yield Rows(tables[number], batch)
        elif kind == frames.REPORT:
            yield Report(number, json.loads(data))
        elif kind == frames.JOB_DONE:
            yield Done(number)
        elif kind == frames.NOTE:
            for missing in json.loads(data):
                _LOG.warning("Recipes run without %s.", missing)
        elif kind == frames.WIDEN:
            report = json.loads(data)
            raise WidenError(report["table"], report["column"], Kind(report["kind"]))
        else:
            report = json.loads(data)
            raise GenerationError(report["message"], hint=report["hint"])


def _environment(folder: str) -> dict[str, str]:
    """Nothing of ours but the path to programs; hashes are fixed because sets are iterated in Faker."""
    return {
        "PATH": "/usr/bin:/bin",
        "HOME": folder,
        "TMPDIR": folder,
        "LC_ALL": "C.UTF-8",
        "TZ": "UTC",
        "PYTHONHASHSEED": "0",
        "PYTHONDONTWRITEBYTECODE": "1",
    }


def _send(stdin: IO[bytes], text: str) -> None:
    try:
        stdin.write(text.encode())
        stdin.flush()
    except BrokenPipeError:
        # The child died at once; reading its frames says why.
        return


def _kill(child: subprocess.Popen[bytes]) -> None:
    """End the child and its group, and wait for it."""
    _kill_group(child)
    child.wait()
    for stream in (child.stdin, child.stdout):
        if stream is not None:
            # What was held back for a child that died at once goes nowhere; its frames have said why.
            with suppress(BrokenPipeError):
                stream.close()


def _kill_group(child: subprocess.Popen[bytes]) -> None:
    """The child leads its group, and what it started would be in it."""
    with suppress(ProcessLookupError, PermissionError):
        # macOS forbids to signal a group of which only an ended child is left.
        os.killpg(child.pid, signal.SIGKILL)
