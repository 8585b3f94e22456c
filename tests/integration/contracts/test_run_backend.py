"""What every run backend does. The workers here are tiny scripts."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from synth_core.ports import RunBackend, Task, TaskState


def tasks(count: int) -> list[Task]:
    return [Task(id=f"task {n}/é", run_id="run-1", tables=(f"t{n}",)) for n in range(count)]


def script(code: str) -> Callable[[str, Task], list[str]]:
    """A command that runs Python code with the arguments HOME, RUN and TASK."""
    return lambda home, task: [sys.executable, "-c", code, home, task.run_id, task.id]


def until(condition: Callable[[], bool], seconds: float = 30) -> None:
    """Look again and again, without a fixed wait, until it holds."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it took too long"
        time.sleep(0.002)


def ended(backend: RunBackend) -> bool:
    return all(state.state == "ended" for state in backend.poll())


def states(backend: RunBackend) -> list[str]:
    return [state.state for state in backend.poll()]


def alive(pid: int) -> bool:
    """Whether the process still does anything (a zombie does not)."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    status = Path(f"/proc/{pid}/stat")
    return not (status.exists() and status.read_text().rpartition(")")[2].split()[0] == "Z")


WAIT = "import sys; open(sys.argv[1] + '/gate').read()"
"""Ends when someone opens the fifo for writing."""


@pytest.fixture
def gate(tmp_path: Path) -> Path:
    os.mkfifo(tmp_path / "gate")
    return tmp_path / "gate"


def test_a_worker_gets_home_run_and_task(make_backend, tmp_path: Path) -> None:
    code = "import sys, json; json.dump(sys.argv[1:], open(sys.argv[1] + '/seen', 'w'))"
    backend = make_backend(script(code), 1)
    backend.start(str(tmp_path), tasks(1))
    until(lambda: ended(backend))
    assert (tmp_path / "seen").read_text() == f'["{tmp_path}", "run-1", "task 0/\\u00e9"]'


def test_only_so_many_at_once_and_the_others_follow(make_backend, tmp_path: Path, gate: Path) -> None:
    code = WAIT + "; open(sys.argv[1] + '/done', 'a').write(sys.argv[3] + '\\n')"
    backend = make_backend(script(code), 2)
    backend.start(str(tmp_path), tasks(5))
    assert states(backend) == ["running", "running", "waiting", "waiting", "waiting"]

    def opened() -> bool:
        assert states(backend).count("running") <= 2
        descriptor = os.open(gate, os.O_RDWR | os.O_NONBLOCK)
        os.close(descriptor)
        return states(backend) == ["ended"] * 5

    until(opened)
    assert [state.exit_code for state in backend.poll()] == [0] * 5
    assert sorted((tmp_path / "done").read_text().splitlines()) == [task.id for task in tasks(5)]


def test_exit_codes_and_signals_are_told(make_backend, tmp_path: Path) -> None:
    code = "import sys, os, signal; n = int(sys.argv[3][5]); n and os.kill(os.getpid(), 9); sys.exit(7)"
    backend = make_backend(script(code), 2)
    backend.start(str(tmp_path), tasks(2))
    until(lambda: ended(backend))
    first, second = tasks(2)
    assert backend.poll() == [
        TaskState(id=first.id, state="ended", exit_code=7),
        TaskState(id=second.id, state="ended", exit_code=-9),
    ]


def test_cancel_stops_running_and_waiting_tasks(make_backend, tmp_path: Path, gate: Path) -> None:
    backend = make_backend(script(WAIT), 1)
    backend.start(str(tmp_path), tasks(2))
    assert states(backend) == ["running", "waiting"]
    backend.cancel()
    assert [(state.state, state.exit_code) for state in backend.poll()] == [("ended", -15), ("ended", -15)]
    backend.cancel()


FAMILY = """
import os, signal, subprocess, sys, time
child = '''
import os, signal, sys, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
signal.signal(signal.SIGINT, signal.SIG_IGN)
open(sys.argv[1] + '/child.new', 'w').write(str(os.getpid()))
os.rename(sys.argv[1] + '/child.new', sys.argv[1] + '/child')
time.sleep(600)
'''
subprocess.Popen([sys.executable, '-c', child, sys.argv[1]])
open(sys.argv[1] + '/worker', 'w').write(str(os.getpid()))
open(sys.argv[1] + '/gate').read()
"""


def test_cancel_also_stops_what_a_worker_started(
    make_backend, tmp_path: Path, gate: Path, monkeypatch
) -> None:
    monkeypatch.setattr("synth_core.adapters.local_processes.GRACE", 0.2)
    backend = make_backend(script(FAMILY), 1)
    backend.start(str(tmp_path), tasks(1))
    until(lambda: (tmp_path / "child").exists() and (tmp_path / "worker").exists())
    child = int((tmp_path / "child").read_text())
    assert alive(child)
    backend.cancel()
    assert not alive(child)
    assert not alive(int((tmp_path / "worker").read_text()))


def test_a_dead_workers_children_do_not_go_on(make_backend, tmp_path: Path, gate: Path) -> None:
    backend = make_backend(script(FAMILY), 1)
    backend.start(str(tmp_path), tasks(1))
    until(lambda: (tmp_path / "child").exists() and (tmp_path / "worker").exists())
    os.kill(int((tmp_path / "worker").read_text()), 9)
    until(lambda: ended(backend))
    child = int((tmp_path / "child").read_text())
    until(lambda: not alive(child))
