"""Folders and files of this machine, at a glance."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from synth_core.adapters.paging import take_sorted
from synth_core.errors import SourceError
from synth_core.files.json_form import HEAD, holds_rows
from synth_core.model.listing import Entry, EntryKind, Listing
from synth_core.model.sources import is_json, is_table


class FolderFiles:
    """Folders and files in a folder, those with a point in front left out; or one file."""

    def __init__(self, path: Path) -> None:
        self._path = path.expanduser().absolute()

    def list(self, *, search: str = "", limit: int = 50, token: str = "") -> Listing:
        """See `Catalogue.list`. Rows are known of Parquet files."""
        try:
            paths = sorted(self._path.iterdir()) if self._path.is_dir() else [self._path]
            paths.sort(key=lambda each: not each.is_dir())
            found, following, looked_at = take_sorted(
                [each for each in paths if not each.name.startswith(".") or each == self._path],
                lambda each: search.casefold() in each.name.casefold(),
                limit,
                token,
            )
            entries = tuple(map(_entry, found))
        except OSError as error:
            raise SourceError(
                f"{error.filename or self._path} can't be listed: {error.strerror or error}.",
                hint="Name a folder or file that is there, or `duckdb:PATH`.",
            ) from error
        return Listing(place=str(self._path), entries=entries, next_token=following, looked_at=looked_at)


def _is_table(path: Path) -> bool:
    """What can't be opened is one by its name: who chooses it is told why."""
    if not is_json(path.name) or not os.access(path, os.R_OK):
        return is_table(path.name)
    with path.open("rb") as stream:
        return holds_rows(path.name, stream.read(HEAD))


def _entry(path: Path) -> Entry:
    status = path.stat() if path.exists() or not path.is_symlink() else os.lstat(path)
    changed = datetime.fromtimestamp(status.st_mtime, UTC)
    if path.is_dir():
        return Entry(kind=EntryKind.FOLDER, name=f"{path.name}/", uri=str(path), changed=changed)
    if not path.is_file() or not _is_table(path):
        return Entry(kind=EntryKind.OTHER, name=path.name, uri="", bytes=status.st_size, changed=changed)
    rows, about = _rows(path)
    return Entry(
        kind=EntryKind.FILE,
        name=path.name,
        uri=str(path),
        rows=rows,
        bytes=status.st_size,
        changed=changed,
        about=about,
    )


def _rows(path: Path) -> tuple[int | None, str]:
    """What a Parquet file says at its end, or why it can't."""
    if path.suffix.lower() != ".parquet":
        return None, ""
    try:
        return pq.read_metadata(path).num_rows, ""
    except (pa.ArrowException, OSError) as error:
        return None, f"can't be read: {error}".splitlines()[0]
