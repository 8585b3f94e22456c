"""What a child process may use: set by itself before it reads a recipe, explained by its parent when it ends of one."""

from __future__ import annotations

import resource
import signal
import sys

from synth_core.model.base import Frozen

GIB = 1 << 30
_CELL_SECONDS = 0.5e-3
"""Twenty times what a cell usually takes."""
_CELL_BYTES = 64
"""Of memory and of temporary files: Snowfakery keeps rows that may be referred to."""


class Limits(Frozen):
    """Of one child process."""

    cpu_seconds: int
    memory_bytes: int
    """Of address space, which is more than what is used of it: a plain start maps 1.6 GiB."""
    file_bytes: int
    """Of a single file."""
    open_files: int
    wall_seconds: int
    """From start to end, however long it waits; the parent minds it."""


def limits_for(cells: int) -> Limits:
    """Limits with room for a plan of so many cells."""
    cpu = 120 + int(cells * _CELL_SECONDS)
    room = min(cells * _CELL_BYTES, 32 * GIB)
    return Limits(
        cpu_seconds=cpu,
        memory_bytes=4 * GIB + room,
        file_bytes=GIB + room,
        open_files=64,
        wall_seconds=300 + 10 * cpu,
    )


def apply(limits: Limits) -> list[str]:
    """Set them for this process, for good. Returns those that this system does not have."""
    wanted = {
        "CPU": limits.cpu_seconds,
        "AS": limits.memory_bytes,
        "FSIZE": limits.file_bytes,
        "NOFILE": limits.open_files,
        "CORE": 0,
    }
    missing = []
    for name, value in wanted.items():
        kind = getattr(resource, f"RLIMIT_{name}")
        _, most = resource.getrlimit(kind)
        value = value if most == resource.RLIM_INFINITY else min(value, most)
        # At the lower limit on CPU time comes a signal that says so, at the upper one a kill that says nothing.
        last = value + 5 if name == "CPU" and most == resource.RLIM_INFINITY else value
        try:
            resource.setrlimit(kind, (value, last))
        except (ValueError, OSError) as error:
            missing.append(f"{_NAMES[name]}: {error}")
    if sys.platform == "darwin":
        missing.append(f"{_NAMES['AS']}: macOS does not enforce it")
    return missing


_NAMES = {
    "CPU": "the limit on CPU time",
    "AS": "the limit on memory",
    "FSIZE": "the limit on the size of files",
    "NOFILE": "the limit on open files",
    "CORE": "the ban on core dumps",
}


def reason_of(exit_code: int, limits: Limits) -> str:
    """Why a child ended that said nothing: the limit it hit, or how it ended."""
    if exit_code == -signal.SIGXCPU:
        return f"used more than {limits.cpu_seconds:,} s of CPU time"
    if exit_code == -signal.SIGXFSZ:
        return f"wrote a temporary file of more than {size(limits.file_bytes)}"
    if exit_code < 0:
        return f"was killed by signal {-exit_code} ({signal.Signals(-exit_code).name})"
    return f"ended with exit code {exit_code}"


def reason_of_error(error: BaseException, limits: Limits) -> str:
    """The limit that an error in the child comes from; empty: none."""
    if isinstance(error, MemoryError):
        return f"needed more than {size(limits.memory_bytes)} of memory"
    if isinstance(error, OSError) and error.errno == 24:
        return f"opened more than {limits.open_files} files"
    if isinstance(error, OSError) and error.errno == 27:
        return f"wrote a temporary file of more than {size(limits.file_bytes)}"
    return ""


def size(count: int) -> str:
    """A size for people: `4 GiB`."""
    return f"{count / GIB:.3g} GiB"
