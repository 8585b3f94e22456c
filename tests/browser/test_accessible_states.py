"""axe-core on what pages show only after a click, in both themes: dialogs, forms, differences, conflicts, a report."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from accessible import has_axe, serious
from playwright.sync_api import expect
from served import Server, Tab
from visit import WAIT, Visit, type_into_editor

from synth_core import api

NAME = "mine"

pytestmark = [has_axe, pytest.mark.slow]


@pytest.fixture(scope="module")
def reviewed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with a project that reads two places, was run, and has a part drafted anew that waits."""
    place = tmp_path_factory.mktemp("states")
    home = place / "home"
    people = "".join(
        f"{n},{['Ana', 'Bo', 'Cy', 'Di'][n % 4]},{('Bern', 'Oslo')[n % 2]}\n" for n in range(1, 41)
    )
    orders = "".join(f"{100 + n},{n % 40 + 1},{n * 3}\n" for n in range(120))
    for folder, text in (
        ("people", f"id,name,town\n{people}"),
        ("orders", f"order_id,people_id,amount\n{orders}"),
    ):
        (place / folder).mkdir()
        (place / folder / f"{folder}.csv").write_text(text)
    sources = [str(place / "people"), str(place / "orders")]
    api.begin(NAME, sources, f"duckdb:{place / 'made.duckdb'}", home=home)
    api.draft(NAME, home=home)
    api.approve(NAME, by="ana", home=home)
    api.run(NAME, home=home)
    recipe = api.open(NAME, home=home).recipe or ""
    api.save_recipe(NAME, recipe.replace("Bern", "Basel"), "latest", home=home)
    api.keep_redraft(NAME, "people", "town", model="rules", home=home)
    api.keep_preview(NAME, rows=5, home=home)
    return home


def sources(visit: Visit) -> None:
    visit.page.get_by_text("Read from 2 places").click()
    expect(visit.page.get_by_role("button", name="Take out").first).to_be_visible(timeout=WAIT)


def schema(visit: Visit) -> None:
    visit.page.get_by_text("File: ").click()
    visit.page.get_by_text("Look closer at one column").click()
    expect(visit.page.get_by_role("button", name="Read the file so")).to_be_visible(timeout=WAIT)


def keys(visit: Visit) -> None:
    visit.page.get_by_text("Add a link", exact=True).click()
    visit.page.get_by_text("Change a key or a rule").click()
    expect(visit.page.get_by_label("Or a rule in words").first).to_be_visible(timeout=WAIT)


def redraft(visit: Visit) -> None:
    visit.page.get_by_text("Redraft", exact=True).click()
    expect(visit.page.get_by_role("button", name="Take it")).to_be_visible(timeout=WAIT)


def conflict(visit: Visit) -> None:
    visit.page.frame_locator('iframe[title="Recipe"]').get_by_role("textbox").focus(timeout=WAIT)
    recipe = api.open(NAME, home=visit.server.home).recipe or ""
    api.save_recipe(NAME, f"{recipe}# from elsewhere\n", "latest", home=visit.server.home)
    type_into_editor(visit.page, "Recipe", "# from here\n")
    expect(visit.page.get_by_role("button", name="Save mine over it")).to_be_visible(timeout=WAIT)


def preview(visit: Visit) -> None:
    visit.page.get_by_text("Side by side", exact=True).click()
    expect(visit.page.get_by_text("Shapes only")).to_be_visible(timeout=WAIT)


def replacing(visit: Visit) -> None:
    visit.choose("Rows at the target", "Replace the rows that are there")
    expect(visit.page.get_by_text("will be gone once the run is published")).to_be_visible(timeout=WAIT)


def report(visit: Visit) -> None:
    expect(visit.page.get_by_text("had approved exactly this plan")).to_be_visible(timeout=WAIT)
    visit.page.get_by_role("button", name="Clone the project").click()
    expect(visit.page.get_by_label("Name of the new project")).to_be_visible(timeout=WAIT)


def prompt(visit: Visit) -> None:
    type_into_editor(visit.page, "Prompt columns", "Our towns are Swiss.\n")
    expect(visit.page.get_by_text("Not saved yet")).to_be_visible(timeout=WAIT)
    visit.click("Show the request")


def settings(visit: Visit) -> None:
    visit.click("More")
    visit.page.get_by_role("menuitem", name="Settings").click()
    expect(visit.page.get_by_role("dialog")).to_be_visible(timeout=WAIT)


def members(visit: Visit) -> None:
    visit.click("More")
    visit.page.get_by_role("menuitem", name="Members").click()
    expect(visit.page.get_by_role("dialog")).to_be_visible(timeout=WAIT)


STATES: list[tuple[str, Callable[[Visit], None]]] = [
    ("sources", sources),
    ("schema", schema),
    ("keys", keys),
    ("recipe", redraft),
    ("preview", preview),
    ("run", replacing),
    ("history", report),
    ("prompts", prompt),
    ("keys", settings),
    ("keys", members),
    ("recipe", conflict),
]


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_no_state_has_serious_findings(
    reviewed: Path, shared: Server, tab: Callable[..., Tab], dark: bool
) -> None:
    shutil.copytree(reviewed, shared.home, dirs_exist_ok=True)
    visit = Visit(tab(dark=dark), shared)
    [run] = api.runs(home=shared.home)
    found = {}
    for page, act in STATES:
        run_id = f"&run={run.run_id}" if page == "history" else ""
        visit.tab.open(f"{shared.url}/{page}?project={NAME}&table=people&column=town{run_id}")
        act(visit)
        visit.tab.settle()
        visit.page.wait_for_load_state("networkidle")
        # What was clicked last may begin to run only now, with Streamlit's own button to stop it.
        visit.tab.settle()
        if these := serious(visit.tab):
            found[act.__name__] = these
    assert found == {}
