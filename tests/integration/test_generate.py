"""`synth generate`: rows from a recipe alone, ours or stock Snowfakery, in three formats."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet
import pytest
from small_shop import Synth, done, files_below

pytestmark = pytest.mark.usefixtures("copied_interpreters")

STOCK = """
- var: town
  value: Bern
- macro: named
  fields:
    first_name: {fake: first_name}
    email: {fake: email}
- object: Household
  count: 4
  nickname: home
  fields:
    town: ${{town}}
    number: ${{id * 10}}
  friends:
    - object: Pet
      count: 2
      fields:
        owner: {reference: Household}
        kind:
          random_choice: [cat, dog]
- object: Person
  count: 6
  include: named
  fields:
    lives_in:
      random_reference: Household
    last_home: {reference: home}
    age:
      random_number: {min: 18, max: 80}
    born:
      date_between: {start_date: 2000-01-01, end_date: 2009-12-31}
    loud: ${{ first_name.upper() if child_index % 2 else first_name }}
    nothing: null
"""
OURS = """
- snowfakery_version: 3
- plugin: synth_core.recipe.plugin.Synth
- object: customer
  count: 20
  fields:
    id:
      Synth.sequence: {start: 5, step: 2}
    name: {fake: Company}
- object: "order line"
  count: 50
  fields:
    "Line No":
      Synth.sequence: {start: 1}
    customer:
      Synth.reference: {table: customer, column: id}
    price:
      Synth.quantiles: {values: [1, 2, 5, 9], decimals: 2}
    note: ${{ 'a "quoted", text' if child_index == 3 else '' }}
"""
WIDENING = """
- object: t
  count: 5200
  fields:
    whole: ${{ child_index }}
    later: ${{ child_index if child_index < 5100 else child_index + 0.5 }}
    text: ${{ child_index if child_index < 5150 else "x" }}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where rows go: a folder with blanks in its name that is not there yet."""
    return tmp_path / "all the rows" / "of today"


def recipe(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "my recipe.yml"
    path.write_text(text)
    return path


def rows(folder: Path, table: str) -> list[dict[str, str]]:
    with (folder / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_a_stock_recipe_as_csv(synth: Synth, tmp_path: Path, folder: Path) -> None:
    said = done(synth("generate", recipe(tmp_path, STOCK), "--out", folder, "--json"))
    assert said.err == ""
    assert [(file["table"], file["rows"]) for file in said.data] == [
        ("Household", 4),
        ("Pet", 8),
        ("Person", 6),
    ]
    for file in said.data:
        assert set(file) == {"table", "path", "rows", "bytes"}
        assert Path(file["path"]).parent == folder and Path(file["path"]).stat().st_size == file["bytes"]
    assert sorted(files_below(folder)) == ["Household.csv", "Person.csv", "Pet.csv"]

    homes, pets, people = (rows(folder, table) for table in ("Household", "Pet", "Person"))
    assert homes == [{"id": str(i), "town": "Bern", "number": str(i * 10)} for i in range(1, 5)]
    assert [pet["owner"] for pet in pets] == ["1", "1", "2", "2", "3", "3", "4", "4"]
    assert {pet["kind"] for pet in pets} <= {"cat", "dog"}
    assert list(people[0]) == [
        "id", "first_name", "email", "lives_in", "last_home", "age", "born", "loud", "nothing",
    ]  # fmt: skip
    for index, person in enumerate(people):
        assert person["lives_in"] in {"1", "2", "3", "4"} and person["last_home"] == "4"
        assert 18 <= int(person["age"]) <= 80 and "2000-01-01" <= person["born"] <= "2009-12-31"
        name = person["first_name"]
        assert person["loud"] == (name.upper() if index % 2 else name)
        assert "@" in person["email"] and person["nothing"] == ""


def test_seeds_decide_and_nothing_else(synth: Synth, tmp_path: Path) -> None:
    path = recipe(tmp_path, STOCK)
    for name, seed in (("a", 7), ("b", 7), ("c", 8)):
        done(synth("generate", path, "--out", tmp_path / name, "--seed", seed))
    a, b, c = (files_below(tmp_path / name) for name in "abc")
    assert a == b
    assert a["Household.csv"] == c["Household.csv"] and a["Person.csv"] != c["Person.csv"]


def test_a_recipe_of_ours_has_the_columns_it_names_and_no_other(
    synth: Synth, tmp_path: Path, folder: Path
) -> None:
    path = recipe(tmp_path, OURS)
    said = done(synth("generate", path, "--out", folder, "--count", "order line=70", "--count", "customer=5"))
    assert "order line.csv" in said.out and "70" in said.out
    customers, lines = rows(folder, "customer"), rows(folder, "order line")
    assert [customer["id"] for customer in customers] == ["5", "7", "9", "11", "13"]
    assert list(lines[0]) == ["Line No", "customer", "price", "note"]
    assert [line["Line No"] for line in lines] == [str(i) for i in range(1, 71)]
    assert {line["customer"] for line in lines} <= {"5", "7", "9", "11", "13"}
    assert all(1 <= float(line["price"]) <= 9 for line in lines)
    assert lines[3]["note"] == 'a "quoted", text'


def test_counts_may_be_formulas(synth: Synth, tmp_path: Path, folder: Path) -> None:
    text = STOCK.replace("count: 4", "count: ${{ 2 * 2 }}").replace(
        "count: 6", "count: {random_number: {min: 6, max: 6}}"
    )
    text = text.replace("count: 2", "count: ${{ 1 + child_index }}")
    said = done(synth("generate", recipe(tmp_path, text), "--out", folder, "--json"))
    assert [(file["table"], file["rows"]) for file in said.data] == [
        ("Household", 4), ("Pet", 10), ("Person", 6),
    ]  # fmt: skip
    assert [pet["owner"] for pet in rows(folder, "Pet")] == list("1223334444")
    asked = done(
        synth("generate", recipe(tmp_path, text), "--out", folder, "--count", "Household=2", "--json")
    )
    assert [file["rows"] for file in asked.data] == [2, 3, 6]


FRIENDS = OURS.replace("    name: {fake: Company}\n", """    name: {fake: Company}
  friends:
    - object: note
      count: 2
      fields:
        about:
          Synth.reference: {table: customer, column: id}
        mark:
          Synth.pattern: {shapes: ["9"], unique: true}
