"""Names of BigQuery for SQL."""

from __future__ import annotations


def quote(name: str) -> str:
    """A column or field, quoted."""
    escaped = name.replace("\\", "\\\\").replace("`", "\\`")
    return f"`{escaped}`"


def qualified(project: str, dataset: str, table: str) -> str:
    """A table's full name, quoted part by part: a project may have hyphens, and a colon."""
    return ".".join(map(quote, (project, dataset, table)))


def any_partition(column: str, of: str = "") -> str:
    """A condition that holds for all rows, and that is filter enough for a table that demands one on its partitions.
    `column` is empty for the time at which rows came in; `of` is the table's alias."""
    name = f"{of}.{quote(column or '_PARTITIONTIME')}".removeprefix(".")
    return f"({name} IS NULL OR {name} IS NOT NULL)"


def literal(text: str) -> str:
    """A text as a string literal."""
    escaped = text.replace("\\", "\\\\").replace("'", "\\'").replace("\n", "\\n").replace("\r", "\\r")
    return f"'{escaped}'"
