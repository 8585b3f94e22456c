"""Links from inside of STRUCTs and ARRAYs: found, measured, edited, drafted, and missed by the linter."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from lint_helpers import findings, mended, project_of
from pydantic import ValidationError
from typed_tables import add_table, project

from synth_core.errors import ProjectError, RecipeError
from synth_core.model.edits import AddLink, ChangeLink, RemoveLink, SetType
from synth_core.model.inferred import Inferred, Origin
from synth_core.model.project import Link, Project, SourceKind, Table
from synth_core.model.types import BigQueryType
from synth_core.recipe.functions import KeyOf, Place
from synth_core.recipe.reading import Recipe
from synth_core.recipe.world import RowOf
from synth_core.stages.draft import draft
from synth_core.stages.infer.keep import keep_links, known_links
from synth_core.stages.profile import profile
from synth_core.stages.relate import relate
from synth_core.stages.review import Reviewed, apply
from synth_core.stages.review.link_views import entity_diagram, link_views


def _shop(con) -> list[Table]:
    return [
        add_table(con, "products", "SELECT 100 + 7 * i AS product_id, 'p' || i AS label FROM range(30) r(i)"),
        add_table(
            con,
            "orders",
            "SELECT i + 1 AS order_id, [{'product_id': 100 + 7 * (i % 30), 'quantity': i % 4}] AS items,"
            " {'id': 5000 + i} AS product, [100 + 7 * (i % 20) for j in range(i % 3)] AS product_ids"
            " FROM range(50) r(i)",
            types={
                "items": "STRUCT<product_id INT64, quantity INT64>",
                "product": "STRUCT<id INT64>",
                "product_ids": "INT64",
            },
            repeated=("items", "product_ids"),
        ),
    ]


def _related(con) -> Project:
    found = relate(con, _shop(con))
    return project(*found.tables, links=found.links)


ITEMS = "orders(items.product_id) → products(product_id)"
IDS = "orders(product_ids) → products(product_id)"


def test_they_are_found_by_names_and_values(con) -> None:
    found = _related(con)
    assert [str(link) for link in found.nested_links] == [ITEMS, IDS]
    assert found.accepted_links == ()
    assert found.nested_links[0].accepted.evidence == (
        "100 % of orders.items.product_id occur in products.product_id; the names agree"
    )


def test_names_without_a_word_for_identifier_are_enough_where_texts_agree(con) -> None:
    """`items.sku` of products whose key is `sku`, `items.product`; but a number called `order` may be a place."""
    shop = [
        add_table(con, "products", "SELECT 'P' || i AS sku FROM range(30) r(i)"),
        add_table(con, "orders", "SELECT i + 1 AS id FROM range(50) r(i)"),
        add_table(
            con,
            "carts",
            "SELECT i AS cart_no, [{'sku': 'P' || i % 30, 'product': 'P' || i % 7, 'order': 1 + i % 9}] AS items"
            " FROM range(50) r(i)",
            types={"items": "STRUCT<sku STRING, product STRING, order INT64>"},
            repeated=("items",),
        ),
    ]
    found = relate(con, shop)
    assert [str(link) for link in found.links] == [
        "carts(items.sku) → products(sku)",
        "carts(items.product) → products(sku)",
    ]


def test_without_names_there_are_none(con) -> None:
    assert relate(con, _shop(con), hide_names=True).links == ()


def test_one_to_a_table_of_which_a_sample_is_here_is_proposed(con) -> None:
    products, orders = _shop(con)
    con.execute("DELETE FROM products WHERE product_id > 200")
    proposed = relate(con, [products, orders]).links
    assert [(str(link), link.accepted.value) for link in proposed] == [(ITEMS, False), (IDS, False)]
    assert proposed[0].accepted.evidence.endswith("counted over a sample of 15 of 30 rows of products")


def test_elements_are_measured_as_children(con) -> None:
    kept = _related(con)
    measured = profile(con, kept)
    items, ids = measured.links
    assert (items.rows, items.orphans, items.parents) == (50, 0, 30)
    assert (ids.rows, ids.orphans) == (49, 0)
    told = [view.told for view in link_views(kept, measured, ())]
    assert told[0] == (
        "all elements refer to one; 1 to 2, median 2 of items.product_id of orders for each of products"
    )
    by_path = {each.path: each for each in measured.table("orders").columns}
    assert by_path["items", "product_id"].top == (), "values of a link are shown nowhere"
    assert by_path["items", "quantity"].top


def test_a_draft_draws_them_from_the_keys(con) -> None:
    kept = _related(con)
    fields = Recipe.read(draft(kept, profile(con, kept)).text).fields()["orders"]
    drawn = {"Synth.key_of": {"table": "products", "column": "product_id"}}
    assert fields["items"]["Synth.array"]["of"]["Synth.struct"]["product_id"] == drawn
    assert fields["product_ids"]["Synth.array"]["of"] == drawn
    assert "key_of" not in str(fields["product"])


def test_the_picture_shows_them(con) -> None:
    drawn = entity_diagram(_related(con))
    assert 't1 ||--o{ t2 : "items.product_id"' in drawn
    assert "STRUCT items FK" in drawn


# --- in a project ---

ORDERS = {"id": "INT64!", "items": "STRUCT<product_id INT64, tags ARRAY<STRING>>*", "product_ids": "INT64*"}
PRODUCTS = {"id": "INT64!", "s": "STRUCT<a INT64>"}


def _project(*places: str) -> Project:
    empty = project_of({"orders": ORDERS, "products": PRODUCTS}, {"orders": ("id",), "products": ("id",)})
    return Project.model_validate({**empty.model_dump(), "links": [_link(each) for each in places]})


def _link(place: str, **more: Any) -> dict[str, Any]:
    link = Link(
        table="orders",
        columns=(place,),
        ref_table="products",
        ref_columns=("id",),
        accepted=Inferred(value=True),
        nested=True,
    )
    return {**link.model_dump(), **more}


def test_a_project_holds_them_and_refuses_what_is_not_there() -> None:
    assert [str(link) for link in _project("items.product_id").nested_links] == [
        "orders(items.product_id) → products(id)"
    ]
    for wrong, why in (
        (
            _link("items.price"),
            "no nested field items.price; it has items.product_id, items.tags, product_ids",
        ),
        (_link("id"), "no nested field id"),
        (_link("items.product_id", nested=False), "which does not exist"),
        (_link("items.product_id", ref_columns=["id", "id"]), "one column on each side"),
        (_link("items.product_id", ref_columns=["s.a"]), "products.s.a, which does not exist"),
    ):
        with pytest.raises(ValidationError, match=why):
            Project.model_validate({**_project().model_dump(), "links": [wrong]})


def test_plain_links_are_written_as_before() -> None:
    plain = _project("items.product_id").model_dump(mode="json")["links"][0]
    assert plain.pop("nested") is True
    assert "nested" not in Link.model_validate({**plain, "columns": ["id"]}).model_dump(mode="json")


def _ends(*columns: str, ref: str = "id") -> dict[str, Any]:
    return {
        "table": "orders",
        "columns": columns,
        "ref_table": "products",
        "ref_columns": (ref,) * len(columns),
    }


def _edited(project: Project, edit: AddLink | ChangeLink | RemoveLink | SetType) -> Project:
    return apply(Reviewed(project=project), [edit]).project


def test_a_person_adds_changes_and_removes_them() -> None:
    added = _edited(_project(), AddLink(**_ends("items.product_id")))
    [link] = added.nested_links
    assert link.accepted.origin is Origin.HUMAN
    change = ChangeLink(
        **_ends("items.product_id"),
        new_columns=("product_ids",),
        new_ref_table="products",
        new_ref_columns=("id",),
    )
    changed = _edited(added, change)
    assert [str(link) for link in changed.links] == ["orders(product_ids) → products(id)"]
    assert _edited(changed, RemoveLink(**_ends("product_ids"))).links == ()


@pytest.mark.parametrize(
    ("edit", "why"),
    [
        (AddLink(**_ends("items")), "orders.items is nested"),
        (AddLink(**_ends("items.price")), "no column orders.items.price"),
        (AddLink(**_ends("items.product_id", ref="s")), "products.s is nested"),
        (AddLink(**_ends("items.product_id", "id")), "names a column more than once"),
        (
            AddLink(
                table="orders",
                columns=("items.product_id", "id"),
                ref_table="products",
                ref_columns=("id", "s"),
            ),
            "one field refers alone",
        ),
    ],
)
def test_what_can_be_no_link_is_refused(edit: AddLink, why: str) -> None:
    with pytest.raises(ProjectError, match=why):
        _edited(_project(), edit)


def test_a_type_that_a_link_needs_stays_until_it_is_none() -> None:
    orders, products = _project().tables
    read = orders.model_copy(update={"source": orders.source.model_copy(update={"kind": SourceKind.NDJSON})})
    project = Project.model_validate(
        {**_project("items.product_id").model_dump(), "tables": [read.model_dump(), products.model_dump()]}
    )
    other = SetType(table="orders", column="items", type=BigQueryType.model_validate("STRUCT<a INT64>"))
    with pytest.raises(ProjectError, match=r"orders has no nested field items.product_id; it has items.a"):
        _edited(project, other)
    none = _edited(project, RemoveLink(**_ends("items.product_id")))
    assert str(_edited(none, other).table("orders").column("items").type.value) == "STRUCT<a INT64>"


def test_inferring_again_keeps_them_and_tells_of_what_is_lost() -> None:
    before = _project("items.product_id", "product_ids")
    kept = keep_links(before.links, ())
    assert kept == (), "what was only measured is measured again"
    orders, products = before.tables
    without = orders.model_copy(update={"columns": orders.columns[:2]})
    known, lost = known_links(before.links, [without, products])
    assert [str(link) for link in known] == ["orders(items.product_id) → products(id)"]
    assert [finding.code for finding in lost] == ["project.link-lost"]


# --- in a recipe ---

RECIPE = """- object: products
  count: 5
  fields: {{id: {{Synth.sequence: 1}}, s: {{Synth.struct: {{a: 1}}}}}}
