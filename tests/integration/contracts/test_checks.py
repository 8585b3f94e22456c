"""The checks of loaded rows run on every warehouse."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Any

from warehouse_kit import NULLABLE, REPEATED, REQUIRED, UTC, field, fill, stage, table

from synth_core.model.inferred import Inferred
from synth_core.model.project import Link, Project, SourceKind, Table, TableSource, Target, columns_of
from synth_core.model.rule import Rule
from synth_core.model.warehouse import TableSchema
from synth_core.ports import Warehouse
from synth_core.stages.verify import failed, verify

SHOPS = table(
    "shops",
    field("code", "STRING", REQUIRED),
    field("no", "NUMERIC"),
    field("day", "DATE", REQUIRED),
    primary_key=("code",),
    partitioning="day",
    require_partition_filter=True,
)
SALES = table(
    "sales",
    field("id", "INT64", NULLABLE),
    field("shop", "INT64"),
    field("opened", "DATE"),
    field("closed", "TIMESTAMP"),
    primary_key=("id",),
)
DAY = datetime.date(2026, 1, 2)
NOON = datetime.datetime(2026, 1, 2, 12, tzinfo=UTC)


def of(schema: TableSchema, **more: Any) -> Table:
    return Table(
        name=schema.name,
        source=TableSource(kind=SourceKind.WAREHOUSE, uri="duckdb:x", full_name=f"x.main.{schema.name}"),
        rows=2,
        wanted=2,
        columns=columns_of(schema.fields),
        primary_key=Inferred(value=schema.primary_key),
        **more,
    )


def reference(columns: tuple[str, ...], ref_columns: tuple[str, ...]) -> Link:
    return Link(
        table="sales",
        columns=columns,
        ref_table="shops",
        ref_columns=ref_columns,
        accepted=Inferred(value=True),
    )


PROJECT = Project(
    name="shop",
    source="duckdb:x",
    tables=(
        of(SHOPS),
        of(SALES, rules=(Inferred(value=Rule(kind="ordered", columns=("opened", "closed"))),)),
    ),
    # A number in one table is a text, or another kind of number, in the other.
    links=(reference(("shop",), ("code",)), reference(("shop",), ("no",))),
    target=Target(uri="duckdb:x"),
)


def checks(warehouse: Warehouse, folder: Path, shops: list[Any], sales: list[Any], **more: Any) -> list[str]:
    """What does not hold of these rows."""
    staged = {
        "shops": stage(warehouse, folder / "shops", SHOPS, shops, "run"),
        "sales": stage(warehouse, folder / "sales", SALES, sales, "run"),
    }
    found = verify(warehouse, PROJECT, {"shops": 2, "sales": 2}, staged, **more)
    return [f"{check.table}: {check.what} ({check.bad})" for check in failed(found)]


def shop(code: str, no: int) -> dict[str, Any]:
    return {"code": code, "no": no, "day": DAY}


def sale(id: int | None, shop: int | None, closed: Any = NOON) -> dict[str, Any]:
    return {"id": id, "shop": shop, "opened": DAY, "closed": closed}


def test_what_holds_and_what_does_not(warehouse: Warehouse, tmp_path: Path) -> None:
    shops, sales = [shop("1", 1), shop("2", 2)], [sale(1, 1), sale(2, None)]
    assert checks(warehouse, tmp_path, shops, sales) == []
    earlier = NOON - datetime.timedelta(days=1)
    assert checks(warehouse, tmp_path, [shop("1", 1), shop("1", 2)], [sale(1, 3, earlier)]) == [
        "shops: code unique (1)",
        "sales: has 2 rows (1)",
        "sales: opened ≤ closed (1)",
        "sales: every sales(shop) → shops(code) (1)",
        "sales: every sales(shop) → shops(no) (1)",
    ]


def test_a_rule_that_the_recipe_keeps_is_checked_with_the_exceptions_of_its_source(
    warehouse: Warehouse, tmp_path: Path
) -> None:
    rule = Rule(kind="equal", target="id", columns=("shop",))
    sales = PROJECT.table("sales").model_copy(update={"rules": (Inferred(value=rule, exceptions=0.5),)})
    project = PROJECT.model_copy(update={"tables": (PROJECT.table("shops"), sales), "links": ()})
    rows = [sale(1, 1), sale(2, 3), sale(3, None)]
    staged = {"sales": stage(warehouse, tmp_path / "sales", SALES, rows, "run")}

    def rules(count: int, kept: frozenset[tuple[str, Rule]]) -> list[tuple[str, int, int, bool]]:
        found = verify(warehouse, project, {"sales": count}, staged, kept=kept)
        return [(each.what, each.bad, each.allowed, each.ok) for each in found if each.kind == "rule"]

    assert rules(3, frozenset()) == []
    assert rules(3, frozenset({("sales", rule)})) == [("id = shop", 1, 1, True)]
    assert rules(1, frozenset({("sales", rule)})) == [("id = shop", 1, 0, False)]


def test_fields_inside_of_nested_columns_refer_to_rows(warehouse: Warehouse, tmp_path: Path) -> None:
    visits = table(
        "visits",
        field("id", "INT64", REQUIRED),
        field("stops", "STRUCT<shop STRING, seen ARRAY<NUMERIC>>", REPEATED),
        field("home", "STRUCT<shop INT64>"),
        primary_key=("id",),
    )
    ends = (("stops.shop", "code"), ("stops.seen", "no"), ("home.shop", "code"))
    links = tuple(
        Link(
            table="visits",
            columns=(path,),
            ref_table="shops",
            ref_columns=(ref,),
            accepted=Inferred(value=True),
            nested=True,
        )
        for path, ref in ends
    )
    project = PROJECT.model_copy(update={"tables": (of(SHOPS), of(visits)), "links": links})
    rows = [
        {"id": 1, "stops": [], "home": None},
        {
            "id": 2,
            "stops": [
                {"shop": "1", "seen": [1, 2, 7]},
                {"shop": "3", "seen": []},
                {"shop": None, "seen": [8]},
            ],
            "home": {"shop": 9},
        },
    ]
    staged = {
        "shops": stage(warehouse, tmp_path / "shops", SHOPS, [shop("1", 1), shop("2", 2)], "run"),
        "visits": stage(warehouse, tmp_path / "visits", visits, rows, "run"),
    }
    found = verify(warehouse, project, {"shops": 2, "visits": 2}, staged)
    assert [(check.what, check.bad) for check in found if check.kind == "links"] == [
        ("every visits(stops.shop) → shops(code)", 1),
        ("every visits(stops.seen) → shops(no)", 2),
        ("every visits(home.shop) → shops(code)", 1),
    ]


def test_keys_must_be_new_in_a_target_that_keeps_its_rows(warehouse: Warehouse, tmp_path: Path) -> None:
    """Also in one that may only be read with a filter on its partitions."""
    fill(warehouse, tmp_path, "append", (SHOPS, [shop("2", 7)]), (SALES, [sale(1, 2)]))
    found = checks(
        warehouse,
        tmp_path,
        [shop("1", 1), shop("2", 2)],
        [sale(3, 1), sale(4, 1)],
        appended_to=("shops", "sales"),
    )
    assert found == ["shops: code new in the target (1)"]


def test_a_dependency_that_the_recipe_keeps_is_checked_by_its_keys(
    warehouse: Warehouse, tmp_path: Path
) -> None:
    rule = Rule(kind="depends", target="opened", columns=("shop",))
    sales = PROJECT.table("sales").model_copy(update={"rules": (Inferred(value=rule),)})
    project = PROJECT.model_copy(update={"tables": (sales,), "links": ()})
    other = datetime.date(2026, 1, 3)
    rows = [sale(1, 5), sale(2, 5), sale(3, 6) | {"opened": other}, sale(4, 6), sale(5, 5) | {"opened": None}]
    staged = {"sales": stage(warehouse, tmp_path / "sales", SALES, rows, "run")}
    found = verify(warehouse, project, {"sales": 5}, staged, kept=frozenset({("sales", rule)}))
    assert [(each.what, each.bad, each.ok) for each in found if each.kind == "rule"] == [
        ("shop → opened", 1, False)
    ]
    assert not [each for each in verify(warehouse, project, {"sales": 5}, staged) if each.kind == "rule"]


def test_what_is_there_once_is_checked_by_groups(warehouse: Warehouse, tmp_path: Path) -> None:
    rule = Rule(kind="once", target="opened", columns=("shop",))
    sales = PROJECT.table("sales").model_copy(update={"rules": (Inferred(value=rule),)})
    project = PROJECT.model_copy(update={"tables": (sales,), "links": ()})
    rows = [sale(1, 5), sale(2, 5), sale(3, 6), sale(4, 6) | {"opened": None}, sale(5, 5) | {"opened": None}]
    staged = {"sales": stage(warehouse, tmp_path / "sales", SALES, rows, "run")}
    found = verify(warehouse, project, {"sales": 5}, staged, kept=frozenset({("sales", rule)}))
    assert [(each.what, each.bad, each.ok) for each in found if each.kind == "rule"] == [
        ("opened once per shop", 1, False)
    ]


def test_where_a_column_must_be_empty_is_checked_by_the_values_of_the_other(
    warehouse: Warehouse, tmp_path: Path
) -> None:
    rule = Rule(kind="filled", target="opened", columns=("shop",))
    sales = PROJECT.table("sales").model_copy(update={"rules": (Inferred(value=rule),)})
    project = PROJECT.model_copy(update={"tables": (sales,), "links": ()})
    rows = [sale(number, 5 + number % 2) for number in range(40)]
    rows = [row | ({"opened": None} if row["shop"] == 5 and row["id"] else {}) for row in rows]
    staged = {"sales": stage(warehouse, tmp_path / "sales", SALES, rows, "run")}
    found = verify(warehouse, project, {"sales": 40}, staged, kept=frozenset({("sales", rule)}))
    assert [(each.what, each.bad, each.ok) for each in found if each.kind == "rule"] == [
        ("opened filled by shop", 1, False)
    ]
