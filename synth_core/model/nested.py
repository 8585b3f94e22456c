"""Fields inside of nested columns, named by their path: `items.product_id`, or `tag_ids` of an ARRAY of numbers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from synth_core.model.types import Field, Mode


class Inner(NamedTuple):
    """A single value inside of a nested column."""

    path: tuple[str, ...]
    field: Field
    """What is there, without being repeated itself."""

    @property
    def place(self) -> str:
        """`items.product_id`."""
        return ".".join(self.path)


def inner_fields(fields: Sequence[Field]) -> Iterator[Inner]:
    """All of them, in the schema's order."""
    for field in fields:
        if field.is_nested:
            yield from _below(field, (field.name,))


def _below(field: Field, path: tuple[str, ...]) -> Iterator[Inner]:
    if field.type.is_nested:
        for each in field.type.fields:
            yield from _below(each, (*path, each.name))
    else:
        mode = Mode.NULLABLE if field.mode is Mode.REPEATED else field.mode
        yield Inner(path, field.model_copy(update={"mode": mode}))
