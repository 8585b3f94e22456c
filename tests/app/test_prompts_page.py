"""The page of prompts: whose words they are, tried before they are saved."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from opening import Open, words
from streamlit.testing.v1 import AppTest

from synth_core import api
from synth_core.access import Role
from synth_core.errors import AccessError
from synth_core.settings import acting


def button(app: AppTest, label: str) -> Any:
    [found] = [each for each in app.button if each.label == label]
    return found


def own(name: str = "columns") -> str:
    return api.prompt("shop", name).shipped.replace("\n===\n", "\nOur words.\n===\n")


def test_without_a_project_the_page_says_how_to_start(open_app: Open, home: object) -> None:
    assert "No project is open" in words(open_app("prompts"))


def test_each_prompt_can_be_chosen_and_says_whose_it_is(open_app: Open, typical: str) -> None:
    app = open_app("prompts", project=typical, prompt="links")
    assert not app.exception
    assert app.selectbox(key="prompt").value == "links"
    assert "The shipped text" in words(app)
    assert len(app.selectbox(key="prompt").options) == len(api.prompts(typical))
    assert button(app, "Save for this project").disabled


def test_a_text_of_the_project_is_shown_with_its_difference(open_app: Open, typical: str) -> None:
    api.save_prompt(typical, "columns", own())
    app = open_app("prompts", project=typical, prompt="columns")
    assert "The project's text" in words(app).replace("\\", "")
    assert any("+Our words." in each.value for each in app.code)
    button(app, "Take the shipped text").click().run()
    assert not app.exception and api.prompt(typical, "columns").own is None


def test_the_request_is_shown_before_anything_is_sent(open_app: Open, typical: str) -> None:
    app = open_app("prompts", project=typical, prompt="columns")
    assert button(app, "Ask the model").disabled
    button(app, "Show the request").click().run()
    assert not app.exception
    assert any("customers" in each.value for each in app.code)
    assert "tokens" in words(app) and "$" in words(app)
    button(app, "Ask the model").click().run()
    assert "Rules answer no prompts" in words(app)


def test_a_text_that_can_not_be_used_is_said(open_app: Open, typical: str, home: Any) -> None:
    (home / typical / "prompts").mkdir()
    (home / typical / "prompts" / "links.md").write_text("nothing")
    app = open_app("prompts", project=typical, prompt="links")
    assert not app.exception and "is no prompt" in words(app)


def test_a_project_about_which_nothing_is_known_can_not_be_tried_on(open_app: Open, begun: str) -> None:
    app = open_app("prompts", project=begun)
    assert not app.exception and "Infer the schema first" in words(app)


def test_what_is_typed_and_not_saved_is_there_after_a_reload_for_whoever_typed_it(
    open_app: Open, typical: str, as_role: Callable[[Role], None]
) -> None:
    as_role(Role.EDITOR)
    with acting("editor"):
        api.keep_unsaved(typical, "prompt-columns", own(), api.open(typical).version or 0)
    app = open_app("prompts", project=typical, prompt="columns")
    assert not app.exception and "Not saved yet" in words(app)
    assert api.prompt(typical, "columns").own is None
    as_role(Role.APPROVER)
    assert "Not saved yet" not in words(open_app("prompts", project=typical, prompt="columns"))
    as_role(Role.EDITOR)
    app = open_app("prompts", project=typical, prompt="columns")
    app = button(app, "Save for this project").click().run()
    assert not app.exception and api.prompt(typical, "columns").own == own()
    with acting("editor"):
        assert api.unsaved(typical, "prompt-columns") is None


def test_what_somebody_else_saved_meanwhile_is_a_conflict(
    open_app: Open, typical: str, as_role: Callable[[Role], None]
) -> None:
    as_role(Role.EDITOR)
    with acting("editor"):
        api.keep_unsaved(typical, "prompt-columns", own(), api.open(typical).version or 0)
    with acting("ana"):
        theirs = own().replace("Our words", "Her words")
        api.save_prompt(typical, "columns", theirs)
    app = open_app("prompts", project=typical, prompt="columns")
    app = button(app, "Save for this project").click().run()
    assert not app.exception and api.prompt(typical, "columns").own == theirs
    app = button(app, "Take what is there now").click().run()
    assert not app.exception and "Not saved yet" not in words(app)
    with acting("editor"):
        assert api.unsaved(typical, "prompt-columns") is None


def test_a_viewer_reads_prompts_and_changes_none(
    open_app: Open, typical: str, as_role: Callable[[Role], None], desk_of: Callable[[Role], api.Desk]
) -> None:
    api.save_prompt(typical, "columns", own())
    as_role(Role.VIEWER)
    app = open_app("prompts", project=typical, prompt="columns")
    assert not app.exception
    assert button(app, "Save for this project").disabled and button(app, "Take the shipped text").disabled
    assert "This needs an editor" in words(app)
    for function in (api.save_prompt, api.reset_prompt, api.try_prompt):
        with pytest.raises(AccessError):
            desk_of(Role.VIEWER).do(function, typical)
