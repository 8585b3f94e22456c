"""The first part of a file, wherever it lies."""

from __future__ import annotations

import codecs
import gzip
import zlib
from pathlib import Path

from synth_core.errors import SourceError
from synth_core.model.dialect import Encoding
from synth_core.model.places import is_bucket, shown
from synth_core.stages.gather.buckets import Buckets, bucket_and_name
from synth_core.stages.gather.ranges import Ranges

HEAD = 256 << 10
"""Bytes that are read, and to which a compressed file is unpacked."""


def head_of_file(file: str, encoding: Encoding, buckets: Buckets | None) -> tuple[str, bool]:
    """Its text, and whether that is all of it; bytes that are none in the encoding are shown as `�`. Raises
    SourceError where it can't be read."""
    data, is_whole = _of_bucket(file, buckets) if is_bucket(file) else _of_path(Path(file))
    text = codecs.getincrementaldecoder(encoding)("replace").decode(data, is_whole)
    return text.removeprefix("\ufeff"), is_whole


def _of_path(path: Path) -> tuple[bytes, bool]:
    try:
        with path.open("rb") as stream:
            packed = stream.read(2) == b"\x1f\x8b"
        with gzip.open(path) if packed else path.open("rb") as file:
            data = file.read(HEAD)
            return data, not file.read(1)
    except OSError as error:
        raise SourceError(
            f"{path}: can't be read: {error.strerror or error}.", hint="Is it still there?"
        ) from error
    except (EOFError, zlib.error) as error:
        raise SourceError(f"{path}: the gzip data is broken: {error}.", hint="Copy it again.") from error


def _of_bucket(file: str, buckets: Buckets | None) -> tuple[bytes, bool]:
    if buckets is None:
        raise SourceError(f"{shown(file)}: files in Cloud Storage can't be read here.")
    bucket, name = bucket_and_name(file)
    files = buckets.open(bucket)
    try:
        stat = files.stat(name)
    except FileNotFoundError:
        raise SourceError(f"{shown(file)}: there is no such object.", hint="Is it still there?") from None
    data = Ranges(files, stat).read(0, HEAD)
    is_whole = stat.size <= HEAD
    if not data.startswith(b"\x1f\x8b"):
        return data, is_whole
    unpacker = zlib.decompressobj(wbits=31)
    try:
        text = unpacker.decompress(data, HEAD)
    except zlib.error as error:
        raise SourceError(
            f"{shown(file)}: the gzip data is broken: {error}.", hint="Copy it again."
        ) from error
    return text, is_whole and unpacker.eof
