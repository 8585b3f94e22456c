"""In which form a JSON file holds the rows of a table, if it holds any."""

from __future__ import annotations

import json
import zlib
from enum import StrEnum
from pathlib import Path

from synth_core.files.text import regular_size
from synth_core.model.sources import is_json, is_table

HEAD = 64 << 10
"""Bytes from the file's beginning that tell its form."""
_BOM = b"\xef\xbb\xbf"


class JsonForm(StrEnum):
    """Objects, one a line (NDJSON), one array of objects, or neither: settings, a schema, one object alone."""

    LINES = "lines"
    ARRAY = "array"
    NO_TABLE = "no-table"


def json_form(head: bytes) -> JsonForm:
    """The form of a file by its first bytes, packed with gzip or not."""
    if head.startswith(b"\x1f\x8b"):
        head = _unpacked(head)
    is_whole = len(head) < HEAD
    text = head.removeprefix(_BOM).lstrip()
    if text.startswith(b"["):
        return JsonForm.ARRAY if text[1:].lstrip().startswith((b"{", b"]")) else JsonForm.NO_TABLE
    if not text.startswith(b"{"):
        return JsonForm.NO_TABLE
    line, _, others = text.partition(b"\n")
    if not others.strip():
        return JsonForm.NO_TABLE if is_whole else JsonForm.LINES
    try:
        json.loads(line)
    except (ValueError, RecursionError):
        return JsonForm.NO_TABLE
    return JsonForm.LINES


def holds_rows(name: str, head: bytes) -> bool:
    """A file of this name that begins so is read as a table."""
    return is_table(name) and not (is_json(name) and json_form(head[:HEAD]) is JsonForm.NO_TABLE)


def form_of(path: Path) -> JsonForm:
    """The form of a file on this machine. Raises SourceError where it can't be opened."""
    regular_size(path)
    with path.open("rb") as stream:
        return json_form(stream.read(HEAD))


def _unpacked(head: bytes) -> bytes:
    """As much of it as comes out; of what is no gzip nothing does."""
    try:
        return zlib.decompressobj(wbits=31).decompress(head, HEAD)
    except zlib.error:
        return b""
