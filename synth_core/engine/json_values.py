"""Values as JSON text, numbers exactly as they are."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from datetime import date, time
from decimal import Decimal
from numbers import Integral
from typing import Any, NoReturn

import numpy as np


def json_text(value: Any) -> str:
    """A value for a JSON column. A text that is JSON stays as it is; any other text becomes a JSON string.

    Raises ValueError for what JSON can't hold (NaN, bytes …).
    """
    if isinstance(value, str) and _is_json(value):
        return str(value)
    return _text(value)


def plain_decimal(value: Decimal) -> str:
    """All digits, without an exponent; with one where there would be hundreds of zeros."""
    return format(value, "f") if abs(value.adjusted()) < 100 else str(value)


def _is_json(text: str) -> bool:
    try:
        json.loads(text, parse_constant=_no_constant)
    except (ValueError, RecursionError):
        return False
    return True


def _no_constant(word: str) -> NoReturn:
    # Python reads NaN and Infinity, which are no JSON.
    raise ValueError(word)


def _text(value: Any) -> str:
    if value is None:
        return "null"
    if isinstance(value, (bool, np.bool_)):
        return "true" if value else "false"
    if isinstance(value, Integral):
        return str(int(value))
    if isinstance(value, (float, np.floating, Decimal)):
        if not math.isfinite(value):
            raise ValueError(f"JSON has no number {value}")
        return plain_decimal(value) if isinstance(value, Decimal) else repr(float(value))
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, (date, time)):
        return f'"{value.isoformat()}"'
    if isinstance(value, Mapping):
        members = (
            f"{json.dumps(str(key), ensure_ascii=False)}:{_text(member)}" for key, member in value.items()
        )
        return f"{{{','.join(members)}}}"
    if isinstance(value, (list, tuple)):
        return f"[{','.join(map(_text, value))}]"
    raise ValueError(f"JSON has no form for a {type(value).__name__}")
