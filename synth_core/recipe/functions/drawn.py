"""Keys of other tables that stand anywhere, also many in one row: inside of STRUCTs and ARRAYs."""

from __future__ import annotations

from typing import Any, ClassVar

from pydantic import Field

from synth_core.model.types import Kind
from synth_core.recipe.functions.base import Function, Maker, Place, Row
from synth_core.recipe.functions.roles import ColumnOfTable, TableName


class KeyOf(Function):
    """The key of any row of a table, drawn anew for each value: for fields inside of STRUCTs and ARRAYs."""

    name: ClassVar[str] = "key_of"
    group: ClassVar[str] = "keys and links"
    fills: ClassVar[frozenset[Kind]] = frozenset(Kind) - {Kind.STRUCT, Kind.RANGE, Kind.JSON, Kind.GEOGRAPHY}
    example: ClassVar[str] = "Synth.key_of: {table: customers, column: id}"

    table: TableName = Field(description="the table referred to")
    column: ColumnOfTable = Field(description="its key column")

    def bind(self, place: Place) -> Maker:
        world, stream = place.world, place.stream()
        world.function(self.table, self.column)
        rows = world.tables[self.table].rows

        def make(row: Row) -> Any:
            if not rows:
                raise place.error(f"there is no row of {self.table} to refer to.")
            return world.value(self.table, self.column, rows[int(stream(row.number) * len(rows))])

        return make
