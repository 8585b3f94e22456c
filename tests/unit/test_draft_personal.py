"""What the rules draft of personal numbers and dates, of columns in order, and of keys by shape."""

from __future__ import annotations

from typing import Any

import duckdb
import pytest
from typed_tables import add_table, link, project

from synth_core.errors import ProjectError
from synth_core.model.inferred import Inferred
from synth_core.model.profile import ColumnProfile, ValueCount
from synth_core.model.project import Table
from synth_core.model.rule import Rule
from synth_core.model.types import BigQueryType, Kind, Mode
from synth_core.recipe.functions import Shape
from synth_core.recipe.reading import Recipe
from synth_core.stages.draft import draft
from synth_core.stages.draft.cards import card_numbers
from synth_core.stages.draft.shapes import ROOM, key_shapes, shape_of
from synth_core.stages.lint import lint
from synth_core.stages.profile import profile


def drafted(table: Table, con: duckdb.DuckDBPyConnection, measured: Table | None = None) -> dict[str, Any]:
    """Column: generator. `measured`: the table as it was when its profile was measured."""
    source = project(table)
    text = draft(source, profile(con, project(measured or table))).text
    assert not [each for each in lint(text, source) if each.level == "error"]
    return Recipe.read(text).fields()["t"]


@pytest.mark.parametrize(
    ("kind", "shape", "drawn"),
    [
        (Kind.INT64, "9", "9"),
        (Kind.INT64, "9999", "%999"),
        (Kind.INT64, "-9", "-%"),
        (Kind.INT64, "9" * 18, "%" + "9" * 17),
        (Kind.INT64, "9" * 19, "1" + "9" * 18),
        (Kind.INT64, "-" + "9" * 19, "-1" + "9" * 18),
        (Kind.NUMERIC, "999.99", "%99.99"),
        (Kind.FLOAT64, "9.99", "9.99"),
        (Kind.STRING, "A-99#x%", r"A-99\#\x\%"),
    ],
)
def test_numbers_keep_their_digits(kind: Kind, shape: str, drawn: str) -> None:
    assert shape_of(kind, shape) == drawn
    made = [Shape(drawn).text(number) for number in (0, Shape(drawn).capacity - 1)]
    if kind is Kind.INT64:
        assert all(str(int(text)) == text and abs(int(text)) < 2**63 for text in made)
    assert {len(text) for text in made} == {len(shape)}


def facts(*shapes: str, **more: Any) -> ColumnProfile:
    counted = tuple(ValueCount(value=shape, count=10) for shape in shapes)
    known = {"rows": 10 * len(shapes), "nulls": 0, "distinct": 10, "unique": True, **more}
    return ColumnProfile(name="k", path=("k",), shapes=counted, **known)


@pytest.mark.parametrize(
    ("type", "shapes", "wanted"),
    [
        ("INT64", ("99",), 1000),
        ("INT64", ("9", "99", "999"), 1000),
        ("NUMERIC(8, 2)", ("9.99",), 5000),
        ("FLOAT64", ("9",), 100),
        ("STRING", ("A9", "A99"), 600),
    ],
)
def test_keys_by_shape_have_room_and_no_shape_twice(type: str, shapes: tuple[str, ...], wanted: int) -> None:
    _check_room(
        key_shapes(BigQueryType.model_validate(type), "unknown", facts(*shapes), wanted), type, wanted
    )


@pytest.mark.parametrize(
    ("forms", "wanted", "kept"),
    [
        (("M00[0-2]99",), 30, "M00[0-2]99"),
        (("M00[0-2]99",), 300, "M09999"),
        # Longer ones would be among those of the other form.
        (("AB9", "AB[1-3]9"), 200, "AB99"),
        (("[ab]9",), 100, "[ab]999"),
    ],
)
def test_keys_by_form_get_room_where_digits_are(forms: tuple[str, ...], wanted: int, kept: str) -> None:
    counted = tuple(ValueCount(value=form, count=40 - index) for index, form in enumerate(forms))
    found = key_shapes(
        BigQueryType.model_validate("STRING"),
        "unknown",
        facts().model_copy(update={"forms": counted}),
        wanted,
    )
    assert kept in found
    _check_room(found, "STRING", wanted)


def _check_room(found: dict[str, int], type: str, wanted: int) -> None:
    assert sum(Shape(shape).capacity for shape in found) >= ROOM * wanted
    texts = [
        Shape(shape).text(number) for shape in found for number in range(min(Shape(shape).capacity, 300))
    ]
    assert len({*texts}) == len(texts)
    if type != "STRING":
        assert len({float(text) for text in texts}) == len(texts)


