"""Keys that count, and columns that refer to other rows.

Every value here follows from the row number alone. So a child finds its parent's key without that row being
there yet: tables can be made in any order and apart from one another, and cycles need no second pass.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any, ClassVar, Literal

from pydantic import Field, field_validator, model_validator

from synth_core.model.types import Kind
from synth_core.recipe.functions.base import (
    Function,
    Maker,
    Place,
    Row,
    listed,
    literal,
    share,
    typed,
)
from synth_core.recipe.functions.distributions import Unit, check_ascending
from synth_core.recipe.functions.roles import (
    ColumnOfLink,
    ColumnOfReferred,
    ColumnOfTable,
    OwnColumn,
    TableName,
)
from synth_core.recipe.functions.samples import ORDERED, SAMPLES
from synth_core.recipe.functions.spreads import entries_of, read_spread
from synth_core.recipe.functions.steps import advance, check_step, step_of

_COUNTABLE = frozenset(
    {
        Kind.INT64,
        Kind.NUMERIC,
        Kind.BIGNUMERIC,
        Kind.FLOAT64,
        Kind.STRING,
        Kind.DATE,
        Kind.DATETIME,
        Kind.TIMESTAMP,
    }
)


class Sequence(Function):
    """Numbers, dates or times in equal steps, without gaps: start, start + step, start + 2 × step …"""

    name: ClassVar[str] = "sequence"
    group: ClassVar[str] = "keys and links"
    shorthand: ClassVar[str] = "start"
    keyed: ClassVar[bool] = True
    fills: ClassVar[frozenset[Kind]] = _COUNTABLE
    unique: ClassVar[Literal["always", "can", "no"]] = "always"
    example: ClassVar[str] = "Synth.sequence: {start: 1001, step: 1}"
    examples: ClassVar[Mapping[Kind, str]] = {
        kind: f'Synth.sequence: {{start: "{SAMPLES[kind][0]}", step: 1}}'
        for kind in ORDERED
        if kind is not Kind.INT64
    }

    start: Any = Field(
        default=1, description="the first value: a number, date or time", json_schema_extra=typed("value")
    )
    step: Any = Field(
        default=1, description="a number, or `1 day`, `2 hours`", json_schema_extra=typed("step")
    )

    @field_validator("start", mode="before")
    @classmethod
    def _parse_start(cls, value: Any) -> Any:
        start = literal(value)
        if isinstance(start, float):
            start = literal(repr(start))
        if isinstance(start, bool) or not isinstance(start, (int, Decimal, date)):
            raise ValueError(f"a sequence starts with a number, date or time, not {value!r}")
        return start

    @field_validator("step", mode="before")
    @classmethod
    def _parse_step(cls, value: Any) -> Any:
        step = step_of(value)
        if not step:
            raise ValueError("a step of 0 repeats the same value")
        return step

    @model_validator(mode="after")
    def _fit(self) -> Sequence:
        check_step(self.start, self.step)
        return self

    def bind(self, place: Place) -> Maker:
        return lambda row: advance(self.start, self.step, row.number)


class Also(Function):
    """A second table in which the row's values must occur as well."""

    name: ClassVar[str] = "also"
    group: ClassVar[str] = "keys and links"
    example: ClassVar[str] = "{table: stores, columns: {tenant_id: tenant_id}}"

    table: TableName = Field(description="the second table")
    columns: dict[ColumnOfReferred, ColumnOfTable] = Field(
        min_length=1,
        description="column of the first table: column of this one",
    )


