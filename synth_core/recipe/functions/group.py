"""Rows that belong together and stand one after the other."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from pydantic import Field, field_validator

from synth_core.errors import PlanError
from synth_core.model.types import Kind
from synth_core.recipe.functions.base import Function, InnerRow, Maker, Place, Row, typed
from synth_core.recipe.functions.samples import choice_of
from synth_core.recipe.functions.spreads import entries_of, read_spread


class Group(Function):
    """One value for several rows, one after the other: the number of an order in all its lines."""

    name: ClassVar[str] = "group"
    group: ClassVar[str] = "keys and links"
    fills: ClassVar[frozenset[Kind]] = frozenset(Kind)
    generators: ClassVar[tuple[str, ...]] = ("value",)
    example: ClassVar[str] = (
        'Synth.group: {rows: {"1": 60%, "2-4": 40%}, value: {Synth.sequence: {start: 1001}}}'
    )
    examples: ClassVar[Mapping[Kind, str]] = {
        kind: f'Synth.group: {{rows: {{"1": 60%, "2-4": 40%}}, value: {choice_of(kind)}}}'
        for kind in Kind
        if kind is not Kind.INT64
    }

    rows: dict[str, float] = Field(
        min_length=1,
        description="rows per group: share of the groups",
        json_schema_extra=typed("children"),
    )
    value: Any = Field(
        description="the generator, of which each group gets one value; what is unique there is so for each group",
        json_schema_extra=typed("generator"),
    )

    @field_validator("rows", mode="before")
    @classmethod
    def _parse(cls, value: Any) -> Any:
        return read_spread(value)

    @field_validator("rows")
    @classmethod
    def _some_rows(cls, value: dict[str, float]) -> dict[str, float]:
        if any(fewest < 1 for fewest, _, _ in entries_of(value)):
            raise ValueError("a group has at least one row")
        return value

    @property
    def spread(self) -> list[tuple[int, int, float]]:
        """(fewest, most, weight) for each entry of `rows`."""
        return entries_of(self.rows)

    def bind(self, place: Place) -> Maker:
        groups = place.world.groups(place.table, place.field)
        make = place.world.maker(self.value, place.below("value"))

        def value_of_group(row: Row) -> Any:
            place = groups.place(row.number)
            return make(InnerRow(row, number=groups.row(row.number), is_shared=True, place=place))

        return value_of_group

    def check(self, place: Place) -> None:
        groups = place.world.groups(place.table, place.field)
        groups.check()
        capacity = self._capacity(place)
        needed = groups.row(place.world.tables[place.table].last - 1) + 1
        if capacity is not None and needed > capacity:
            raise PlanError(
                f"{place.table}.{place.field}: {needed:,} different values are needed, but there are only "
                f"{capacity:,}.",
                hint="Make fewer rows, or add a longer shape in the recipe.",
            )

    def _capacity(self, place: Place) -> int | None:
        from synth_core.recipe.world import function_in

        inner = function_in(self.value, f"{place.table}.{place.field}")
        return inner.capacity() if inner else None
