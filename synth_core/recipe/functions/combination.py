"""Composite keys: each combination of several parts comes at most once."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from math import isfinite
from typing import Any, ClassVar, Literal

from pydantic import Field, field_validator, model_validator

from synth_core.model.types import Kind
from synth_core.recipe.functions.base import SCALARS, Function, Maker, Place, literal, typed
from synth_core.recipe.functions.distributions import Unit
from synth_core.recipe.functions.offset import check_start, shifted
from synth_core.recipe.functions.roles import ColumnOfPart, ColumnOfTable, OwnColumn, TableName
from synth_core.recipe.functions.shapes import Shape
from synth_core.recipe.functions.steps import advance, check_step, step_of


class PartOf(Function):
    """The values one part can take: listed, a range, a shape, or the rows of another table."""

    name: ClassVar[str] = "part-of"
    group: ClassVar[str] = "keys and links"
    example: ClassVar[str] = "{first: 2013, last: 2024}"

    values: tuple[Any, ...] = Field(
        default=(), description="all values, listed", json_schema_extra=typed("list")
    )
    first: Any = Field(
        default=None, description="the lowest value of a range", json_schema_extra=typed("value")
    )
    last: Any = Field(
        default=None, description="the highest value of a range", json_schema_extra=typed("value")
    )
    step: Any = Field(
        default=1, description="the step of a range: a number, or `1 day`", json_schema_extra=typed("step")
    )
    behind: str = Field(
        default="",
        description="another part above it: `first` and `last` are the smallest and largest gap behind that",
        json_schema_extra=typed("text"),
    )
    unit: Unit | None = Field(
        default=None,
        description="with `behind`: unit of the gaps for dates and times",
        json_schema_extra=typed("text"),
    )
    shape: str = Field(
        default="", description="texts of a shape such as AA-99", json_schema_extra=typed("text")
    )
    table: TableName = Field(default="", description="a table: any of its rows")
    column: ColumnOfTable = Field(default="", description="with `table`: its key column")
    match: dict[ColumnOfTable, OwnColumn] = Field(
        default={},
        description="with `table`: its column: column of this row that must have the same value",
    )

    @field_validator("first", "last", mode="before")
    @classmethod
    def _parse_end(cls, value: Any) -> Any:
        return literal(value)

    @field_validator("step", mode="before")
    @classmethod
    def _parse_step(cls, value: Any) -> Any:
        return step_of(value)

    @model_validator(mode="after")
    def _one_kind(self) -> PartOf:
        kinds = [bool(self.values), self.first is not None, bool(self.shape), bool(self.table)]
        if sum(kinds) != 1:
            raise ValueError(
                "a part has exactly one of `values`, `first` and `last`, `shape`, `table` and `column`"
            )
        Shape(self.shape)
        if self.first is not None:
            self._check_range()
        if self.behind and not all(isinstance(end, int) for end in (self.first, self.last)):
            raise ValueError("gaps behind another part run from a whole number to a whole number")
        if self.unit and not self.behind:
            raise ValueError("a `unit` goes with `behind`")
        if bool(self.table) != bool(self.column):
            raise ValueError("a part of a table names `table` and `column`")
        return self

    def _check_range(self) -> None:
        numbers = (int, float, Decimal)
        ends = (self.first, self.last)
        are_numbers = all(isinstance(end, numbers) and isfinite(end) for end in ends)
        are_dates = isinstance(self.first, date) and type(self.first) is type(self.last)
        if not (are_numbers or are_dates):
            raise ValueError("a range runs from a number to a number, or from a date to a date")
        if isinstance(self.first, datetime) and (self.first.tzinfo is None) != (self.last.tzinfo is None):
            raise ValueError("one end of the range has a time zone, the other has none")
        if self.last < self.first:
            raise ValueError("a range needs `first` and a `last` that is not lower")
        zero = timedelta() if isinstance(self.step, timedelta) else 0
        if self.step <= zero:
            raise ValueError("a range needs a step above 0")
        check_step(self.first, self.step)

    @property
    def is_open(self) -> bool:
        """A range that can run on past its end when all combinations are used up."""
        return self.first is not None

    def width(self) -> int:
        """How many values a part that names no table has."""
        if self.values:
            return len(self.values)
        if self.shape:
            return Shape(self.shape).capacity
        step = self.step
        gap = self.last - self.first
        if isinstance(gap, timedelta) and not isinstance(step, timedelta):
            step = timedelta(days=float(step))
        return int(gap // step) + 1


class Combination(Function):
    """Combinations of parts, each at most once (within each parent of `within`, where that is given).

    It makes no column itself: `Synth.part` takes the single parts. When all combinations are used up, the
    first range among the parts runs on past its end.
    """

    name: ClassVar[str] = "combination"
    group: ClassVar[str] = "keys and links"
    keyed: ClassVar[bool] = True
    fills: ClassVar[frozenset[Kind]] = frozenset()
    unique: ClassVar[Literal["always", "can", "no"]] = "always"
    example: ClassVar[str] = (
        "Synth.combination: {parts: {year: {first: 2013, last: 2024}, team: {values: [red, blue]}}}"
    )

    parts: dict[str, PartOf] = Field(
        min_length=1, description="name of the part: its values", json_schema_extra=typed("parts")
    )
    within: OwnColumn = Field(
        default="",
        description="a column of this table that is a reference",
    )

    @model_validator(mode="after")
    def _in_order(self) -> Combination:
        known: list[str] = []
        for name, part in self.parts.items():
            if part.behind and part.behind not in known:
                raise ValueError(
                    f"the part {name!r} stands behind {part.behind!r}, which has to be declared above it"
                )
            known.append(name)
        return self

    def bind(self, place: Place) -> Maker:
        place.world.combination(place.table, place.field)
        return lambda row: row.number

    def check(self, place: Place) -> None:
        place.world.combination(place.table, place.field).check()


class Part(Function):
    """One part of a `Synth.combination` of the same table."""

    name: ClassVar[str] = "part"
    group: ClassVar[str] = "keys and links"
    shorthand: ClassVar[str] = "part"
    keyed: ClassVar[bool] = True
    fills: ClassVar[frozenset[Kind]] = SCALARS
    unique: ClassVar[Literal["always", "can", "no"]] = "no"
    example: ClassVar[str] = "Synth.part: {of: __key, part: year}"

    part: str = Field(description="the part's name", json_schema_extra=typed("text"))
    of: OwnColumn = Field(default="__key", description="the field that holds the combination")
    column: ColumnOfPart = Field(
        default="",
        description="for a part that is a table: another column of its row",
    )

    def bind(self, place: Place) -> Maker:
        combination = place.world.combination(place.table, self.of)
        if self.part not in combination.parts:
            raise place.error(
                f"`{self.of}` has no part {self.part!r}; it has {', '.join(combination.parts)}."
            )
        return lambda row: combination.value(row.number, self.part, self.column)


def part_value(part: PartOf, index: int) -> Any:
    """The index-th value of a part that names no table; a range runs on past its end."""
    if part.values:
        return part.values[index]
    if part.shape:
        return Shape(part.shape).text(index)
    value = advance(part.first, part.step, index)
    return value.date() if isinstance(value, datetime) and type(part.first) is date else value


def later_value(part: PartOf, index: int, before: Any) -> Any:
    """The index-th value of a part that comes after another one, whose value is `before`."""
    start = literal(before)
    check_start(start, part.unit)
    return shifted(start, part_value(part, index), part.unit)
