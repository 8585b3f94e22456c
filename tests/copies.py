"""Interpreter's children that are copies of one that has loaded what all of them load, which is most of their time.

A copy is made before there is anything of its own in it: environment, folder, limits and walls are set by `main` of
`synth_core.engine.child` in the copy, as in a child that was started alone. Standard streams are those that the parent
made for it, and nothing else is open.
"""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import IO, Any

import pytest

from synth_core.engine import interpreter
from synth_core.starting import code_of

_FIRST = f"{interpreter.LEFT_OUT}; sys.path.append({str(Path(__file__).parent)!r})"


class Copies:
    """Makes them: a process that waits with everything loaded."""

    def __init__(self) -> None:
        self._ask, theirs = socket.socketpair()
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-s", "-P", "-c", code_of("copies_waiting", first=_FIRST)],
                stdin=theirs,
                env=interpreter._environment("/"),
            )

    def use(self, patch: pytest.MonkeyPatch) -> None:
        """From now on children that this process starts are copies."""
        patch.setattr(interpreter, "subprocess", SimpleNamespace(PIPE=subprocess.PIPE, Popen=self._start))

    def end(self) -> None:
        self._ask.close()
        self._process.wait()

    def _start(
        self,
        command: Sequence[str],
        *,
        cwd: Path,
        env: Mapping[str, str],
        stderr: IO[bytes],
        stdin: int,
        stdout: int,
        start_new_session: bool,
    ) -> Any:
        assert command == [sys.executable, "-s", "-P", "-c", interpreter._START]
        assert stdin == stdout == subprocess.PIPE and start_new_session
        order = json.dumps({"folder": str(cwd), "environment": dict(env)}).encode()
        (its_in, our_out), (our_in, its_out) = os.pipe(), os.pipe()
        socket.send_fds(self._ask, [order], [its_in, its_out, stderr.fileno()])
        for each in (its_in, its_out):
            os.close(each)
        return Copy(int(self._ask.recv(100)), self._ask, os.fdopen(our_out, "wb"), os.fdopen(our_in, "rb"))


class Copy:
    """What the parent knows of a child."""

    def __init__(self, pid: int, ask: socket.socket, stdin: IO[bytes], stdout: IO[bytes]) -> None:
        self.pid, self.stdin, self.stdout = pid, stdin, stdout
        self._ask = ask
        self._code: int | None = None

    def wait(self) -> int:
        """Its exit code, or the signal that ended it below zero."""
        if self._code is None:
            self._ask.send(json.dumps({"wait": self.pid}).encode())
            self._code = int(self._ask.recv(100))
        return self._code


@pytest.fixture(scope="session")
def _copies() -> Iterator[Copies]:
    made = Copies()
    yield made
    made.end()


@pytest.fixture
def copied_interpreters(_copies: Copies, monkeypatch: pytest.MonkeyPatch) -> None:
    """Interpreters that this process starts are copies of one that has loaded everything."""
    _copies.use(monkeypatch)
