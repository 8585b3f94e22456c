"""What the rules write for columns of every sort, from real rows: readable, like the source, and nothing rare in it."""

from __future__ import annotations

import random
from pathlib import Path

import duckdb
import pytest
import yaml

from synth_core import api
from synth_core.recipe.reading import Recipe

ROWS = """
    SELECT i AS id, 'SO-2400' || lpad(i::VARCHAR, 3, '0') AS number, md5(i::VARCHAR) AS token,
        ['web', 'shop', 'phone'][1 + i % 3] AS channel,
        CASE WHEN i = 7 THEN 'very rare indeed' ELSE 'usual' END AS remark,
        (i * 37 % 1000) / 4 AS amount, DATE '2024-01-01' + (i % 60)::INT AS ordered,
        CASE WHEN i % 4 = 0 THEN NULL ELSE DATE '2024-01-01' + (i % 60 + i % 9)::INT END AS shipped,
        'person' || i || '@mail.test' AS email, '+49 170 ' || (1000000 + i * 7919 % 900000) AS phone,
        'some words that differ ' || i || ' and go on for a while' AS comment, i % 2 = 0 AS paid
    FROM range(240) r(i)
"""


@pytest.fixture
def recipe(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("SYNTH_HOME", str(tmp_path / "home"))
    with duckdb.connect(str(tmp_path / "s.duckdb")) as con:
        con.execute(f"CREATE TABLE orders AS {ROWS}")
    api.init("p", f"duckdb:{tmp_path}/s.duckdb", str(tmp_path / "out"))
    api.infer("p")
    stored, _ = api.draft("p")
    assert stored.recipe is not None
    return stored.recipe


def test_each_column_gets_the_generator_that_fits(recipe: str) -> None:
    fields = Recipe.read(recipe).fields()["orders"]
    made = {name: next(iter(value)) if isinstance(value, dict) else value for name, value in fields.items()}
    assert made["id"] == "Synth.sequence"
    assert fields["number"] == {"Synth.pattern": {"shapes": {"SO-2400[0-2]99": "100%"}}}
    assert fields["token"] == {"Synth.pattern": {"shapes": {"x" * 32: "100%"}}}
    assert set(fields["channel"]["Synth.choice"]) == {"web", "shop", "phone"}
    assert made["amount"] == "Synth.quantiles"
    assert fields["email"] == {"fake": "Email"}
    assert made["phone"] == "Synth.pattern"
    assert made["comment"] == "Synth.words"
    assert set(fields["paid"]["Synth.choice"]) == {"true", "false"}


def test_a_later_date_is_an_offset_of_the_earlier_one(recipe: str) -> None:
    shipped = Recipe.read(recipe).fields()["orders"]["shipped"]["Synth.nullable"]
    assert shipped["nulls"] == "25%"
    assert shipped["value"]["Synth.offset"]["after"] == "ordered"
    assert min(shipped["value"]["Synth.offset"]["gaps"]) >= 0


def test_each_column_says_why_it_is_made_so(recipe: str) -> None:
    lines = recipe.splitlines()
    for name in Recipe.read(recipe).fields()["orders"]:
        [at] = [i for i, line in enumerate(lines) if line.startswith(f"    {name}:")]
        assert lines[at - 1].startswith("    # ")


def test_nothing_rare_and_nothing_personal_is_in_it(recipe: str) -> None:
    with duckdb.connect() as con:
        rows = con.execute(ROWS).fetchall()
    rng = random.Random(1)
    for row in rng.sample(rows, 60):
        for value in (row[1], row[2], row[8], row[9], row[10]):
            assert str(value) not in recipe
    assert "very rare indeed" not in recipe


def test_every_text_in_it_is_quoted_or_plain_for_every_parser(recipe: str) -> None:
    def scalars(value: object) -> list[object]:
        if isinstance(value, dict):
            return [each for pair in value.items() for part in pair for each in scalars(part)]
        if isinstance(value, list):
            return [each for part in value for each in scalars(part)]
        return [value]

    assert not [value for value in scalars(yaml.safe_load(recipe)) if isinstance(value, bool)]
