"""Facts of samples, corrected by facts of all rows, or scaled."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction
from typing import Any

import duckdb
import pytest

from synth_core.model.inferred import Inferred
from synth_core.model.measured import STEPS, ColumnFacts, KeyFacts, LinkFacts, TableFacts
from synth_core.model.profile import ColumnProfile, Profile
from synth_core.model.project import Column, Link, Project, SourceKind, Table, TableSource, Target
from synth_core.model.types import BigQueryType, Mode
from synth_core.stages.profile import of_all_rows, profile
from synth_core.stages.profile.whole import from_text, number

HERE, TOTAL, K = 1000, 100_000, 10


def column(name: str, type: str, *, personal: bool = False) -> Column:
    return Column(
        name=name,
        type=Inferred(value=BigQueryType.model_validate(type)),
        mode=Inferred(value=Mode.NULLABLE),
        meaning=Inferred(value="unknown"),
        personal=Inferred(value=personal),
    )


def table(name: str, rows: int, *columns: Column) -> Table:
    source = TableSource(kind=SourceKind.WAREHOUSE, uri="bigquery:p.d", full_name=f"p.d.{name}")
    return Table(name=name, source=source, rows=rows, wanted=rows, columns=columns)


PARENTS = table("parents", 500, column("id", "INT64"))
ROWS = table(
    "rows",
    TOTAL,
    column("n", "INT64"),
    column("city", "STRING"),
    column("mail", "STRING", personal=True),
    column("day", "DATE"),
    column("parent", "INT64"),
)
LINK = Link(
    table="rows", columns=("parent",), ref_table="parents", ref_columns=("id",), accepted=Inferred(value=True)
)
PROJECT = Project(
    name="p", source="bigquery:p.d", tables=(PARENTS, ROWS), links=(LINK,), target=Target(uri="out"), k=K
)


@pytest.fixture(scope="module")
def sample() -> Profile:
    """1,000 of 100,000 rows."""
    con = duckdb.connect()
    con.execute("CREATE TABLE parents AS SELECT range AS id FROM range(500)")
    con.execute(
        f"CREATE TABLE rows AS SELECT range AS n, CASE WHEN range % 4 = 0 THEN NULL WHEN range % 4 = 1 THEN 'Bern'"
        f" ELSE 'Rome' END AS city, 'x' || range AS mail, DATE '2024-01-01' + (range % 10)::INT AS day,"
        f" range % 400 AS parent FROM range({HERE})"
    )
    return profile(con, PROJECT)


def corrected(sample: Profile, facts: TableFacts | None = None, hidden: tuple[str, ...] = ()) -> Profile:
    return of_all_rows(
        sample, PROJECT, {"rows": facts} if facts else {}, {"rows": HERE, "parents": 500}, {"rows": hidden}
    )


def told(name: str, **facts: Any) -> ColumnFacts:
    return ColumnFacts(name=name, **({"filled": TOTAL, "distinct": 50} | facts))


def test_without_facts_counts_are_scaled(sample: Profile) -> None:
    found = corrected(sample).table("rows")
    city = found.column("city")
    assert (found.rows, city.rows, city.nulls, city.distinct) == (TOTAL, TOTAL, 25_000, 2)
    assert [(each.value, each.count) for each in city.top] == [("Rome", 50_000), ("Bern", 25_000)]
    assert city.top_rows == 75_000
    number = found.column("n")
    assert (number.distinct, number.unique, number.sorted) == (TOTAL, True, False)
    assert number.quantiles == sample.table("rows").column("n").quantiles
    assert sum(each.count for each in found.column("mail").shapes) == TOTAL


def test_whole_tables_stay_as_they_are(sample: Profile) -> None:
    assert corrected(sample).table("parents") == sample.table("parents")


def test_facts_come_before_the_sample(sample: Profile) -> None:
    facts = TableFacts(
        rows=TOTAL,
        columns=(
            told(
                "city",
                filled=90_000,
                distinct=4,
                top=(("Rome", 80_000), ("Bern", 9_000), ("Oslo", 991), ("Nice", 9)),
            ),
            told("n", distinct=99_000),
        ),
        keys=(KeyFacts(columns=("n",), filled=TOTAL, distinct=99_999),),
    )
    found = corrected(sample, facts).table("rows")
    city = found.column("city")
    assert (city.nulls, city.distinct) == (10_000, 4)
    # Nine rows are less than k.
    assert [(each.value, each.count) for each in city.top] == [
        ("Rome", 80_000),
        ("Bern", 9_000),
        ("Oslo", 991),
    ]
    assert (found.column("n").distinct, found.column("n").unique) == (99_999, False)


def test_a_key_is_unique_only_if_it_was_counted(sample: Profile) -> None:
    facts = TableFacts(rows=TOTAL, columns=(told("n", distinct=TOTAL),))
    assert not corrected(sample, facts).table("rows").column("n").unique
    counted = facts.model_copy(update={"keys": (KeyFacts(columns=("n",), filled=TOTAL, distinct=TOTAL),)})
    assert corrected(sample, counted).table("rows").column("n").unique


def test_an_approximate_count_near_k_needs_the_sample(sample: Profile) -> None:
    many = tuple((f"w{n}", 490 if n else 5000) for n in range(201))
    facts = TableFacts(rows=TOTAL, columns=(told("city", distinct=900, top=(*many[:200], ("Bern", 40))),))
    values = [each.value for each in corrected(sample, facts).table("rows").column("city").top]
    # 490 of 100,000 rows could be an error where 201 of more values were told.
    assert values == ["w0"]


def test_nothing_of_personal_columns_and_links_comes_in(sample: Profile) -> None:
    values = tuple((f"ann{n}@example.com", 500) for n in range(5))
    fine = tuple(range(STEPS * K + 1))
    facts = TableFacts(
        rows=TOTAL,
        columns=(
            told("mail", top=values, low="a", high="z"),
            told("parent", quantiles=fine, top=((7, 900),)),
        ),
    )
    found = corrected(sample, facts).table("rows")
    for name in ("mail", "parent"):
        assert (found.column(name).top, found.column(name).quantiles) == ((), ())


def test_quantiles_are_means_of_k_values_or_values_of_k_rows(sample: Profile) -> None:
    fine = tuple(7 * n for n in range(STEPS * K + 1))
    found = corrected(sample, TableFacts(rows=TOTAL, columns=(told("n", quantiles=fine),)))
    quantiles = [int(each) for each in found.table("rows").column("n").quantiles]
    assert len(quantiles) == STEPS + 1
    # The smallest ten of the sample were 0 to 9, which reaches farther than the means of all rows.
    assert quantiles[0] == round(Fraction(sum(range(10)), 10))
    assert quantiles[-1] == round(sum(fine[-10:]) / 10)
    assert quantiles[16] == round(sum(fine[155:165]) / 10)
    assert not set(quantiles[1:-1]) & set(fine) - {round(each) for each in quantiles}
    spike = tuple(5 if n < 200 else n for n in range(STEPS * K + 1))
    found = corrected(sample, TableFacts(rows=TOTAL, columns=(told("n", quantiles=spike),)))
    assert found.table("rows").column("n").quantiles[3:19] == ("5",) * 16


def test_few_values_give_no_quantiles_of_all_rows(sample: Profile) -> None:
    fine = tuple(range(STEPS * K + 1))
    facts = TableFacts(rows=300, columns=(told("n", filled=300, quantiles=fine),))
    before = sample.table("rows").column("n").quantiles
    assert corrected(sample, facts).table("rows").column("n").quantiles == before


def test_quantiles_of_dates(sample: Profile) -> None:
    start = dt.date(2000, 1, 1)
    fine = tuple(start + dt.timedelta(days=n) for n in range(STEPS * K + 1))
    found = corrected(sample, TableFacts(rows=TOTAL, columns=(told("day", quantiles=fine),)))
    quantiles = found.table("rows").column("day").quantiles
    assert quantiles[0] == "2000-01-06"
    assert quantiles[-1] == "2024-01-10"
    assert list(quantiles) == sorted(quantiles)


def test_links_are_those_of_all_rows(sample: Profile) -> None:
    link = LinkFacts(
        columns=("parent",),
        ref_table="parents",
        ref_columns=("id",),
        rows=99_000,
        rows_in=98_000,
        keys=410,
        keys_in=400,
        children=((0, 100), (245, 400)),
    )
    found = corrected(sample, TableFacts(rows=TOTAL, links=(link,))).links[0]
    assert (found.rows, found.nulls, found.orphans, found.parents) == (99_000, 1_000, 1_000, 500)
    assert found.children == ((0, 0, 100), (245, 245, 400))
    guessed = corrected(sample).links[0]
    assert (guessed.rows, guessed.orphans, guessed.parents) == (TOTAL, 0, 500)
    assert guessed.children == ((0, 400, 500),)


def test_of_hidden_columns_nothing_is_known(sample: Profile) -> None:
    found = corrected(sample, hidden=("city",)).table("rows").column("city")
    assert found == ColumnProfile(name="city", path=("city",), rows=0, nulls=0, distinct=0, unique=False)


@pytest.mark.parametrize(
    ("type", "value", "text"),
    [
        ("INT64", -3, "-3"),
        ("NUMERIC", Fraction(5, 2), "2.5"),
        ("DATE", dt.date(1969, 12, 31), "1969-12-31"),
        ("DATETIME", dt.datetime(2024, 1, 1, 1, 2, 3, 4), "2024-01-01 01:02:03.000004"),
        ("TIMESTAMP", dt.datetime(2024, 1, 1, tzinfo=dt.UTC), "2024-01-01 00:00:00"),
        ("TIME", dt.time(1, 2, 3), "01:02:03"),
    ],
)
def test_numbers_behind_texts(type: str, value: Any, text: str) -> None:
    kind = BigQueryType.model_validate(type).kind
    assert number(kind, value) == from_text(kind, text)
