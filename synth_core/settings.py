"""Where things are, from the environment."""

from __future__ import annotations

import getpass
import os
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Settings:
    """Every parameter with its default. `home` holds projects, runs and output."""

    home: Path
    user: str

    @classmethod
    def from_environment(cls) -> Settings:
        """`SYNTH_HOME` (default `./projects`); the user is the operating system's."""
        home = Path(os.environ.get("SYNTH_HOME") or "projects").expanduser().absolute()
        return cls(home=home, user=_user())


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        # A container's user id may have no name.
        return f"uid {os.getuid()}"
