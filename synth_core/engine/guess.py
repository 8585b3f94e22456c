"""Types of columns that no schema declares, from the values a recipe makes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from synth_core.model.types import STRING, BigQueryType, Field, Kind, Mode

_KINDS: tuple[tuple[type, Kind], ...] = (
    (bool, Kind.BOOL),
    (int, Kind.INT64),
    (float, Kind.FLOAT64),
    (Decimal, Kind.NUMERIC),
    (datetime, Kind.TIMESTAMP),
    (date, Kind.DATE),
    (time, Kind.TIME),
    (bytes, Kind.BYTES),
    (str, Kind.STRING),
)
_WIDER = {
    frozenset({Kind.INT64, Kind.FLOAT64}): Kind.FLOAT64,
    frozenset({Kind.INT64, Kind.NUMERIC}): Kind.NUMERIC,
    frozenset({Kind.FLOAT64, Kind.NUMERIC}): Kind.FLOAT64,
}


def guess_fields(
    columns: Sequence[str], rows: Sequence[Mapping[str, Any]], known: Mapping[str, Kind]
) -> list[Field]:
    """A field for each column that holds all its values; `known` widens what these rows alone would give."""
    return [_guess(column, [row.get(column) for row in rows], known.get(column)) for column in columns]


def wider(one: Kind | None, other: Kind | None) -> Kind:
    """The narrowest type that takes values of both; text takes all."""
    if one is None or other is None or one is other:
        return one or other or Kind.STRING
    return _WIDER.get(frozenset({one, other}), Kind.STRING)


def kind_of(value: Any) -> Kind | None:
    """The type of one value; None for null; STRING for what has no scalar type."""
    if value is None:
        return None
    if isinstance(value, datetime) and value.tzinfo is None:
        return Kind.DATETIME
    return next((kind for known, kind in _KINDS if isinstance(value, known)), Kind.STRING)


def _guess(name: str, values: Iterable[Any], known: Kind | None) -> Field:
    values = [value for value in values if value is not None]
    if values and all(isinstance(value, list) for value in values):
        element = _guess(name, [each for value in values for each in value], known)
        return Field(name=name, type=element.type, mode=Mode.REPEATED)
    if values and all(isinstance(value, dict) for value in values):
        names = list(dict.fromkeys(key for value in values for key in value))
        fields = tuple(_guess(key, [value.get(key) for value in values], None) for key in names)
        return Field(name=name, type=BigQueryType(kind=Kind.STRUCT, fields=fields))
    kind = known
    for value in values:
        kind = wider(kind, kind_of(value))
    return Field(name=name, type=BigQueryType(kind=kind) if kind else STRING)
