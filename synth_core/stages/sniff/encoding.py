"""The encoding of bytes that are believed to be text."""

from __future__ import annotations

import codecs
import re
import unicodedata
import zlib
from pathlib import Path

from synth_core.errors import SourceError
from synth_core.files.text import MOST_NULS
from synth_core.model.dialect import Encoding

_BINARY = {
    b"PK\x03\x04": "a zip archive (or an Excel workbook)",
    b"PK\x05\x06": "an empty zip archive",
    b"\x89PNG": "a PNG image",
    b"\xff\xd8\xff": "a JPEG image",
    b"GIF8": "a GIF image",
    b"%PDF-": "a PDF document",
    b"PAR1": "a Parquet file",
    b"ORC\n": "an ORC file",
    b"Obj\x01": "an Avro file",
    b"SQLite format 3\0": "an SQLite database",
    b"\x7fELF": "a program",
    b"MZ\x90\0": "a program",
    b"BZh": "a bzip2 archive",
    b"\xfd7zXZ\0": "an xz archive",
    b"(\xb5/\xfd": "a zstd archive",
    b"7z\xbc\xaf": "a 7z archive",
    b"\xd0\xcf\x11\xe0": "an old Excel or Word file",
    b"\xff\xfe\0\0": "utf-32 text",
    b"\0\0\xfe\xff": "utf-32 text",
}
_UNKNOWN_TO_CP1252 = frozenset(b"\x81\x8d\x8f\x90\x9d")
_NOT_C1 = bytes(b for b in range(256) if not 0x80 <= b < 0xA0)
_CONTROLS = bytes(set(range(1, 32)) - set(b"\t\n\r\f\v\x1a\x1b"))
"""Control characters that no text has, but for one that serves as delimiter now and then."""
_FEW = 3
"""Text may have a control character as delimiter and others to separate the parts of a value."""
_FEWEST_NULS = 6
"""With more NULs in a file's beginning, text of two bytes a sign is thought of."""


def refuse_binary(path: Path, magic: bytes) -> None:
    """Raise SourceError when the first bytes are those of a well-known binary format."""
    for start, what in _BINARY.items():
        if magic.startswith(start):
            raise SourceError(
                f"{path}: this is {what}, no delimited text.", hint="Unpack or export it as text first."
            )


def check_text(path: Path, head: bytes) -> None:
    """Raise SourceError when a file that begins so is no text, packed with gzip or not."""
    if head.startswith(b"\x1f\x8b"):
        try:
            head = zlib.decompressobj(wbits=31).decompress(head, len(head))
        except zlib.error as error:
            raise SourceError(f"{path}: the gzip data is broken: {error}.") from error
    refuse_binary(path, head[:16])
    encoding_of(path, head, False)


def encoding_of(path: Path, data: bytes, is_whole: bool) -> Encoding:
    """The encoding of the first bytes of a file (or all of them). Raises SourceError for binary data."""
    if data.startswith(codecs.BOM_UTF8):
        return "utf-8-sig"
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    if guess := _utf16_without_mark(data[:4096]):
        return guess
    if data.count(0) > len(data) // MOST_NULS:
        raise _binary(path, data, b"\0", "NUL bytes")
    head = data[:65536]
    controls = len(head) - len(head.translate(None, _CONTROLS))
    if controls > max(2, len(head) // 50) and len(set(head).intersection(_CONTROLS)) > _FEW:
        raise _binary(path, head, _CONTROLS, "control characters")
    try:
        codecs.getincrementaldecoder("utf-8")().decode(data, is_whole)
        return "utf-8"
    except UnicodeDecodeError:
        pass
    if _is_mostly_utf8(data):
        return "utf-8"
    high = set(data.translate(None, _NOT_C1))
    return "cp1252" if high and not high & _UNKNOWN_TO_CP1252 else "latin-1"


def _binary(path: Path, data: bytes, signs: bytes, what: str) -> SourceError:
    first = min(position for sign in signs if (position := data.find(sign)) >= 0)
    line = data[:first].count(10) + 1
    return SourceError(
        f"{path}, line {line}: there are {what}: binary data, no text.", hint="Export it as text first."
    )


def _is_mostly_utf8(data: bytes) -> bool:
    """Some bytes are damaged, but far more sequences make sense than chance would give."""
    text = data.decode("utf-8", "surrogateescape")
    broken = len(re.findall("[\udc80-\udcff]", text))
    good = len(re.findall("[^\x00-\x7f]", text)) - broken
    return good > 20 and good > 20 * broken


def _utf16_without_mark(data: bytes) -> Encoding | None:
    half = len(data) // 2
    if half < 2:
        return None
    even, odd = data[0 : 2 * half : 2].count(0) / half, data[1 : 2 * half : 2].count(0) / half
    if odd > 0.4 and even < 0.05:
        return "utf-16-le"
    if even > 0.4 and odd < 0.05:
        return "utf-16-be"
    # Signs of other scripts seldom have any, but delimiters and line ends do.
    guesses: tuple[Encoding, ...] = ("utf-16-le", "utf-16-be") if (even + odd) * half > _FEWEST_NULS else ()
    return next((guess for guess in guesses if _is_text(data, guess)), None)


def _is_text(data: bytes, encoding: Encoding) -> bool:
    """It can be decoded to lines of known characters."""
    try:
        text = codecs.getincrementaldecoder(encoding)().decode(data)
    except UnicodeDecodeError:
        return False
    kinds = {unicodedata.category(char) for char in text if char not in "\t\r\n"}
    return not kinds & {"Cc", "Cn", "Co"} and not {"\r", "\n"}.isdisjoint(text)


def decode_part(data: bytes, encoding: Encoding, *, at_start: bool) -> str:
    """Text of a part of a file for looking at; what can't be decoded (cut characters, damage) is replaced.

    Reading proper is strict: it names the line of such bytes.
    """
    if encoding == "utf-16" and not at_start:
        # Without the mark the order of bytes must be told from the text itself.
        guess = _utf16_without_mark(data)
        return data.decode(guess or "utf-16-le", "replace").replace("\0", "")
    text = data.decode(encoding, "replace").replace("\0", "")
    return text.removeprefix("\ufeff") if at_start else text
