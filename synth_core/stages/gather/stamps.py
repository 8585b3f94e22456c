"""Files as they are at a moment, so that it can be told later whether they changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

from synth_core.model.profile import FileRead
from synth_core.ports import BlobStat


def stamped(files: Sequence[str], objects: Mapping[str, BlobStat]) -> tuple[FileRead, ...]:
    """Size and last change of each file, of an object its generation; nothing is read. Those that are not there are
    left out."""
    found = []
    for file in files:
        if file in objects:
            stat = objects[file]
            found.append(FileRead(file=file, size=stat.size, stamp=str(stat.generation)))
        elif Path(file).is_file():
            seen = Path(file).stat()
            at = datetime.fromtimestamp(seen.st_mtime_ns / 1e9, UTC)
            found.append(FileRead(file=file, size=seen.st_size, stamp=at.isoformat(timespec="microseconds")))
    return tuple(found)
