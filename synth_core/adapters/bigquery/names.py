"""Names of BigQuery for SQL."""

from __future__ import annotations


def quote(name: str) -> str:
    """A column or field, quoted."""
    escaped = name.replace("\\", "\\\\").replace("`", "\\`")
    return f"`{escaped}`"


def qualified(project: str, dataset: str, table: str) -> str:
    """A table's full name, quoted part by part: a project may have hyphens, and a colon."""
    return ".".join(map(quote, (project, dataset, table)))


def literal(text: str) -> str:
    """A text as a string literal."""
    escaped = text.replace("\\", "\\\\").replace("'", "\\'").replace("\n", "\\n").replace("\r", "\\r")
    return f"'{escaped}'"
