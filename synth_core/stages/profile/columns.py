"""Facts of one column or leaf."""

from __future__ import annotations

from dataclasses import dataclass
from os.path import commonprefix

import duckdb

from synth_core.model.profile import ColumnProfile, ValueCount
from synth_core.model.types import NUMERIC_KINDS, TEMPORAL_KINDS, Kind
from synth_core.stages.profile.leaves import Leaf
from synth_core.stages.profile.numbers import SHAPE_LENGTH, SHAPES, number_facts
from synth_core.stages.profile.plain import plain, usable_sql
from synth_core.stages.profile.quantiles import merged, quantiles

LENGTHS = 9
TOP = 200

_COUNTED = "temp._synth_counted"
_TEXTS = "temp._synth_texts"
_TEXTS_READ = 100_000
_FREQUENT = 100
_ORDERED_KINDS = NUMERIC_KINDS | TEMPORAL_KINDS
_NO_TOP = frozenset({Kind.BYTES, Kind.JSON, Kind.GEOGRAPHY})
_OPAQUE = frozenset({Kind.STRUCT, Kind.RANGE})

# Marks are parts of letters (vowels of Hindi or Thai, accents), and Ⅷ, ④ and ½ are numbers.
_SHAPE = (
    "regexp_replace(regexp_replace(regexp_replace("
    r"v, '[\p{Lu}\p{Lt}]', 'A', 'g'), '[\p{Ll}\p{Lo}\p{Lm}\p{M}]', 'a', 'g'), '\p{N}', '9', 'g')"
)


@dataclass(frozen=True)
class Showing:
    """What may be shown of a column's values; chosen by `table.showing`."""

    values: bool
    """Frequent values as they are."""
    most_values: int | None = None
    """Show none if there are more distinct ones than this."""
    quantiles: bool = True
    """Quantiles of numbers, dates and times; shapes instead where not."""
    shape_rows: int = 0
    """Rows a shape needs; k, or fewer for the keys of a small table."""
    prefix: bool = False
    """What all texts begin with."""


def column_profile(con: duckdb.DuckDBPyConnection, leaf: Leaf, k: int, showing: Showing) -> ColumnProfile:
    """Measure one leaf; `sorted` is left to the table, which knows the order of rows."""
    facts = ColumnProfile(name=".".join(leaf.path), path=leaf.path, rows=0, nulls=0, distinct=0, unique=False)
    if leaf.lists:
        several = _most_elements(con, leaf.lists) if leaf.lists_in_array else 1
        facts = facts.model_copy(update={"array_lengths": _array_lengths(con, leaf.lists, k * several)})
    if leaf.kind in _OPAQUE:
        rows, filled = con.execute(f"SELECT count(*), count(v) FROM ({leaf.query})").fetchall()[0]
        return facts.model_copy(update={"rows": rows, "nulls": rows - filled})
    value = "CAST(v AS VARCHAR)" if leaf.kind is Kind.JSON else "v"
    support = "count(DISTINCT r)" if leaf.in_array else "count(*)"
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE _synth_counted AS"
        f" SELECT {value} AS v, count(*) AS n, {support} AS support FROM ({leaf.query}) GROUP BY {value}"
    )
    several = _most_elements(con, leaf.query) if leaf.in_array else 1
    try:
        return facts.model_copy(update=_facts(con, leaf.kind, k, showing, several))
    finally:
        con.execute(f"DROP TABLE IF EXISTS {_COUNTED}")


def _most_elements(con: duckdb.DuckDBPyConnection, query: str) -> int:
    """The most elements of one row. So many times k elements come from at least k rows."""
    most = con.execute(f"SELECT max(n) FROM (SELECT count(*) AS n FROM ({query}) GROUP BY r)").fetchall()[0][
        0
    ]
    return int(most or 1)


def _facts(
    con: duckdb.DuckDBPyConnection, kind: Kind, k: int, showing: Showing, several: int
) -> dict[str, object]:
    rows, nulls, distinct, most = con.execute(
        f"SELECT coalesce(sum(n), 0)::BIGINT, coalesce(sum(n) FILTER (v IS NULL), 0)::BIGINT, count(v),"
        f" coalesce(max(n) FILTER (v IS NOT NULL), 0) FROM {_COUNTED}"
    ).fetchall()[0]
    facts: dict[str, object] = {"rows": rows, "nulls": nulls, "distinct": distinct, "unique": most == 1}
    if kind in _ORDERED_KINDS:
        shape_rows = None if showing.quantiles else showing.shape_rows * several
        facts |= number_facts(con, kind, _COUNTED, k * several, shape_rows)
    if kind in (Kind.STRING, Kind.JSON, Kind.GEOGRAPHY, Kind.BYTES):
        facts |= _text_facts(con, kind, k * several, showing.shape_rows * several, distinct)
    if kind is Kind.STRING and rows - nulls >= k * several:
        facts |= _common(con, showing)
    few_enough = showing.most_values is None or distinct <= showing.most_values
    if showing.values and most > 1 and few_enough and kind not in _NO_TOP:
        top = _top(con, kind, k)
        facts |= {"top": top, "top_rows": sum(entry.count for entry in top)}
    return facts


