"""The place of a run's finished files: a folder, or objects below an address in Cloud Storage.

A file is written in the worker's own folder, and gets its place when it is whole; an object goes up piece by piece
while it is made, so that nothing of it stays on this machine. Until it is whole nobody sees it there.
"""

from __future__ import annotations

import hashlib
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple, Protocol

from synth_core.errors import TargetError
from synth_core.execution.state import FileReceipt
from synth_core.files.shape import safe_name
from synth_core.files.sinks import FileSink, Sink
from synth_core.model.places import is_bucket
from synth_core.ports import ObjectStore, Upload
from synth_core.wiring import bucket_location, open_files

CHUNK = 1 << 20


class Placed(NamedTuple):
    """Where a file is now."""

    path: str
    """Its address: absolute path or `gs://…`."""
    generation: int = 0
    """Of the object; 0 for a file."""


class Pending(Sink, Protocol):
    """A finished file before it is finished."""

    @property
    def placed(self) -> Placed:
        """Where it is; only after `commit`."""
        ...


class _PendingFile(FileSink):
    """In the worker's folder until it is whole."""

    def __init__(self, path: Path, target: Path) -> None:
        super().__init__(path)
        self._target = target

    def commit(self) -> None:
        super().commit()
        self._target.parent.mkdir(parents=True, exist_ok=True)
        _move(self.path, self._target)

    @property
    def placed(self) -> Placed:
        return Placed(str(self._target))


class _PendingObject:
    """On its way up."""

    def __init__(self, store: ObjectStore, name: str, address: str) -> None:
        self._store, self._name, self._address = store, name, address
        self._upload: Upload | None = None
        self._generation = 0

    @property
    def place(self) -> str:
        return self._address

    def open(self) -> None:
        self._upload = self._store.begin(self._name)

    def write(self, data: Any, /) -> None:
        assert self._upload is not None
        self._upload.write(data)

    def commit(self) -> None:
        assert self._upload is not None
        self._generation = self._upload.commit()

    def discard(self) -> None:
        if self._upload is not None:
            self._upload.discard()

    @property
    def placed(self) -> Placed:
        return Placed(self._address, self._generation)


class Output:
    """Takes finished files in, and gives them back. The address is that of one run; nothing is opened before it is
    needed, so that a run that can't open it has begun, and its failure stands in the audit."""

    def __init__(self, address: str) -> None:
        self.address = address

    @cached_property
    def _store(self) -> ObjectStore | None:
        return open_files(self.address) if is_bucket(self.address) else None

    def location(self) -> str:
        """Where the bucket is; empty for a folder, and where the caller may not know. Raises TargetError when there is
        no such bucket."""
        return bucket_location(self.address)

    def begin(self, table: str, name: str, folder: Path) -> Pending:
        """A new file of the table, of that name. What must be on this machine until it is whole is in the folder."""
        inside = f"{safe_name(table)}/{name}"
        if self._store is None:
            return _PendingFile(folder / name, Path(self.address, inside).absolute())
        return _PendingObject(self._store, inside, f"{self.address}/{inside}")

    def is_there(self, receipt: FileReceipt) -> bool:
        """The file of the receipt is there, whole, and no other one."""
        if self._store is None:
            path = Path(receipt.path)
            return path.exists() and path.stat().st_size == receipt.bytes
        try:
            found = self._store.stat(self._inside(receipt))
        except FileNotFoundError:
            return False
        return (found.size, found.generation) == (receipt.bytes, receipt.generation)

    def local(self, receipt: FileReceipt, folder: Path) -> Path:
        """The file as one of this machine: itself, or a copy of the object in the folder. Raises TargetError when it is
        not what was written any more."""
        if self._store is None:
            return Path(receipt.path)
        folder.mkdir(parents=True, exist_ok=True)
        copy = folder / Path(receipt.path).name
        digest = hashlib.sha256()
        try:
            with self._store.open(self._inside(receipt)) as reader, copy.open("wb") as writer:
                while chunk := reader.read(CHUNK):
                    digest.update(chunk)
                    writer.write(chunk)
        except FileNotFoundError:
            raise TargetError(f"{receipt.path} is not there any more.", hint="Resume the run.") from None
        if digest.hexdigest() != receipt.sha256:
            raise TargetError(f"{receipt.path} is not what was written any more.", hint="Resume the run.")
        return copy

    def _inside(self, receipt: FileReceipt) -> str:
        return receipt.path.removeprefix(f"{self.address}/")


def _move(source: Path, target: Path) -> None:
    """Into place in one step on the same file system; else by a copy beside the target."""
    try:
        source.replace(target)
    except OSError:
        beside = target.with_name(f".{target.name}.part")
        with source.open("rb") as reader, beside.open("wb") as writer:
            while chunk := reader.read(CHUNK):
                writer.write(chunk)
        beside.replace(target)
        source.unlink()
