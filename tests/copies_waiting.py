"""The process that `copies` asks: it has loaded all of the interpreter's child, and has done nothing."""

from __future__ import annotations

import json
import os
import socket
import sys
import tempfile
import traceback
from typing import Any, NoReturn

from synth_core.engine import child


def main() -> int:
    """Make a copy for each order, or say how one ended."""
    asked = socket.socket(fileno=os.dup(0))
    while True:
        said, streams, _, _ = socket.recv_fds(asked, 1 << 20, 3)
        if not said:
            return 0
        order = json.loads(said)
        if "wait" in order:
            _, status = os.waitpid(order["wait"], 0)
            asked.send(str(os.waitstatus_to_exitcode(status)).encode())
            continue
        if not os.fork():
            _be(order, streams, asked)
        for each in streams:
            os.close(each)


def _be(order: dict[str, Any], streams: list[int], asked: socket.socket) -> NoReturn:
    """A child of its own; says its id once it leads its group, by which it can be killed."""
    code = 1
    try:
        os.setsid()
        asked.send(str(os.getpid()).encode())
        os.chdir(order["folder"])
        os.environ.clear()
        os.environ.update(order["environment"])
        tempfile.tempdir = None
        for to, each in enumerate(streams):
            os.dup2(each, to)
        os.closerange(3, 1024)
        code = child.main()
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)