def _top(con: duckdb.DuckDBPyConnection, kind: Kind, k: int) -> tuple[ValueCount, ...]:
    value = "CAST(v AS VARCHAR)" if kind is Kind.INTERVAL else "v"
    found = con.execute(
        f"SELECT {value}, n FROM {_COUNTED} WHERE {usable_sql(kind)} AND support >= ?"
        f" ORDER BY n DESC, v LIMIT {TOP}",
        [k],
    ).fetchall()
    return tuple(ValueCount(value=plain(value), count=count) for value, count in found)


def _text_facts(
    con: duckdb.DuckDBPyConnection, kind: Kind, k: int, shape_rows: int, distinct: int
) -> dict[str, object]:
    if kind is Kind.BYTES:
        return {"length_quantiles": _whole(con, f"SELECT octet_length(v) AS x, n FROM {_COUNTED}", k)}
    # Of very many different texts one in `step` is read and stands for so many; frequent ones all are.
    step = max(1, distinct // _TEXTS_READ)
    shape = f"CASE WHEN length(v) <= {SHAPE_LENGTH} THEN {_SHAPE} END" if kind is Kind.STRING else "NULL"
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE _synth_texts AS SELECT length(v) AS chars,"
        rf" len(regexp_extract_all(v, '\S+')) AS words, {shape} AS shape, sum(n) AS seen,"
        f" sum(CASE WHEN n > {_FREQUENT} THEN n ELSE n * {step} END) AS n"
        f" FROM {_COUNTED} WHERE v IS NOT NULL AND (n > {_FREQUENT} OR hash(v) % {step} = 0) GROUP BY ALL"
    )
    try:
        shapes = con.execute(
            f"SELECT shape, sum(n)::BIGINT AS n FROM {_TEXTS} WHERE shape IS NOT NULL GROUP BY shape"
            f" HAVING sum(seen) >= ? ORDER BY 2 DESC, 1 LIMIT {SHAPES}",
            [shape_rows],
        ).fetchall()
        return {
            "length_quantiles": _whole(con, f"SELECT chars AS x, n FROM {_TEXTS}", k * step),
            "words_quantiles": _whole(con, f"SELECT words AS x, n FROM {_TEXTS}", k * step),
            "shapes": tuple(ValueCount(value=value, count=count) for value, count in shapes),
        }
    finally:
        con.execute(f"DROP TABLE IF EXISTS {_TEXTS}")


def _common(con: duckdb.DuckDBPyConnection, showing: Showing) -> dict[str, object]:
    """What all texts have in common: how they begin, and whether they are hexadecimal."""
    low, high, shortest, lower, upper = con.execute(
        "SELECT min(v), max(v), min(length(v)), bool_and(regexp_full_match(v, '[0-9a-f]+')),"
        f" bool_and(regexp_full_match(v, '[0-9A-F]+')) FROM {_COUNTED} WHERE v IS NOT NULL"
    ).fetchall()[0]
    # What the first and the last text in order begin with, all between them do.
    common = commonprefix([low, high]).rstrip("0123456789")  # noqa: RUF071 - texts, not paths
    letters = con.execute(
        f"SELECT bool_or(regexp_matches(substr(v, ?), '[A-Fa-f]')) FROM {_COUNTED} WHERE v IS NOT NULL",
        [len(common) + 1],
    ).fetchall()[0][0]
    written = "lower" if lower and letters else "upper" if upper and letters else ""
    shown = showing.prefix and len(common) < shortest and not written
    return {"prefix": common if shown else "", "hexadecimal": written}


def _whole(con: duckdb.DuckDBPyConnection, query: str, k: int) -> tuple[int, ...]:
    counted = f"SELECT x, sum(n) AS n FROM ({query}) WHERE x IS NOT NULL GROUP BY x"
    return tuple(round(number) for number in quantiles(con, counted, k, LENGTHS))


def _array_lengths(con: duckdb.DuckDBPyConnection, lists: str, k: int) -> tuple[ValueCount, ...]:
    found = con.execute(
        f"SELECT coalesce(len(v), 0) AS x, count(*) FROM ({lists}) GROUP BY x ORDER BY x"
    ).fetchall()
    return tuple(
        ValueCount(value=str(fewest if fewest == most else round((fewest + most) / 2)), count=rows)
        for fewest, most, rows in merged(found, k)
    )
