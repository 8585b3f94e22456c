"""Somebody at work in a tab: pressing buttons, taking steps, marking rows of grids."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import quote

from playwright.sync_api import Page, expect
from served import ROOT, Server, Tab

WAIT = 120_000
SCREENS = ROOT / "docs" / "screens"
ROW, MARK = 35, 16
"""Pixels of the grid: the height of a row, and where its mark is."""


class Visit:
    """Somebody at work in a tab of a served app. `pictures`: a folder for what it looks like on the way."""

    def __init__(self, tab: Tab, server: Server, pictures: Path | None = None) -> None:
        self.tab, self.page, self.server, self.url = tab, tab.page, server, server.url
        self._pictures = pictures

    def picture(self, name: str) -> None:
        """As it looks now."""
        self.tab.settle()
        if self._pictures is not None:
            self._pictures.mkdir(parents=True, exist_ok=True)
            expect(self.page.get_by_test_id("stSkeleton")).to_have_count(0, timeout=WAIT)
            self.page.mouse.move(0, 0)
            expect(self.page.get_by_role("tooltip")).to_have_count(0, timeout=WAIT)
            self.page.wait_for_load_state("networkidle")
            self.page.screenshot(path=self._pictures / f"{name}.png")

    def click(self, name: str, *, exact: bool = False) -> None:
        """Press a button, and wait for what comes of it."""
        self.page.get_by_role("button", name=name, exact=exact).first.click(timeout=WAIT)
        self.tab.settle()

    def go(self, step: str) -> None:
        """Take a step of the header."""
        self.page.get_by_role("link", name=step).first.click()
        expect(self.page.get_by_role("heading", name=step, level=1)).to_be_visible(timeout=WAIT)
        self.tab.settle()

    def choose(self, box: str, option: str) -> None:
        """Choose one of a list, by the name with which it begins; what is said of it may follow after a dot."""
        self.page.get_by_role("combobox", name=box).first.click(timeout=WAIT)
        # Playwright hands a pattern on between slashes.
        name = re.escape(option).replace("/", r"\/")
        label = re.compile(rf"^{name}( ·|$)")
        self.page.get_by_role("option", name=label).click(timeout=WAIT)
        self.tab.settle()

    def open_a(self, what: str, name: str) -> None:
        """Choose from what there is to look into."""
        self.choose(f"Open a {what}", name)
        self.page.wait_for_url(lambda url: url.endswith(quote(name.rstrip("/"))), timeout=WAIT)
        # The address changes before the page does: what is typed until then is for the place that was left.
        there = re.compile(rf"{re.escape(name.rstrip('/'))}/?$")
        expect(self.page.get_by_role("textbox", name="Place", exact=True)).to_have_value(there, timeout=WAIT)
        self.tab.settle()

    def mark(self, *rows: int) -> None:
        """Mark rows of the grid."""
        for row in rows:
            self.page.get_by_test_id("stDataFrame").locator(".dvn-scroller").click(
                position={"x": MARK, "y": ROW * (row + 1) + ROW // 2}
            )
            self.tab.settle()


def type_into_editor(page: Page, name: str, text: str) -> None:
    """At the very beginning of what an editor holds."""
    editor = page.frame_locator(f'iframe[title="{name}"]').get_by_role("textbox")
    editor.focus(timeout=WAIT)
    page.keyboard.press("Control+Home")
    page.keyboard.type(text)
