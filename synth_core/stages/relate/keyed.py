"""A table with another primary key."""

from __future__ import annotations

from synth_core.model.inferred import Inferred, Origin
from synth_core.model.project import Column, Table
from synth_core.model.types import Mode

_PART = "part of the primary key"


def with_key(table: Table, key: Inferred[tuple[str, ...]]) -> Table:
    """The table with the key, whose columns always have a value. Where a source or a person says of a column whether it
    has, that stays; and what only the key before required is required no more."""
    # Not a person's word, whoever chose the key: with another key it goes.
    origin = Origin.MEASURED if key.origin is Origin.HUMAN else key.origin
    required = Inferred[Mode](value=Mode.REQUIRED, origin=origin, confidence=key.confidence, evidence=_PART)
    columns = tuple(
        column.model_copy(update={"mode": _mode(column, required if column.name in key.value else None)})
        for column in table.columns
    )
    return table.model_copy(update={"primary_key": key, "columns": columns})


def _mode(column: Column, required: Inferred[Mode] | None) -> Inferred[Mode]:
    mode = column.mode
    if mode.origin in (Origin.DECLARED, Origin.HUMAN):
        return mode
    if required is not None:
        return required
    if mode.evidence == _PART:
        return Inferred[Mode](
            value=Mode.NULLABLE, confidence=0.8, evidence="no part of the primary key any more"
        )
    return mode
