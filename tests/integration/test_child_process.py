"""The interpreter's child process: what it gets, what its limits say, and that it goes when it should."""

from __future__ import annotations

import os
import select
import signal
import subprocess
import sys
from datetime import date

import pyarrow as pa
import pytest

from synth_core.engine.interpreter import Job, Rows, run_jobs
from synth_core.engine.limits import GIB, limits_for, reason_of
from synth_core.errors import GenerationError
from synth_core.model.findings import Finding
from synth_core.recipe.compile import Compiled
from synth_core.stages.lint import check_stock


def job(value: str, count: int = 1) -> Job:
    text = f"- snowfakery_version: 3\n- object: T\n  count: {count}\n  fields:\n    f: {value}\n"
    compiled = Compiled(text=text, tables={"T": "T"}, columns={"T": {"f": "f"}})
    return Job(compiled=compiled, seed="1", today=date(2026, 1, 1))


def made(value: str, count: int = 1) -> list[object]:
    rows = [event.batch for event in run_jobs([job(value, count)]) if isinstance(event, Rows)]
    return [row["f"] for row in pa.Table.from_batches(rows).to_pylist()]


def test_the_validator_is_asked_once_about_a_recipe(monkeypatch: pytest.MonkeyPatch) -> None:
    def ask(value: str) -> list[Finding]:
        text = f"- object: T\n  count: 1\n  fields:\n    f: {value}\n"
        return check_stock(text, {"T": 1}, date(2026, 1, 1), {"T": ("f",)})

    [said] = ask("${{ 1 + 'x' }}")
    monkeypatch.setattr("sys.executable", "/where/no/python/is")
    assert ask("${{ 1 + 'x' }}") == [said]
    with pytest.raises(FileNotFoundError):
        ask("${{ 2 + 'x' }}")


def test_an_ordinary_recipe_meets_no_wall(caplog: pytest.LogCaptureFixture) -> None:
    assert made("${{ id * 2 }}", 3) == [2, 4, 6]
    # Loads a provider of another language, time zones, and rows from Snowfakery's own memory of them.
    text = """
        - snowfakery_version: 3
        - var: snowfakery_locale
          value: ja_JP
        - object: P
          count: 5
          fields:
            name: {fake: name}
            at: {datetime_between: {start_date: 2024-01-01, end_date: today}}
        - object: T
          count: 5
          fields:
            p: {random_reference: P}
            f: ${{ p.name }}
    """
    compiled = Compiled(
        text="\n".join(line[8:] for line in text.strip("\n").splitlines()),
        tables={"P": "P", "T": "T"},
        columns={"P": {"name": "name"}, "T": {"f": "f"}},
    )
    events = list(run_jobs([Job(compiled=compiled, seed="1", today=date(2026, 1, 1))]))
    rows = {event.table: event.batch.to_pylist() for event in events if isinstance(event, Rows)}
    assert {row["f"] for row in rows["T"]} <= {row["name"] for row in rows["P"]}
    assert caplog.records == []


def test_it_loads_nothing_that_it_never_needs() -> None:
    modules = "${{ cycler.__init__.__globals__.__builtins__['__import__']('sys').modules|join(' ') }}"
    loaded = str(made(modules)[0]).split()
    assert {"snowfakery.data_generator", "pyarrow.lib"} <= set(loaded)
    assert [
        name for name in loaded if name.startswith(("pandas.", "_pytest", "sqlalchemy.orm.", "duckdb"))
    ] == []
    # Arrow looks for pandas when it meets a date.
    assert made("${{ today }}") == [date(2026, 1, 1)]


def test_limits_grow_with_the_plan_and_are_explained() -> None:
    small, large = limits_for(1_000), limits_for(100_000_000)
    assert small.cpu_seconds < large.cpu_seconds and small.memory_bytes < large.memory_bytes
    assert reason_of(-signal.SIGXCPU, small) == f"used more than {small.cpu_seconds} s of CPU time"
    assert "temporary file of more than 1 GiB" in reason_of(-signal.SIGXFSZ, small)
    assert reason_of(-signal.SIGSEGV, small) == "was killed by signal 11 (SIGSEGV)"
    tight = small.model_copy(update={"memory_bytes": 3 * GIB})
    with pytest.raises(GenerationError, match="needed more than 3 GiB of memory"):
        list(run_jobs([job("${{ 'x' * 4000000000 }}")], tight))


_LONG = """
import sys
from datetime import date
from synth_core.engine.interpreter import Job, run_jobs
from synth_core.recipe.compile import Compiled
def job(value, count):
    text = f"- snowfakery_version: 3\\n- object: T\\n  count: {count}\\n  fields:\\n    f: {value}\\n"
    compiled = Compiled(text=text, tables={"T": "T"}, columns={"T": {"f": "f"}})
    return Job(compiled=compiled, seed="1", today=date(2026, 1, 1))
more = {"busy": "${% for i in range(10**12) %}${% endfor %}", "writing": "${{id}}"}[sys.argv[1]]
for event in run_jobs([job("x", 1), job(more, 10**9)]):
    print(type(event).__name__, flush=True)
"""


@pytest.mark.skipif(not hasattr(os, "pidfd_open"), reason="waits for a process by Linux's means")
@pytest.mark.parametrize("doing", ["busy", "writing"])
def test_a_child_goes_with_whoever_started_it(doing: str) -> None:
    """Also when that is killed without a chance to tidy up, and whatever the child does."""
    parent = subprocess.Popen([sys.executable, "-c", _LONG, doing], stdout=subprocess.PIPE)
    assert parent.stdout is not None
    assert [parent.stdout.readline(), parent.stdout.readline()] == [b"Rows\n", b"Done\n"]
    [child] = _children_of(parent.pid)
    parent.kill()
    parent.wait()
    try:
        descriptor = os.pidfd_open(child)
    except ProcessLookupError:
        descriptor = None  # Gone already.
    if descriptor is not None:
        ended, _, _ = select.select([descriptor], [], [], 20)
        os.close(descriptor)
        assert ended
    parent.stdout.close()


def _children_of(pid: int) -> list[int]:
    listed = subprocess.run(["ps", "-o", "pid=,ppid=", "-A"], capture_output=True, text=True, check=True)
    rows = [line.split() for line in listed.stdout.splitlines()]
    return [int(row[0]) for row in rows if row[1] == str(pid)]
