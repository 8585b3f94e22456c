"""Names and texts in SQL, quoted so that nothing in them can be taken for SQL."""

from __future__ import annotations


def quote(name: str) -> str:
    """A table or column name in double quotes."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """A text in single quotes, for places where no parameter can be bound."""
    return "'" + text.replace("'", "''") + "'"


def raw_name(table: str) -> str:
    """The quoted name of a table of raw text."""
    return f"raw.{quote(table)}"