""")  # fmt: skip


@pytest.mark.parametrize(
    ("text", "named"),
    [
        (
            OURS.replace("count: 20", "count: ${{ 4 * 5 }}"),
            [
                "order line.customer: Synth.reference",
                "how many rows customer has",
                "is a formula",
                "--count customer=N",
            ],
        ),
        (
            OURS.replace("count: 50", "count: ${{ 5 }}"),
            ["how many rows order line has", "--count 'order line=N'"],
        ),
        (FRIENDS, ["note.about: Synth.reference", "how many rows note has", "depends on other objects"]),
        (
            FRIENDS.replace("Synth.reference: {table: customer, column: id}", "Synth.uuid: {}", 1),
            ["note.mark", "11 different values", "only 10"],
        ),
    ],
)
def test_keys_of_rows_that_nobody_counted_are_refused(
    synth: Synth, tmp_path: Path, folder: Path, text: str, named: list[str]
) -> None:
    said = synth("generate", recipe(tmp_path, text), "--out", folder)
    assert (said.code, said.out) == (1, "")
    for name in named:
        assert name in said.err
    assert not folder.exists()


def test_keys_of_a_formula_count_are_made_with_a_given_count(
    synth: Synth, tmp_path: Path, folder: Path
) -> None:
    text = OURS.replace("count: 20", "count: ${{ 4 * 5 }}")
    done(synth("generate", recipe(tmp_path, text), "--out", folder, "--count", "customer=7"))
    assert len(rows(folder, "customer")) == 7 and len(rows(folder, "order line")) == 50


def test_a_recipe_that_makes_no_row_is_an_error(synth: Synth, tmp_path: Path, folder: Path) -> None:
    path = recipe(tmp_path, "- object: a\n  count: ${{ 1 - 1 }}\n")
    said = synth("generate", path, "--out", folder)
    assert (said.code, said.out) == (1, "")
    assert str(path) in said.err and "no rows" in said.err
    assert not folder.exists()


def test_parquet_has_types(synth: Synth, tmp_path: Path, folder: Path) -> None:
    done(synth("generate", recipe(tmp_path, STOCK), "--out", folder, "--format", "parquet"))
    people = pa.parquet.read_table(folder / "Person.parquet")
    types = dict(zip(people.schema.names, people.schema.types, strict=True))
    assert types["lives_in"] == pa.int64() and types["age"] == pa.int64()
    assert types["born"] == pa.date32() and types["email"] == pa.string()
    assert people.column("nothing").null_count == people.num_rows == 6


def test_ndjson_keeps_numbers_and_nulls(synth: Synth, tmp_path: Path, folder: Path) -> None:
    done(
        synth(
            "generate", recipe(tmp_path, STOCK), "--out", folder, "--format", "ndjson", "--count", "Person=2"
        )
    )
    people = [json.loads(line) for line in (folder / "Person.ndjson").read_text().splitlines()]
    assert [person["id"] for person in people] == [1, 2]
    assert all(isinstance(person["age"], int) and person.get("nothing") is None for person in people)


def test_types_widen_when_later_rows_need_it(synth: Synth, tmp_path: Path, folder: Path) -> None:
    done(synth("generate", recipe(tmp_path, WIDENING), "--out", folder, "--format", "parquet"))
    made = pa.parquet.read_table(folder / "t.parquet")
    types = dict(zip(made.schema.names, made.schema.types, strict=True))
    assert types == {"id": pa.int64(), "whole": pa.int64(), "later": pa.float64(), "text": pa.string()}
    assert made.num_rows == 5200
    assert made.column("later")[5099:5101].to_pylist() == [5099.0, 5100.5]
    assert made.column("text")[5149:5151].to_pylist() == ["5149", "x"]
    assert made.column("id").to_pylist() == list(range(1, 5201))


def test_an_existing_folder_keeps_its_other_files(synth: Synth, tmp_path: Path, folder: Path) -> None:
    folder.mkdir(parents=True)
    (folder / "mine.txt").write_text("mine")
    (folder / "Pet.csv").write_text("old")
    done(synth("generate", recipe(tmp_path, STOCK), "--out", folder))
    assert sorted(files_below(folder)) == ["Household.csv", "Person.csv", "Pet.csv", "mine.txt"]
    assert (folder / "mine.txt").read_text() == "mine" and len(rows(folder, "Pet")) == 8


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("", ["empty"]),
        ("hello", [":1:1", "list of statements"]),
        ("- object: [", [":1", "YAML"]),
        ("- object: a\n  fields:\n    x: ${{ ''.__class__ }}\n", [":3:8", "__class__"]),
        ("- plugin: os.path\n- object: a\n", [":1:11", "plugin"]),
        ("- include_file: /etc/hostname\n- object: a\n", [":1:17", "no plain name"]),
        ("- object: ../../a\n", [":1:11", "can't contain '/'"]),
        (
            "- object: a\n  fields:\n    x: {fake: Kompany}\n    y: {File.lines: /etc/hostname}\n",
            [":3:", "Kompany", ":4:", "File"],
        ),
        (STOCK.replace("random_reference: Household", "random_reference: Castle"), ["Castle"]),
        (OURS.replace("column: id}", "column: di}"), ["di"]),
    ],
)  # fmt: skip
def test_a_refused_recipe_writes_nothing(
    synth: Synth, tmp_path: Path, folder: Path, text: str, named: list[str]
) -> None:
    path = recipe(tmp_path, text)
    said = synth("generate", path, "--out", folder, "--json")
    assert (said.code, said.out) == (1, "")
    for name in (str(path), *named):
        assert name in said.err
    assert sorted(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize(
    ("options", "named"),
    [
        (["--count", "Person=0"], ["Person", "0 rows"]),
        (["--count", "Person=-1"], ["Person", "-1 rows"]),
        (["--count", "Persons=5"], ["'Persons'", "Household, Pet, Person"]),
        (["--count", "Pet=5"], ["Pet", "other objects"]),
    ],
)
def test_wishes_that_can_not_be_met_write_nothing(
    synth: Synth, tmp_path: Path, folder: Path, options: list[str], named: list[str]
) -> None:
    path = recipe(tmp_path, STOCK)
    said = synth("generate", path, "--out", folder, *options)
    assert (said.code, said.out) == (1, "")
    for name in named:
        assert name in said.err
    assert sorted(tmp_path.iterdir()) == [path]


def test_a_recipe_that_fails_on_the_way_writes_nothing(synth: Synth, tmp_path: Path, folder: Path) -> None:
    path = recipe(tmp_path, STOCK + "    broken: ${{ 1 / (child_index - 4) }}\n")
    said = synth("generate", path, "--out", folder)
    assert (said.code, said.out) == (1, "")
    assert "division by zero" in said.err
    assert not folder.exists()


def test_keys_that_can_not_supply_the_count_are_refused(synth: Synth, tmp_path: Path, folder: Path) -> None:
    text = OURS.replace("{table: customer, column: id}", "{table: customer, column: id, unique: true}")
    said = synth("generate", recipe(tmp_path, text), "--out", folder)
    assert (said.code, said.out) == (1, "")
    assert "order line.customer" in said.err and "50" in said.err and "20" in said.err
    assert not folder.exists()


def test_recipes_and_folders_that_are_none(synth: Synth, tmp_path: Path) -> None:
    path = recipe(tmp_path, STOCK)
    for arguments, named in (
        ((tmp_path / "missing.yml", "--out", tmp_path / "out"), "missing.yml"),
        ((tmp_path, "--out", tmp_path / "out"), str(tmp_path)),
        ((path, "--out", path), str(path)),
    ):
        said = synth("generate", *arguments)
        assert (said.code, said.out) == (1, "")
        assert named in said.err
    binary = tmp_path / "binary.yml"
    binary.write_bytes(b"\xff\xfe\x00\x80" * 9)
    said = synth("generate", binary, "--out", tmp_path / "out")
    assert said.code == 1 and str(binary) in said.err
    assert sorted(tmp_path.iterdir()) == [binary, path]
