"""The whole way of a person through the app: from the example's files to a loaded target, with an edit on each screen,
and never a request to another host. With `--screens` the pictures of `docs/screens` are taken on the way.
"""

from __future__ import annotations

from collections.abc import Callable

import duckdb
import pytest
from playwright.sync_api import expect
from served import Server, Tab
from visit import SCREENS, WAIT, Visit, type_into_editor

from synth_core import api


def test_from_files_to_a_loaded_target(
    request: pytest.FixtureRequest, shared: Server, tab: Callable[..., Tab]
) -> None:
    server, home = shared, shared.home
    visit = Visit(tab(), server, SCREENS if request.config.getoption("--screens") else None)
    page = visit.page
    visit.tab.open(server.url)
    visit.picture("home")
    visit.click("Try the example shop")

    page.wait_for_url("**/schema?**", timeout=WAIT)
    expect(page.get_by_text("Needs attention", exact=True)).to_be_visible(timeout=WAIT)
    visit.picture("schema")
    visit.click("Keep date_of_birth")
    expect(page.get_by_text("v3 saved")).to_be_visible(timeout=WAIT)

    visit.go("Sources")
    visit.picture("sources")
    page.get_by_label("Rows wanted, of those in the source (%)").fill("50")
    visit.click("Scale all")
    expect(page.get_by_text("v4 saved")).to_be_visible(timeout=WAIT)

    visit.go("Keys")
    visit.picture("keys")
    visit.click("It is the key")
    expect(page.get_by_text("v5 saved")).to_be_visible(timeout=WAIT)

    visit.go("Recipe")
    visit.click("Draft by rules")
    expect(page.get_by_text("v6 saved")).to_be_visible(timeout=WAIT)
    type_into_editor(page, "Recipe", "# Reviewed by hand.\n")
    expect(page.get_by_text("v7 saved")).to_be_visible(timeout=WAIT)
    visit.picture("recipe")

    visit.go("Preview")
    page.get_by_label("Rows of each table").fill("40")
    visit.click("Make a preview")
    expect(page.get_by_text("40 rows of each table at most")).to_be_visible(timeout=WAIT)
    visit.picture("preview")

    visit.go("Run")
    page.get_by_label("Note", exact=True).fill("looked through")
    visit.click("Approve", exact=True)
    expect(page.get_by_text("looked through").first).to_be_visible(timeout=WAIT)
    visit.click("Start", exact=True)
    expect(page.get_by_role("link", name="Report", exact=True)).to_be_visible(timeout=WAIT)
    visit.picture("run")

    page.get_by_role("link", name="Report", exact=True).click()
    expect(page.get_by_text("had approved exactly this plan")).to_be_visible(timeout=WAIT)
    visit.picture("report")
    visit.go("Prompts")
    visit.picture("prompts")
    visit.go("History")
    visit.picture("history")

    assert visit.tab.hosts == {f"localhost:{server.port}"}
    [run] = api.runs(home=home)
    assert run.state.value == "published"
    recipe = api.open("shop", home=home).recipe or ""
    assert recipe.startswith("# Reviewed by hand.\n")
    with duckdb.connect(str(home / "demo" / "shop.duckdb"), read_only=True) as con:
        made = con.execute("SELECT count(*) FROM customers").fetchone()
    assert made == (450,)
