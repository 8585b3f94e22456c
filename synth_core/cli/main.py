"""Entry of the command line: runs a command, and ends it when a signal asks for that."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress

from synth_core.cli.signals import Stop, stoppable
from synth_core.starting import begin, loading


def command() -> None:
    """The process `synth`."""
    begin(__name__)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command. Returns 0, 1 for an error with its reason on standard error, 2 for a wrong call, and 128 and
    the signal's number when one ended it."""
    with stoppable() as stop:
        try:
            code = _loaded()(arguments, stop)
            _flush()
            return code
        except BaseException:
            if not stop.number:
                raise
            with suppress(OSError):
                # The terminal may be gone.
                sys.stderr.write(f"synth: {stop.reason}\n")
            return stop.exit_code


def _loaded() -> Callable[[Sequence[str] | None, Stop], int]:
    """What runs a command. Loading takes a while, in which a signal may come, too."""
    with loading():
        from synth_core.cli.app import call
    return call


def _flush() -> None:
    """Write what is still held back; when nobody reads it any more (`synth … | head -1`), without a word."""
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        # Python would flush once more at its end, and complain.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
