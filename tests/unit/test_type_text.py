"""Types as text: DDL and JSON read back as what was printed."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from synth_core.model.type_text import (
    fields_from_json,
    fields_to_json,
    parse_ddl_columns,
    parse_type,
    print_ddl_columns,
    print_type,
)
from synth_core.model.types import BigQueryType, Field, Kind, Mode

PLAIN = [kind for kind in Kind if kind not in (Kind.STRUCT, Kind.RANGE)]


def decimals(kind: Kind, most_scale: int, most_whole: int) -> st.SearchStrategy[BigQueryType]:
    def with_scale(scale: int) -> st.SearchStrategy[BigQueryType]:
        precisions = st.integers(max(1, scale), scale + most_whole)
        return precisions.map(lambda precision: BigQueryType(kind=kind, precision=precision, scale=scale))

    return st.integers(0, most_scale).flatmap(with_scale)


SCALARS = st.one_of(
    st.sampled_from(PLAIN).map(lambda kind: BigQueryType(kind=kind)),
    decimals(Kind.NUMERIC, 9, 29),
    decimals(Kind.BIGNUMERIC, 38, 38),
    st.builds(
        BigQueryType,
        kind=st.sampled_from([Kind.STRING, Kind.BYTES]),
        max_length=st.integers(1, 2**63 - 1),
    ),
    st.sampled_from([Kind.DATE, Kind.DATETIME, Kind.TIMESTAMP]).map(
        lambda element: BigQueryType(kind=Kind.RANGE, element=element)
    ),
)


def fields(types: st.SearchStrategy[BigQueryType]) -> st.SearchStrategy[Field]:
    names = st.one_of(st.text(), st.sampled_from(["select", "date", "park.key", "Order ID", "a`b", "a\\n"]))
    return st.builds(
        Field,
        name=names,
        type=types,
        mode=st.sampled_from(Mode),
        description=st.text(),
        policy_tags=st.lists(st.text(), max_size=2).map(tuple),
    )


TYPES = st.recursive(
    SCALARS,
    lambda inner: st.lists(fields(inner), min_size=1, max_size=3).map(
        lambda found: BigQueryType(kind=Kind.STRUCT, fields=tuple(found))
    ),
    max_leaves=6,
)
COLUMNS = st.lists(fields(TYPES), max_size=4).map(tuple)


@given(TYPES)
def test_a_printed_type_reads_back(type_: BigQueryType) -> None:
    assert parse_type(print_type(type_)) == type_


@given(COLUMNS)
def test_printed_columns_read_back(columns: tuple[Field, ...]) -> None:
    assert parse_ddl_columns(print_ddl_columns(columns)) == columns
    assert parse_ddl_columns(f"(\n{print_ddl_columns(columns)}\n)") == columns


@given(COLUMNS)
def test_a_json_schema_reads_back(columns: tuple[Field, ...]) -> None:
    text = json.dumps({"fields": fields_to_json(columns)})
    assert fields_from_json(json.loads(text)) == columns
    assert fields_from_json(json.loads(text)["fields"]) == columns


@given(TYPES)
def test_a_type_is_its_text_in_a_dumped_model(type_: BigQueryType) -> None:
    field = Field(name="a", type=type_)
    assert Field.model_validate_json(field.model_dump_json()) == field


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("numeric(10)", "NUMERIC(10, 0)"),
        ("DECIMAL( 10 ,2 )", "NUMERIC(10, 2)"),
        ("bigdecimal", "BIGNUMERIC"),
        ("Integer", "INT64"),
        ("BYTEINT", "INT64"),
        ("float", "FLOAT64"),
        ("boolean", "BOOL"),
        ("STRING(20)", "STRING(20)"),
        ("range< date >", "RANGE<DATE>"),
        (
            "record<a int,b array<struct<x STRING>>,c int not null options(description='it\\'s')>",
            """STRUCT<a INT64, b ARRAY<STRUCT<x STRING>>, c INT64 NOT NULL OPTIONS(description="it's")>""",
        ),
        ("STRUCT<date DATE, `order` INT64>", "STRUCT<date DATE, `order` INT64>"),
    ],
)
def test_the_printed_form(text: str, printed: str) -> None:
    assert print_type(parse_type(text)) == printed


def test_numeric_with_and_without_its_scale_is_one_type() -> None:
    assert (
        BigQueryType(kind=Kind.NUMERIC, precision=10)
        == parse_type("NUMERIC(10, 0)")
        == parse_type("NUMERIC(10)")
    )


def test_an_array_is_a_repeated_column() -> None:
    text = "tags ARRAY<STRING NOT NULL>,\nnotes ARRAY<STRUCT<t TIMESTAMP>> NOT NULL, id INT64 NOT NULL"
    assert [field.mode for field in parse_ddl_columns(text)] == [Mode.REPEATED, Mode.REPEATED, Mode.REQUIRED]


def test_descriptions_in_triple_quotes() -> None:
    (field,) = parse_ddl_columns('a INT64 OPTIONS(description="""two\n"lines" \\u00e9""")')
    assert field.description == 'two\n"lines" é'
    (field,) = parse_ddl_columns('a INT64 OPTIONS(description="")')
    assert field.description == ""


def test_json_as_the_api_returns_it() -> None:
    schema = {
        "fields": [
            {"name": "id", "type": "INTEGER", "mode": "REQUIRED", "policyTags": {"names": []}},
            {"name": "price", "type": "NUMERIC", "precision": "10"},
            {"name": "at", "type": "RANGE", "rangeElementType": {"type": "DATE"}},
            {
                "name": "lines",
                "type": "RECORD",
                "mode": "REPEATED",
                "fields": [{"name": "x", "type": "FLOAT64"}],
            },
        ]
    }
    found = fields_from_json(schema)
    assert print_ddl_columns(found).splitlines() == [
        "id INT64 NOT NULL,",
        "price NUMERIC(10, 0),",
        "`at` RANGE<DATE>,",
        "lines ARRAY<STRUCT<x FLOAT64>>",
    ]
    assert fields_to_json(found)[3] == {
        "name": "lines",
        "type": "RECORD",
        "mode": "REPEATED",
        "fields": [{"name": "x", "type": "FLOAT", "mode": "NULLABLE"}],
    }


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "expected a BigQuery type, found the end at position 1"),
        ("STRUCT<a FOO>", "expected a BigQuery type, found 'FOO' at position 10"),
        ("STRUCT<a INT64", "expected '>', found the end at position 15"),
        ("STRUCT<>", "expected the name of a column or field, found '>' at position 8"),
        ("STRUCT<INT64>", "expected a BigQuery type, found '>' at position 13"),
        ("STRUCT<`a INT64>", "found a ` without its end at position 8"),
        ("STRUCT<`a\\q` INT64>", r"\\q is no escape sequence: in `a\\q` at position 8"),
        ("STRUCT<`a\\ud800` INT64>", r"\\ud800 is no character"),
        ("INT64 INT64", "expected the end, found 'INT64' at position 7"),
        ("INT64(3)", r"expected the end, found '\(' at position 6"),
        ("INT64;", "found ';' at position 6"),
        ("NUMERIC(39, 9)", "precision of NUMERIC with scale 9 is 9 to 38, not 39, at position 1"),
        ("NUMERIC(20, 10)", "scale of NUMERIC is at most 9, not 10"),
        ("NUMERIC(1, 2)", "precision of NUMERIC with scale 2 is 2 to 31, not 1"),
        ("STRING(0)", "length of STRING is at least 1"),
        ("ARRAY<INT64>", "mode REPEATED"),
        ("STRUCT<a ARRAY<ARRAY<INT64>>>", "no arrays of arrays"),
        ("RANGE<INT64>", "expected DATE, DATETIME or TIMESTAMP, found 'INT64' at position 7"),
        ("STRUCT<a INT64 OPTIONS(rounding_mode='x')>", "the only options that are understood"),
        ("STRUCT<a " * 16 + "INT64" + ">" * 16, "more than 15 STRUCTs"),
        ("STRUCT<a " * 100_000, "more than 15 STRUCTs"),
    ],
)
def test_errors_name_what_was_found_and_where(text: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        parse_type(text)


@pytest.mark.parametrize(
    ("schema", "message"),
    [
        ({"fields": "x"}, "fields must be a list"),
        (["x"], r"fields\[0\] must be an object"),
        ([{"type": "STRING"}], r"fields\[0\].name must be a text, not None"),
        ([{"name": "a", "type": "TEXT"}], r"fields\[0\].type must be a BigQuery type, not 'TEXT'"),
        ([{"name": "a", "type": "STRING", "mode": "MANY"}], r"fields\[0\].mode must be one of"),
        ([{"name": "a", "type": "RECORD"}], r"fields\[0\].fields: a record needs"),
        (
            [{"name": "a", "type": "RECORD", "fields": [{"name": "b", "type": "NUMERIC", "precision": "x"}]}],
            r"fields\[0\].fields\[0\].precision must be a whole number, not 'x'",
        ),
        ([{"name": "a", "type": "RANGE"}], r"fields\[0\].rangeElementType.type"),
        ([{"name": "a", "type": "NUMERIC", "precision": "50"}], r"fields\[0\]: the precision of NUMERIC"),
    ],
)
def test_json_errors_name_the_place(schema: object, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        fields_from_json(schema)  # type: ignore[arg-type]
