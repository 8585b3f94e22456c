"""Personal numbers and dates, made and loaded twice: nothing is copied, and a stranger would take them for real."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
import yaml
from backends import InThisProcess
from small_shop import database, query, tables

from synth_core import api
from synth_core.recipe.reading import Recipe

pytestmark = pytest.mark.usefixtures("in_this_process")


def checksum(number: str) -> int:
    """Of a card number; 0 when it is valid."""
    digits = [int(each) for each in reversed(number)]
    return (sum(digits[::2]) + sum(sum(divmod(2 * each, 10)) for each in digits[1::2])) % 10


def card(start: int) -> str:
    """A valid number that begins with these digits."""
    return next(f"{start}{last}" for last in range(10) if checksum(f"{start}{last}") == 0)


CARDS = ", ".join(
    f"({i}, {card(400000123456000 + i * 9_991)}, '{card(34000012345600 + i * 997)}')" for i in range(240)
)
SQL = f"""
    CREATE TABLE member (
        phone BIGINT PRIMARY KEY, full_name VARCHAR, date_of_birth DATE, joined DATE NOT NULL,
        credit_card BIGINT, debit_card VARCHAR, ssn DECIMAL(12, 0), fax DOUBLE,
        contact STRUCT(mobile BIGINT, birth_date DATE, verified TIMESTAMP));
    INSERT INTO member SELECT
        CASE WHEN i % 2 = 0 THEN 3015550000 + i * 7919 ELSE 49301555000 + i * 7907 END,
        'Ann ' || i, DATE '1950-01-03' + (i * 577 % 20000)::INT, DATE '2000-01-01' + (i * 577 % 20000 // 3)::INT,
        card, other,
        CASE WHEN i % 10 > 0 THEN 100000007 + i * 2999999 END,
        CASE WHEN i % 5 > 0 THEN 4930155500000 + i * 7907 END,
        {{'mobile': 1715550000 + i * 7919, 'birth_date': DATE '1950-01-03' + (i * 577 % 20000)::INT,
         'verified': TIMESTAMP '2019-05-05 05:05:05' + to_minutes(i::INT)}}
        FROM (VALUES {CARDS}) t(i, card, other);
    CREATE TABLE visit (phone BIGINT REFERENCES member(phone), mobile BIGINT, PRIMARY KEY (phone, mobile));
    INSERT INTO visit SELECT phone, 1715550000 + n * 7919 FROM member, range(2) r(n);
    CREATE TABLE passport (passport_number BIGINT, year BIGINT, PRIMARY KEY (passport_number, year));
    INSERT INTO passport SELECT 100200300 + i // 2 * 7919, 2020 + i % 2 FROM range(100) t(i);
    CREATE TABLE few (id BIGINT PRIMARY KEY, start_date DATE, end_date DATE, phone BIGINT);
    INSERT INTO few SELECT i, DATE '2020-01-01' + i::INT * 40, DATE '2020-02-01' + i::INT * 35, 3015550000 + i
        FROM range(7) t(i);
"""
PERSONAL = {
    "member": ["phone", "date_of_birth", "credit_card", "debit_card", "ssn", "fax", "contact"],
    "visit": ["phone", "mobile"],
    "passport": ["passport_number"],
    "few": ["phone"],
}


def mark_fax_as_personal(path: Path) -> None:
    """As a person does: numbers with a point are not taken for those of phones."""
    project = yaml.safe_load(path.read_text())
    [column] = [c for t in project["tables"] for c in t["columns"] if c["name"] == "fax"]
    column["personal"] = {"value": True, "origin": "human"}
    path.write_text(yaml.safe_dump(project))


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A home with a project whose plan ran twice, and its target."""
    place = tmp_path_factory.mktemp("personal")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SYNTH_HOME", str(place / "home"))
        api.begin("p", database(place / "source.duckdb", SQL), f"duckdb:{place / 'target.duckdb'}")
        mark_fax_as_personal(place / "home" / "p" / "project.yaml")
        api.infer("p")
        api.draft("p")
        for seed in (1, 2):
            api.approve("p", by="test", seed=seed, today=date(2026, 1, 1))
            assert all(check.ok for check in api.run("p", backend=InThisProcess()).checks)
        yield place


def test_they_are_taken_for_personal(place: Path) -> None:
    project = api.open("p", home=place / "home").project
    found = {
        table.name: [column.name for column in table.columns if column.personal.value]
        for table in project.tables
    }
    assert {name: [each for each in found[name] if each != "full_name"] for name in found} == PERSONAL


def test_no_value_of_theirs_is_in_profile_recipe_or_target(place: Path) -> None:
    texts = [(place / "home" / "p" / name).read_text() for name in ("profile.json", "recipe.yml")]
    made = place / "target.duckdb"
    for table, columns in PERSONAL.items():
        for column in columns:
            values = {
                str(each)
                for (cell,) in query(place / "source.duckdb", f"SELECT {column} FROM {table}")
                for each in (cell.values() if isinstance(cell, dict) else [cell])
                if each is not None
            }
            assert values and not [value for value in values for text in texts if value in text]
            if column not in ("date_of_birth", "contact"):
                again = {str(cell) for (cell,) in query(made, f"SELECT {column} FROM {table}")}
                assert len(values & again) <= 0.02 * len(values)


@pytest.mark.parametrize(
    ("table", "column"),
    [
        ("member", "phone"),
        ("member", "credit_card"),
        ("member", "debit_card"),
        ("member", "ssn"),
        ("member", "fax::BIGINT"),
        ("member", "contact.mobile"),
        ("visit", "mobile"),
        ("passport", "passport_number"),
    ],
)
def test_they_have_as_many_digits_as_in_the_source(place: Path, table: str, column: str) -> None:
    sql = f"SELECT length(CAST({column} AS VARCHAR)) AS n, count(*) FROM {table} GROUP BY n ORDER BY n"
    total = f"SELECT count(*) FROM {table}"
    source, made = (
        {n: count / query(place / name, total)[0][0] for n, count in query(place / name, sql)}
        for name in ("source.duckdb", "target.duckdb")
    )
    assert made.keys() == source.keys()
    assert all(abs(made[n] - source[n]) < 0.1 for n in made)


def test_card_numbers_are_valid(place: Path) -> None:
    for column in ("credit_card", "debit_card"):
        numbers = query(place / "target.duckdb", f"SELECT {column} FROM member")
        assert not [number for (number,) in numbers if checksum(str(number))]


def test_keys_are_unique_over_both_runs(place: Path) -> None:
    target = place / "target.duckdb"
    for table, key in {
        "member": "phone",
        "visit": "(phone, mobile)",
        "passport": "(passport_number, year)",
    }.items():
        [(rows, different)] = query(target, f"SELECT count(*), count(DISTINCT {key}) FROM {table}")
        [(source,)] = query(place / "source.duckdb", f"SELECT count(*) FROM {table}")
        assert rows == different == 2 * source
    orphans = "SELECT count(*) FROM visit WHERE phone NOT IN (SELECT phone FROM member)"
    assert query(target, orphans) == [(0,)]


def test_people_are_born_before_they_join_and_as_old_as_in_the_source(place: Path) -> None:
    """The youngest one there is 13 when joining."""
    target = place / "target.duckdb"
    [(young, least, most)] = query(
        target,
        "SELECT count(*) FILTER (date_of_birth + INTERVAL 13 YEAR > joined), min(joined), max(joined) FROM member",
    )
    assert young == 0
    assert date(2000, 1, 1) <= least and most <= date(2018, 6, 1)
    [(oldest, youngest, verified)] = query(
        target,
        "SELECT min(contact.birth_date), max(contact.birth_date), min(contact.verified) FROM member",
    )
    assert date(1939, 1, 1) < oldest and youngest <= date(2008, 1, 1) and verified.year == 2019


def test_two_dates_of_few_rows_are_in_order(place: Path) -> None:
    assert "few" in tables(place / "target.duckdb")
    few = Recipe.read((place / "home" / "p" / "recipe.yml").read_text()).fields()["few"]
    assert few["end_date"]["Synth.offset"]["after"] == "start_date"
    rows = query(place / "target.duckdb", "SELECT count(*) FROM few WHERE start_date <= end_date")
    assert rows == [(14,)]
