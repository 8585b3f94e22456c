"""What every warehouse does as a source: costs, samples, facts of all rows."""

from __future__ import annotations

import datetime
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet
import pytest
from warehouse_kit import BARE, EVERYTHING, FULL, ODD, PEOPLE, field, fill, table

from synth_core.errors import SourceError
from synth_core.model.measured import STEPS, ColumnQuestion, LinkQuestion, Question
from synth_core.ports import Warehouse

START = datetime.date(2024, 1, 1)
ORDERS = table(
    "orders",
    field("id", "INT64"),
    field("person", "INT64"),
    field("line", "INT64"),
    field("day", "DATE"),
    field("price", "NUMERIC"),
    field("weight", "FLOAT64"),
    field("state", "STRING"),
    field("extra", "JSON"),
    field("box", "STRUCT<a INT64>"),
)


def order(number: int) -> dict[str, object]:
    """Persons 1 to 40 have 5 orders each; of persons 41 to 50 there is none, and person 99 does not exist."""
    person = number // 5 + 1
    return {
        "id": number,
        "person": None if number < 3 else 99 if number == 199 else person,
        "line": number % 5,
        "day": START + datetime.timedelta(days=number // 2),
        "price": Decimal(number) / 4,
        "weight": float("nan") if number == 7 else number / 2,
        "state": None if number % 10 == 0 else "new" if number % 2 else "paid",
        "extra": '{"a": 1}' if number % 4 else None,
        "box": {"a": number} if number % 2 else None,
    }


@pytest.fixture
def shop(warehouse: Warehouse, tmp_path: Path) -> Warehouse:
    people = [{"id": number, "name": f"name {number}"} for number in range(1, 51)]
    fill(warehouse, tmp_path, "append", (PEOPLE, people), (ORDERS, [order(number) for number in range(200)]))
    return warehouse


def test_a_whole_sample_has_all_rows_and_types(warehouse: Warehouse, tmp_path: Path) -> None:
    fill(warehouse, tmp_path, "append", (EVERYTHING, [FULL, BARE]))
    folder = tmp_path / "out[1] 'é'"
    folder.mkdir()
    sample = warehouse.sample(ODD, folder, 1000)
    assert {path.parent for path in sample.paths} == {folder}
    assert pa.concat_tables(map(pa.parquet.read_table, sample.paths)).to_pylist() == [FULL, BARE]
    assert (sample.rows, sample.is_whole, sample.table_rows) == (2, True, 2)
    assert (sample.hidden, sample.findings) == ((), ())


def test_an_empty_table_has_an_empty_sample(warehouse: Warehouse, tmp_path: Path) -> None:
    fill(warehouse, tmp_path, "append", (PEOPLE, []))
    sample = warehouse.sample("people", tmp_path, 1000)
    found = pa.parquet.read_table(sample.paths[0])
    assert (found.num_rows, found.column_names, sample.is_whole) == (0, ["id", "name"], True)


def test_a_sample_of_a_large_table_has_about_so_many_of_its_rows(shop: Warehouse, tmp_path: Path) -> None:
    sample = shop.sample("orders", tmp_path, 100)
    rows = pa.concat_tables(map(pa.parquet.read_table, sample.paths))
    assert 60 <= rows.num_rows == sample.rows <= 200
    assert sample.is_whole == (rows.num_rows == 200)
    assert sample.table_rows == 200
    known = {number: order(number) for number in range(200)}
    for row in rows.to_pylist():
        expected = known[row["id"]]
        assert {name: row[name] for name in ("person", "day", "state", "price", "box")} == {
            name: expected[name] for name in ("person", "day", "state", "price", "box")
        }


def test_costs_are_told_before(shop: Warehouse) -> None:
    cost = shop.estimate("orders", 100)
    assert cost.table == "orders"
    assert cost.how
    assert (cost.bytes > 0) == (cost.queries > 0) == (cost.dollars > 0)
    assert cost.queries <= 2


def test_a_table_that_is_not_there(shop: Warehouse, tmp_path: Path) -> None:
    for ask in (
        lambda: shop.estimate("nothing", 10),
        lambda: shop.sample("nothing", tmp_path, 10),
        lambda: shop.measure("nothing", Question()),
    ):
        with pytest.raises(SourceError, match="no table nothing"):
            ask()


def test_facts_of_all_rows(shop: Warehouse) -> None:
    k = 4
    names = [each.name for each in ORDERS.fields]
    question = Question(
        k=k, columns=tuple(ColumnQuestion(name=name, ends=True, quantiles=True, top=True) for name in names)
    )
    facts = shop.measure("orders", question)
    assert (facts.rows, facts.lacking) == (200, "")
    found = {each.name: each for each in facts.columns}
    filled = {name: found[name].filled for name in names}
    assert filled == dict.fromkeys(names, 200) | {"person": 197, "state": 180, "extra": 150, "box": 100}
    number = found["id"]
    assert number.distinct is not None
    assert abs(number.distinct - 200) <= 4
    assert (number.low, number.high) == (0, 199)
    assert len(number.quantiles) == STEPS * k + 1
    assert number.quantiles[0] == 0
    assert number.quantiles[-1] == 199
    assert all(abs(value - 199 * step / (STEPS * k)) <= 4 for step, value in enumerate(number.quantiles))
    assert (found["day"].low, found["day"].quantiles[0]) == (START, START)
    assert found["price"].high == Decimal("49.75")
    assert found["weight"].high == 99.5
    assert dict(found["state"].top) == {"new": 100, "paid": 80}
    assert (found["extra"].distinct, found["extra"].top) == (None, ())


def test_only_what_is_asked_for_is_told(shop: Warehouse) -> None:
    facts = shop.measure(
        "orders", Question(columns=(ColumnQuestion(name="state"), ColumnQuestion(name="id")))
    )
    state, number = facts.columns
    assert (state.top, state.low, state.high) == ((), None, None)
    assert (number.low, number.quantiles) == (None, ())


def test_keys_are_counted_exactly(shop: Warehouse) -> None:
    facts = shop.measure(
        "orders", Question(keys=(("id",), ("person",), ("person", "line"), ("state", "day")))
    )
    counts = {key.columns: (key.filled, key.distinct) for key in facts.keys}
    pairs = {(order(n)["person"], order(n)["line"]) for n in range(3, 200)}
    days = {(order(n)["state"], order(n)["day"]) for n in range(200) if n % 10}
    assert counts == {
        ("id",): (200, 200),
        ("person",): (197, 41),
        ("person", "line"): (197, len(pairs)),
        ("state", "day"): (180, len(days)),
    }
    assert facts.key(("line", "person")) == facts.keys[2]


def test_links_are_counted_exactly(shop: Warehouse) -> None:
    link = LinkQuestion(
        columns=("person",),
        ref_table="people",
        ref_full_name=shop.schema("people").full_name,
        ref_columns=("id",),
    )
    facts = shop.measure("orders", Question(links=(link,)))
    found = facts.link(("person",), "people", ("id",))
    assert found is not None
    assert (found.rows, found.rows_in, found.keys, found.keys_in) == (197, 196, 41, 40)
    # Person 1 lost three orders, person 40 one.
    assert found.children == ((0, 10), (2, 1), (4, 1), (5, 38))


def test_a_link_of_two_columns(warehouse: Warehouse, tmp_path: Path) -> None:
    parent = table("parent", field("a", "INT64"), field("b", "STRING"))
    child = table("child", field("x", "STRING"), field("y", "INT64"))
    parents = [{"a": 1, "b": "p"}, {"a": 1, "b": "q"}, {"a": 2, "b": "p"}, {"a": None, "b": "q"}]
    children = [{"x": "p", "y": 1}, {"x": "p", "y": 1}, {"x": "q", "y": 2}, {"x": None, "y": 1}]
    fill(warehouse, tmp_path, "append", (parent, parents), (child, children))
    link = LinkQuestion(
        columns=("y", "x"),
        ref_table="parent",
        ref_full_name=warehouse.schema("parent").full_name,
        ref_columns=("a", "b"),
    )
    (found,) = warehouse.measure("child", Question(links=(link,))).links
    assert (found.rows, found.rows_in, found.keys, found.keys_in) == (3, 2, 2, 1)
    assert found.children == ((0, 2), (2, 1))
