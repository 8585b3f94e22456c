"""Hostile recipes are refused by vetting at the right line; and with vetting switched off the child stops them."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import pytest
from recipes import ALL, Hostile

from synth_core.engine.interpreter import Job, Rows, run_jobs
from synth_core.engine.limits import GIB, Limits
from synth_core.errors import GenerationError
from synth_core.model.findings import errors
from synth_core.recipe.compile import Compiled
from synth_core.recipe.vetting.vet import vet

SECRET = "the-secret-of-this-machine"
LIMITS = Limits(cpu_seconds=2, memory_bytes=3 * GIB, file_bytes=GIB, open_files=64, wall_seconds=60)
ALONE = {each.name for each in ALL[::8]} | {each.name for each in ALL if each.limit}
"""Those whose child is started for them; others get a copy of one that has loaded everything. With `--slow` each has
one of its own."""
SHORTER = {"took more than 4 s": {"wall_seconds": 4}, "CPU time": {"cpu_seconds": 1}}
"""For those that a limit is to stop: they run into it."""
STOCK = (
    "import sys; from snowfakery.api import generate_data as g; g(open(sys.argv[1]), output_format='json')"
)


@dataclass
class World:
    """The things that hostile recipes are after."""

    folder: Path
    port: int
    calls: list[str] = field(default_factory=list)

    @property
    def mark(self) -> Path:
        return self.folder / "mark"

    @property
    def victim(self) -> Path:
        return self.folder / "victim"

    def recipe(self, hostile: Hostile) -> str:
        """The recipe with the real places in it."""
        places = {
            "MARK": self.mark,
            "VICTIM": self.victim,
            "SECRET": self.folder / "secret.yml",
            "DATA": self.folder / "secret.csv",
            "PORT": self.port,
        }
        text = hostile.text
        for name, place in places.items():
            text = text.replace(name, str(place))
        return text

    def harm(self, said: str) -> list[str]:
        """What was done."""
        found = []
        if os.path.lexists(self.mark):
            found.append("made a file")
        if not (self.victim.exists() and self.victim.stat().st_mode & 0o777 == 0o640):
            found.append("touched a file")
        elif self.victim.read_text() != "as it was":
            found.append("changed a file")
        if SECRET in said:
            found.append("told the secret")
        return found + self.calls


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    monkeypatch.setenv("SECRET_OF_THE_SERVER", SECRET)
    (tmp_path / "secret.yml").write_text(f"- object: {SECRET}\n")
    (tmp_path / "secret.csv").write_text(f"f\n{SECRET}\n")
    (tmp_path / "victim").write_text("as it was")
    (tmp_path / "victim").chmod(0o640)
    with socket.create_server(("127.0.0.1", 0)) as server:
        found = World(tmp_path, server.getsockname()[1])

        def listen() -> None:
            while True:
                try:
                    connection, _ = server.accept()
                except OSError:
                    return
                found.calls.append("called a port")
                connection.close()

        thread = threading.Thread(target=listen, daemon=True)
        thread.start()
        yield found
        server.shutdown(socket.SHUT_RDWR)
        thread.join()


def names(hostile: list[Hostile]) -> list[object]:
    return [pytest.param(each, id=each.name) for each in hostile]


@pytest.mark.parametrize("hostile", names(ALL))
def test_vetting_refuses_it_at_its_line(world: World, hostile: Hostile) -> None:
    found = errors(vet(world.recipe(hostile)))
    assert found
    if hostile.line:
        assert hostile.line in {each.line for each in found}, [str(each) for each in found]


@pytest.mark.slow
@pytest.mark.parametrize("hostile", names(ALL))
def test_without_vetting_the_child_stops_it(
    request: pytest.FixtureRequest, world: World, hostile: Hostile
) -> None:
    if hostile.name not in ALONE and not request.config.getoption("--slow"):
        request.getfixturevalue("copied_interpreters")
    compiled = Compiled(text=world.recipe(hostile), tables={"T": "T"}, columns={"T": {"f": "f"}})
    job = Job(compiled=compiled, seed="1", today=date(2026, 1, 1))
    before = _children()
    said = ""
    try:
        for event in run_jobs([job], LIMITS.model_copy(update=SHORTER.get(hostile.limit, {}))):
            if isinstance(event, Rows):
                said += json.dumps(event.batch.to_pylist(), default=str)
    except GenerationError as error:
        said += str(error)
        if hostile.limit:
            assert hostile.limit in str(error)
    else:
        assert not hostile.limit, "no limit stopped it"
    assert world.harm(said) == []
    assert _children() == before


@pytest.mark.parametrize("hostile", names([each for each in ALL if each.works]))
@pytest.mark.slow
def test_the_attack_is_a_real_one(world: World, hostile: Hostile) -> None:
    """A control: what stock Snowfakery does with the same recipe, in a process that nothing protects."""
    path = world.folder / "recipe.yml"
    path.write_text(world.recipe(hostile))
    done = subprocess.run(
        [sys.executable, "-c", STOCK, str(path)], capture_output=True, text=True, timeout=60, cwd=world.folder
    )
    assert world.harm(done.stdout + done.stderr), done.stderr[-600:]


def _children() -> set[str]:
    """The processes of this one, by name and id."""
    listed = subprocess.run(
        ["ps", "-o", "pid=,ppid=,stat=,comm=", "-A"], capture_output=True, text=True, check=True
    ).stdout.splitlines()
    rows = [line.split(None, 3) for line in listed]
    parents = {str(os.getpid())}
    found: set[str] = set()
    while True:
        more = {row[0] for row in rows if row[1] in parents and row[3] != "ps"} - found
        if not more:
            return found
        found |= more
        parents |= more
