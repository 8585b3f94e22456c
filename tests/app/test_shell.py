"""What each page has: the gate, the header, and a word where there is no project."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from opening import Open, words

from synth_core import api
from synth_core.access import Person, Role
from synth_core.api import Desk
from synth_core.errors import AccessError

STEPS = ["schema", "keys", "recipe", "preview", "run"]
PAGES = ["", "sources", *STEPS, "history", "prompts"]


@pytest.mark.parametrize("page", PAGES)
def test_without_a_project_a_page_says_how_to_start(open_app: Open, home: object, page: str) -> None:
    app = open_app(page)
    assert not app.exception
    if page in STEPS:
        assert "No project is open" in words(app)


@pytest.mark.parametrize("page", STEPS)
def test_a_deep_link_shows_the_project_and_its_steps(open_app: Open, typical: str, page: str) -> None:
    app = open_app(page, project=typical)
    assert not app.exception
    assert f"**{typical}**" in words(app)


@pytest.mark.parametrize("page", [*STEPS, "sources"])
def test_a_project_that_is_not_there_is_an_error_in_words(open_app: Open, typical: str, page: str) -> None:
    app = open_app(page, project="nothing")
    assert not app.exception
    assert "There is no project called" in words(app)
    assert "Projects" in [each.label for each in app.get("page_link")], "a way on"


@pytest.mark.parametrize("name", ["nothing", "../shop", "runs"])
def test_a_name_that_no_project_has_is_told_once(open_app: Open, typical: str, name: str) -> None:
    app = open_app("", project=name)
    assert not app.exception
    assert len(app.error) == 1
    assert "Recent runs" in words(app)


@pytest.mark.parametrize("page", ["sources", *STEPS, "prompts"])
def test_a_broken_project_is_an_error_in_words(open_app: Open, broken: str, page: str) -> None:
    app = open_app(page, project=broken)
    assert not app.exception
    [error] = app.error
    assert "project" in error.value


@pytest.mark.parametrize("page", ["", "history"])
def test_pages_about_all_projects_go_on_beside_a_broken_one(open_app: Open, broken: str, page: str) -> None:
    app = open_app(page, project=broken)
    assert not app.exception
    assert "tabels" in app.error[0].value
    assert ("Nothing was run here yet" if page else "Recent runs") in words(app)


def test_the_last_version_that_can_be_read_is_restored(open_app: Open, broken: str, home: Path) -> None:
    app = open_app("schema", project=broken)
    [button] = [each for each in app.button if each.label.startswith("Restore")]
    button.click().run()
    assert not app.exception
    assert not app.error
    assert f"**{broken}**" in words(app)
    assert "tabels" in api.show(broken, api.versions(broken)[1].version.number)[1]["project.yaml"]


def test_a_viewer_restores_nothing(open_app: Open, broken: str, as_role: Callable[[Role], None]) -> None:
    as_role(Role.VIEWER)
    app = open_app("schema", project=broken)
    [button] = [each for each in app.button if each.label.startswith("Restore")]
    assert button.disabled


def test_a_function_without_a_role_can_not_be_called(desk_of: Callable[[Role], Desk], typical: str) -> None:
    with pytest.raises(TypeError, match="no role"):
        desk_of(Role.APPROVER).do(api.look, typical)  # type: ignore[call-arg]


def test_members_count_however_a_function_is_called(desk_of: Callable[[Role], Desk], typical: str) -> None:
    desk_of(Role.EDITOR).do(api.set_members, typical, {"ana": "editor"})
    with pytest.raises(TypeError, match="first argument"):
        desk_of(Role.APPROVER).do(api.draft, name=typical)
    with pytest.raises(AccessError):
        desk_of(Role.APPROVER).do(api.draft, typical)


@pytest.mark.parametrize("function", [api.infer, api.draft, api.fix, api.approve, api.run, api.preview])
def test_a_viewer_starts_nothing_whatever_is_called(
    desk_of: Callable[[Role], Desk], typical: str, function: Callable[..., object]
) -> None:
    with pytest.raises(AccessError, match="is a viewer"):
        desk_of(Role.VIEWER).do(function, typical)
    assert len(api.versions(typical)) == 2


def test_who_saves_is_the_person_at_the_desk(desk_of: Callable[[Role], Desk], typical: str) -> None:
    desk = desk_of(Role.EDITOR)
    text = desk.do(api.open, typical).recipe or ""
    saved = desk.do(api.save_recipe, typical, text + "# edited\n", "latest")
    assert saved.author == "editor"


def test_only_members_change_a_project_that_has_some(desk_of: Callable[[Role], Desk], typical: str) -> None:
    desk_of(Role.EDITOR).do(api.set_members, typical, {"Ana@acme.com": "editor"})
    with pytest.raises(AccessError):
        desk_of(Role.APPROVER).do(api.draft, typical)
    ana = Desk(Person("ana@acme.com", Role.EDITOR), desk_of(Role.EDITOR).home)
    ana.do(api.draft, typical)
    viewer = Desk(Person("ana@acme.com", Role.VIEWER), ana.home)
    assert viewer.role(typical) is Role.VIEWER


@pytest.mark.parametrize("role", list(Role))
def test_who_may_begin_a_project(
    open_app: Open, typical: str, as_role: Callable[[Role], None], role: Role
) -> None:
    as_role(role)
    app = open_app("")
    assert not app.exception
    assert list(app.dataframe[0].value["project"]) == [typical], "everybody sees which there are"
    assert ("Start a new project" in words(app)) == (role >= Role.EDITOR)
