"""Which adapter serves a URI: the one place, besides the command line, that knows adapters."""

from __future__ import annotations

from pathlib import Path

from synth_core.adapters.duckdb import DuckDBWarehouse
from synth_core.adapters.folder import FolderStore
from synth_core.adapters.local_processes import LocalProcesses
from synth_core.adapters.rules import RulesModel
from synth_core.errors import UsageError
from synth_core.model.places import PlaceKind, parse_place
from synth_core.ports import Model, ObjectStore, RunBackend, Warehouse


def open_store(home: str | Path) -> ObjectStore:
    """The store of projects and runs."""
    return FolderStore(Path(home))


def open_warehouse(uri: str, *, read_only: bool = False) -> Warehouse:
    """The warehouse behind `duckdb:PATH`. Raises UsageError for another kind of address."""
    place = parse_place(uri)
    if place.kind is not PlaceKind.DUCKDB:
        raise UsageError(f"{uri!r} names no warehouse.", hint="Write `duckdb:PATH`.")
    return DuckDBWarehouse(Path(place.path).expanduser().absolute(), read_only=read_only)


def open_source(uri: str) -> Warehouse:
    """The same, for reading only."""
    return open_warehouse(uri, read_only=True)


def open_model() -> Model:
    """Who drafts: our rules."""
    return RulesModel()


def open_backend() -> RunBackend:
    """Where workers run: processes of this machine."""
    return LocalProcesses()
