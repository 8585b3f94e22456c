"""A local folder as object store.

Each blob is a plain file at its natural path, so a person may read and edit it. Its generation is the file's
modification time in nanoseconds: every `put` stamps a time later than the one before it, and an edit by hand
changes it too. So no generation has to be kept beside the blob, and none can go stale. (Only two edits by
other programs within one tick of the system's clock, some 4 ms, look like one.)
"""

from __future__ import annotations

import errno
import fcntl
import os
import shutil
import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from synth_core.adapters.blob_names import RESERVED, check_name
from synth_core.errors import ConflictError, ProjectError
from synth_core.ports import BlobStat

COARSE_CLOCK = 2_000_000_000
"""The coarsest step of a file system's modification times in nanoseconds (FAT)."""


class FolderStore:
    """Blobs as files below `root`, which is made by the first `put`.

    Safe across threads and processes of one machine. A crash leaves the old blob or the new one, never half.
    """

    def __init__(self, root: Path) -> None:
        self.root = root.absolute()

    def put(self, name: str, data: bytes, *, if_generation: int | None = None) -> int:
        """See `ObjectStore.put`. Raises ProjectError when the folder can't be written."""

        def fill(file: BinaryIO) -> None:
            file.write(data)

        return self._replace(name, fill, if_generation)

    def put_file(self, name: str, path: Path) -> int:
        """See `ObjectStore.put_file`."""

        def fill(file: BinaryIO) -> None:
            with path.open("rb") as source:
                shutil.copyfileobj(source, file, 1 << 20)

        return self._replace(name, fill, None)

    def begin(self, name: str) -> FolderUpload:
        """See `ObjectStore.begin`."""
        path = self._path(name)
        with _told(name):
            _make(path.parent, name)
            return FolderUpload(_temporary(path), lambda temporary, file: self._place(name, temporary, file))

    def join(self, name: str, parts: Sequence[str]) -> int:
        """See `ObjectStore.join`."""

        def fill(file: BinaryIO) -> None:
            for part in parts:
                with Path(part).open("rb") as source:
                    shutil.copyfileobj(source, file, 1 << 20)

        return self._replace(name, fill, None)

    def get(self, name: str) -> tuple[bytes, int]:
        """See `ObjectStore.get`."""
        with self.open(name) as file:
            while True:
                before = _generation(os.fstat(file.fileno()))
                data = file.read()
                # Our own writes replace the file whole; an editor may rewrite it in place while we read.
                if _generation(os.fstat(file.fileno())) == before:
                    return data, before
                file.seek(0)

    def open(self, name: str) -> BinaryIO:
        """See `ObjectStore.open`."""
        path = self._path(name)
        with _told(name):
            self._check_link(name, path)
            try:
                return path.open("rb")
            except (FileNotFoundError, IsADirectoryError, NotADirectoryError):
                raise FileNotFoundError(errno.ENOENT, "there is no such blob", str(path)) from None

    def stat(self, name: str) -> BlobStat:
        """See `ObjectStore.stat`."""
        with self.open(name) as file:
            status = os.fstat(file.fileno())
            return BlobStat(name=name, size=status.st_size, generation=_generation(status))

    def list(self, prefix: str = "") -> Iterator[str]:
        """See `ObjectStore.list`."""
        # Only the folder that the prefix names can hold matches.
        folder = prefix.rpartition("/")[0]
        start = self._path(folder) if folder else self.root
        names: list[str] = []
        for place, folders, files in os.walk(start):
            folders[:] = [name for name in folders if not name.startswith(RESERVED)]
            inside = Path(place).relative_to(self.root).as_posix()
            before = "" if inside == "." else f"{inside}/"
            names += [before + file for file in files if not file.startswith(RESERVED)]
        return iter(sorted(name for name in names if name.startswith(prefix)))

    def delete(self, name: str, *, if_generation: int | None = None) -> None:
        """See `ObjectStore.delete`."""
        path = self._path(name)
        if not path.is_file():
            return
        with _told(name), self._lock(), suppress(FileNotFoundError):
            if if_generation is not None:
                _compare(name, if_generation, _generation(path.stat()))
            path.unlink()

    def _path(self, name: str) -> Path:
        """Where the blob is. One name means one path: nothing to normalise, nothing outside the root."""
        return self.root.joinpath(*check_name(name))

    def _check_link(self, name: str, path: Path) -> None:
        """A link may lead to elsewhere in its folder, and the folder itself may be one; out of it none leads."""
        top = name.partition("/")[0]
        home = self.root / top if "/" in name else self.root
        if not path.resolve().is_relative_to(home.resolve()):
            raise ProjectError(
                f"{name} is a link that leads out of its folder.", hint="Put the file itself there."
            )

    def _replace(self, name: str, fill: Callable[[BinaryIO], None], if_generation: int | None) -> int:
        path = self._path(name)
        with _told(name):
            _make(path.parent, name)
            temporary = _temporary(path)
            try:
                with temporary.open("xb") as file:
                    fill(file)
                    return self._place(name, temporary, file, if_generation)
            finally:
                temporary.unlink(missing_ok=True)

    def _place(self, name: str, temporary: Path, file: BinaryIO, if_generation: int | None = None) -> int:
        """Give a file that is written its name."""
        path = self._path(name)
        with _told(name):
            file.flush()
            os.fsync(file.fileno())
            # All slow work is done: the lock is held only to compare and to rename.
            with self._lock():
                found = _generation(path.stat()) if path.exists() else 0
                if if_generation is not None:
                    _compare(name, if_generation, found)
                generation = _stamp(temporary, after=found)
                temporary.replace(path)
                _sync_folder(path.parent)
            return generation

    @contextmanager
    def _lock(self) -> Iterator[None]:
        """One writer at a time; the system lets go of the lock when a process dies."""
        with (self.root / f"{RESERVED}lock").open("ab") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield


