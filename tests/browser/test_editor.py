"""The recipe's editor in a browser: what is typed stays as it is typed, is saved, and is never lost."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import FrameLocator, Locator, expect
from served import Server, Tab

from synth_core import api

NAME = "people"


@pytest.fixture(scope="module")
def _drafted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("editor")
    (place / "in").mkdir()
    rows = "".join(f"{number},Ana {number},Bern\n" for number in range(1, 40))
    (place / "in" / "people.csv").write_text(f"id,name,city\n{rows}")
    api.begin(NAME, str(place / "in"), f"duckdb:{place / 'out.duckdb'}", home=place / "home")
    api.draft(NAME, home=place / "home")
    return place / "home"


@pytest.fixture
def home(_drafted: Path, shared: Server) -> Path:
    """A home with a project over one small file; it is served."""
    shutil.copytree(_drafted, shared.home, dirs_exist_ok=True)
    return shared.home


def recipe(home: Path) -> str:
    return api.open(NAME, home=home).recipe or ""


def editor(visitor: Tab) -> Locator:
    """The editor's box for text, by the name that is read out."""
    frame: FrameLocator = visitor.page.frame_locator('iframe[title="Recipe"]')
    return frame.get_by_role("textbox", name="Recipe. Escape leaves the editor.")


def opened(server: Server, visitor: Tab, query: str = "") -> None:
    visitor.open(f"{server.url}/recipe?project={NAME}{query}")
    expect(editor(visitor)).to_be_attached(timeout=30_000)


def saved(visitor: Tab, version: int) -> None:
    expect(visitor.page.get_by_text(f"v{version} saved just now")).to_be_visible(timeout=30_000)


def write(visitor: Tab, text: str) -> None:
    """Key by key, at the end of the recipe."""
    editor(visitor).focus()
    visitor.page.keyboard.press("Control+End")
    visitor.page.keyboard.type(text, delay=20)


def test_completion_does_not_change_what_is_typed(
    shared: Server, tab: Callable[..., Tab], home: Path
) -> None:
    before, version = recipe(home), api.versions(NAME, home=home)[0].version.number
    server, visitor = shared, tab()
    opened(server, visitor)
    write(visitor, "    last: Name")
    visitor.page.keyboard.press("Enter")
    visitor.page.keyboard.type("first: Nam", delay=20)
    expect(visitor.page.get_by_text("Problems (")).to_be_visible(timeout=30_000)
    written = before + "    last: Name\n    first: Nam"
    visitor.page.wait_for_function("text => document.body.innerText.includes(text)", arg="first")
    visitor.settle()
    assert recipe(home) == written
    assert api.versions(NAME, home=home)[0].version.number > version
    assert visitor.hosts == {f"localhost:{server.port}"}


def test_what_was_typed_survives_a_reload_and_another_page(
    shared: Server, tab: Callable[..., Tab], home: Path
) -> None:
    server, visitor = shared, tab()
    opened(server, visitor)
    version = api.versions(NAME, home=home)[0].version.number
    write(visitor, "# mine")
    saved(visitor, version + 1)
    visitor.page.get_by_role("link", name="Schema").first.click()
    visitor.page.get_by_role("heading", name="Schema").wait_for()
    visitor.page.get_by_role("link", name="Recipe").first.click()
    expect(editor(visitor)).to_be_attached(timeout=30_000)
    write(visitor, " and more")
    saved(visitor, version + 2)
    assert recipe(home).endswith("# mine and more")
    visitor.page.reload()
    expect(editor(visitor)).to_be_attached(timeout=30_000)
    write(visitor, "!")
    saved(visitor, version + 3)
    assert recipe(home).endswith("# mine and more!")


def test_a_column_that_is_chosen_is_shown_in_the_editor(
    shared: Server, tab: Callable[..., Tab], home: Path
) -> None:
    server, visitor = shared, tab()
    opened(server, visitor)
    visitor.page.get_by_role("combobox", name="Column").click()
    visitor.page.get_by_role("option", name="city").click()
    active = visitor.page.frame_locator('iframe[title="Recipe"]').locator(".ace_gutter-active-line")
    line = next(n for n, each in enumerate(recipe(home).splitlines(), 1) if each.startswith("    city:"))
    expect(active).to_have_text(str(line), timeout=30_000)
    expect(visitor.page.get_by_role("heading", name="people.city")).to_be_visible()


def test_a_finding_that_is_chosen_is_shown_in_the_editor(
    shared: Server, tab: Callable[..., Tab], home: Path
) -> None:
    text = recipe(home)
    line = next(n for n, each in enumerate(text.splitlines(), 1) if each.startswith("    city:"))
    lines = text.splitlines()
    lines[line - 1] = "    city: {fake: Citty}"
    while lines[line : line + 1] and lines[line].startswith("      "):
        del lines[line]
    api.save_recipe(NAME, "\n".join(lines) + "\n", "latest", home=home)
    server, visitor = shared, tab()
    opened(server, visitor, "&column=id")
    visitor.page.get_by_role("button", name="Citty").click()
    active = visitor.page.frame_locator('iframe[title="Recipe"]').locator(".ace_gutter-active-line")
    expect(active).to_have_text(str(line), timeout=30_000)


