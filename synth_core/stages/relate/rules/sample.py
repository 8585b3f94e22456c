"""Some thousand rows of a table as arrays: values as codes, numbers, days."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from zlib import crc32

import duckdb
import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from synth_core.files.sql import quote
from synth_core.model.project import Column, Table
from synth_core.model.types import NUMERIC_KINDS, TEMPORAL_KINDS, Kind, Mode
from synth_core.stages.profile.sql import table_ref

ROWS = 20_000
_TOGETHER = 10
_MOST_DECIMALS = 8
_EXACT = 1e-9
_FEW_TEXTS = 400
_DAY_US = 86_400_000_000
_CODED = NUMERIC_KINDS | TEMPORAL_KINDS | {Kind.STRING, Kind.BOOL}
DAYS = TEMPORAL_KINDS - {Kind.TIME}

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Seen:
    """One column of the sample."""

    name: str
    position: int
    kind: Kind
    codes: npt.NDArray[np.int32]
    """A number for each value; -1 where it is null."""
    distinct: int
    numbers: Floats | None = None
    """Of numbers; NaN where there is none."""
    decimals: int | None = None
    """Of numbers: the most digits after the point; None: more than money and shares have."""
    moments: npt.NDArray[Any] | None = None
    """Of dates and times, as datetime64."""
    texts: tuple[str, ...] = ()
    """Of texts with few values: what the codes stand for."""
    values: npt.NDArray[Any] | None = None
    """Of texts and truth values: a number for each value, the same in all columns."""

    @property
    def filled(self) -> Bools:
        """Where it is not null."""
        return self.codes >= 0


@dataclass(frozen=True)
class Sample:
    """The columns that rules can be about."""

    rows: int
    columns: Mapping[str, Seen] = field(default_factory=dict)


def take_sample(con: duckdb.DuckDBPyConnection, table: Table) -> Sample:
    """All rows of a small table, else about `ROWS` that lie all over it; the same ones each time."""
    usable = [column for column in table.columns if is_usable(column) or _is_struct(column)]
    if not usable:
        return Sample(0)
    source = table_ref(table.name)
    ((rows,),) = con.execute(f"SELECT count(*) FROM {source}").fetchall()
    step = max(1, rows // ROWS)
    # Rows that stand together may belong together: lines of an order.
    chosen = f" WHERE hash(rowid // {_TOGETHER}) % {step} = 0" if step > 1 else ""
    values = ", ".join(f"{_value(column)} AS c{place}" for place, column in enumerate(usable))
    found = con.sql(f"SELECT {values} FROM {source}{chosen}").to_arrow_table().combine_chunks()
    columns = {
        column.name: _seen(column, table.columns.index(column), found.column(place))
        for place, column in enumerate(usable)
    }
    return Sample(found.num_rows, columns)


def is_usable(column: Column) -> bool:
    """A flat column whose values can be compared."""
    return not column.field.is_nested and column.type.value.kind in _CODED


def _is_struct(column: Column) -> bool:
    """Of it no more is looked at than whether it is there."""
    return column.type.value.kind is Kind.STRUCT and column.mode.value is not Mode.REPEATED


def _value(column: Column) -> str:
    name, kind = quote(column.name), column.type.value.kind
    if kind is Kind.STRUCT:
        return f"CASE WHEN {name} IS NOT NULL THEN true END"
    if kind in (Kind.NUMERIC, Kind.BIGNUMERIC, Kind.FLOAT64):
        number = f"CAST({name} AS DOUBLE)"
        return f"CASE WHEN isfinite({number}) THEN {number} END"
    if kind in DAYS:
        # Arrow counts microseconds from 1970; what is infinite has none.
        return f"CASE WHEN isfinite({name}) THEN epoch_us({name}) END"
    return name


def _seen(column: Column, position: int, values: pa.ChunkedArray) -> Seen:
    kind = column.type.value.kind
    coded = pc.dictionary_encode(values)
    merged = coded.combine_chunks() if isinstance(coded, pa.ChunkedArray) else coded
    if isinstance(merged, pa.ChunkedArray):
        merged = merged.chunk(0)
    codes = np.asarray(merged.indices.fill_null(-1).to_numpy(zero_copy_only=False), dtype=np.int32)
    distinct = len(merged.dictionary)
    numbers = moments = None
    decimals = None
    texts: tuple[str, ...] = ()
    same = None
    if kind in NUMERIC_KINDS:
        numbers = np.asarray(pc.cast(values, pa.float64(), safe=False).to_numpy(), dtype=np.float64)
        decimals = _decimals(numbers)
    elif kind in DAYS:
        whole = np.asarray(pc.fill_null(values, 0).to_numpy(), dtype=np.int64)
        moments = whole.astype("datetime64[us]")
        moments[codes < 0] = np.datetime64("NaT")
    elif kind in (Kind.STRING, Kind.BOOL):
        known = merged.dictionary.to_pylist()
        same = np.array([crc32(str(each).encode()) for each in known] or [0], dtype=np.int64)[codes]
        texts = tuple(known) if kind is Kind.STRING and distinct <= _FEW_TEXTS else ()
    return Seen(column.name, position, kind, codes, distinct, numbers, decimals, moments, texts, same)


def _decimals(numbers: Floats) -> int | None:
    """The fewest digits after the point that nearly all numbers are written with."""
    known = numbers[np.isfinite(numbers)]
    if not len(known):
        return None
    for places in range(_MOST_DECIMALS + 1):
        scaled = known * 10.0**places
        near = np.abs(scaled - np.round(scaled)) <= 1e-6 + np.abs(scaled) * _EXACT
        if near.mean() >= 0.999:
            return places
    return None
