"""Names of our own in a DuckDB file, and names in SQL."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable

from synth_core.files.sql import quote

STAGING = "synth_staging"
"""The schema of staging tables."""

META = "synth_meta"
"""The schema of what DuckDB itself can't hold about our tables."""


def quote_all(names: Iterable[str]) -> str:
    """Names as a list of SQL identifiers."""
    return ", ".join(quote(name) for name in names)


def qualified(*parts: str) -> str:
    """Catalog, schema and table as one SQL name."""
    return ".".join(quote(part) for part in parts)


def staging_name(run_id: str, schema: str, table: str) -> str:
    """The staging table of a target in a run. A hash: any text can name a target."""
    return f"{STAGING}.{staging_prefix(run_id)}{_short_hash(schema, table)}"


def staging_prefix(run_id: str) -> str:
    """How the staging tables of a run begin, within their schema."""
    return _short_hash(run_id) + "_"


def split_staging(name: str) -> str | None:
    """The staging table's name within its schema; None when it is not one that `staging_name` makes."""
    match = re.fullmatch(rf"{STAGING}\.([0-9a-f]{{16}}_[0-9a-f]{{16}})", name)
    return match[1] if match else None


def _short_hash(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:16]
