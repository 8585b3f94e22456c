"""Files that a recipe reads when it runs, as vetting sees them."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from functools import lru_cache
from itertools import islice

from synth_core.recipe.files import MAX_DATA_BYTES


def file_fault(name: str, files: Mapping[str, str], function: str) -> str:
    """Why the function can't read the file; empty when it can."""
    if name not in files:
        most = MAX_DATA_BYTES // 1_000_000
        return f"can't be read: {name} has to lie in the project folder, as UTF-8 text of at most {most} MB"
    if not function.startswith("Dataset."):
        return ""
    if not name.endswith(".csv"):
        return "must be a CSV file"
    head = _head(files[name])
    if len(head) < 2:
        return f"is of no use: {name} needs a header and at least one row"
    if len(set(map(str.lower, head[0]))) < len(head[0]):
        return f"can't be read: two columns of {name} have the same name"
    return ""


def header(text: str) -> tuple[str, ...]:
    """The names of a dataset's columns."""
    head = _head(text)
    return head[0] if head else ()


@lru_cache(maxsize=64)
def _head(text: str) -> list[tuple[str, ...]]:
    """The first two rows, as the interpreter's reader sees them."""
    try:
        return [tuple(row) for row in islice(filter(None, csv.reader(io.StringIO(text, newline=""))), 2)]
    except csv.Error:
        return []
