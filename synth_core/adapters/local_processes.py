"""Workers as processes of this machine."""

from __future__ import annotations

import hashlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from synth_core.errors import GenerationError, UsageError
from synth_core.execution.folders import working_folder
from synth_core.ports import Task, TaskState
from synth_core.starting import code_of

_START = code_of("synth_core.execution.worker")
GRACE = 5.0
"""Seconds that workers have to end by themselves when they are cancelled."""

GLANCE = 0.02
"""Seconds between two looks at processes that are not our children, so that nothing tells us of their end."""


def worker_command(home: str, task: Task) -> list[str]:
    """How a real worker is started."""
    start = [sys.executable, "-P", "-c", _START]
    options = ["--home", home, "--run", task.run_id, "--task", task.id]
    return [*start, *options, *(["--store", task.store] if task.store else [])]


@dataclass
class _Job:
    """A task and what became of it."""

    task: Task
    home: str
    messages: Path
    process: subprocess.Popen[bytes] | None = None
    exit_code: int | None = None

    @property
    def state(self) -> TaskState:
        if self.exit_code is not None:
            return TaskState(id=self.task.id, state="ended", exit_code=self.exit_code)
        return TaskState(id=self.task.id, state="running" if self.process else "waiting")


class LocalProcesses:
    """Runs at most `max_workers` workers at once (default: one per core), each in its own process group.

    Nothing happens between calls: `poll` is what starts the next task when one has ended. `command` replaces
    the real worker's command line.
    """

    def __init__(
        self, max_workers: int | None = None, *, command: Callable[[str, Task], list[str]] = worker_command
    ) -> None:
        if max_workers is not None and max_workers < 1:
            raise UsageError(f"{max_workers} workers can do nothing.", hint="Allow at least one.")
        self.max_workers = max_workers or os.cpu_count() or 1
        self._command = command
        self._jobs: dict[str, _Job] = {}

    def start(self, home: str, tasks: Sequence[Task]) -> None:
        """See `RunBackend.start`. A task that has ended may be started again.

        Raises GenerationError when the system refuses to start a process.
        """
        for task in tasks:
            known = self._jobs.get(task.id)
            if known and known.exit_code is None:
                raise UsageError(
                    f"Task {task.id} is already started.", hint="Wait for its end, or cancel it."
                )
            # A task's id may hold a table's name, which need not be a file's name.
            name = hashlib.sha256(task.id.encode()).hexdigest()[:16] + ".stderr"
            self._jobs[task.id] = _Job(task, home, working_folder(Path(home), task.run_id) / name)
        self._start_waiting()

    def poll(self) -> list[TaskState]:
        """See `RunBackend.poll`. Also starts tasks that wait for a free place."""
        for job in self._running():
            assert job.process
            code = job.process.poll()
            if code is not None:
                # What a killed worker left behind must not go on writing.
                _signal_group(job.process, signal.SIGKILL)
                job.exit_code = code
        self._start_waiting()
        return [job.state for job in self._jobs.values()]

    def cancel(self) -> None:
        """See `RunBackend.cancel`. SIGTERM first, SIGKILL for whatever is left after a grace of 5 seconds.

        A task that never started counts as ended by SIGTERM.
        """
        for job in self._jobs.values():
            if job.exit_code is None and job.process is None:
                job.exit_code = -signal.SIGTERM
        running = self._running()
        processes = [job.process for job in running if job.process]
        for process in processes:
            _signal_group(process, signal.SIGTERM)
        deadline = time.monotonic() + GRACE
        for process in processes:
            _wait_for_group(process, deadline)
        for process in processes:
            _signal_group(process, signal.SIGKILL)
        for job, process in zip(running, processes, strict=True):
            job.exit_code = process.wait()
            # Killed grandchildren stay visible as zombies where nobody collects them, so not for ever.
            _wait_for_group(process, time.monotonic() + 1)

    def stderr_tail(self, task_id: str, size: int = 4000) -> str:
        """The last `size` bytes of what the task's worker wrote to stderr; empty when there is nothing."""
        messages = self._jobs[task_id].messages
        if not messages.exists():
            return ""
        with messages.open("rb") as file:
            file.seek(max(0, file.seek(0, os.SEEK_END) - size))
            return file.read().decode(errors="replace")

    def _running(self) -> list[_Job]:
        return [job for job in self._jobs.values() if job.process and job.exit_code is None]

    def _start_waiting(self) -> None:
        free = self.max_workers - len(self._running())
        waiting = [job for job in self._jobs.values() if not job.process and job.exit_code is None]
        for job in waiting[:free]:
            command = self._command(job.home, job.task)
            try:
                job.messages.parent.mkdir(parents=True, exist_ok=True)
                with job.messages.open("wb") as stderr:
                    job.process = subprocess.Popen(
                        command,
                        stdin=subprocess.DEVNULL,
                        stdout=stderr,
                        stderr=stderr,
                        start_new_session=True,
                    )
            except OSError as error:
                raise GenerationError(
                    f"The worker of task {job.task.id} can't be started: {error.strerror or error}.",
                    hint=f"The command was: {' '.join(command)}",
                ) from error


def _signal_group(process: subprocess.Popen[bytes], number: int) -> None:
    # The group is gone, or (macOS) only zombies are left of it.
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, number)


def _wait_for_group(process: subprocess.Popen[bytes], deadline: float) -> None:
    """Return when the whole group is gone, at the latest at the deadline (of the monotonic clock)."""
    with suppress(subprocess.TimeoutExpired):
        process.wait(timeout=max(0.0, deadline - time.monotonic()))
    while time.monotonic() < deadline and _group_lives(process):
        time.sleep(GLANCE)


def _group_lives(process: subprocess.Popen[bytes]) -> bool:
    try:
        os.killpg(process.pid, 0)
    except (ProcessLookupError, PermissionError):
        return False
    return True
