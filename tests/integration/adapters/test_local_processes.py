"""What local processes add to the contract."""

from __future__ import annotations

import sys
import time
from pathlib import Path

import pytest

from synth_core.adapters.local_processes import LocalProcesses, worker_command
from synth_core.errors import GenerationError, UsageError
from synth_core.ports import Task

TASK = Task(id="t/../1", run_id="r", tables=("t",))


def finish(backend: LocalProcesses) -> list[int | None]:
    deadline = time.monotonic() + 30
    while any(state.state != "ended" for state in backend.poll()):
        assert time.monotonic() < deadline
        time.sleep(0.002)
    return [state.exit_code for state in backend.poll()]


def test_the_tail_of_stderr_can_be_read(tmp_path: Path) -> None:
    code = "import sys; sys.stderr.write('x' * 9000 + 'é the end')"
    backend = LocalProcesses(command=lambda home, task: [sys.executable, "-X", "utf8", "-c", code])
    backend.start(str(tmp_path), [TASK])
    assert finish(backend) == [0]
    assert backend.stderr_tail(TASK.id, 20) == "x" * 10 + "é the end"
    assert len(backend.stderr_tail(TASK.id)) == 3999
    (message,) = (tmp_path / "runs" / "r" / "work").iterdir()
    assert message.suffix == ".stderr"


def test_an_ended_task_may_start_again_and_a_started_one_not(tmp_path: Path) -> None:
    backend = LocalProcesses(1, command=lambda home, task: [sys.executable, "-c", "import sys; sys.exit(3)"])
    other = TASK.model_copy(update={"id": "2"})
    backend.start(str(tmp_path), [TASK, other])
    with pytest.raises(UsageError, match="already started"):
        backend.start(str(tmp_path), [other])
    assert finish(backend) == [3, 3]
    backend.start(str(tmp_path), [TASK])
    assert finish(backend) == [3, 3]


def test_a_command_that_does_not_exist(tmp_path: Path) -> None:
    backend = LocalProcesses(1, command=lambda home, task: [str(tmp_path / "none")])
    with pytest.raises(GenerationError, match="No such file"):
        backend.start(str(tmp_path), [TASK])


def test_no_workers_are_refused() -> None:
    with pytest.raises(UsageError):
        LocalProcesses(0)


def test_the_real_worker_is_named() -> None:
    assert worker_command("/home", TASK)[4:] == [*("--home", "/home", "--run", "r", "--task", "t/../1")]
