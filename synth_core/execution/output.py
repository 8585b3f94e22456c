"""The place of a run's finished files: a folder, or objects below an address in Cloud Storage.

A file is written in the worker's own folder, and gets its place when it is whole; until then nobody sees it there.
"""

from __future__ import annotations

import hashlib
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

from synth_core.errors import TargetError
from synth_core.execution.state import FileReceipt
from synth_core.files.shape import safe_name
from synth_core.model.places import is_bucket
from synth_core.ports import ObjectStore
from synth_core.wiring import bucket_location, open_files

CHUNK = 1 << 20


class Placed(NamedTuple):
    """Where a file is now."""

    path: str
    """Its address: absolute path or `gs://…`."""
    generation: int = 0
    """Of the object; 0 for a file."""


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

    def put(self, source: Path, table: str, name: str) -> Placed:
        """Move a whole file to its place as the table's file of that name."""
        inside = f"{safe_name(table)}/{name}"
        if self._store is None:
            target = Path(self.address, inside).absolute()
            target.parent.mkdir(parents=True, exist_ok=True)
            _move(source, target)
            return Placed(str(target))
        generation = self._store.put_file(inside, source)
        found = self._store.stat(inside)
        if (found.size, found.generation) != (source.stat().st_size, generation):
            raise TargetError(
                f"{self.address}/{inside} was changed while it was written.", hint="Resume the run."
            )
        source.unlink()
        return Placed(f"{self.address}/{inside}", generation)

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
