"""A served app, and a tab that looks at it."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from playwright.sync_api import Page, Request

ROOT = Path(__file__).parents[2]
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
GROUND = {"light": "rgb(255, 255, 255)", "dark": "rgb(18, 22, 28)"}
"""As .streamlit/config.toml has it."""
_IS_SHOWN = (
    "ground => getComputedStyle(document.querySelector('[data-testid=stApp]')).backgroundColor === ground"
)
_FADED = """async () => {
    await new Promise(next => requestAnimationFrame(() => requestAnimationFrame(next)));
    const fading = document.getAnimations().filter(each => each instanceof CSSTransition);
    await Promise.all(fading.map(each => each.finished.catch(() => 0)));
}"""
"""Colours fade into one another when the theme changes: from the next frame on, until they have."""
READY = "[data-testid=stApp][data-test-script-state=notRunning]"


@dataclass
class Server:
    """The app, served as on a laptop."""

    home: Path
    port: int
    log: IO[bytes]
    environment: dict[str, str] = field(default_factory=dict)
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://localhost:{self.port}"

    def start(self) -> None:
        """Serve; returns once it answers."""
        self.process = subprocess.Popen(
            [
                *(sys.executable, "-m", "streamlit", "run", str(ROOT / "app.py")),
                *("--server.port", str(self.port), "--server.headless", "true"),
            ],
            cwd=ROOT,
            env={**os.environ, "SYNTH_HOME": str(self.home), **self.environment},
            stdout=self.log,
            stderr=self.log,
            stdin=subprocess.DEVNULL,
        )
        for _ in range(600):
            try:
                with urllib.request.urlopen(f"{self.url}/_stcore/health", timeout=1) as answer:
                    if answer.status == 200:
                        return
            except OSError:
                if self.process.poll() is not None:
                    break
                # The server has no other sign that it is up than its answer.
                self.process.poll()
                _wait(0.1)
        raise AssertionError("the app did not come up; its log is in server.log")

    def kill(self) -> None:
        """As when the machine goes away."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()


def _wait(seconds: float) -> None:
    """Until then, or until a connection that nobody opens."""
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        nobody.listen()
        nobody.settimeout(seconds)
        try:
            nobody.accept()
        except TimeoutError:
            return


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@dataclass
class Tab:
    """A tab, and the hosts that it asked for anything."""

    page: Page
    hosts: set[str] = field(default_factory=set)

    def settle(self) -> None:
        """Wait until the page's script has run, and what it drew is loaded."""
        self.page.wait_for_selector(READY, timeout=60_000)
        self.page.wait_for_selector("[aria-busy=true]", state="detached", timeout=60_000)

    def open(self, url: str) -> None:
        """Go to an address, and wait until its script has run."""
        self.page.goto(url)
        self.page.get_by_role("heading", level=1).wait_for(timeout=60_000)
        self.settle()

    def show(self, *, dark: bool) -> None:
        """As on a system that was set to dark or light; what is open follows."""
        self.page.emulate_media(color_scheme="dark" if dark else "light")
        if self.page.url.startswith("http"):
            self.page.wait_for_function(_IS_SHOWN, arg=GROUND["dark" if dark else "light"], timeout=60_000)
            self.settle()
            self.page.evaluate(_FADED)

    def note(self, request: Request) -> None:
        if request.url.startswith(("http", "ws")):
            self.hosts.add(request.url.split("/")[2])
