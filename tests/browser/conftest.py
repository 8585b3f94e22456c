"""A served app and a browser: Playwright with the system's Chromium. Without one the tests are skipped, and say so."""

from __future__ import annotations

import shutil
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
def _shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    place = tmp_path_factory.mktemp("shared")
    with (place / "server.log").open("wb") as log:
        server = Server(place / "home", free_port(), log)
        try:
            server.start()
            yield server
        finally:
            server.kill()


@pytest.fixture
def shared(_shared: Server) -> Server:
    """A served app that was used before, over an empty home: for tests that are not about a start, which takes longer
    than most of them."""
    shutil.rmtree(_shared.home, ignore_errors=True)
    return _shared


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
            viewport={"width": 1400, "height": 900},
            color_scheme="dark" if dark else "light",
            # What moves while something is awaited is drawn without a graphics card, on the cores that do the work.
            reduced_motion="reduce",
        )
        contexts.append(context)
        made = Tab(context.new_page())
        made.page.on("request", made.note)
        return made

    yield open
    for context in contexts:
        context.close()
