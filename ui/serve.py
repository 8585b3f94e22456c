"""Serves the app to others: `python -m ui.serve`, the command of the image. What it needs is looked at first, so that a
service that can't work says why and does not start."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from streamlit import config

from synth_core import api
from synth_core.checkup import Result, State
from synth_core.errors import SynthError
from synth_core.settings import load
from synth_core.settings.hosting import is_hosted
from ui.identity import sign_in_faults

ROOT = Path(__file__).parents[1]
PORT = "8080"
SECRETS = "STREAMLIT_SECRETS_FILES"
HOSTED_UPLOAD = 30
"""MiB of an upload: Cloud Run takes requests of 32."""


def main() -> int:
    """Look, say what is wrong, and become the server."""
    try:
        found = look()
    except SynthError as error:
        _say(f"The app can't be served: {error}")
        return 2
    for each in found:
        _say(f"{each.state.value:8} {each.about}: {each.message}")
        if each.state is not State.OK and each.hint:
            _say(f"{'':9}{each.hint}")
    if any(each.state is State.MISSING for each in found):
        _say("The app is not served: see above for what is missing.")
        return 1
    os.chdir(ROOT)
    command = command_for(os.environ.get("PORT") or PORT, is_open=load().identity != "local")
    # The process is replaced: what ends the container ends the server itself.
    os.execv(command[0], command)  # noqa: S606 - our own command, no shell


def look() -> list[Result]:
    """What the core finds, and what only Streamlit knows: whether one can sign in."""
    found = api.service_checks()
    if files := os.environ.get(SECRETS):
        # `streamlit run` reads it by itself, and here it does not run yet.
        config.set_option("secrets.files", files.split())
    if load().identity == "oidc" and (fault := sign_in_faults()):
        found.append(
            Result(
                check="service.sign_in",
                about="signing in",
                state=State.MISSING,
                message=fault,
                hint="docs/deployment.md says how it is set up.",
            )
        )
    return found


def command_for(port: str, *, is_open: bool) -> list[str]:
    """The server's command. `is_open`: under any name of a host, as whoever comes must sign in."""
    options = {
        "server.port": port,
        "server.address": "0.0.0.0",  # noqa: S104 - inside the container, where only its port leads
        "server.headless": "true",
        # The welcome message asks another host for this one's address.
        "logger.hideWelcomeMessage": "true",
    }
    if is_open:
        options["server.allowedHosts"] = "*"
    if is_hosted():
        options["server.maxUploadSize"] = str(HOSTED_UPLOAD)
    given = [part for name, value in options.items() for part in (f"--{name}", value)]
    return [sys.executable, "-m", "streamlit", "run", str(ROOT / "app.py"), *given]


def _say(line: str) -> None:
    sys.stderr.write(f"{line}\n")


if __name__ == "__main__":
    sys.exit(main())
