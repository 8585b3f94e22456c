"""What a model may see, level by level."""

from __future__ import annotations

import json
from typing import Any

import pytest

from synth_core.ask import exposure
from synth_core.ask.answers import evidence
from synth_core.model.findings import Finding, Level
from synth_core.model.inferred import Inferred, Origin
from synth_core.model.profile import ColumnProfile, TableProfile, ValueCount
from synth_core.model.project import Column, Exposure, SourceKind, Table, TableSource
from synth_core.model.types import BigQueryType, Kind, Mode


def column(name: str, kind: Kind, *, personal: bool = False, sure: float = 1.0) -> Column:
    return Column(
        name=name,
        type=Inferred[BigQueryType](value=BigQueryType(kind=kind)),
        mode=Inferred[Mode](value=Mode.NULLABLE),
        meaning=Inferred[str](value="unknown"),
        personal=Inferred[bool](value=personal, confidence=sure),
    )


def facts(name: str, **known: Any) -> ColumnProfile:
    return ColumnProfile(name=name, path=(name,), rows=400, nulls=100, distinct=3, unique=False, **known)


TOP = (ValueCount(value="gold", count=200), ValueCount(value="silver", count=100))
TABLE = Table(
    name="t",
    source=TableSource(kind=SourceKind.PARQUET, uri="x", full_name="x"),
    rows=412,
    wanted=412,
    columns=(
        column("tier", Kind.STRING),
        column("maybe", Kind.STRING, sure=0.6),
        column("mail", Kind.STRING, personal=True),
        column("price", Kind.NUMERIC),
        column("day", Kind.DATE),
    ),
)
FACTS = TableProfile(
    table="t",
    rows=412,
    columns=(
        facts("tier", top=TOP, top_rows=300),
        facts("maybe", top=TOP, top_rows=300, shapes=(ValueCount(value="Aaaa", count=200),)),
        facts("mail", shapes=(ValueCount(value="aaa@aa.aa", count=50),)),
        facts("price", quantiles=("12.5", "40", "7391.25"), decimals=2),
        facts("day", quantiles=("2021-03-04", "2022-05-06", "2023-07-08")),
    ),
)
IDS = {each.name: f"c{number}" for number, each in enumerate(TABLE.columns, 1)}
ROW = {"tier": "gold", "maybe": "Rose 12", "mail": "a.b@c.de", "price": "7391.25", "day": None}


def shown(level: Exposure) -> tuple[dict[str, Any], str]:
    made = exposure.columns(TABLE, FACTS, level, IDS, [ROW])
    by_name = {each["name"]: each for each in made.value["columns"]}
    return by_name | {"": made.value}, json.dumps(made.value)


def test_schema_shows_names_and_types_alone() -> None:
    found, text = shown(Exposure.SCHEMA)
    assert found["tier"] == {"id": "c1", "name": "tier", "type": "STRING", "mode": "NULLABLE"}
    assert "some_rows" not in found[""] and "gold" not in text and "rows" not in found[""]


def test_profile_shows_short_lists_and_orders_of_magnitude() -> None:
    found, text = shown(Exposure.PROFILE)
    assert found["tier"]["values"] == {"gold": "67%", "silver": "33%"}
    assert found["tier"]["null"] == "25%"
    assert (found["price"]["from"], found["price"]["to"]) == ("1e1", "8e3")
    assert found["day"]["years"] == "2021 to 2023"
    assert found[""]["rows"] == "4e2"
    for hidden in ("12.5", "7391", "2021-03", "412"):
        assert hidden not in text


def test_what_may_be_personal_shows_no_value() -> None:
    found, _ = shown(Exposure.PROFILE)
    assert "values" not in found["maybe"] and found["maybe"]["shapes"] == {"Aaaa": "67%"}
    assert set(found["mail"]) <= {"id", "name", "type", "mode", "null", "different", "shapes", "personal"}


def test_a_few_of_many_texts_are_no_list() -> None:
    rare = facts("tier", top=TOP, top_rows=200)
    assert not exposure.may_show_values(TABLE.columns[0], rare)
    assert exposure.may_show_values(TABLE.columns[0], facts("tier", top=TOP, top_rows=300))


def test_a_person_decides_what_is_personal() -> None:
    maybe = TABLE.columns[1]
    decided = maybe.model_copy(
        update={"personal": Inferred[bool](value=False, origin=Origin.HUMAN, confidence=0.1)}
    )
    assert exposure.may_show_values(decided, FACTS.columns[1])


