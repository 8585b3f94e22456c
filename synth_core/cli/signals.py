"""Signals that ask a command to stop: each ends it as Ctrl-C does, with everything cleaned up and recorded."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import FrameType

STOPPING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
"""Ctrl-C; a scheduler, or a machine that shuts down; a terminal that is closed."""


@dataclass
class Stop:
    """Which signal asked; 0: none did."""

    number: int = 0

    @property
    def exit_code(self) -> int:
        """What shells expect of a program that a signal ended."""
        return 128 + self.number

    @property
    def reason(self) -> str:
        """For people."""
        name = "" if self.number == signal.SIGINT else f" by {signal.Signals(self.number).name}"
        return f"interrupted{name}."


@contextmanager
def stoppable() -> Iterator[Stop]:
    """While the block lasts, the first of these signals raises KeyboardInterrupt. Of later ones only the same and
    Ctrl-C do, as a closed terminal and a shutdown send several, which must not cut the cleaning up short."""
    stop = Stop()

    def handle(number: int, frame: FrameType | None) -> None:
        if stop.number in (0, number) or number == signal.SIGINT:
            stop.number = stop.number or number
            raise KeyboardInterrupt

    if threading.current_thread() is not threading.main_thread():
        yield stop
        return
    before = {number: signal.getsignal(number) for number in STOPPING}
    # One that is ignored stays so: that is how `nohup` works.
    taken = {number: old for number, old in before.items() if old not in (signal.SIG_IGN, None)}
    for number in taken:
        signal.signal(number, handle)
    try:
        yield stop
    finally:
        for number, old in taken.items():
            signal.signal(number, old)
