"""Casts what a recipe makes to exactly the target's columns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from types import NoneType
from typing import Any

import pyarrow as pa

from synth_core.engine.convert import Misfit, field_converter
from synth_core.errors import GenerationError
from synth_core.files.arrow import arrow_schema
from synth_core.model.types import Field, Kind, Mode

SHOWN = 60
"""Characters of a value that an error shows at most."""

# Python types whose values Arrow stores as our own rules would, or refuses. Others it may bend without a
# word: 12.5 becomes 12 as an INT64, 5 becomes a DATE in January 1970.
_EXACT: dict[Kind, frozenset[type]] = {
    Kind.INT64: frozenset({int}),
    Kind.NUMERIC: frozenset({int, Decimal}),
    Kind.BIGNUMERIC: frozenset({int, Decimal}),
    Kind.FLOAT64: frozenset({int, float}),
    Kind.BOOL: frozenset({bool}),
    Kind.STRING: frozenset({str}),
    Kind.GEOGRAPHY: frozenset({str}),
    Kind.BYTES: frozenset({bytes}),
    Kind.DATE: frozenset({date}),
    Kind.DATETIME: frozenset({datetime}),
    Kind.TIMESTAMP: frozenset({datetime}),
}


class Caster:
    """Turns rows of Python values into Arrow record batches of one table; counts rows for its errors."""

    def __init__(self, table: str, fields: Sequence[Field]) -> None:
        self.schema = arrow_schema(fields)
        """The schema of every batch."""
        self._table = table
        self._columns = [
            _Column(table, field, arrow.type) for field, arrow in zip(fields, self.schema, strict=True)
        ]
        self._names = frozenset(field.name for field in fields)
        self._rows = 0

    def batch(self, rows: Sequence[Mapping[str, Any]]) -> pa.RecordBatch:
        """The rows as one batch; a column that a row lacks is null there.

        Raises GenerationError naming table, column, row (counted from 1 over all batches), value and type for
        a value that does not fit its column, and for a key that is no column.
        """
        for index, row in enumerate(rows):
            if not self._names.issuperset(row):
                surplus = next(key for key in row if key not in self._names)
                raise GenerationError(
                    f"{self._table}, row {self._rows + index + 1}: the target has no column {surplus!r}.",
                    hint="Rename the field in the recipe, or remove it.",
                )
        arrays = [
            column.array([row.get(column.name) for row in rows], self._rows) for column in self._columns
        ]
        self._rows += len(rows)
        return pa.RecordBatch.from_arrays(arrays, schema=self.schema)


class _Column:
    """One column, with the converter for its type."""

    def __init__(self, table: str, field: Field, type: pa.DataType) -> None:
        self.name = field.name
        self._table, self._type = table, type
        self._convert = field_converter(field)
        exact = frozenset() if field.mode is Mode.REPEATED else _EXACT.get(field.type.kind, frozenset())
        if field.mode is Mode.NULLABLE and exact:
            exact |= {NoneType}
        self._exact = exact
        self._max_length = field.type.max_length

    def array(self, values: list[Any], rows_before: int) -> pa.Array:
        """The values in the column's Arrow type."""
        if self._exact.issuperset(map(type, values)) and self._is_short(values):
            try:
                return pa.array(values, self._type)
            except (pa.ArrowInvalid, pa.ArrowTypeError, OverflowError, UnicodeEncodeError):
                # One of them needs rounding or does not fit: look at each.
                return self._one_by_one(values, rows_before)
        return self._one_by_one(values, rows_before)

    def _is_short(self, values: list[Any]) -> bool:
        longest = self._max_length
        return longest is None or all(value is None or len(value) <= longest for value in values)

    def _one_by_one(self, values: list[Any], rows_before: int) -> pa.Array:
        converted = []
        for index, value in enumerate(values):
            try:
                converted.append(self._convert(value))
            except Misfit as misfit:
                shown = repr(misfit.value)
                if len(shown) > SHOWN:
                    shown = shown[:SHOWN] + "…"
                raise GenerationError(
                    f"{self._table}.{self.name}{misfit.path}, row {rows_before + index + 1}: "
                    f"{shown} is no {misfit.type}: {misfit.reason}.",
                    hint="Change the field in the recipe, or the column's type.",
                ) from None
        return pa.array(converted, self._type)
