"""The command line in processes of their own, for tests that stop and kill them."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from small_shop import Said

import synth_core

ROOT = Path(synth_core.__file__).parents[1]
PATIENCE = 60.0
"""Seconds until something that must happen counts as not happening."""


def start(home: Path, *command: str, **environment: str) -> subprocess.Popen[str]:
    """Python in a process of its own."""
    return subprocess.Popen(
        [sys.executable, *command],
        cwd=ROOT,
        env={**os.environ, "SYNTH_HOME": str(home), **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def eventually(holds: Callable[[], Any]) -> Any:
    """The first true answer; looks again and again."""
    deadline = time.monotonic() + PATIENCE
    while not (found := holds()):
        assert time.monotonic() < deadline, "it did not happen"
        # A look costs some of what is awaited: both want the same cores.
        time.sleep(0.05)
    return found


def ended(process: subprocess.Popen[str]) -> Said:
    out, err = process.communicate(timeout=PATIENCE)
    return Said(process.returncode, out, err)