def test_a_composite_key_of_closed_parts_has_room_for_later_batches() -> None:
    query = "SELECT i < 40 AS b, 10 + i % 40 AS p FROM range(80) r(i)"
    with duckdb.connect() as con:
        made = drafted(add_table(con, "t", query, personal=("p",), key=("b", "p")), con)
    part = made["__key"]["Synth.combination"]["parts"]["p"]
    assert Shape(part["shape"]).capacity >= ROOM * 80


def test_cards_of_several_lengths() -> None:
    made = card_numbers([ValueCount(value="9" * 15, count=30), ValueCount(value="9" * 16, count=70)])
    assert made is not None
    picks = {str(each["choice"]["pick"]): each["choice"]["probability"] for each in made["random_choice"]}
    assert sorted(picks.values()) == ["30%", "35%", "35%"]
    assert card_numbers([ValueCount(value="9999-9999", count=30)]) is None
    assert card_numbers([ValueCount(value="9" * 17, count=30)]) is None


def test_personal_columns_with_too_few_rows_look_like_what_they_mean() -> None:
    query = "SELECT i + 5550000 AS p, i + 1000 AS n, i + 4000 AS c, i + 17 AS u, TIME '10:00' AS w FROM range(5) r(i)"
    with duckdb.connect() as con:
        meanings = {"p": "phone", "n": "national_id", "c": "credit_card"}
        table = add_table(con, "t", query, meanings=meanings, personal=("p", "n", "c", "u", "w"))
        made = drafted(table, con)
        text = draft(project(table), profile(con, project(table))).text
    assert made["p"] == {"Synth.pattern": {"shapes": {"%999999999": "100%"}}}
    assert made["n"] == {"Synth.pattern": {"shapes": {"%99999999": "100%"}}}
    assert "random_choice" in made["c"]
    assert made["u"] == {"Synth.quantiles": {"values": [0, 100]}}
    assert made["w"] == {"Synth.quantiles": {"values": ["00:00:00", "23:59:59"], "unit": "hours"}}
    assert text.count("made up, nothing is taken from the source") == 5


def test_personal_dates_are_made_up() -> None:
    query = """SELECT TIMESTAMP '1970-01-01' + to_days(i::INT) AS born, DATE '1970-01-01' + i::INT AS issued,
        {'dob': DATE '1970-01-01' + i::INT, 'seen': DATE '2020-01-01' + i::INT} AS inner FROM range(%d) r(i)"""
    made_of = {}
    for rows in (9, 400):
        with duckdb.connect() as con:
            made_of[rows] = _made_up(con, query % rows)
    birth = {"fake.date_of_birth": {"minimum_age": 18, "maximum_age": 85}}
    year = {"Synth.quantiles": {"values": ["2024-01-01", "2024-12-31"]}}
    few = {"born": birth, "issued": year, "inner": {"Synth.struct": {"dob": birth, "seen": year}}}
    assert made_of[9] == few, "no range has ten rows behind it"
    born, seen = ({"Synth.quantiles": {"values": [f"{y}-01-01", f"{y + 1}-12-31"]}} for y in (1970, 2020))
    moments = {"values": ["1970-01-01 00:00:00", "1971-12-31 00:00:00"], "unit": "days"}
    many = {"issued": born, "inner": {"Synth.struct": {"dob": born, "seen": seen}}}
    assert made_of[400] == {"born": {"Synth.quantiles": moments}, **many}, "within the years of the source"


def _made_up(con: duckdb.DuckDBPyConnection, query: str) -> dict[str, Any]:
    types = {"inner": "STRUCT<dob DATE, seen DATE>"}
    personal = ("born", "issued", "inner")
    table = add_table(con, "t", query, types=types, meanings={"born": "date_of_birth"}, personal=personal)
    return drafted(table, con)


def test_a_column_marked_as_personal_since_then_is_drafted_without_its_values() -> None:
    with duckdb.connect() as con:
        query = "SELECT 'QX-' || lpad(i::VARCHAR, 3, '0') AS code, 4200 + i % 3 AS n FROM range(60) r(i)"
        before = add_table(con, "t", query)
        columns = tuple(
            column.model_copy(update={"personal": Inferred[bool](value=True)}) for column in before.columns
        )
        made = drafted(before.model_copy(update={"columns": columns}), con, measured=before)
    assert made["code"] == {"Synth.pattern": {"shapes": {"AA-999": "100%"}}}
    assert made["n"] == {"Synth.quantiles": {"values": [0, 100]}}