def test_escape_leaves_the_editor(shared: Server, tab: Callable[..., Tab], home: Path) -> None:
    server, visitor = shared, tab()
    opened(server, visitor)
    editor(visitor).focus()
    visitor.page.keyboard.press("Escape")
    visitor.page.keyboard.press("Tab")
    is_inside = "() => document.activeElement.tagName === 'IFRAME'"
    assert not visitor.page.evaluate(is_inside)
    assert visitor.page.evaluate("() => document.activeElement !== document.body")


def test_two_tabs_get_a_conflict_and_nothing_is_lost(
    shared: Server, tab: Callable[..., Tab], home: Path
) -> None:
    server, one, two = shared, tab(), tab()
    opened(server, one)
    opened(server, two)
    version = api.versions(NAME, home=home)[0].version.number
    write(one, "# from one")
    saved(one, version + 1)
    write(two, "# from two")
    expect(two.page.get_by_text("was changed by somebody else")).to_be_visible(timeout=30_000)
    assert recipe(home).endswith("# from one")
    two.page.get_by_role("button", name="Save mine over it").click()
    expect(two.page.get_by_text("was changed by somebody else")).to_be_hidden(timeout=30_000)
    two.settle()
    assert recipe(home).endswith("# from two")
    _, files = api.show(NAME, version + 1, home=home)
    assert files["recipe.yml"].endswith("# from one")


def test_what_somebody_else_saved_is_shown_where_nothing_is_typed(
    shared: Server, tab: Callable[..., Tab], home: Path
) -> None:
    server, visitor = shared, tab()
    opened(server, visitor)
    api.save_recipe(NAME, recipe(home) + "# from elsewhere\n", "latest", home=home)
    visitor.page.get_by_text("Compare", exact=True).click()
    visitor.page.get_by_text("Edit", exact=True).click()
    expect(editor(visitor)).to_be_attached(timeout=30_000)
    editor(visitor).focus()
    visitor.page.keyboard.press("Control+End")
    lines = visitor.page.frame_locator('iframe[title="Recipe"]').locator(".ace_text-layer")
    expect(lines).to_contain_text("# from elsewhere", timeout=30_000)


def test_a_prompt_is_saved_in_the_projects_own_words(
    shared: Server, tab: Callable[..., Tab], home: Path
) -> None:
    server, visitor = shared, tab()
    visitor.open(f"{server.url}/prompts?project={NAME}&prompt=links")
    save = visitor.page.get_by_role("button", name="Save for this project")
    expect(save).to_be_disabled()
    frame = visitor.page.frame_locator('iframe[title="Prompt links"]')
    box = frame.get_by_role("textbox", name="Prompt links. Escape leaves the editor.")
    expect(box).to_be_attached(timeout=30_000)
    box.focus()
    visitor.page.keyboard.press("Control+End")
    visitor.page.keyboard.type(" Be brief.", delay=20)
    expect(save).to_be_enabled(timeout=30_000)
    save.click()
    expect(visitor.page.get_by_text("The project's text")).to_be_visible(timeout=30_000)
    expect(save).to_be_disabled()
    assert (api.prompt(NAME, "links", home=home).own or "").endswith("Be brief.")


def test_a_prompt_that_is_not_saved_survives_a_reload(
    shared: Server, tab: Callable[..., Tab], home: Path
) -> None:
    server, visitor = shared, tab()
    url = f"{server.url}/prompts?project={NAME}&prompt=columns"
    visitor.open(url)
    frame = visitor.page.frame_locator('iframe[title="Prompt columns"]')
    box = frame.get_by_role("textbox")
    box.focus(timeout=30_000)
    visitor.page.keyboard.press("Control+End")
    visitor.page.keyboard.type("Our towns are Swiss.", delay=20)
    waiting = visitor.page.get_by_text("Not saved yet")
    expect(waiting).to_be_visible(timeout=30_000)
    visitor.settle()
    visitor.open(url)
    expect(waiting).to_be_visible(timeout=30_000)
    box.focus(timeout=30_000)
    visitor.page.keyboard.press("Control+End")
    expect(frame.get_by_text("Our towns are Swiss.")).to_be_attached(timeout=30_000)
    visitor.page.get_by_role("button", name="Discard changes").click()
    expect(waiting).to_have_count(0, timeout=30_000)
    visitor.open(url)
    expect(waiting).to_have_count(0, timeout=30_000)
    assert api.prompt(NAME, "columns", home=home).own is None
