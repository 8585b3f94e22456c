"""The main way through the app without a mouse: from a folder of files to a finished run."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from served import Server, Tab
from visit import WAIT

from synth_core import api

MOST = 120
"""Presses of the tab key after which what is looked for counts as out of reach."""
NAMES = """each => {
    const label = each.labels && each.labels.length ? each.labels[0].innerText : "";
    const text = each.ariaLabel || label || each.innerText || "";
    if (each.tagName === "IFRAME") return ["an editor"];
    return each.matches("a, button, input") ? text.split("\\n").map(line => line.trim()) : [];
}"""
"""Of an element, as they are read out: icons are lines of their own."""


class Keys:
    """Somebody who has a keyboard only."""

    def __init__(self, tab: Tab) -> None:
        self._tab, self._page = tab, tab.page

    def to(self, name: str) -> None:
        """On with the tab key until what has a name that ends so has the focus."""
        self._page.wait_for_function(
            f"""name => [...document.querySelectorAll('a, button, input')].some(
                each => !each.disabled && ({NAMES})(each).some(line => line.endsWith(name)))""",
            arg=name,
            timeout=WAIT,
        )
        self._tab.settle()
        passed: list[str] = []
        for _ in range(MOST):
            self._page.keyboard.press("Tab")
            names: list[str] = self._page.evaluate(f"({NAMES})(document.activeElement)")
            if any(each.endswith(name) for each in names):
                return
            passed += names[-1:]
            if names == ["an editor"]:
                # It takes the tab key itself until somebody leaves it.
                self._page.keyboard.press("Escape")
        raise AssertionError(f"{name!r} is not reached; passed were {passed}")

    def press(self, name: str) -> None:
        """Go there and press it."""
        self.to(name)
        self._page.keyboard.press("Enter")
        self._tab.settle()

    def type(self, name: str, text: str) -> None:
        """Go to a field and write into it, in place of what is there."""
        self.to(name)
        self._page.keyboard.press("Control+A")
        self._page.keyboard.type(text)
        self._page.keyboard.press("Enter")
        self._tab.settle()


def at(page: Page, step: str) -> None:
    """The page of a step has come."""
    expect(page.get_by_role("heading", name=step, level=1)).to_be_visible(timeout=WAIT)


@pytest.fixture
def files(tmp_path: Path) -> Path:
    """Two small tables, one of which refers to the other."""
    place = tmp_path / "club"
    place.mkdir()
    people = "".join(
        f"{n},{['Ana', 'Bo', 'Cy', 'Di'][n % 4]},{('Bern', 'Oslo')[n % 2]}\n" for n in range(1, 41)
    )
    (place / "people.csv").write_text(f"id,name,town\n{people}")
    orders = "".join(f"{100 + n},{n % 40 + 1},{n * 3}\n" for n in range(120))
    (place / "orders.csv").write_text(f"order_id,people_id,amount\n{orders}")
    return place


@pytest.mark.slow
def test_from_files_to_a_finished_run(shared: Server, tab: Callable[..., Tab], files: Path) -> None:
    visitor = tab()
    page, keys = visitor.page, Keys(visitor)
    visitor.open(shared.url)
    keys.press("From a folder")
    at(page, "Sources")
    keys.type("Place", str(files))
    keys.press("Begin")
    keys.press("Infer schema")
    expect(page.get_by_text("Rows wanted, of those in the source")).to_be_visible(timeout=WAIT)
    keys.press("Next: schema")
    at(page, "Schema")
    keys.press("above 90%")
    expect(page.get_by_text("v3 saved")).to_be_visible(timeout=WAIT)
    keys.press("Next: keys")
    at(page, "Keys")
    keys.press("Next: recipe")
    at(page, "Recipe")
    keys.press("Draft by rules")
    expect(page.get_by_text("Nothing is wrong with this recipe")).to_be_visible(timeout=WAIT)
    drafted = api.open("club", home=shared.home).recipe
    keys.press("Next: preview")
    at(page, "Preview")
    keys.press("Make a preview")
    keys.press("Approve…")
    at(page, "Run")
    keys.type("Note", "by keyboard")
    keys.press("Approve")
    keys.press("Start")
    keys.press("Report")
    expect(page.get_by_text("had approved exactly this plan")).to_be_visible(timeout=WAIT)

    [run] = api.runs(home=shared.home)
    assert run.state.value == "published"
    stored = api.open("club", home=shared.home)
    assert stored.recipe == drafted, "passing the editor wrote nothing into it"