def test_a_profile_of_a_smaller_k_is_refused() -> None:
    with duckdb.connect() as con:
        table = add_table(con, "t", "SELECT 1 AS n FROM range(20)", types={"n": "INT64"})
        measured = profile(con, project(table))
        with pytest.raises(
            ProjectError, match=r"k is 11, .* only 10 rows have\. Run `synth infer test` again"
        ):
            draft(project(table, k=11), measured)


def test_a_key_that_two_tables_share_is_made_from_the_one_that_is_no_link() -> None:
    """Of a link no values are known, so that the other one would get them by shape."""
    with duckdb.connect() as con:
        tables = [
            add_table(con, name, "SELECT 7000 + i AS id FROM range(40) r(i)", key=key)
            for name, key in (("a", ("id",)), ("b", ("id",)), ("c", ()))
        ]
        pairs = (("a", "b"), ("c", "a"), ("c", "b"))
        source = project(*tables, links=tuple(link(table, ("id",), ref, ("id",)) for table, ref in pairs))
        text = draft(source, profile(con, source)).text
    assert Recipe.read(text).fields()["b"]["id"] == {"Synth.sequence": {"start": 7000, "step": 1}}


# --- columns in order ---


def ordered(con: duckdb.DuckDBPyConnection, query: str, *columns: str, **more: Any) -> Table:
    rule = Inferred[Rule](value=Rule(kind="ordered", columns=columns))
    return add_table(con, "t", query, **more).model_copy(update={"rules": (rule,)})


def required(table: Table, name: str) -> Table:
    columns = tuple(
        column.model_copy(update={"mode": Inferred[Mode](value=Mode.REQUIRED)})
        if column.name == name
        else column
        for column in table.columns
    )
    return table.model_copy(update={"columns": columns})


DAYS = (
    "SELECT DATE '2000-01-01' + i::INT AS a, DATE '2000-01-05' + i::INT AS b, DATE '2000-01-09' + i::INT AS c"
)

LIMITS = {"b": ["2000-01-10", "2000-02-09"], "c": ["2000-01-14", "2000-02-13"]}
"""Of 40 rows: means of the ten first and the ten last days."""


def test_known_dates_follow_one_another() -> None:
    with duckdb.connect() as con:
        made = drafted(ordered(con, f"{DAYS} FROM range(40) r(i)", "a", "b", "c"), con)
    assert "Synth.quantiles" in made["a"]
    for name, before in (("b", "a"), ("c", "b")):
        expected = {"after": before, "unit": "days", "gaps": [4] * 33, "limits": LIMITS[name]}
        assert made[name]["Synth.offset"] == expected


def test_they_begin_with_the_one_that_is_never_null() -> None:
    query = f"SELECT CASE WHEN i % 4 > 0 THEN a END AS a, b FROM (SELECT *, i FROM ({DAYS}, i FROM range(40) r(i)))"
    with duckdb.connect() as con:
        made = drafted(required(ordered(con, query, "a", "b"), "b"), con)
    assert "Synth.quantiles" in made["b"]
    assert made["a"]["Synth.nullable"]["nulls"] == "25%"
    assert made["a"]["Synth.nullable"]["value"]["Synth.offset"]["after"] == "b"
    assert {*made["a"]["Synth.nullable"]["value"]["Synth.offset"]["gaps"]} == {-4}


def test_what_is_null_with_its_neighbour_is_not_null_once_more() -> None:
    query = f"""SELECT a, CASE WHEN i % 4 > 0 THEN b END AS b, CASE WHEN i % 4 > 1 THEN c END AS c
        FROM ({DAYS}, i FROM range(40) r(i))"""
    with duckdb.connect() as con:
        made = drafted(ordered(con, query, "a", "b", "c"), con)
    assert made["b"]["Synth.nullable"]["nulls"] == "25%"
    assert made["c"]["Synth.nullable"]["nulls"] == "33.33%"


def test_what_has_not_happened_when_the_source_ends_is_null() -> None:
    """Of a thousand days the last fifty have no end yet, and one in seven never gets one."""
    query = """SELECT DATE '2000-01-01' + i::INT AS a,
        CASE WHEN i < 950 AND i % 7 > 0 THEN DATE '2000-01-11' + i::INT END AS b FROM range(1000) r(i)"""
    with duckdb.connect() as con:
        made = drafted(ordered(con, query, "a", "b"), con)
    generator = made["b"]["Synth.nullable"]
    assert generator["value"]["Synth.offset"]["or_null"] is True
    assert 13 <= float(generator["nulls"].rstrip("%")) <= 15, "those of the last days come on top"


