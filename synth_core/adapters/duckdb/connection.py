"""Opening a DuckDB file, and DuckDB's errors as ours."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from synth_core.errors import SourceError, SynthError, TargetError

MAGIC = slice(8, 12)
"""Where a DuckDB file says `DUCK`."""


def open_file(path: Path, *, read_only: bool) -> duckdb.DuckDBPyConnection:
    """Connect to a DuckDB file; a missing one is made, with its folder, unless it is only to be read.

    Raises SourceError (read only) or TargetError.
    """
    kind = SourceError if read_only else TargetError
    _check(path, kind, read_only=read_only)
    with translated(kind, f"{path} can't be opened"):
        connection = duckdb.connect(path, read_only=read_only)
        connection.execute("SET enable_progress_bar = false")
        # Nothing is fetched from the network behind the user's back.
        connection.execute("SET autoinstall_known_extensions = false; SET autoload_known_extensions = false")
        return connection


def _check(path: Path, kind: type[SynthError], *, read_only: bool) -> None:
    # Before DuckDB looks: it takes an SQLite file for a wish to download its SQLite extension.
    try:
        if path.is_dir():
            raise kind(f"{path} is a folder, not a DuckDB file.", hint="Name a file in it.")
        if not path.exists():
            if read_only:
                raise kind(f"There is no file {path}.", hint="Check the path after `duckdb:`.")
            path.parent.mkdir(parents=True, exist_ok=True)
            return
        with path.open("rb") as file:
            head = file.read(MAGIC.stop)
    except OSError as error:
        raise kind(
            f"{path} can't be opened: {error.strerror or error}.", hint="Check path and rights."
        ) from error
    if head[MAGIC] != b"DUCK":
        hint = (
            "Name another file." if read_only else "Name another file; a new one is made where there is none."
        )
        raise kind(f"{path} is not a DuckDB file.", hint=hint)


@contextmanager
def translated(kind: type[SynthError], what: str) -> Iterator[None]:
    """DuckDB's errors as `kind`, opened by `what` could not be done. An interrupted query is an interrupt."""
    try:
        yield
    except duckdb.Error as error:
        raise translate(error, kind, what) from error
    except RuntimeError as error:
        # Which is what DuckDB makes of whatever a signal's handler raised.
        if str(error) == "Query interrupted":
            raise KeyboardInterrupt from error
        raise


def translate(error: duckdb.Error, kind: type[SynthError], what: str) -> SynthError:
    """One error of DuckDB as `kind`, with a hint where we know one."""
    text = str(error)
    holder = re.search(r'lock on file "(.+)": Conflicting lock is held in (.+?)\. See', text, re.DOTALL)
    if holder:
        return kind(
            f"Another program has {holder[1]} open for writing: {holder[2]}.", hint="Close it and try again."
        )
    if "different configuration than existing connections" in text:
        return kind(f"{what}: this process already has it open in another way.", hint="Close that one first.")
    # The first paragraph says what is wrong; the SQL that follows is ours and tells the user nothing.
    found = text.split("\n\n")[0].partition(" Error: ")[2] or text
    hint = ""
    if re.search(r"No space left|File too large|disk quota|not enough disk space", text, re.IGNORECASE):
        hint = "Free some space on that disk, or choose a place on another one."
    elif isinstance(error, duckdb.OutOfMemoryException):
        hint = "Close other programs, or allow DuckDB more memory."
    elif "read-only" in text:
        hint = "It is open for reading only."
    return kind(f"{what}: {found.strip().rstrip('.')}.", hint=hint)
