"""What publishing does to each table, as SQL."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from synth_core.adapters.bigquery.connection import Connection
from synth_core.adapters.bigquery.names import quote


@dataclass(frozen=True)
class Move:
    """One staging table and its target."""

    staging: str
    target: str
    columns: tuple[str, ...]
    """As the target spells them."""
    empties: bool
    """What is in the target goes first."""
    bytes: int = 0
    """In the staging table."""

    def insert(self, connection: Connection) -> str:
        """Append the rows, by name."""
        names = ", ".join(map(quote, self.columns))
        return (
            f"INSERT INTO {connection.name_of(self.target)} ({names}) "
            f"SELECT {names} FROM {connection.name_of(self.staging)}"
        )

    def delete(self, connection: Connection) -> str:
        """Empty the target, for services that know no TRUNCATE."""
        return f"DELETE FROM {connection.name_of(self.target)} WHERE TRUE"


def script(connection: Connection, moves: Sequence[Move]) -> str:
    """All of it in one transaction."""
    statements = ["BEGIN TRANSACTION"]
    for move in moves:
        if move.empties:
            statements.append(f"TRUNCATE TABLE {connection.name_of(move.target)}")
        statements.append(move.insert(connection))
    return ";\n".join([*statements, "COMMIT TRANSACTION;"])
