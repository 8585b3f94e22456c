"""Characters that a file's encoding can't express, and what stands for them."""

from __future__ import annotations

import unicodedata

import pyarrow as pa
import pyarrow.compute as pc

from synth_core.model.dialect import Encoding

_CODECS = {"utf-8-sig": "utf-8", "utf-16": "utf-16-le"}
_MARKS = {"utf-8-sig": b"\xef\xbb\xbf", "utf-16": b"\xff\xfe"}


class Characters:
    """Fits text to one encoding: the letter without its accents, or `?`; a NUL, which no reader of text files
    takes, becomes a space. `replaced` counts characters."""

    def __init__(self, encoding: Encoding) -> None:
        self._codec = _CODECS.get(encoding, encoding)
        self.byte_order_mark = _MARKS.get(encoding, b"")
        """What the file opens with."""
        self._is_narrow = encoding in ("latin-1", "cp1252")
        self.replaced = 0

    def fit(self, values: pa.Array) -> pa.Array:
        """The texts with only such characters as the encoding has."""
        plain = pc.match_substring(values, "\0")
        if self._is_narrow:
            plain = pc.or_(plain, pc.invert(pc.string_is_ascii(values)))
        if not pc.any(plain).as_py():
            return values
        texts = values.to_pylist()
        stand_ins = self._stand_ins(set().union(*(text for text in texts if text)))
        if not stand_ins:
            return values
        table = str.maketrans(stand_ins)
        for text in texts:
            if text:
                self.replaced += sum(map(text.count, stand_ins))
        return pa.array([text.translate(table) if text else text for text in texts], pa.string())

    def fit_text(self, text: str) -> str:
        """One text, fitted likewise."""
        return str(self.fit(pa.array([text], pa.string()))[0].as_py())

    def encode(self, utf8: memoryview | bytes) -> bytes | memoryview:
        """UTF-8 text, fitted before, in the file's encoding."""
        return utf8 if self._codec == "utf-8" else bytes(utf8).decode().encode(self._codec)

    def _stand_ins(self, characters: set[str]) -> dict[str, str]:
        found = {character: self._nearest(character) for character in characters if not self._has(character)}
        if "\0" in characters:
            found["\0"] = " "
        return found

    def _has(self, text: str) -> bool:
        try:
            text.encode(self._codec)
        except UnicodeEncodeError:
            return False
        return True

    def _nearest(self, character: str) -> str:
        letters = "".join(c for c in unicodedata.normalize("NFKD", character) if not unicodedata.combining(c))
        return letters if letters and self._has(letters) else "?"
