"""What the texts in a function's arguments name. Declared with each argument, and read by all who rename, remove or
look up what a recipe refers to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal


@dataclass(frozen=True, slots=True)
class Names:
    """The text is the name of a table, or of a column."""

    what: Literal["table", "column"]
    of: str = ""
    """Whose column it is: the argument that names the table, or that names a column of this table which refers to it;
    `..` leads to the function around. Empty: a column of the row's own table."""


TableName = Annotated[str, Names("table")]
OwnColumn = Annotated[str, Names("column")]
ColumnOfTable = Annotated[str, Names("column", of="table")]
"""A column of the table in the argument `table`."""
ColumnOfLink = Annotated[str, Names("column", of="link")]
"""A column of the table that the reference in the argument `link` refers to."""
ColumnOfPart = Annotated[str, Names("column", of="of")]
"""A column of the table that the part of the combination in the argument `of` is taken from."""
ColumnOfReferred = Annotated[str, Names("column", of="..table")]
"""A column of the table in the argument `table` of the function around."""
