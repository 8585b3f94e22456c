"""Staged input: a run's copy of what it was inferred from, at `…/staging/<batch id>/<table>/`.

The pipeline that we replace leaves such a copy in the bucket for whoever works on it, every file with a header. It
holds real rows, so it goes when the run ends, unless it is to be kept.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from synth_core.errors import SourceError, SynthError, TargetError
from synth_core.files.header import can_be_joined, with_header, write_header
from synth_core.files.shape import output_kind, safe_name, staging_folder
from synth_core.model.base import Frozen
from synth_core.model.dialect import Dialect
from synth_core.model.places import is_bucket, is_remote, parse_place
from synth_core.model.project import Project, SourceKind, Table
from synth_core.ports import ObjectStore, Warehouse
from synth_core.stages.approve import check_staging
from synth_core.wiring import open_bucket, open_files

Opener = Callable[[str], Warehouse]
CHUNK = 1 << 20


class StagedInput(Frozen):
    """Where a table's input is staged."""

    input: str
    """The address of all of it, with `*`."""
    header: str | None = None
    """The same where the predicted header was put on top, as the source has none."""


class Staging:
    """The staged input of one run, at its own address."""

    def __init__(self, home: Path, project: Project, run_id: str) -> None:
        self._project = project
        self.address = staging_folder(home, project.target, run_id)

    def expected(self, table: Table) -> StagedInput:
        """Where the table's input will be."""
        place = f"{self.address}/{safe_name(table.name)}/*"
        return StagedInput(input=place, header=place if table.is_headerless else None)

    def check(self, open_source: Opener, location: str) -> None:
        """Raise PlanError, or SourceError, when the input can't be staged there; `location` is the bucket's."""
        check_staging(self._project.source, self.address)
        sources = (table.source for table in self._project.tables)
        for uri in dict.fromkeys(each.uri for each in sources if each.kind is SourceKind.WAREHOUSE):
            warehouse = open_source(uri)
            try:
                warehouse.check_extract(location)
            finally:
                warehouse.close()

    def stage(self, table: Table, open_source: Opener, scratch: Path) -> None:
        """Copy the table's input. The scratch folder is on this machine and goes with the run."""
        try:
            self._stage(table, open_source, scratch)
        except OSError as error:
            raise TargetError(
                f"The input of {table.name} can't be copied to {self.address}: {error.strerror or error}.",
                hint="Is it still there, and is there room?",
            ) from error

    def _stage(self, table: Table, open_source: Opener, scratch: Path) -> None:
        folder = safe_name(table.name)
        if table.source.kind is SourceKind.WAREHOUSE:
            self._extract(table, folder, open_source, scratch)
            return
        store = open_files(self.address)
        for file, name in zip(table.source.files, _names(table.source.files), strict=True):
            if table.is_headerless:
                _put_with_header(store, f"{self.address}/{folder}", f"{folder}/{name}", file, table, scratch)
            else:
                _put(store, f"{folder}/{name}", file, is_bucket(self.address), scratch)

    def remove(self) -> list[str]:
        """Remove whatever is staged; in words, what can't be removed."""
        if not is_bucket(self.address):
            return _remove_folder(Path(self.address))
        left: list[str] = []
        try:
            store = open_files(self.address)
            for name in list(store.list()):
                try:
                    store.delete(name)
                except SynthError as error:
                    left.append(f"Staged input is left, which holds rows of the source: {error}")
            # Looked at again: nobody shall believe that real rows are gone when they are not.
            if not left and (still := list(store.list())):
                listed = ", ".join(f"{self.address}/{name}" for name in still)
                left.append(f"Staged input is left, which holds rows of the source: {listed}.")
        except SynthError as error:
            left.append(f"Staged input may be left, which holds rows of the source: {error}")
        return left

    def _extract(self, table: Table, folder: str, open_source: Opener, scratch: Path) -> None:
        kind = output_kind(table)
        dialect = _extracted(table.dialect.value) if table.dialect else None
        warehouse = open_source(table.source.uri)
        try:
            if is_remote(table.source.uri):
                # A job of the warehouse's own writes the objects.
                warehouse.extract(table.own_name, f"{self.address}/{folder}", kind=kind, dialect=dialect)
                return
            store = open_files(self.address)
            place = scratch / folder
            for path in map(Path, warehouse.extract(table.own_name, str(place), kind=kind, dialect=dialect)):
                store.put_file(f"{folder}/{path.name}", path)
            shutil.rmtree(place)
        finally:
            warehouse.close()


def _extracted(dialect: Dialect) -> Dialect:
    """What of a chosen dialect an extract job can keep; there is always a header."""
    return Dialect(delimiter=dialect.delimiter, compression=dialect.compression)


def _names(files: tuple[str, ...]) -> list[str]:
    """A name for each file: its own, and all of them numbered where two have the same (only some would not do: a file
    may be called `0001-a.csv`)."""
    names = [safe_name(file.rpartition("/")[2]) for file in files]
    if len(set(names)) == len(names):
        return names
    return [f"{number:04}-{name}" for number, name in enumerate(names)]


def _put(store: ObjectStore, name: str, file: str, is_remote_store: bool, scratch: Path) -> None:
    """Copy a file into the store; the cloud copies its own objects by itself."""
    if is_bucket(file) is is_remote_store:
        store.join(name, [file])
        return
    copy = scratch / name.rpartition("/")[2] if is_bucket(file) else Path(file)
    if is_bucket(file):
        with _opened(file) as reader, copy.open("wb") as writer:
            shutil.copyfileobj(reader, writer, CHUNK)
    store.put_file(name, copy)
    if is_bucket(file):
        copy.unlink()


def _put_with_header(
    store: ObjectStore, address: str, name: str, file: str, table: Table, scratch: Path
) -> None:
    """The same, with the header that was predicted on top. In the cloud the header is an object of its own that is
    joined with the source, which needs no download."""
    assert table.dialect is not None
    dialect = table.dialect.value
    made = scratch / name.rpartition("/")[2]
    if can_be_joined(dialect) and is_bucket(file) and is_bucket(address):
        write_header(made, table.columns, dialect)
        store.put_file(f"{name}.header", made)
        store.join(name, [f"{address}/{made.name}.header", file])
        store.delete(f"{name}.header")
    else:
        with _opened(file) as reader:
            with_header(reader, made, table.columns, dialect, file)
        store.put_file(name, made)
    made.unlink()


@contextmanager
def _opened(file: str) -> Iterator[BinaryIO]:
    """A file of the source for reading, here or in a bucket."""
    try:
        with _stream(file) as stream:
            yield stream
    except FileNotFoundError:
        raise SourceError(f"{file} is not there any more.", hint="Infer the source again.") from None


def _stream(file: str) -> BinaryIO:
    if not is_bucket(file):
        return Path(file).open("rb")
    place = parse_place(file)
    bucket = open_bucket(place.bucket)
    return bucket.open(bucket.stat(place.name))


def _remove_folder(path: Path) -> list[str]:
    try:
        shutil.rmtree(path)
        if not any(path.parent.iterdir()):
            path.parent.rmdir()
    except FileNotFoundError:
        return []
    except OSError as error:
        why = error.strerror or error
        return [f"Staged input is left, which holds rows of the source: {path} can't be removed: {why}."]
    return []
