"""Values that go with another column of the row: the same there, the same here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from pydantic import Field

from synth_core.model.types import Kind
from synth_core.recipe.draws import key_of
from synth_core.recipe.functions.base import Function, InnerRow, Maker, Place, Row, as_text, typed
from synth_core.recipe.functions.roles import OwnColumn
from synth_core.recipe.functions.samples import choice_of


class Per(Function):
    """One value for each value of another column: each device's place, each customer's name."""

    name: ClassVar[str] = "per"
    group: ClassVar[str] = "values"
    fills: ClassVar[frozenset[Kind]] = frozenset(Kind)
    generators: ClassVar[tuple[str, ...]] = ("value",)
    example: ClassVar[str] = "Synth.per: {each: order_id, value: {fake: Name}}"
    examples: ClassVar[Mapping[Kind, str]] = {
        kind: f"Synth.per: {{each: order_id, value: {choice_of(kind)}}}"
        for kind in Kind
        if kind is not Kind.STRING
    }

    each: OwnColumn = Field(
        description="the other column; rows in which it is null have values of their own",
    )
    value: Any = Field(
        description="the generator, of which each value of the other column gets one value",
        json_schema_extra=typed("generator"),
    )

    def bind(self, place: Place) -> Maker:
        make = place.world.maker(self.value, place.below("value"))
        seed, table, each = place.world.seed, place.table, self.each
        groups = place.world.named_groups(table, each)

        def per_value(row: Row) -> Any:
            value = row.get(each)
            if value is None:
                return make(row)
            if groups:
                number, of_group = groups.row(row.number), groups.place(row.number)
                return make(InnerRow(row, number=number, is_shared=True, place=of_group))
            number = key_of(seed, table, each, as_text(value)) >> 64
            return make(InnerRow(row, number=number, is_shared=True))

        return per_value