- object: orders
  count: 9
  fields:
    id: {{Synth.sequence: 1}}
    items: {items}
    product_ids: {{Synth.array: {{length: 2, of: 1}}}}
"""
KEPT = "{Synth.array: {length: [0, 2], of: {Synth.struct: {product_id: %s, tags: ~}}}}"
KEY_OF = "{Synth.key_of: {table: products, column: id}}"


def _found(items: str) -> list[str]:
    text = RECIPE.format(items=items)
    return [
        each.message for each in findings(text, _project("items.product_id")) if each.code == "recipe.link"
    ]


@pytest.mark.parametrize(
    "items",
    [
        KEPT % KEY_OF,
        KEPT % f"{{Synth.nullable: {{nulls: 5%, value: {KEY_OF}}}}}",
        "{Synth.nullable: {nulls: 5%, value: " + KEPT % KEY_OF + "}}",
    ],
)
def test_a_recipe_that_keeps_them_is_fine(items: str) -> None:
    assert _found(items) == []


@pytest.mark.parametrize(
    "items",
    [
        KEPT % "1",
        KEPT % "{Synth.key_of: {table: orders, column: id}}",
        "{Synth.array: {length: 1, of: {Synth.struct: {tags: ~}}}}",
    ],
)
def test_one_left_to_chance_is_a_warning_with_a_fix(items: str) -> None:
    assert _found(items) == ["nothing here makes items.product_id refer to 'products', as the project wants."]
    text = mended(RECIPE.format(items=items), "link", _project("items.product_id"))
    assert [each for each in findings(text, _project("items.product_id")) if each.code == "recipe.link"] == []


def test_keys_that_do_not_follow_from_the_row_are_an_error() -> None:
    text = RECIPE.format(items=KEPT % KEY_OF).replace(
        "id: {Synth.sequence: 1}, s", "id: {random_number: {}}, s"
    )
    assert "recipe.not-keyed" in {each.code for each in findings(text)}
    text = RECIPE.format(items=KEPT % "{Synth.key_of: {table: nowhere, column: id}}")
    assert "recipe.unknown-table" in {each.code for each in findings(text)}


def test_a_key_of_a_table_without_rows_is_an_error_before_and_when_it_runs() -> None:
    text = RECIPE.format(items=KEPT % KEY_OF).replace("count: 5", "count: 0")
    assert "recipe.empty-parent" in {each.code for each in findings(text)}
    world = Recipe.read(text).world({"products": 0, "orders": 9}, 1, date(2026, 1, 1), {})
    make = KeyOf(table="products", column="id").bind(Place(world, "orders", "items"))
    with pytest.raises(RecipeError, match="no row of products"):
        make(RowOf(world, "orders", 0))
