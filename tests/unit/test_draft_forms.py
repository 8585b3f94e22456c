"""Addresses, slugs, paths, numbers of devices and codes of states look like those of the source."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import duckdb
import pytest
from typed_tables import add_table, project

from synth_core.model.findings import Level
from synth_core.model.inferred import Inferred
from synth_core.model.profile import LocaleProfile
from synth_core.model.project import Table
from synth_core.model.words import WORDS
from synth_core.recipe.functions import Shape
from synth_core.recipe.reading import Recipe
from synth_core.stages.draft import draft
from synth_core.stages.lint import lint
from synth_core.stages.profile import profile, without_values

WORD = "translate(substr(md5(i::VARCHAR), 1, 3 + (i % 7)::INT), '0123456789', 'ghijklmnop')"
OTHER = WORD.replace("i::VARCHAR", "(i + 1000)::VARCHAR").replace("i % 7", "i % 6")
HEX = "substr(md5(i::VARCHAR), 1, 12)"


@pytest.fixture
def con() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        yield connection


def drafted(table: Table, con: duckdb.DuckDBPyConnection, locale: str = "") -> Any:
    """The generator of the column v."""
    source = project(table)
    measured = profile(con, source)
    if locale:
        where = LocaleProfile(name=locale, names=100, share=0.9)
        measured = measured.model_copy(update={"locale": where})
    text = draft(source, measured).text
    assert not [each for each in lint(text, source) if each.level is Level.ERROR]
    return Recipe.read(text).fields()["t"]["v"]


@pytest.mark.parametrize(
    ("value", "meaning", "rows", "shapes"),
    [
        # Of few rows that differ the meaning has to tell it.
        ("['Old Car', 'Bus', 'Ship'][1 + i]", "category", 3, {"^ ^"}),
        ("['Old Car', 'Bus', 'Ship'][1 + i]", "unknown", 3, {"A99999999"}),
        (f"upper(left({WORD}, 1)) || substr({WORD}, 2)", "unknown", 90, {"^"}),
        (f"{WORD} || ' ' || {OTHER}", "unknown", 90, {"~ ~"}),
        (f"upper({WORD})", "unknown", 90, {"AAA", "AAAA", "AAAAA"}),
        ("'C-' || (1000 + i)", "category", 90, {"C-1999"}),
    ],
)
def test_keys_of_words_are_words(
    con: duckdb.DuckDBPyConnection, value: str, meaning: str, rows: int, shapes: set[str]
) -> None:
    query = f"SELECT DISTINCT {value} AS v FROM range({rows}) r(i)"
    made = drafted(add_table(con, "t", query, key=("v",), meanings={"v": meaning}), con)
    assert shapes <= set(made["Synth.pattern"]["shapes"])


def test_addresses_of_many_lengths_are_made_of_words(con: duckdb.DuckDBPyConnection) -> None:
    query = f"SELECT 'http://www.' || {WORD} || '.com' AS v FROM range(400) r(i)"
    made = drafted(add_table(con, "t", query, meanings={"v": "url"}), con)
    assert made == {"Synth.pattern": {"shapes": {r"http://www.~.com": "100%"}}}


def test_texts_of_few_rows_are_made_of_words(con: duckdb.DuckDBPyConnection) -> None:
    table = add_table(con, "t", "SELECT 'Net due ' || (10 + i * 10) || ' days' AS v FROM range(5) r(i)")
    assert drafted(table, con) == {"Synth.pattern": {"shapes": {"^ ~ 99 ~": "100%"}}}


def test_letters_of_a_shape_with_a_blank_are_words(con: duckdb.DuckDBPyConnection) -> None:
    """As forms know no more of them than their shape: `Anna L.`."""
    value = f"upper(left({WORD}, 1)) || substr({WORD}, 2, 3) || ' ' || chr(65 + (i % 26)::INT) || '.'"
    made = drafted(add_table(con, "t", f"SELECT {value} AS v FROM range(400) r(i)", personal=("v",)), con)
    assert set(made["Synth.pattern"]["shapes"]) == {"^ A."}


def test_codes_that_few_rows_write_alike_are_codes(con: duckdb.DuckDBPyConnection) -> None:
    query = "SELECT repeat('7', 1 + i % 5) || '-' || repeat('8', 1 + i % 4) AS v FROM range(100) r(i)"
    made = drafted(add_table(con, "t", query), con)
    assert all(set(shape) == {"9"} for shape in made["Synth.pattern"]["shapes"])


def test_frequent_values_come_among_others(con: duckdb.DuckDBPyConnection) -> None:
    value = f"CASE WHEN i % 3 = 0 THEN 'Freight' ELSE {WORD} || ' ' || {OTHER} || ' and more' END"
    made = drafted(add_table(con, "t", f"SELECT {value} AS v FROM range(90) r(i)"), con)
    frequent, rest = (each["choice"] for each in made["random_choice"])
    assert frequent == {"probability": "33.33%", "pick": {"Synth.choice": {"Freight": "100%"}}}
    assert rest["probability"] == "66.67%" and "Freight" not in str(rest)


def test_few_places_lie_on_earth(con: duckdb.DuckDBPyConnection) -> None:
    query = "SELECT 50.5 + i AS lat, 8.25 + i AS lon FROM range(8) r(i)"
    table = add_table(con, "t", query, meanings={"lat": "latitude", "lon": "longitude"})
    source = project(table)
    fields = Recipe.read(draft(source, profile(con, source)).text).fields()["t"]
    ends = [fields[name]["Synth.quantiles"]["values"] for name in ("lat", "lon")]
    assert ends == [[-60, 75], [-180, 180]]


def test_few_postal_codes_have_five_digits(con: duckdb.DuckDBPyConnection) -> None:
    table = add_table(con, "t", "SELECT 10115 + i AS v FROM range(3) r(i)", meanings={"v": "postal_code"})
    assert drafted(table, con) == {"Synth.pattern": {"shapes": {"%9999": "100%"}}}


@pytest.mark.parametrize(
    ("value", "meaning", "shapes"),
    [
        (f"{WORD} || '-' || {OTHER}", "unknown", {"~-~"}),
        (f"'www.' || {WORD} || '.com'", "url", {r"www.~.com"}),
        (f"'https://cdn.b.org/files/0123/' || {WORD} || '.jpg?v=' || (160000 + i)", "url",
         {r"https://cdn.b.org/files/0123/~.jpg?v=%99999"}),
        (f"(['http://', 'https://www.'])[1 + i % 2] || {WORD} || '.org/'", "url",
         {"http://~.org/", "https://www.~.org/"}),
        (f"'/var/log/' || {WORD} || '/' || {OTHER} || '.log'", "unknown", {"/var/log/~/~.log"}),
        (f"regexp_replace({HEX}, '(..)(..)(..)(..)(..)(..)', '\\1:\\2:\\3:\\4:\\5:\\6')", "unknown",
         {"xx:xx:xx:xx:xx:xx"}),
        (f"'esp32-' || substr({HEX}, 1, 6)", "unknown", {"esp32-xxxxxx"}),
        (f"'EUI ' || upper({HEX})", "unknown", {"EUI ############"}),
        ("'Sensor ' || (1 + i)", "product_name", {"Sensor 99"}),
    ],
)  # fmt: skip
def test_what_many_share_stays_and_the_rest_is_words_and_digits(
    con: duckdb.DuckDBPyConnection, value: str, meaning: str, shapes: set[str]
) -> None:
    table = add_table(con, "t", f"SELECT {value} AS v FROM range(60) r(i)", meanings={"v": meaning})
    found = drafted(table, con)["Synth.pattern"]["shapes"]
    assert {re.sub(r"\\(.)", r"\1", shape) for shape in found} == shapes
    shown = {row[0] for row in con.execute("SELECT v FROM t").fetchall()}
    made = {Shape(shape).text(number) for shape in found for number in range(30)}
    assert not shown & made or meaning == "product_name"


def test_keys_are_made_so_too_and_each_once(con: duckdb.DuckDBPyConnection) -> None:
    query = f"SELECT DISTINCT {WORD} || '-' || {OTHER} AS v FROM range(40) r(i)"
    made = drafted(add_table(con, "t", query, key=("v",)), con)
    assert made == {"Synth.pattern": {"shapes": {"~-~": "100%"}, "unique": True}}


def test_keys_of_which_many_share_a_word_are_made_once(con: duckdb.DuckDBPyConnection) -> None:
    """What is made of any word may be made of the shared one, too."""
    first = f"CASE WHEN i % 3 = 0 THEN 'apple' ELSE {WORD} END"
    query = f"SELECT DISTINCT {first} || '-' || {OTHER} AS v FROM range(90) r(i)"
    table = add_table(con, "t", query, key=("v",))
    (column,) = profile(con, project(table)).tables[0].columns
    assert {each.value.replace("\\", "") for each in column.forms} == {"~-~", "apple-~"}
    assert drafted(table, con) == {"Synth.pattern": {"shapes": {"~-~": "100%"}, "unique": True}}


def test_personal_ones_without_a_word_of_the_source(con: duckdb.DuckDBPyConnection) -> None:
    query = f"SELECT {WORD} || '-' || {OTHER} AS v FROM range(40) r(i)"
    table = add_table(con, "t", query, key=("v",), personal=("v",))
    assert drafted(table, con) == {"Synth.pattern": {"shapes": {"~-~": "100%"}, "unique": True}}


def test_nothing_stays_of_a_column_that_became_personal(con: duckdb.DuckDBPyConnection) -> None:
    queries = [f"SELECT {each} || {WORD} AS v FROM range(40) r(i)" for each in ("'secret-'", "'a-'", "'#'")]
    kept = []
    for number, query in enumerate(queries):
        before = add_table(con, f"t{number}", query)
        columns = tuple(
            each.model_copy(update={"personal": Inferred[bool](value=True)}) for each in before.columns
        )
        measured = profile(con, project(before))
        now = without_values(project(before.model_copy(update={"columns": columns})), measured)
        kept.append([each.value for each in now.tables[0].column("v").forms])
    # Of 40 rows one word makes too few texts.
    assert kept == [[], [], []]


@pytest.mark.parametrize("options", [{"personal": ("v",)}, {"meanings": {"v": "free_text"}}])
def test_of_personal_columns_and_free_text_no_word_stays(
    con: duckdb.DuckDBPyConnection, options: dict[str, Any]
) -> None:
    table = add_table(con, "t", f"SELECT 'secret-' || {WORD} AS v FROM range(60) r(i)", **options)
    found = profile(con, project(table)).table("t").column("v")
    assert [each.value for each in found.forms] == (["~-~"] if "personal" in options else [])
    assert "secret" not in found.model_dump_json()
    assert "secret" not in str(drafted(table, con))


def test_a_word_that_fewer_than_ten_rows_have_does_not_stay(con: duckdb.DuckDBPyConnection) -> None:
    rare = f"CASE WHEN i < 9 THEN 'quark-' || {WORD} ELSE {OTHER} || '-' || {WORD} END"
    table = add_table(con, "t", f"SELECT {rare} AS v FROM range(100) r(i)")
    assert "quark" not in profile(con, project(table)).model_dump_json()


def test_texts_of_words_have_room_in_their_column(con: duckdb.DuckDBPyConnection) -> None:
    query = f"SELECT {WORD} || '-' || {OTHER} AS v FROM range(60) r(i)"
    table = add_table(con, "t", query, types={"v": "STRING(16)"})
    assert max(map(len, WORDS)) * 2 + 1 > 16
    assert "Synth.words" in drafted(table, con)


@pytest.mark.parametrize(
    ("value", "locale", "made"),
    [
        ("chr((65 + i % 26)::INT) || chr((65 + i // 26)::INT)", "", {"fake": "StateAbbr"}),
        ("chr((65 + i % 26)::INT) || chr((65 + i // 26)::INT)", "de_DE", "A[A-H]"),
        ("chr((65 + i % 26)::INT) || lower(chr((65 + i % 25)::INT)) || 'land' || i", "", {"fake": "State"}),
    ],
)
def test_regions_are_codes_where_the_sources_are(
    con: duckdb.DuckDBPyConnection, value: str, locale: str, made: Any
) -> None:
    query = f"SELECT {value} AS v FROM range(200) r(i)"
    found = drafted(add_table(con, "t", query, meanings={"v": "region"}), con, locale)
    assert (list(found["Synth.pattern"]["shapes"]) == [made]) if locale else found == made
