"""Where workers run in tests that are not about processes."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from synth_core.errors import SynthError
from synth_core.execution.worker import EXITS, work
from synth_core.ports import Task, TaskState


class InThisProcess:
    """Does the tasks at once, one after the other: a worker without the second that its process takes to start. The
    interpreter still has its own."""

    max_workers = 1

    def __init__(self) -> None:
        self._ended: dict[str, tuple[int, str]] = {}

    def start(self, home: str, tasks: Sequence[Task]) -> None:
        """See `RunBackend.start`."""
        for task in tasks:
            try:
                self._work(home, task)
                self._ended[task.id] = (0, "")
            except SynthError as error:
                code = next((code for code, kind in EXITS.items() if isinstance(error, kind)), 1)
                self._ended[task.id] = (code, str(error))

    def _work(self, home: str, task: Task) -> None:
        work(home, task.run_id, task.id, task.store)

    def poll(self) -> list[TaskState]:
        """See `RunBackend.poll`."""
        return [TaskState(id=id, state="ended", exit_code=code) for id, (code, _) in self._ended.items()]

    def cancel(self) -> None:
        """Nothing runs between two calls."""

    def stderr_tail(self, task_id: str, size: int = 4000) -> str:
        """See `RunBackend.stderr_tail`."""
        return self._ended[task_id][1][-size:]


@pytest.fixture
def in_this_process(copied_interpreters: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Runs have their workers in this process: most of a small run is a worker's start, and an interpreter's."""
    monkeypatch.setattr("synth_core.wiring.open_backend", InThisProcess)
