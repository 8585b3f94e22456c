"""The keys page: the picture, links with their evidence, and every decision on them."""

from __future__ import annotations

from collections.abc import Callable

from opening import Open, words
from streamlit.testing.v1 import AppTest

from synth_core import api
from synth_core.access import Role
from synth_core.model.edits import SetPrimaryKey, SetWanted
from synth_core.model.inferred import Inferred, Origin
from synth_core.model.project import Column, Link, Project, SourceKind, Table, TableSource, Target, columns_of
from synth_core.model.types import INT64, Field
from synth_core.stages.review.link_views import entity_diagram, link_views


def press(app: AppTest, label: str) -> AppTest:
    found = next(each for each in app.button if each.label.startswith(label))
    assert not found.disabled, f"{label} can't be pressed"
    return found.click().run()


def choose(app: AppTest, label: str, value: object) -> AppTest:
    """In the last widget of that label."""
    several = [each for each in app.multiselect if each.label == label]
    if several:
        return several[-1].set_value(value).run()
    return [each for each in app.selectbox if each.label == label][-1].set_value(value).run()


def test_nothing_is_inferred_yet(open_app: Open, begun: str) -> None:
    app = open_app("keys", project=begun)
    assert not app.exception
    assert "Nothing is inferred yet" in words(app)


def test_tables_links_and_keys(open_app: Open, typical: str) -> None:
    app = open_app("keys", project=typical)
    assert not app.exception
    links, keys = app.dataframe[0].value, app.dataframe[1].value
    assert "orders(customer_id) → customers(column_1)" in list(links["link"])
    assert links["fits"].min() == 100 and links["counted"].str.contains("median").any()
    assert dict(zip(keys["table"], keys["primary key"], strict=True))["order_lines"] == "order_id, line_no"
    assert "Primary key of customers" in words(app)


def test_what_nobody_is_sure_of_is_decided(open_app: Open, typical: str) -> None:
    app = open_app("keys", project=typical)
    press(app, "It is the key")
    key = api.open(typical).project.table("customers").primary_key
    assert key is not None and key.origin is Origin.HUMAN
    assert "Primary key of customers" not in words(app)
    press(app, "Accept")
    assert all(link.accepted.origin is Origin.HUMAN for link in api.open(typical).project.accepted_links)
    assert "All above 90% accepted" in [each.label for each in app.button]


def test_a_link_of_several_columns_is_added(open_app: Open, typical: str) -> None:
    app = open_app("keys", project=typical)
    choose(app, "Table", "events")
    choose(app, "Its columns", ["product_id", "session_id"])
    choose(app, "Refers to", "product_suppliers")
    choose(app, "By its columns", ["product_id", "supplier_id"])
    press(app, "Add the link")
    assert not app.exception
    found = [str(link) for link in api.open(typical).project.accepted_links]
    assert "events(product_id, session_id) → product_suppliers(product_id, supplier_id)" in found
    assert "more than one key" not in words(app)
    assert "It was not measured yet" in words(app)


def test_keys_and_rules_are_changed(open_app: Open, typical: str) -> None:
    app = open_app("keys", project=typical)
    choose(app, "Key of table", "orders")
    choose(app, "Primary key", [])
    [each for each in app.button if each.label == "It has no key"][-1].click().run()
    assert api.open(typical).project.table("orders").key_columns == ()
    rule, *others = api.open(typical).project.table("orders").rules
    choose(app, f"Its rules ({1 + len(others)})", str(rule.value))
    assert rule.evidence in words(app).replace("\\", "")
    press(app, "Remove the rule")
    assert api.open(typical).project.table("orders").rules == tuple(others)
    choose(app, "Columns that never decrease from left to right", ["ordered_on", "shipped_on"])
    press(app, "Add the rule")
    assert [
        each.value.columns for each in api.open(typical).project.table("orders").rules if each not in others
    ] == [("ordered_on", "shipped_on")]


