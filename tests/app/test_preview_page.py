"""The page Preview: empty, typical, old, failed, nested, broken, huge; each role."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest
from opening import Open, words
from waits import ended_job

from synth_core import api
from synth_core.access import Role

pytestmark = pytest.mark.usefixtures("copied_interpreters")


def test_without_a_recipe_it_leads_to_what_is_missing(open_app: Open, begun: str) -> None:
    app = open_app("preview", project=begun)
    assert not app.exception and "Nothing is inferred yet" in words(app)
    assert not app.number_input


def test_without_a_preview_it_says_what_one_is_and_makes_one(open_app: Open, typical: str) -> None:
    app = open_app("preview", project=typical)
    assert "There is no preview yet" in words(app)
    app.number_input(key="rows").set_value(4)
    app.run()
    [make] = [each for each in app.button if each.label == "Make a preview"]
    app = make.click().run()
    assert not app.exception and [each.label for each in app.button if each.label == "Stop"]
    assert next(each for each in app.button if each.label == "Make a preview").disabled
    assert ended_job(typical, "preview").state == "done"
    app = app.run()
    assert not app.exception
    text = words(app)
    assert "4 rows of each table at most" in text and "**Full run:**" in text and "✓ types load" in text
    assert any(each.label.startswith("Literals from data") for each in app.expander)
    assert app.dataframe


def test_rows_of_the_source_stand_beside_with_people_masked(open_app: Open, typical: str) -> None:
    api.keep_preview(typical, rows=3)
    app = open_app("preview", project=typical, table="customers")
    app = app.radio(key="view").set_value("Side by side").run()
    assert not app.exception
    assert "Shapes only" in words(app) and len(app.dataframe) >= 3
    [toggle] = app.toggle
    app = toggle.set_value(True).run()
    assert not app.exception and "The audit has noted it" in words(app)
    app = app.run()
    [seen] = api.sightings(typical)
    assert seen.table == "customers"


def test_columns_are_drawn_a_page_at_a_time(open_app: Open, typical: str) -> None:
    api.keep_preview(typical, rows=3)
    app = open_app("preview", project=typical)
    app = app.radio(key="view").set_value("Columns").run()
    assert not app.exception and "make 100 or more" in words(app)
    search = next(each for each in app.text_input if each.label == "Search")
    app = search.set_value("n_12").run()
    assert "**column_12**" in words(app).replace("\\", "") and "column_11" not in words(app).replace("\\", "")


def test_an_edit_makes_it_old(open_app: Open, typical: str) -> None:
    api.keep_preview(typical, rows=3)
    assert not open_app("preview", project=typical).warning
    api.save_recipe(typical, (api.open(typical).recipe or "") + "# edited\n", "latest")
    app = open_app("preview", project=typical)
    [old] = app.warning
    assert "changed since" in old.value


def test_a_recipe_with_an_error_leads_to_the_recipe(open_app: Open, typical: str, home: Path) -> None:
    with (home / typical / "recipe.yml").open("a") as recipe:
        recipe.write("- object: customers\n  fields:\n    email: {fake: Emial}\n")
    app = open_app("preview", project=typical)
    assert not app.exception and "The recipe has" in words(app)


def test_a_failed_preview_says_why(open_app: Open, typical: str, home: Path) -> None:
    """The target is the source itself, which the recipe knows nothing of."""
    path, source = home / typical / "project.yaml", api.open(typical).project.source
    text = path.read_text()
    target = text.index("uri: duckdb:")
    path.write_text(text[:target] + f"uri: {source}" + text[text.index("\n", target) :])
    api.start_job(typical, "preview", {"rows": 1})
    assert ended_job(typical, "preview").state == "failed"
    app = open_app("preview", project=typical)
    assert not app.exception and [error for error in app.error if "Preview failed" in error.value]


def test_it_says_of_which_table_fewer_rows_can_be_made(open_app: Open, home: Path, tmp_path: Path) -> None:
    with duckdb.connect(str(tmp_path / "n.duckdb")) as con:
        for table, rows in (("stay", 40), ("stay_bill", 44)):
            prices = f"SELECT 100 + i AS stay_id, i * 7 % 50 + 1.5 AS price FROM range({rows}) t(i)"
            con.execute(f"CREATE TABLE {table} AS {prices}")
    api.begin("n", f"duckdb:{tmp_path / 'n.duckdb'}", str(tmp_path / "out"))
    api.draft("n")
    assert not open_app("preview", project="n").info
    api.keep_preview("n", rows=100)
    app = open_app("preview", project="n")
    [told] = app.info
    assert not app.exception and "40 rows can be made" in told.value


def test_nested_rows_are_shown_nested(open_app: Open, home: Path, tmp_path: Path) -> None:
    with duckdb.connect(str(tmp_path / "n.duckdb")) as con:
        con.execute(
            "CREATE TABLE a AS SELECT i AS id, {'x': i % 5, 'y': 'v' || (i % 3)} AS s, [i % 4, i % 7] AS l "
            "FROM range(1, 201) t(i)"
        )
    api.begin("n", f"duckdb:{tmp_path / 'n.duckdb'}", str(tmp_path / "out"))
    api.draft("n")
    api.keep_preview("n", rows=4)
    app = open_app("preview", project="n")
    assert not app.exception
    [row] = app.get("json")
    assert '"x":' in row.proto.body and '"l":' in row.proto.body  # type: ignore[attr-defined]


@pytest.mark.parametrize("role", [Role.VIEWER, Role.EDITOR])
def test_what_a_role_may_do(
    open_app: Open, typical: str, role: Role, as_role: Callable[[Role], None]
) -> None:
    api.keep_preview(typical, rows=3)
    as_role(role)
    app = open_app("preview", project=typical)
    [again] = [each for each in app.button if each.label == "Make it again"]
    assert again.disabled is (role is Role.VIEWER)
    assert app.number_input(key="rows").disabled is again.disabled
    assert not [each for each in app.button if each.label == "Approve…"], "approvers approve"
    options = app.radio(key="view").options
    assert ("Source rows" in options) is (role is Role.EDITOR)
    assert not app.exception
