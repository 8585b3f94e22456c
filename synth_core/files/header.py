"""Puts the header that was predicted on top of a headerless text file."""

from __future__ import annotations

import gzip
import io
from collections.abc import Sequence
from pathlib import Path
from typing import BinaryIO, cast

from synth_core.errors import SourceError
from synth_core.files.write import open_writer
from synth_core.model.dialect import Dialect
from synth_core.model.project import Column, SourceKind

CHUNK = 1 << 20
"""Characters that are copied at once."""


def can_be_joined(dialect: Dialect) -> bool:
    """The header and the file, byte by byte one behind the other, are the file with a header. So it is with gzip, whose
    members may follow each other; not where the file begins with lines of its own or with a byte order mark."""
    return not dialect.banner and dialect.encoding not in ("utf-8-sig", "utf-16")


def write_header(path: Path, columns: Sequence[Column], dialect: Dialect) -> None:
    """Write a file that is nothing but the header, with its line's end."""
    changes = {
        "banner": (),
        "footer": (),
        "header_rows": 1,
        "header_prefix": (),
        "header_cells": (),
        "final_line_end": True,
    }
    open_writer(path, SourceKind.DELIMITED, columns, dialect.model_copy(update=changes)).close()


def with_header(source: BinaryIO, path: Path, columns: Sequence[Column], dialect: Dialect, name: str) -> None:
    """Copy a headerless file, putting the header below its banner. Raises SourceError, which names the file, where it
    is not written as the dialect says."""
    plain = path.with_name(f"{path.name}.header")
    write_header(plain, columns, dialect.model_copy(update={"compression": "", "encoding": "utf-8"}))
    header = plain.read_bytes().decode()
    plain.unlink()
    is_gzip = dialect.compression == "gzip"
    raw = cast(BinaryIO, gzip.GzipFile(fileobj=source)) if is_gzip else source
    try:
        with path.open("wb") as file:
            packed = cast(BinaryIO, gzip.GzipFile("", "wb", 6, file, mtime=0)) if is_gzip else file
            # What is no text in that encoding stays the bytes that it was.
            reader = io.TextIOWrapper(raw, dialect.encoding, "surrogateescape", newline="")
            writer = io.TextIOWrapper(packed, dialect.encoding, "surrogateescape", newline="")
            for _ in dialect.banner:
                writer.write(reader.readline())
            writer.write(header)
            while chunk := reader.read(CHUNK):
                writer.write(chunk)
            writer.flush()
            writer.detach()
            reader.detach()
            if is_gzip:
                packed.close()
    except (UnicodeError, EOFError, gzip.BadGzipFile) as error:
        raise SourceError(
            f"{name} can't be copied: {error}.", hint="Infer it again if it has changed."
        ) from error
