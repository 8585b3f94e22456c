"""Functions around other generators: nulls, structs and arrays."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, ClassVar

from pydantic import Field, field_validator, model_validator

from synth_core.model.types import Kind
from synth_core.recipe.functions.base import (
    Function,
    InnerRow,
    Maker,
    Place,
    Row,
    as_text,
    mapping,
    share,
    typed,
)
from synth_core.recipe.functions.distributions import Spread, check_sizes
from synth_core.recipe.functions.roles import OwnColumn
from synth_core.recipe.functions.samples import choice_of


class Nullable(Function):
    """Null in a share of the rows, which another column may decide (`by`), otherwise what `value` makes."""

    name: ClassVar[str] = "nullable"
    group: ClassVar[str] = "conditions and nesting"
    fills: ClassVar[frozenset[Kind]] = frozenset(Kind)
    generators: ClassVar[tuple[str, ...]] = ("value",)
    example: ClassVar[str] = "Synth.nullable: {nulls: 7%, value: {fake: Email}}"
    examples: ClassVar[Mapping[Kind, str]] = {
        kind: f"Synth.nullable: {{nulls: 7%, value: {choice_of(kind)}}}"
        for kind in Kind
        if kind is not Kind.STRING
    }

    nulls: float = Field(description="share of nulls", json_schema_extra=typed("share"))
    value: Any = Field(description="the generator of the other values", json_schema_extra=typed("generator"))
    by: OwnColumn = Field(
        default="", description="a column of the row whose value says how often this one is null"
    )
    nulls_of: dict[str, float] = Field(
        default={},
        description="with `by`, its value: share of nulls; `nulls` is that of all values that are not listed",
        json_schema_extra=typed("weights"),
    )

    @field_validator("nulls", mode="before")
    @classmethod
    def _parse_nulls(cls, value: Any) -> Any:
        return share(value)

    @field_validator("nulls_of", mode="before")
    @classmethod
    def _parse_nulls_of(cls, value: Any) -> Any:
        return {as_text(key): share(each) for key, each in mapping(value).items()}

    @model_validator(mode="after")
    def _both(self) -> Nullable:
        if bool(self.by) != bool(self.nulls_of):
            raise ValueError("`by` and `nulls_of` go together")
        return self

    def bind(self, place: Place) -> Maker:
        stream, nulls, by, nulls_of = place.stream(), self.nulls, self.by, self.nulls_of
        make = place.world.maker(self.value, place.below("value"))
        if not by:
            return lambda row: None if stream(row.number) < nulls else make(row)

        def make_by(row: Row) -> Any:
            said = nulls_of.get(as_text(row.get(by)), nulls)
            return None if stream(row.number) < said else make(row)

        return make_by


class Struct(Function):
    """A STRUCT: each field with a generator of its own, which may look at the fields above it as at columns."""

    name: ClassVar[str] = "struct"
    group: ClassVar[str] = "conditions and nesting"
    open_arguments: ClassVar[str] = "fields"
    fills: ClassVar[frozenset[Kind]] = frozenset({Kind.STRUCT, Kind.RANGE, Kind.JSON})
    generators: ClassVar[tuple[str, ...]] = ("fields",)
    example: ClassVar[str] = "Synth.struct: {street: {fake: StreetAddress}, city: {fake: City}}"
    examples: ClassVar[Mapping[Kind, str]] = {
        Kind.RANGE: 'Synth.struct: {start: "2024-01-31", end: {Synth.choice: ["2024-02-29", "2024-03-31"]}}'
    }

    fields: dict[str, Any] = Field(
        min_length=1, description="name of the field: its generator", json_schema_extra=typed("generators")
    )

    def bind(self, place: Place) -> Maker:
        makers = {name: place.world.maker(value, place.below(name)) for name, value in self.fields.items()}

        def struct(row: Row) -> dict[str, Any]:
            made: dict[str, Any] = {}
            inside = InnerRow(row, made=made)
            for name, make in makers.items():
                made[name] = make(inside)
            return made

        return struct


class Array(Function):
    """An ARRAY (a REPEATED column): as many elements as `length` says."""

    name: ClassVar[str] = "array"
    group: ClassVar[str] = "conditions and nesting"
    fills: ClassVar[frozenset[Kind]] = frozenset(Kind)
    generators: ClassVar[tuple[str, ...]] = ("of",)
    example: ClassVar[str] = 'Synth.array: {length: [0, 1, 1, 4], of: {Synth.choice: ["red", "blue"]}}'
    examples: ClassVar[Mapping[Kind, str]] = {
        kind: f"Synth.array: {{length: [0, 1, 1, 4], of: {choice_of(kind)}}}"
        for kind in Kind
        if kind is not Kind.STRING
    }

    length: tuple[int, ...] = Field(
        min_length=1,
        description="quantiles of the number of elements",
        json_schema_extra=typed("quantiles", "elements"),
    )
    of: Any = Field(description="the generator of one element", json_schema_extra=typed("generator"))

    @field_validator("length", mode="before")
    @classmethod
    def _parse(cls, value: Any) -> Any:
        return check_sizes(value, 100_000)

    def bind(self, place: Place) -> Maker:
        spread, how_many = Spread(self.length, 0, None), place.stream()
        make = place.world.maker(self.of, place.below("of"))
        most = max(self.length) or 1

        def array(row: Row) -> list[Any]:
            # Each element has a row number of its own, so that its draws are its own too.
            return [
                make(InnerRow(row, number=row.number * most + index))
                for index in range(spread.at(how_many(row.number)))
            ]

        return array


class Json(Function):
    """A JSON text of what `value` makes."""

    name: ClassVar[str] = "json"
    group: ClassVar[str] = "conditions and nesting"
    fills: ClassVar[frozenset[Kind]] = frozenset({Kind.JSON, Kind.STRING})
    generators: ClassVar[tuple[str, ...]] = ("value",)
    example: ClassVar[str] = 'Synth.json: {value: {Synth.struct: {theme: {Synth.choice: ["dark", "light"]}}}}'

    value: Any = Field(
        description="a generator, usually Synth.struct or Synth.array", json_schema_extra=typed("generator")
    )

    def bind(self, place: Place) -> Maker:
        make = place.world.maker(self.value, place.below("value"))
        return lambda row: json.dumps(make(row), ensure_ascii=False, default=str)
