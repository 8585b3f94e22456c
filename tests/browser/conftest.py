"""A served app and a browser: Playwright with the system's Chromium. Without one the tests are skipped, and say so."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Collection, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, sync_playwright
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
def _browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[BrowserContext]:
    """The system's Chromium, with a profile on the disk: there it keeps the app's scripts as it compiled them, which
    is half of the work of loading a page. In a context without one each test would have them compiled again."""
    if CHROMIUM is None:
        pytest.skip("no Chromium on this machine: install it (Debian: `apt-get install chromium`)")
    with sync_playwright() as playwright:
        found = playwright.chromium.launch_persistent_context(
            tmp_path_factory.mktemp("chromium"),
            executable_path=CHROMIUM,
            args=FLAGS,
            viewport={"width": 1400, "height": 900},
            # What moves while something is awaited is drawn without a graphics card, on the cores that do the work.
            reduced_motion="reduce",
        )
        yield found
        found.close()


@pytest.fixture
def tab(_browser: BrowserContext) -> Iterator[Callable[..., Tab]]:
    """Opens tabs of a browser in which nobody was before: `tab()`, `tab(dark=True)`. Those of one test are a single
    person's; to the server each is a visit of its own."""
    tabs: list[Tab] = []

    def open(*, dark: bool = False) -> Tab:
        made = Tab(_browser.new_page())
        tabs.append(made)
        made.page.emulate_media(color_scheme="dark" if dark else "light")
        made.page.on("request", made.note)
        return made

    yield open
    for each in tabs:
        each.page.close()
    forget(_browser, {host for each in tabs for host in each.hosts})


def forget(browser: BrowserContext, hosts: Collection[str]) -> None:
    """What pages have kept is gone; what was loaded of them stays."""
    browser.clear_cookies()
    # The empty page that a browser begins with.
    session = browser.new_cdp_session(browser.pages[0])
    for host in hosts:
        kept = "local_storage,indexeddb,cache_storage,service_workers"
        session.send("Storage.clearDataForOrigin", {"origin": f"http://{host}", "storageTypes": kept})
    session.detach()
