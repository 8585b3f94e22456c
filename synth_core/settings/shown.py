"""Parameters as people see them: value, where it comes from, and no credentials."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from synth_core.settings.parameters import PARAMETERS, Settings
from synth_core.settings.secrets import masked


@dataclass(frozen=True)
class ShownParameter:
    """One parameter as it holds here."""

    name: str
    value: str
    origin: str
    """`default`, `synth.toml:12`, `environment PROJECT_ID` or `command line`."""
    original: str
    """Its name in the pipeline that we replace; empty where it has none."""
    help: str


def shown_parameters(settings: Settings) -> list[ShownParameter]:
    """All of them, in the order of the documentation."""
    return [
        ShownParameter(
            each.name,
            shown(getattr(settings, each.name)),
            settings.origin(each.name),
            each.original,
            each.help,
        )
        for each in PARAMETERS.values()
    ]


def shown(value: Any) -> str:
    """A value for people, without credentials."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, Mapping):
        return ", ".join(f"{masked(str(name))} = {shown(each)}" for name, each in value.items())
    if isinstance(value, tuple):
        return ", ".join(map(shown, value))
    return f"{value:,}" if isinstance(value, int) else masked(str(value))
