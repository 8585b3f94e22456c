"""Temporary folders that go even when their process is killed: at the latest when the next one is made.

They hold rows of the source. A killed process can't remove its folder, but the system lets go of the lock that it held
on it; whoever finds such a folder unlocked removes it.
"""

from __future__ import annotations

import fcntl
import os
import re
import shutil
import tempfile
import weakref
from contextlib import suppress
from pathlib import Path
from types import TracebackType

_NEW = ".synth-new-"
"""A folder that is not locked yet: empty, so that nothing is lost if it stays."""
_NAME = re.compile(r"synth-scratch-[a-z]+-[a-z0-9_]{8}")


class ScratchFolder:
    """A context manager: a new folder `path` that only this user can read. What killed processes of this user left
    behind is removed first."""

    def __init__(self, purpose: str) -> None:
        place = Path(tempfile.gettempdir()).absolute()
        _sweep(place)
        new = Path(tempfile.mkdtemp(prefix=_NEW, dir=place))
        handle = os.open(new, os.O_RDONLY | os.O_DIRECTORY)
        # Shared, as network file systems lock only what was opened for writing in another way. Where there are no
        # locks at all, nobody can lock the folder to remove it either.
        with suppress(OSError):
            fcntl.flock(handle, fcntl.LOCK_SH)
        # Only now may it be found: a folder of that name without a lock has lost its process.
        self.path = new.rename(place / f"synth-scratch-{purpose}-{new.name.removeprefix(_NEW)}")
        self._remove = weakref.finalize(self, _remove, self.path, handle)

    def close(self) -> None:
        """Remove the folder; happens at the latest when the process ends by itself."""
        self._remove()

    def __enter__(self) -> Path:
        return self.path

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _remove(path: Path, handle: int) -> None:
    try:
        shutil.rmtree(path, ignore_errors=True)
    finally:
        os.close(handle)


def _sweep(place: Path) -> None:
    """Remove the folders whose processes are gone."""
    with os.scandir(place) as entries:
        names = [entry.name for entry in entries if _NAME.fullmatch(entry.name)]
    for name in names:
        try:
            handle = os.open(place / name, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
        except OSError:
            # Somebody else's, or its process has just removed it.
            continue
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            # In use, or on a file system that can't tell.
            os.close(handle)
            continue
        if os.fstat(handle).st_uid == os.getuid():
            _remove(place / name, handle)
        else:
            os.close(handle)