def test_masked_rows_show_shapes_but_for_values_that_are_known() -> None:
    found, _ = shown(Exposure.MASKED_ROWS)
    [row] = found[""]["some_rows"]
    assert row == {"tier": "gold", "maybe": "Aaaa 99", "mail": "a.a@a.aa", "price": "9999.99", "day": None}


def test_rows_show_rows() -> None:
    found, _ = shown(Exposure.ROWS)
    assert found[""]["some_rows"][0]["mail"] == "a.b@c.de"


@pytest.mark.parametrize(
    ("number", "text"), [(0, "0"), (7, "under 10"), (10, "1e1"), (912, "9e2"), (0.034, "3e-2")]
)
def test_numbers_are_rounded_to_one_digit(number: float, text: str) -> None:
    assert exposure.about(number) == text


@pytest.mark.parametrize(
    ("part", "whole", "text"),
    [(0, 9, "none"), (9, 9, "all"), (1, 100_000, "1%"), (99_999, 100_000, "99%"), (1, 3, "33%")],
)
def test_shares_tell_none_and_all_from_nearly(part: int, whole: int, text: str) -> None:
    assert exposure.share(part, whole) == text


def test_lines_of_a_file_are_shapes_but_for_names_of_columns() -> None:
    told = {"A": {"lines": ("Customer ID;name;Zürich 8001",), "candidates": {"A": 1}}}
    words = frozenset({"id", "name"})
    [case] = exposure.cases(told, Exposure.PROFILE, words).value
    assert case["lines"] == ["Aaaaaaaa ID;name;Aaaaaa 9999"]
    [open_case] = exposure.cases(told, Exposure.ROWS, words).value
    assert open_case["lines"] == ["Customer ID;name;Zürich 8001"]


def test_generators_lose_what_they_took_from_the_source() -> None:
    made = {
        "tier": {"Synth.choice": {"gold": "67%"}},
        "maybe": {"Synth.pattern": {"shapes": {"Rx-9999": "100%"}}},
        "price": {
            "Synth.nullable": {"nulls": "3%", "value": {"Synth.quantiles": {"values": [1.5, 7391.25]}}}
        },
    }
    ids = {"tier": "f1", "maybe": "f2"}
    found = {
        each["name"]: each
        for each in exposure.fields(TABLE, FACTS, Exposure.PROFILE, ids, made, ids)["fields"]
    }
    assert found["tier"]["made_by"] == {"Synth.choice": "…"}
    assert found["maybe"]["made_by"] == {"Synth.pattern": {"shapes": ["Aa-9999"]}}
    assert found["price"]["made_by"] == "Synth.nullable of Synth.quantiles"
    [tier, *_] = exposure.fields(TABLE, FACTS, Exposure.PROFILE, ids, made, ["maybe"])["fields"]
    assert tier["made_by"] == "Synth.choice", "only those that are told show how"


def test_evidence_is_one_line_that_commands_nothing() -> None:
    said = evidence("so\x1b[31m it\u2028is\x00\n" + "x" * 1000)
    assert said.startswith("so [31m it is x") and said.isprintable() and len(said) == 400


@pytest.mark.parametrize(
    ("message", "shown"),
    [
        ("the column 'zip' isn't made by `fake`", "the column 'zip' isn't made by `fake`"),
        ("""the value "Pat O'Brien" isn't one""", """the value "Aaa A'Aaaaa" isn't one"""),
        ("the value 'Pat O\\'Brien' isn't one", "the value 'Aaa A\\'Aaaaa' isn't one"),
        ("the file's text 'Pat O'Brien', not 'zip'", "the file's text 'Aaa A'Aaaaa', not 'zip'"),
        ("the text 'Rock ' n Roll' is no number", "the text 'Aaaa ' a Aaaa' aa aa aaaaaa"),
        ("the text 'Pat Brien", "the text 'Aaa Aaaaa"),
        ("can't read 'a\nPat'", "can't read 'a\nAaa'"),
    ],
)
def test_what_a_finding_quotes_is_a_shape_wherever_its_quotation_marks_are(message: str, shown: str) -> None:
    found = Finding(level=Level.ERROR, code="recipe.type", message=message, hint=message)
    told = exposure.finding(found, None, frozenset({"zip", "fake"})).value
    assert (told["message"], told["hint"]) == (shown, shown)
