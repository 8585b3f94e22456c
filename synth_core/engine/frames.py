"""What the child process writes to its parent: frames of a kind, a number (which table, which job), and bytes."""

from __future__ import annotations

import struct
from typing import BinaryIO

BATCH = b"B"
"""Rows of a table as an Arrow IPC stream."""
WIDEN = b"W"
"""A column's type, guessed from the first rows, does not hold: JSON with table, column and kind."""
ERROR = b"E"
"""JSON with message and hint."""
REPORT = b"R"
"""What Snowfakery's validator says, as a JSON list; the number is the job's."""
JOB_DONE = b"J"
"""All rows of a job are sent; the number is the job's."""
NOTE = b"N"
"""A JSON list of the limits and walls that this system does not have."""
DONE = b"D"
"""Nothing follows."""

_HEAD = struct.Struct("<cIQ")
MAX_FRAME = 1 << 31


def write_frame(stream: BinaryIO, kind: bytes, table: int, data: bytes) -> None:
    """One frame, whole."""
    stream.write(_HEAD.pack(kind, table, len(data)))
    stream.write(data)
    stream.flush()


def read_frame(stream: BinaryIO) -> tuple[bytes, int, bytes] | None:
    """(kind, table, bytes); None when the stream ends, also in the middle of a frame."""
    head = stream.read(_HEAD.size)
    if len(head) < _HEAD.size:
        return None
    kind, table, length = _HEAD.unpack(head)
    if length > MAX_FRAME:
        return None
    data = stream.read(length)
    return (kind, table, data) if len(data) == length else None
