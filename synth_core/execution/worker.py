"""A worker: makes the pieces of one task and their files, and leaves a receipt for each piece.

`python -m synth_core.execution.worker --home HOME --run RUN_ID --task TASK_ID`; a task's id names its pieces, joined
by `+`. `--store ADDRESS` leads to the run where it does not lie in the home.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import time
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Protocol

from synth_core.engine.interpreter import Done, Job, Report, Rows, run_jobs
from synth_core.engine.shards import job_of, pieces_of
from synth_core.errors import GenerationError, SynthError, TargetError, TransientError
from synth_core.execution.driving import nobody_drives
from synth_core.execution.folders import working_folder
from synth_core.execution.output import Output, Pending, Placed
from synth_core.execution.progress import tell_rows
from synth_core.execution.state import FileReceipt, PieceReceipt, RunStore
from synth_core.files.shape import file_name, output_folder, output_kind
from synth_core.files.write import Writer, Written, open_writer
from synth_core.model.plan import Plan
from synth_core.model.project import Table
from synth_core.wiring import open_store

ENGINE = "interpreter"
EXITS: dict[int, type[SynthError]] = {3: TransientError, 4: TargetError}
"""What a worker's exit code says of its reason; 1 for any other."""


class Maker(Protocol):
    """Makes the rows of jobs: batches of each job in turn, and what tells its end."""

    def __call__(self, jobs: Sequence[Job], *, place: Path) -> Iterable[Rows | Report | Done]:
        """The working files are in a folder of the place."""
        ...


def work(home: str, run_id: str, task: str, store: str = "", *, make: Maker = run_jobs) -> None:
    """Make the files of a task's pieces. A file appears in the output under its own name only when it is whole. `make`
    gives the rows: by default, the interpreter in its child process."""
    runs = RunStore(open_store(home, store))
    plan = runs.plan(run_id).plan
    pieces = {piece: pieces_of(plan)[piece] for piece in task.split("+")}
    driver = os.getppid()
    with nobody_drives(Path(home), run_id) as is_late:
        if is_late:
            raise _orphaned()
    # A folder of its own: a worker of a driver that was killed may still be there when the run is resumed.
    folder = working_folder(Path(home), run_id) / f"{task.partition('+')[0]}-{os.getpid()}"
    output = Output(output_folder(Path(home), plan.project.target, run_id))
    made: dict[str, int] = {}
    waiting: list[_Piece] = []
    try:
        folder.mkdir(parents=True, exist_ok=True)
        jobs = [job_of(plan, tables) for tables in pieces.values()]
        waiting = [_Piece(name, tables, plan, output, folder) for name, tables in pieces.items()]
        for event in make(jobs, place=folder):
            if os.getppid() != driver:
                raise _orphaned()
            if isinstance(event, Rows):
                waiting[0].write(event)
                made[event.table] = made.get(event.table, 0) + event.batch.num_rows
                tell_rows(folder, made)
            else:
                runs.add_receipt(run_id, waiting[0].finish())
                waiting.pop(0)
    except OSError as error:
        tables = ", ".join(table for piece in pieces.values() for table in piece)
        raise TargetError(
            f"Writing {tables} failed: {error.strerror or error}.",
            hint="Make room or choose another folder, then resume the run.",
        ) from error
    finally:
        for piece in waiting:
            piece.abort()
        # A driver that is gone removes nothing any more.
        if os.getppid() != driver:
            shutil.rmtree(folder, ignore_errors=True)


def _orphaned() -> GenerationError:
    return GenerationError("The run's driver is gone.", hint="Resume the run.")


class _Piece:
    """The files of one piece while they are written."""

    def __init__(self, name: str, tables: tuple[str, ...], plan: Plan, output: Output, folder: Path) -> None:
        self._name, self._output, self._folder = name, output, folder
        self._tables: Mapping[str, Table] = {
            each.name: each for each in plan.project.tables if each.name in tables
        }
        self._files: dict[str, tuple[Pending, Writer]] = {}
        self._started = 0.0

    def write(self, rows: Rows) -> None:
        """More rows of one table. Tables of the recipe that the project does not have are helpers and go nowhere."""
        self._open()
        if rows.table in self._files:
            self._files[rows.table][1].write(rows.batch)

    def finish(self) -> PieceReceipt:
        """Close the files, which puts them where they belong. A table without rows has a file as well."""
        self._open()
        files = []
        for name, (pending, writer) in self._files.items():
            written = writer.close()
            files.append(_receipt(name, pending.placed, written))
        seconds = time.monotonic() - self._started
        return PieceReceipt(piece=self._name, engine=ENGINE, files=tuple(files), seconds=seconds)

    def abort(self) -> None:
        """Let go of what is not whole."""
        for _, writer in self._files.values():
            writer.abort()

    def _open(self) -> None:
        if self._files:
            return
        self._started = time.monotonic()
        for number, (name, table) in enumerate(self._tables.items()):
            dialect = table.dialect.value if table.dialect else None
            # Two tables may have files of the same name.
            folder = self._folder / f"{self._name}-{number:04}"
            folder.mkdir(exist_ok=True)
            pending = self._output.begin(name, file_name(table), folder)
            self._files[name] = pending, open_writer(pending, output_kind(table), table.columns, dialect)


def _receipt(table: str, placed: Placed, written: Written) -> FileReceipt:
    return FileReceipt(
        table=table,
        path=placed.path,
        rows=written.rows,
        bytes=written.bytes,
        sha256=written.sha256,
        replaced=written.replaced,
        generation=placed.generation,
    )


def main() -> int:
    """Entry of the worker process; its last line on standard error is the reason when it fails."""
    parser = argparse.ArgumentParser(prog="synth-worker")
    for name in ("--home", "--run", "--task"):
        parser.add_argument(name, required=True)
    parser.add_argument("--store", default="")
    options = parser.parse_args()
    try:
        work(options.home, options.run, options.task, options.store)
    except SynthError as error:
        sys.stderr.write(f"{error}\n")
        return next((code for code, kind in EXITS.items() if isinstance(error, kind)), 1)
    return 0


if __name__ == "__main__":
    sys.exit(main())
