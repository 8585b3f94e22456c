"""Where the workers of a run are started."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, Protocol

from synth_core.model.base import Frozen


class Task(Frozen):
    """What one worker does from start to end: one piece of the plan or several, named by the id."""

    id: str
    run_id: str
    tables: tuple[str, ...]
    store: str = ""
    """Address of the store that the run lies in; empty: the home."""


class TaskState(Frozen):
    """What a backend knows of a task's process."""

    id: str
    state: Literal["waiting", "running", "ended"]
    exit_code: int | None = None
    """Only when ended; negative: killed by that signal."""


class RunBackend(Protocol):
    """Runs workers: `synth_core.execution.worker` with `--home HOME --run RUN_ID --task TASK_ID`, and
    `--store ADDRESS` where the run does not lie in the home."""

    max_workers: int
    """How many workers run at the same time."""

    def start(self, home: str, tasks: Sequence[Task]) -> None:
        """Queue the tasks; returns at once."""
        ...

    def poll(self) -> list[TaskState]:
        """The state of every task that was started."""
        ...

    def cancel(self) -> None:
        """Stop all workers and whatever they started; returns when they are gone."""
        ...

    def stderr_tail(self, task_id: str) -> str:
        """The last lines that a task's worker wrote to standard error: why it failed."""
        ...
