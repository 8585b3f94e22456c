"""The beginning of a large file as a smaller one of the same kind."""

from __future__ import annotations

import json
import re
from pathlib import Path

from synth_core.errors import SourceError
from synth_core.files.json_form import JsonForm, form_of
from synth_core.files.rows import MAX_ROW
from synth_core.files.text import raw_chunks
from synth_core.stages.gather.packed import is_larger

WHOLE = 32 << 20
"""Files up to so many bytes, unpacked, are looked at whole."""
HEAD = 8 << 20
"""Bytes that are read of a larger file."""


def is_large(path: Path) -> bool:
    """It is not looked at whole."""
    return path.stat().st_size > WHOLE or is_larger(path, WHOLE)


def first_lines(path: Path, to: Path, line_end: str = "\n") -> Path:
    """The first whole lines of a file, unpacked; all that was read where no line ends in it."""
    data, end = _head(path, HEAD), line_end.encode()
    cut = data.rfind(end)
    if cut > 0:
        # In UTF-16 a line end has a zero byte beside it; the reader minds half a character.
        cut += len(end)
        data = data[: cut + (cut % 2 if data[:2] in (b"\xff\xfe", b"\xfe\xff") else 0)]
    to.write_bytes(data)
    return to


def first_objects(path: Path, to: Path) -> Path:
    """The first whole objects of a JSON file, one a line. Raises SourceError where there is not even one."""
    is_array = form_of(path) is JsonForm.ARRAY
    for size in (HEAD, MAX_ROW + 1):
        data = _head(path, size)
        found = _objects(data) if is_array else data[: data.rfind(b"\n") + 1]
        if found:
            to.write_bytes(found)
            return to
    raise SourceError(
        f"{path}: its first object is no JSON, or longer than {MAX_ROW >> 20} million bytes.",
        hint="Expected one JSON object a line, or an array of objects.",
    )


def _objects(data: bytes) -> bytes:
    """Those of an array, each in one line, as far as they are whole."""
    text = data.decode("utf-8-sig", "ignore")
    decoder = json.JSONDecoder()
    objects: list[str] = []
    place = text.find("[") + 1
    while found := _BETWEEN.match(text, place):
        try:
            _, place = decoder.raw_decode(text, found.end())
        except (ValueError, RecursionError):
            break
        objects.append(text[found.end() : place].translate(_ONE_LINE) + "\n")
    return "".join(objects).encode()


_BETWEEN = re.compile(r"[\s,]*")
_ONE_LINE = str.maketrans("\r\n", "  ")


def _head(path: Path, size: int) -> bytes:
    parts, left = [], size
    for chunk in raw_chunks(path):
        parts.append(chunk[:left])
        left -= len(parts[-1])
        if not left:
            break
    return b"".join(parts)
