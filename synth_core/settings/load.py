"""Where parameters come from: defaults, then `synth.toml`, then the environment, then the call."""

from __future__ import annotations

import difflib
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from synth_core.errors import UsageError
from synth_core.settings.acting import current_user
from synth_core.settings.parameters import PARAMETERS, Parameter, Settings
from synth_core.settings.toml import TomlFile, read_toml
from synth_core.settings.values import Raw, convert

FILE = "synth.toml"
CONFIG = "SYNTH_CONFIG"
COMMAND_LINE = "command line"
OTHERS = ("SYNTH_CONFIG", "SYNTH_DEBUG", "SYNTH_RETRY_SECONDS")
"""Variables of ours that are no parameters."""
_KEYS = {key: parameter for parameter in PARAMETERS.values() for key in parameter.keys}


def load(given: Mapping[str, Any] | None = None, *, environment: Mapping[str, str] | None = None) -> Settings:
    """The parameters as they hold here; `given` are those of the call itself, by name, and come before all others.
    Raises UsageError, which names the place, for one that can't be."""
    variables = os.environ if environment is None else environment
    values: dict[str, Any] = {}
    origins: dict[str, str] = {}
    file = config_file(variables)
    layers = [
        _from_others(variables),
        _from_file(file) if file else iter(()),
        _from_environment(variables),
        _from_call(given or {}),
    ]
    for layer in layers:
        for name, raw in layer:
            value = convert(PARAMETERS[name], raw)
            if PARAMETERS[name].kind.is_table:
                origins |= {f"{name}.{entry}": raw.entry(entry) or raw.origin for entry in value}
                if raw.origin == COMMAND_LINE and name in values:
                    # The call adds to a table, or has another value for some of its entries.
                    values[name] = {**values[name], **value}
                    continue
            values[name], origins[name] = value, raw.origin
    home = values.pop("home", None) or Path("projects").absolute()
    return Settings(home=home, user=current_user(), **values, origins=origins)


def config_file(variables: Mapping[str, str] | None = None) -> TomlFile | None:
    """The configuration that holds here: what `SYNTH_CONFIG` names, else `synth.toml` in the working directory."""
    named = (os.environ if variables is None else variables).get(CONFIG)
    if named:
        path = Path(named).expanduser()
        here = path.absolute().parent == Path.cwd()
        return read_toml(path, path.name if here else str(path))
    path = Path(FILE)
    return read_toml(path, FILE) if path.exists() or path.is_symlink() else None


def _from_others(variables: Mapping[str, str]) -> Iterator[tuple[str, Raw]]:
    """Variables that are meant for other programs, too: whatever was said to this one comes before them."""
    for parameter in PARAMETERS.values():
        for name in filter(variables.get, parameter.also):
            yield (
                parameter.name,
                Raw(value=variables[name], origin=f"environment {name}", called=name, is_text=True),
            )


def _from_file(file: TomlFile) -> Iterator[tuple[str, Raw]]:
    taken: dict[str, str] = {}
    for key, value in file.values.items():
        parameter = _KEYS.get(key)
        if parameter is None:
            raise UsageError(f"{file.place(key)}: there is no parameter {key!r}.", hint=_nearest(key, _KEYS))
        if other := taken.get(parameter.name):
            raise UsageError(
                f"{file.place(key)}: {key} is the same parameter as {other} in {file.place(other)}.",
                hint="Give one of them.",
            )
        taken[parameter.name] = key
        yield (
            parameter.name,
            Raw(
                value=value,
                origin=file.place(key),
                called=key,
                base=file.folder,
                entry=lambda name, key=key: file.place(key, name),  # type: ignore[misc]
            ),
        )


def _from_environment(variables: Mapping[str, str]) -> Iterator[tuple[str, Raw]]:
    known = {f"SYNTH_{name.upper()}" for name in PARAMETERS}
    for variable in variables:
        if variable.startswith("SYNTH_") and variable not in known and variable not in OTHERS:
            near = difflib.get_close_matches(variable, known, n=1, cutoff=0.85)
            if near:
                # Another program may have variables like ours, but none that is called almost the same.
                raise UsageError(
                    f"environment {variable}: there is no such parameter.", hint=f"Did you mean {near[0]}?"
                )
    for parameter in PARAMETERS.values():
        name = next((each for each in parameter.variables if variables.get(each)), None)
        if name is not None:
            yield (
                parameter.name,
                Raw(value=variables[name], origin=f"environment {name}", called=name, is_text=True),
            )


def _from_call(given: Mapping[str, Any]) -> Iterator[tuple[str, Raw]]:
    for name, value in given.items():
        yield name, Raw(value=value, origin=COMMAND_LINE, called=f"--{name.replace('_', '-')}")


def _nearest(key: str, known: Mapping[str, Parameter]) -> str:
    lower = {each.lower(): each for each in reversed(list(known))}
    near = difflib.get_close_matches(key.lower(), lower, n=1, cutoff=0.5)
    if near:
        return f"Did you mean {lower[near[0]]}?"
    return "`synth config` lists all parameters."
