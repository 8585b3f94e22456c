"""Which object of a JSON file can't be read, and why."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from synth_core.errors import SourceError
from synth_core.files.rows import MAX_ROW
from synth_core.files.text import raw_chunks
from synth_core.model.names import fold

LARGEST_ARRAY = 256 << 20
"""Bytes of an array that are searched for a fault: it has to lie in memory whole for that."""
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
            if fault := _fault(f"{path}, line {number}", value, spellings, "one JSON object a line"):
                return fault
        if len(held) > MAX_ROW:
            return SourceError(
                f"{path}, line {number + 1}: the line is longer than {MAX_ROW >> 20} million bytes."
            )
    return None


def first_fault_of_array(path: Path) -> SourceError | None:
    """What is wrong with an array of objects, or with the first of them that can't be read; None where nothing is, and
    for an array that is too large to be searched."""
    data = b""
    for chunk in raw_chunks(path):
        data += chunk
        if len(data) > LARGEST_ARRAY:
            return None
    expected = "one array of JSON objects"
    try:
        values = json.loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        return SourceError(f"{path}: this is no JSON: {error}.", hint=f"Expected {expected}.")
    if not values:
        return SourceError(f"{path}: the array is empty.", hint=f"Expected {expected}.")
    spellings: dict[tuple[str, ...], str] = {}
    faults = (
        _fault(f"{path}, object {number}", value, spellings, expected)
        for number, value in enumerate(values, 1)
    )
    return next(filter(None, faults), None)


def _fault(
    place: str, value: Any, spellings: dict[tuple[str, ...], str], expected: str
) -> SourceError | None:
    """What is wrong with one parsed value."""
    if not isinstance(value, dict):
        return SourceError(
            f"{place}: this is {type(value).__name__}, no JSON object.", hint=f"Expected {expected}."
        )
    if repeated := _other_spelling(value, spellings):
        return SourceError(f"{place}: keys differ only by case: {', '.join(repeated)}.", hint=ONE_SPELLING)
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