class FolderUpload:
    """See `ports.Upload`: a temporary file beside the blob, which other programs' lists pass over."""

    def __init__(self, temporary: Path, place: Callable[[Path, BinaryIO], int]) -> None:
        self._temporary, self._place = temporary, place
        self._file: BinaryIO = temporary.open("xb")

    def write(self, data: bytes, /) -> None:
        """See `Upload.write`."""
        with _told(self._temporary.name):
            self._file.write(data)

    def commit(self) -> int:
        """See `Upload.commit`."""
        with self._file:
            return self._place(self._temporary, self._file)

    def discard(self) -> None:
        """See `Upload.discard`."""
        # No space is left, say: then closing fails as well.
        with suppress(OSError):
            self._file.close()
        with suppress(OSError):
            self._temporary.unlink(missing_ok=True)


def _temporary(path: Path) -> Path:
    """A name beside the file that nobody else has."""
    return path.parent / f"{RESERVED}new-{uuid.uuid4().hex}"


def _compare(name: str, expected: int, found: int) -> None:
    """Raise ConflictError unless they are the same generation."""
    if expected != found:
        raise ConflictError(
            f"{name} was changed by someone else: expected generation {expected}, found {found}.",
            hint="Read it again and repeat the change.",
        )


def _generation(status: os.stat_result) -> int:
    # Archives with times before 1970 exist; a generation is never 0.
    return max(status.st_mtime_ns, 1)


def _stamp(path: Path, *, after: int) -> int:
    """Give the file a modification time later than `after`, and return it as the file system keeps it."""
    wanted = max(time.time_ns(), after + 1)
    os.utime(path, ns=(wanted, wanted))
    if _generation(path.stat()) <= after:
        os.utime(path, ns=(wanted, after + COARSE_CLOCK))
    return _generation(path.stat())


def _sync_folder(folder: Path) -> None:
    """Make the rename itself last a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def _told(name: str) -> Iterator[None]:
    """The system's refusals as an error that names the blob; FileNotFoundError is part of the port."""
    try:
        yield
    except FileNotFoundError:
        raise
    except OSError as error:
        raise _refused(name, error) from error


def _make(folder: Path, name: str) -> None:
    """The folder of a blob. Where it can't be made because its own is missing, no blob is."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except FileNotFoundError as error:
        raise _refused(name, error) from error


def _refused(name: str, error: OSError) -> ProjectError:
    return ProjectError(
        f"{name} can't be read or written: {error.strerror or error}.",
        hint="Check the folder's rights, free space and that no file stands where a folder is needed.",
    )
