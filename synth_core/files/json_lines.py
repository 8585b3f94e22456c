"""Which line of an NDJSON file can't be read, and why."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from synth_core.errors import SourceError
from synth_core.files.rows import MAX_ROW
from synth_core.files.text import raw_chunks
from synth_core.model.names import fold

ONE_SPELLING = "Write each key in one way, or rename one of them."


def first_fault(path: Path) -> SourceError | None:
    """What is wrong with the first such line; None where nothing is."""
    number, held = 0, b""
    spellings: dict[tuple[str, ...], str] = {}
    for chunk in [*raw_chunks(path), b"\n"]:
        lines = (held + chunk).split(b"\n")
        held = lines.pop()
        for line in lines:
            number += 1
            if not line.strip():
                continue
            try:
                value = json.loads(line)
            except (ValueError, RecursionError) as error:
                return SourceError(
                    f"{path}, line {number}: this is no JSON: {error}.",
                    hint="Expected one JSON object a line.",
                )
            if not isinstance(value, dict):
                return SourceError(
                    f"{path}, line {number}: this is {type(value).__name__}, no JSON object.",
                    hint="Expected one JSON object a line.",
                )
            if repeated := _other_spelling(value, spellings):
                return SourceError(
                    f"{path}, line {number}: keys differ only by case: {', '.join(repeated)}.",
                    hint=ONE_SPELLING,
                )
        if len(held) > MAX_ROW:
            return SourceError(
                f"{path}, line {number + 1}: the line is longer than {MAX_ROW >> 20} million bytes."
            )
    return None


def _other_spelling(
    value: Any, spellings: dict[tuple[str, ...], str], above: tuple[str, ...] = ()
) -> tuple[str, str] | None:
    """The first key of an object that was spelled otherwise before, in this line or in one above: both spellings."""
    inner: Iterable[tuple[tuple[str, ...], Any]] = ()
    if isinstance(value, list):
        inner = ((above, each) for each in value)
    elif isinstance(value, dict):
        inner = (((*above, fold(key)), each) for key, each in value.items())
        for key in value:
            known = spellings.setdefault((*above, fold(key)), key)
            if known != key:
                return known, key
    return next(filter(None, (_other_spelling(each, spellings, path) for path, each in inner)), None)