class Reference(Function):
    """The key of a row of another table (or of this one), with a given spread of children per parent."""

    name: ClassVar[str] = "reference"
    group: ClassVar[str] = "keys and links"
    keyed: ClassVar[bool] = True
    fills: ClassVar[frozenset[Kind]] = frozenset(Kind) - {Kind.STRUCT, Kind.RANGE, Kind.JSON, Kind.GEOGRAPHY}
    unique: ClassVar[Literal["always", "can", "no"]] = "can"
    example: ClassVar[str] = (
        'Synth.reference: {table: customers, column: id, children: {"0": 10%, "1-3": 90%}}'
    )

    table: TableName = Field(description="the table referred to")
    column: ColumnOfTable = Field(description="its key column")
    children: dict[str, float] = Field(
        default={},
        description="children per parent: share of the parents",
        json_schema_extra=typed("children"),
    )
    nulls: float = Field(
        default=0.0, description="share of rows that refer to nothing", json_schema_extra=typed("share")
    )
    unique_values: bool = Field(
        default=False,
        alias="unique",
        description="no parent has two children",
        json_schema_extra=typed("flag"),
    )
    grouped: bool = Field(
        default=False,
        description="children of one parent stand together, and parents come in their order",
        json_schema_extra=typed("flag"),
    )
    match: dict[ColumnOfTable, OwnColumn] = Field(
        default={},
        description="column of that table: column of this row that must have the same value",
    )
    also: tuple[Also, ...] = Field(
        default=(),
        description="other tables in which the parent's values must occur",
        json_schema_extra=typed("tables"),
    )
    each: OwnColumn = Field(
        default="",
        description="a column of the row: rows with the same value of it have the same parent",
    )
    after: OwnColumn = Field(
        default="",
        description="a column of the row that refers to the same table: this key is not before that one",
    )
    gaps: tuple[Any, ...] = Field(
        default=(),
        description="with `after`: quantiles of the gap, from smallest to largest",
        json_schema_extra=typed("quantiles"),
    )
    unit: Unit | None = Field(
        default=None,
        description="with `after`: unit of the gaps between dates and times",
        json_schema_extra=typed("text"),
    )

    @field_validator("gaps", mode="before")
    @classmethod
    def _parse_gaps(cls, value: Any) -> Any:
        gaps = check_ascending([literal(item) for item in listed(value)]) if value else ()
        if not all(isinstance(gap, (int, float, Decimal)) and gap >= 0 for gap in gaps):
            raise ValueError("gaps are numbers that are not below zero; `unit` says of what")
        return gaps

    @model_validator(mode="after")
    def _fit(self) -> Reference:
        if bool(self.after) != bool(self.gaps):
            raise ValueError("`after` and `gaps` go together")
        if self.unit and not self.after:
            raise ValueError("`unit` is that of the gaps behind `after`, and there is none")
        if self.after and (self.children or self.unique_values or self.grouped or self.match or self.each):
            raise ValueError(
                "which row is meant follows from `after`, so there is nothing else to choose it by"
            )
        if self.each and (self.unique_values or self.grouped or self.match):
            raise ValueError("with `each` many rows have one parent, and it is chosen by nothing else")
        return self

    @field_validator("nulls", mode="before")
    @classmethod
    def _parse_nulls(cls, value: Any) -> Any:
        return share(value)

    @field_validator("children", mode="before")
    @classmethod
    def _parse_children(cls, value: Any) -> Any:
        return read_spread(value)

    @field_validator("also", mode="before")
    @classmethod
    def _parse_also(cls, value: Any) -> Any:
        return tuple(listed(value))

    @property
    def spread(self) -> list[tuple[int, int, float]]:
        """(fewest, most, weight) for each entry of `children`."""
        return entries_of(self.children)

    def bind(self, place: Place) -> Maker:
        return place.world.parents(place.table, place.field).value

    def check(self, place: Place) -> None:
        place.world.parents(place.table, place.field).check()


class Parent(Function):
    """Another column of the row that a reference of this table points to."""

    name: ClassVar[str] = "parent"
    group: ClassVar[str] = "keys and links"
    keyed: ClassVar[bool] = True
    unique: ClassVar[Literal["always", "can", "no"]] = "can"
    example: ClassVar[str] = "Synth.parent: {link: order_id, column: line_no}"

    link: OwnColumn = Field(description="the column of this table that is a reference")
    column: ColumnOfLink = Field(description="the column of the table it refers to")

    def bind(self, place: Place) -> Maker:
        parents = place.world.parents(place.table, self.link)
        world, table, column = place.world, parents.table, self.column

        def make(row: Row) -> Any:
            parent = parents.row(row.number)
            return None if parent is None else world.value(table, column, parent)

        return make


class Position(Function):
    """The running number of a row among those with the same parent, or of the same group: 1, 2, 3 …"""

    name: ClassVar[str] = "position"
    group: ClassVar[str] = "keys and links"
    shorthand: ClassVar[str] = "within"
    keyed: ClassVar[bool] = True
    fills: ClassVar[frozenset[Kind]] = frozenset(
        {Kind.INT64, Kind.NUMERIC, Kind.BIGNUMERIC, Kind.FLOAT64, Kind.STRING}
    )
    unique: ClassVar[Literal["always", "can", "no"]] = "no"
    example: ClassVar[str] = "Synth.position: {within: order_id}"

    within: OwnColumn = Field(description="the column of this table that is a reference or a group")
    start: int = Field(default=1, description="the first number", json_schema_extra=typed("whole"))
    step: int = Field(default=1, ge=1, description="from one to the next", json_schema_extra=typed("whole"))
    digits: int = Field(
        default=0,
        ge=0,
        le=38,
        description="so many digits, with zeros in front: 001, 002",
        json_schema_extra=typed("whole", "digits"),
    )

    def bind(self, place: Place) -> Maker:
        within = place.world.grouping(place.table, self.within)
        start, step, digits = self.start, self.step, self.digits
        if digits:
            return lambda row: str(start + step * within.position(row.number)).zfill(digits)
        return lambda row: start + step * within.position(row.number)
