"""Values and names as they may be printed: contents of files are untrusted, and JSON can't hold everything."""

from __future__ import annotations

import base64
import math
from collections.abc import Mapping
from typing import Any

_PICTURES = {
    **{code: 0x2400 + code for code in range(0x20)},
    0x7F: 0x2421,
    **dict.fromkeys(range(0x80, 0xA0), 0xFFFD),
    **dict.fromkeys(range(0xD800, 0xE000), 0xFFFD),
}
"""Control characters, which could command a terminal, as their pictures; halves of surrogate pairs as nothing known."""
_IN_SENTENCES = {code: picture for code, picture in _PICTURES.items() if chr(code) not in "\n\t"}


def sentence(text: str) -> str:
    """A text of one line or several."""
    return text.translate(_IN_SENTENCES)


def cell(value: Any) -> str:
    """A value as one line of a table."""
    is_number = isinstance(value, int) and not isinstance(value, bool)
    return f"{value:,}" if is_number else str(value).translate(_PICTURES)


def jsonable(value: Any) -> Any:
    """What JSON has no form for as text, as BigQuery writes it: bytes in base64, `NaN`, `Infinity`, dates, decimals."""
    if isinstance(value, Mapping):
        return {str(jsonable(name)): jsonable(inner) for name, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [jsonable(inner) for inner in value]
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    if isinstance(value, float) and not math.isfinite(value):
        return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"
    if value is None or isinstance(value, (bool, int, float)):
        return value
    return str(value).encode("utf-8", "replace").decode("utf-8")
