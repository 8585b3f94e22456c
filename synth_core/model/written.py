"""The formats that rows of a recipe alone are written in."""

from __future__ import annotations

from enum import StrEnum


class Format(StrEnum):
    """How files are written; also their suffix."""

    CSV = "csv"
    PARQUET = "parquet"
    NDJSON = "ndjson"
