"""The recipe's page: editor, problems, the form of a column, drafts, versions; for each sort of project and role."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from opening import Open, words
from servers import scripts
from servers.faults import Fault
from servers.vertex import VertexServer
from streamlit.testing.v1 import AppTest
from waits import ended_job

from synth_core import api
from synth_core.access import Role
from synth_core.errors import AccessError
from synth_core.recipe.form import WantedYaml


def writes_jobs(request: dict[str, Any], truth: object) -> Any:
    """A job for every field that it is asked about."""
    ids = scripts.choices(request["schema"], "field")
    return {"fields": [{"field": each, "evidence": "as told", "generator": "fake: Job"} for each in ids]}


PLACE = {"project": "shop", "table": "customers"}


def recipe(name: str = "shop") -> str:
    text = api.open(name).recipe
    assert text is not None
    return text


def fields(text: str) -> dict[str, Any]:
    from synth_core.recipe.reading import Recipe

    return Recipe.read(text).fields()["customers"]


def button(app: AppTest, label: str) -> Any:
    [found] = [each for each in app.button if each.label == label]
    return found


def first_text_column() -> str:
    return next(name for name, made in fields(recipe()).items() if made == {"fake": "StreetAddress"})


@pytest.fixture
def faulty(typical: str) -> str:
    """A recipe with a mistake that has a fix, one that has none, and one that is no error."""
    text = (
        recipe()
        .replace('fake: "StreetAddress"', 'fake: "StretAddress"', 1)
        .replace("count: 900", "count: many", 1)
    )
    api.save_recipe(typical, text, "latest")
    return typical


def test_a_project_without_tables_says_what_to_do_first(open_app: Open, begun: str) -> None:
    app = open_app("recipe", project=begun)
    assert not app.exception
    assert "There is no recipe yet" in words(app) and "Infer the schema first" in words(app)


def test_without_a_recipe_one_is_drafted_by_a_click(open_app: Open, typical: str, home: Any) -> None:
    (home / typical / "recipe.yml").unlink()
    app = open_app("recipe", project=typical)
    button(app, "Draft by rules").click().run()
    assert not app.exception and recipe()
    assert "Nothing is wrong with this recipe." in words(app)


def test_a_typical_recipe_is_shown_with_its_tables_and_columns(open_app: Open, typical: str) -> None:
    app = open_app("recipe", **PLACE)
    assert not app.exception
    assert "Nothing is wrong with this recipe." in words(app)
    tables = app.selectbox(key="table").options
    assert {"customers", "orders"} <= set(tables)
    assert any("line" in each for each in app.selectbox(key="column").options)


def test_the_form_writes_into_the_recipe_and_leaves_the_rest(open_app: Open, typical: str) -> None:
    column = first_text_column()
    before = recipe()
    app = open_app("recipe", **PLACE, column=column)
    made = next(each for each in app.selectbox if each.label == "Made by")
    made.set_value("fake.company_email").run()
    button(app, "Write into the recipe").click().run()
    assert not app.exception
    after = recipe()
    assert fields(after)[column] == {"fake": "CompanyEmail"}
    assert [line for line in after.splitlines() if line not in before.splitlines()] == [
        next(line for line in after.splitlines() if "CompanyEmail" in line)
    ]
    assert api.versions(typical)[0].version.note == f"customers.{column} by the form"


def test_a_function_that_makes_nulls_itself_has_one_place_for_them(open_app: Open, typical: str) -> None:
    app = open_app("recipe", **PLACE, column=first_text_column())
    next(each for each in app.selectbox if each.label == "Made by").set_value("Synth.nullable").run()
    assert not app.exception
    labels = [each.label for each in (*app.text_input, *app.text_area)]
    assert {"nulls", "value", "by", "nulls_of"} <= set(labels) and "Share of nulls" not in labels


def test_what_the_form_can_not_write_is_said_and_nothing_is_saved(open_app: Open, typical: str) -> None:
    column = first_text_column()
    app = open_app("recipe", **PLACE, column=column)
    next(each for each in app.selectbox if each.label == "Made by").set_value("a formula").run()
    next(each for each in app.text_input if each.label == "Formula").set_value("${{ ''.__class__ }}")
    before = recipe()
    button(app, "Write into the recipe").click().run()
    assert "refused" in words(app)
    assert recipe() == before


def test_a_finding_leads_to_its_place(open_app: Open, faulty: str) -> None:
    app = open_app("recipe", project=faulty, table="orders")
    [finding] = [each for each in app.button if "StretAddress" in each.label]
    finding.click().run()
    assert not app.exception
    assert app.selectbox(key="table").value == "customers"
    assert app.selectbox(key="column").value is not None
    assert f"customers.{app.selectbox(key='column').value}".replace("_", "\\_") in words(app)


def test_a_fix_is_a_click(open_app: Open, faulty: str) -> None:
    app = open_app("recipe", project=faulty)
    assert "Problems (" in words(app) and "must be mended" in words(app)
    next(each for each in app.button if each.label == "Fix").click().run()
    assert 'fake: "StreetAddress"' in recipe() and "StretAddress" not in recipe()
    assert api.versions(faulty)[0].version.note == "fixes of the linter"


def test_a_text_that_is_no_yaml_is_shown_with_its_mistake(open_app: Open, typical: str) -> None:
    api.save_recipe(typical, recipe() + "  - [\n", "latest")
    app = open_app("recipe", **PLACE)
    assert not app.exception
    assert "can't be read" in words(app) and "1 error must be mended" in words(app)


def test_the_last_change_is_taken_back(open_app: Open, typical: str) -> None:
    before = recipe()
    api.save_recipe(typical, before + "# more\n", "latest")
    app = open_app("recipe", **PLACE)
    button(app, "Undo").click().run()
    assert not app.exception and recipe() == before


def test_the_recipe_is_compared_with_its_draft(open_app: Open, typical: str) -> None:
    changed = api.change_field(
        typical, recipe(), "customers", first_text_column(), WantedYaml(text="fake: Job")
    )
    api.save_recipe(typical, changed.text, "latest")
    app = open_app("recipe", **PLACE)
    app.radio(key="view").set_value("Compare").run()
    assert not app.exception
    assert "Job" in words(app) and app.selectbox(key="version").value == "draft"
    button(app, "Take this version's recipe").click().run()
    assert 'fake: "Job"' not in recipe()


def test_a_column_is_drafted_anew_and_taken(open_app: Open, typical: str) -> None:
    column = first_text_column()
    drafted = recipe()
    changed = api.change_field(typical, drafted, "customers", column, WantedYaml(text="fake: Job"))
    api.save_recipe(typical, changed.text, "latest")
    app = open_app("recipe", **PLACE, column=column)
    app.radio(key="view").set_value("Redraft").run()
    button(app, "Draft it").click().run()
    assert not app.exception
    assert recipe() == changed.text, "nothing is saved before it is taken"
    app = open_app("recipe", **PLACE, column=column)
    assert "look at it in Redraft" in words(app), "a reload loses nothing"
    app.radio(key="view").set_value("Redraft").run()
    button(app, "Take it").click().run()
    assert fields(recipe())[column] == fields(drafted)[column]
    assert api.versions(typical)[0].version.note == f"customers.{column} drafted again"


def test_gemini_drafts_a_part_in_a_job_and_what_comes_of_it_waits(
    open_app: Open, typical: str, vertex_server: VertexServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SYNTH_MODEL_ENDPOINT", vertex_server.url)
    vertex_server.script(scripts.on_vertex(writes_jobs))
    before = recipe()
    app = open_app("recipe", **PLACE, column=first_text_column())
    app.radio(key="view").set_value("Redraft").run()
    next(each for each in app.radio if each.label == "By whom").set_value("gemini").run()
    # Out of the field onto the button: both come at once.
    app.text_area[0].set_value("rather their jobs")
    app = button(app, "Draft it").click().run()
    assert not app.exception and not app.error
    job = ended_job(typical, "redraft")
    assert (job.state, job.arguments["remark"]) == ("done", "rather their jobs"), job.error
    assert any(line.startswith("asked") for line in job.lines)
    assert recipe() == before
    app = open_app("recipe", **PLACE, column=first_text_column())
    app.radio(key="view").set_value("Redraft").run()
    assert "rather their jobs" in words(app)
    app = button(app, "Leave it").click().run()
    assert not app.exception and api.kept_redraft(typical) is None and recipe() == before


def test_drafting_a_part_is_stopped_and_leaves_nothing(
    open_app: Open, typical: str, vertex_server: VertexServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SYNTH_MODEL_ENDPOINT", vertex_server.url)
    vertex_server.script(scripts.on_vertex(writes_jobs))
    until_stopped = threading.Event()
    vertex_server.faults.add(Fault(path="generateContent", hold=until_stopped))
    before = recipe()
    app = open_app("recipe", **PLACE, column=first_text_column())
    app.radio(key="view").set_value("Redraft").run()
    next(each for each in app.radio if each.label == "By whom").set_value("gemini").run()
    app = button(app, "Draft it").click().run()
    assert button(app, "Draft it").disabled and "Drafting a part anew" in words(app)
    app = button(app, "Stop").click().run()
    job = ended_job(typical, "redraft")
    until_stopped.set()
    assert (job.state, api.kept_redraft(typical), recipe()) == ("cancelled", None, before)
    app = app.run()
    assert not app.exception and not app.error and not button(app, "Draft it").disabled


def test_a_part_drafted_from_another_recipe_is_not_offered(open_app: Open, typical: str) -> None:
    api.keep_redraft(typical, "customers", model="rules")
    api.save_recipe(typical, recipe() + "# more\n", "latest")
    app = open_app("recipe", **PLACE)
    app.radio(key="view").set_value("Redraft").run()
    assert not app.exception and not [each for each in app.button if each.label == "Take it"]


def test_a_viewer_sees_all_and_changes_nothing(
    open_app: Open, faulty: str, as_role: Callable[[Role], None], desk_of: Callable[[Role], api.Desk]
) -> None:
    as_role(Role.VIEWER)
    app = open_app("recipe", project=faulty, table="customers", column="column_5")
    assert not app.exception
    assert "Problems (" in words(app)
    assert not [each for each in app.button if each.label in ("Fix", "Fix all safe ones")]
    assert all(button(app, label).disabled for label in ("Undo", "Write into the recipe"))
    for function in (api.save_recipe, api.fix_text, api.change_field, api.keep_redraft, api.undo_recipe):
        with pytest.raises(AccessError):
            desk_of(Role.VIEWER).do(function, faulty)


def test_a_huge_recipe_is_drawn(open_app: Open, huge: str) -> None:
    app = open_app("recipe", project=huge, table="table_3", column="column_40")
    assert not app.exception
    assert len(recipe(huge).splitlines()) > 2_000


def test_a_draft_by_gemini_is_a_job_of_its_own(
    open_app: Open, typical: str, home: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    (home / typical / "recipe.yml").unlink()
    monkeypatch.delenv("PROJECT_ID", raising=False)
    monkeypatch.setenv("SYNTH_MODEL_ENDPOINT", "http://127.0.0.1:9")
    app = open_app("recipe", project=typical)
    button(app, "Draft with Gemini").click().run()
    assert not app.exception
    job = api.job(typical, "draft")
    assert job is not None and job.arguments["model"] == "gemini"
    if job.is_going:
        assert "Drafting the recipe" in words(app)
        api.cancel_job(typical, "draft")
