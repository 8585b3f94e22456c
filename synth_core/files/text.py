"""Files as text, streamed: decompressed, decoded, checked."""

from __future__ import annotations

import codecs
import gzip
import stat
import zlib
from collections.abc import Iterator
from pathlib import Path

from synth_core.errors import SourceError
from synth_core.model.dialect import Encoding

CHUNK = 1 << 20
MOST_NULS = 100
"""One NUL in so many characters of a text may be a slip of whatever wrote it; more are binary data."""


def regular_size(path: Path) -> int:
    """The file's size in bytes. Raises SourceError for what can't be opened or is no file: opening a pipe would wait
    for ever, and a device has no end."""
    try:
        status = path.stat()
        if stat.S_ISREG(status.st_mode):
            path.open("rb").close()
            return status.st_size
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise SourceError(f"{path}: can't be read: {reason}.", hint="Check name and permissions.") from error
    what = "a folder" if stat.S_ISDIR(status.st_mode) else "a pipe, a socket or a device"
    raise SourceError(
        f"{path}: this is {what}, no file.", hint="Name a file, or copy what it gives into one."
    )


def is_gzip(path: Path) -> bool:
    """The file says so itself, whatever its name."""
    regular_size(path)
    with path.open("rb") as stream:
        return stream.read(2) == b"\x1f\x8b"


def raw_chunks(path: Path) -> Iterator[bytes]:
    """The bytes of a file, decompressed. Raises SourceError for a broken gzip."""
    with gzip.open(path) if is_gzip(path) else path.open("rb") as stream:
        while True:
            try:
                chunk = stream.read(CHUNK)
            except (EOFError, gzip.BadGzipFile, zlib.error) as error:
                raise SourceError(
                    f"{path}: the gzip data is broken: {error}.",
                    hint="The file is cut off or damaged: copy it again, and check it with `gzip -t`.",
                ) from error
            if not chunk:
                return
            yield chunk


def line_ends(text: str) -> int:
    """How many line ends there are."""
    return text.count("\n") + text.count("\r") - text.count("\r\n")


class Text:
    """The text of a file in chunks, without a byte order mark and without NUL characters.

    Some programs write a number that is missing as NULs; no warehouse takes any, and DuckDB and Arrow tell them apart
    from nothing. Raises SourceError with the line for bytes that the encoding does not know, and where NULs are so many
    that the file is no text.
    """

    def __init__(self, path: Path, encoding: Encoding) -> None:
        self.path, self._encoding = path, encoding
        self._chunks = self._read()
        self.nuls = 0
        """NUL characters left out so far."""
        self.nul_line = 0
        """The physical line of the first of them."""

    def __iter__(self) -> Iterator[str]:
        return self._chunks

    def _read(self) -> Iterator[str]:
        decoder = codecs.getincrementaldecoder(self._encoding)("strict")
        lines, last, length = 1, "", 0
        chunks = raw_chunks(self.path)
        at_end = False
        while not at_end:
            chunk = next(chunks, b"")
            at_end = not chunk
            try:
                text = decoder.decode(chunk, at_end)
            except UnicodeError as error:
                raise _undecodable(self.path, self._encoding, error, lines) from error
            if not last:
                text = text.removeprefix("\ufeff")
            length += len(text)
            if (position := text.find("\0")) >= 0:
                self.nul_line = self.nul_line or lines + line_ends(text[:position])
                self.nuls += text.count("\0")
                text = text.replace("\0", "")
            if self.nuls * MOST_NULS > length + (0 if at_end else CHUNK):
                raise SourceError(
                    f"{self.path}, line {self.nul_line}: there are NUL characters.",
                    hint=f"That is binary data, or text in another encoding than {self._encoding}.",
                )
            if text:
                lines += line_ends(text) - (last == "\r" and text[0] == "\n")
                last = text[-1]
                yield text


def _undecodable(path: Path, encoding: str, error: UnicodeError, line: int) -> SourceError:
    found = str(error)
    if isinstance(error, UnicodeDecodeError):
        before = error.object[: error.start].decode(encoding, "ignore")
        line += line_ends(before)
        found = f"the bytes {error.object[error.start : error.end][:4].hex(' ')} are no {encoding} text"
    return SourceError(
        f"{path}, line {line}: {found}.",
        hint="Correct the file there, or name its real encoding (utf-8, utf-16, latin-1, cp1252).",
    )
