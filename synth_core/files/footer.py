"""The lines around a table: what stands in them for numbers that follow from the rows, and those numbers.

A number of such a line is written as `{rows as 000009}` or `{sum of column 4 as 9.999,99}`, so that a trailer is true
of the rows that it ends, and a title of those that it begins. The form is the number as it stood in the source, its
digits replaced: 0 where zeros fill it up to a fixed width, 9 else.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Context, Decimal
from typing import Literal

import pyarrow as pa
import pyarrow.compute as pc

from synth_core.errors import TargetError
from synth_core.model.dialect import Dialect
from synth_core.model.project import Column
from synth_core.model.types import NUMERIC_KINDS

Measure = Literal["sum", "lowest", "highest", "mean", "first", "last"]
_PLACE = re.compile(
    r"\{(?:rows(?:\+(?P<more>\d+))?|(?P<measure>sum|lowest|highest|mean|first|last) of column (?P<column>\d+))"
    r" as (?P<form>[^{}]+)\}"
)
_EXACT = Context(prec=400, rounding=ROUND_HALF_UP)
"""Room for whatever a FLOAT64 or a BIGNUMERIC may be, and the decimals of a form."""


@dataclass(frozen=True)
class Total:
    """One number of such a line: of the rows (`more`: as many lines are counted with them) or of a column, by its place
    from 1 on."""

    form: str
    measure: Measure | None = None
    column: int = 0
    more: int = 0

    def __str__(self) -> str:
        what = f"{self.measure} of column {self.column}" if self.measure else "rows"
        return f"{{{what}{f'+{self.more}' if self.more else ''} as {self.form}}}"


def form_of(number: str) -> str:
    """The form of a number as it is written: `0042` gives `0009`, `1.234,50` gives `9.999,99`."""
    digits = re.search(r"\d+", number)
    is_filled = digits is not None and len(digits[0]) > 1 and digits[0].startswith("0")
    form = re.sub(r"\d", "9", number)
    return form.replace("9", "0", len(digits[0]) - 1) if is_filled and digits else form


def formatted(value: Decimal | int, form: str, dialect: Dialect) -> str:
    """The value in that form, as wide as it needs to be."""
    whole, _, behind = form.partition(dialect.decimal)
    exact = rounded(Decimal(value), len(behind))
    number, point, decimals = f"{exact.copy_abs():f}".partition(".")
    if "0" in whole:
        number = number.rjust(sum(digit in "09" for digit in whole), "0")
    elif dialect.thousands and dialect.thousands in whole:
        number = f"{int(number):,}".replace(",", dialect.thousands)
    sign = "-" if exact < 0 else "+" if form.startswith("+") else ""
    return sign + number + (point and dialect.decimal) + decimals


def rounded(value: Decimal, decimals: int) -> Decimal:
    """The value with so many digits behind the point."""
    return _EXACT.quantize(value, Decimal(1).scaleb(-decimals))


def without_totals(line: str) -> str:
    """The line with an example in place of each total, for who looks at its shape only."""
    return _PLACE.sub(lambda found: found["form"], line)


def as_text(line: str) -> str:
    """A line of a source that happens to look as if it asked for totals, so that it does not."""
    return _PLACE.sub(lambda found: f"({found[0][1:-1]})", line)


def has_totals(lines: Sequence[str]) -> bool:
    """Some number in the lines follows from the rows, so that they can't be written before these."""
    return any(map(_PLACE.search, lines))


class Totals:
    """What the lines around the rows say of them, once all rows of the file were counted."""

    def __init__(self, columns: Sequence[Column], dialect: Dialect) -> None:
        self._dialect = dialect
        self._rows = 0
        self._filled: dict[int, int] = {}
        self._totals: dict[tuple[str, int], Decimal | None] = {
            (found["measure"], int(found["column"])): None
            for line in (*dialect.banner, *dialect.footer)
            for found in _PLACE.finditer(line)
            if found["measure"]
        }
        for measure, place in self._totals:
            known = columns[place - 1] if 0 < place <= len(columns) else None
            if known is None or known.type.value.kind not in NUMERIC_KINDS:
                what = f"column {known.name!r} is no number" if known else f"there is no column {place}"
                raise TargetError(
                    f"a line around the rows asks for the {measure} of column {place}, but {what}.",
                    hint="Correct banner or footer in the dialect of the project, or the column's type.",
                )

    def add(self, batch: pa.RecordBatch) -> None:
        """Count the rows of a batch."""
        self._rows += batch.num_rows
        for (measure, place), before in self._totals.items():
            values = _numbers(batch.column(place - 1))
            if measure == "mean":
                self._filled[place] = self._filled.get(place, 0) + len(values) - values.null_count
            found = _measured(measure, values)
            if found is not None:
                self._totals[measure, place] = found if before is None else _joined(measure, before, found)

    def lines(self, lines: Sequence[str]) -> list[str]:
        """The lines of the dialect as they are written."""
        return [_PLACE.sub(self._number, line) for line in lines]

    def _number(self, found: re.Match[str]) -> str:
        if not found["measure"]:
            return formatted(self._rows + int(found["more"] or 0), found["form"], self._dialect)
        value = self._totals[found["measure"], int(found["column"])] or Decimal(0)
        if found["measure"] == "mean":
            value = mean(value, self._filled[int(found["column"])])
        return formatted(value, found["form"], self._dialect)


def mean(total: Decimal, count: int) -> Decimal:
    """The mean of so many numbers; 0 of none."""
    return _EXACT.divide(total, Decimal(count)) if count else Decimal(0)


def _numbers(values: pa.Array) -> pa.Array:
    """Exact, but for floating point, of which only numbers count."""
    if pa.types.is_integer(values.type):
        return values.cast(pa.decimal128(38, 0))
    if pa.types.is_floating(values.type):
        return values.filter(pc.is_finite(values), null_selection_behavior="drop")
    return values


def _measured(measure: str, values: pa.Array) -> Decimal | None:
    """None where there is no number; of a mean the sum."""
    if measure in ("first", "last"):
        known = values.drop_null()
        values = known[:1] if measure == "first" else known[-1:]
    compute = {"sum": pc.sum, "lowest": pc.min, "highest": pc.max}.get(measure, pc.sum)
    found = compute(values).as_py()
    if found is None or (isinstance(found, float) and not math.isfinite(found)):
        return None
    return Decimal(found)


def _joined(measure: str, one: Decimal, other: Decimal) -> Decimal:
    if measure in ("sum", "mean"):
        return _EXACT.add(one, other)
    if measure in ("first", "last"):
        return one if measure == "first" else other
    return min(one, other) if measure == "lowest" else max(one, other)
