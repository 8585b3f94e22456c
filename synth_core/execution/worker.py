"""A worker: makes the tables of one task and their files, and leaves a receipt.

`python -m synth_core.execution.worker --home HOME --run RUN_ID --task TASK_ID`
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

from synth_core.engine.interpreter import batches
from synth_core.engine.shards import job_of, tasks_of
from synth_core.errors import SynthError, TargetError
from synth_core.files.shape import file_name, output_folder, output_kind, safe_name
from synth_core.files.write import Writer, Written, open_writer
from synth_core.execution.folders import working_folder
from synth_core.execution.progress import tell_rows
from synth_core.execution.state import FileReceipt, RunStore, TaskReceipt
from synth_core.wiring import open_store

ENGINE = "interpreter"


def work(home: str, run_id: str, task: str) -> TaskReceipt:
    """Make the files of a task. A file appears in the output under its own name only when it is whole."""
    started = time.monotonic()
    runs = RunStore(open_store(home))
    plan = runs.plan(run_id).plan
    tables = tasks_of(plan)[task]
    wanted = {table.name: table for table in plan.project.tables if table.name in tables}
    folder = working_folder(home, run_id) / task
    writers: dict[str, Writer] = {}
    done: dict[str, Written] = {}
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, table in wanted.items():
            dialect = table.dialect.value if table.dialect else None
            path = folder / f"{safe_name(name)}-{file_name(table)}"
            writers[name] = open_writer(path, output_kind(table), table.columns, dialect)
        made = dict.fromkeys(wanted, 0)
        for name, batch in batches(job_of(plan, tables)):
            if name in writers:
                writers[name].write(batch)
                made[name] += batch.num_rows
                tell_rows(folder, made)
        done = {name: writer.close() for name, writer in writers.items()}
        files = []
        for name, written in done.items():
            table = wanted[name]
            target = output_folder(Path(home), plan, run_id) / safe_name(name) / file_name(table)
            target.parent.mkdir(parents=True, exist_ok=True)
            _move(folder / f"{safe_name(name)}-{file_name(table)}", target)
            files.append(
                FileReceipt(
                    table=name,
                    path=str(target.absolute()),
                    rows=written.rows,
                    bytes=written.bytes,
                    sha256=written.sha256,
                    replaced=written.replaced,
                )
            )
    except OSError as error:
        raise TargetError(
            f"Writing {', '.join(tables)} failed: {error.strerror or error}.",
            hint="Make room or choose another folder, then resume the run.",
        ) from error
    receipt = TaskReceipt(task=task, engine=ENGINE, files=tuple(files), seconds=time.monotonic() - started)
    runs.add_receipt(run_id, receipt)
    return receipt


def _move(source: Path, target: Path) -> None:
    """Into place in one step on the same file system; else by a copy beside the target."""
    try:
        source.replace(target)
    except OSError:
        beside = target.with_name(f".{target.name}.part")
        beside.write_bytes(b"")
        with source.open("rb") as reader, beside.open("wb") as writer:
            while chunk := reader.read(1 << 20):
                writer.write(chunk)
        beside.replace(target)
        source.unlink()


def main() -> int:
    """Entry of the worker process; its last line on standard error is the reason when it fails."""
    parser = argparse.ArgumentParser(prog="synth-worker")
    for name in ("--home", "--run", "--task"):
        parser.add_argument(name, required=True)
    options = parser.parse_args()
    try:
        work(options.home, options.run, options.task)
    except SynthError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
