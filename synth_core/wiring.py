"""Which adapter serves a URI: the one place, besides the command line, that knows adapters."""

from __future__ import annotations

import re
from pathlib import Path

from synth_core.adapters.duckdb import DuckDBWarehouse
from synth_core.adapters.folder import FolderStore
from synth_core.adapters.local_processes import LocalProcesses
from synth_core.adapters.rules import RulesModel
from synth_core.errors import UsageError
from synth_core.ports import Model, ObjectStore, RunBackend, Warehouse


def open_store(home: str | Path) -> ObjectStore:
    """The store of projects and runs."""
    return FolderStore(Path(home))


def open_warehouse(uri: str, *, read_only: bool = False) -> Warehouse:
    """The warehouse behind `duckdb:PATH`. Raises UsageError for another kind of URI."""
    kind, sign, place = uri.partition(":")
    if not sign or kind != "duckdb" or not place:
        raise UsageError(f"{uri!r} names no warehouse.", hint="Write `duckdb:PATH`.")
    return DuckDBWarehouse(Path(place).expanduser().absolute(), read_only=read_only)


def open_source(uri: str) -> Warehouse:
    """The same, for reading only."""
    return open_warehouse(uri, read_only=True)


def is_warehouse(uri: str) -> bool:
    """The URI names a warehouse rather than a folder."""
    return uri.startswith("duckdb:")


def absolute(uri: str) -> str:
    """A TARGET as it holds from any folder. Raises UsageError for a place that we don't know how to reach."""
    if is_warehouse(uri):
        place = uri.partition(":")[2]
        if not place:
            raise UsageError(f"{uri!r} names no file.", hint="Write `duckdb:PATH`.")
        return f"duckdb:{_absolute(place)}"
    if not uri or re.match(r"[A-Za-z][A-Za-z0-9+.-]+:", uri):
        raise UsageError(
            f"{uri!r} is no place that can be reached.",
            hint="Write `duckdb:PATH` or a folder"
            + (f"; a folder of that name is `./{uri}`." if uri else "."),
        )
    return _absolute(uri)


def _absolute(path: str) -> str:
    return str(Path(path).expanduser().absolute())


def open_model() -> Model:
    """Who drafts: our rules."""
    return RulesModel()


def open_backend() -> RunBackend:
    """Where workers run: processes of this machine."""
    return LocalProcesses()
