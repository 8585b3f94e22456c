"""A served app and a browser: Playwright with the system's Chromium. Without one the tests are skipped, and say so."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, sync_playwright
from served import CHROMIUM, FLAGS, Server, Tab, free_port


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Callable[..., Server]]:
    """Serves the app over a home of its own; with variables of the environment where a test needs some."""
    servers: list[Server] = []
    with (tmp_path / "server.log").open("wb") as log:

        def start(**environment: str) -> Server:
            server = Server(tmp_path / "home", free_port(), log, environment)
            servers.append(server)
            server.start()
            return server

        try:
            yield start
        finally:
            for server in servers:
                server.kill()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The system's Chromium."""
    if CHROMIUM is None:
        pytest.skip("no Chromium on this machine: install it (Debian: `apt-get install chromium`)")
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield found
        found.close()


@pytest.fixture
def tab(browser: Browser) -> Iterator[Callable[..., Tab]]:
    """Opens tabs, each a visitor of its own: `tab()`, `tab(dark=True)`."""
    contexts: list[BrowserContext] = []

    def open(*, dark: bool = False) -> Tab:
        context = browser.new_context(
            viewport={"width": 1400, "height": 900}, color_scheme="dark" if dark else "light"
        )
        contexts.append(context)
        made = Tab(context.new_page())
        made.page.on("request", made.note)
        return made

    yield open
    for context in contexts:
        context.close()
