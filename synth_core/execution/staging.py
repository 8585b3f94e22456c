"""Staged input: a run's copy of what it was inferred from, at `…/staging/<batch id>/<table>/`.

The pipeline that we replace leaves such a copy in the bucket for whoever works on it, every file with a header. It
holds real rows, so it goes when the run ends, unless it is to be kept.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

from synth_core.errors import PlanError, SynthError
from synth_core.files.header import can_be_joined, with_header, write_header
from synth_core.files.shape import safe_name, staging_folder
from synth_core.model.base import Frozen
from synth_core.model.places import PlaceKind, is_bucket, parse_place
from synth_core.model.project import Project, SourceKind, Table
from synth_core.ports import ObjectStore, Warehouse
from synth_core.wiring import open_store

Opener = Callable[[str], Warehouse]
_HEADER = "header"


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

    def check(self) -> None:
        """Raise PlanError when the input can't be staged there."""
        check_staging(self._project.source_places, self.address)

    def stage(self, table: Table, open_source: Opener, scratch: Path) -> None:
        """Copy the table's input. The scratch folder is on this machine and goes with the run."""
        store = open_store(self.address)
        folder = safe_name(table.name)
        if table.source.kind is SourceKind.WAREHOUSE:
            self._from_warehouse(store, table, folder, open_source, scratch)
            return
        names = _names(table.source.files)
        for file, name in zip(table.source.files, names, strict=True):
            if table.is_headerless:
                _bring_with_header(store, f"{folder}/{name}", file, table, scratch)
            else:
                _bring(store, f"{folder}/{name}", file, scratch)

    def remove(self) -> list[str]:
        """Remove whatever is staged; in words, what can't be removed."""
        if not is_bucket(self.address):
            return _remove_folder(Path(self.address))
        try:
            store = open_store(self.address)
            names = list(store.list())
        except SynthError as error:
            return [f"{self.address} can't be removed and may hold rows of the source: {error}"]
        left = []
        for name in names:
            try:
                store.delete(name)
            except SynthError as error:
                left.append(f"{self.address}/{name} can't be removed and holds rows of the source: {error}")
        return left

    def _from_warehouse(
        self, store: ObjectStore, table: Table, folder: str, open_source: Opener, scratch: Path
    ) -> None:
        warehouse = open_source(table.source.uri)
        try:
            if parse_place(table.source.uri).kind is PlaceKind.BIGQUERY:
                warehouse.extract(table.name, f"{self.address}/{folder}", table)
                return
            for path in warehouse.export(table.name, scratch):
                store.put_file(f"{folder}/{path.name}", path)
                path.unlink()
        finally:
            warehouse.close()


def check_staging(kinds: object, address: str) -> None: ...


def _names(files: tuple[str, ...]) -> list[str]:
    """A name for each file, its own where no other has it."""
    names = [safe_name(file.rpartition("/")[2]) for file in files]
    return [name if names.count(name) == 1 else f"{number:04}-{name}" for number, name in enumerate(names)]


def _bring(store: ObjectStore, name: str, file: str, scratch: Path) -> None:
    """Copy a file into the store."""
    if not is_bucket(file):
        store.put_file(name, Path(file))
        return


def _remove_folder(path: Path) -> list[str]:
    try:
        shutil.rmtree(path)
    except FileNotFoundError:
        return []
    except OSError as error:
        return [f"{path} can't be removed and holds rows of the source: {error.strerror or error}."]
    return []
