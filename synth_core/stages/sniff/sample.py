"""Reads what is needed of a file and no more: its head, its tail and some blocks in between."""

from __future__ import annotations

import gzip
import random
import zlib
from dataclasses import dataclass
from pathlib import Path

from synth_core.errors import SourceError
from synth_core.files.rows import split_lines
from synth_core.files.text import regular_size
from synth_core.model.dialect import Encoding
from synth_core.stages.sniff.encoding import decode_part, encoding_of, refuse_binary

HEAD = 256 * 1024
TAIL = 64 * 1024
BLOCK = 16 * 1024
BLOCKS = 8
LONG_HEAD = 8 * 1024 * 1024
"""How far the head may grow for very wide rows; also how much of a gzip file is read at most."""
ENOUGH_LINES = 12
SCAN = 32 * 1024 * 1024
"""Files up to here are read whole to find their encoding; of larger ones only the sample is looked at."""


@dataclass(frozen=True)
class Sample:
    """Text from a file."""

    head: str
    """The first physical lines, whole lines only unless the file is all here."""
    tail: str
    """The last physical lines; empty when `is_whole` or when the end can't be reached cheaply (gzip)."""
    blocks: tuple[str, ...]
    """Whole lines from random places between head and tail; the first may begin inside a quoted value."""
    is_whole: bool
    """`head` is the whole file."""
    encoding: Encoding
    compression: str


def take_sample(path: Path) -> Sample:
    """Read the sample. Raises SourceError for what is no text: empty, binary, or a broken gzip."""
    size = regular_size(path)
    with path.open("rb") as stream:
        magic = stream.read(16)
    if not size:
        raise SourceError(f"{path}: the file is empty: 0 bytes.", hint="Leave it out, or get it again.")
    if magic.startswith(b"\x1f\x8b"):
        return _of_gzip(path)
    refuse_binary(path, magic)
    return _of_plain(path, size)


def _of_gzip(path: Path) -> Sample:
    try:
        with gzip.open(path) as stream:
            data = stream.read(LONG_HEAD)
            is_whole = not stream.read(1)
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise SourceError(
            f"{path}: the gzip data is broken: {error}.",
            hint="The file is cut off or damaged: copy it again, and check it with `gzip -t`.",
        ) from error
    if not data:
        raise SourceError(f"{path}: the gzip file holds 0 bytes.", hint="Leave it out, or get it again.")
    refuse_binary(path, data[:16])
    encoding = encoding_of(path, data, is_whole)
    text = decode_part(data, encoding, at_start=True)
    if is_whole and len(data) <= HEAD + TAIL:
        return Sample(text, "", (), True, encoding, "gzip")
    head = _whole_lines(path, text[:HEAD] if _has_lines(text[:HEAD]) else text, from_start=True)
    tail = _whole_lines(path, text[-TAIL:], from_start=False) if is_whole else ""
    return Sample(head, tail, (), False, encoding, "gzip")


def _of_plain(path: Path, size: int) -> Sample:
    rng = random.Random(size)
    with path.open("rb") as stream:
        scanned = stream.read(SCAN if size <= SCAN else HEAD)
        encoding = encoding_of(path, scanned, size <= SCAN)
        if size <= HEAD + TAIL:
            return Sample(decode_part(scanned, encoding, at_start=True), "", (), True, encoding, "")
        data = scanned[:HEAD]
        if not _has_lines(decode_part(data, encoding, at_start=True)):
            stream.seek(0)
            data = stream.read(LONG_HEAD)
        head = decode_part(data, encoding, at_start=True)
        parts = []
        offsets = sorted(rng.randrange(HEAD, max(size - TAIL, HEAD + 1)) & ~1 for _ in range(BLOCKS))
        for offset, length in (*((offset, BLOCK) for offset in offsets), ((size - TAIL) & ~1, TAIL + 1)):
            stream.seek(offset)
            parts.append(stream.read(length))
        if size > SCAN and encoding == "utf-8":
            encoding = encoding_of(path, data + b"\n" + b"\n".join(parts), False)
            head = decode_part(data, encoding, at_start=True)
    texts = [decode_part(part, encoding, at_start=False) for part in parts]
    if size <= len(data):
        return Sample(head, "", (), True, encoding, "")
    blocks = tuple("".join(split_lines(text)[1:-1]) for text in texts[:-1])
    tail = _whole_lines(path, texts[-1], from_start=False)
    return Sample(_whole_lines(path, head, from_start=True), tail, blocks, False, encoding, "")


def _has_lines(text: str) -> bool:
    return len(split_lines(text)) > ENOUGH_LINES


def _whole_lines(path: Path, text: str, *, from_start: bool) -> str:
    lines = split_lines(text)
    if len(lines) < 2:
        if from_start:
            raise SourceError(
                f"{path}, line 1: the line is longer than {len(text):,} characters.",
                hint="Is it text with line ends at all?",
            )
        return ""
    return "".join(lines[:-1] if from_start else lines[1:])
