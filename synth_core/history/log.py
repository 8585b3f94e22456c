"""The history of a project as it lies in the store, below `<project>/versions/`:

    records/000012.json   what version 12 is: created once, never changed
    records/000012.done   its files are in place
    texts/<sha256>.gz     the contents of files, once each
    staged/               files that are no part of versions, while a save moves them into place
    approvals/            earlier approvals; the latest is `approved.json`

Creating the record is the moment at which a save happens: of several writers one creates it. Its files are put into
place afterwards, by the writer or, if that was killed, by whoever comes next.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from typing import TypeVar

from pydantic import ValidationError

from synth_core.errors import ConflictError, ProjectError
from synth_core.history.contents import Contents, digest
from synth_core.model.base import Frozen
from synth_core.model.version import Approval, Version
from synth_core.ports import ObjectStore

_RECORD = re.compile(r"(\d{6,})\.json")


class Record(Frozen):
    """A version, and what is to be done so that the project's folder is like it."""

    version: Version
    writes: dict[str, int] = {}
    """The files to write (or to delete, where the version has none), with the generations that they replace."""
    staged: dict[str, str] = {}
    """Files that are written along and that the version does not keep: what they are called in `staged`."""


Model = TypeVar("Model", bound=Frozen)


class VersionLog:
    """Reads and writes the history of one project."""

    def __init__(self, store: ObjectStore, project: str) -> None:
        self._store = store
        self._folder = f"{project}/versions"
        self._project = project
        self.contents = Contents(store, f"{self._folder}/texts")
        self._known = 0
        """A version that is there; later ones are looked for one by one."""

    def numbers(self) -> list[int]:
        """All versions, oldest first."""
        prefix = f"{self._folder}/records/"
        names = (_RECORD.fullmatch(name.removeprefix(prefix)) for name in self._store.list(prefix))
        return sorted(int(match[1]) for match in names if match)

    def version(self, number: int) -> Version:
        """Raises ProjectError when there is no such version."""
        return self.record(number).version

    def record(self, number: int) -> Record:
        """Raises ProjectError when there is no such version."""
        name = self._record(number, "json")
        try:
            data, _ = self._store.get(name)
        except FileNotFoundError:
            raise ProjectError(
                f"{self._project} has no version {number}.",
                hint=f"`synth versions {self._project}` lists them.",
            ) from None
        return self._parsed(Record, name, data)

    def latest(self) -> Version | None:
        """The newest version, its files in place; None where nothing was recorded yet."""
        number = self._known or max(self.numbers(), default=0)
        while self.has(number + 1):
            number += 1
        self._known = number
        if not number:
            return None
        record = self.record(number)
        if record.writes and not self._exists(self._record(number, "done")):
            self.finish(record)
        return record.version

    def has(self, number: int) -> bool:
        """There is a version of that number."""
        return self._exists(self._record(number, "json"))

    def append(self, record: Record) -> bool:
        """Create the record; False when somebody else has created one of that number."""
        number = record.version.number
        try:
            self._store.put(self._record(number, "json"), _dump(record), if_generation=0)
        except ConflictError:
            # The store may have answered a repeated request: then the record there is this one.
            return self.record(number) == record
        return True

    def finish(self, record: Record) -> None:
        """Bring the project's files into the record's state. A file that is not of the generation that it replaces is
        in place already, or was edited since: it stays."""
        for file, generation in record.writes.items():
            self._write(record, file, generation)
        for name in record.staged.values():
            self._store.delete(self._staged(name))
        with suppress(ConflictError):
            self._store.put(self._record(record.version.number, "done"), b"", if_generation=0)

    def stage(self, name: str, data: bytes) -> None:
        """Lay down a file that is no part of versions, until a record's files are in place; the name is nobody
        else's."""
        # A client repeats only what has a condition; the second answer may then be that it is there already.
        with suppress(ConflictError):
            self._store.put(self._staged(name), data, if_generation=0)

    def unstage(self, name: str) -> None:
        """Remove it again."""
        self._store.delete(self._staged(name))

    def approvals(self) -> Iterator[Approval]:
        """Those that were replaced by later ones."""
        for name in self._store.list(f"{self._folder}/approvals/"):
            yield self._parsed(Approval, name, self._store.get(name)[0])

    def keep_approval(self, approval: Approval) -> None:
        """Remember an approval; one that is known already is not written again."""
        data = _dump(approval)
        name = f"{self._folder}/approvals/{approval.version:06}-{digest(data)[:16]}.json"
        with suppress(ConflictError):
            self._store.put(name, data, if_generation=0)

    def _write(self, record: Record, file: str, generation: int) -> None:
        name = f"{self._project}/{file}"
        # What was staged is removed when it is in place.
        with suppress(ConflictError, FileNotFoundError):
            data = self._data(record, file)
            if data is None:
                self._store.delete(name, if_generation=generation)
            else:
                self._store.put(name, data, if_generation=generation)

    def _data(self, record: Record, file: str) -> bytes | None:
        if file in record.staged:
            return self._store.get(self._staged(record.staged[file]))[0]
        part = record.version.parts.get(file)
        return None if part is None else self.contents.get(part)

    def _exists(self, name: str) -> bool:
        try:
            self._store.get(name)
        except FileNotFoundError:
            return False
        return True

    def _record(self, number: int, kind: str) -> str:
        return f"{self._folder}/records/{number:06}.{kind}"

    def _staged(self, name: str) -> str:
        return f"{self._folder}/staged/{name}"

    def _parsed(self, kind: type[Model], name: str, data: bytes) -> Model:
        try:
            return kind.model_validate_json(data)
        except ValidationError:
            raise ProjectError(
                f"{name} can't be read; it was changed after it was written.",
                hint="Restore the file from a backup.",
            ) from None


def _dump(model: Frozen) -> bytes:
    return (model.model_dump_json(indent=1, exclude_defaults=True) + "\n").encode()