def test_a_rule_is_added_in_words(open_app: Open, typical: str) -> None:
    app = open_app("keys", project=typical)
    choose(app, "Key of table", "orders")
    field = next(each for each in app.text_input if each.label == "Or a rule in words")
    field.input("shipped_on = year of nothing").run()
    assert "is no rule between columns of orders" in " ".join(each.value for each in app.markdown)
    assert "Add this rule" not in [each.label for each in app.button]
    next(each for each in app.text_input if each.label == "Or a rule in words").input(
        "ordered_on, shipped_on null together"
    ).run()
    press(app, "Add this rule")
    rules = [str(rule.value) for rule in api.open(typical).project.table("orders").rules]
    assert "ordered_on, shipped_on null together" in rules


def test_a_conflict_shows_both_sides_and_mine_can_be_taken(open_app: Open, typical: str) -> None:
    """Somebody else saves while the page is open: what is pressed then was meant for the version that it showed."""
    app = open_app("keys", project=typical)
    theirs = SetPrimaryKey(table="customers", columns=("column_1", "column_2"))
    api.edit(typical, [theirs])
    press(app, "It has no key")
    assert not app.exception
    shown = str(app.table[0].value.to_dict())
    assert "primary key of customers" in shown
    assert all(side in shown for side in ("column_1, column_2", "none"))
    assert api.open(typical).project.table("customers").key_columns == theirs.columns
    press(app, "Take mine instead")
    assert api.open(typical).project.table("customers").key_columns == ()
    assert not app.table


def test_an_edit_of_something_else_is_merged(open_app: Open, typical: str) -> None:
    app = open_app("keys", project=typical)
    api.edit(typical, [SetWanted(table="orders", wanted=7)])
    press(app, "It has no key")
    assert not app.table and not app.error
    project = api.open(typical).project
    assert (project.table("customers").key_columns, project.table("orders").wanted) == ((), 7)


def test_an_edit_that_can_not_be_is_said(open_app: Open, typical: str) -> None:
    app = open_app("keys", project=typical)
    choose(app, "Columns that never decrease from left to right", ["column_2", "column_1"])
    press(app, "Add the rule")
    assert not app.exception
    assert "have no order" in words(app)


def test_a_viewer_changes_nothing(open_app: Open, typical: str, as_role: Callable[[Role], None]) -> None:
    as_role(Role.VIEWER)
    app = open_app("keys", project=typical)
    assert not app.exception
    assert [each.label for each in app.button if not each.disabled] == []
    assert not app.multiselect, "no form that leads nowhere"


def test_a_wide_project(open_app: Open, huge: str) -> None:
    app = open_app("keys", project=huge)
    assert not app.exception
    assert len(app.dataframe[0].value) == 9


def table(name: str, *columns: str, key: tuple[str, ...] = ()) -> Table:
    source = TableSource(kind=SourceKind.WAREHOUSE, uri="duckdb:/x", full_name=f"x.{name}")
    made: tuple[Column, ...] = columns_of([Field(name=each, type=INT64) for each in columns])
    primary = Inferred[tuple[str, ...]](value=key) if key else None
    return Table(name=name, source=source, rows=1, wanted=1, columns=made, primary_key=primary)


def test_the_picture_holds_nothing_that_could_be_markup() -> None:
    tables = (table('a "b"]{', "x y", "%%", key=("x y",)), table("c", "x y", "z", key=("x y",)))
    yes = Inferred[bool](value=True)
    links = (
        Link(table="c", columns=("x y",), ref_table='a "b"]{', ref_columns=("x y",), accepted=yes),
        Link(table="c", columns=("z",), ref_table="c", ref_columns=("x y",), accepted=yes),
    )
    project = Project(name="p", source="duckdb:/x", target=Target(uri="/out"), tables=tables, links=links)
    drawn = entity_diagram(project).splitlines()
    assert drawn[0] == "erDiagram"
    assert '  t1["a _b___"] {' in drawn and "    INT64 x_y PK" in drawn
    assert '  t1 ||--o| t2 : "x y"' in drawn and '  t2 ||--o{ t2 : "z"' in drawn
    alone = project.model_copy(update={"links": links[1:]})
    assert "a _b___" in entity_diagram(alone) and "a _b___" not in entity_diagram(alone, "c")
    assert [view.state for view in link_views(project, None, ())] == ["accepted", "accepted"]
