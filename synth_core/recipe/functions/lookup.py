"""A column that another one of the row determines."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from pydantic import Field, field_validator

from synth_core.model.types import Kind
from synth_core.recipe.functions.base import Function, Maker, Place, Row, as_text, mapping, typed
from synth_core.recipe.functions.roles import OwnColumn
from synth_core.recipe.functions.samples import SAMPLES


class Lookup(Function):
    """What goes with the value of another column of the row: the country of a city."""

    name: ClassVar[str] = "lookup"
    group: ClassVar[str] = "values"
    example: ClassVar[str] = "Synth.lookup: {of: country, values: {DE: EUR, US: USD}}"
    examples: ClassVar[Mapping[Kind, str]] = {
        kind: f'Synth.lookup: {{of: country, values: {{DE: "{one}", US: "{other}"}}}}'
        for kind, (one, other) in SAMPLES.items()
    }

    of: OwnColumn = Field(
        description="the column that is looked up; where it is null, or not listed, this one is null"
    )
    values: dict[str, str | None] = Field(
        min_length=1,
        description="its value: the value here; null for none",
        json_schema_extra=typed("values"),
    )

    @field_validator("values", mode="before")
    @classmethod
    def _parse(cls, value: Any) -> Any:
        return {as_text(key): None if each is None else as_text(each) for key, each in mapping(value).items()}

    def bind(self, place: Place) -> Maker:
        def make(row: Row) -> str | None:
            key = row.get(self.of)
            return None if key is None else self.values.get(as_text(key))

        return make
