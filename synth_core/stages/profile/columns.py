"""Facts of columns and leaves.

A query takes the database longer to understand than to answer for a small table, so columns of one type are measured
side by side: the values of each have the number of the column as their `place`.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import duckdb

from synth_core.model.profile import ColumnProfile, ValueCount
from synth_core.model.types import NUMERIC_KINDS, TEMPORAL_KINDS, Kind
from synth_core.stages.profile.forms import LONGEST, forms_of
from synth_core.stages.profile.forms_by_kind import forms_by_kind
from synth_core.stages.profile.forms_in_words import forms_in_words
from synth_core.stages.profile.leaves import Leaf
from synth_core.stages.profile.masks import masked
from synth_core.stages.profile.numbers import SHAPE_LENGTH, SHAPES, number_facts
from synth_core.stages.profile.plain import plain, usable_sql
from synth_core.stages.profile.quantiles import merged, quantiles_of_each

LENGTHS = 9
TOP = 200

_COUNTED = "temp._synth_counted"
_TEXTS = "temp._synth_texts"
_TEXTS_READ = 100_000
_TEXTS_SEEN = 1000
_FREQUENT = 100
_LISTED = 50
_ORDERED_KINDS = NUMERIC_KINDS | TEMPORAL_KINDS
_NO_TOP = frozenset({Kind.BYTES, Kind.JSON, Kind.GEOGRAPHY})
_OPAQUE = frozenset({Kind.STRUCT, Kind.RANGE})

# Marks are parts of letters (vowels of Hindi or Thai, accents), and Ⅷ, ④ and ½ are numbers.
_SHAPE = (
    "regexp_replace(regexp_replace(regexp_replace("
    r"v, '[\p{Lu}\p{Lt}]', 'A', 'g'), '[\p{Ll}\p{Lo}\p{Lm}\p{M}]', 'a', 'g'), '\p{N}', '9', 'g')"
)

_ADDRESS = re.compile(r"a+://|aaa\.")


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
    """Rows a shape needs; k, or fewer, all, of a small table."""
    forms: bool = False
    """How texts are written."""
    room: int = 0
    """So many times its rows a form must allow."""


def column_profiles(
    con: duckdb.DuckDBPyConnection,
    table: str,
    leaves: Sequence[Leaf],
    k: int,
    showing: Sequence[Showing],
) -> list[ColumnProfile]:
    """Measure columns of one table, for FROM, whose values have one type, side by side; or one leaf of a nested column.
    `sorted` is left to the table, which knows the order of rows."""
    found = [
        ColumnProfile(name=".".join(leaf.path), path=leaf.path, rows=0, nulls=0, distinct=0, unique=False)
        for leaf in leaves
    ]
    first = leaves[0]
    if first.lists:
        several = _most_elements(con, first.lists) if first.lists_in_array else 1
        lengths = _array_lengths(con, first.lists, k * several)
        found = [found[0].model_copy(update={"array_lengths": lengths})]
    if first.kind in _OPAQUE:
        return [
            facts.model_copy(update=_filled(con, leaf.query))
            for leaf, facts in zip(leaves, found, strict=True)
        ]
    source = f"SELECT 0 AS place, * FROM ({first.query})"
    if len(leaves) > 1:
        values = ", ".join(leaf.value for leaf in leaves)
        source = f"SELECT unnest(range({len(leaves)})) AS place, unnest([{values}]) AS v FROM {table}"
    value = "CAST(v AS VARCHAR)" if first.kind is Kind.JSON else "v"
    support = "count(DISTINCT r)" if first.in_array else "count(*)"
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE _synth_counted AS SELECT place, {value} AS v, count(*) AS n,"
        f" {support} AS support FROM ({source}) GROUP BY place, {value}"
    )
    several = _most_elements(con, first.query) if first.in_array else 1
    try:
        facts = _facts(con, first.kind, k, showing, several)
    finally:
        con.execute(f"DROP TABLE IF EXISTS {_COUNTED}")
    return [each.model_copy(update=update) for each, update in zip(found, facts, strict=True)]


def _filled(con: duckdb.DuckDBPyConnection, query: str) -> dict[str, object]:
    rows, filled = con.execute(f"SELECT count(*), count(v) FROM ({query})").fetchall()[0]
    return {"rows": rows, "nulls": rows - filled}


def _most_elements(con: duckdb.DuckDBPyConnection, query: str) -> int:
    """The most elements of one row. So many times k elements come from at least k rows."""
    most = con.execute(f"SELECT max(n) FROM (SELECT count(*) AS n FROM ({query}) GROUP BY r)").fetchall()[0][
        0
    ]
    return int(most or 1)


def _facts(
    con: duckdb.DuckDBPyConnection, kind: Kind, k: int, showing: Sequence[Showing], several: int
) -> list[dict[str, object]]:
    counted = con.execute(
        "SELECT place, sum(n)::BIGINT, coalesce(sum(n) FILTER (v IS NULL), 0)::BIGINT, count(v),"
        f" coalesce(max(n) FILTER (v IS NOT NULL), 0) FROM {_COUNTED} GROUP BY place"
    ).fetchall()
    by_place = {place: numbers for place, *numbers in counted}
    numbers = [by_place.get(place, (0, 0, 0, 0)) for place in range(len(showing))]
    facts: list[dict[str, object]] = [
        {"rows": rows, "nulls": nulls, "distinct": distinct, "unique": most == 1}
        for rows, nulls, distinct, most in numbers
    ]
    shape_rows = [each.shape_rows * several for each in showing]
    if kind in _ORDERED_KINDS:
        hidden = [None if each.quantiles else rows for each, rows in zip(showing, shape_rows, strict=True)]
        _add(facts, dict(enumerate(number_facts(con, kind, _COUNTED, k * several, hidden))))
    if kind in (Kind.STRING, Kind.JSON, Kind.GEOGRAPHY, Kind.BYTES):
        most_distinct = max(distinct for _, _, distinct, _ in numbers)
        _add(facts, _text_facts(con, kind, k * several, shape_rows, most_distinct))
    if kind not in _NO_TOP:
        shown = [
            place
            for place, (each, (_, _, distinct, most)) in enumerate(zip(showing, numbers, strict=True))
            if each.values and most > 1 and (each.most_values is None or distinct <= each.most_values)
        ]
        tops = _tops(con, kind, k, shown)
        _add(
            facts,
            {p: {"top": tuple(tops[p]), "top_rows": sum(each.count for each in tops[p])} for p in shown},
        )
    if kind is Kind.STRING:
        needed = {
            place: distinct
            for place, (rows, nulls, distinct, _) in enumerate(numbers)
            if showing[place].forms
            and (distinct >= k * several or _is_small(facts[place], showing[place], k))
            and facts[place].get("top_rows") != rows - nulls
        }
        # Others are known by their values, or by their shapes.
        worded = {
            place
            for place, distinct in needed.items()
            if (distinct > _LISTED or numbers[place][3] < k)
            and (not _has_shapes(facts[place]) or _is_address(facts[place]))
        }
        small = {p: numbers[p][0] - numbers[p][1] for p in needed if _is_small(facts[p], showing[p], k)}
        _add(facts, _forms(con, k * several, showing, needed, worded, small))
    return facts


def _is_small(facts: Mapping[str, Any], showing: Showing, k: int) -> bool:
    """Of fewer than k rows, two or more, and nothing personal; no shape is common to all."""
    is_known = showing.room or facts.get("shapes")
    return not is_known and facts["rows"] < k and facts["rows"] - facts["nulls"] > 1


def _is_address(facts: Mapping[str, Any]) -> bool:
    """Most are written like the address of a page, of which the words are words."""
    shapes: Sequence[ValueCount] = facts.get("shapes", ())
    like = sum(each.count for each in shapes if _ADDRESS.match(each.value))
    return 2 * like > sum(each.count for each in shapes)


def _has_shapes(facts: Mapping[str, Any]) -> bool:
    """Most of its texts have a shape that is known."""
    return bool(2 * sum(each.count for each in facts.get("shapes", ())) >= facts["rows"] - facts["nulls"])


def _add(facts: Sequence[dict[str, object]], more: Mapping[int, Mapping[str, object]]) -> None:
    for place, found in more.items():
        facts[place].update(found)


def _tops(
    con: duckdb.DuckDBPyConnection, kind: Kind, k: int, places: Sequence[int]
) -> dict[int, list[ValueCount]]:
    tops: dict[int, list[ValueCount]] = {place: [] for place in places}
    if not places:
        return tops
    value = "CAST(v AS VARCHAR)" if kind is Kind.INTERVAL else "v"
    found = con.execute(
        f"SELECT place, {value}, n FROM {_COUNTED} WHERE {usable_sql(kind)} AND support >= ? AND place IN {_in(places)}"
        f" QUALIFY row_number() OVER (PARTITION BY place ORDER BY n DESC, v) <= {TOP} ORDER BY place, n DESC, v",
        [k],
    ).fetchall()
    for place, each, count in found:
        tops[place].append(ValueCount(value=plain(each), count=count))
    return tops


def _in(places: Sequence[int]) -> str:
    return f"({', '.join(map(str, places))})"


def _text_facts(
    con: duckdb.DuckDBPyConnection, kind: Kind, k: int, shape_rows: Sequence[int], distinct: int
) -> dict[int, dict[str, object]]:
    if kind is Kind.BYTES:
        lengths = _whole(con, f"SELECT place, octet_length(v) AS x, n FROM {_COUNTED}", k)
        return {place: {"length_quantiles": lengths.get(place, ())} for place in range(len(shape_rows))}
    # Of very many different texts one in `step` is read and stands for so many; frequent ones all are. So many are only
    # in a column that is measured alone.
    step = max(1, distinct // _TEXTS_READ)
    shape = f"CASE WHEN length(v) <= {SHAPE_LENGTH} THEN {_SHAPE} END" if kind is Kind.STRING else "NULL"
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE _synth_texts AS SELECT place, length(v) AS chars,"
        rf" len(regexp_extract_all(v, '\S+')) AS words, {shape} AS shape, sum(n) AS seen,"
        f" sum(CASE WHEN n > {_FREQUENT} THEN n ELSE n * {step} END) AS n"
        f" FROM {_COUNTED} WHERE v IS NOT NULL AND (n > {_FREQUENT} OR hash(v) % {step} = 0) GROUP BY ALL"
    )
    try:
        shapes = con.execute(
            f"SELECT place, shape, sum(n)::BIGINT AS n FROM {_TEXTS} WHERE shape IS NOT NULL GROUP BY place, shape"
            f" HAVING sum(seen) >= ([{', '.join(map(str, shape_rows))}])[place + 1]"
            f" QUALIFY row_number() OVER (PARTITION BY place ORDER BY sum(n) DESC, shape) <= {SHAPES}"
            " ORDER BY place, 3 DESC, shape"
        ).fetchall()
        lengths = _whole(con, f"SELECT place, chars AS x, n FROM {_TEXTS}", k * step)
        words = _whole(con, f"SELECT place, words AS x, n FROM {_TEXTS}", k * step)
    finally:
        con.execute(f"DROP TABLE IF EXISTS {_TEXTS}")
    return {
        place: {
            "length_quantiles": lengths.get(place, ()),
            "words_quantiles": words.get(place, ()),
            "shapes": tuple(ValueCount(value=v, count=count) for at, v, count in shapes if at == place),
        }
        for place in range(len(shape_rows))
    }


def _forms(
    con: duckdb.DuckDBPyConnection,
    k: int,
    showing: Sequence[Showing],
    distinct: Mapping[int, int],
    worded: Container[int],
    small: Mapping[int, int],
) -> dict[int, dict[str, object]]:
    """How texts are written, of the columns of which so many different ones are known; `worded` ones perhaps in words,
    and those of `small` tables, which have so many texts, as all of these are."""
    if not distinct:
        return {}
    texts: dict[int, dict[str, int]] = {place: {} for place in distinct}
    steps = [max(1, distinct.get(place, 0) // _TEXTS_SEEN) for place in range(len(showing))]
    step = f"({steps})[place + 1]"
    found = con.execute(
        f"SELECT place, v, CASE WHEN n > {_FREQUENT} THEN n ELSE n * {step} END FROM {_COUNTED} WHERE v IS NOT NULL"
        f" AND length(v) <= {LONGEST} AND place IN {_in(list(distinct))} AND (n > {_FREQUENT} OR hash(v) % {step} = 0)"
    ).fetchall()
    for place, text, rows in found:
        texts[place][text] = rows
    made: dict[int, dict[str, object]] = {}
    for place, known in texts.items():
        room = showing[place].room
        if place in small:
            made[place] = {"forms": forms_by_kind(known, small[place])}
            continue
        in_words = forms_in_words(known, k, may_stay=not room) if place in worded else ()
        made[place] = {"forms": in_words or _letter_by_letter(known, k, room)}
    return made


def _letter_by_letter(texts: Mapping[str, int], k: int, room: int) -> tuple[ValueCount, ...]:
    """Forms of the texts; where few are written alike, also of the others by what they are made of."""
    found = forms_of(texts, k, room)
    if 2 * sum(form.count for form in found) >= sum(texts.values()):
        return found
    shapes = Counter(map(masked, texts))
    others = {text: rows for text, rows in texts.items() if shapes[masked(text)] < k}
    return (*found, *forms_by_kind(others, k, room))


def _whole(con: duckdb.DuckDBPyConnection, query: str, k: int) -> dict[int, tuple[int, ...]]:
    counted = f"SELECT place, x, sum(n) AS n FROM ({query}) WHERE x IS NOT NULL GROUP BY place, x"
    return {
        place: tuple(map(round, numbers))
        for place, numbers in quantiles_of_each(con, counted, k, LENGTHS).items()
    }


def _array_lengths(con: duckdb.DuckDBPyConnection, lists: str, k: int) -> tuple[ValueCount, ...]:
    found = con.execute(
        f"SELECT coalesce(len(v), 0) AS x, count(*) FROM ({lists}) GROUP BY x ORDER BY x"
    ).fetchall()
    return tuple(
        ValueCount(value=str(fewest if fewest == most else round((fewest + most) / 2)), count=rows)
        for fewest, most, rows in merged(found, k)
    )