def test_a_birth_is_made_from_the_known_date_behind_it() -> None:
    """By gaps that lead to the years of the source: these people did at their birth what else they did."""
    with duckdb.connect() as con:
        table = ordered(
            con,
            f"{DAYS} FROM range(40) r(i)",
            "a",
            "b",
            "c",
            meanings={"a": "date_of_birth"},
            personal=("a",),
        )
        made = drafted(table, con)
    offset = {"after": "b", "unit": "days", "gaps": [-39, 0], "limits": ["2000-01-01", "2000-12-31"]}
    assert made["a"]["Synth.offset"] == offset
    assert "Synth.quantiles" in made["b"] and made["c"]["Synth.offset"]["after"] == "b"


@pytest.mark.parametrize(
    ("births", "wanted"),
    [
        ("DATE '1960-01-01' + 30 * i::INT", ("1960-01-01", "1966-12-31")),
        ("DATE '1990-01-01' + 30 * i::INT", ("1990-01-01", "1996-11-21")),
        ("DATE '2000-01-01' + i::INT", ("2000-01-01", "2000-01-23")),
    ],
)
def test_a_birth_before_a_date_that_is_mostly_null_lies_before_all_of_them(
    births: str, wanted: tuple[str, str]
) -> None:
    """And within the years of the source."""
    query = f"SELECT {births} AS a, CASE WHEN i % 4 = 0 THEN b END AS b FROM ({DAYS}, i FROM range(80) r(i))"
    with duckdb.connect() as con:
        table = ordered(con, query, "a", "b", meanings={"a": "date_of_birth"}, personal=("a",))
        made = drafted(required(table, "a"), con)
    assert tuple(made["a"]["Synth.quantiles"]["values"]) == wanted
    earliest = made["b"]["Synth.nullable"]["value"]["Synth.quantiles"]["values"][0]
    assert earliest == "2000-01-23" >= wanted[1]


@pytest.mark.parametrize("rows", [5, 40])
def test_a_rule_holds_where_no_gap_is_known(rows: int) -> None:
    """Too few rows for a gap; and a rule that a person has added since the profile was measured."""
    with duckdb.connect() as con:
        table = ordered(con, f"{DAYS} FROM range({rows}) r(i)", "a", "b", "c")
        measured = table if rows < 10 else table.model_copy(update={"rules": ()})
        made = drafted(table, con, measured)
    for column, before in (("b", "a"), ("c", "b")):
        limits = {} if rows < 10 else {"limits": LIMITS[column]}
        assert made[column] == {"Synth.offset": {"after": before, "unit": "days", "gaps": [0, 365], **limits}}


def test_a_key_in_a_rule_is_what_the_others_are_made_from() -> None:
    with duckdb.connect() as con:
        made = drafted(ordered(con, f"{DAYS} FROM range(40) r(i)", "a", "b", "c", key=("b",)), con)
    assert "Synth.sequence" in made["b"]
    assert made["a"]["Synth.offset"]["after"] == made["c"]["Synth.offset"]["after"] == "b"


def test_a_name_that_many_rows_have_stands_in_no_form() -> None:
    word = "translate(substr(md5({}::VARCHAR), 1, 6), '0123456789', 'ghijklmnop')"
    said = f"{word.format('i')} || ' ' || {word.format('(i + 1000)')}"
    value = f"CASE i % 3 WHEN 0 THEN 'Anna Brown' WHEN 1 THEN 'for Anna Brown - ' || {said} ELSE {said} END"
    query = f"SELECT {value} AS v FROM range(300) r(i)"
    with duckdb.connect() as con:
        source = project(add_table(con, "t", query))
        facts = profile(con, source)
    text = draft(source, facts).text.replace("\\", "")
    assert facts.tables[0].column("v").forms
    assert "Brown" not in facts.model_dump_json().replace("\\", "") + text


def test_a_name_that_many_rows_have_is_kept_nowhere_though_nobody_saw_that_it_is_one() -> None:
    """Who pays, beside those who are paid: ten rows of one person are one person's."""
    query = """SELECT ['Jane Brown', 'Krüger, Peter', 'Acme Ltd', 'Acme Ltd', 'Martin Brown GmbH'][1 + i % 5] AS payer,
        if(i % 5 > 1, 'firm', 'person') AS sort, CASE WHEN i % 5 > 1 THEN i END AS vat FROM range(300) r(i)"""
    with duckdb.connect() as con:
        table = add_table(con, "t", query, meanings={"payer": "company_name"})
        source = project(table)
        facts = profile(con, source)
        text = draft(source, facts).text
    assert not any(
        name in facts.model_dump_json() + text for name in ("Jane Brown", "Krüger", "Kr\\u00fcger")
    )
    assert "Acme Ltd" in text and "Martin Brown GmbH" in text
